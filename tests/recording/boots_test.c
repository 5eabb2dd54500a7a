/* boots_test.c - a machine that starts again: what was in memory ends with its kernel, and names
 * belong to threads, not to addresses.
 */
#include "tests/recording/recorded.h"
#include "ui/recording/recording.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct recording *run;

static int open_aftermath(void **state)
{
    (void)state;
    run = recorded_open(SCENARIOS "aftermath.ini");
    return run != NULL ? 0 : -1;
}

static int close_aftermath(void **state)
{
    (void)state;
    recorded_close(run);
    return 0;
}

static const struct detail *last_detail(void)
{
    uint32_t last = recording_segment_count(run) - 1;
    const struct detail *d;

    while ((d = recording_detail(run, last)) == NULL) {
        recording_unlock(run);
        recording_wait(run);
        recording_lock(run);
    }
    return d;
}

static uint64_t value_at_end(const struct detail *d, uint32_t lane)
{
    return d->step_from[lane] == d->step_from[lane + 1]
               ? 0
               : d->steps[d->step_from[lane + 1] - 1].value;
}

static void the_dead_end_with_their_kernel(void **state)
{
    const struct lanes *lanes = recording_lanes(run);
    const struct detail *d = last_detail();
    uint32_t dead = 0, living = 0;

    (void)state;
    for (uint32_t i = 0; i < d->lane_count; i++) {
        const struct lane *lane = lanes_get(lanes, i);

        if (lane->kind != LANE_PROCESS)
            continue;
        if (lane->boot == 0) {
            assert_int_equal(value_at_end(d, i), 0);
            assert_int_equal(d->span_from[i * LANE_LEVELS], d->span_from[(i + 1) * LANE_LEVELS]);
            dead++;
        } else {
            living += value_at_end(d, i) > 0;
        }
    }
    assert_true(dead >= 3);
    assert_true(living >= 3);
}

static void every_thread_has_its_own_name(void **state)
{
    const struct lanes *lanes = recording_lanes(run);
    uint32_t drwatson = 0, proxies[2] = { 0 }, systems = 0;

    (void)state;
    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);

        systems += lane->kind == LANE_PROCESS && strcmp(lane->name, "System") == 0;
        if (lane->kind != LANE_THREAD || lane->id == 0)
            continue;
        assert_int_not_equal(strncmp(lane->name, "thread ", 7), 0); /* An address. */
        drwatson += strncmp(lane->name, "drwatson", 8) == 0;
        proxies[lane->boot > 0] += strncmp(lane->name, "proxy", 5) == 0;
    }
    assert_true(drwatson >= 1);
    assert_true(proxies[0] >= 2);
    assert_true(proxies[1] >= 2);
    assert_int_equal(systems, 2); /* One a boot, though both are at one address. */
}

/* Dr. Watson's process object is freed, and the restarted Store.exe gets its address. */
static void a_process_keeps_its_name_when_its_address_is_used_again(void **state)
{
    struct recording *evening = recorded_open(SCENARIOS "crash_without_load.ini");
    const struct lanes *lanes = recording_lanes(evening);
    uint32_t watson = LANE_NONE;

    (void)state;
    for (uint32_t i = 0; i < lanes_count(lanes); i++)
        if (strcmp(lanes_get(lanes, i)->name, "drwtsn32.exe") == 0)
            watson = i;
    assert_int_not_equal(watson, LANE_NONE);
    assert_int_equal(lanes_get(lanes, watson)->kind, LANE_PROCESS);
    assert_int_not_equal(lanes_find(lanes, LANE_PROCESS, lanes_get(lanes, watson)->key), watson);
    recorded_close(evening);
}

GROUP(boots_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_dead_end_with_their_kernel),
        cmocka_unit_test(every_thread_has_its_own_name),
        cmocka_unit_test(a_process_keeps_its_name_when_its_address_is_used_again),
    };

    return cmocka_run_group_tests_name("boots", tests, open_aftermath, close_aftermath);
}
