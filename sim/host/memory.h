/* memory.h - takes one large block of memory from the host, for an arena.
 *
 * The block is zeroed, and backed on first touch, so a generous size costs nothing. On 64-bit hosts
 * it lies above 4 GiB if the host allows that: the model tells simulated addresses from host
 * pointers by it.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where WebAssembly's memory of the program begins: behind the addresses that simulated programs
 * use, before those that text in the place of a pointer is likely to be. */
#define HOST_MEMORY_FIRST ((uintptr_t)0x18000000)

/* True if a pointer may lead to memory of this program, false if it surely does not. On hosts of 64
 * bits everything lies above 4 GiB; WebAssembly's variables and the host's stack begin at
 * HOST_MEMORY_FIRST, and worlds lie anywhere behind them (arena_has_given). */
static inline bool host_memory_is_program(const void *pointer)
{
#if UINTPTR_MAX > 0xffffffffu
    return (uintptr_t)pointer > 0xffffffffu;
#else
    extern char __heap_base;

    return (uintptr_t)pointer - HOST_MEMORY_FIRST < (uintptr_t)&__heap_base - HOST_MEMORY_FIRST;
#endif
}

char *host_memory_take(size_t size); /* NULL: the host has no memory. */
/* Closes pages: touching them is a fault. Opens them again; they keep their bytes. False: the host
 * keeps no more ranges of pages apart; nothing has changed. */
void host_memory_close(char *first, size_t size);
bool host_memory_open(char *first, size_t size);
bool host_memory_read_only(char *first, size_t size);
/* Closes pages below a stack, so that an overflow is a fault. Where faults are handled on the stack
 * itself (Windows), only the uppermost page is closed, and is open when the handler begins. */
void host_memory_guard(char *first, size_t size);
/* Bytes of the host's pages: what is closed and opened starts and ends at multiples of it. */
size_t host_memory_page(void);
/* Reserves addresses, at a multiple of their number; each page is closed. NULL: there is no such
 * place. */
char *host_memory_reserve(size_t size);
void host_memory_give_reserved(char *block, size_t size);
void host_memory_give(char *block, size_t size);
