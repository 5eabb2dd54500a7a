/* guest_names.h - headers that a source names in other letters than the file has, or with '\'.
 *
 *     #include <Ntddk.h>        ntddk.h
 *     #include "sys\Public.h"   sys/public.h
 *
 *     #include "echo.tmh"       made by a tool on Windows, and here by guest_traces.c
 *
 * Windows finds the first two. Where the host does not, the compiler says so, and the header is
 * given the name that it was asked for: a file of this name in a folder of its own, which includes
 * the other.
 */
#pragma once
#include "ui/guest/guest.h"

/* The folder for such files. `path` is the one that guest_compile was given. */
void guest_names_folder(const char *path, char *out, size_t size);

/* Takes the header that the compiler did not find from what it printed. True: it is there under
 * another name, and the folder has a file for it now. So the compiler should be started again. */
bool guest_name_header(const struct guest_plan *plan, const char *folder, const char *source,
                       const char *output);

/* Removes the folder, if there is one. */
void guest_names_remove(const char *folder);
