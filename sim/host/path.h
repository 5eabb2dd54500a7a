/* path.h - where the folder of a path ends, by the host's own separators: '/', on Windows '\' and a
 * drive's ':' as well. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Bytes of the folder, with its separator; 0: the path is a mere name. */
size_t host_path_folder(const char *path);

/* True if the path does not depend on where one stands. */
bool host_path_absolute(const char *path);
