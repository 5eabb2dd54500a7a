/* ob_named_test.c - objects by name and by handle, as drivers make and ask of them (facts/ddi.md
 * 2.14). */
#include "model/kernel/io.h"
#include "model/kernel/ob.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static OBJECT_ATTRIBUTES named(PUNICODE_STRING string, PCWSTR name, ULONG flags, HANDLE root)
{
    OBJECT_ATTRIBUTES attributes;

    RtlInitUnicodeString(string, name);
    InitializeObjectAttributes(&attributes, string, flags, root, NULL);
    return attributes;
}

static LONG pointers(HANDLE handle)
{
    OBJECT_BASIC_INFORMATION basic;

    EXPECT(ZwQueryObject(handle, ObjectBasicInformation, &basic, sizeof basic, NULL) == 0);
    return (LONG)basic.PointerCount;
}

/* ---- Events ---------------------------------------------------------------------------------- */

STORY(events_by_handle)
{
    HANDLE event;
    LONG old = 9;

    (void)arg;
    EXPECT(ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE) == 0);
    EXPECT(ZwSetEvent(event, &old) == 0 && old == 0);
    EXPECT(ZwSetEvent(event, &old) == 0 && old == 1);
    EXPECT(ZwWaitForSingleObject(event, FALSE, NULL) == STATUS_WAIT_0);
    EXPECT(ZwResetEvent(event, &old) == 0 && old == 1);
    EXPECT(ZwPulseEvent(event, &old) == 0 && old == 0);
    LARGE_INTEGER moment = in(MS(1));

    EXPECT(ZwWaitForSingleObject(event, FALSE, &moment) == STATUS_TIMEOUT);
    EXPECT(ZwSetEvent(event, NULL) == 0 && ZwClearEvent(event) == 0);
    EXPECT(ZwWaitForSingleObject(event, FALSE, &moment) == STATUS_TIMEOUT);
    ZwClose(event);
    EXPECT(ZwSetEvent(event, NULL) == STATUS_INVALID_HANDLE);
    EXPECT(ZwCreateEvent(&event, 0, NULL, (EVENT_TYPE)7, FALSE) == STATUS_INVALID_PARAMETER_4);
}

STORY(events_by_name)
{
    UNICODE_STRING s;
    OBJECT_ATTRIBUTES a = named(&s, L"\\BaseNamedObjects\\Tick", OBJ_KERNEL_HANDLE, NULL), b;
    HANDLE first, second, third;

    (void)arg;
    EXPECT(ZwOpenEvent(&first, EVENT_ALL_ACCESS, &a) == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(ZwCreateEvent(&first, EVENT_ALL_ACCESS, &a, NotificationEvent, TRUE) == 0);
    EXPECT(ZwOpenEvent(&second, EVENT_ALL_ACCESS, &a) == 0);
    EXPECT(ZwCreateEvent(&third, EVENT_ALL_ACCESS, &a, NotificationEvent, TRUE) ==
           STATUS_OBJECT_NAME_COLLISION);
    a.Attributes |= OBJ_OPENIF;
    EXPECT(ZwCreateEvent(&third, EVENT_ALL_ACCESS, &a, SynchronizationEvent, TRUE) ==
           STATUS_OBJECT_NAME_EXISTS);
    EXPECT(ZwOpenTimer(&third, TIMER_ALL_ACCESS, &a) == STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT(third == NULL);
    ZwClose(first);
    ZwClose(second);
    EXPECT(ZwOpenEvent(&first, EVENT_ALL_ACCESS, &a) == 0); /* The third handle keeps the name. */
    b = named(&s, L"Tick", 0, NULL);
    EXPECT(ZwCreateEvent(&second, 0, &b, NotificationEvent, TRUE) == STATUS_OBJECT_PATH_SYNTAX_BAD);
}

STORY(events_of_the_io_manager_are_signaled)
{
    UNICODE_STRING name;
    PKEVENT event, same;
    HANDLE first, second, none;

    (void)arg;
    RtlInitUnicodeString(&name, L"\\BaseNamedObjects\\Done");
    event = IoCreateNotificationEvent(&name, &first);
    EXPECT(event != NULL && KeReadStateEvent(event) == 1);
    EXPECT(((uintptr_t)first & 0x80000000u) != 0 && pointers(first) == 1);
    KeClearEvent(event);
    same = IoCreateSynchronizationEvent(&name, &second); /* Opened as it is. */
    EXPECT(same == event && KeReadStateEvent(same) == 0 && pointers(first) == 2);
    ZwClose(first);
    ZwClose(second);
    event = IoCreateSynchronizationEvent(NULL, &first);
    EXPECT(event != NULL && KeReadStateEvent(event) == 1);
    ZwClose(first);
    RtlInitUnicodeString(&name, L"Done");
    EXPECT(IoCreateNotificationEvent(&name, &none) == NULL);
}

/* ---- Timers ---------------------------------------------------------------------------------- */

STORY(timers_by_handle)
{
    LARGE_INTEGER due = in(MS(20));
    BOOLEAN state = 9;
    HANDLE timer;

    (void)arg;
    EXPECT(ZwCreateTimer(&timer, TIMER_ALL_ACCESS | SYNCHRONIZE, NULL, NotificationTimer) == 0);
    EXPECT(ZwSetTimer(timer, &due, NULL, NULL, FALSE, 0, &state) == 0 && state == FALSE);
    EXPECT(ZwWaitForSingleObject(timer, FALSE, NULL) == STATUS_WAIT_0);
    EXPECT(ZwCancelTimer(timer, &state) == 0 && state == TRUE);
    EXPECT(ZwSetTimer(timer, &due, NULL, NULL, TRUE, 0, NULL) == STATUS_TIMER_RESUME_IGNORED);
    EXPECT(ZwSetTimer(timer, &due, NULL, NULL, FALSE, -1, NULL) == STATUS_INVALID_PARAMETER_6);
    ZwClose(timer);
}

static struct {
    struct ke_thread *thread;
    uint32_t calls;
    LONGLONG at;
} timed;

static VOID NTAPI times(PVOID context, ULONG low, LONG high)
{
    EXPECT(context == &timed && ke_current_thread() == timed.thread);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    timed.at = (LONGLONG)high << 32 | low;
    timed.calls++;
}

STORY(a_timer_calls_a_routine_of_its_thread)
{
    LARGE_INTEGER due = in(MS(20)), now;
    HANDLE timer;

    (void)arg;
    timed.thread = ke_current_thread();
    timed.calls = 0;
    EXPECT(ZwCreateTimer(&timer, TIMER_ALL_ACCESS | SYNCHRONIZE, NULL, SynchronizationTimer) == 0);
    KeQuerySystemTime(&now);
    EXPECT(ZwSetTimer(timer, &due, times, &timed, FALSE, 0, NULL) == 0);
    story_sleep(MS(100));
    EXPECT(timed.calls == 1 && timed.at >= now.QuadPart + 200000);
    EXPECT(ZwSetTimer(timer, &due, times, &timed, FALSE, 20, NULL) == 0);
    story_sleep(MS(100));
    EXPECT(timed.calls > 3);
    EXPECT(ZwCancelTimer(timer, NULL) == 0);
    timed.calls = 0;
    story_sleep(MS(100));
    EXPECT(timed.calls == 0);
    KeEnterCriticalRegion(); /* The APC waits, and is taken back. */
    EXPECT(ZwSetTimer(timer, &due, times, &timed, FALSE, 0, NULL) == 0);
    story_sleep(MS(100));
    EXPECT(timed.calls == 0 && ZwCancelTimer(timer, NULL) == 0);
    KeLeaveCriticalRegion();
    EXPECT(timed.calls == 0);
    EXPECT(ZwSetTimer(timer, &due, times, &timed, FALSE, 0, NULL) == 0);
    ZwClose(timer); /* The timer stays until its APC has run. */
    story_sleep(MS(100));
    EXPECT(timed.calls == 1);
}

static void sets_a_timer_and_ends(void *context)
{
    LARGE_INTEGER due = in(MS(20));

    EXPECT(ZwSetTimer(*(HANDLE *)context, &due, times, &timed, FALSE, 20, NULL) == 0);
}

STORY(a_timer_with_a_routine_ends_with_its_thread)
{
    HANDLE timer;

    (void)arg;
    timed.calls = 0;
    EXPECT(ZwCreateTimer(&timer, TIMER_ALL_ACCESS | SYNCHRONIZE, NULL, NotificationTimer) == 0);
    wait_for(thread_with(NORMAL_PRIORITY, sets_a_timer_and_ends, &timer));
    story_sleep(MS(100));
    LARGE_INTEGER none = { .QuadPart = 0 };
    EXPECT(ZwWaitForSingleObject(timer, FALSE, &none) == STATUS_TIMEOUT && timed.calls == 0);
    ZwClose(timer);
}

/* ---- Directories, links ---------------------------------------------------------------------- */

STORY(names_begin_at_a_directory)
{
    UNICODE_STRING s, t, u;
    OBJECT_ATTRIBUTES a = named(&s, L"\\MyDrivers", OBJ_KERNEL_HANDLE, NULL), b, c;
    HANDLE directory, event, again;

    (void)arg;
    EXPECT(ZwCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, &a) == 0);
    b = named(&t, L"Event", OBJ_KERNEL_HANDLE, directory);
    EXPECT(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &b, NotificationEvent, FALSE) == 0);
    c = named(&u, L"\\MyDrivers\\event", OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL);
    EXPECT(ZwOpenEvent(&again, EVENT_ALL_ACCESS, &c) == 0);
    c.RootDirectory = directory;
    EXPECT(ZwOpenEvent(&again, EVENT_ALL_ACCESS, &c) == STATUS_OBJECT_PATH_SYNTAX_BAD);
    b.RootDirectory = event;
    EXPECT(ZwOpenEvent(&again, EVENT_ALL_ACCESS, &b) == STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT(ZwOpenDirectoryObject(&again, DIRECTORY_QUERY, &a) == 0);
}

STORY(links_are_asked_for_their_targets)
{
    UNICODE_STRING s, target, out;
    OBJECT_ATTRIBUTES a = named(&s, L"\\??\\Link", OBJ_KERNEL_HANDLE, NULL);
    WCHAR buffer[32];
    HANDLE link, other;
    ULONG returned = 0;

    (void)arg;
    RtlInitUnicodeString(&target, L"\\Device\\X");
    EXPECT(ZwCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_ALL_ACCESS, &a, &target) == 0);
    out = (UNICODE_STRING){ 0, 18, buffer };
    EXPECT(ZwQuerySymbolicLinkObject(link, &out, NULL) == 0 && out.Length == 18);
    EXPECT(ZwQuerySymbolicLinkObject(link, &out, &returned) == STATUS_BUFFER_TOO_SMALL);
    EXPECT(out.Length == 0 && returned == 20);
    out.MaximumLength = 20;
    EXPECT(ZwQuerySymbolicLinkObject(link, &out, &returned) == 0);
    EXPECT(out.Length == 18 && wcscmp(buffer, L"\\Device\\X") == 0);
    EXPECT(ZwOpenSymbolicLinkObject(&other, SYMBOLIC_LINK_QUERY, &a) == 0);
    ZwClose(other);
    ZwClose(link); /* A temporary link goes with its last handle. */
    EXPECT(ZwOpenSymbolicLinkObject(&other, SYMBOLIC_LINK_QUERY, &a) ==
           STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(other == NULL);
    target.Buffer = NULL;
    EXPECT(ZwCreateSymbolicLinkObject(&link, 0, &a, &target) == STATUS_ACCESS_VIOLATION);
}

STORY(a_permanent_object_outlasts_its_handles)
{
    UNICODE_STRING s;
    OBJECT_ATTRIBUTES a = named(&s, L"\\Kept", OBJ_KERNEL_HANDLE | OBJ_PERMANENT, NULL);
    HANDLE directory;

    (void)arg;
    EXPECT(ZwCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, &a) == 0);
    ZwClose(directory);
    EXPECT(ZwOpenDirectoryObject(&directory, DIRECTORY_QUERY, &a) == 0);
    EXPECT(ZwMakeTemporaryObject(directory) == 0 && ZwMakeTemporaryObject(directory) == 0);
    ZwClose(directory);
    EXPECT(ZwOpenDirectoryObject(&directory, DIRECTORY_QUERY, &a) == STATUS_OBJECT_NAME_NOT_FOUND);
}

/* ---- By handle ------------------------------------------------------------------------------- */

STORY(waits_for_several_handles)
{
    LARGE_INTEGER none = { .QuadPart = 0 };
    HANDLE events[2], blind;

    (void)arg;
    for (int i = 0; i < 2; i++)
        ZwCreateEvent(&events[i], EVENT_ALL_ACCESS, NULL, NotificationEvent, i == 1);
    EXPECT(ZwWaitForMultipleObjects(2, events, WaitAny, FALSE, NULL) == STATUS_WAIT_0 + 1);
    EXPECT(ZwWaitForMultipleObjects(2, events, WaitAll, FALSE, &none) == STATUS_TIMEOUT);
    EXPECT(ZwWaitForMultipleObjects(0, events, WaitAll, FALSE, &none) ==
           STATUS_INVALID_PARAMETER_1);
    EXPECT(ZwWaitForMultipleObjects(2, (HANDLE *)(uintptr_t)0x42424242, WaitAll, FALSE, NULL) ==
           STATUS_ACCESS_VIOLATION);
    ZwCreateEvent(&blind, EVENT_MODIFY_STATE, NULL, NotificationEvent, TRUE);
    EXPECT(ZwWaitForSingleObject(blind, FALSE, NULL) == STATUS_ACCESS_DENIED);
    EXPECT(ZwWaitForSingleObject((HANDLE)(uintptr_t)0x7ff0, FALSE, NULL) == STATUS_INVALID_HANDLE);
    EXPECT(pointers(events[0]) == 1);
}

STORY(what_a_handle_is)
{
    union {
        PUBLIC_OBJECT_TYPE_INFORMATION type;
        OBJECT_NAME_INFORMATION name;
        char room[256];
    } u;
    UNICODE_STRING s;
    OBJECT_ATTRIBUTES a = named(&s, L"\\BaseNamedObjects\\Mixed", OBJ_KERNEL_HANDLE, NULL);
    OBJECT_BASIC_INFORMATION basic;
    HANDLE event, unnamed;
    ULONG needed = 0;

    (void)arg;
    ZwCreateEvent(&event, EVENT_ALL_ACCESS, &a, NotificationEvent, FALSE);
    EXPECT(ZwQueryObject(event, ObjectBasicInformation, &basic, 8, &needed) ==
           STATUS_INFO_LENGTH_MISMATCH);
    EXPECT(needed == 0x38 && sizeof basic == 0x38);
    EXPECT(ZwQueryObject(event, ObjectBasicInformation, &basic, sizeof basic, NULL) == 0);
    EXPECT(basic.Attributes == 0 && basic.HandleCount == 1);
    EXPECT(basic.GrantedAccess == EVENT_ALL_ACCESS);
    EXPECT(ZwQueryObject(event, ObjectTypeInformation, &u, sizeof u, NULL) == 0);
    EXPECT(wcscmp(u.type.TypeName.Buffer, L"Event") == 0);
    EXPECT(ZwQueryObject(event, ObjectNameInformation, &u, 20, &needed) ==
           STATUS_INFO_LENGTH_MISMATCH);
    EXPECT(needed == sizeof(UNICODE_STRING) + 24 * sizeof(WCHAR));
    EXPECT(ZwQueryObject(event, ObjectNameInformation, &u, needed, NULL) == 0);
    EXPECT(wcscmp(u.name.Name.Buffer, L"\\BaseNamedObjects\\Mixed") == 0); /* As given. */
    ZwCreateEvent(&unnamed, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    EXPECT(ZwQueryObject(unnamed, ObjectNameInformation, &u, sizeof u, &needed) == 0);
    EXPECT(u.name.Name.Length == 0 && needed == sizeof(UNICODE_STRING));
    EXPECT(ZwQueryObject(event, (OBJECT_INFORMATION_CLASS)9, &u, sizeof u, NULL) ==
           STATUS_INVALID_INFO_CLASS);
}

#define SELF ((HANDLE)(intptr_t)-1)

STORY(duplicates_of_handles)
{
    HANDLE event, copy;

    (void)arg;
    ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, TRUE);
    EXPECT(ZwDuplicateObject(SELF, event, SELF, &copy, 0, 0, DUPLICATE_SAME_ACCESS) == 0);
    EXPECT(copy != event && pointers(event) == 2);
    EXPECT(ZwWaitForSingleObject(copy, FALSE, NULL) == STATUS_WAIT_0);
    EXPECT(ZwDuplicateObject(SELF, copy, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE) == 0);
    EXPECT(pointers(event) == 1);
    EXPECT(ZwDuplicateObject(SELF, event, SELF, &copy, 0, OBJ_KERNEL_HANDLE,
                             DUPLICATE_SAME_ACCESS) == 0);
    EXPECT(((uintptr_t)copy & 0x80000000u) != 0);
    EXPECT(ObCloseHandle(copy, UserMode) == STATUS_INVALID_HANDLE);
    EXPECT(ObCloseHandle(copy, KernelMode) == STATUS_SUCCESS);
    EXPECT(ZwDuplicateObject(SELF, event, NULL, &copy, 0, 0, 0) == STATUS_INVALID_HANDLE);
}

STORY(a_handle_that_stands_for_the_caller_has_every_access)
{
    OBJECT_HANDLE_INFORMATION information = { 1, 1 };
    HANDLE copy;
    PVOID body;

    (void)arg;
    EXPECT(ObReferenceObjectByHandle(SELF, 0, NULL, KernelMode, &body, &information) == 0);
    ObDereferenceObject(body);
    EXPECT(information.HandleAttributes == 0 && information.GrantedAccess == PROCESS_ALL_ACCESS);
    EXPECT(ZwDuplicateObject(SELF, SELF, SELF, &copy, 0, 0, DUPLICATE_SAME_ACCESS) == 0);
    EXPECT(ObReferenceObjectByHandle(copy, PROCESS_DUP_HANDLE, NULL, UserMode, &body, NULL) == 0);
    ObDereferenceObject(body);
    ZwClose(copy);
}

STORY(processes_by_handle)
{
    CLIENT_ID id = { PsGetCurrentProcessId(), NULL };
    OBJECT_ATTRIBUTES a = { .Length = sizeof a, .Attributes = OBJ_KERNEL_HANDLE };
    PROCESS_BASIC_INFORMATION basic;
    HANDLE process;
    ULONG returned;

    (void)arg;
    EXPECT(ZwOpenProcess(&process, PROCESS_ALL_ACCESS, &a, &id) == STATUS_SUCCESS);
    EXPECT(ZwQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic,
                                     &returned) == 0);
    EXPECT(basic.UniqueProcessId == 4 && basic.ExitStatus == STATUS_PENDING);
    EXPECT(ZwQueryInformationProcess(process, ProcessBasicInformation, &basic, 8, NULL) ==
           STATUS_INFO_LENGTH_MISMATCH);
    EXPECT(ZwQueryInformationProcess(process, (PROCESSINFOCLASS)99, &basic, 8, NULL) ==
           STATUS_INVALID_INFO_CLASS);
    EXPECT(ZwTerminateProcess(process, 0) == STATUS_ACCESS_DENIED);
    ZwClose(process);
    id.UniqueProcess = (HANDLE)(uintptr_t)0x7ffc;
    EXPECT(ZwOpenProcess(&process, PROCESS_ALL_ACCESS, &a, &id) == STATUS_INVALID_CID);
}

STOPS(1, asking_at_dispatch, IRQL_NOT_LESS_OR_EQUAL)
{
    HANDLE event;

    (void)arg;
    KeRaiseIrqlToDpcLevel();
    ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, TRUE);
}

GROUP(ob_named_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_by_handle),
        cmocka_unit_test(events_by_name),
        cmocka_unit_test(events_of_the_io_manager_are_signaled),
        cmocka_unit_test(timers_by_handle),
        cmocka_unit_test(a_timer_calls_a_routine_of_its_thread),
        cmocka_unit_test(a_timer_with_a_routine_ends_with_its_thread),
        cmocka_unit_test(names_begin_at_a_directory),
        cmocka_unit_test(links_are_asked_for_their_targets),
        cmocka_unit_test(a_permanent_object_outlasts_its_handles),
        cmocka_unit_test(waits_for_several_handles),
        cmocka_unit_test(what_a_handle_is),
        cmocka_unit_test(duplicates_of_handles),
        cmocka_unit_test(a_handle_that_stands_for_the_caller_has_every_access),
        cmocka_unit_test(processes_by_handle),
        cmocka_unit_test(asking_at_dispatch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
