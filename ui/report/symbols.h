/* symbols.h - names of the functions on a simulated stack.
 *
 * A stop keeps host return addresses (model/world/stop.h); this turns them into the names a
 * debugger would show: "exifs!ExifsUndoNow". The module comes from the source file the function
 * stands in. Works where the program is an ELF file with its symbol table; elsewhere frames have no
 * names and the caller prints what the kernel knows.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct symbols;

/* Reads this program's own symbol table. NULL: there is none. */
struct symbols *symbols_open(void);

/* "module!function" of a return address; false: unknown. */
bool symbols_name(const struct symbols *symbols, const void *address, char *out, size_t size);

/* Where the call stands: "model/exifs/exifs_transfer.c", 214; relative to the root of the sources.
 * The first call reads the program's line tables, which takes some milliseconds. False: unknown, or
 * the build had no libdw. */
bool symbols_line(struct symbols *symbols, const void *address, char *file, size_t size, int *line);
void symbols_close(struct symbols *symbols);
