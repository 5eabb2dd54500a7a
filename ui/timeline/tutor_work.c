/* tutor_work.c - see tutor_work.h. The session belongs to the thread; the lock guards what is
 * wished and what has come. */
#include "ui/timeline/tutor_work.h"
#include "ui/guard/guard.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { NO_PAGE = UINT32_MAX };

struct tutor_work {
    pthread_t thread;
    struct lesson_session *session;
    void (*wake)(void *ctx);
    void *wake_ctx;

    pthread_mutex_t lock;
    pthread_cond_t wished, idle;
    bool quit, busy;
    uint32_t wish, come; /* Pages; NO_PAGE: none. */
    struct page_view *view;
    char error[LESSON_ERROR_CHARS];
    const char *key;

    /* The thread's own. */
    uint32_t page;
    struct page_view *opened;
    char opened_error[LESSON_ERROR_CHARS];
    const char *opened_key;
};

static void open_page(void *context)
{
    struct tutor_work *work = context;

    work->opened =
        lesson_page_open(work->session, work->page, work->opened_error, &work->opened_key);
}

static void publish(struct tutor_work *work)
{
    page_free(work->view);
    work->view = work->opened;
    snprintf(work->error, sizeof work->error, "%s", work->opened_error);
    work->key = work->opened_key;
    work->come = work->page;
}

static void *serve(void *context)
{
    struct tutor_work *work = context;
    struct guard guard;
    char broken[200];

    guard_enter(&guard);
    pthread_mutex_lock(&work->lock);
    while (!work->quit) {
        if (work->wish == NO_PAGE) {
            work->busy = false;
            pthread_cond_broadcast(&work->idle);
            pthread_cond_wait(&work->wished, &work->lock);
            continue;
        }
        work->page = work->wish;
        work->wish = NO_PAGE;
        pthread_mutex_unlock(&work->lock);
        if (!guard_call(open_page, work, broken, sizeof broken)) {
            work->opened = NULL;
            work->opened_key = NULL;
            snprintf(work->opened_error, sizeof work->opened_error, "the simulator broke: %s",
                     broken);
        }
        pthread_mutex_lock(&work->lock);
        publish(work);
        if (work->wake != NULL)
            work->wake(work->wake_ctx);
    }
    work->busy = false;
    pthread_cond_broadcast(&work->idle);
    pthread_mutex_unlock(&work->lock);
    guard_leave(&guard);
    return NULL;
}

struct tutor_work *tutor_work_begin(struct lesson *lesson, const struct run_options *options,
                                    void (*wake)(void *ctx), void *wake_ctx)
{
    struct tutor_work *work = calloc(1, sizeof *work);

    CHECK(work != NULL);
    work->session = lesson_session_new(lesson, options);
    work->wish = work->come = NO_PAGE;
    work->wake = wake;
    work->wake_ctx = wake_ctx;
    pthread_mutex_init(&work->lock, NULL);
    pthread_cond_init(&work->wished, NULL);
    pthread_cond_init(&work->idle, NULL);
    if (pthread_create(&work->thread, NULL, serve, work) == 0)
        return work;
    lesson_session_free(work->session);
    free(work);
    return NULL;
}

void tutor_work_end(struct tutor_work *work)
{
    if (work == NULL)
        return;
    pthread_mutex_lock(&work->lock);
    work->quit = true;
    pthread_cond_signal(&work->wished);
    pthread_mutex_unlock(&work->lock);
    pthread_join(work->thread, NULL);
    page_free(work->view);
    lesson_session_free(work->session);
    pthread_cond_destroy(&work->wished);
    pthread_cond_destroy(&work->idle);
    pthread_mutex_destroy(&work->lock);
    free(work);
}

void tutor_work_ask(struct tutor_work *work, uint32_t page)
{
    pthread_mutex_lock(&work->lock);
    work->wish = page;
    work->come = NO_PAGE;
    work->busy = true;
    pthread_cond_signal(&work->wished);
    pthread_mutex_unlock(&work->lock);
}

bool tutor_work_take(struct tutor_work *work, uint32_t page, struct page_view **view,
                     char error[LESSON_ERROR_CHARS], const char **key)
{
    bool there;

    pthread_mutex_lock(&work->lock);
    there = work->come == page;
    if (there) {
        *view = work->view;
        *key = work->key;
        snprintf(error, LESSON_ERROR_CHARS, "%s", work->error);
        work->view = NULL;
        work->come = NO_PAGE;
    }
    pthread_mutex_unlock(&work->lock);
    return there;
}

void tutor_work_wait(struct tutor_work *work)
{
    pthread_mutex_lock(&work->lock);
    while (work->busy)
        pthread_cond_wait(&work->idle, &work->lock);
    pthread_mutex_unlock(&work->lock);
}
