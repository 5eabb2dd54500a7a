/* errno.h - the host's header, with a number of the error that belongs to the process
 * (model/kernel/crt.h). */
#pragma once
#include_next <errno.h>
int *nt_errno(void);
#undef errno
#define errno (*nt_errno())
