/* quiz.c - see quiz.h: the pool, the draws of a question, and what is refused.
 *
 * Several draws may be needed for one question, all from its one stream. A run is kept while the
 * questions stay with its scenario; its machine runs again for each look (quiz_draw.c).
 */
#include "ui/lesson/quiz_inside.h"
#include "sim/ini.h"
#include "ui/host/files.h"
#include "ui/host/texts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DRAWS_A_SCENARIO = 12, /* Then another one of the pool is tried. */
    HOPELESS_MAX = 24,     /* Scenarios of which no draw can give a question; then none is made. */
    RUNS_KEPT = 24,        /* Then the runs of earlier questions are forgotten. */
};

const struct quiz_type quiz_types[QUIZ_TYPES] = {
#define QUIZ_TYPE(name, title, learns) { #name, title, learns },
#include "ui/lesson/quiz_types.def"
#undef QUIZ_TYPE
};

static bool (*const draws[QUIZ_TYPES])(struct quiz_draw *d) = {
#define QUIZ_TYPE(name, title, learns) [QUIZ_##name] = quiz_draw_##name,
#include "ui/lesson/quiz_types.def"
#undef QUIZ_TYPE
};

const char *const quiz_refusal_texts[QUIZ_REFUSALS] = {
    [REFUSED_NOTHING] = "had no such instant nearby",
    [REFUSED_TWO_WAYS] = "gave two keys by two ways",
    [REFUSED_OPTIONS] = "had too few options that differ",
    [REFUSED_BALANCE] = "had another key than was wanted",
};

enum quiz_kind quiz_type_find(const char *name)
{
    int i = 0;

    while (i < QUIZ_TYPES && strcmp(quiz_types[i].name, name) != 0)
        i++;
    return (enum quiz_kind)i;
}

bool quiz_type_wanted(enum program program, const char *name, enum quiz_kind *out)
{
    char list[400] = "";
    const char *names[QUIZ_TYPES], *near;

    *out = name != NULL ? quiz_type_find(name) : QUIZ_TYPES;
    if (name == NULL || *out != QUIZ_TYPES)
        return true;
    for (int i = 0; i < QUIZ_TYPES; i++) {
        size_t length = strlen(list);

        names[i] = quiz_types[i].name;
        snprintf(list + length, sizeof list - length, "%s %s", i > 0 ? "," : "", names[i]);
    }
    near = ini_did_you_mean(name, names, QUIZ_TYPES);
    return options_refuse(program, "--type \"%s\" (expected one of:%s%s%s%s)", name, list,
                          near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                          near != NULL ? "\"?" : "");
}

struct quiz *quiz_new(const struct run_options *options, uint64_t seed, const char *const *paths,
                      uint32_t count)
{
    struct quiz *quiz = calloc(1, sizeof *quiz);

    CHECK(quiz != NULL && count > 0);
    quiz->options = *options;
    quiz->given = options;
    quiz->seed = seed;
    quiz->paths = paths;
    quiz->path_count = count;
    quiz->look = inspect_new();
    CHECK(quiz->look != NULL);
    return quiz;
}

static void close_scenario(struct quiz *quiz)
{
    lesson_runs_free(quiz->runs);
    quiz_tape_free(quiz->tape);
    quiz->runs = NULL;
    quiz->run = NULL;
    quiz->tape = NULL;
    quiz->turns = 0;
}

void quiz_free(struct quiz *quiz)
{
    if (quiz == NULL)
        return;
    close_scenario(quiz);
    inspect_free(quiz->look);
    free(quiz);
}

const uint32_t *quiz_refusals(const struct quiz *quiz) { return quiz->refusals; }

/* ---- The scenario at hand -------------------------------------------------------------------- */

/* Begins with no runs but the scenario's own: with the seed of the options, its own, or seed 1. */
static bool open_runs(struct quiz *quiz)
{
    char error[LESSON_ERROR_CHARS];

    lesson_runs_free(quiz->runs);
    quiz->made = 0;
    quiz->runs = lesson_runs_new(&quiz->options, quiz->paths[quiz->open]);
    quiz->run = lesson_run_with(quiz->runs, NULL, "", error);
    if (quiz->run != NULL && !quiz->options.has_seed && !lesson_run_scenario(quiz->run)->has_seed)
        quiz->run = lesson_run_with(quiz->runs, NULL, "seed=1", error);
    lesson_runs_page(quiz->runs);
    return quiz->run != NULL;
}

/* Opens a scenario of the pool, unless it is open. */
static enum quiz_end open_scenario(struct quiz *quiz, uint32_t index)
{
    if (quiz->runs != NULL && quiz->open == index)
        return quiz->made <= RUNS_KEPT || open_runs(quiz) ? QUIZ_ASKED : QUIZ_FILE;
    close_scenario(quiz);
    quiz->open = index;
    if (!open_runs(quiz))
        return QUIZ_FILE;
    quiz->tape = quiz_tape_new(quiz, quiz->run);
    return quiz->tape != NULL ? QUIZ_ASKED : QUIZ_NO_MEMORY;
}

/* ---- One question ---------------------------------------------------------------------------- */

static bool options_differ(const struct quiz_question *q)
{
    for (uint32_t i = 0; i < q->option_count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (value_equal(&q->options[i].value, &q->options[j].value) ||
                strcmp(q->options[i].text, q->options[j].text) == 0)
                return false;
    return q->option_count >= QUIZ_OPTIONS_LEAST;
}

/* Puts the options into an order that says nothing. */
static void shuffle(struct quiz_question *q, struct rng *rng)
{
    for (uint32_t i = q->option_count - 1; i > 0; i--) {
        uint32_t j = (uint32_t)rng_below(rng, i + 1);
        struct quiz_option kept = q->options[i];

        q->options[i] = q->options[j];
        q->options[j] = kept;
        q->right = q->right == i ? j : q->right == j ? i : q->right;
    }
}

static bool draw_once(struct quiz *quiz, struct quiz_draw *d, struct quiz_question *out)
{
    enum quiz_kind kind = out->kind;
    uint32_t variant = out->variant;

    memset(out, 0, sizeof *out);
    out->kind = kind;
    out->variant = variant;
    snprintf(out->scenario, sizeof out->scenario, "%s", quiz->paths[quiz->open]);
    out->runs = quiz->given;
    out->seed = lesson_run_seed(quiz->run);
    quiz->made += lesson_runs_made(quiz->runs);
    lesson_runs_page(quiz->runs);
    d->quiz = quiz;
    d->runs = quiz->runs;
    d->run = quiz->run;
    d->tape = quiz->tape;
    d->q = out;
    d->why = REFUSED_NOTHING;
    d->hopeless = false;
    if (draws[kind](d) && (options_differ(out) || quiz_refuse(d, REFUSED_OPTIONS)))
        return true;
    quiz->refusals[d->why]++;
    return false;
}

static bool is_ended(const struct quiz *quiz)
{
    return quiz->options.signal != NULL && atomic_load(quiz->options.signal);
}

enum quiz_end quiz_ask(struct quiz *quiz, enum quiz_kind kind, uint32_t variant,
                       struct quiz_question *out)
{
    struct quiz_draw d = { 0 };
    uint32_t hopeless = 0;
    char stream[80];
    enum quiz_end end;

    memset(out, 0, sizeof *out);
    out->kind = kind;
    out->variant = variant;
    snprintf(stream, sizeof stream, "quiz/%s/%u", quiz_types[kind].name, variant);
    d.rng = rng_stream(quiz->seed, stream);
    for (uint32_t i = 0; i < QUIZ_DRAWS_MAX; i++) {
        if (i % DRAWS_A_SCENARIO == 0 || d.hopeless) {
            end = open_scenario(quiz, (uint32_t)rng_below(&d.rng, quiz->path_count));
            if (end != QUIZ_ASKED)
                return end;
        }
        bool drawn = draw_once(quiz, &d, out);

        if (is_ended(quiz)) /* Runs that were broken off have said nothing. */
            return QUIZ_ENDED;
        if (drawn) {
            shuffle(out, &d.rng);
            return QUIZ_ASKED;
        }
        if (d.no_memory)
            return QUIZ_NO_MEMORY;
        hopeless += d.hopeless;
        if ((hopeless > 0 && quiz->path_count == 1) || hopeless == HOPELESS_MAX)
            break;
    }
    return QUIZ_REFUSED;
}

bool quiz_same(const struct quiz_question *one, const struct quiz_question *other)
{
    return one->kind == other->kind && one->record == other->record && one->seed == other->seed &&
           strcmp(one->scenario, other->scenario) == 0 && strcmp(one->sets, other->sets) == 0 &&
           strcmp(one->ask, other->ask) == 0;
}

/* ---- Where it is ----------------------------------------------------------------------------- */

void quiz_see(const struct quiz_question *question, char out[RUN_REPRO_CHARS])
{
    char word[40], *copy = strdup(question->sets), *rest = copy, *set;

    CHECK(copy != NULL);
    snprintf(out, RUN_REPRO_CHARS, "exifsim %s", question->has_instant ? "view" : "run");
    run_add_word(out, question->scenario);
    run_add_word(out, "--seed");
    snprintf(word, sizeof word, "%" PRIu64, question->seed);
    run_add_word(out, word);
    for (uint32_t i = 0; i < question->runs->set_count; i++) {
        run_add_word(out, "--set");
        run_add_word(out, question->runs->sets[i]);
    }
    while ((set = text_take(&rest, ";")) != NULL) {
        if (set[0] == 0 || strncmp(set, "seed=", 5) == 0) /* The seed stands there already. */
            continue;
        bool surprises = strncmp(set, "surprises=", 10) == 0;

        run_add_word(out, surprises ? "--surprises" : "--set");
        run_add_word(out, surprises ? set + 10 : set);
    }
    if (question->has_instant) {
        snprintf(word, sizeof word, "#%" PRIu64, question->record);
        run_add_word(out, "--at");
        run_add_word(out, word);
    }
    free(copy);
}

void quiz_judge(const struct quiz_question *question, uint32_t chosen, struct quiz_verdict *out)
{
    out->right = chosen == question->right;
    snprintf(out->said, sizeof out->said, "%s %s", out->right ? "Right." : "No.",
             out->right ? question->because : question->options[chosen].slip);
    out->key[0] = 0;
    if (!out->right)
        snprintf(out->key, sizeof out->key, "It is %c: %s. %s", 'a' + (int)question->right,
                 question->options[question->right].text, question->because);
}

void quiz_place(const struct quiz_question *question, char *out, size_t size)
{
    const char *name = file_short_name(question->scenario);

    if (question->has_instant)
        snprintf(out, size, "%s, seed %" PRIu64 ", at %" PRIu64 ".%09" PRIu64 " s", name,
                 question->seed, question->at / SEC(1), question->at % SEC(1));
    else
        snprintf(out, size, "%s, seed %" PRIu64, name, question->seed);
}
