/* gdb_windows.c - see kd.h: gdb is served where guests can be stepped (sim/host/step.h). */
#include "ui/kd/kd.h"

bool kd_serve_gdb(struct kd *kd, uint16_t port, char error[KD_ERROR_CHARS])
{
    (void)kd, (void)port;
    snprintf(error, KD_ERROR_CHARS,
             "guests cannot be stepped on this host (expected Linux on x86-64)");
    return false;
}
