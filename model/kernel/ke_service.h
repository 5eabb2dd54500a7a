/* ke_service.h - the border between user mode and the kernel.
 *
 * service_enter begins a system call of user code: previous mode becomes user, and its cost is
 * spent. service_leave runs the checks of nt-kernel.md 2.6, user APCs and termination; it does not
 * return in a thread that is being terminated.
 *
 *     service_enter(SERVICE_NtReadFile);
 *     status = io_transfer(&request, UserMode);
 *     service_leave(status);
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "sim/base.h"
#include "sim/clock.h"

/* Numbers of system services: rows of system_services.def; row 0 (None) is no service. */
enum service_number {
#define SERVICE(name) SERVICE_##name,
#include "model/words/system_services.def"
#undef SERVICE
    SERVICE_COUNT
};

void service_enter(uint32_t number);
void service_leave(NTSTATUS status);

/* Spends ns in user mode, then does what a return to user mode does: user APCs, termination. */
void ke_user_point(sim_time ns);

/* Dispatches a user-mode exception of the current thread: debugger, handlers, last chance. */
NORETURN void ke_user_exception(NTSTATUS code, uint32_t address, bool write);
