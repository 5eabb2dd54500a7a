/* memory.h - one large block of memory from the host: what differs by operating system for an
 * arena.
 *
 * The block is zeroed, and backed on first touch, so a generous size costs nothing. Where addresses
 * are wide it lies above 4 GiB if the host grants that wish: the model tells its own simulated
 * addresses from host pointers by it.
 */
#pragma once
#include <stddef.h>

char *host_memory_take(size_t size); /* NULL: the host has none. */
void host_memory_give(char *block, size_t size);
