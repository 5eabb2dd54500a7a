/* diagnosis_test.c - what is said of a stop that no diagnosis is known for. */
#include "tests/server/night.h"
#include "tests/groups.h"
#include "ui/report/diagnosis.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* The evidence of a calm minute under a stop of somebody else's driver. */
static void an_unknown_stop_is_called_so_and_names_its_driver(void **state)
{
    static struct evidence evidence;
    static struct opinion opinions[DIAGNOSES];
    static struct night night;

    (void)state;
    night_read(&night, "calm_day.ini", "scenario.duration=20 s", NULL);
    struct world *world = world_new(&night.scenario, 1);

    assert_non_null(world);
    evidence_gather(&evidence, world, 0, NULL, NULL);
    assert_true(diagnose(&evidence, opinions) > 0);
    assert_string_equal(diagnosis_word(opinions[0].diagnosis), "healthy");

    struct result result = *evidence.result;

    result.stop.stopped = true;
    result.stop.code = 0xd1;
    evidence.result = &result;
    evidence.frame_count = 3;
    snprintf(evidence.frames[0], sizeof evidence.frames[0], "nt!KeBugCheckEx");
    snprintf(evidence.frames[1], sizeof evidence.frames[1], "nt!KiTrap0E");
    snprintf(evidence.frames[2], sizeof evidence.frames[2], "filter!Complete");
    assert_true(diagnose(&evidence, opinions) > 0);
    assert_string_equal(diagnosis_word(opinions[0].diagnosis), "unknown");
    assert_non_null(strstr(opinions[0].advice, "First driver on the stack: filter!Complete."));
    evidence_free(&evidence);
    world_free(world);
}

/* Diagnoses a run of a catalogue's scenario with other settings. */
static uint32_t diagnose_night(const char *file, const char *const sets[],
                               struct opinion opinions[DIAGNOSES], struct telling *telling)
{
    static struct evidence evidence;
    static struct night night;
    uint32_t count;

    night_read(&night, file, sets[0], sets[0] != NULL ? sets[1] : NULL, NULL);
    struct world *world = world_new(&night.scenario, night.scenario.seed);

    assert_non_null(world);
    evidence_gather(&evidence, world, 0, NULL, NULL);
    count = diagnose(&evidence, opinions);
    *telling = diagnosis_tell(&evidence, opinions, count);
    evidence_free(&evidence);
    world_free(world);
    return count;
}

static bool also(const struct opinion *opinions, uint32_t count, const char *word)
{
    for (uint32_t i = 1; i < count; i++)
        if (strcmp(diagnosis_word(opinions[i].diagnosis), word) == 0)
            return opinions[i].also;
    return false;
}

static void a_slow_disk_is_named_beside_a_later_crash(void **state)
{
    static struct opinion opinions[DIAGNOSES];
    const char *const none[] = { NULL };
    struct telling telling;
    uint32_t count = diagnose_night("two_causes.ini", none, opinions, &telling);

    (void)state;
    assert_string_equal(diagnosis_word(opinions[0].diagnosis), "process-crash");
    assert_true(also(opinions, count, "disk-slow"));
    assert_false(also(opinions, count, "service-ended")); /* The crash explains it. */
    assert_non_null(strstr(opinions[1].advice, "disk E:, which holds the .stm"));
}

static void the_disk_that_is_named_is_the_one_that_queues(void **state)
{
    static struct opinion opinions[DIAGNOSES];
    const char *const logs[] = { "fault disk.disk=C:", NULL };
    struct telling telling;
    uint32_t count = diagnose_night("two_causes.ini", logs, opinions, &telling);

    (void)state;
    assert_true(also(opinions, count, "disk-slow"));
    assert_non_null(strstr(opinions[1].advice, "disk C:, which holds the logs"));
}

static void what_tells_two_causes_of_one_stop_apart_is_said(void **state)
{
    static struct opinion opinions[DIAGNOSES];
    const char *const none[] = { NULL };
    struct telling telling;

    (void)state;
    diagnose_night("kb887742.ini", none, opinions, &telling);
    assert_string_equal(diagnosis_word(opinions[0].diagnosis), "kb887742");
    assert_non_null(telling.other);
    assert_false(telling.other->also); /* One stop has one cause. */
    assert_string_equal(telling.seen, "http.sys is on the stack of the stop");
    assert_non_null(telling.unseen);
}

GROUP(diagnosis_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_stop_is_called_so_and_names_its_driver),
        cmocka_unit_test(a_slow_disk_is_named_beside_a_later_crash),
        cmocka_unit_test(the_disk_that_is_named_is_the_one_that_queues),
        cmocka_unit_test(what_tells_two_causes_of_one_stop_apart_is_said),
    };

    return cmocka_run_group_tests_name("diagnosis", tests, NULL, NULL);
}
