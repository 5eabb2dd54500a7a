/* mm_mdl.c - MDLs: locking, mapping, parts of them; facts/ddi.md 2.15.
 *
 *   IoAllocateMdl --MmProbeAndLockPages--> locked --MmGetSystemAddressForMdlSafe--> mapped
 *        ^------------ MmUnlockPages (unmaps, too) --------------------------------------'
 *
 * An MDL of plain memory (pool, a program's stack or heap) is its own mapping. One of simulated
 * addresses is mapped into slots of system addresses, each of which holds the MDL, and is
 * translated by it (mm_copy.c): so the pages are those of the process at the time of the access,
 * not those at the time of the lock, which matters only if the region was freed in between. Locked
 * pages are counted in their process, which must not end before they are unlocked (stop 0x76). A
 * mapping for a user is a region of the current process that refers to those pages (mm_space.c).
 */
#include "model/kernel/ex.h"
#include "model/kernel/ke_exception.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm_inside.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/ps.h"
#include <string.h>

enum { MDL_TAG = 'ldM ', PAGES_TAG = 'gPmM', SIZE_MOST = 0xffff, NT_PLAIN_MAP_BYTES = 0x28 };

static void *start_of(const MDL *mdl) { return (char *)mdl->StartVa + mdl->ByteOffset; }

static ULONG pages_of(const MDL *mdl)
{
    return ADDRESS_AND_SIZE_TO_SPAN_PAGES(mdl->ByteOffset, mdl->ByteCount);
}

/* Pages of MmAllocatePagesForMdl, which have no address but their mapping. */
struct mdl_pages {
    struct mdl_pages *next;
    PMDL mdl;
    char *memory;
};

static struct mdl_pages *pages_behind(const MDL *mdl)
{
    for (struct mdl_pages *each = ke->mdl_pages; each != NULL; each = each->next)
        if (each->mdl == mdl)
            return each;
    return NULL;
}

/* ---- Making and freeing ---------------------------------------------------------------------- */

PMDL IoAllocateMdl(PVOID address, ULONG length, BOOLEAN secondary, BOOLEAN quota, PIRP irp)
{
    SIZE_T size = MmSizeOfMdl(address, length);
    PMDL mdl = size <= SIZE_MOST ? ExAllocatePoolWithTag(NonPagedPool, size, MDL_TAG) : NULL;

    (void)quota;
    if (mdl == NULL)
        return NULL;
    memset(mdl, 0, size);
    MmInitializeMdl(mdl, address, length);
    mdl->MdlFlags = MDL_ALLOCATED_FIXED_SIZE;
    if (irp == NULL)
        return mdl;
    PMDL *at = &irp->MdlAddress;

    while (secondary && *at != NULL)
        at = &(*at)->Next;
    *at = mdl;
    return mdl;
}

/* Gives the slots of a mapping back. */
static void unmap(PMDL mdl)
{
    struct mm_mappings *mappings = mm_mappings();

    for (uint32_t slot = 0; slot < MM_MAPPINGS_MAX; slot++)
        if (mappings->owner[slot] == mdl)
            mappings->owner[slot] = NULL;
    if (ke->window != NULL)
        mm_window_flush();
    mdl->MdlFlags &= (CSHORT) ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
}

VOID IoFreeMdl(PMDL mdl)
{
    if (mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA)
        unmap(mdl);
    ExFreePoolWithTag(mdl, MDL_TAG);
}

VOID MmPrepareMdlForReuse(PMDL mdl)
{
    if (mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED)
        unmap(mdl);
}

VOID IoBuildPartialMdl(PMDL source, PMDL target, PVOID address, ULONG length)
{
    ULONG offset = (ULONG)((char *)address - (char *)start_of(source));
    SIZE_T room = ((SIZE_T)(USHORT)target->Size - sizeof *target) / sizeof(PFN_NUMBER);

    target->StartVa = PAGE_ALIGN(address);
    target->ByteOffset = BYTE_OFFSET(address);
    target->ByteCount = length != 0 ? length : source->ByteCount - offset;
    target->Process = source->Process;
    if (pages_of(target) > room)
        ke_stop(TARGET_MDL_TOO_SMALL, ke_address_shown(target), pages_of(target), 0, 0);
    target->MdlFlags = (CSHORT)((target->MdlFlags & MDL_ALLOCATED_FIXED_SIZE) | MDL_PARTIAL |
                                (source->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL));
    target->MappedSystemVa = NULL;
    if (source->MdlFlags &
        (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARENT_MAPPED_SYSTEM_VA)) {
        target->MdlFlags |= MDL_PARENT_MAPPED_SYSTEM_VA;
        target->MappedSystemVa = (char *)source->MappedSystemVa + offset;
    }
    memcpy(MmGetMdlPfnArray(target),
           MmGetMdlPfnArray(source) + (source->ByteOffset + offset) / PAGE_SIZE,
           pages_of(target) * sizeof(PFN_NUMBER));
}

/* ---- Locking --------------------------------------------------------------------------------- */

/* Numbers for the pages: the same for the same page, whatever the host. */
static void number_pages(PMDL mdl)
{
    uint32_t process = mdl->Process != NULL ? mdl->Process->id : 0;
    uint32_t first = mm_is_simulated(mdl->StartVa) ? (uint32_t)(uintptr_t)mdl->StartVa : 0;

    for (ULONG i = 0; i < pages_of(mdl) &&
                      MmSizeOfMdl(mdl->ByteOffset, mdl->ByteCount) <= (SIZE_T)(USHORT)mdl->Size;
         i++)
        MmGetMdlPfnArray(mdl)[i] = ((PFN_NUMBER)process << 20) + (first >> PAGE_SHIFT) + i;
}

static void lock(PMDL mdl, LOCK_OPERATION operation)
{
    uint8_t byte;
    uint32_t fault;

    /* The process whose pages are locked; NULL: they are the system's. */
    mdl->Process = mm_is_simulated(start_of(mdl)) || mm_is_user_range(start_of(mdl), 1)
                       ? ke_current_process()
                       : NULL;
    if (operation != IoReadAccess && mm_is_read_only(start_of(mdl), mdl->ByteCount, &fault))
        mm_raise(fault, true);
    for (ULONG offset = 0; offset < mdl->ByteCount;
         offset += MM_PAGE - (mdl->ByteOffset + offset) % MM_PAGE) {
        char *at = (char *)start_of(mdl) + offset;

        /* Touches one byte of every page; pages at simulated addresses can be written. */
        if (!NT_SUCCESS(mm_read_any(at, &byte, 1, &fault)))
            mm_raise(fault, operation != IoReadAccess);
    }
    if (!(mdl->MdlFlags & MDL_PAGES_LOCKED) && mdl->Process != NULL)
        mm_count_locked(mdl->Process, (int32_t)pages_of(mdl));
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    if (operation != IoReadAccess)
        mdl->MdlFlags |= MDL_WRITE_OPERATION;
    number_pages(mdl);
}

VOID MmProbeAndLockPages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    if (mode != KernelMode && !mm_is_user_range(start_of(mdl), mdl->ByteCount))
        ke_kernel_exception(STATUS_ACCESS_VIOLATION, 0, operation != IoReadAccess);
    lock(mdl, operation);
}

void mm_lock_caller(PMDL mdl, LOCK_OPERATION operation) { lock(mdl, operation); }

VOID MmUnlockPages(PMDL mdl)
{
    if (mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA)
        unmap(mdl);
    if ((mdl->MdlFlags & MDL_PAGES_LOCKED) && mdl->Process != NULL)
        mm_count_locked(mdl->Process, -(int32_t)pages_of(mdl));
    mdl->MdlFlags &= (CSHORT) ~(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION);
}

VOID MmBuildMdlForNonPagedPool(PMDL mdl)
{
    mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    mdl->MappedSystemVa = start_of(mdl);
    mdl->Process = NULL;
    number_pages(mdl);
}

/* ---- Mapping --------------------------------------------------------------------------------- */

/* Takes slots in a row for the MDL. NULL: there are not enough. */
static PVOID map_into_slots(PMDL mdl)
{
    struct mm_mappings *mappings = mm_mappings();
    uint32_t steps = (mdl->ByteOffset + mdl->ByteCount + MM_MAPPING_STEP - 1) / MM_MAPPING_STEP;

    for (uint32_t slot = 0, free = 0; slot < MM_MAPPINGS_MAX; slot++) {
        free = mappings->owner[slot] == NULL ? free + 1 : 0;
        if (free < steps)
            continue;
        slot -= steps - 1;
        for (uint32_t i = 0; i < steps; i++)
            mappings->owner[slot + i] = mdl;
        return mm_pointer(MM_MAPPINGS_FIRST + slot * MM_MAPPING_STEP + mdl->ByteOffset);
    }
    return NULL;
}

PVOID MmGetSystemAddressForMdlSafe(PMDL mdl, ULONG priority)
{
    const struct mdl_pages *pages;

    (void)priority;
    if (mdl->MdlFlags &
        (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARENT_MAPPED_SYSTEM_VA))
        return mdl->MappedSystemVa;
    if ((pages = pages_behind(mdl)) != NULL)
        return mdl->MappedSystemVa = pages->memory;
    if (!mm_is_simulated(start_of(mdl)))
        return start_of(mdl);
    PVOID mapped = map_into_slots(mdl);

    if (mapped == NULL) /* No system PTEs are left. */
        return NULL;
    mdl->MappedSystemVa = mapped;
    mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    if (mdl->MdlFlags & MDL_PARTIAL)
        mdl->MdlFlags |= MDL_PARTIAL_HAS_BEEN_MAPPED;
    return mapped;
}

/* Plain memory that is mapped into a process: the mapping's address is the memory's own. */
struct mm_plain_map {
    struct mm_plain_map *next;
    const struct ke_process *process;
    const char *start;
    size_t bytes;
};

bool mm_is_mapped_plain(const void *start, size_t bytes)
{
    for (const struct mm_plain_map *map = ke->plain_maps; map != NULL; map = map->next)
        if (map->process == ke_current_process() && (const char *)start >= map->start &&
            bytes <= map->bytes && (size_t)((const char *)start - map->start) <= map->bytes - bytes)
            return true;
    return false;
}

/* Removes the mappings of a process, or the one that begins at `start`. */
static void forget_plain(const struct ke_process *process, const void *start)
{
    struct mm_plain_map **at = &ke->plain_maps, *map;

    while ((map = *at) != NULL) {
        if (map->process != process || (start != NULL && map->start != start)) {
            at = &map->next;
            continue;
        }
        *at = map->next;
        ex_pool_give(map);
        if (start != NULL)
            return;
    }
}

void mm_forget_plain(const struct ke_process *process) { forget_plain(process, NULL); }

static NTSTATUS map_plain(PMDL mdl, PVOID *mapped)
{
    const struct mdl_pages *pages = pages_behind(mdl);
    struct mm_plain_map *map =
        ex_pool_try_as(PagedPool, sizeof *map, NT_PLAIN_MAP_BYTES, EX_TAG('M', 'm', 'V', 'd'));

    if (map == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *mapped = pages != NULL ? pages->memory : start_of(mdl);
    *map = (struct mm_plain_map){ ke->plain_maps, ke_current_process(), *mapped, mdl->ByteCount };
    ke->plain_maps = map;
    return STATUS_SUCCESS;
}

/* Maps the pages of an MDL into the current process. */
static PVOID map_for_user(PMDL mdl, PVOID wanted)
{
    uint32_t base = (uint32_t)(uintptr_t)wanted;
    NTSTATUS status;
    PVOID mapped = NULL;

    ke_require_irql(APC_LEVEL, ke_address_shown(mdl));
    if ((mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL)) == 0)
        ke_raise_status(STATUS_INSUFFICIENT_RESOURCES); /* No pages. */
    if (!mm_is_simulated(start_of(mdl)) || pages_behind(mdl) != NULL) {
        status = map_plain(mdl, &mapped);
    } else {
        status = mm_map_pages(ke_current_process(), &base, pages_of(mdl) * MM_PAGE,
                              mdl->Process != NULL ? mdl->Process : ke_current_process(),
                              (uint32_t)(uintptr_t)mdl->StartVa);
        mapped = mm_pointer(base + mdl->ByteOffset);
    }
    if (!NT_SUCCESS(status))
        ke_raise_status(status);
    return mapped;
}

PVOID MmMapLockedPagesSpecifyCache(PMDL mdl, KPROCESSOR_MODE mode, MEMORY_CACHING_TYPE cache,
                                   PVOID base, ULONG stops, ULONG priority)
{
    PVOID mapped = NULL;

    (void)cache;
    if (mode != KernelMode)
        return map_for_user(mdl, base);
    mapped = MmGetSystemAddressForMdlSafe(mdl, priority);
    if (mapped == NULL && stops)
        ke_stop(NO_MORE_SYSTEM_PTES, 0, pages_of(mdl), 0, MM_MAPPINGS_MAX);
    return mapped;
}

PVOID MmMapLockedPages(PMDL mdl, KPROCESSOR_MODE mode)
{
    return MmMapLockedPagesSpecifyCache(mdl, mode, MmCached, NULL, TRUE, HighPagePriority);
}

/* In another process than the one that it was mapped into, a user's mapping stays, and what is
 * mapped at this address there goes. */
VOID MmUnmapLockedPages(PVOID base, PMDL mdl)
{
    ke_require_irql(DISPATCH_LEVEL, ke_address_shown(mdl));
    if (mm_is_simulated(base) && (uint32_t)(uintptr_t)base < MM_USER_END) {
        mm_unmap_pages(ke_current_process(), (uint32_t)(uintptr_t)base);
        return;
    }
    if (mm_is_mapped_plain(base, 0)) {
        forget_plain(ke_current_process(), base);
        return;
    }
    if (mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA)
        unmap(mdl);
    mdl->MdlFlags &= (CSHORT)~MDL_PARENT_MAPPED_SYSTEM_VA;
}

/* ---- Pages without an address ---------------------------------------------------------------- */

PMDL MmAllocatePagesForMdl(PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high, PHYSICAL_ADDRESS skip,
                           SIZE_T bytes)
{
    ULONG length = (ULONG)ROUND_TO_PAGES(bytes);
    PMDL mdl = bytes != 0 && bytes <= UINT32_MAX - PAGE_SIZE
                   ? IoAllocateMdl(NULL, length, FALSE, FALSE, NULL)
                   : NULL;
    struct mdl_pages *pages = NULL;

    (void)low, (void)high, (void)skip;
    ke_require_irql(APC_LEVEL, 0);
    if (mdl == NULL)
        return NULL;
    pages = ExAllocatePoolWithTag(NonPagedPool, sizeof *pages, PAGES_TAG);
    char *memory = pages != NULL ? ExAllocatePoolWithTag(NonPagedPool, length, PAGES_TAG) : NULL;

    if (memory == NULL) {
        if (pages != NULL)
            ExFreePoolWithTag(pages, PAGES_TAG);
        IoFreeMdl(mdl);
        return NULL;
    }
    memset(memory, 0, length);
    *pages = (struct mdl_pages){ ke->mdl_pages, mdl, memory };
    ke->mdl_pages = pages;
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    number_pages(mdl);
    return mdl;
}

VOID MmFreePagesFromMdl(PMDL mdl)
{
    for (struct mdl_pages **at = &ke->mdl_pages; *at != NULL; at = &(*at)->next)
        if ((*at)->mdl == mdl) {
            struct mdl_pages *pages = *at;

            *at = pages->next;
            ExFreePoolWithTag(pages->memory, PAGES_TAG);
            ExFreePoolWithTag(pages, PAGES_TAG);
            break;
        }
    mdl->MdlFlags &= (CSHORT)~MDL_PAGES_LOCKED;
}
