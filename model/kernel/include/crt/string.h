/* string.h - the host's header, with the names that differ on Windows bound to the simulated C library
 * (model/kernel/crt.h). Only sources of guests see it. */
#pragma once
#include_next <string.h>
#include "../wdm_crt.h" /* Windows' string.h has the wide functions, too. */
#define stricmp _stricmp
