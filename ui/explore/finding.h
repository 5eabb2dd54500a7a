/* finding.h - what a run found: a stop, a crash, a hang, a broken rule, an expectation not met.
 *
 * Two runs found the same if their findings have one kind and one cause, however they came there
 * and whenever: addresses, times and numbers are no part of a cause.
 */
#pragma once
#include "ui/run/run.h"

enum finding_kind {
    FINDING_NONE,
    FINDING_STOP,
    FINDING_CRASH, /* A process crashes. */
    FINDING_HANG,
    FINDING_BROKEN, /* A guest destroyed the machine. */
    FINDING_CHECK,
    FINDING_EXPECTATION,
};
extern const char *const finding_names[]; /* "none", "stop", "crash", "hang", ... */

/* The kinds that --fail names, in the order of its words. */
extern const enum finding_kind finding_kinds[];

enum { FINDING_CHARS = 200 };
struct finding {
    enum finding_kind kind;
    char cause[FINDING_CHARS]; /* "STOP 0x0000001e in stopping!Requests"; "": none. */
    sim_time at;               /* Simulated time of the finding. */
};

/* The finding of a finished run: the gravest one. */
void finding_of(const struct run *run, const struct scenario *scenario, struct finding *out);
/* What a world has found so far, told as of a run. */
void finding_in(struct world *world, const struct scenario *scenario, struct finding *out);
/* What a capsule says of a finding; "": nothing, for an expectation that is not met is the
 * scenario's to say. */
const char *finding_told(const struct finding *finding);
/* Judges again the replay of a capsule whose surprises were found by their anchors: its code is
 * other code, with another fingerprint, but may still come to the capsule's finding. */
void finding_replayed(struct run *run, const struct scenario *scenario);

bool finding_same(const struct finding *one, const struct finding *other);
