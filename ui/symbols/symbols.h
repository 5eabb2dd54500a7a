/* symbols.h - names of the functions on a simulated stack.
 *
 * A stop keeps host return addresses (model/world/stop.h); which are turned here into the names
 * that a debugger would show, such as "exifs!ExifsUndoNow". The module is derived from the
 * function's source file; that of a driver or program from outside is its own. These files and the
 * program must have their symbol tables (table.h); without them frames have no names.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct symbols;

/* Reads this program's own symbol table. NULL: none. */
struct symbols *symbols_open(void);

/* Writes "module!function" for a return address. False: unknown. */
bool symbols_name(struct symbols *symbols, const void *address, char *out, size_t size);

/* Writes "balance" or "items+8" for an address in the variables of a driver or program from
 * outside. False: it lies in none of them, or has no name. */
bool symbols_variable(struct symbols *symbols, const void *address, char *out, size_t size);

/* Finds the source line of a call: "model/exifs/exifs_transfer.c", relative to the root of the
 * sources, and 214. The first use reads the program's line tables, which takes some milliseconds.
 * False: unknown, or a build without libdw. */
bool symbols_line(struct symbols *symbols, const void *address, char *file, size_t size, int *line);
/* Reads the tables of this program and of all loaded images now, those of lines, too, if wanted:
 * later calls then need little stack, and no more than a look-up. */
void symbols_prepare(struct symbols *symbols, bool lines);

/* True if code of this line has been read (symbols_prepare). file: the last part of its name. */
bool symbols_has_line(const struct symbols *symbols, const char *file, int line);

/* Calls see with the name of each function of this program, and of the images whose tables have
 * been read; names may come more than once. */
void symbols_each(struct symbols *symbols, void (*see)(void *ctx, const char *name), void *ctx);
void symbols_close(struct symbols *symbols);
