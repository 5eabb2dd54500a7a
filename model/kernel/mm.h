/* mm.h - user memory: address spaces, sections, and copies that can fail.
 *
 * Each process has its own pages at the same 32-bit addresses, so an address means something in one
 * process only. Nothing here is a host pointer to user memory: bytes are copied, in a process that
 * is named or, for a caller's buffers, in the one in force. A copy answers with a status; writes by
 * a thread whose owner is another process are recorded.
 *
 *     status = mm_copy_from_caller(&iosb, user_iosb, sizeof iosb);
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include <stdbool.h>

enum { MM_PAGE = 4096 };
#define MM_USER_FIRST   0x00010000u
#define MM_USER_END     0x7fff0000u
#define MM_SYSTEM_FIRST 0x80000000u /* Simulated addresses from here on are the system's. */

struct ke_process;

/* True for a simulated address, false for a host pointer: simulated ones lie below 4 GiB, and so
 * does nothing of the program. mm_start checks that; the program is always linked as
 * position-independent code, which hosts load above. */
static inline bool mm_is_simulated(const void *ptr) { return (uintptr_t)ptr < 0x100000000ull; }

void mm_start(void);

/* ---- Address spaces -------------------------------------------------------------------------- */
struct mm_space *mm_space_new(void);
void mm_space_free(struct mm_space *space); /* Unmaps and frees all. */
/* bytes at *base (0: anywhere from the bottom, 64 KB steps). Zeroed. */
NTSTATUS mm_allocate(struct ke_process *process, uint32_t *base, uint32_t bytes);
NTSTATUS mm_free(struct ke_process *process, uint32_t base);  /* What mm_allocate gave, whole. */
NTSTATUS mm_unmap(struct ke_process *process, uint32_t base); /* A view, whole. */
/* One region holds them all. */
bool mm_covered(struct ke_process *process, uint32_t base, uint32_t bytes);

struct mm_section; /* Pages shared by views; an object body (type Section). */
NTSTATUS mm_section_new(uint32_t bytes, struct mm_section **out); /* Through ob: reference 1. */
NTSTATUS mm_map(struct ke_process *process, struct mm_section *section, uint32_t *base,
                uint32_t bytes);
void mm_section_remove(void *body); /* The type's remove. */

/* Private: allocated for the process itself alone, backed or not. */
struct mm_use {
    uint64_t private_bytes, virtual_bytes, largest_free;
};
void mm_space_use(const struct ke_process *process, struct mm_use *out);

/* ---- Copies ---------------------------------------------------------------------------------- */
/* Between a process' user memory and plain memory. STATUS_ACCESS_VIOLATION with *fault set at the
 * first bad byte; what came before is copied. */
NTSTATUS mm_read(struct ke_process *process, uint32_t address, void *to, size_t bytes,
                 uint32_t *fault);
NTSTATUS mm_write(struct ke_process *process, uint32_t address, const void *from, size_t bytes,
                  uint32_t *fault);
NTSTATUS mm_fill(struct ke_process *process, uint32_t address, uint8_t byte, size_t bytes,
                 uint32_t *fault);

/* Either side may be a simulated user address in the process in force, or plain memory: how the I/O
 * manager and the Nt services reach a caller's buffers. No exception: a status. */
NTSTATUS mm_copy_to_caller(void *to, const void *from, size_t bytes);
NTSTATUS mm_copy_from_caller(void *to, const void *from, size_t bytes);

/* ---- For onlookers --------------------------------------------------------------------------- */
/* Bytes as they stand, without a record, a page or a fault. False: some are not there. */
bool mm_peek(const struct ke_process *process, uint32_t address, void *to, size_t bytes);
/* Bytes of a section, wherever it is mapped. */
bool mm_section_peek(const struct mm_section *section, uint32_t offset, void *to, size_t bytes);
