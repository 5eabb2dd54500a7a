/* pool.h - work for several host threads, with results in order.
 *
 * make(context, i) runs on a worker for every i below count; done(context, i, product) runs on the
 * calling thread, in order of i, whatever order the workers finish in. So the output does not
 * depend on the number of threads.
 */
#pragma once
#include <stdint.h>

void pool_run(uint32_t threads, uint32_t count, void *(*make)(void *context, uint32_t index),
              void (*done)(void *context, uint32_t index, void *product), void *context);
