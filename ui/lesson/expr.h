/* expr.h - expressions over runs: what a lesson asks is what a run says, never a number in a file.
 *
 *     count(ATTACH by inetinfo.exe, begin, story exception) > 0
 *     in_force(thread of at, at + 1 record) != owner(thread of at)
 *     heavy.outcome == "stop" and not twin.crashed
 *     with("process inetinfo.other_modules=64 KiB").outcome
 *     seeds(1..20).all(outcome == "survived")
 *     builds(sp2, hotfix, h2).distinct(fingerprint)
 *
 * Literals: whole numbers, times ("50 ms"), shares ("5 %"), "names" in quotes, yes and no.
 * Operators, loosest first: or; and; not; == != < <= > >=; + -; * /. Words and their arguments are
 * rows of words.def. An instant is an anchor (ui/recording/anchor.h); at, from, to and key are the
 * page's own (in another run: the record of the same number), and first_difference is the first
 * record in which the lesson's run and its twin differ. Before a word stands the run that it asks:
 * the name of a [run], twin, again (the same run once more), or with("SETTING;SETTING"); without
 * one it asks the page's run.
 */
#pragma once
#include "ui/lesson/runs.h"
#include "ui/lesson/value.h"

enum { EXPR_NODES_MAX = 64, EXPR_CHARS = 1200, EXPR_KIDS = 5 };

struct lesson_word;

struct expr_node {
    enum expr_op {
        EXPR_LITERAL,
        EXPR_WORD, /* A row of words.def. */
        EXPR_IN,   /* kids[0] asked of another run. */
        EXPR_OVER, /* kids[0] asked of several runs. */
        EXPR_NOT,
        EXPR_MINUS,
        EXPR_OR,
        EXPR_AND,
        EXPR_EQUAL,
        EXPR_DIFFERS,
        EXPR_LESS,
        EXPR_LESS_EQUAL,
        EXPR_MORE,
        EXPR_MORE_EQUAL,
        EXPR_PLUS,
        EXPR_LESS_BY,
        EXPR_TIMES,
        EXPR_OVER_BY
    } op;
    struct value literal;
    const struct lesson_word *word;
    const char *texts[EXPR_KIDS]; /* WORD: its arguments as written. IN: the run. OVER: the runs. */
    uint16_t kids[EXPR_KIDS];
    enum expr_over { OVER_COUNT, OVER_ALL, OVER_ANY, OVER_DISTINCT } over;
    uint64_t low, high; /* OVER seeds: from, to. */
};

struct expr {
    char text[EXPR_CHARS]; /* Arguments are cut out of it. */
    uint16_t count, root;
    struct expr_node nodes[EXPR_NODES_MAX];
};

/* A lesson's named runs; the twin is one called "twin". */
enum { EXPR_RUNS_MAX = 10 };
struct expr_runs {
    uint32_t count;
    const char *names[EXPR_RUNS_MAX];
    const char *sets[EXPR_RUNS_MAX]; /* Settings with semicolons between. */
};

/* Reads an expression. False: error says what was
 * found and what was expected. */
bool expr_parse(struct expr *expr, const char *text, const struct expr_runs *runs,
                char error[LESSON_ERROR_CHARS]);

/* What a page gives an expression: its run, and its instants. */
enum { MARK_AT, MARK_FROM, MARK_TO, MARK_KEY, MARKS };
#define MARK_NONE UINT64_MAX
struct expr_page {
    struct lesson_runs *runs;
    const struct expr_runs *named;
    struct lesson_run *run; /* The run that words ask; NULL: the lesson's own. */
    uint64_t marks[MARKS];  /* Records of that run; MARK_NONE: the page has none. */
};

/* Evaluates. False: the run has no such instant, a word does not fit, ...; error says what. */
bool expr_evaluate(const struct expr *expr, const struct expr_page *page, struct value *out,
                   char error[LESSON_ERROR_CHARS]);

/* Finds an instant: an anchor in which at, from, to and key stand for the page's. */
bool expr_instant(const struct expr_page *page, struct lesson_run *run, const char *anchor,
                  uint64_t *record, char error[LESSON_ERROR_CHARS]);
/* The run called so, or with these settings, beside `base` (NULL: the lesson's own). A named run is
 * the lesson's own with other settings, also on a page that has a run of its own. */
struct lesson_run *expr_run(const struct expr_page *page, const struct lesson_run *base,
                            const char *name, char error[LESSON_ERROR_CHARS]);
/* Reads an anchor without a run. False: it cannot be understood, or it has a record's number; error
 * says what was found and what was expected. */
bool expr_check_instant(const char *anchor, char error[LESSON_ERROR_CHARS]);
