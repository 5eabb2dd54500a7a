/* ke_exception.h - exceptions: from the code that raises one to the handler that takes it.
 *
 *     ke_raise_status(STATUS_INSUFFICIENT_RESOURCES);         // as ExRaiseStatus
 *     ke_fault(STATUS_ACCESS_VIOLATION, address, true, at);   // as the processor does
 *
 * The frames of __try (excpt.h) form a list for each thread, and one for the DPCs of each
 * processor. A search asks them from the innermost outwards, on the stack of the code that raised
 * the exception, and ends where the mode changes: a program's handler never gets an exception of
 * the kernel.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "sim/base.h"
#include <stdbool.h>

struct ke_search;
struct ke_local;

/* The state of one list of frames. */
struct ke_seh {
    struct _SEH_FRAME *top;   /* Innermost frame; NULL: none. */
    void *mark[32];           /* Where the __try begins that is about to be entered. */
    int arrival;              /* How the frame was left that was left last; see ke_exception.c. */
    struct _SEH_FRAME *at;    /* The frame whose filter is running. */
    struct _SEH_FRAME *goal;  /* An exception that passes is on its way to this frame. */
    struct ke_search *search; /* The search in progress; NULL: none. */
    struct ke_local *local;   /* A __try body that is being left; NULL: none. */
    EXCEPTION_RECORD record;  /* The exception that was caught last. */
    EXCEPTION_POINTERS pointers;
    bool overflowed; /* The fiber's guard page is open, because its stack has overflowed. */
};

/* The state of the running code. */
struct ke_seh *ke_seh_state(void);
/* Forgets the frames of a fiber's earlier life. */
struct fiber;
void ke_forget_frames(const struct fiber *fiber);

/* True if the running code is the kernel's or a driver's. */
bool ke_in_kernel(void);

/* Looks for a handler and goes there. Returns true: a filter wants the code to go on; false: there
 * is no handler. */
bool ke_dispatch_exception(EXCEPTION_RECORD *record);

/* Raises an exception with a status in the running code. Nobody handles it: a stop (kernel mode),
 * or the end of the process. */
NORETURN void ke_raise_status(NTSTATUS status);

/* A fault of the processor at a simulated address. `at`: the host address of the instruction; NULL:
 * a copy of the kernel's. Returns if a filter wants the instruction to be done again. What cannot
 * be caught is a stop (facts/ddi.md 1.5): faults at DISPATCH_LEVEL, and addresses of the system. */
void ke_fault(NTSTATUS code, uint32_t address, bool write, void *at);
