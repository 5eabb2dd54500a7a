/* ps.h - processes: their structure, and the beginning and end of processes and threads
 * (nt-kernel.md 6.5, 6.6).
 *
 *     ps_create_process("store.exe", 0, parent, start, context, &process);
 *     ps_create_thread(process, start, context, false, "proxy 0", &thread);
 *     PspTerminateProcess(process, status);             its threads end, the last one ends it
 */
#pragma once
#include "model/kernel/ps_rundown.h"
#include "model/words/limits.h"
#include "sim/base.h"
#include "sim/clock.h"
#include "sim/list.h"

struct ke_thread;

struct ke_process {           /* KPROCESS and EPROCESS. An object body. */
    DISPATCHER_HEADER header; /* Signaled when the process has ended. */
    uint32_t id;
    uint32_t address;              /* Simulated; a scenario can pin it. */
    char name[NAME_MAX_CHARS + 1]; /* Image name: "store.exe". */
    struct link process_link;      /* Entry of kernel.processes. */
    struct link threads;
    uint32_t active_threads;
    int32_t stack_count; /* Threads that need this address space (1.3). */
    int8_t base_priority;
    struct mm_space *space; /* NULL: no user region (System), or already torn down. */
    struct ob_table *handles;
    struct ke_process *debugger; /* The debug port's owner, referenced. NULL: no debugger. */
    struct ps_rundown rundown;
    bool exiting, deleting, critical;
    NTSTATUS exit_status;
    uint32_t parent_id;
    uint64_t quota_nonpaged, quota_paged; /* Bytes. */
    uint64_t visitors_wrote;              /* Writes of threads that were attached to it. */
    uint64_t cpu_time;                    /* ns of threads that have ended. */
    struct win32_process *win32;          /* Win32's part: heap, command line (win32.h). */
    void (*win32_exit)(struct ke_process *process); /* Called once, when the process is deleted. */
};

enum { PS_NOTIFY_MAX = 8 }; /* Documented maximum of process notify routines before Vista SP1. */
/* Routines for threads or for images (ps_notify.c). NULL is a routine like any other. */
struct ps_notify_table {
    void (*routines[PS_NOTIFY_MAX])(void);
    bool used[PS_NOTIFY_MAX];
    uint32_t running; /* Walks of the table in progress. */
};
struct ps_state {
    PCREATE_PROCESS_NOTIFY_ROUTINE notify[PS_NOTIFY_MAX];
    uint32_t notify_count;
    struct link reaper; /* Threads that have ended, by process_link. */
    WORK_QUEUE_ITEM reaper_item;
    bool reaper_queued;
    struct ps_notify_table thread_notify, image_notify;
};

/* Makes the System process, the thread reaper and the worker threads. */
void ps_start(void);

/* Makes a process with one thread that runs start(context) in user mode; the thread exits when
 * start returns. One reference to the process is the caller's. address 0: not pinned. */
NTSTATUS ps_create_process(const char *name, uint32_t address, struct ke_process *parent,
                           void (*start)(void *), void *context, struct ke_process **out);
/* Makes and starts a thread; the text `name` must live as long as the thread. *out, which may be
 * NULL, gets a reference. */
NTSTATUS ps_create_thread(struct ke_process *process, void (*start)(void *), void *context,
                          bool system_thread, const char *name, struct ke_thread **out);
/* Finds the first living process of this image name; NULL: none. */
struct ke_process *ps_find(const char *name);
/* Finds a process by its client ID; NULL: none. */
struct ke_process *ps_by_id(uint32_t id);
/* Calls the process notify routines of drivers. */
void ps_notify(struct ke_process *process, bool create);
/* Calls the thread notify routines. */
void ps_notify_thread(struct ke_thread *thread, bool create);
/* Calls the image notify routines for a driver's file (process NULL), or a program's. */
void ps_notify_image(const char *file, struct ke_process *process);

/* Sets the debug port of a process. Attaching freezes no thread; the end of the debugger closes the
 * port and kills the debuggee. */
NTSTATUS ps_debug_attach(struct ke_process *debugger, struct ke_process *target);
/* Suspends all threads of a process but `except`. */
void ps_freeze_process(struct ke_process *process, struct ke_thread *except);
/* Closes the debug ports of a debugger that ends, and kills its debuggees (6.3). */
void ps_debugger_exit(struct ke_process *debugger);

/* Handle NULL: the current process; the calling thread ends last. */
NTSTATUS NtTerminateProcess(HANDLE process, NTSTATUS status);
/* NtTerminateProcess once the handle is resolved. */
NTSTATUS PspTerminateProcess(struct ke_process *process, NTSTATUS status);
/* Terminates a thread at its next return to user mode. */
NTSTATUS ps_terminate_thread(struct ke_thread *thread, NTSTATUS status);
/* Ends the current thread, and with the last one its process (6.5). */
NORETURN void PspExitThread(NTSTATUS status);
void PspDeleteThread(void *body);
void PspDeleteProcess(void *body);
