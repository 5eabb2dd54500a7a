/* mm_copy.c - memory access of drivers and programs: plain copies that fault, guarded copies that
 * return a status. MDLs: mm_mdl.c.
 *
 * A pointer below 4 GiB is a simulated address. Addresses from 0x80000000 on are the system's; only
 * the mappings of MDLs exist there. Addresses below are translated in the process in force,
 * whatever process the caller meant: this alone makes an access to the wrong process possible
 * (facts/nt-kernel.md 1.6, 5.6). Any other pointer is ordinary memory.
 */
#include "model/kernel/mm.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm_inside.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/ps.h"
#include "model/words/costs.h"
#include "model/words/watched.h"
#include <string.h>

enum {
    /* Copies between two simulated ranges go through the stack in pieces of this size. */
    CHUNK = 512,
};

struct mm_mappings *mm_mappings(void)
{
    if (ke->mappings == NULL)
        ke->mappings = arena_take(ke->sim->arena, sizeof *ke->mappings, 16);
    return ke->mappings;
}

bool mm_resolve(uint32_t *address, struct ke_process **process, bool whole_pages)
{
    uint32_t slot = (*address - MM_MAPPINGS_FIRST) / MM_MAPPING_STEP;

    if (*address < MM_SYSTEM_FIRST) {
        *process = ke_current_process();
        return true;
    }
    if (*address < MM_MAPPINGS_FIRST || slot >= MM_MAPPINGS_MAX ||
        mm_mappings()->owner[slot] == NULL)
        return false;
    const MDL *mdl = mm_mappings()->owner[slot];
    uint32_t from = mdl->ByteOffset, end = mdl->ByteOffset + mdl->ByteCount,
             offset = *address - ((uint32_t)(uintptr_t)mdl->MappedSystemVa - mdl->ByteOffset);

    if (whole_pages) {
        from = 0;
        end = (end + MM_PAGE - 1) & ~(uint32_t)(MM_PAGE - 1);
    }
    if (offset < from || offset >= end)
        return false;
    *process = mdl->Process;
    *address = (uint32_t)(uintptr_t)mdl->StartVa + offset;
    return true;
}

NTSTATUS mm_read_any(const void *from, void *to, size_t bytes, uint32_t *fault)
{
    uint32_t address = (uint32_t)(uintptr_t)from;
    struct ke_process *process;

    if (!mm_is_simulated(from)) {
        memcpy(to, from, bytes);
        return STATUS_SUCCESS;
    }
    *fault = address;
    return mm_resolve(&address, &process, false) ? mm_read(process, address, to, bytes, fault)
                                                 : STATUS_ACCESS_VIOLATION;
}

/* Bytes at a system address have changed. */
static void watch_system(uint32_t address, size_t bytes, enum watched_change how)
{
    if (ke->watch->process == 0 && ke->watch->address - address < bytes)
        ke->watch->changed(ke->watch, how, NULL, address, (uint32_t)bytes);
}

static NTSTATUS write_any(void *to, const void *from, size_t bytes, uint32_t *fault)
{
    uint32_t address = (uint32_t)(uintptr_t)to;
    struct ke_process *process;

    if (!mm_is_simulated(to)) {
        if (UNLIKELY(mm_is_read_only(to, bytes, fault)))
            return STATUS_ACCESS_VIOLATION;
        memcpy(to, from, bytes);
        return STATUS_SUCCESS;
    }
    *fault = address;
    if (!mm_resolve(&address, &process, false))
        return STATUS_ACCESS_VIOLATION;
    NTSTATUS status = mm_write(process, address, from, bytes, fault);

    if (ke->watch != NULL && NT_SUCCESS(status))
        watch_system((uint32_t)(uintptr_t)to, bytes, WATCHED_WRITTEN);
    return status;
}

/* Raises an access violation in the running code. */
NORETURN void mm_raise(uint32_t address, bool write)
{
    ke_record(REC_FAULT, address, ke_current_process()->address, write, 0);
    ke_kernel_exception(STATUS_ACCESS_VIOLATION, address, write);
}

void nt_copy_memory(void *to, const void *from, SIZE_T length)
{
    uint8_t piece[CHUNK];
    uint32_t fault;

    if (length == 0)
        return;
    if (!mm_is_simulated(to) && !mm_is_simulated(from)) {
        memmove(to, from, length);
    } else if (!mm_is_simulated(to)) {
        if (!NT_SUCCESS(mm_read_any(from, to, length, &fault)))
            mm_raise(fault, false);
    } else if (!mm_is_simulated(from)) {
        if (!NT_SUCCESS(write_any(to, from, length, &fault)))
            mm_raise(fault, true);
    } else {
        for (SIZE_T done = 0; done < length; done += CHUNK) {
            SIZE_T part = MIN_OF(length - done, (SIZE_T)CHUNK);

            if (!NT_SUCCESS(mm_read_any((const char *)from + done, piece, part, &fault)))
                mm_raise(fault, false);
            if (!NT_SUCCESS(write_any((char *)to + done, piece, part, &fault)))
                mm_raise(fault, true);
        }
    }
}

void nt_fill_memory(void *to, SIZE_T length, UCHAR byte)
{
    uint32_t address = (uint32_t)(uintptr_t)to, fault = address;
    struct ke_process *process;

    if (!mm_is_simulated(to))
        memset(to, byte, length);
    else if (!mm_resolve(&address, &process, false) ||
             !NT_SUCCESS(mm_fill(process, address, byte, length, &fault)))
        mm_raise(fault, true);
    else if (ke->watch != NULL)
        watch_system((uint32_t)(uintptr_t)to, length, WATCHED_FILLED);
}

SIZE_T nt_compare_memory(const void *one, const void *other, SIZE_T length)
{
    uint8_t a, b;
    uint32_t fault;

    for (SIZE_T i = 0; i < length; i++) {
        if (!NT_SUCCESS(mm_read_any((const char *)one + i, &a, 1, &fault)) ||
            !NT_SUCCESS(mm_read_any((const char *)other + i, &b, 1, &fault)))
            mm_raise(fault, false);
        if (a != b)
            return i;
    }
    return length;
}

NTSTATUS mm_copy_to_caller(void *to, const void *from, size_t bytes)
{
    uint32_t fault;

    return write_any(to, from, bytes, &fault);
}

NTSTATUS mm_copy_from_caller(void *to, const void *from, size_t bytes)
{
    uint32_t fault;

    return mm_read_any(from, to, bytes, &fault);
}

/* Copies one side of a guarded copy: plain memory, or an address in the named process. */
static NTSTATUS guarded(struct ke_process *process, void *address, void *piece, size_t bytes,
                        bool write)
{
    uint32_t fault;

    if (!mm_is_simulated(address) || (uint32_t)(uintptr_t)address >= MM_SYSTEM_FIRST)
        return write ? write_any(address, piece, bytes, &fault)
                     : mm_read_any(address, piece, bytes, &fault);
    return write ? mm_write(process, (uint32_t)(uintptr_t)address, piece, bytes, &fault)
                 : mm_read(process, (uint32_t)(uintptr_t)address, piece, bytes, &fault);
}

NTSTATUS MmCopyVirtualMemory(PEPROCESS from_process, PVOID from, PEPROCESS to_process, PVOID to,
                             SIZE_T bytes, KPROCESSOR_MODE mode, PSIZE_T copied)
{
    uint8_t piece[CHUNK];

    if (ke->cpu->irql > APC_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, (uint32_t)(uintptr_t)from, ke->cpu->irql, 0, 0);
    *copied = 0;
    if (mode == UserMode && (!mm_is_simulated(from) || !mm_is_simulated(to)))
        return STATUS_ACCESS_VIOLATION;
    while (*copied < bytes) {
        SIZE_T part = MIN_OF(bytes - *copied, (SIZE_T)CHUNK);
        NTSTATUS status = guarded(from_process, (char *)from + *copied, piece, part, false);

        if (NT_SUCCESS(status))
            status = guarded(to_process, (char *)to + *copied, piece, part, true);
        if (!NT_SUCCESS(status))
            return status;
        *copied += part;
    }
    ke_spend((sim_time)ke->cost[COST_COPY_PAGE] * ((bytes + MM_PAGE - 1) / MM_PAGE));
    return STATUS_SUCCESS;
}
