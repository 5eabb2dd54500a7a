/* pool.c - see pool.h. Workers are at most a window ahead of the products handed over, so that
 * memory is bounded. */
#include "ui/campaign/pool.h"
#include "sim/base.h"
#include "ui/host/threads.h"
#include <pthread.h>
#include <stdlib.h>

enum { WINDOW_PER_THREAD = 2, THREADS_OF_POOL_MAX = 256 };

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t next, handed, count, window;
    void **products; /* Ring of `window` products. */
    bool *ready;
    void *(*make)(void *context, uint32_t index);
    void *context;
};

static void *work(void *arg)
{
    struct pool *pool = arg;

    pthread_mutex_lock(&pool->lock);
    while (pool->next < pool->count) {
        if (pool->next >= pool->handed + pool->window) {
            pthread_cond_wait(&pool->changed, &pool->lock);
            continue;
        }
        uint32_t index = pool->next++;

        pthread_mutex_unlock(&pool->lock);
        void *product = pool->make(pool->context, index);

        pthread_mutex_lock(&pool->lock);
        pool->products[index % pool->window] = product;
        pool->ready[index % pool->window] = true;
        pthread_cond_broadcast(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void hand_over(struct pool *pool, void (*done)(void *context, uint32_t index, void *product))
{
    pthread_mutex_lock(&pool->lock);
    while (pool->handed < pool->count) {
        uint32_t at = pool->handed % pool->window;

        if (!pool->ready[at]) {
            pthread_cond_wait(&pool->changed, &pool->lock);
            continue;
        }
        void *product = pool->products[at];

        pool->ready[at] = false;
        pthread_mutex_unlock(&pool->lock);
        done(pool->context, pool->handed, product);
        pthread_mutex_lock(&pool->lock);
        pool->handed++;
        pthread_cond_broadcast(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
}

void pool_run(uint32_t threads, uint32_t count, void *(*make)(void *context, uint32_t index),
              void (*done)(void *context, uint32_t index, void *product), void *context)
{
    struct pool pool = { .count = count, .make = make, .context = context };
    pthread_t workers[THREADS_OF_POOL_MAX];
    uint32_t started = 0;

    if (threads <= 1 || count <= 1) {
        for (uint32_t i = 0; i < count; i++)
            done(context, i, make(context, i));
        return;
    }
    threads = MIN_OF(threads, (uint32_t)THREADS_OF_POOL_MAX);
    pool.window = threads * WINDOW_PER_THREAD;
    pool.products = calloc(pool.window, sizeof *pool.products);
    pool.ready = calloc(pool.window, sizeof *pool.ready);
    CHECK(pool.products != NULL && pool.ready != NULL);
    pthread_mutex_init(&pool.lock, NULL);
    pthread_cond_init(&pool.changed, NULL);
    while (started < threads && thread_begin(&workers[started], work, &pool))
        started++;
    CHECK(started > 0);
    hand_over(&pool, done);
    while (started > 0)
        pthread_join(workers[--started], NULL);
    pthread_cond_destroy(&pool.changed);
    pthread_mutex_destroy(&pool.lock);
    free(pool.products);
    free(pool.ready);
}
