/* score.c - see score.h. */
#include "ui/lesson/score.h"
#include "ui/lesson/progress.h"
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

int score_keep(const struct score *score, const struct lesson *lesson, uint32_t index,
               char path[PLACE_CHARS])
{
    struct progress_row row = { .best = score_sum(score),
                                .page = MIN_OF(index, lesson->page_count - 1) + 1,
                                .done = index == lesson->page_count };
    struct progress *progress;
    int error;

    for (uint32_t i = 0; i < lesson->page_count; i++)
        if (lesson->pages[i].has_key && lesson->pages[i].requires[0] == 0)
            row.most += SCORE_POINTS;
    progress_name(lesson->path, row.lesson, sizeof row.lesson);
    if (!place_of_data("progress.ini", path))
        return 0;
    progress = progress_read(path);
    progress_note(progress, &row);
    error = progress_write(progress, path);
    progress_free(progress);
    return error;
}
