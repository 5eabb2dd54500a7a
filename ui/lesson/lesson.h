/* lesson.h - a lesson as its file says it: pages with what is shown, told and asked.
 *
 * A text may hold expressions in braces, {field(at, took)}: the page shows what they come to.
 *
 * A lesson is a scenario (model/scenario) with [lesson], [page N] and [run NAME] sections;
 * docs/lessons.md describes each key. Nothing here runs anything: page.h does.
 *
 *     struct lesson *lesson = lesson_read("scenarios/lessons/4_memory.ini", stderr);
 *     for (uint32_t i = 0; i < lesson->page_count; i++) puts(lesson->pages[i].title);
 *     lesson_free(lesson);
 */
#pragma once
#include "ui/lesson/expr.h"
#include <stdio.h>

enum {
    LESSON_PAGES_MAX = 16,
    LESSON_OFFERS_MAX = 6,
    LESSON_CLAIMS_MAX = 6,
    LESSON_TEXT_CHARS = 1200,
};

enum lesson_show { SHOW_TIMELINE, SHOW_STOP, SHOW_BOXES, SHOW_TWIN };
enum lesson_axis { LESSON_LINEAR, LESSON_RECORD, LESSON_GAPS };

/* What a terminal tells of the machine in place of the picture: docs/lessons.md. */
enum lesson_panel {
    PANEL_PROCESSORS, /* The thread that each processor runs. */
    PANEL_MEMORY,     /* And the process whose memory it sees. */
    PANEL_READY,
    PANEL_RESERVE,
    PANEL_REQUESTS,
    PANEL_CLERKS,
    PANELS
};
#define LESSON_PANEL(part) (1u << (part))

/* Another view that a page opens: "heavy at STOP", "with SETTINGS at ANCHOR", "at ANCHOR". */
struct lesson_other {
    char run[200]; /* Name or settings of the run; "": the page's. */
    char at[200];  /* Anchor; "": there is no other view. */
};

struct lesson_page {
    char section[24]; /* "page 3": the place of its errors. */
    char title[120];
    char run[40]; /* Name of the [run] that the page shows; "": the lesson's own. */
    enum lesson_show show;
    enum lesson_axis axis;
    uint32_t panel; /* Parts of the machine that a terminal tells, LESSON_PANEL bits. */
    char at[200], from[200], to[200]; /* Anchors; "": the end; begin; at. */
    char lanes[200], select[200];     /* As --lanes and --select have them. */
    bool has_address;
    struct expr address; /* Number of the address whose bytes `boxes` shows. */
    char say[LESSON_TEXT_CHARS], notes[LESSON_TEXT_CHARS];
    char ask[500]; /* The question; "": the page asks nothing. */
    bool has_key;
    struct expr key;
    uint32_t offer_count; /* 0: the answer is typed. */
    struct expr offers[LESSON_OFFERS_MAX];
    /* What is said to whoever chose this offer: the misconception, and why it is one. */
    char slips[LESSON_OFFERS_MAX][300];
    char hint[500], reveal[LESSON_TEXT_CHARS];
    struct lesson_other other;
    uint32_t claim_count;
    struct expr claims[LESSON_CLAIMS_MAX];
    char claim_texts[LESSON_CLAIMS_MAX][200];
    char requires[40]; /* What this program cannot do yet, and the page needs; "": nothing. */
};

struct lesson {
    struct ini *ini;
    char path[4096];
    char title[120], needs[60], after[400];
    uint32_t minutes;
    char twin[60]; /* Build of the second world, same seed; "": none. */
    struct expr_runs runs;
    char run_sets[EXPR_RUNS_MAX][600];
    uint32_t page_count;
    struct lesson_page *pages;
};

/* Reads a lesson; free it with lesson_free. NULL: the errors were written to `errors`, a line each,
 * in the form file:line:column: what was found (expected what). */
struct lesson *lesson_read(const char *path, FILE *errors);
void lesson_free(struct lesson *lesson); /* NULL is allowed. */

/* Copies a text and replaces each {EXPRESSION} by what `put` writes for it. put NULL: the
 * expressions are merely read. False: one cannot be read or does not fit; error says which. */
typedef bool lesson_put(void *ctx, const struct expr *expr, char *out, size_t size, char *error);
bool lesson_expand(const struct lesson *lesson, const char *text, lesson_put *put, void *ctx,
                   char *out, size_t size, char error[LESSON_ERROR_CHARS]);

/* True if the file has a [lesson] section. */
bool lesson_is_one(const char *path);

/* Records an error at a key of the page (NULL: at its section); lesson_print_errors writes all of
 * them. */
void lesson_error(struct lesson *lesson, const struct lesson_page *page, const char *key,
                  const char *text);
/* Writes the errors, a line each, in the order of the file; returns their number. */
uint32_t lesson_print_errors(const struct lesson *lesson, FILE *errors);
