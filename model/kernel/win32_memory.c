/* win32_memory.c - Win32 functions for a process' own memory and for shared sections. */
#include "model/kernel/win32.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/mm_window.h"

/* Reserves memory, which here can be used at once; a commit inside a reserved region succeeds and
 * changes nothing. */
static NTSTATUS allocate(uint32_t *base, SIZE_T size, DWORD type)
{
    struct ke_process *process = ke_current_process();

    if (size == 0 || size >= MM_USER_END || (type & (MEM_COMMIT | MEM_RESERVE)) == 0 ||
        *base >= MM_USER_END)
        return STATUS_INVALID_PARAMETER;
    if (*base != 0 && !(type & MEM_RESERVE)) {
        uint32_t start = *base & ~(uint32_t)(MM_PAGE - 1), bytes = (uint32_t)size + *base % MM_PAGE;

        if (!mm_covered(process, start, bytes))
            return STATUS_CONFLICTING_ADDRESSES;
        *base = start;
        return STATUS_SUCCESS;
    }
    return mm_allocate(process, base, (uint32_t)size);
}

LPVOID WINAPI VirtualAlloc(LPVOID address, SIZE_T size, DWORD type, DWORD protection)
{
    uint32_t base = (uint32_t)(uintptr_t)address;

    (void)protection;
    service_enter(SERVICE_NtAllocateVirtualMemory);
    return win32_leave(allocate(&base, size, type)) ? mm_pointer(base) : NULL;
}

BOOL WINAPI VirtualFree(LPVOID address, SIZE_T size, DWORD type)
{
    NTSTATUS status = STATUS_INVALID_PARAMETER;

    service_enter(SERVICE_NtFreeVirtualMemory);
    if (type == MEM_RELEASE && size == 0)
        status = mm_free(ke_current_process(), (uint32_t)(uintptr_t)address);
    return win32_leave(status);
}

HANDLE WINAPI CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection,
                                 DWORD size_high, DWORD size_low, LPCWSTR name)
{
    struct mm_section *section;
    HANDLE handle = NULL;
    NTSTATUS status = STATUS_OBJECT_NAME_NOT_FOUND;
    bool existed;

    (void)security, (void)protection;
    service_enter(SERVICE_NtCreateSection);
    if (file != INVALID_HANDLE_VALUE || size_high != 0 || size_low == 0 ||
        size_low >= MM_USER_END) {
        /* Only sections backed by the page file exist. */
        win32_leave(size_low == 0 ? STATUS_INVALID_PARAMETER : STATUS_NOT_SUPPORTED);
        return NULL;
    }
    /* Another thread may create the name between lookup and creation: then look it up again. */
    for (;;) {
        if (name != NULL)
            status = win32_open_named(name, OB_SECTION, &handle);
        existed = NT_SUCCESS(status);
        if (status != STATUS_OBJECT_NAME_NOT_FOUND)
            break;
        status = mm_section_new(size_low, &section);
        if (NT_SUCCESS(status))
            status = win32_new_handle(section, name, &handle);
        if (status != STATUS_OBJECT_NAME_COLLISION)
            break;
    }
    if (!win32_leave(status))
        return NULL;
    SetLastError(existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

HANDLE WINAPI OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name)
{
    HANDLE handle = NULL;

    (void)access, (void)inherit;
    service_enter(SERVICE_NtCreateSection);
    return win32_leave(win32_open_named(name, OB_SECTION, &handle)) ? handle : NULL;
}

LPVOID WINAPI MapViewOfFile(HANDLE mapping, DWORD access, DWORD offset_high, DWORD offset_low,
                            SIZE_T bytes)
{
    struct mm_section *section;
    uint32_t base = 0;

    (void)access;
    service_enter(SERVICE_NtMapViewOfSection);
    NTSTATUS status = offset_high | offset_low
                          ? STATUS_NOT_SUPPORTED
                          : win32_reference(mapping, OB_SECTION, (void **)&section);

    if (NT_SUCCESS(status)) {
        status = mm_map(ke_current_process(), section, &base, (uint32_t)bytes);
        ObDereferenceObject(section);
    }
    return win32_leave(status) ? mm_pointer(base) : NULL;
}

BOOL WINAPI UnmapViewOfFile(LPCVOID address)
{
    service_enter(SERVICE_NtUnmapViewOfSection);
    return win32_leave(mm_unmap(ke_current_process(), (uint32_t)(uintptr_t)address));
}
