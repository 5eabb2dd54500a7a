/* io_object_test.c - what a driver reads of the objects that it is given, and requests that lie in
 * its own memory. */
#include "model/kernel/io_inside.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static struct {
    bool entered;
    PDEVICE_OBJECT device;
    PIRP seen;
    uint32_t calls, completions;
} driver_saw;

static NTSTATUS NTAPI answers(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    driver_saw.calls++;
    driver_saw.seen = irp;
    EXPECT(IoGetCurrentIrpStackLocation(irp)->DeviceObject == device);
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Own"),
                          service = RTL_CONSTANT_STRING(L"Own");
    PDEVICE_OBJECT device;

    (void)path;
    EXPECT(driver->DriverExtension != NULL && driver->DriverExtension->DriverObject == driver);
    EXPECT(RtlEqualUnicodeString(&driver->DriverExtension->ServiceKeyName, &service, FALSE));
    EXPECT(driver->HardwareDatabase->Length > 0 && driver->FastIoDispatch == NULL);
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = answers;
    EXPECT(NT_SUCCESS(IoCreateDevice(driver, 100, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device)));
    EXPECT(device->DriverObject == driver && device->StackSize == 1 && device->Vpb == NULL);
    EXPECT(device->DeviceExtension == device + 1 && device->Size == sizeof *device + 100);
    EXPECT(device->DeviceObjectExtension->DeviceObject == device);
    EXPECT(!device->DeviceQueue.Busy && IsListEmpty(&device->DeviceQueue.DeviceListHead));
    EXPECT((device->Flags & DO_DEVICE_INITIALIZING) != 0);
    driver_saw.device = device;
    driver_saw.entered = true;
    return STATUS_SUCCESS;
}

static void load(void)
{
    static const struct io_image image = { .file = "own.sys", .entry = entry };

    memset(&driver_saw, 0, sizeof driver_saw);
    EXPECT(NT_SUCCESS(
        IopLoadDriver(L"\\Registry\\Machine\\System\\Services\\Own", L"\\Driver\\Own", &image)));
    EXPECT(driver_saw.entered);
}

STORY(a_driver_finds_its_objects_filled)
{
    (void)arg;
    load();
    EXPECT((driver_saw.device->Flags & DO_DEVICE_INITIALIZING) == 0);
}

STORY(stack_locations_lie_directly_behind_the_request)
{
    PIRP irp = IoAllocateIrp(3, FALSE);
    PIO_STACK_LOCATION first = (PIO_STACK_LOCATION)(void *)(irp + 1);

    (void)arg;
    EXPECT(irp->Size == sizeof(IRP) + 3 * sizeof(IO_STACK_LOCATION) && irp->StackCount == 3);
    EXPECT(irp->CurrentLocation == 4 && IoGetNextIrpStackLocation(irp) == first + 2);
    EXPECT(irp->Tail.Overlay.CurrentStackLocation == first + 3);
    EXPECT((irp->AllocationFlags & 4) != 0 && irp->Type == IO_TYPE_IRP);
    IoFreeIrp(irp);
}

static NTSTATUS NTAPI keeps(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    (void)device;
    EXPECT(context == &driver_saw && irp == driver_saw.seen);
    driver_saw.completions++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

STORY(a_request_may_lie_in_a_drivers_own_memory)
{
    USHORT size = IoSizeOfIrp(2);
    PIRP irp = ExAllocatePoolWithTag(NonPagedPool, size, 'tseT');

    (void)arg;
    load();
    for (uint32_t i = 1; i <= 3; i++) {
        IoInitializeIrp(irp, size, 2);
        IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
        IoSetCompletionRoutine(irp, keeps, &driver_saw, TRUE, TRUE, TRUE);
        EXPECT(IofCallDriver(driver_saw.device, irp) == STATUS_SUCCESS);
        EXPECT(driver_saw.calls == i && driver_saw.completions == i);
        EXPECT(io_part(irp) == NULL && io_irp_address(irp) != 0);
    }
    EXPECT(!IoCancelIrp(irp) && irp->Cancel);
    ExFreePoolWithTag(irp, 'tseT');
}

/* Nobody waits for a request that no thread has: its owner's completion routine must keep it. */
STOPS(1, a_drivers_own_request_that_nobody_keeps, IRQL_NOT_LESS_OR_EQUAL)
{
    USHORT size = IoSizeOfIrp(1);
    PIRP irp = ExAllocatePoolWithTag(NonPagedPool, size, 'tseT');

    (void)arg;
    load();
    IoInitializeIrp(irp, size, 1);
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
    IofCallDriver(driver_saw.device, irp);
}

/* facts/ddi.md 2.4 */
STORY(a_dpc_is_made_and_its_arguments_stay)
{
    KDPC dpc;

    (void)arg;
    memset(&dpc, 0x5a, sizeof dpc);
    KeInitializeDpc(&dpc, NULL, &dpc);
    EXPECT(dpc.Type == 0x13 && dpc.Importance == MediumImportance && dpc.Number == 0);
    EXPECT(dpc.DpcData == NULL && dpc.DeferredContext == &dpc && dpc.DeferredRoutine == NULL);
    EXPECT((uintptr_t)dpc.SystemArgument1 == 0x5a5a5a5a5a5a5a5au);
    EXPECT((uintptr_t)dpc.DpcListEntry.Flink == 0x5a5a5a5a5a5a5a5au);
}

STORY(a_driver_asks_the_system)
{
    UNICODE_STRING known = RTL_CONSTANT_STRING(L"KeSetEvent"),
                   unknown = RTL_CONSTANT_STRING(L"KeSetEvents"),
                   of_programs = RTL_CONSTANT_STRING(L"win32_CreateFileW");
    LONG (*set)(PRKEVENT, KPRIORITY, BOOLEAN) = KeSetEvent;
    IRP irp;

    (void)arg;
    EXPECT(MmGetSystemRoutineAddress(&known) == (PVOID)(ULONG_PTR)set);
    EXPECT(MmGetSystemRoutineAddress(&unknown) == NULL);
    EXPECT(MmGetSystemRoutineAddress(&of_programs) == NULL);
    EXPECT(IoIsWdmVersionAvailable(1, 0x30) && !IoIsWdmVersionAvailable(6, 0));
    EXPECT(*NtBuildNumber == 3790 && KeNumberProcessors == 1);
    EXPECT(IoGetTopLevelIrp() == NULL);
    IoSetTopLevelIrp(&irp);
    EXPECT(IoGetTopLevelIrp() == &irp);
    IoSetTopLevelIrp(NULL);
    EXPECT(Int32x32To64(-3, 0x7fffffff) == -3ll * 0x7fffffff);
}

GROUP(io_object_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driver_finds_its_objects_filled),
        cmocka_unit_test(stack_locations_lie_directly_behind_the_request),
        cmocka_unit_test(a_request_may_lie_in_a_drivers_own_memory),
        cmocka_unit_test(a_drivers_own_request_that_nobody_keeps),
        cmocka_unit_test(a_driver_asks_the_system),
        cmocka_unit_test(a_dpc_is_made_and_its_arguments_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
