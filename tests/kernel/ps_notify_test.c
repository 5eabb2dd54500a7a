/* ps_notify_test.c - routines for threads and images; looking up and asking (facts/ddi.md 2.12). */
#include "model/kernel/io.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static struct {
    uint32_t created, ended;
    HANDLE process, thread, teller; /* teller: thread in which the routine was called. */
} seen;

static VOID NTAPI thread_notify(HANDLE process, HANDLE thread, BOOLEAN create)
{
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    if (create)
        seen.created++;
    else
        seen.ended++;
    seen.process = process;
    seen.thread = thread;
    seen.teller = PsGetCurrentThreadId();
}

static VOID NTAPI another(HANDLE process, HANDLE thread, BOOLEAN create)
{
    (void)process, (void)thread, (void)create;
}

static void does_nothing(void *context) { (void)context; }

STORY(threads_are_told_of)
{
    struct ke_thread *thread;

    (void)arg;
    memset(&seen, 0, sizeof seen);
    EXPECT(PsSetCreateThreadNotifyRoutine(thread_notify) == STATUS_SUCCESS);
    thread = thread_new('A', 8, does_nothing);
    EXPECT(seen.created == 1 && seen.ended == 0 && seen.teller == PsGetCurrentThreadId());
    EXPECT(seen.thread == PsGetThreadId(thread) && seen.process == PsGetProcessId(ke->system));
    wait_for(thread);
    EXPECT(seen.ended == 1 && seen.teller == seen.thread);
    EXPECT(PsRemoveCreateThreadNotifyRoutine(thread_notify) == STATUS_SUCCESS);
    EXPECT(PsRemoveCreateThreadNotifyRoutine(thread_notify) == STATUS_PROCEDURE_NOT_FOUND);
    wait_for(thread_new('B', 8, does_nothing));
    EXPECT(seen.created == 1);
}

STORY(eight_routines_and_no_more)
{
    (void)arg;
    for (int i = 0; i < 8; i++)
        EXPECT(PsSetCreateThreadNotifyRoutine(another) == STATUS_SUCCESS);
    EXPECT(PsSetCreateThreadNotifyRoutine(another) == STATUS_INSUFFICIENT_RESOURCES);
    EXPECT(PsRemoveCreateThreadNotifyRoutine(another) == STATUS_SUCCESS);
    EXPECT(PsSetCreateThreadNotifyRoutine(NULL) == STATUS_SUCCESS);
    EXPECT(PsRemoveCreateThreadNotifyRoutine(NULL) == STATUS_SUCCESS);
    EXPECT(PsRemoveCreateThreadNotifyRoutine(NULL) == STATUS_PROCEDURE_NOT_FOUND);
}

static VOID NTAPI slow_notify(HANDLE process, HANDLE thread, BOOLEAN create)
{
    (void)process, (void)thread;
    if (!create)
        return;
    say('(');
    story_sleep(MS(20));
    say(')');
}

static void creates_one(void *context)
{
    (void)context;
    thread_new('A', 8, does_nothing);
}

STORY(removing_waits_for_calls_in_progress)
{
    (void)arg;
    thread_new('C', 8, creates_one);
    EXPECT(PsSetCreateThreadNotifyRoutine(slow_notify) == STATUS_SUCCESS);
    story_sleep(MS(5));
    EXPECT(said_is("("));
    EXPECT(PsRemoveCreateThreadNotifyRoutine(slow_notify) == STATUS_SUCCESS);
    EXPECT(said_is("()"));
}

/* ---- Images ---------------------------------------------------------------------------------- */

static struct {
    uint32_t count;
    HANDLE process, current;
    bool system;
    WCHAR name[64];
} image;

static VOID NTAPI image_notify(PUNICODE_STRING name, HANDLE process, PIMAGE_INFO info)
{
    image.count++;
    image.process = process;
    image.current = PsGetCurrentProcessId();
    image.system = info->SystemModeImage;
    memset(image.name, 0, sizeof image.name);
    memcpy(image.name, name->Buffer, name->Length);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL && ExGetPreviousMode() == KernelMode);
}

static DWORD WINAPI story_main(LPVOID context)
{
    (void)context;
    return 7;
}

static NTSTATUS driver_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)driver, (void)path;
    EXPECT(image.count == 1); /* Told before the entry runs. */
    return STATUS_UNSUCCESSFUL;
}

STORY(images_are_told_of)
{
    static const struct io_image driver = { .file = "probe.sys", .entry = driver_entry };

    (void)arg;
    memset(&image, 0, sizeof image);
    EXPECT(PsSetLoadImageNotifyRoutine(image_notify) == STATUS_SUCCESS);
    io_load_driver(L"\\Registry\\x", L"\\Driver\\Probe", &driver);
    EXPECT(image.process == NULL && image.system);
    EXPECT(wcscmp(image.name, L"\\SystemRoot\\System32\\drivers\\probe.sys") == 0);
    EXPECT(program_run("told.exe", story_main) == 7);
    EXPECT(image.count == 2 && image.process == image.current && !image.system);
    EXPECT(wcsstr(image.name, L"told.exe") != NULL);
    EXPECT(PsRemoveLoadImageNotifyRoutine(image_notify) == STATUS_SUCCESS);
    EXPECT(PsRemoveLoadImageNotifyRoutine(image_notify) == STATUS_PROCEDURE_NOT_FOUND);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

STORY(threads_are_looked_up)
{
    PETHREAD found;
    PEPROCESS process;
    CLIENT_ID id = { PsGetCurrentProcessId(), PsGetCurrentThreadId() };

    (void)arg;
    EXPECT(PsLookupThreadByThreadId(PsGetCurrentThreadId(), &found) == STATUS_SUCCESS);
    EXPECT(found == KeGetCurrentThread());
    ObDereferenceObject(found);
    EXPECT(PsLookupThreadByThreadId((HANDLE)(uintptr_t)0x7ffc, &found) == STATUS_INVALID_PARAMETER);
    EXPECT(PsLookupProcessThreadByCid(&id, &process, &found) == STATUS_SUCCESS);
    EXPECT(process == PsGetThreadProcess(found) && process == IoThreadToProcess(found));
    EXPECT(PsIsSystemThread(found) && !PsIsThreadTerminating(found));
    EXPECT(strcmp(PsGetProcessImageFileName(process), "System") == 0);
    ObDereferenceObject(process);
    ObDereferenceObject(found);
    id.UniqueProcess = (HANDLE)(uintptr_t)0x7ffc;
    EXPECT(PsLookupProcessThreadByCid(&id, NULL, &found) == STATUS_INVALID_PARAMETER);
}

STOPS(1, registering_at_apc_level, IRQL_NOT_LESS_OR_EQUAL)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(APC_LEVEL, &old);
    PsSetCreateThreadNotifyRoutine(another);
}

GROUP(ps_notify_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_are_told_of),
        cmocka_unit_test(eight_routines_and_no_more),
        cmocka_unit_test(removing_waits_for_calls_in_progress),
        cmocka_unit_test(images_are_told_of),
        cmocka_unit_test(threads_are_looked_up),
        cmocka_unit_test(registering_at_apc_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
