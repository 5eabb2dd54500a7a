/* score.h - what a learner answered on each page of a lesson, and the points for it.
 *
 * Right at the first try: 2 points. Right after a hint, or at the second try: 1. Else 0. Progress
 * (progress.h), answer files and grades share this.
 */
#pragma once
#include "ui/host/places.h"
#include "ui/lesson/page.h"

enum { SCORE_POINTS = 2, SCORE_ANSWER_CHARS = 80 };

struct page_score {
    bool asked;    /* The page has a question that this program can ask. */
    bool answered; /* At least one try. */
    uint32_t tries;
    bool right, hint, revealed;
    char last[SCORE_ANSWER_CHARS]; /* The last answer. */
};

struct score {
    uint32_t page_count;
    struct page_score pages[LESSON_PAGES_MAX];
};

/* Points of one page, 0 to SCORE_POINTS. */
uint32_t score_points(const struct page_score *page);
/* Points of all pages together, and the most there are. */
uint32_t score_sum(const struct score *score);
uint32_t score_most(const struct score *score);

/* Keeps the points and how far the person has come (index: the page that is open, from 0; the count
 * of pages: all are done) in the file of his progress, whose place is written to path. Returns 0 or
 * an errno; 0 also where the system has no such place. */
int score_keep(const struct score *score, const struct lesson *lesson, uint32_t index,
               char path[PLACE_CHARS]);

/* Notes an answer and its verdict. An unreadable one is no try. */
void score_answer(struct page_score *page, const char *text, enum page_verdict verdict);
