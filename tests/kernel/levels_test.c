/* levels_test.c - every call of the door stops the machine one level above its highest IRQL. */
#include "model/kernel/io_inside.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

/* What the calls are given. All of it is made at PASSIVE_LEVEL. */
static KEVENT event;
static KSEMAPHORE semaphore;
static KQUEUE queue;
static LIST_ENTRY entry;
static KMUTEX mutex;
static KTIMER timer;
static KDPC dpc;
static KAPC apc;
static KSPIN_LOCK lock;
static FAST_MUTEX fast;
static KGUARDED_MUTEX guarded;
static ERESOURCE resource;
static NPAGED_LOOKASIDE_LIST lookaside;
static KAPC_STATE state;
static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Nothing");
static OBJECT_ATTRIBUTES attributes;
static IO_STATUS_BLOCK iosb;
static IO_CSQ csq;
static WORK_QUEUE_ITEM item;
static PIRP irp;
static HANDLE handle;
static PVOID body, block, paged;
static LARGE_INTEGER due = { .QuadPart = -1 };
static PFILE_OBJECT file;
static PDEVICE_OBJECT device;
static PEPROCESS process, other;

static VOID NTAPI never(PVOID context) { (void)context; }

/* CALL(highest level, call): the calls in one list, each with its level. */
#define CALLS                                                                                      \
    CALL(DISPATCH_LEVEL, KeSetEvent(&event, 0, FALSE))                                             \
    CALL(APC_LEVEL, KeSetEvent(&event, 0, TRUE))                                                   \
    CALL(DISPATCH_LEVEL, KePulseEvent(&event, 0, FALSE))                                           \
    CALL(DISPATCH_LEVEL, KeResetEvent(&event))                                                     \
    CALL(DISPATCH_LEVEL, KeClearEvent(&event))                                                     \
    CALL(DISPATCH_LEVEL, KeReadStateEvent(&event))                                                 \
    CALL(DISPATCH_LEVEL, KeReleaseSemaphore(&semaphore, 0, 1, FALSE))                              \
    CALL(DISPATCH_LEVEL, KeReleaseMutex(&mutex, FALSE))                                            \
    CALL(DISPATCH_LEVEL, KeInsertQueue(&queue, &entry))                                            \
    CALL(DISPATCH_LEVEL, KeInsertHeadQueue(&queue, &entry))                                        \
    CALL(DISPATCH_LEVEL, KeReadStateQueue(&queue))                                                 \
    CALL(APC_LEVEL, KeRemoveQueue(&queue, KernelMode, NULL))                                       \
    CALL(DISPATCH_LEVEL, KeRundownQueue(&queue))                                                   \
    CALL(DISPATCH_LEVEL, KeSetTimer(&timer, due, NULL))                                            \
    CALL(DISPATCH_LEVEL, KeCancelTimer(&timer))                                                    \
    CALL(APC_LEVEL, KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL))             \
    CALL(APC_LEVEL, KeDelayExecutionThread(KernelMode, FALSE, &due))                               \
    CALL(DISPATCH_LEVEL, KeSetPriorityThread(KeGetCurrentThread(), 9))                             \
    CALL(DISPATCH_LEVEL, KeInsertQueueApc(&apc, NULL, NULL, 0))                                    \
    CALL(DISPATCH_LEVEL, KeRemoveQueueApc(&apc))                                                   \
    CALL(APC_LEVEL, KeEnterCriticalRegion())                                                       \
    CALL(APC_LEVEL, KeLeaveCriticalRegion())                                                       \
    CALL(APC_LEVEL, KeEnterGuardedRegion())                                                        \
    CALL(APC_LEVEL, KeLeaveGuardedRegion())                                                        \
    CALL(DISPATCH_LEVEL, KeAreApcsDisabled())                                                      \
    CALL(APC_LEVEL, KeStackAttachProcess(PsGetCurrentProcess(), &state))                           \
    CALL(APC_LEVEL, KeAttachProcess(other))                                                        \
    CALL(APC_LEVEL, KeUnstackDetachProcess(&state))                                                \
    CALL(APC_LEVEL, KeDetachProcess())                                                             \
    CALL(DISPATCH_LEVEL, KeAcquireSpinLockRaiseToDpc(&lock))                                       \
    CALL(APC_LEVEL, ExAcquireFastMutex(&fast))                                                     \
    CALL(APC_LEVEL, ExTryToAcquireFastMutex(&fast))                                                \
    CALL(APC_LEVEL, KeAcquireGuardedMutex(&guarded))                                               \
    CALL(APC_LEVEL, KeReleaseGuardedMutex(&guarded))                                               \
    CALL(APC_LEVEL, ExAcquireResourceExclusiveLite(&resource, TRUE))                               \
    CALL(APC_LEVEL, ExAcquireResourceSharedLite(&resource, TRUE))                                  \
    CALL(APC_LEVEL, ExAcquireSharedStarveExclusive(&resource, TRUE))                               \
    CALL(DISPATCH_LEVEL, ExReleaseResourceLite(&resource))                                         \
    CALL(DISPATCH_LEVEL, ExConvertExclusiveToSharedLite(&resource))                                \
    CALL(DISPATCH_LEVEL, ExIsResourceAcquiredSharedLite(&resource))                                \
    CALL(DISPATCH_LEVEL, ExIsResourceAcquiredExclusiveLite(&resource))                             \
    CALL(DISPATCH_LEVEL, ExInitializeResourceLite(&resource))                                      \
    CALL(DISPATCH_LEVEL, ExDeleteResourceLite(&resource))                                          \
    CALL(DISPATCH_LEVEL, ExAllocatePoolWithTag(NonPagedPool, 16, 'tseT'))                          \
    CALL(APC_LEVEL, ExAllocatePoolWithTag(PagedPool, 16, 'tseT'))                                  \
    CALL(DISPATCH_LEVEL, ExFreePool(block))                                                        \
    CALL(APC_LEVEL, ExFreePool(paged))                                                             \
    CALL(DISPATCH_LEVEL, ExAllocateFromNPagedLookasideList(&lookaside))                            \
    CALL(DISPATCH_LEVEL, ExFreeToNPagedLookasideList(&lookaside, block))                           \
    CALL(DISPATCH_LEVEL, ExDeleteNPagedLookasideList(&lookaside))                                  \
    CALL(DISPATCH_LEVEL, ExQueueWorkItem(&item, DelayedWorkQueue))                                 \
    CALL(APC_LEVEL, ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &body, NULL))           \
    CALL(DISPATCH_LEVEL, ObReferenceObjectByPointer(process, 0, NULL, KernelMode))                 \
    CALL(DISPATCH_LEVEL, ObDereferenceObject(process))                                             \
    CALL(PASSIVE_LEVEL, ObOpenObjectByPointer(process, 0, NULL, 0, NULL, KernelMode, &handle))     \
    CALL(PASSIVE_LEVEL, ZwClose(handle))                                                           \
    CALL(PASSIVE_LEVEL, ZwOpenKey(&handle, KEY_READ, &attributes))                                 \
    CALL(PASSIVE_LEVEL, ZwQueryValueKey(handle, &name, KeyValuePartialInformation, NULL, 0, NULL)) \
    CALL(PASSIVE_LEVEL, ZwOpenFile(&handle, 0, &attributes, &iosb, 0, 0))                          \
    CALL(PASSIVE_LEVEL,                                                                            \
         ZwCreateFile(&handle, 0, &attributes, &iosb, NULL, 0, 0, FILE_OPEN, 0, NULL, 0))          \
    CALL(PASSIVE_LEVEL, ZwReadFile(handle, NULL, NULL, NULL, &iosb, NULL, 0, NULL, NULL))          \
    CALL(PASSIVE_LEVEL, ZwWriteFile(handle, NULL, NULL, NULL, &iosb, NULL, 0, NULL, NULL))         \
    CALL(PASSIVE_LEVEL, PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, never, NULL))           \
    CALL(PASSIVE_LEVEL, PsTerminateSystemThread(STATUS_SUCCESS))                                   \
    CALL(APC_LEVEL, PsLookupProcessByProcessId((HANDLE)4, &process))                               \
    CALL(DISPATCH_LEVEL, IoAllocateIrp(1, FALSE))                                                  \
    CALL(DISPATCH_LEVEL, IoFreeIrp(irp))                                                           \
    CALL(DISPATCH_LEVEL, IofCallDriver(device, irp))                                               \
    CALL(DISPATCH_LEVEL, IofCompleteRequest(irp, 0))                                               \
    CALL(DISPATCH_LEVEL, IoCancelIrp(irp))                                                         \
    CALL(DISPATCH_LEVEL, IoGetRequestorProcess(irp))                                               \
    CALL(DISPATCH_LEVEL, IoAllocateWorkItem(device))                                               \
    CALL(DISPATCH_LEVEL, IoAttachDeviceToDeviceStack(device, device))                              \
    CALL(DISPATCH_LEVEL, IoCsqInitialize(&csq, NULL, NULL, NULL, NULL, NULL, NULL))                \
    CALL(APC_LEVEL, IoCreateDevice(device->DriverObject, 0, NULL, 0, 0, FALSE, &device))           \
    CALL(APC_LEVEL, IoDeleteDevice(device))                                                        \
    CALL(PASSIVE_LEVEL, IoCreateSymbolicLink(&name, &name))                                        \
    CALL(PASSIVE_LEVEL, IoDeleteSymbolicLink(&name))                                               \
    CALL(PASSIVE_LEVEL, IoGetDeviceObjectPointer(&name, 0, &file, &device))                        \
    CALL(PASSIVE_LEVEL, IoSetDeviceInterfaceState(&name, TRUE))                                    \
    CALL(PASSIVE_LEVEL, IoRegisterDeviceInterface(device, NULL, NULL, &name))                      \
    CALL(PASSIVE_LEVEL, IoGetDeviceInterfaces((const GUID *)&name, NULL, 0, &name.Buffer))         \
    CALL(PASSIVE_LEVEL, RtlEqualUnicodeString(&name, &name, TRUE))                                 \
    CALL(PASSIVE_LEVEL, RtlCompareUnicodeString(&name, &name, TRUE))

static const struct {
    const char *text;
    KIRQL most;
} calls[] = {
#define CALL(most, call) { #call, most },
    CALLS
#undef CALL
};
static size_t which;
static bool came_back; /* The call returned: it did not stop the machine. */

static void prepare(void)
{
    static DRIVER_OBJECT driver;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeInitializeSemaphore(&semaphore, 0, 5);
    KeInitializeQueue(&queue, 1);
    KeInitializeMutex(&mutex, 0);
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, NULL, NULL);
    KeInitializeApc(&apc, KeGetCurrentThread(), OriginalApcEnvironment, NULL, NULL, NULL,
                    KernelMode, NULL);
    KeInitializeSpinLock(&lock);
    ExInitializeFastMutex(&fast);
    KeInitializeGuardedMutex(&guarded);
    ExInitializeResourceLite(&resource);
    ExInitializeNPagedLookasideList(&lookaside, NULL, NULL, 0, 64, 'tseT', 0);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = never };
    block = ExAllocatePoolWithTag(NonPagedPool, 16, 'tseT');
    paged = ExAllocatePoolWithTag(PagedPool, 16, 'tseT');
    irp = IoAllocateIrp(1, FALSE);
    process = PsGetCurrentProcess();
    other = machine_process("other.exe");
    device = ob_new(OB_DEVICE, sizeof(DEVICE_OBJECT), 0);
    device->DriverObject = ob_new(OB_DRIVER, sizeof driver, 0);
}

static void calls_too_high(void *arg)
{
    size_t at = 0;
    KIRQL old;

    (void)arg;
    prepare();
    KeRaiseIrql((KIRQL)(calls[which].most + 1), &old);
#define CALL(most, call) \
    if (at++ == which)   \
        (void)call;
    CALLS
#undef CALL
    came_back = true;
}

static void a_call_above_its_level_is_a_stop(void **unused)
{
    (void)unused;
    for (which = 0; which < RTL_NUMBER_OF(calls); which++) {
        boot(1);
        came_back = false;
        const struct ke_stop *stop = run_story(calls_too_high);

        if (stop == NULL || came_back ||
            (stop->code != IRQL_NOT_LESS_OR_EQUAL && stop->code != BAD_POOL_CALLER))
            fail_msg("%s at IRQL %d: %s %x", calls[which].text, calls[which].most + 1,
                     came_back ? "no stop" : "stop", stop != NULL ? stop->code : 0);
        assert_int_equal(stop->irql, calls[which].most + 1);
        machine_close(&machine);
    }
}

GROUP(levels_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_above_its_level_is_a_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
