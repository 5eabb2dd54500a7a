/* quiz_test.c - questions of every type are held to the machine by brute force: each option is
 * compared with what a run of the test's own comes to, and exactly one may be right.
 *
 * EXIFSIM_VARIANTS=200 asks for more than the usual ten of each type (tests/soak.sh).
 */
#include "model/look/inspect.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include "ui/lesson/quiz_draw.h"
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

/* ---- A run of the test's own ----------------------------------------------------------------- */

enum { THREADS = 65536 };

struct replay {
    const struct quiz_question *q;
    struct world *world; /* NULL while it boots. */
    void (*note)(struct replay *replay, const struct record *record, uint64_t number);
    uint32_t in_force[THREADS]; /* By thread ID: address of a process. */
    bool armed;                 /* The question's record was seen. */
    uint32_t cpu;               /* Its processor. */
    uint32_t level[CPUS_MAX], before_dpc[CPUS_MAX];
    uint32_t left_count;
    struct {
        uint32_t thread, level;
    } left[THREADS];
    uint32_t handle_count;
    struct {
        uint32_t process, handle, object;
    } handles[THREADS];
    struct value found;
    bool has_found;
};

static void watch(const struct record *record, uint64_t number, void *ctx)
{
    struct replay *replay = ctx;

    if (!replay->has_found)
        replay->note(replay, record, number);
    else if (replay->world != NULL)
        sim_finish(world_sim(replay->world), SIM_BUDGET);
}

/* The options that make a question's run: its settings and its seed. */
static struct scenario *load(const struct quiz_question *q, char *texts)
{
    struct run_options own = options;
    char error[RUN_ERROR_CHARS], *rest = texts, *set;

    strcpy(texts, q->sets);
    while ((set = strsep(&rest, ";")) != NULL) {
        if (strncmp(set, "surprises=", 10) == 0)
            own.surprises = set + 10;
        else if (set[0] != 0 && strncmp(set, "seed=", 5) != 0)
            own.sets[own.set_count++] = set;
    }
    return run_load(&own, q->scenario, error);
}

static struct value replayed(const struct quiz_question *q,
                             void (*note)(struct replay *, const struct record *, uint64_t))
{
    struct replay *replay = calloc(1, sizeof *replay);
    char texts[sizeof q->sets];
    struct value found;

    assert_non_null(replay);
    replay->q = q;
    replay->note = note;
    struct scenario *scenario = load(q, texts);

    assert_non_null(scenario);
    struct world *world = world_new_watched(scenario, q->seed, watch, replay);

    assert_non_null(world);
    replay->world = world;
    world_run(world, SIM_NEVER);
    found = replay->found;
    assert_true(replay->has_found);
    world_free(world);
    free(scenario);
    free(replay);
    return found;
}

static void finds(struct replay *replay, struct value value)
{
    replay->found = value;
    replay->has_found = true;
}

/* ---- What each type comes to ----------------------------------------------------------------- */

static void follow_visits(struct replay *replay, const struct record *r)
{
    if (r->kind == REC_THREAD_NEW)
        replay->in_force[r->c % THREADS] = r->b;
    if (r->kind == REC_ATTACH)
        replay->in_force[r->thread % THREADS] = r->a;
    if (r->kind == REC_DETACH)
        replay->in_force[r->thread % THREADS] = r->b;
}

static void note_in_force(struct replay *replay, const struct record *r, uint64_t number)
{
    follow_visits(replay, r);
    if (number == replay->q->record)
        finds(replay,
              value_name(world_process_name(replay->world, replay->in_force[r->thread % THREADS])));
}

static struct value find_in_force(const struct quiz_question *q)
{
    return replayed(q, note_in_force);
}

/* The name of a thread, as options have it. */
static struct value thread_name(struct world *world, uint32_t address)
{
    struct inspect *look = inspect_new();
    char name[VALUE_NAME_CHARS];

    assert_non_null(look);
    inspect_take_parts(world, look, INSPECT_PROCESSES | INSPECT_THREADS);
    quiz_thread(look, inspect_thread_at(look, address), name);
    inspect_free(look);
    return value_name(name);
}

static void note_who_next(struct replay *replay, const struct record *r, uint64_t number)
{
    if (number == replay->q->record) {
        replay->armed = true;
        replay->cpu = r->cpu;
    } else if (replay->armed && r->cpu == replay->cpu) {
        assert_int_equal(r->kind, REC_SWITCH);
        finds(replay, thread_name(replay->world, r->a));
    }
}

static struct value find_who_next(const struct quiz_question *q)
{
    return replayed(q, note_who_next);
}

static void follow_handles(struct replay *replay, const struct record *r)
{
    uint32_t i = 0;

    if (r->kind != REC_HANDLE_OPEN && r->kind != REC_HANDLE_CLOSE)
        return;
    while (i < replay->handle_count &&
           (replay->handles[i].process != r->c || replay->handles[i].handle != r->a))
        i++;
    assert_true(i < THREADS);
    replay->handle_count = MAX_OF(replay->handle_count, i + 1);
    replay->handles[i].process = r->c;
    replay->handles[i].handle = r->a;
    replay->handles[i].object = r->kind == REC_HANDLE_OPEN ? r->b : 0;
}

/* Type and name of an object, found by its address among all handles. */
static struct value object_name(struct world *world, uint32_t address)
{
    struct inspect *look = inspect_new();
    char text[VALUE_NAME_CHARS];

    assert_non_null(look);
    inspect_take_parts(world, look, INSPECT_PROCESSES | INSPECT_HANDLES);
    const struct inspect_handle *handle = inspect_handle_to(look, address);

    assert_non_null(handle);
    if (handle->name[0] != 0)
        snprintf(text, sizeof text, "%.14s %.63s", inspect_type_name(handle->type), handle->name);
    else
        snprintf(text, sizeof text, "%.14s at %08x", inspect_type_name(handle->type),
                 (unsigned)address);
    inspect_free(look);
    return value_name(text);
}

static void note_handle(struct replay *replay, const struct record *r, uint64_t number)
{
    const char *asked = strstr(replay->q->ask, "closes handle 0x");

    assert_non_null(asked);
    if (number == replay->q->record)
        for (uint32_t i = 0; i < replay->handle_count; i++)
            if (replay->handles[i].process == replay->in_force[r->thread % THREADS] &&
                replay->handles[i].handle == strtoul(asked + 14, NULL, 16))
                finds(replay, object_name(replay->world, replay->handles[i].object));
    follow_visits(replay, r);
    follow_handles(replay, r);
}

static struct value find_handle(const struct quiz_question *q) { return replayed(q, note_handle); }

static void follow_level(struct replay *replay, const struct record *r)
{
    uint32_t *level = &replay->level[r->cpu], i;

    if (r->kind == REC_IRQL)
        *level = r->b;
    if (r->kind == REC_DPC_RUN)
        replay->before_dpc[r->cpu] = *level;
    if (r->kind == REC_DPC_RUN || r->kind == REC_DPC_END)
        *level = r->kind == REC_DPC_RUN ? 2 : replay->before_dpc[r->cpu];
    if (r->kind == REC_IDLE)
        *level = 0;
    if (r->kind != REC_SWITCH)
        return;
    for (i = 0; i < replay->left_count && replay->left[i].thread != r->b; i++)
        ;
    assert_true(i < THREADS);
    replay->left_count = MAX_OF(replay->left_count, i + 1);
    replay->left[i].thread = r->b;
    replay->left[i].level = *level;
    for (*level = 0, i = 0; i < replay->left_count; i++)
        if (replay->left[i].thread == r->a)
            *level = replay->left[i].level;
}

static void note_level(struct replay *replay, const struct record *r, uint64_t number)
{
    bool is_index = strstr(replay->q->ask, "ApcStateIndex") != NULL;
    struct inspect *look;

    if (number == replay->q->record && is_index) {
        look = inspect_new();
        assert_non_null(look);
        inspect_take_parts(replay->world, look, INSPECT_PROCESSES | INSPECT_THREADS);
        const struct inspect_thread *thread = inspect_thread(look, r->thread);

        finds(replay, value_count(look->processes[thread->process].address !=
                                  replay->in_force[r->thread % THREADS]));
        inspect_free(look);
    } else if (number == replay->q->record) {
        finds(replay, value_count(replay->level[r->cpu]));
    }
    follow_visits(replay, r);
    follow_level(replay, r);
}

static struct value find_level(const struct quiz_question *q) { return replayed(q, note_level); }

/* ---- Every type ------------------------------------------------------------------------------ */

#define FOLDER SCENARIOS
static const char *const visits[] = { FOLDER "kb908674.ini", FOLDER "h2_reentry.ini" };

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

/* Exactly one option of every question is what a run of the test's own comes to. */
static void one_option_is_right(void **state)
{
    struct quiz_question *q = calloc(1, sizeof *q);
    uint32_t letters[QUIZ_OPTIONS_MAX];

    (void)state;
    assert_non_null(q);
    for (size_t t = 0; t < ARRAY_LEN(table); t++) {
        const struct tried *tried = &table[t];
        struct quiz *quiz = quiz_new(&options, 20261129, tried->pool, tried->pool_count);

        memset(letters, 0, sizeof letters);
        for (uint32_t i = 0; i < variants(); i++) {
            assert_int_equal(quiz_ask(quiz, tried->kind, i, q), QUIZ_ASKED);
            holds(q, tried->find(q));
            letters[q->right]++;
        }
        for (int i = 0; i < QUIZ_OPTIONS_MAX; i++) /* No letter pays. */
            assert_true(letters[i] < variants() * 8 / 10);
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
        bool found = quiz_types[kind].needs != NULL;

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
    enum quiz_end end;
    struct quiz_form *form = quiz_form_new(quiz, seed, QUIZ_in_force, 4, &end);
    FILE *out = tmpfile();
    char *text = calloc(1, 65536);

    assert_non_null(form);
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

GROUP(quiz_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_option_is_right),
        cmocka_unit_test(every_type_is_held),
        cmocka_unit_test(a_seed_is_a_form),
        cmocka_unit_test(a_variant_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
