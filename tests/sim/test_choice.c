/* test_choice.c - the oracle of choices: calm, seeded, and with listed answers. */
#include "tests/sim/check.h"

#include "sim/choice.h"
#include "tests/groups.h"

static const char *const names[] = { "READY", "PREEMPT", "POOL" };

/* A run of questions that depends on nothing but the answers. */
static uint64_t ask(struct choices *choices, uint32_t questions)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < questions; i++)
        sum = sum * 31 + choice_pick(choices, i % 3, 2 + i % 4);
    return sum;
}

static void calm_is_zero_always(void **state)
{
    struct choices choices;

    (void)state;
    choices_init(&choices, 3, 7);
    assert_int_equal(ask(&choices, 10000), 0);
    assert_int_equal(choices.taken_count, 0);
    assert_int_equal(choices.asked[1], 3333);
    assert_int_equal(choice_pick(&choices, 0, 0), 0);
    assert_int_equal(choice_pick(&choices, 0, 1), 0);
    assert_int_equal(choices.asked[0], 3334); /* One answer is no question. */
}

static struct choices seeded(uint64_t seed, uint32_t ppm, uint32_t budget)
{
    struct choices choices;

    choices_init(&choices, 3, seed);
    choices.strategy = CHOICE_SEEDED;
    choices.budget = budget;
    for (int i = 0; i < 3; i++)
        choices.odds_ppm[i] = ppm;
    return choices;
}

static void a_seeds_surprises_given_back_make_the_same_run(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct choices first = seeded(seed, 3000, 20), again;
        uint64_t sum = ask(&first, 5000);
        char text[2048], text_again[2048], error[200];

        assert_in_range(first.taken_count, 1, 20);
        choices_print(first.taken, first.taken_count, names, text, sizeof text);
        choices_init(&again, 3, 999);
        assert_true(choices_parse(&again, text, names, error, sizeof error));
        assert_int_equal(ask(&again, 5000), sum);
        choices_print(again.taken, again.taken_count, names, text_again, sizeof text_again);
        assert_string_equal(text_again, text);
    }
}

static void the_budget_is_kept(void **state)
{
    struct choices choices = seeded(1, 1000000, 5);

    (void)state;
    ask(&choices, 1000);
    assert_int_equal(choices.taken_count, 5);
    assert_int_equal(choices.budget, 0);
    choices = seeded(1, 1000000, UINT32_MAX); /* No more than can be said. */
    ask(&choices, 1000);
    assert_int_equal(choices.taken_count, CHOICE_SURPRISES_MAX);
}

static void one_sites_questions_do_not_move_anothers(void **state)
{
    struct choices few = seeded(3, 100000, 200), many = seeded(3, 100000, 200);

    (void)state;
    for (int i = 0; i < 300; i++) {
        for (int more = 0; more < i % 5; more++)
            choice_pick(&many, 0, 7);
        if (many.taken_count < 150)
            assert_int_equal(choice_pick(&few, 1, 9), choice_pick(&many, 1, 9));
    }
}

static void a_site_without_odds_is_never_surprised(void **state)
{
    struct choices choices = seeded(4, 500000, 200);

    (void)state;
    choices.odds_ppm[1] = 0;
    ask(&choices, 3000);
    for (uint32_t i = 0; i < choices.taken_count; i++)
        assert_int_not_equal(choices.taken[i].site, 1);
}

static void a_list_is_read_in_any_order_by_name_or_number(void **state)
{
    struct choices choices;
    char error[200], text[200];

    (void)state;
    choices_init(&choices, 3, 0);
    assert_true(choices_parse(&choices, " POOL:2:1, 1:0:3,READY:1:9 ", names, error, sizeof error));
    assert_int_equal(choice_pick(&choices, 1, 4), 3);
    assert_int_equal(choice_pick(&choices, 0, 4), 0);
    assert_int_equal(choice_pick(&choices, 0, 4), 3); /* 9 is more than there was to choose. */
    for (int i = 0; i < 3; i++)
        assert_int_equal(choice_pick(&choices, 2, 2), i == 2);
    choices_print(choices.taken, choices.taken_count, names, text, sizeof text);
    assert_string_equal(text, "PREEMPT:0:3,READY:1:3,POOL:2:1");
    choices_print(choices.taken, choices.taken_count, NULL, text, sizeof text);
    assert_string_equal(text, "1:0:3,0:1:3,2:2:1");
    assert_int_equal(choices_print(choices.taken, choices.taken_count, names, text, 15),
                     11); /* Whole ones only. */
    assert_string_equal(text, "PREEMPT:0:3");
    assert_true(choices_parse(&choices, "", names, error, sizeof error));
    assert_int_equal(choices.listed_count, 0);
}

static void a_listed_surprise_tells_what_became_of_it(void **state)
{
    struct choices choices;
    char error[200];
    uint32_t pick;

    (void)state;
    choices_init(&choices, 3, 0);
    assert_true(
        choices_parse(&choices, "READY:0:2,READY:1:9,POOL:7:1", names, error, sizeof error));
    assert_int_equal(choice_pick(&choices, 0, 4), 2);
    assert_int_equal(choice_pick(&choices, 0, 4), 3);
    assert_int_equal(choice_pick(&choices, 2, 2), 0);
    assert_int_equal(choices_fate(&choices, 0, &pick), SURPRISE_HAPPENED);
    assert_int_equal(choices_fate(&choices, 1, &pick), SURPRISE_CLAMPED);
    assert_int_equal(pick, 3);
    assert_int_equal(choices_fate(&choices, 2, &pick), SURPRISE_NOT_ASKED);
    assert_int_equal(choices.taken_count, 2);
}

static void wrong_lists_say_what_was_expected(void **state)
{
    static const struct {
        const char *text, *error;
    } wrong[] = {
        { "POOL", "\"POOL\" (expected SITE:N:PICK such as PREEMPT:12:1)" },
        { "POOL:1", "\"POOL:1\" (expected SITE:N:PICK with N from 0 and PICK from 1)" },
        { "POOL:1:0", "\"POOL:1:0\" (expected SITE:N:PICK with N from 0 and PICK from 1)" },
        { "POOL:-1:1", "\"POOL:-1:1\" (expected SITE:N:PICK with N from 0 and PICK from 1)" },
        { "POOL:1:1x", "\"POOL:1:1x\" (expected SITE:N:PICK with N from 0 and PICK from 1)" },
        { "POOL:1:99999999999",
          "\"POOL:1:99999999999\" (expected SITE:N:PICK with N from 0 and PICK from 1)" },
        { "PULL:1:1",
          "\"PULL\" (expected the name or number of a choice site: READY, PREEMPT or POOL)" },
        { "3:1:1", "\"3\" (expected the name or number of a choice site: READY, PREEMPT or POOL)" },
        { "POOL:1:1,POOL:1:2", "question 1 of site 2 twice (expected one answer)" },
    };
    char error[200];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct choices choices;

        choices_init(&choices, 3, 0);
        assert_false(choices_parse(&choices, wrong[i].text, names, error, sizeof error));
        assert_string_equal(error, wrong[i].error);
        assert_int_equal(choices.strategy, CHOICE_CALM); /* A refused list changes nothing. */
    }
}

static void too_long_a_list_is_refused(void **state)
{
    static char text[CHOICE_SURPRISES_MAX * 12 + 64];
    struct choices choices;
    char error[200];
    size_t used = 0;

    (void)state;
    for (int i = 0; i <= CHOICE_SURPRISES_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "POOL:%d:1,", i);
    choices_init(&choices, 3, 0);
    assert_false(choices_parse(&choices, text, names, error, sizeof error));
    assert_string_equal(error, "more than 256 surprises (expected at most that many)");
}

GROUP(test_choice)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calm_is_zero_always),
        cmocka_unit_test(a_seeds_surprises_given_back_make_the_same_run),
        cmocka_unit_test(the_budget_is_kept),
        cmocka_unit_test(one_sites_questions_do_not_move_anothers),
        cmocka_unit_test(a_site_without_odds_is_never_surprised),
        cmocka_unit_test(a_list_is_read_in_any_order_by_name_or_number),
        cmocka_unit_test(a_listed_surprise_tells_what_became_of_it),
        cmocka_unit_test(wrong_lists_say_what_was_expected),
        cmocka_unit_test(too_long_a_list_is_refused),
    };

    return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
