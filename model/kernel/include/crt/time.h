/* time.h - the host's header, with the names that differ on Windows bound to the simulated C library
 * (model/kernel/crt.h). Only sources of guests see it. */
#pragma once
#include_next <time.h>
long long nt_clock_seconds(long long *out);
#define time(out) nt_clock_seconds((long long *)(out))
