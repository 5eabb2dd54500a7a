/* ke_service.h - the border between user mode and the kernel.
 *
 * User code calls the system: previous mode becomes user, a cost is spent; leaving runs the checks
 * of nt-kernel.md 2.6, user APCs and termination. A thread that is to die does not come back from
 * service_leave.
 *
 *     service_enter(SERVICE_NtReadFile);
 *     status = io_transfer(&request, UserMode);
 *     service_leave(status);
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "sim/base.h"
#include "sim/clock.h"

/* A number is a row of system_services.def, counted from 1 on. */
enum service_number {
#define SERVICE(name) SERVICE_##name,
#include "model/words/system_services.def"
#undef SERVICE
    SERVICE_COUNT
};

void service_enter(uint32_t number);
void service_leave(NTSTATUS status);

/* User-mode computing: spends, then what return to user mode does. */
void ke_user_point(sim_time ns);

/* The current thread raised an exception in user mode: debugger, handlers, last chance. */
NORETURN void ke_user_exception(NTSTATUS code, uint32_t address, bool write);
