/* win32_base.c - small parts of kernel32: last error, images, heaps, strings. */
#include "model/kernel/win32.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include <string.h>

/* ---- Errors ---------------------------------------------------------------------------------- */

static const struct {
    NTSTATUS status;
    DWORD error;
} errors[] = {
    { STATUS_PENDING, ERROR_IO_PENDING },
    { STATUS_TIMEOUT, WAIT_TIMEOUT },
    { STATUS_BUFFER_OVERFLOW, ERROR_MORE_DATA },
    { STATUS_NO_MORE_FILES, ERROR_NO_MORE_FILES },
    { STATUS_DEVICE_BUSY, ERROR_BUSY },
    { STATUS_NOT_IMPLEMENTED, ERROR_INVALID_FUNCTION },
    { STATUS_ACCESS_VIOLATION, ERROR_NOACCESS },
    { STATUS_INVALID_HANDLE, ERROR_INVALID_HANDLE },
    { STATUS_INVALID_PARAMETER, ERROR_INVALID_PARAMETER },
    { STATUS_NO_SUCH_DEVICE, ERROR_FILE_NOT_FOUND },
    { STATUS_NO_SUCH_FILE, ERROR_FILE_NOT_FOUND },
    { STATUS_INVALID_DEVICE_REQUEST, ERROR_INVALID_FUNCTION },
    { STATUS_END_OF_FILE, ERROR_HANDLE_EOF },
    { STATUS_NO_MEMORY, ERROR_NOT_ENOUGH_MEMORY },
    { STATUS_CONFLICTING_ADDRESSES, ERROR_INVALID_ADDRESS },
    { STATUS_MEMORY_NOT_ALLOCATED, ERROR_INVALID_ADDRESS },
    { STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED },
    { STATUS_BUFFER_TOO_SMALL, ERROR_INSUFFICIENT_BUFFER },
    { STATUS_OBJECT_TYPE_MISMATCH, ERROR_INVALID_HANDLE },
    { STATUS_OBJECT_NAME_INVALID, ERROR_INVALID_NAME },
    { STATUS_OBJECT_NAME_NOT_FOUND, ERROR_FILE_NOT_FOUND },
    { STATUS_OBJECT_NAME_COLLISION, ERROR_ALREADY_EXISTS },
    { STATUS_OBJECT_PATH_SYNTAX_BAD, 161 },
    { STATUS_OBJECT_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND },
    { STATUS_SHARING_VIOLATION, ERROR_SHARING_VIOLATION },
    { STATUS_QUOTA_EXCEEDED, ERROR_NOT_ENOUGH_QUOTA },
    { STATUS_MUTANT_NOT_OWNED, ERROR_NOT_OWNER },
    { STATUS_SEMAPHORE_LIMIT_EXCEEDED, ERROR_TOO_MANY_POSTS },
    { STATUS_DELETE_PENDING, ERROR_ACCESS_DENIED },
    { STATUS_DISK_FULL, ERROR_DISK_FULL },
    { STATUS_INSUFFICIENT_RESOURCES, ERROR_NO_SYSTEM_RESOURCES },
    { STATUS_NOT_SUPPORTED, ERROR_NOT_SUPPORTED },
    { STATUS_PROCESS_IS_TERMINATING, ERROR_ACCESS_DENIED },
    { STATUS_CANCELLED, ERROR_OPERATION_ABORTED },
    { STATUS_FILE_CLOSED, ERROR_INVALID_HANDLE },
    { STATUS_FILE_INVALID, ERROR_FILE_INVALID },
    { STATUS_NOT_FOUND, ERROR_NOT_FOUND },
    { STATUS_IO_DEVICE_ERROR, ERROR_IO_DEVICE },
    { STATUS_DEVICE_NOT_READY, ERROR_NOT_READY },
    { STATUS_PIPE_BROKEN, ERROR_BROKEN_PIPE },
    { STATUS_REVISION_MISMATCH, 1306 },
    { STATUS_INFO_LENGTH_MISMATCH, 24 },
    { STATUS_PRIVILEGE_NOT_HELD, 1314 },
    { STATUS_DEVICE_NOT_CONNECTED, ERROR_DEVICE_NOT_CONNECTED },
    { STATUS_IO_TIMEOUT, 121 },
    { STATUS_INTERNAL_ERROR, 1359 },
    { STATUS_INVALID_BUFFER_SIZE, 1784 },
    { STATUS_DEVICE_REMOVED, 1617 },
    { STATUS_UNSUCCESSFUL, ERROR_GEN_FAILURE },
};

DWORD RtlNtStatusToDosError(NTSTATUS status)
{
    if (status == STATUS_SUCCESS)
        return ERROR_SUCCESS;
    if ((ULONG)status & 0x20000000u) /* Customer codes are returned unchanged. */
        return (DWORD)status;
    for (size_t i = 0; i < ARRAY_LEN(errors); i++)
        if (errors[i].status == status)
            return errors[i].error;
    return ERROR_MR_MID_NOT_FOUND;
}

DWORD WINAPI GetLastError(VOID) { return ke_current_thread()->last_error; }
VOID WINAPI SetLastError(DWORD error) { ke_current_thread()->last_error = error; }

bool win32_leave(NTSTATUS status)
{
    service_leave(status);
    if (NT_SUCCESS(status))
        return true;
    SetLastError(RtlNtStatusToDosError(status));
    return false;
}

/* ---- Images ---------------------------------------------------------------------------------- */

void win32_start(void)
{
    ke->win32 = arena_take(ke->sim->arena, sizeof *ke->win32, 16);
    ke->last_chance = win32_last_chance;
}

void win32_register_image(const char *name, LPTHREAD_START_ROUTINE main, uint32_t pinned)
{
    struct win32_state *state = ke->win32;

    CHECK(state->image_count < WIN32_IMAGES_MAX);
    state->images[state->image_count++] = (struct win32_image){ name, main, pinned, false };
}

struct win32_image *win32_find_image(const char *name)
{
    for (uint32_t i = 0; i < ke->win32->image_count; i++)
        if (strcmp(ke->win32->images[i].name, name) == 0)
            return &ke->win32->images[i];
    return NULL;
}

/* ---- Heaps ----------------------------------------------------------------------------------- */

/* The heap of a process: blocks of host memory in powers of two, all freed when the process is
 * deleted. There is one heap for each process. */
struct heap_block { /* Aligned to 16 bytes, and with it the memory behind. */
    _Alignas(16) struct heap_block *next;
    struct heap_block *prev;
    uint32_t class;
    uint32_t bytes;
};

HANDLE WINAPI GetProcessHeap(VOID) { return (HANDLE)(uintptr_t)0x00140000u; }

static struct win32_process *own(void) { return ke_current_thread()->process->win32; }

LPVOID WINAPI HeapAlloc(HANDLE heap, DWORD flags, SIZE_T bytes)
{
    struct win32_process *process = own();
    uint32_t class = 5;

    (void)heap;
    if (bytes > (SIZE_T)1 << (HEAP_CLASSES + 4))
        return NULL;
    while (((SIZE_T)1 << class) < bytes + sizeof(struct heap_block))
        class ++;
    if (class - 5 >= HEAP_CLASSES)
        return NULL;
    struct heap_block *block = ke->win32->free[class - 5];

    if (block != NULL)
        ke->win32->free[class - 5] = block->next;
    else
        block = arena_take(ke->sim->arena, (size_t)1 << class, 16);
    *block =
        (struct heap_block){ .next = process->blocks, .class = class, .bytes = (uint32_t)bytes };
    if (block->next != NULL)
        block->next->prev = block;
    process->blocks = block;
    process->heap_bytes += bytes;
    if (flags & HEAP_ZERO_MEMORY)
        memset(block + 1, 0, bytes);
    return block + 1;
}

static void free_block(struct win32_process *process, struct heap_block *block)
{
    if (block->prev != NULL)
        block->prev->next = block->next;
    else
        process->blocks = block->next;
    if (block->next != NULL)
        block->next->prev = block->prev;
    process->heap_bytes -= block->bytes;
    block->next = ke->win32->free[block->class - 5];
    ke->win32->free[block->class - 5] = block;
}

BOOL WINAPI HeapFree(HANDLE heap, DWORD flags, LPVOID memory)
{
    (void)heap, (void)flags;
    if (memory != NULL)
        free_block(own(), (struct heap_block *)memory - 1);
    return TRUE;
}

SIZE_T WINAPI HeapSize(HANDLE heap, DWORD flags, LPCVOID memory)
{
    (void)heap, (void)flags;
    return ((const struct heap_block *)memory - 1)->bytes;
}

LPVOID WINAPI HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T bytes)
{
    LPVOID grown = HeapAlloc(heap, flags, bytes);

    if (grown == NULL)
        return NULL;
    memcpy(grown, memory, MIN_OF(bytes, HeapSize(heap, 0, memory)));
    HeapFree(heap, 0, memory);
    return grown;
}

bool win32_heap_holds(const struct ke_process *process, const void *address)
{
    const struct heap_block *block = process->win32 != NULL ? process->win32->blocks : NULL;

    while (block != NULL &&
           (uintptr_t)address - (uintptr_t)(block + 1) >= ((uintptr_t)1 << block->class))
        block = block->next;
    return block != NULL;
}

void win32_heap_free_all(struct win32_process *process)
{
    while (process->blocks != NULL)
        free_block(process, process->blocks);
}

/* ---- Strings --------------------------------------------------------------------------------- */

INT WINAPI lstrlenW(LPCWSTR string)
{
    INT length = 0;

    while (string != NULL && string[length] != 0)
        length++;
    return length;
}

LPWSTR WINAPI lstrcpynW(LPWSTR to, LPCWSTR from, INT max)
{
    INT i = 0;

    for (; i + 1 < max && from[i] != 0; i++)
        to[i] = from[i];
    if (max > 0)
        to[i] = 0;
    return to;
}

static INT compare(LPCWSTR one, LPCWSTR other, bool fold)
{
    for (;; one++, other++) {
        WCHAR a = fold ? RtlUpcaseUnicodeChar(*one) : *one,
              b = fold ? RtlUpcaseUnicodeChar(*other) : *other;

        if (a != b)
            return a < b ? -1 : 1;
        if (a == 0)
            return 0;
    }
}

INT WINAPI lstrcmpW(LPCWSTR one, LPCWSTR other) { return compare(one, other, false); }
INT WINAPI lstrcmpiW(LPCWSTR one, LPCWSTR other) { return compare(one, other, true); }

DWORD WINAPI GetTickCount(VOID) { return (DWORD)(ke->ticks * ke->tick_ns / MS(1)); }
