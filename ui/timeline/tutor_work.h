/* tutor_work.h - pages of a lesson, looked up on a thread of its own: a page makes runs and waits
 * for them.
 *
 *     struct tutor_work *work = tutor_work_begin(lesson, &options, wake, ctx);
 *     tutor_work_ask(work, 3);
 *     each frame: if (tutor_work_take(work, 3, &view, &error, &key)) ...
 *     tutor_work_end(work);
 */
#pragma once
#include "ui/lesson/page.h"

struct tutor_work;

/* lesson and options must live until tutor_work_end. NULL: the host has no thread to give. */
struct tutor_work *tutor_work_begin(struct lesson *lesson, const struct run_options *options,
                                    void (*wake)(void *ctx), void *wake_ctx);
void tutor_work_end(struct tutor_work *work); /* Waits for the page at hand. NULL is allowed. */

/* Wishes for a page; one that was wished before and has not begun is forgotten. */
void tutor_work_ask(struct tutor_work *work, uint32_t page);
/* True once it is there. *view is the caller's to free; NULL: error says why, and *key which key of
 * the page says so. */
bool tutor_work_take(struct tutor_work *work, uint32_t page, struct page_view **view,
                     char error[LESSON_ERROR_CHARS], const char **key);
/* Waits until nothing is wished. */
void tutor_work_wait(struct tutor_work *work);
