/* guest_borrows.h - the functions of the host's C library that a guest may call: those whose result
 * depends on their arguments alone. A guest is linked without that library, so any other of its
 * names is one that the machine does not have. */
#pragma once
#include <stdbool.h>

bool guest_borrows(const char *name);
