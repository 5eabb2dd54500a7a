/* quiz_test.c - questions of every type are held to the machine by brute force: each option is
 * compared with what a run of the test's own comes to, and exactly one may be right.
 *
 * EXIFSIM_VARIANTS=200 asks for more than the usual ten of each type (tests/soak.sh), and 2 for
 * fewer, where a run is slow (the sanitizers). EXIFSIM_TYPE=fix holds this type alone.
 */
#include "tests/groups.h"
#include "tests/lesson/quiz_replay.h"
#include "ui/lesson/quiz_form.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct run_options options;

static uint32_t variants(void)
{
    const char *text = getenv("EXIFSIM_VARIANTS");

    return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 10;
}

/* ---- Every type ------------------------------------------------------------------------------ */

#define FOLDER SCENARIOS
static const char *const visits[] = { FOLDER "kb908674.ini", FOLDER "h2_reentry.ini" };

static const char *const stops[] = { FOLDER "kb908674.ini", FOLDER "h2_reentry.ini",
                                     FOLDER "h3_forgotten_detach.ini",
                                     FOLDER "h5_exit_attached.ini" };
static const char *const causes[] = {
    FOLDER "kb908674.ini",           FOLDER "h2_reentry.ini", FOLDER "h5_exit_attached.ini",
    FOLDER "crash_without_load.ini", FOLDER "kb887742.ini",   FOLDER "drill_without_exifs.ini"
};

static const char *const nights[] = { FOLDER "kb908674.ini", FOLDER "kb887742.ini",
                                      FOLDER "kb910618.ini", FOLDER "h2_reentry.ini" };

#define STORIES FOLDER "orders/"
static const char *const stories[] = {
    STORIES "account.ini",           STORIES "apc_attach.ini",     STORIES "lost_wakeup.ini",
    STORIES "deadlock01.ini",        STORIES "bluetooth.ini",      STORIES "work_stealing.ini",
    STORIES "philosophers_3.ini",    STORIES "phase01.ini",        STORIES "dpc_unload.ini",
    STORIES "apc_attach_mended.ini", STORIES "account_mended.ini", STORIES "lost_wakeup_mended.ini"
};

static const struct tried {
    enum quiz_kind kind;
    struct value (*find)(const struct quiz_question *q);
    const char *const *pool;
    uint32_t pool_count;
} table[] = {
    { QUIZ_who_next, find_who_next, visits, ARRAY_LEN(visits) },
    { QUIZ_in_force, find_in_force, visits, ARRAY_LEN(visits) },
    { QUIZ_handle, find_handle, visits, ARRAY_LEN(visits) },
    { QUIZ_level, find_level, visits, ARRAY_LEN(visits) },
    { QUIZ_waits_for, find_waits_for, visits, ARRAY_LEN(visits) },
    { QUIZ_cause, find_cause, visits, ARRAY_LEN(visits) },
    { QUIZ_turn, find_turn, visits, 1 },
    { QUIZ_stop_or_not, find_stop_or_not, visits, 1 },
    { QUIZ_argument, find_argument, stops, ARRAY_LEN(stops) },
    { QUIZ_article, find_article, causes, ARRAY_LEN(causes) },
    { QUIZ_how_many, find_how_many, visits, 1 },
    { QUIZ_orders, find_orders, stories, ARRAY_LEN(stories) },
    { QUIZ_fix, find_fix, nights, ARRAY_LEN(nights) },
};

static void holds(const struct quiz_question *q, struct value found)
{
    char key[VALUE_TEXT_CHARS];

    assert_in_range(q->option_count, QUIZ_OPTIONS_LEAST, QUIZ_OPTIONS_MAX);
    assert_true(q->right < q->option_count);
    assert_true(q->ask[0] != 0 && q->because[0] != 0);
    for (uint32_t i = 0; i < q->option_count; i++) {
        const struct quiz_option *option = &q->options[i];

        if (value_equal(&option->value, &found) != (i == q->right))
            fail_msg("%s %u at #%llu: option %s, found %s", quiz_types[q->kind].name, q->variant,
                     (unsigned long long)q->record, option->text, value_text(&found, key));
        assert_int_equal(option->slip[0] == 0, i == q->right);
        for (uint32_t j = 0; j < i; j++) {
            assert_false(value_equal(&option->value, &q->options[j].value));
            assert_string_not_equal(option->text, q->options[j].text);
        }
    }
}

/* The cures that were keys: no change is the answer to most questions. */
static struct {
    char set[VALUE_NAME_CHARS];
    uint32_t count;
} cures[32];

static void note_cure(const struct quiz_question *q)
{
    const char *set = q->options[q->right].value.name;
    size_t i = 0;

    while (cures[i].count > 0 && strcmp(cures[i].set, set) != 0)
        assert_true(++i < ARRAY_LEN(cures));
    strcpy(cures[i].set, set);
    cures[i].count++;
}

static void cures_differ(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cures) && cures[i].count > 0; i++) {
        print_message("  %s: %u of %u\n", cures[i].set, cures[i].count, variants());
        assert_true(variants() < 10 || cures[i].count * 2 <= variants());
    }
}

/* Exactly one option of every question is what a run of the test's own comes to. */
static void one_option_is_right(void **state)
{
    struct quiz_question *q = calloc(1, sizeof *q);
    uint32_t letters[QUIZ_OPTIONS_MAX];
    const char *only = getenv("EXIFSIM_TYPE");

    (void)state;
    assert_non_null(q);
    for (size_t t = 0; t < ARRAY_LEN(table); t++) {
        const struct tried *tried = &table[t];

        if (only != NULL && strcmp(only, quiz_types[tried->kind].name) != 0)
            continue;
        struct quiz *quiz = quiz_new(&options, 20261129, tried->pool, tried->pool_count);

        memset(letters, 0, sizeof letters);
        for (uint32_t i = 0; i < variants(); i++) {
            assert_int_equal(quiz_ask(quiz, tried->kind, i, q), QUIZ_ASKED);
            holds(q, tried->find(q));
            letters[q->right]++;
            if (tried->kind == QUIZ_fix)
                note_cure(q);
        }
        for (int i = 0; i < QUIZ_OPTIONS_MAX && variants() >= 10; i++) /* No letter pays. */
            assert_true(letters[i] < variants() * 8 / 10);
        if (tried->kind == QUIZ_fix)
            cures_differ();
        print_message("%s: refused %u, %u, %u, %u\n", quiz_types[tried->kind].name,
                      quiz_refusals(quiz)[0], quiz_refusals(quiz)[1], quiz_refusals(quiz)[2],
                      quiz_refusals(quiz)[3]);
        quiz_free(quiz);
    }
    free(q);
}

/* Every type that can be asked is in the table above. */
static void every_type_is_held(void **state)
{
    (void)state;
    for (int kind = 0; kind < QUIZ_TYPES; kind++) {
        bool found = false;

        for (size_t t = 0; t < ARRAY_LEN(table); t++)
            found = found || table[t].kind == (enum quiz_kind)kind;
        if (!found)
            fail_msg("%s is not tried", quiz_types[kind].name);
    }
}

/* ---- Forms ----------------------------------------------------------------------------------- */

static char *sheet_of(uint64_t seed)
{
    struct quiz *quiz = quiz_new(&options, seed, visits, 1);
    struct quiz_form *form = quiz_form_new(seed, QUIZ_in_force, 4);
    FILE *out = tmpfile();
    char *text = calloc(1, 65536);

    assert_int_equal(quiz_form_fill(form, quiz, NULL, NULL), QUIZ_ASKED);
    assert_int_equal(form->count, 4);
    assert_non_null(out);
    assert_non_null(text);
    quiz_form_sheet(form, out);
    quiz_form_key(form, out);
    rewind(out);
    assert_true(fread(text, 1, 65535, out) > 0);
    fclose(out);
    quiz_form_free(form);
    quiz_free(quiz);
    return text;
}

/* The same seed draws the same questions, another seed draws others. */
static void a_seed_is_a_form(void **state)
{
    char *one = sheet_of(7), *again = sheet_of(7), *other = sheet_of(8);

    (void)state;
    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    free(one);
    free(again);
    free(other);
}

/* A question does not depend on the questions that were asked before it. */
static void a_variant_stands_alone(void **state)
{
    struct quiz_question *one = calloc(1, sizeof *one), *other = calloc(1, sizeof *other);
    struct quiz *quiz = quiz_new(&options, 3, visits, 2);

    (void)state;
    assert_non_null(one);
    assert_non_null(other);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(quiz_ask(quiz, QUIZ_in_force, i, one), QUIZ_ASKED);
    quiz_free(quiz);
    quiz = quiz_new(&options, 3, visits, 2);
    assert_int_equal(quiz_ask(quiz, QUIZ_in_force, 3, other), QUIZ_ASKED);
    assert_true(quiz_same(one, other));
    assert_int_equal(one->right, other->right);
    quiz_free(quiz);
    free(one);
    free(other);
}

/* A seed of the options is that of the runs; without one a scenario's own is taken. */
static void the_runs_have_the_seed_of_the_options(void **state)
{
    struct quiz_question *one = calloc(1, sizeof *one);

    (void)state;
    assert_non_null(one);
    for (uint64_t seed = 2; seed < 6; seed += 3) {
        struct run_options seeded = { .has_seed = seed != 2, .seed = seed };
        struct quiz *quiz = quiz_new(&seeded, 7, visits, 1);

        assert_int_equal(quiz_ask(quiz, QUIZ_in_force, 0, one), QUIZ_ASKED);
        assert_int_equal(one->seed, seed);
        quiz_free(quiz);
    }
    free(one);
}

/* The command that shows a question has the settings that all runs of the quiz have. */
static void the_command_has_the_settings_of_all_runs(void **state)
{
    struct run_options given = { .sets = { "load.smtp.rate=30/s" }, .set_count = 1 };
    struct quiz_question *one = calloc(1, sizeof *one);
    struct quiz *quiz = quiz_new(&given, 7, visits, 1);
    char see[RUN_REPRO_CHARS];

    (void)state;
    assert_non_null(one);
    assert_int_equal(quiz_ask(quiz, QUIZ_in_force, 0, one), QUIZ_ASKED);
    quiz_free(quiz);
    quiz_see(one, see);
    assert_non_null(strstr(see, "kb908674.ini --seed 2 --set load.smtp.rate=30/s --at '#"));
    free(one);
}

static atomic_bool stop;

static void stop_behind_the_second(void *ctx, uint32_t count)
{
    *(uint32_t *)ctx = count;
    atomic_store(&stop, count == 2);
}

/* What was made before the signal stays, whole. */
static void a_signal_ends_a_form(void **state)
{
    struct run_options heeding = { .signal = &stop };
    struct quiz *quiz = quiz_new(&heeding, 7, visits, 1);
    struct quiz_form *form = quiz_form_new(7, QUIZ_in_force, 5);
    uint32_t made = 0;

    (void)state;
    assert_int_equal(quiz_form_fill(form, quiz, stop_behind_the_second, &made), QUIZ_ENDED);
    assert_int_equal(made, 2);
    assert_int_equal(form->count, 2);
    assert_true(form->questions[1].option_count >= QUIZ_OPTIONS_LEAST);
    quiz_form_free(form);
    quiz_free(quiz);
}

static void an_answer_is_judged_in_words(void **state)
{
    struct quiz_question *q = calloc(1, sizeof *q);
    struct quiz_verdict verdict;

    (void)state;
    assert_non_null(q);
    q->right = 1;
    strcpy(q->because, "It came first.");
    strcpy(q->options[0].slip, "It came last.");
    strcpy(q->options[1].text, "the first");
    quiz_judge(q, 1, &verdict);
    assert_true(verdict.right);
    assert_string_equal(verdict.said, "Right. It came first.");
    assert_string_equal(verdict.key, "");
    quiz_judge(q, 0, &verdict);
    assert_false(verdict.right);
    assert_string_equal(verdict.said, "No. It came last.");
    assert_string_equal(verdict.key, "It is b: the first. It came first.");
    free(q);
}

GROUP(quiz_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_option_is_right),
        cmocka_unit_test(every_type_is_held),
        cmocka_unit_test(a_seed_is_a_form),
        cmocka_unit_test(a_variant_stands_alone),
        cmocka_unit_test(the_runs_have_the_seed_of_the_options),
        cmocka_unit_test(the_command_has_the_settings_of_all_runs),
        cmocka_unit_test(a_signal_ends_a_form),
        cmocka_unit_test(an_answer_is_judged_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
