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
    evidence_gather(&evidence, world, 0);
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

GROUP(diagnosis_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_stop_is_called_so_and_names_its_driver),
    };

    return cmocka_run_group_tests_name("diagnosis", tests, NULL, NULL);
}
