/* records_test.c - properties of the records that readers rely on: a fault changes nothing before
 * its time, IRQLs and pools can be reconstructed, lock records are paired, services report their
 * states. */
#include "tests/server/night.h"
#include "model/kernel/ex.h"
#include "model/kernel/kernel.h"
#include "model/words/records.h"
#include "model/words/services.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { RECORDS_MAX = 1 << 20 };

/* ---- Faults ---------------------------------------------------------------------------------- */

/* The records of a night before `until`, and how many there are; those of the making of the world
 * stay zero. */
static uint64_t records_before(struct night *night, sim_time until, struct record *out)
{
    uint64_t count = 0;

    night_begin(night, 2);
    trace_keep(&world_sim(night->world)->trace, out, RECORDS_MAX);
    world_run(night->world, until + SEC(1));
    uint64_t all = world_sim(night->world)->trace.count;

    assert_true(all < RECORDS_MAX);
    while (count < all && out[count].at < until)
        count++;
    assert_true(count < all);
    night_end(night);
    return count;
}

static void a_fault_changes_nothing_before_its_time(void **state)
{
    static const char *const faults[][3] = {
        { "fault.f.kind=kill", "fault.f.process=store.exe", "fault.f.at=9876543 us" },
        { "fault.f.kind=crash", "fault.f.process=inetinfo.exe", "fault.f.at=9876543 us" },
    };
    const sim_time at = US(9876543);
    struct record *without = calloc(RECORDS_MAX, sizeof *without);
    struct record *with = calloc(RECORDS_MAX, sizeof *with);
    struct night night;

    (void)state;
    assert_true(without != NULL && with != NULL);
    night_read(&night, "kb908674.ini", "scenario.duration=20 s", NULL);
    uint64_t count = records_before(&night, at, without);

    assert_true(count > 50000);
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        night_read(&night, "kb908674.ini", "scenario.duration=20 s", faults[i][0], faults[i][1],
                   faults[i][2], NULL);
        assert_int_equal(records_before(&night, at, with), count);
        for (uint64_t n = 0; n < count; n++)
            if (memcmp(&with[n], &without[n], sizeof with[n]) != 0)
                fail_msg("record %llu differs", (unsigned long long)n);
        /* And that very moment a worker is asked to do it. */
        assert_true(with[count].at == at && with[count].kind == REC_DPC_QUEUE);
    }
    free(without);
    free(with);
}

static void a_fault_of_nobody_does_nothing(void **state)
{
    struct night night;

    (void)state;
    /* Before the store is there. */
    night_read(&night, "kill_without_load.ini", "fault.kill.at=1 us", NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    assert_int_equal(night.result.restarts, 0);
    night_end(&night);
}

/* ---- Levels ---------------------------------------------------------------------------------- */

struct stairs { /* As records.def says it. */
    uint8_t level[CPUS_MAX], before_dpc[CPUS_MAX];
    uint32_t thread[CPUS_MAX]; /* Address; 0: idle. */
    uint8_t left_at[1 << 20];  /* By a thread's address. */
    uint64_t compared, wrong;
};

static uint8_t *left_at(struct stairs *stairs, uint32_t thread)
{
    return &stairs->left_at[thread >> 4 & (ARRAY_LEN(stairs->left_at) - 1)];
}

/* True: what follows on this processor is at that level, and may be compared. */
static bool step(struct stairs *stairs, const struct record *r)
{
    uint8_t *level = &stairs->level[r->cpu];
    uint32_t *thread = &stairs->thread[r->cpu];

    switch (r->kind) {
    case REC_THREAD_NEW:
        *left_at(stairs, r->a) = PASSIVE_LEVEL;
        return true;
    case REC_IRQL:
        stairs->wrong += *level != r->a;
        *level = (uint8_t)r->b;
        return true;
    case REC_DPC_RUN:
        stairs->before_dpc[r->cpu] = *level;
        *level = DISPATCH_LEVEL;
        return true;
    case REC_DPC_END:
        *level = stairs->before_dpc[r->cpu];
        return false; /* Another one may follow. */
    case REC_SWITCH:
        *left_at(stairs, *thread) = *level;
        *thread = r->a;
        *level = *left_at(stairs, r->a);
        return false; /* From the next record on. */
    case REC_IDLE:
        *left_at(stairs, *thread) = *level;
        *thread = 0;
        *level = PASSIVE_LEVEL;
        return false;
    case REC_READY: /* By a tick, or in a thread's last moment. */
    case REC_SIGNAL:
    case REC_TIMER:
    case REC_DPC_QUEUE:
        return false;
    default:
        return true;
    }
}

static void climb(const struct record *r, uint64_t number, void *context)
{
    struct stairs *stairs = context;

    (void)number;
    if (!step(stairs, r))
        return;
    stairs->compared++;
    stairs->wrong += stairs->level[r->cpu] != ke->cpus[r->cpu].irql;
}

static void the_level_of_a_processor_can_be_rebuilt(void **state)
{
    static struct stairs stairs;
    struct night night;

    (void)state;
    memset(&stairs, 0, sizeof stairs);
    night_read(&night, "kb908674.ini", "scenario.duration=100 s", NULL);
    night_begin(&night, 2);
    world_sim(night.world)->trace.watch = climb;
    world_sim(night.world)->trace.watch_ctx = &stairs;
    night_go(&night);
    assert_true(night.result.stop.stopped && stairs.compared > 500000);
    assert_int_equal(stairs.wrong, 0);
    night_end(&night);
}

/* ---- Locks and pools ------------------------------------------------------------------------- */

struct books {
    uint64_t pool[2];
    uint32_t held[4096]; /* Addresses; 0: free. */
    uint32_t held_count;
    uint64_t locks, unpaired;
};

static void lock_taken(struct books *books, uint32_t address)
{
    books->locks++;
    for (uint32_t i = 0; i < books->held_count; i++) /* A reader beside another may be. */
        books->unpaired += books->held[i] == address;
    assert_true(books->held_count < ARRAY_LEN(books->held));
    books->held[books->held_count++] = address;
}

static void lock_released(struct books *books, uint32_t address)
{
    for (uint32_t i = 0; i < books->held_count; i++) {
        if (books->held[i] == address) {
            books->held[i] = books->held[--books->held_count];
            return;
        }
    }
    books->unpaired++;
}

static void keep_books(const struct record *r, uint64_t number, void *context)
{
    struct books *books = context;

    (void)number;
    if (r->kind == REC_POOL_ALLOC)
        books->pool[r->a] += r->d;
    else if (r->kind == REC_POOL_FREE)
        books->pool[r->d] -= r->c;
    else if (r->kind == REC_LOCK)
        lock_taken(books, r->a);
    else if (r->kind == REC_UNLOCK)
        lock_released(books, r->a);
}

static void locks_come_in_pairs_and_pools_add_up(void **state)
{
    static struct books books;
    struct night night;

    (void)state;
    memset(&books, 0, sizeof books);
    night_read(&night, "hotfix.ini", "scenario.duration=60 s", NULL);
    night_begin(&night, 2);
    for (int type = 0; type < 2; type++)
        books.pool[type] = ex_pool_bytes((POOL_TYPE)type);
    world_sim(night.world)->trace.watch = keep_books;
    world_sim(night.world)->trace.watch_ctx = &books;
    night_go(&night);
    world_enter(night.world);
    for (int type = 0; type < 2; type++)
        assert_true(books.pool[type] == ex_pool_bytes((POOL_TYPE)type));
    assert_true(books.locks > 20000 && books.held_count < 8);
    assert_int_equal(books.unpaired, 0);
    night_end(&night);
}

/* ---- Services -------------------------------------------------------------------------------- */

struct states {
    char text[256];
};

static void note_state(const struct record *r, uint64_t number, void *context)
{
    struct states *states = context;
    static const char letters[] = { [SERVICE_STOPPED] = '-',
                                    [SERVICE_START_PENDING] = '?',
                                    [SERVICE_STOP_PENDING] = '!',
                                    [SERVICE_RUNNING] = '+' };
    size_t used = strlen(states->text);

    (void)number;
    if (r->kind != REC_SERVICE_STATE || server_rows[r->a].kind == KIND_SYSTEM)
        return;
    snprintf(states->text + used, sizeof states->text - used, "%s%c ", server_rows[r->a].name,
             letters[r->b]);
}

/* Each after what it needs; the store dies and comes again. */
static void services_tell_their_states(void **state)
{
    struct states states = { "" };
    struct night night;

    (void)state;
    night_read(&night, "crash_without_load.ini", "scenario.duration=90 s", NULL);
    night_begin(&night, 1);
    world_sim(night.world)->trace.watch = note_state;
    world_sim(night.world)->trace.watch_ctx = &states;
    night_go(&night);
    assert_string_equal(
        states.text, "EXIFS? EXIFS+ LanmanServer? LanmanServer+ LanmanWorkstation? "
                     "LanmanWorkstation+ MSExchangeSA? MSExchangeSA+ MSExchangeIS? MSExchangeIS+ "
                     "IISADMIN? IISADMIN+ SMTPSVC? SMTPSVC+ POP3Svc? POP3Svc+ "
                     "MSExchangeIS- MSExchangeIS? MSExchangeIS+ ");
    night_end(&night);
}

GROUP(records_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_changes_nothing_before_its_time),
        cmocka_unit_test(a_fault_of_nobody_does_nothing),
        cmocka_unit_test(the_level_of_a_processor_can_be_rebuilt),
        cmocka_unit_test(locks_come_in_pairs_and_pools_add_up),
        cmocka_unit_test(services_tell_their_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
