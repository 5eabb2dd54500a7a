/* choices_test.c - seeded choices: with any surprises the hotfix survives; and a list of surprises
 * repeats its run. */
#include "tests/groups.h"
#include "tests/server/night.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { SEEDS = NIGHT_SANITIZED ? 10 : 20 };

static const char *const names[] = {
#define CHOICE(name, text) #name,
#include "model/words/choices.def"
#undef CHOICE
};

static void the_hotfix_stands_whatever_happens(void **state)
{
    struct night night;
    uint32_t taken = 0;
    (void)state;

    night_read(&night, "hotfix.ini", "scenario.duration=1 min", "choices.budget=20",
               "choices.PREEMPT=0.05%", "choices.READY=0.05%", "choices.WAITER=0.5%",
               "choices.DISK=2%", "choices.POOL=0.02%", "choices.WORKER=0.5%", NULL);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        night_run(&night, seed);
        if (night.result.stop.stopped)
            print_message("seed %u: stop 0x%X\n", (unsigned)seed, night.result.stop.code);
        assert_int_not_equal(night.result.outcome, OUTCOME_STOP);
        taken += world_sim(night.world)->choices.taken_count;
        night_end(&night);
    }
    assert_int_equal(taken, 20 * SEEDS); /* Every budget was spent. */
}

static void surprises_can_be_given_back(void **state)
{
    static const char *const files[] = { "hotfix.ini", "kb908674.ini" };
    char text[4096], error[160];
    struct night chance, listed;
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        for (uint64_t seed = 1; seed <= SEEDS / 2; seed++) {
            night_read(&chance, files[i], "scenario.duration=20 s", "choices.budget=12",
                       "choices.PREEMPT=0.1%", "choices.WAITER=1%", "choices.DISK=2%", NULL);
            night_run(&chance, seed);
            choices_print(world_sim(chance.world)->choices.taken,
                          world_sim(chance.world)->choices.taken_count, names, text, sizeof text);
            assert_true(strlen(text) > 0);

            night_read(&listed, files[i], "scenario.duration=20 s", NULL);
            choices_init(&listed.scenario.replay, ARRAY_LEN(names), 0);
            assert_true(choices_parse(&listed.scenario.replay, text, names, error, sizeof error));
            listed.scenario.strategy = CHOICE_LISTED;
            night_run(&listed, seed);
            assert_true(listed.result.fingerprint == chance.result.fingerprint);
            night_end(&listed);
            night_end(&chance);
        }
    }
}

GROUP(choices_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hotfix_stands_whatever_happens),
        cmocka_unit_test(surprises_can_be_given_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
