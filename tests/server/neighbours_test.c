/* neighbours_test.c - KB 887742: kernel and mail are the same in every run; only the programs above
 * the transport differ. */
#include "tests/server/night.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { NIGHTS = 3 };

/* Attaches to w3wp.exe, and detaches from it, of the night that passes. */
static struct {
    uint32_t worker;
    uint64_t attaches, detaches;
} seen;

static void watch(const struct record *record, uint64_t number, void *world)
{
    (void)number, (void)world;
    if (record->kind == REC_ATTACH && record->a == seen.worker)
        seen.attaches++;
    if (record->kind == REC_DETACH && record->a == seen.worker)
        seen.detaches++;
}

static uint32_t worker_address(void)
{
    struct ke_process *process = ps_find("w3wp.exe");

    assert_non_null(process);
    return process->address;
}

static void visited_night(struct night *night, uint64_t seed)
{
    memset(&seen, 0, sizeof seen);
    night->world = world_new_watched(&night->scenario, seed, watch, NULL);
    world_run(night->world, MS(400)); /* Before the first client. */
    seen.worker = worker_address();
    night_go(night);
}

/* Each request is a visit, and each visit ends. */
static void nights_without_a_late_answer(void **state)
{
    static const char *const filters[] = { "machine.tdi_filter=none", "machine.tdi_filter=passes",
                                           "machine.http_update=yes" };
    struct night night;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        night_read(&night, "kb887742.ini", "scenario.duration=30 s", filters[i], NULL);
        for (uint64_t seed = 1; seed <= NIGHTS; seed++) {
            visited_night(&night, seed);
            assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
            assert_in_range(seen.attaches, 1000, 1400); /* 40 a second. */
            assert_in_range(seen.attaches - seen.detaches, 0, 1);
            night_end(&night);
        }
    }
}

/* The last visit does not end, and the stop says who is where. */
static void nights_with_one(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb887742.ini", NULL);
    for (uint64_t seed = 1; seed <= NIGHTS; seed++) {
        visited_night(&night, seed);
        assert_int_equal(night.result.outcome, OUTCOME_STOP);
        assert_int_equal(night.result.stop.code, 0x5);
        assert_int_equal(night.result.stop.args[0], ke->system->address);
        assert_int_equal(night.result.stop.args[1], seen.worker);
        assert_int_equal(night.result.stop.args[2], 1);
        assert_int_equal(night.result.stop.args[3], 0);
        assert_int_equal(seen.attaches, seen.detaches + 1);
        assert_false(night.result.crashed);
        night_end(&night);
    }
}

GROUP(neighbours_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nights_without_a_late_answer),
        cmocka_unit_test(nights_with_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
