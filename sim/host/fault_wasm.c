/* fault_wasm.c - see fault.h. WebAssembly ends the whole program on a fault, and has no pages that
 * could be watched. */
#include "sim/host/fault.h"
#include <stdlib.h>

bool host_faults_exist(void) { return false; }

void host_faults_keep(bool on) { (void)on; }
void host_faults_begin(struct host_faults *faults) { (void)faults; }
void host_faults_end(struct host_faults *faults) { (void)faults; }

void host_fault_resume(void *saved)
{
    (void)saved;
    abort(); /* There are no faults to go on after. */
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
