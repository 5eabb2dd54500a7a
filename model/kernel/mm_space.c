/* mm_space.c - user memory: address spaces, sections, and the observations on them.
 *
 * A space is a list of regions (the reserved addresses) and a two-level page table (the backed
 * pages). Pages are backed at the first write; before that they read as zeros. Touching an address
 * that no region covers is an access violation. Views of a section share its pages, so two
 * processes share one memory.
 *
 * Two observations are made for the explanation of a stop, and change nothing: a write by a thread
 * whose owner is another process is recorded and its range remembered; a later read of that range
 * by the owner is recorded as tainted. A third is made for onlookers who watch one byte
 * (model/words/watched.h).
 */
#include "model/kernel/mm.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm_inside.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/words/watched.h"
#include <string.h>

enum {
    TABLE_PAGES = 1024, /* Pages of one table; it covers 4 MiB. */
    TABLES = 512,       /* Tables of one space; they cover 2 GiB of user addresses. */
    /* Regions of VirtualAlloc and MapViewOfFile in one process: a buffer for each of 200 pool
     * threads, views, buffers for mail that is read. */
    REGIONS_MAX = 512,
    GRANULE = 0x10000,        /* 64 KiB, as documented for VirtualAlloc. */
    USER_BOTTOM = 0x00200000, /* On NT stacks, environment and heaps lie below. */
};

struct mm_section {
    uint32_t bytes;
    uint8_t **pages; /* By page number; NULL until first written. */
};

struct region {
    uint32_t start, bytes;
    struct mm_section *section; /* Referenced. NULL: private memory, or pages of another region. */
    struct ke_process *source;  /* Owner of the pages, referenced; NULL: this process. */
    uint32_t source_start;
};

struct foreign { /* A range that a foreign thread wrote. */
    uint32_t start, end;
    uint64_t record;
};

struct mm_space {
    uint8_t **tables[TABLES];
    struct region regions[REGIONS_MAX]; /* Sorted by start. */
    uint32_t region_count;
    struct foreign foreign[FOREIGN_WRITES_MAX];
    uint32_t foreign_count; /* Entries in use; the oldest is dropped when all are. */
    int32_t locked_pages;   /* Pages that MDLs have locked. */
    struct mm_space *next_free;
};

struct free_page {
    struct free_page *next;
};

struct mm_state {
    struct free_page *free_pages; /* Free pages of 4 KiB. */
    uint8_t ***free_tables;       /* Free page tables, linked by their first word. */
    struct mm_space *free_spaces;
    uint8_t *zeros; /* The content of a page that is not backed. */
};

void mm_start(void)
{
    static const char of_the_image[] = "";

    /* Host pointers below 4 GiB would look like simulated addresses. */
    CHECK(!mm_is_simulated(ke->sim->arena->base));
    CHECK(!mm_is_simulated(of_the_image));
    ke->mm = arena_take(ke->sim->arena, sizeof *ke->mm, 16);
    ke->mm->zeros = arena_take(ke->sim->arena, MM_PAGE, 64);
}

/* ---- Pages, tables, spaces ------------------------------------------------------------------- */

static uint8_t *page_new(void)
{
    struct free_page *page = ke->mm->free_pages;

    if (page == NULL)
        return arena_take(ke->sim->arena, MM_PAGE, 64);
    ke->mm->free_pages = page->next;
    return memset(page, 0, MM_PAGE);
}

static void page_free(uint8_t *page)
{
    struct free_page *freed = (struct free_page *)(void *)page;

    freed->next = ke->mm->free_pages;
    ke->mm->free_pages = freed;
}

static uint8_t **table_new(void)
{
    uint8_t ***table = ke->mm->free_tables;

    if (table == NULL)
        return arena_take(ke->sim->arena, TABLE_PAGES * sizeof(uint8_t *), 64);
    ke->mm->free_tables = (uint8_t ***)(void *)table[0];
    return memset(table, 0, TABLE_PAGES * sizeof(uint8_t *));
}

static uint8_t **slot(struct mm_space *space, uint32_t address)
{
    uint8_t ***table = &space->tables[address >> 22];

    if (*table == NULL)
        *table = table_new();
    return &(*table)[address >> 12 & (TABLE_PAGES - 1)];
}

struct mm_space *mm_space_new(void)
{
    struct mm_space *space = ke->mm->free_spaces;

    if (space == NULL)
        return arena_take(ke->sim->arena, sizeof *space, 16);
    ke->mm->free_spaces = space->next_free;
    return memset(space, 0, sizeof *space);
}

static uint8_t *byte_at(struct mm_space *space, uint32_t address, bool write);

/* ---- The watch ------------------------------------------------------------------------------- */

static struct ke_process *watched_process(void)
{
    return ke->watch->process != 0 ? ps_by_id(ke->watch->process) : NULL;
}

/* Bytes at `host` have changed. The watched byte may be reached by another address: a page of a
 * section has one in each view. */
static void watch_bytes(const struct ke_process *process, uint32_t address, const uint8_t *host,
                        uint32_t bytes, enum watched_change how)
{
    const struct ke_process *watched = watched_process();
    const uint8_t *byte = watched != NULL && watched->space != NULL
                              ? byte_at(watched->space, ke->watch->address, false)
                              : NULL;

    if (byte != NULL && byte >= host && byte < host + bytes)
        ke->watch->changed(ke->watch, how, process, address, bytes);
}

static void watch_region(const struct mm_space *space, uint32_t start, uint32_t bytes,
                         enum watched_change how)
{
    const struct ke_process *watched = watched_process();

    if (watched != NULL && watched->space == space && ke->watch->address - start < bytes)
        ke->watch->changed(ke->watch, how, watched, start, bytes);
}

/* ---- Regions --------------------------------------------------------------------------------- */

static struct region *region_of(struct mm_space *space, uint32_t address)
{
    uint32_t low = 0, high = space->region_count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (space->regions[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || address - space->regions[low - 1].start >= space->regions[low - 1].bytes)
        return NULL;
    return &space->regions[low - 1];
}

static bool in_user_region(uint32_t start, uint32_t bytes)
{
    return start >= MM_USER_FIRST && start < MM_USER_END && bytes <= MM_USER_END - start;
}

/* Finds a gap of this many bytes at or above the bottom, or checks the requested place. False: it
 * is taken, or there is no gap. */
static bool find_place(const struct mm_space *space, uint32_t *base, uint32_t bytes,
                       uint32_t *index)
{
    uint32_t wanted = *base, at = wanted ? wanted : USER_BOTTOM, i;

    if (space->region_count == REGIONS_MAX || bytes == 0 || !in_user_region(at, bytes))
        return false;
    for (i = 0; i < space->region_count; i++) {
        const struct region *region = &space->regions[i];
        uint32_t end = region->start + region->bytes;

        if (end <= at)
            continue;
        if (region->start >= at + bytes)
            break;
        if (wanted != 0)
            return false;
        at = (end + GRANULE - 1) & ~(uint32_t)(GRANULE - 1);
        if (!in_user_region(at, bytes))
            return false;
    }
    *base = at;
    *index = i;
    return true;
}

static NTSTATUS region_add(struct mm_space *space, uint32_t *base, uint32_t bytes,
                           struct mm_section *section)
{
    uint32_t index;

    if (space == NULL)
        return STATUS_PROCESS_IS_TERMINATING;
    /* The start is rounded down to 64 KiB; the requested end stays inside. */
    bytes += *base % GRANULE;
    *base -= *base % GRANULE;
    bytes = (bytes + MM_PAGE - 1) & ~(uint32_t)(MM_PAGE - 1);
    if (!find_place(space, base, bytes, &index))
        return *base ? STATUS_CONFLICTING_ADDRESSES : STATUS_NO_MEMORY;
    memmove(&space->regions[index + 1], &space->regions[index],
            (space->region_count - index) * sizeof(struct region));
    space->regions[index] = (struct region){ *base, bytes, section, NULL, 0 };
    space->region_count++;
    if (ke->watch != NULL)
        watch_region(space, *base, bytes, WATCHED_GIVEN);
    return STATUS_SUCCESS;
}

static void region_drop(struct mm_space *space, struct region *region)
{
    if (ke->window != NULL)
        mm_window_flush();
    for (uint32_t offset = 0; offset < region->bytes; offset += MM_PAGE) {
        uint32_t address = region->start + offset;
        uint8_t **table = space->tables[address >> 22];

        if (table == NULL || region->section != NULL)
            continue;
        uint8_t **page = &table[address >> 12 & (TABLE_PAGES - 1)];

        if (*page != NULL)
            page_free(*page);
        *page = NULL;
    }
    struct mm_section *section = region->section;
    struct ke_process *source = region->source;
    uint32_t index = (uint32_t)(region - space->regions);

    if (ke->watch != NULL)
        watch_region(space, region->start, region->bytes, WATCHED_TAKEN);
    memmove(region, region + 1, (space->region_count - index - 1) * sizeof *region);
    space->region_count--;
    if (section != NULL)
        ObDereferenceObject(section);
    if (source != NULL)
        ObDereferenceObject(source);
}

NTSTATUS mm_allocate(struct ke_process *process, uint32_t *base, uint32_t bytes)
{
    return region_add(process->space, base, bytes, NULL);
}

static NTSTATUS drop_at(struct ke_process *process, uint32_t base, bool view)
{
    struct region *region = process->space ? region_of(process->space, base) : NULL;

    if (region == NULL || region->start != base || (region->section != NULL) != view ||
        region->source != NULL)
        return STATUS_MEMORY_NOT_ALLOCATED;
    region_drop(process->space, region);
    return STATUS_SUCCESS;
}

NTSTATUS mm_free(struct ke_process *process, uint32_t base)
{
    return drop_at(process, base, false);
}
NTSTATUS mm_unmap(struct ke_process *process, uint32_t base)
{
    return drop_at(process, base, true);
}

NTSTATUS mm_map_pages(struct ke_process *process, uint32_t *base, uint32_t bytes,
                      struct ke_process *source, uint32_t source_start)
{
    NTSTATUS status = region_add(process->space, base, bytes, NULL);

    if (!NT_SUCCESS(status))
        return status;
    struct region *region = region_of(process->space, *base);

    ObReferenceObject(source);
    region->source = source;
    region->source_start = source_start;
    return status;
}

void mm_unmap_pages(struct ke_process *process, uint32_t base)
{
    struct region *region = process->space ? region_of(process->space, base) : NULL;

    if (region != NULL && region->source != NULL)
        region_drop(process->space, region);
}

bool mm_covered(struct ke_process *process, uint32_t base, uint32_t bytes)
{
    struct region *region = process->space ? region_of(process->space, base) : NULL;

    return region != NULL && bytes <= region->bytes - (base - region->start);
}

void mm_count_locked(struct ke_process *process, int32_t pages)
{
    if (process->space != NULL)
        process->space->locked_pages += pages;
}

int32_t mm_locked_pages(const struct ke_process *process)
{
    return process->space != NULL ? process->space->locked_pages : 0;
}

void mm_space_free(struct mm_space *space)
{
    while (space->region_count > 0)
        region_drop(space, &space->regions[space->region_count - 1]);
    for (uint32_t i = 0; i < TABLES; i++) {
        uint8_t ***table = (uint8_t ***)(void *)space->tables[i];

        if (table == NULL)
            continue;
        table[0] = (uint8_t **)(void *)ke->mm->free_tables;
        ke->mm->free_tables = table;
        space->tables[i] = NULL;
    }
    space->next_free = ke->mm->free_spaces;
    ke->mm->free_spaces = space;
}

/* ---- Sections -------------------------------------------------------------------------------- */

NTSTATUS mm_section_new(uint32_t bytes, struct mm_section **out)
{
    uint32_t count = (bytes + MM_PAGE - 1) / MM_PAGE;
    struct mm_section *section = ob_new_as(OB_SECTION, sizeof *section + count * sizeof(uint8_t *),
                                           0x28 + count * (size_t)8, 0);

    if (section == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    section->bytes = count * MM_PAGE;
    section->pages = (uint8_t **)(void *)(section + 1);
    *out = section;
    return STATUS_SUCCESS;
}

void mm_section_remove(void *body)
{
    struct mm_section *section = body;

    if (ke->window != NULL)
        mm_window_flush();
    for (uint32_t i = 0; i < section->bytes / MM_PAGE; i++)
        if (section->pages[i] != NULL)
            page_free(section->pages[i]);
}

NTSTATUS mm_map(struct ke_process *process, struct mm_section *section, uint32_t *base,
                uint32_t bytes)
{
    NTSTATUS status = region_add(process->space, base,
                                 bytes ? MIN_OF(bytes, section->bytes) : section->bytes, section);

    if (NT_SUCCESS(status))
        ObReferenceObject(section);
    return status;
}

/* ---- Translation of addresses ---------------------------------------------------------------- */

/* Host pointer to the byte at a simulated address, valid until the end of its page. NULL: no region
 * covers the address. */
static uint8_t *byte_at(struct mm_space *space, uint32_t address, bool write)
{
    uint8_t **table = space->tables[address >> 22 & (TABLES - 1)];
    uint8_t **page = table ? &table[address >> 12 & (TABLE_PAGES - 1)] : NULL;

    if (address < MM_USER_FIRST || address >= MM_USER_END)
        return NULL;
    if (page == NULL || *page == NULL) {
        struct region *region = region_of(space, address);

        if (region == NULL)
            return NULL;
        if (region->source != NULL)
            return region->source->space != NULL
                       ? byte_at(region->source->space,
                                 region->source_start + (address - region->start), write)
                       : NULL;
        if (region->section != NULL)
            page = &region->section->pages[(address - region->start) / MM_PAGE];
        if (page == NULL || *page == NULL) {
            if (!write)
                return ke->mm->zeros + address % MM_PAGE;
            if (region->section == NULL)
                page = slot(space, address);
            *page = page_new();
        }
    }
    if (UNLIKELY(ke->window != NULL) && write)
        mm_window_written(*page);
    return *page + address % MM_PAGE;
}

uint8_t **mm_page_entry(struct ke_process *process, uint32_t address)
{
    struct region *region =
        process->space != NULL && address < MM_USER_END ? region_of(process->space, address) : NULL;

    if (region == NULL)
        return NULL;
    if (region->source != NULL)
        return mm_page_entry(region->source, region->source_start + (address - region->start));
    uint8_t **page = region->section != NULL
                         ? &region->section->pages[(address - region->start) / MM_PAGE]
                         : slot(process->space, address);

    if (*page == NULL)
        *page = page_new();
    return page;
}

bool mm_peek(const struct ke_process *process, uint32_t address, void *to, size_t bytes)
{
    uint8_t *out = to;

    while (bytes > 0) {
        size_t piece = MIN_OF(bytes, (size_t)(MM_PAGE - address % MM_PAGE));
        const uint8_t *from = process->space ? byte_at(process->space, address, false) : NULL;

        if (from == NULL)
            return false;
        memcpy(out, from, piece);
        out += piece;
        address += (uint32_t)piece;
        bytes -= piece;
    }
    return true;
}

bool mm_section_peek(const struct mm_section *section, uint32_t offset, void *to, size_t bytes)
{
    uint8_t *out = to;

    if (offset > section->bytes || bytes > section->bytes - offset)
        return false;
    for (; bytes > 0; bytes--, offset++) {
        const uint8_t *page = section->pages[offset / MM_PAGE];

        *out++ = page != NULL ? page[offset % MM_PAGE] : 0;
    }
    return true;
}

void mm_space_use(const struct ke_process *process, struct mm_use *out)
{
    const struct mm_space *space = process->space;
    uint32_t end = USER_BOTTOM;

    *out = (struct mm_use){ 0 };
    for (uint32_t i = 0; space != NULL && i < space->region_count; i++) {
        const struct region *region = &space->regions[i];

        out->virtual_bytes += region->bytes;
        out->private_bytes += region->section == NULL && region->source == NULL ? region->bytes : 0;
        if (region->start > end)
            out->largest_free = MAX_OF(out->largest_free, (uint64_t)region->start - end);
        end = MAX_OF(end, region->start + region->bytes);
    }
    out->largest_free = MAX_OF(out->largest_free, (uint64_t)MM_USER_END - end);
}

/* ---- Observations ---------------------------------------------------------------------------- */

static void forget_foreign(struct mm_space *space, uint32_t index)
{
    memmove(&space->foreign[index], &space->foreign[index + 1],
            (--space->foreign_count - index) * sizeof space->foreign[0]);
}

/* Removes from the foreign ranges the bytes that the owner has overwritten. A hole in the middle
 * leaves the range as it is: still tainted. */
static void own_bytes(struct mm_space *space, uint32_t start, uint32_t end)
{
    for (uint32_t i = space->foreign_count; i-- > 0;) {
        struct foreign *range = &space->foreign[i];

        if (start <= range->start && range->end <= end)
            forget_foreign(space, i);
        else if (start <= range->start && end > range->start)
            range->start = end;
        else if (start < range->end && end >= range->end)
            range->end = start;
    }
}

static void note_write(struct ke_process *process, uint32_t address, uint32_t bytes)
{
    struct mm_space *space = process->space;
    const struct ke_thread *thread = ke_current_thread();
    struct ke_process *owner = thread->process;
    uint32_t end = address + bytes;

    process->visitors_wrote += owner != process && thread->apc_state.Process == process;
    if (owner == process || owner == ke->system) {
        own_bytes(space, address, end);
        return;
    }
    if (space->foreign_count == FOREIGN_WRITES_MAX)
        forget_foreign(space, 0);
    space->foreign[space->foreign_count++] = (struct foreign){ address, end, ke->sim->trace.count };
    ke_record(REC_FOREIGN_WRITE, address, process->address, bytes, owner->address);
}

static void note_read(struct ke_process *process, uint32_t address, uint32_t bytes)
{
    struct mm_space *space = process->space;
    struct ke_thread *thread = ke_current_thread();

    for (uint32_t i = space->foreign_count; i-- > 0;) {
        if (address >= space->foreign[i].end || address + bytes <= space->foreign[i].start)
            continue;
        if (thread->process == process) {
            thread->tainted_read = space->foreign[i].record + 1;
            ke_record(REC_TAINTED_READ, address, process->address,
                      (uint32_t)space->foreign[i].record, 0);
        }
        return;
    }
}

void mm_note_touch(struct ke_process *process, uint32_t page, bool write)
{
    const struct ke_process *owner = ke_current_thread()->process;

    if (!write && process->space->foreign_count != 0)
        note_read(process, page, MM_PAGE);
    if (write && owner != process && owner != ke->system)
        note_write(process, page, MM_PAGE);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

enum direction { TO_HOST, FROM_HOST, FILL };

static NTSTATUS transfer(struct ke_process *process, uint32_t address, void *host, size_t bytes,
                         enum direction direction, uint32_t *fault)
{
    uint8_t *plain = host;

    if (process->space == NULL) {
        *fault = address;
        return STATUS_ACCESS_VIOLATION;
    }
    for (size_t left = bytes; left > 0;) {
        size_t chunk = MIN_OF(left, (size_t)(MM_PAGE - address % MM_PAGE));
        uint8_t *at = byte_at(process->space, address, direction != TO_HOST);

        if (at == NULL) {
            *fault = address;
            return STATUS_ACCESS_VIOLATION;
        }
        if (direction == FILL) {
            memset(at, *plain, chunk);
        } else if (direction == TO_HOST) {
            memcpy(plain, at, chunk);
            plain += chunk;
        } else {
            memcpy(at, plain, chunk);
            plain += chunk;
        }
        if (ke->watch != NULL && direction != TO_HOST)
            watch_bytes(process, address, at, (uint32_t)chunk,
                        direction == FILL ? WATCHED_FILLED : WATCHED_WRITTEN);
        address += (uint32_t)chunk;
        left -= chunk;
    }
    return STATUS_SUCCESS;
}

NTSTATUS mm_read(struct ke_process *process, uint32_t address, void *to, size_t bytes,
                 uint32_t *fault)
{
    NTSTATUS status = transfer(process, address, to, bytes, TO_HOST, fault);

    if (NT_SUCCESS(status) && process->space->foreign_count != 0)
        note_read(process, address, (uint32_t)bytes);
    return status;
}

NTSTATUS mm_write(struct ke_process *process, uint32_t address, const void *from, size_t bytes,
                  uint32_t *fault)
{
    NTSTATUS status = transfer(process, address, (void *)(uintptr_t)from, bytes, FROM_HOST, fault);

    if (NT_SUCCESS(status) &&
        (process->space->foreign_count != 0 || ke_current_thread()->process != process))
        note_write(process, address, (uint32_t)bytes);
    return status;
}

NTSTATUS mm_fill(struct ke_process *process, uint32_t address, uint8_t byte, size_t bytes,
                 uint32_t *fault)
{
    NTSTATUS status = transfer(process, address, &byte, bytes, FILL, fault);

    if (NT_SUCCESS(status) &&
        (process->space->foreign_count != 0 || ke_current_thread()->process != process))
        note_write(process, address, (uint32_t)bytes);
    return status;
}
