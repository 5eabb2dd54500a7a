/* anchors_test.c - surprises that are named by anchors are the same surprises. */
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/words/names.h"
#include "ui/run/anchor_text.h"
#include "ui/run/anchors.h"
#include "ui/run/run.h"
#include <stdlib.h>
#include <string.h>

/* Makes a run whose surprises are drawn, and returns the scenario with them as its list. */
static struct scenario *listed(const char *path, uint64_t seed, char *surprises, size_t size)
{
    struct run_options options = { .sets = { "scenario.duration=20 s", "choices.budget=12",
                                             "choices.PREEMPT=5%", "choices.READY=10%",
                                             "choices.WAITER=1%", "choices.DISK=2%",
                                             "choices.POOL=0.02%" },
                                   .set_count = 7 };
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(&options, path, error);
    struct run *run;

    assert_non_null(scenario);
    run = run_once(&options, scenario, seed, NULL, NULL);
    assert_non_null(run);
    snprintf(surprises, size, "%s", run->surprises);
    run_free(run);
    choices_init(&scenario->replay, choice_count, 0);
    assert_true(choices_parse(&scenario->replay, surprises, choice_names, error, sizeof error));
    scenario->strategy = CHOICE_LISTED;
    return scenario;
}

static void anchors_of_a_run_name_its_surprises(void **state)
{
    static const char *const files[] = { SCENARIOS "hotfix.ini", SCENARIOS "kb908674.ini" };

    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        char before[RUN_SURPRISES_CHARS], after[RUN_SURPRISES_CHARS], error[RUN_ERROR_CHARS];
        struct scenario *scenario = listed(files[seed % 2], seed, before, sizeof before);
        struct choices list = scenario->replay;
        struct anchors_result result;
        char *anchors = anchors_of(scenario, seed);

        assert_non_null(anchors);
        assert_int_equal(list.listed_count, 12);
        scenario->strategy = CHOICE_CALM;
        assert_true(anchors_resolve(scenario, seed, anchors, &result, error, sizeof error));
        assert_int_equal(result.count, 12);
        assert_int_equal(result.held, 12);
        choices_print(list.listed, 12, choice_names, before, sizeof before);
        choices_print(scenario->replay.listed, scenario->replay.listed_count, choice_names, after,
                      sizeof after);
        assert_string_equal(after, before);
        anchors_free(&result);
        free(anchors);
        free(scenario);
    }
}

static void an_anchor_is_written_as_it_was_read(void **state)
{
    static const char *const texts[] = {
        "READY@System/Deposit:KeSetEvent<Deposit+THREAD_START.1#0=System/Withdraw",
        "DISK@-+DISK_DONE.17#3=1",
        "POOL@store.exe/proxy_0~2:ExAllocatePoolWithTag#12=1",
        "WAITER@dpc#0=inetinfo.exe/smtp_3",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char with_more[ANCHORS_CHARS], out[ANCHORS_CHARS], error[RUN_ERROR_CHARS];
        struct anchor anchor;

        snprintf(with_more, sizeof with_more, "%s, READY:1:1", texts[i]);
        assert_true(
            anchor_read(&anchor, with_more, choice_names, choice_count, error, sizeof error));
        anchor_print(&anchor, choice_names, out, sizeof out);
        assert_string_equal(out, texts[i]);
    }
}

static void what_is_no_anchor_is_said(void **state)
{
    static const struct {
        const char *text, *expected;
    } wrong[] = {
        { "READ@System/A#0=1", "the name of a site" },
        { "READY@#0=1", "a thread such as" },
        { "READY@a:b<c<d<e#0=1", "at most 3 functions" },
        { "READY@a:#0=1", "at most 3 functions" },
        { "READY@a+WAIT#0=1", "a record such as WAIT.3" },
        { "READY@a+WAIT.x#0=1", "a record such as WAIT.3" },
        { "READY@a#=1", "a number from 0" },
        { "READY@a#4294967296=1", "a number from 0" },
        { "READY@a#0", "the answer" },
        { "READY@a#0=0", "the answer" },
        { "READY@a#0=b=c", "the answer" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char error[RUN_ERROR_CHARS];
        struct anchor anchor;

        assert_false(
            anchor_read(&anchor, wrong[i].text, choice_names, choice_count, error, sizeof error));
        if (strstr(error, wrong[i].expected) == NULL)
            fail_msg("%s: %s", wrong[i].text, error);
    }
}

GROUP(anchors_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anchors_of_a_run_name_its_surprises),
        cmocka_unit_test(an_anchor_is_written_as_it_was_read),
        cmocka_unit_test(what_is_no_anchor_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
