/* mm.h - user memory: address spaces, sections, and copies that can fail.
 *
 * Each process has its own pages at the same 32-bit addresses, so an address has a meaning only
 * together with a process. No function here returns a host pointer to user memory: bytes are
 * copied, in the named process or, for a caller's buffers, in the process in force. A copy returns
 * a status; writes by a thread that another process owns are recorded.
 *
 *     status = mm_copy_from_caller(&iosb, user_iosb, sizeof iosb);
 */
#pragma once
#include "model/kernel/kernel.h"
#include "sim/host/memory.h"
#include <stdbool.h>

enum { MM_PAGE = 4096 };
#define MM_USER_FIRST   0x00010000u
#define MM_USER_END     0x7fff0000u
#define MM_SYSTEM_FIRST 0x80000000u /* Simulated addresses from here on are the system's. */

/* System addresses at which MDLs are mapped. */
#define MM_MAPPINGS_FIRST 0xe8000000u
#define MM_MAPPINGS_END   0xec000000u

struct ke_process;

/* True for a simulated address, false for a host pointer. mm_start checks that the program lies
 * where it should (sim/host/memory.h); it is always linked as position-independent code, which
 * hosts of 64 bits load above 4 GiB. A pointer into the window is a simulated address, too
 * (mm_window.h); its low 32 bits are the address.
 *
 * On a host of 32 bits a simulated address may by chance be that of something of this world. A
 * program of the model gets no such address, but may read one out of overwritten bytes. */
static inline bool mm_is_simulated(const void *ptr)
{
#if UINTPTR_MAX > 0xffffffffu
    return !host_memory_is_program(ptr) || arena_window_holds(ke->window, ptr);
#else
    return !host_memory_is_program(ptr) && !arena_has_given(ke->sim->arena, ptr);
#endif
}

/* The user address that stands for one in the image of a program from outside. */
static inline uint32_t mm_program_address(const volatile void *at)
{
    return ke->code_address((const void *)(uintptr_t)at) & (MM_SYSTEM_FIRST - 1);
}

/* Makes the lists of free pages, tables and spaces. */
void mm_start(void);

/* ---- Address spaces -------------------------------------------------------------------------- */
/* Makes an empty address space. */
struct mm_space *mm_space_new(void);
void mm_space_free(struct mm_space *space); /* Unmaps views and frees all pages. */
/* Allocates zeroed bytes at *base (0: the first gap from the bottom, in steps of 64 KB). */
NTSTATUS mm_allocate(struct ke_process *process, uint32_t *base, uint32_t bytes);
/* Frees a whole region of mm_allocate. */
NTSTATUS mm_free(struct ke_process *process, uint32_t base);
NTSTATUS mm_unmap(struct ke_process *process, uint32_t base); /* Unmaps a whole view. */
/* True if a single region holds all the bytes. */
bool mm_covered(struct ke_process *process, uint32_t base, uint32_t bytes);

struct mm_section; /* Pages shared by views; an object body (type Section). */
/* Made by ob_new: one reference. */
NTSTATUS mm_section_new(uint32_t bytes, struct mm_section **out);
/* Maps a view of the first bytes of a section (0: all) at *base (0: the first gap); it references
 * the section. */
NTSTATUS mm_map(struct ke_process *process, struct mm_section *section, uint32_t *base,
                uint32_t bytes);
void mm_section_remove(void *body); /* `remove` of the object type Section. */

/* Bytes in use of an address space. Private: allocated for the process alone, with or without pages
 * behind them. */
struct mm_use {
    uint64_t private_bytes, virtual_bytes, largest_free;
};
/* Counts the bytes of the regions. */
void mm_space_use(const struct ke_process *process, struct mm_use *out);

/* Pages of a process that MDLs have locked. */
int32_t mm_locked_pages(const struct ke_process *process);
/* Locks a program's buffer for the I/O manager, which takes any memory of a program. */
void mm_lock_caller(PMDL mdl, LOCK_OPERATION operation);

/* ---- Copies ---------------------------------------------------------------------------------- */
/* Copy between the user memory of a process and plain memory. STATUS_ACCESS_VIOLATION: *fault is
 * the address of the first bad byte; the bytes before it are copied. */
NTSTATUS mm_read(struct ke_process *process, uint32_t address, void *to, size_t bytes,
                 uint32_t *fault);
NTSTATUS mm_write(struct ke_process *process, uint32_t address, const void *from, size_t bytes,
                  uint32_t *fault);
NTSTATUS mm_fill(struct ke_process *process, uint32_t address, uint8_t byte, size_t bytes,
                 uint32_t *fault);

/* Copy between memory of the kernel and a caller's buffer, for the I/O manager and the Nt services.
 * The caller's side is a simulated user address in the process in force, or plain memory. An access
 * violation is returned as a status, not raised. */
NTSTATUS mm_copy_to_caller(void *to, const void *from, size_t bytes);
NTSTATUS mm_copy_from_caller(void *to, const void *from, size_t bytes);

/* ---- For onlookers --------------------------------------------------------------------------- */
/* Copies bytes without writing a record, making a page or raising a fault. False: some bytes are
 * not mapped. */
bool mm_peek(const struct ke_process *process, uint32_t address, void *to, size_t bytes);
/* Copies bytes of a section, mapped or not. */
bool mm_section_peek(const struct mm_section *section, uint32_t offset, void *to, size_t bytes);
