/* win32.h - the state of the Win32 user side, and its functions for the world beside <windows.h>.
 *
 * A program is an image: a name and a main function. Starting one makes a process with a heap, a
 * command line and, if it should crash, Dr. Watson. Programs include only <windows.h> and
 * "model/kernel/include/nt_program.h"; this header is for the world.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/kernel/include/windows.h"
#include "model/kernel/ob.h"
#include "model/words/limits.h"
#include <stdbool.h>

struct ke_process;
struct ke_thread;

enum {
    WIN32_IMAGES_MAX = 24,
    WIN32_COMMAND_CHARS = 96,
    HEAP_CLASSES = 20,
};

#define WIN32_FOLDER "C:\\Exchsrvr\\bin" /* Where programs lie, and begin. */

struct win32_image {
    const char *name; /* "store.exe". */
    LPTHREAD_START_ROUTINE main;
    uint32_t pinned; /* Address of the first process of this image; 0: any. */
    bool started;    /* The pin has been used. */
};

struct win32_state {
    struct win32_image images[WIN32_IMAGES_MAX];
    uint32_t image_count;
    /* Freed heap blocks by power of two; shared by all processes. */
    struct heap_block *free[HEAP_CLASSES];
    UCHAR services[MODULES_MAX]; /* By io_service_name's number: see win32_service.c. */
};

/* Bytes of pool that Win32's part of a process is charged (ex.h): a size of this machine, like
 * NT's sizes, and not the host's. */
enum { WIN32_PROCESS_BYTES = 0x108 };

/* Win32's part of a process. */
struct win32_process {
    struct heap_block *blocks; /* All allocated heap blocks. */
    uint64_t heap_bytes;
    LPTHREAD_START_ROUTINE main;
    WCHAR command[WIN32_COMMAND_CHARS];
    int error_number;  /* errno of its C library. */
    const char *input; /* What is still to be typed at its console; NULL: nothing ever. */
    /* An exception has reached its last chance; exceptions of other threads wait behind it. */
    bool crashed;
    bool reporting; /* The crash waits for the debugger to fetch it. */
    NTSTATUS crash_code;
    uint32_t crash_address, crash_thread;
    bool crash_write;
    KEVENT debug_event; /* For a debugger: signaled when a debuggee has a debug event. */
};

/* ---- For the world --------------------------------------------------------------------------- */
/* Starts the user side, without images. */
void win32_start(void);

/* Registers a program image; called before the machine boots. */
void win32_register_image(const char *name, LPTHREAD_START_ROUTINE main, uint32_t pinned);
struct win32_image *win32_find_image(const char *name); /* NULL: unknown. */

/* Starts an image from kernel code or a program; one reference of *out is the caller's. command may
 * be NULL. STATUS_OBJECT_NAME_NOT_FOUND: no such image. */
NTSTATUS win32_start_process(const char *image, PCWSTR command, struct ke_process *parent,
                             struct ke_process **out);

/* Raises an exception in the first thread of a process as soon as it runs in user mode; for faults
 * and for administrators. */
NTSTATUS win32_crash_process(struct ke_process *process, NTSTATUS code);

/* ---- Between the win32_ files ---------------------------------------------------------------- */
/* Handles an unhandled exception of a user thread: AeDebug, or the end of the process. */
void win32_last_chance(struct ke_thread *thread, NTSTATUS code, uint32_t address, bool write);
DWORD RtlNtStatusToDosError(NTSTATUS status);

/* Leaves a service; false with the last error set if the status is not a success. */
bool win32_leave(NTSTATUS status);

/* "\\.\X" and "C:\X" become "\??\X" and "\??\C:\X"; a name without a drive is one in
 * WIN32_FOLDER. False: too long. */
bool win32_nt_name(LPCWSTR name, WCHAR *out, INT max);

/* Gets the referenced body behind a handle of the process in force and checks its type
 * (OB_TYPE_COUNT: any). */
NTSTATUS win32_reference(HANDLE handle, enum ob_type_index type, void **body);
NTSTATUS win32_new_handle(void *body, LPCWSTR name, HANDLE *out); /* Takes over the reference. */
/* Opens an existing named object of this type. STATUS_OBJECT_NAME_NOT_FOUND: there is none. */
NTSTATUS win32_open_named(LPCWSTR name, enum ob_type_index type, HANDLE *out);

/* Widen and narrow a text of at most MAX_PATH - 1 characters; a longer one is cut. NULL stays
 * NULL. */
PCWSTR win32_widen(LPCSTR text, WCHAR out[MAX_PATH]);
LPCSTR win32_narrow(PCWSTR text, char out[MAX_PATH]);

/* True if an address lies in a block of a process' heap. */
bool win32_heap_holds(const struct ke_process *process, const void *address);
/* Frees the heap of a process that is deleted. */
void win32_heap_free_all(struct win32_process *process);
