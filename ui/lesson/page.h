/* page.h - a page of a lesson, looked up in the run: its instants, its offers as texts, which of
 * them is right, what a wrong answer opens.
 *
 *     struct lesson_session *session = lesson_session_new(lesson, &options);
 *     struct page_view *view = lesson_page_open(session, 0, error);      // runs what it needs
 *     enum page_verdict verdict = page_answer(view, "b", &chosen);
 *     page_free(view); lesson_session_free(session);
 *
 * A view is plain data: a terminal, a window, a hand-out and a grader show the same one.
 */
#pragma once
#include "ui/lesson/lesson.h"

struct lesson_session;

/* Prepares a lesson's runs. Options and lesson must live as long as the session. */
struct lesson_session *lesson_session_new(struct lesson *lesson, const struct run_options *options);
void lesson_session_free(struct lesson_session *session); /* NULL is allowed. */
struct lesson_runs *lesson_session_runs(struct lesson_session *session);

struct page_view {
    const struct lesson_page *page;
    uint32_t number; /* From 1. */
    char run[700];   /* Settings of the page's run, as lesson_run_sets; "": the lesson's own. */
    uint64_t at, from, to;
    sim_time at_time, from_time, to_time;
    char lanes[300], select[100]; /* As --lanes and --select have them: instants are looked up. */
    uint32_t address;             /* The address whose bytes are shown; 0: none. */
    char here[9][320];            /* The machine at `at` in words, a line each. */
    uint32_t here_count;
    /* Texts of the page, with the run's values in place of {EXPRESSION}. */
    struct page_texts {
        char say[LESSON_TEXT_CHARS], ask[LESSON_TEXT_CHARS], hint[LESSON_TEXT_CHARS],
            reveal[LESSON_TEXT_CHARS], slips[LESSON_OFFERS_MAX][LESSON_TEXT_CHARS];
    } texts;
    struct value key;
    char key_text[VALUE_TEXT_CHARS];
    uint32_t offer_count;
    char offers[LESSON_OFFERS_MAX][VALUE_TEXT_CHARS];
    int right; /* Index of the right offer; -1: the answer is typed, or nothing is asked. */
    char other_run[700]; /* Settings of the run that a wrong answer opens. */
    uint64_t other_at, other_seed;
    bool has_other;
};

enum page_verdict { PAGE_UNREADABLE, PAGE_RIGHT, PAGE_WRONG };

/* Looks a page up; free the view with page_free. NULL: something of it is not in this run; error
 * says what, and *key which key of the page says so. */
struct page_view *lesson_page_open(struct lesson_session *session, uint32_t index,
                                   char error[LESSON_ERROR_CHARS], const char **key);
void page_free(struct page_view *view); /* NULL is allowed. */

/* The run that a page shows, and that its words ask. NULL: error says why not. */
struct lesson_run *lesson_page_run(struct lesson_session *session, const struct lesson_page *page,
                                   char error[LESSON_ERROR_CHARS]);

/* Judges an answer: the letter of an offer ("b", "B"), or a typed value. Counts up to 20 must be
 * exact, larger ones within a fifth, times and shares within a factor of two. *chosen is the index
 * of the offer, or -1. */
enum page_verdict page_answer(const struct page_view *view, const char *text, int *chosen);

/* True if every claim of the page holds. Otherwise *claim is the index of the first that does not,
 * and error says why. */
bool lesson_page_claims(struct lesson_session *session, const struct page_view *view,
                        uint32_t *claim, char error[LESSON_ERROR_CHARS]);
