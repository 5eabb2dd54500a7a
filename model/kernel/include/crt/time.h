/* time.h - the host's header, and the simulated C library's functions (model/kernel/crt.h) under
 * the names that differ on Windows. Only sources of guests see it. */
#pragma once
#include_next <time.h>
long long nt_clock_seconds(long long *out);
#define time(out) nt_clock_seconds((long long *)(out))
