/* fault_wasm.c - see fault.h. WebAssembly ends the whole program on a fault, and has no pages that
 * could be watched. So the code of a guest asks before each access to memory
 * (ui/guest/guest_glue.c), and what would be a fault elsewhere is one here.
 *
 *   a guest's access --> exifsim_touch --nothing is there--> take --> landing, on the same stack
 */
#include "sim/host/fault.h"
#include "sim/host/memory.h"
#include <emscripten/heap.h>
#include <stdlib.h>

void *host_caller;
/* The faults that the present run takes; NULL: none goes on. Threads take turns, each with its own
 * (ui/host/threads_wasm.c). */
static _Thread_local struct host_faults *present;

bool host_faults_exist(void) { return false; }

void host_faults_keep(bool on) { (void)on; }
void host_faults_begin(struct host_faults *faults) { present = faults; }

void host_faults_end(struct host_faults *faults)
{
    (void)faults;
    present = NULL;
}

void host_fault_resume(void *saved)
{
    (void)saved;
    abort(); /* A filter cannot have an access done again. */
}

/* Called by guests: makes an access a fault if the program has no memory there. */
void exifsim_touch(const volatile void *at, unsigned bytes, int write);
void exifsim_touch(const volatile void *at, unsigned bytes, int write)
{
    uintptr_t address = (uintptr_t)at, end = emscripten_get_heap_size();
    struct host_landing land = { 0 };
    char here;

    if ((address >= HOST_MEMORY_FIRST && address <= end - bytes) || present == NULL)
        return;
    struct host_fault fault = { .kind = HOST_FAULT_ACCESS,
                                .address = address,
                                .address_known = true,
                                .write = write != 0,
                                .instruction = (uintptr_t)host_caller,
                                .stack = (uintptr_t)&here,
                                .frame = (uintptr_t)&here,
                                .link = (uintptr_t)host_caller };

    switch (present->take(&fault, &land)) {
    case HOST_FAULT_MENDED:
        break;
    case HOST_FAULT_LANDS:
        land.function(NULL); /* Does not return: the thread stops here. */
        break;
    default:
        abort();
    }
}

void host_watch_begin(struct host_watch *watch) { (void)watch; }
void host_watch_end(struct host_watch *watch) { (void)watch; }
void host_watch_ready(void) {}

bool host_fault_offer(int signal, void *info, void *context)
{
    (void)signal, (void)info, (void)context;
    return false;
}

bool host_fault_owns(const void *action)
{
    (void)action;
    return false;
}
