/* more_calls_test.c - files by handle, directories of objects, threads, quotas, regions with a
 * resource (facts/ddi.md 2.6, 2.14). */
#include "model/kernel/io.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/ob.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

/* ---- Directories ----------------------------------------------------------------------------- */

static HANDLE open_directory(PCWSTR path, NTSTATUS expected)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE directory = NULL;

    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT(ZwOpenDirectoryObject(&directory, DIRECTORY_QUERY, &attributes) == expected);
    return directory;
}

static HANDLE event_named(PCWSTR path, HANDLE root)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE event = NULL;

    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, root, NULL);
    EXPECT(
        NT_SUCCESS(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE)));
    return event;
}

STORY(a_part_of_names_is_a_directory)
{
    union {
        OBJECT_DIRECTORY_INFORMATION entries[1];
        char room[512];
    } u;
    ULONG context = 7, returned, found = 0;
    HANDLE directory;

    (void)arg;
    open_directory(L"\\MyNames", STATUS_OBJECT_NAME_NOT_FOUND);
    event_named(L"\\MyNames\\Alpha", NULL);
    directory = open_directory(L"\\MyNames", STATUS_SUCCESS);
    event_named(L"Beta", directory);
    const OBJECT_DIRECTORY_INFORMATION *entries = u.entries;

    event_named(L"\\MyNames\\Alpha\\Deeper", NULL); /* Lies not in the directory itself. */
    EXPECT(ZwQueryDirectoryObject(directory, &u, sizeof u, FALSE, TRUE, &context, &returned) == 0);
    EXPECT(context == 2);
    for (int i = 0; i < 2; i++) {
        found |= wcscmp(entries[i].Name.Buffer, L"Alpha") == 0 ? 1u : 2u;
        EXPECT(wcscmp(entries[i].TypeName.Buffer, L"Event") == 0);
    }
    EXPECT(found == 3 && entries[2].Name.Buffer == NULL);
    EXPECT(ZwQueryDirectoryObject(directory, &u, sizeof u, TRUE, FALSE, &context, NULL) ==
           STATUS_NO_MORE_ENTRIES);
    EXPECT(ZwQueryDirectoryObject(directory, &u, 40, TRUE, TRUE, &context, &returned) ==
           STATUS_BUFFER_TOO_SMALL);
    EXPECT(returned > 40);
    EXPECT(ZwQueryDirectoryObject(directory, &u, returned, FALSE, TRUE, &context, NULL) ==
           STATUS_MORE_ENTRIES);
    EXPECT(context == 1);
    directory = open_directory(L"\\", STATUS_SUCCESS);
    event_named(L"InTheRoot", directory);
    context = 0;
    while (NT_SUCCESS(ZwQueryDirectoryObject(directory, &u, sizeof u, TRUE, FALSE, &context, NULL)))
        found |= wcscmp(entries[0].Name.Buffer, L"InTheRoot") == 0 ? 4u : 0u;
    EXPECT(found == 7);
}

/* ---- Files ----------------------------------------------------------------------------------- */

STORY(files_are_asked_and_told)
{
    FILE_STANDARD_INFORMATION standard;
    FILE_END_OF_FILE_INFORMATION end = { .EndOfFile.QuadPart = 8192 };
    FILE_POSITION_INFORMATION position = { .CurrentByteOffset.QuadPart = 512 };
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    IO_STATUS_BLOCK iosb;
    HANDLE file;

    (void)arg;
    RtlInitUnicodeString(&name, L"\\??\\C:\\asked.dat");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT(ZwCreateFile(&file, GENERIC_READ | GENERIC_WRITE, &attributes, &iosb, NULL, 0, 0,
                        FILE_CREATE, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0) == STATUS_SUCCESS);
    EXPECT(ZwSetInformationFile(file, &iosb, &end, sizeof end, FileEndOfFileInformation) == 0);
    EXPECT(ZwQueryInformationFile(file, &iosb, &standard, sizeof standard,
                                  FileStandardInformation) == STATUS_SUCCESS);
    EXPECT(standard.EndOfFile.QuadPart == 8192 && !standard.DeletePending);
    EXPECT(ZwSetInformationFile(file, &iosb, &position, sizeof position, FilePositionInformation) ==
           0);
    position.CurrentByteOffset.QuadPart = 0;
    EXPECT(ZwQueryInformationFile(file, &iosb, &position, sizeof position,
                                  FilePositionInformation) == 0);
    EXPECT(position.CurrentByteOffset.QuadPart == 512);
    EXPECT(ZwQueryInformationFile(file, &iosb, &position, 4, FilePositionInformation) ==
           STATUS_INFO_LENGTH_MISMATCH);
    ZwClose(file);
    EXPECT(ZwDeleteFile(&attributes) == STATUS_SUCCESS);
    EXPECT(!NT_SUCCESS(ZwOpenFile(&file, GENERIC_READ, &attributes, &iosb, 0, 0)));
}

/* ---- Threads, quotas, resources, strings ----------------------------------------------------- */

STORY(threads_by_handle)
{
    THREAD_BASIC_INFORMATION basic;
    HANDLE self = (HANDLE)(intptr_t)-2;

    (void)arg;
    EXPECT(ZwQueryInformationThread(self, ThreadBasicInformation, &basic, sizeof basic, NULL) == 0);
    EXPECT(basic.ClientId.UniqueThread == PsGetCurrentThreadId());
    EXPECT(basic.Priority == TELLER_PRIORITY && basic.ExitStatus == STATUS_PENDING);
    EXPECT(ZwQueryInformationThread(self, ThreadBasicInformation, &basic, 4, NULL) ==
           STATUS_INFO_LENGTH_MISMATCH);
    EXPECT(ZwQueryInformationThread(self, (THREADINFOCLASS)9, &basic, 4, NULL) ==
           STATUS_INVALID_INFO_CLASS);
}

STORY(quotas_show_in_the_counters)
{
    struct ke_process *process = machine_process("charged.exe");
    VM_COUNTERS counters;
    HANDLE handle;

    (void)arg;
    EXPECT(NT_SUCCESS(
        ob_create_handle(process, PROCESS_ALL_ACCESS, OBJ_KERNEL_HANDLE, KernelMode, &handle)));
    PsChargePoolQuota(process, PagedPool, 100);
    EXPECT(PsChargeProcessPoolQuota(process, NonPagedPool, 50) == STATUS_SUCCESS);
    PsReturnPoolQuota(process, PagedPool, 40);
    EXPECT(ZwQueryInformationProcess(handle, ProcessVmCounters, &counters, sizeof counters, NULL) ==
           0);
    EXPECT(counters.QuotaPagedPoolUsage == 60 && counters.QuotaNonPagedPoolUsage == 50);
    PsReturnPoolQuota(process, PagedPool, 60);
    PsReturnPoolQuota(process, NonPagedPool, 50);
}

STORY(a_resource_with_its_region)
{
    static ERESOURCE resource;

    (void)arg;
    ExInitializeResourceLite(&resource);
    EXPECT(ExEnterCriticalRegionAndAcquireResourceExclusive(&resource) == NULL);
    EXPECT(KeAreApcsDisabled() && ExIsResourceAcquiredExclusiveLite(&resource));
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    EXPECT(!KeAreApcsDisabled());
    ExEnterCriticalRegionAndAcquireResourceShared(&resource);
    ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(&resource);
    EXPECT(ExIsResourceAcquiredSharedLite(&resource) == 2);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    ExDisableResourceBoostLite(&resource);
    ExDeleteResourceLite(&resource);
}

static void says_once(void *context) { say(letter_of(context)); }

STORY(yielding_lets_the_ready_run)
{
    UNICODE_STRING empty;
    WCHAR buffer[4];

    (void)arg;
    KeSetPriorityThread(KeGetCurrentThread(), 8);
    thread_new('A', 8, says_once);
    ZwYieldExecution();
    story_sleep(MS(20));
    EXPECT(said_is("A"));
    RtlInitEmptyUnicodeString(&empty, buffer, sizeof buffer);
    EXPECT(empty.Length == 0 && empty.MaximumLength == 8 && empty.Buffer == buffer);
}

GROUP(more_calls_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_of_names_is_a_directory),
        cmocka_unit_test(files_are_asked_and_told),
        cmocka_unit_test(threads_by_handle),
        cmocka_unit_test(quotas_show_in_the_counters),
        cmocka_unit_test(a_resource_with_its_region),
        cmocka_unit_test(yielding_lets_the_ready_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
