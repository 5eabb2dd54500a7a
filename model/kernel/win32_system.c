/* win32_system.c - functions for an administrator's tools: drivers of a given build, drive letters,
 * registry values, a restart. See nt_program.h.
 */
#include "model/kernel/win32.h"
#include "model/kernel/cm.h"
#include "model/kernel/include/nt_program.h"
#include "model/kernel/io.h"
#include "model/kernel/io_pnp.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include <stdio.h>

/* Joins two texts as 16-bit characters. */
static void join(WCHAR *out, size_t chars, const char *a, const char *b)
{
    char text[128];
    size_t i = 0;

    snprintf(text, sizeof text, "%s%s", a, b);
    for (; i + 1 < chars && text[i] != 0; i++)
        out[i] = (WCHAR)(UCHAR)text[i];
    out[i] = 0;
}

/* ---- Drivers --------------------------------------------------------------------------------- */

int32_t nt_load_driver_build(const char *service, const char *build)
{
    if (!nt_driver_present(service) && ke->install_driver != NULL)
        ke->install_driver(build);
    return nt_load_driver(service);
}

bool nt_driver_present(const char *service) { return io_service_present(service); }

/* ---- DosDevices ------------------------------------------------------------------------------ */

static struct ob_symlink *find_link(const char *letter)
{
    WCHAR name[16];

    join(name, ARRAY_LEN(name), "\\??\\", letter);
    return ob_name_find_link(name);
}

bool nt_define_dos_device(const char *letter, const char *target)
{
    WCHAR name[16], to[64];
    UNICODE_STRING link, device;

    join(name, ARRAY_LEN(name), "\\??\\", letter);
    join(to, ARRAY_LEN(to), target, "");
    RtlInitUnicodeString(&link, name);
    RtlInitUnicodeString(&device, to);
    service_enter(SERVICE_NtCreateSymbolicLinkObject);
    return win32_leave(IoCreateSymbolicLink(&link, &device));
}

bool nt_remove_dos_device(const char *letter)
{
    WCHAR name[16];
    UNICODE_STRING link;

    join(name, ARRAY_LEN(name), "\\??\\", letter);
    RtlInitUnicodeString(&link, name);
    service_enter(SERVICE_NtMakeTemporaryObject);
    return win32_leave(IoDeleteSymbolicLink(&link));
}

bool nt_query_dos_device(const char *letter, char *target, uint32_t size)
{
    service_enter(SERVICE_NtQuerySymbolicLinkObject);
    const struct ob_symlink *link = find_link(letter);
    uint32_t i = 0;

    for (; link != NULL && i + 1 < size && link->target[i] != 0; i++)
        target[i] = (char)link->target[i];
    target[i] = 0;
    return win32_leave(link != NULL ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND);
}

/* ---- Registry -------------------------------------------------------------------------------- */

void nt_set_registry(const char *key, const char *name, const char *text)
{
    service_enter(SERVICE_NtSetValueKey);
    cm_set_text(key, name, text);
    service_leave(STATUS_SUCCESS);
}

bool nt_get_registry(const char *key, const char *name, char *text, uint32_t size)
{
    service_enter(SERVICE_NtQueryValueKey);
    bool there = cm_get_text(key, name, text, size);

    return win32_leave(there ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND);
}

/* ---- Shutdown -------------------------------------------------------------------------------- */

void nt_reboot(void)
{
    service_enter(SERVICE_NtShutdownSystem);
    ke_current_thread()->previous_mode = KernelMode;
    io_shutdown_devices();
    sim_finish(ke->sim, SIM_REBOOT);
    for (;;)
        KeDelayExecutionThread(KernelMode, FALSE, &(LARGE_INTEGER){ .QuadPart = -10000000 });
}
