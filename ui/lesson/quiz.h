/* quiz.h - questions that are made from runs: drawn at random, keyed by the machine.
 *
 *     struct quiz *quiz = quiz_new(&options, seed, paths, count);
 *     if (quiz_ask(quiz, quiz_type_find("in_force"), 0, &question) == QUIZ_ASKED) ...
 *     quiz_free(quiz);
 *
 * A question is a variant of a type (quiz_types.def): a run of the pool, an instant, a subject. Its
 * draws come from the stream "quiz/TYPE/VARIANT" of the quiz's seed, so a seed, a type and a number
 * give the same question on every platform. The key is read off a machine that is run again up to
 * that instant, or off a whole run; a second way, by the records of another run, must agree. Wrong
 * options come from misconceptions, are computed too, and each has its sentence. An instant at
 * which the two ways differ, or fewer than three options differ as values, is refused, counted, and
 * another one is drawn.
 */
#pragma once
#include "ui/lesson/runs.h"
#include "ui/lesson/value.h"
#include "ui/run/options.h"

enum {
    QUIZ_OPTIONS_LEAST = 3,
    QUIZ_OPTIONS_MAX = 4,
    QUIZ_LINES_MAX = 10,
    QUIZ_LINE_CHARS = 200,
    QUIZ_ASK_CHARS = 700,
    QUIZ_SLIP_CHARS = 300,
    QUIZ_DRAWS_MAX = 60, /* Instants that are drawn for one question, before it is given up. */
};

/* Rows of quiz_types.def. */
enum quiz_kind {
#define QUIZ_TYPE(name, title, learns) QUIZ_##name,
#include "ui/lesson/quiz_types.def"
#undef QUIZ_TYPE
    QUIZ_TYPES
};

struct quiz_type {
    const char *name, *title, *learns;
};
extern const struct quiz_type quiz_types[QUIZ_TYPES];
/* The type of that name; QUIZ_TYPES: there is none. */
enum quiz_kind quiz_type_find(const char *name);
/* The type that --type names; QUIZ_TYPES: all, for it was not given. False: there is no such type,
 * and the error was printed to stderr. */
bool quiz_type_wanted(enum program program, const char *name, enum quiz_kind *out);

struct quiz_option {
    struct value value;
    char text[VALUE_TEXT_CHARS];
    char slip[QUIZ_SLIP_CHARS]; /* Why somebody takes it, and why it is wrong; the key has none. */
};

struct quiz_question {
    enum quiz_kind kind;
    uint32_t variant;
    char scenario[512];             /* Path as the pool has it. */
    const struct run_options *runs; /* Options of all runs of the quiz: its maker's. */
    char sets[512]; /* Settings of this run beside those, each followed by a semicolon; "": none. */
    uint64_t seed;
    bool has_instant; /* False: the question is about a whole run. */
    uint64_t record;
    sim_time at;
    char ask[QUIZ_ASK_CHARS];
    uint32_t line_count;
    char lines[QUIZ_LINES_MAX][QUIZ_LINE_CHARS]; /* Facts that the question gives. */
    uint32_t option_count, right;                /* right: index of the key. */
    struct quiz_option options[QUIZ_OPTIONS_MAX];
    char because[QUIZ_SLIP_CHARS]; /* Why the key is right. */
};

/* Why an instant was not asked about. */
enum quiz_refusal {
    REFUSED_NOTHING,  /* The run has no such instant near the one that was drawn. */
    REFUSED_TWO_WAYS, /* The second way gave another key. */
    REFUSED_OPTIONS,  /* Too few options differ. */
    REFUSED_BALANCE,  /* Another key was wanted, so that no letter pays more than the others. */
    QUIZ_REFUSALS
};
extern const char *const quiz_refusal_texts[QUIZ_REFUSALS];

enum quiz_end {
    QUIZ_ASKED,
    QUIZ_REFUSED, /* The pool gives no such question. */
    QUIZ_FILE,    /* A scenario of the pool is wrong; the errors were printed to stderr. */
    QUIZ_NO_MEMORY,
    QUIZ_ENDED, /* The signal of the options asked for it. */
};

struct quiz;

/* Prepares a quiz over scenarios. Options and paths must live as long as the quiz. A scenario runs
 * with the seed of the options, else with its own, else with seed 1. */
struct quiz *quiz_new(const struct run_options *options, uint64_t seed, const char *const *paths,
                      uint32_t count);
void quiz_free(struct quiz *quiz); /* NULL is allowed. */

/* Makes one question of a type. */
enum quiz_end quiz_ask(struct quiz *quiz, enum quiz_kind kind, uint32_t variant,
                       struct quiz_question *out);
/* How many instants were refused so far, by reason. */
const uint32_t *quiz_refusals(const struct quiz *quiz);
/* True if both ask the same. */
bool quiz_same(const struct quiz_question *one, const struct quiz_question *other);

/* The command that shows the instant, or repeats the run. */
void quiz_see(const struct quiz_question *question, char out[RUN_REPRO_CHARS]);
/* What is said to whoever chose an option: "Right. ..." or "No. ...", and what is right and why. */
struct quiz_verdict {
    bool right;
    char said[QUIZ_SLIP_CHARS + 8];
    char key[QUIZ_SLIP_CHARS + VALUE_TEXT_CHARS + 16]; /* "": said has it. */
};
void quiz_judge(const struct quiz_question *question, uint32_t chosen, struct quiz_verdict *out);
/* Where the question is: "kb908674.ini, seed 1, at 74.812 s, record 1,234,567". */
void quiz_place(const struct quiz_question *question, char *out, size_t size);
