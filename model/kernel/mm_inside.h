/* mm_inside.h - between the mm_ files: mappings of MDLs, access to any memory, locked pages. */
#pragma once
#include "model/kernel/mm.h"

enum {
    MM_MAPPING_STEP = 0x00100000, /* 1 MiB for each slot; transfers here have 32 KiB. */
    MM_MAPPINGS_MAX = (MM_MAPPINGS_END - MM_MAPPINGS_FIRST) / MM_MAPPING_STEP,
};

/* The slots of system addresses; each holds the MDL that it maps. */
struct mm_mappings {
    PMDL owner[MM_MAPPINGS_MAX];
};
struct mm_mappings *mm_mappings(void);

/* Reads plain memory, a user address of the process in force, or a mapped system address. */
NTSTATUS mm_read_any(const void *from, void *to, size_t bytes, uint32_t *fault);
/* Raises an access violation in the running code. */
NORETURN void mm_raise(uint32_t address, bool write);

/* Adds to the number of locked pages of a process. */
void mm_count_locked(struct ke_process *process, int32_t pages);

/* Maps pages of `source` into a process, by reference, and unmaps the region around an address if
 * it is such a mapping. */
NTSTATUS mm_map_pages(struct ke_process *process, uint32_t *base, uint32_t bytes,
                      struct ke_process *source, uint32_t source_start);
void mm_unmap_pages(struct ke_process *process, uint32_t base);
/* True if plain memory of an MDL is mapped into the current process (mm_mdl.c). */
bool mm_is_mapped_plain(const void *start, size_t bytes);
/* Forgets such mappings of a process whose memory goes. */
void mm_forget_plain(const struct ke_process *process);

/* True if a range lies in the user's part of the address space. Plain memory does if it is a
 * program's: its stack, its heap, its variables. */
bool mm_is_user_range(const volatile void *start, size_t bytes);
/* True if a range lies in a program's image and not all of it may be written: its code, its
 * constants. *fault is then the address that an access violation tells. */
bool mm_is_read_only(const volatile void *start, size_t bytes, uint32_t *fault);
