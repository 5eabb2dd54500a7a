/* ps_notify.c - routines that drivers register for new and ended threads and for mapped images
 * (facts/ddi.md 2.12).
 *
 * A table is walked while its routines run, and they take time: a routine that is removed meanwhile
 * leaves a hole, which the next registration fills, and its removal waits until no call is in
 * progress.
 */
#include "model/kernel/ps.h"
#include "model/kernel/kernel.h"

enum { WAIT_100NS = 10000 };

static NTSTATUS add(struct ps_notify_table *table, void (*routine)(void))
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    for (uint32_t i = 0; i < PS_NOTIFY_MAX; i++) {
        if (!table->used[i]) {
            table->used[i] = true;
            table->routines[i] = routine;
            return STATUS_SUCCESS;
        }
    }
    return STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS take_away(struct ps_notify_table *table, void (*routine)(void))
{
    LARGE_INTEGER moment = { .QuadPart = -WAIT_100NS };

    ke_require_irql(PASSIVE_LEVEL, 0);
    for (uint32_t i = 0; i < PS_NOTIFY_MAX; i++) {
        if (!table->used[i] || table->routines[i] != routine)
            continue;
        table->used[i] = false;
        while (table->running > 0)
            KeDelayExecutionThread(KernelMode, FALSE, &moment);
        return STATUS_SUCCESS;
    }
    return STATUS_PROCEDURE_NOT_FOUND;
}

/* ---- Threads --------------------------------------------------------------------------------- */

static void (*as_plain(PCREATE_THREAD_NOTIFY_ROUTINE routine))(void)
{
    return (void (*)(void))routine;
}

NTSTATUS PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE routine)
{
    return add(&ke->ps->thread_notify, as_plain(routine));
}

NTSTATUS PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE routine)
{
    return take_away(&ke->ps->thread_notify, as_plain(routine));
}

void ps_notify_thread(struct ke_thread *thread, bool create)
{
    struct ps_notify_table *table = &ke->ps->thread_notify;

    table->running++;
    for (uint32_t i = 0; i < PS_NOTIFY_MAX; i++)
        if (table->used[i] && table->routines[i] != NULL)
            ((PCREATE_THREAD_NOTIFY_ROUTINE)table->routines[i])(
                PsGetThreadProcessId(thread), PsGetThreadId(thread), (BOOLEAN)create);
    table->running--;
}

/* ---- Images ---------------------------------------------------------------------------------- */

NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE routine)
{
    return add(&ke->ps->image_notify, (void (*)(void))routine);
}

NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE routine)
{
    return take_away(&ke->ps->image_notify, (void (*)(void))routine);
}

/* Full name of an image: those of drivers and programs lie in one folder each. */
static void image_name(const char *file, bool system, WCHAR *out, PUNICODE_STRING string)
{
    const WCHAR *folder =
        system ? L"\\SystemRoot\\System32\\drivers\\" : L"\\??\\C:\\Exchsrvr\\bin\\";
    uint32_t at = 0;

    while (folder[at] != 0) {
        out[at] = folder[at];
        at++;
    }
    for (uint32_t i = 0; file[i] != 0 && at < PATH_CHARS_MAX; i++)
        out[at++] = (WCHAR)(UCHAR)file[i];
    out[at] = 0;
    RtlInitUnicodeString(string, out);
}

void ps_notify_image(const char *file, struct ke_process *process)
{
    struct ps_notify_table *table = &ke->ps->image_notify;
    struct ke_thread *thread = ke_current_thread();
    KPROCESSOR_MODE mode = thread->previous_mode;
    IMAGE_INFO info = { .ImageAddressingMode = 3, .SystemModeImage = process == NULL };
    HANDLE id = (HANDLE)(uintptr_t)(process != NULL ? process->id : 0);
    WCHAR name[PATH_CHARS_MAX + 1];
    UNICODE_STRING string;

    image_name(file, process == NULL, name, &string);
    thread->previous_mode = KernelMode; /* A program's thread is on its way to user mode. */
    table->running++;
    for (uint32_t i = 0; i < PS_NOTIFY_MAX; i++)
        if (table->used[i] && table->routines[i] != NULL)
            ((PLOAD_IMAGE_NOTIFY_ROUTINE)table->routines[i])(&string, id, &info);
    table->running--;
    thread->previous_mode = mode;
}
