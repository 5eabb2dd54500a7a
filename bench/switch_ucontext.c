/* switch_ucontext.c - the ring on swapcontext, which makes a system call for each switch. */
#define _XOPEN_SOURCE 700
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "switch.h"

static ucontext_t *ring, engine;

static void body(void) { ring_body(); }

void ring_open(size_t n, const uint32_t *next)
{
    (void)next;
    ring = calloc(n, sizeof *ring);
    for (size_t i = 0; i < n; i++) {
        getcontext(&ring[i]);
        ring[i].uc_stack.ss_sp = malloc(RING_STACK);
        ring[i].uc_stack.ss_size = RING_STACK;
        makecontext(&ring[i], body, 0);
    }
}

void ring_start(void) { swapcontext(&engine, &ring[ring_running]); }
void ring_switch(size_t from, size_t to) { swapcontext(&ring[from], &ring[to]); }
void ring_finish(size_t from) { swapcontext(&ring[from], &engine); }

int main(int argc, char **argv) { return ring_main(argc, argv, "swapcontext"); }
