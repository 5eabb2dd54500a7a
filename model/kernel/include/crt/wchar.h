/* wchar.h - the host's header, with the names that differ on Windows bound to the simulated C library
 * (model/kernel/crt.h). Only sources of guests see it. */
#pragma once
#include_next <wchar.h>
#include "../wdm_crt.h"
int nt_wprintf(const WCHAR *format, ...);
int nt_swprintf(WCHAR *out, size_t chars, const WCHAR *format, ...);
#define wprintf  nt_wprintf
#define swprintf nt_swprintf
