/* wchar.h - the host's header, and the simulated C library's functions (model/kernel/crt.h) under
 * the names that differ on Windows. Only sources of guests see it. */
#pragma once
#include_next <wchar.h>
#include "../wdm_crt.h"
int nt_wprintf(const WCHAR *format, ...);
int nt_swprintf(WCHAR *out, size_t chars, const WCHAR *format, ...);
#define wprintf  nt_wprintf
#define swprintf nt_swprintf
