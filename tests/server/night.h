/* night.h - runs a scenario of scenarios/, with some changes, in a test.
 *
 *     struct night night;
 *     night_read(&night, "kb908674.ini", "load.smtp.rate=100/s", NULL);
 *     night_run(&night, seed);
 *     assert_int_equal(night.result.outcome, OUTCOME_STOP);
 *     night_end(&night);                    // the world lives until here
 */
#pragma once
#include "model/world/world.h"

/* Under the sanitizers everything takes several times as long: fewer seeds, and no claims about
 * shares of them. */
#ifdef SANITIZED
enum { NIGHT_SANITIZED = 1 };
#else
enum { NIGHT_SANITIZED = 0 };
#endif

struct night {
    struct scenario scenario;
    struct world *world;
    struct result result;
};

/* Reads a scenario with these --set assignments, ended by NULL. */
void night_read(struct night *night, const char *file, ...);
void night_begin(struct night *night, uint64_t seed);
void night_go(struct night *night);
void night_run(struct night *night, uint64_t seed); /* Makes the world and runs it to its end. */
void night_end(struct night *night);

/* Counts outcomes over the seeds first .. first+count-1. */
struct tally {
    uint32_t survived, crashed_only, stopped, crashed, other_stops;
};
struct tally night_tally(struct night *night, uint64_t first, uint32_t count);
