/* score.c - see score.h. */
#include "ui/lesson/score.h"
#include <stdio.h>

uint32_t score_points(const struct page_score *page)
{
    if (!page->right || page->revealed || page->tries > 2)
        return 0;
    return page->tries == 1 && !page->hint ? SCORE_POINTS : SCORE_POINTS - 1;
}

uint32_t score_sum(const struct score *score)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < score->page_count; i++)
        sum += score_points(&score->pages[i]);
    return sum;
}

uint32_t score_most(const struct score *score)
{
    uint32_t asked = 0;

    for (uint32_t i = 0; i < score->page_count; i++)
        asked += score->pages[i].asked;
    return asked * SCORE_POINTS;
}

void score_answer(struct page_score *page, const char *text, enum page_verdict verdict)
{
    if (verdict == PAGE_UNREADABLE || page->right)
        return;
    page->answered = true;
    page->tries++;
    page->right = verdict == PAGE_RIGHT;
    snprintf(page->last, sizeof page->last, "%s", text);
}
