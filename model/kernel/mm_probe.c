/* mm_probe.c - is a range the user's? Probes, limits; facts/ddi.md 2.2.
 *
 * Programs keep their stacks, heaps and variables in plain memory of the host, above all simulated
 * addresses. A driver that probes such a buffer must find it the user's, and the kernel's memory
 * not, so plain memory is looked up.
 */
#include "model/kernel/ke_exception.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm_inside.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/ps.h"
#include "model/kernel/win32.h"

#define USER_END_64     0x7fffffff0000u
#define SYSTEM_FIRST_64 0xffff080000000000u

static bool is_programs(const volatile void *start)
{
    const struct ke_thread *thread = ke_current_thread();

    if (thread->system_thread || ke_dpc_active())
        return false;
    if (fiber_place(ke->sim->fibers, (uintptr_t)start) != FIBER_OUTSIDE)
        return true;
    if (ke->is_program_data != NULL && ke->is_program_data(start, false))
        return true;
    return win32_heap_holds(ke_current_process(), (const void *)(uintptr_t)start);
}

bool mm_is_read_only(const volatile void *start, size_t bytes, uint32_t *fault)
{
    const volatile char *at = start;

    if (ke->is_program_data == NULL || bytes == 0 || !ke->is_program_data(at, false) ||
        (ke->is_program_data(at, true) && ke->is_program_data(at + bytes - 1, true)))
        return false;
    *fault = mm_program_address(at);
    return true;
}

bool mm_is_user_range(const volatile void *start, size_t bytes)
{
    uint32_t first = (uint32_t)(uintptr_t)start;

    if (bytes > MM_USER_END)
        return false;
    if (!mm_is_simulated((const void *)(uintptr_t)start))
        return (is_programs(start) &&
                (bytes == 0 || is_programs((const volatile char *)start + bytes - 1))) ||
               mm_is_mapped_plain((const void *)(uintptr_t)start, bytes);
    return first < MM_USER_END && bytes <= MM_USER_END - first;
}

static void probe(const volatile void *start, size_t bytes, ULONG alignment)
{
    ke_require_irql(APC_LEVEL, (uint32_t)(uintptr_t)start);
    if (alignment != 0 && ((uintptr_t)start & (alignment - 1)) != 0)
        ke_raise_status(STATUS_DATATYPE_MISALIGNMENT);
    if (!mm_is_user_range(start, bytes))
        ke_raise_status(STATUS_ACCESS_VIOLATION);
}

VOID NT_FRAME ProbeForRead(const volatile VOID *start, SIZE_T bytes, ULONG alignment)
{
    if (bytes != 0)
        probe(start, bytes, alignment);
}

VOID NT_FRAME ProbeForWrite(volatile VOID *start, SIZE_T bytes, ULONG alignment)
{
    const volatile char *at = start;
    uint8_t byte;
    uint32_t fault;

    if (bytes == 0)
        return;
    probe(start, bytes, alignment);
    if (mm_is_read_only(start, bytes, &fault))
        mm_raise(fault, true);
    /* Touches every page. NT writes the byte back, too; here a program's image alone has pages that
     * cannot be written. */
    for (SIZE_T done = 0; done < bytes; done += MM_PAGE - ((uintptr_t)at + done) % MM_PAGE)
        if (!NT_SUCCESS(mm_read_any((const char *)(uintptr_t)at + done, &byte, 1, &fault)))
            mm_raise(fault, true);
}

/* Programs keep memory wherever the host has put it, so no limit parts it from the kernel's. Guests
 * get those of 64-bit NT: every pointer to user memory lies below, as a driver that compares before
 * it probes expects. The probes know better. */
PVOID nt_memory_limit(int which)
{
    if (ke->window == NULL)
        return mm_pointer(which == 0   ? MM_USER_END
                          : which == 1 ? MM_USER_END - 1
                                       : MM_SYSTEM_FIRST);
    return (PVOID)(uintptr_t)(which == 0   ? USER_END_64
                              : which == 1 ? USER_END_64 - 1
                                           : SYSTEM_FIRST_64);
}

BOOLEAN MmIsAddressValid(PVOID address)
{
    uint32_t fault;
    uint8_t byte;

    if (!mm_is_simulated(address))
        return arena_holds(ke->sim->arena, address) || is_programs(address);
    return NT_SUCCESS(mm_read_any(address, &byte, 1, &fault));
}
