/* string.h - the host's header, and the simulated C library's functions (model/kernel/crt.h) under
 * the names that differ on Windows. Only sources of guests see it. */
#pragma once
#include_next <string.h>
#include "../wdm_crt.h" /* Windows' string.h has the wide functions, too. */
#define stricmp _stricmp
