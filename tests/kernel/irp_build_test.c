/* irp_build_test.c - requests that drivers make, and stacks of devices (facts/ddi.md 2.9). */
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include <wdmsec.h>

static LARGE_INTEGER in_ms(int ms) { return (LARGE_INTEGER){ .QuadPart = -10000ll * ms }; }

static NTSTATUS wait_event(PKEVENT event)
{
    LARGE_INTEGER limit = in_ms(5000);

    return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &limit);
}

/* Builds, sends and waits as a driver does. */
static NTSTATUS control(ULONG code, PVOID in, ULONG in_bytes, PVOID out, ULONG out_bytes,
                        IO_STATUS_BLOCK *iosb)
{
    NTSTATUS status;
    KEVENT event;
    PIRP irp;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(code, probe.device, in, in_bytes, out, out_bytes, FALSE,
                                        &event, iosb);
    EXPECT(irp != NULL);
    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    status = IoCallDriver(probe.device, irp);
    if (status == STATUS_PENDING) {
        EXPECT(wait_event(&event) == STATUS_WAIT_0);
        status = iosb->Status;
    }
    return status;
}

STORY(a_buffered_control_comes_back)
{
    char in[8] = "ping", out[8] = "";
    IO_STATUS_BLOCK iosb;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(control(PROBE_ECHO, in, 5, out, 8, &iosb) == STATUS_SUCCESS);
    EXPECT(strcmp(out, "ping") == 0 && iosb.Information == 5);
    EXPECT(IsListEmpty(&ke_current_thread()->irps));
}

static NTSTATUS answers_by_mdl(PDEVICE_OBJECT device, PIRP irp)
{
    char *to = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);

    (void)device;
    EXPECT(to != NULL && strcmp(irp->AssociatedIrp.SystemBuffer, "in") == 0);
    if (to != NULL)
        RtlCopyMemory(to, "out", 4);
    return probe_done(irp, STATUS_SUCCESS, 4);
}

STORY(a_direct_control_has_an_mdl)
{
    char in[4] = "in";
    char *out = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
    IO_STATUS_BLOCK iosb;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.on_control = answers_by_mdl;
    EXPECT(control(PROBE_DIRECT, in, 4, out, 64, &iosb) == STATUS_SUCCESS);
    EXPECT(strcmp(out, "out") == 0);
    ExFreePool(out);
}

STORY(a_raw_control_has_the_addresses)
{
    char in[4], out[4];
    IO_STATUS_BLOCK iosb;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(control(PROBE_RAW, in, 4, out, 4, &iosb) == STATUS_SUCCESS);
    EXPECT(probe.raw_in == in && probe.raw_out == out);
}

static void releases(void *context)
{
    LARGE_INTEGER later = in_ms(20);

    (void)context;
    KeDelayExecutionThread(KernelMode, FALSE, &later);
    EXPECT(probe_release_one(STATUS_SUCCESS));
}

STORY(a_pending_control_is_waited_for)
{
    char in[4] = "a", out[4] = "b";
    IO_STATUS_BLOCK iosb = { .Status = STATUS_UNSUCCESSFUL };

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(NT_SUCCESS(ps_create_thread(ke->system, releases, NULL, true, "releaser", NULL)));
    EXPECT(control(PROBE_PEND, in, 4, out, 4, &iosb) == STATUS_SUCCESS);
    EXPECT(iosb.Status == STATUS_SUCCESS && probe.control.count == 1);
}

/* The request belongs to the thread that built it, and ends with it. */
static void builds_and_ends(void *context)
{
    static KEVENT event;
    static IO_STATUS_BLOCK iosb;
    PIRP irp;

    (void)context;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(PROBE_PEND, probe.device, NULL, 0, NULL, 0, FALSE, &event,
                                        &iosb);
    EXPECT(irp != NULL && IoCallDriver(probe.device, irp) == STATUS_PENDING);
}

STORY(the_end_of_the_thread_cancels_it)
{
    struct ke_thread *thread;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(
        NT_SUCCESS(ps_create_thread(ke->system, builds_and_ends, NULL, true, "builder", &thread)));
    EXPECT(wait_event((PKEVENT)(void *)thread) == STATUS_WAIT_0);
    EXPECT(probe.cancel.count == 1);
    ObDereferenceObject(thread);
}

/* ---- Reads and writes ------------------------------------------------------------------------ */

static struct {
    ULONG length;
    LARGE_INTEGER offset;
    UCHAR major;
} asked;

static NTSTATUS read_or_write(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);

    (void)device;
    asked.major = location->MajorFunction;
    asked.length = location->Parameters.Read.Length;
    asked.offset = location->Parameters.Read.ByteOffset;
    if (asked.major == IRP_MJ_READ)
        memcpy(irp->AssociatedIrp.SystemBuffer, "read", 5);
    return probe_done(irp, STATUS_SUCCESS, asked.length);
}

STORY(reads_and_flushes_wait_for_the_event)
{
    LARGE_INTEGER offset = { .QuadPart = 0x123456789ll };
    IO_STATUS_BLOCK iosb;
    char buffer[8] = "";
    KEVENT event;
    PIRP irp;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.driver->MajorFunction[IRP_MJ_READ] = read_or_write;
    probe.driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = read_or_write;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp =
        IoBuildSynchronousFsdRequest(IRP_MJ_READ, probe.device, buffer, 8, &offset, &event, &iosb);
    EXPECT(IoCallDriver(probe.device, irp) == STATUS_SUCCESS);
    EXPECT(wait_event(&event) == STATUS_WAIT_0 && iosb.Information == 8);
    EXPECT(strcmp(buffer, "read") == 0 && asked.offset.QuadPart == 0x123456789ll);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, probe.device, NULL, 0, NULL, &event,
                                       &iosb);
    EXPECT(IoCallDriver(probe.device, irp) == STATUS_SUCCESS);
    EXPECT(asked.major == IRP_MJ_FLUSH_BUFFERS);
}

static NTSTATUS frees_its_request(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    (void)device;
    EXPECT(irp->IoStatus.Status == STATUS_SUCCESS);
    memcpy(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, 5);
    ExFreePool(irp->AssociatedIrp.SystemBuffer);
    IoFreeIrp(irp);
    *(bool *)context = true;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

STORY(an_asynchronous_request_is_the_drivers_own)
{
    LARGE_INTEGER offset = { .QuadPart = 512 };
    char buffer[8] = "";
    bool done = false;
    PIRP irp;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.driver->MajorFunction[IRP_MJ_READ] = read_or_write;
    irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, probe.device, buffer, 8, &offset, NULL);
    EXPECT(irp != NULL && IsListEmpty(&ke_current_thread()->irps));
    IoSetCompletionRoutine(irp, frees_its_request, &done, TRUE, TRUE, TRUE);
    IoCallDriver(probe.device, irp);
    EXPECT(done && strcmp(buffer, "read") == 0);
}

static void forgets_its_completion_routine(void *arg)
{
    char buffer[8] = "";
    PIRP irp;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.driver->MajorFunction[IRP_MJ_READ] = read_or_write;
    irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, probe.device, buffer, 8, NULL, NULL);
    IoCallDriver(probe.device, irp);
}

static void builds_at_dispatch(void *arg)
{
    KIRQL old;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    IoBuildDeviceIoControlRequest(PROBE_ECHO, probe.device, NULL, 0, NULL, 0, FALSE, NULL, NULL);
}

static void misuse_stops(void **state)
{
    (void)state;
    assert_int_equal(tell(1, forgets_its_completion_routine)->code, IRQL_NOT_LESS_OR_EQUAL);
    machine_close(&machine);
    assert_int_equal(tell(1, builds_at_dispatch)->code, IRQL_NOT_LESS_OR_EQUAL);
    machine_close(&machine);
}

/* ---- IRPs of a driver's own ------------------------------------------------------------------ */

static NTSTATUS keeps_it(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    (void)device, (void)irp;
    ++*(int *)context;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

STORY(an_irp_in_the_drivers_memory_is_used_again)
{
    USHORT bytes = IoSizeOfIrp(2);
    PIRP irp = ExAllocatePoolWithTag(NonPagedPool, bytes, 'tseT');
    int calls = 0;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    IoInitializeIrp(irp, bytes, 2);
    EXPECT(irp->Size == bytes && irp->StackCount == 2 && irp->CurrentLocation == 3);
    for (int i = 0; i < 3; i++) {
        PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);

        next->MajorFunction = IRP_MJ_CLEANUP;
        IoSetCompletionRoutine(irp, keeps_it, &calls, TRUE, TRUE, TRUE);
        EXPECT(IoCallDriver(probe.device, irp) == STATUS_SUCCESS);
        IoReuseIrp(irp, STATUS_UNSUCCESSFUL);
        EXPECT(irp->IoStatus.Status == STATUS_UNSUCCESSFUL && irp->CurrentLocation == 3);
    }
    EXPECT(calls == 3 && probe.cleanup.count == 3);
    ExFreePool(irp);
}

STORY(the_last_part_completes_the_master)
{
    PIRP master = IoAllocateIrp(2, FALSE);
    int completed = 0;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    IoSetCompletionRoutine(master, keeps_it, &completed, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(master); /* As if it had been sent to this driver. */
    master->AssociatedIrp.IrpCount = 2;
    for (int i = 0; i < 2; i++) {
        PIRP part = IoMakeAssociatedIrp(master, probe.device->StackSize);

        EXPECT(part != NULL && part->AssociatedIrp.MasterIrp == master);
        EXPECT(completed == 0);
        IoGetNextIrpStackLocation(part)->MajorFunction = IRP_MJ_CLEANUP;
        IoCallDriver(probe.device, part);
    }
    EXPECT(completed == 1);
    IoFreeIrp(master);
}

/* ---- Stacks ---------------------------------------------------------------------------------- */

static PDEVICE_OBJECT filter_of(PCWSTR name)
{
    PDEVICE_OBJECT device = NULL;
    UNICODE_STRING string;

    RtlInitUnicodeString(&string, name);
    EXPECT(NT_SUCCESS(IoCreateDevice(probe.driver, 0, name != NULL ? &string : NULL,
                                     FILE_DEVICE_UNKNOWN, 0, FALSE, &device)));
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return device;
}

static PDEVICE_OBJECT below;
static NTSTATUS skips(PDEVICE_OBJECT device, PIRP irp)
{
    if (device == probe.device)
        return probe_done(irp, STATUS_SUCCESS, 77);
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(below, irp);
}

static NTSTATUS forwards(PDEVICE_OBJECT device, PIRP irp)
{
    if (device == probe.device)
        return probe_control(device, irp);
    EXPECT(IoForwardIrpSynchronously(below, irp));
    irp->IoStatus.Information += 100;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

STORY(a_filter_passes_requests_on)
{
    PDEVICE_OBJECT filter, top;
    UNICODE_STRING name;
    IO_STATUS_BLOCK iosb;
    HANDLE file;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    filter = filter_of(NULL);
    RtlInitUnicodeString(&name, L"\\Device\\Probe");
    EXPECT(IoAttachDevice(filter, &name, &below) == STATUS_SUCCESS && below == probe.device);
    EXPECT(IoGetAttachedDevice(probe.device) == filter);
    EXPECT(IoGetLowerDeviceObject(filter) == probe.device);
    ObDereferenceObject(probe.device);
    top = IoGetAttachedDeviceReference(probe.device);
    EXPECT(top == filter && filter->StackSize == 2);
    ObDereferenceObject(top);
    probe.driver->MajorFunction[IRP_MJ_CREATE] = skips;
    probe.driver->MajorFunction[IRP_MJ_CLEANUP] = skips;
    probe.driver->MajorFunction[IRP_MJ_CLOSE] = skips;
    probe.driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = skips;
    file = probe_open(0, FILE_SYNCHRONOUS_IO_NONALERT);
    EXPECT(probe_ioctl(file, PROBE_ECHO, NULL, 0, NULL, 0, &iosb) == STATUS_SUCCESS);
    EXPECT(iosb.Information == 77);
    probe.driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = forwards;
    EXPECT(probe_ioctl(file, PROBE_ECHO, "abc", 3, NULL, 0, &iosb) == STATUS_SUCCESS);
    EXPECT(iosb.Information == 103);
    EXPECT(NT_SUCCESS(ps_create_thread(ke->system, releases, NULL, true, "releaser", NULL)));
    EXPECT(probe_ioctl(file, PROBE_PEND, NULL, 0, NULL, 0, &iosb) == STATUS_SUCCESS);
    EXPECT(iosb.Information == 100);
    ZwClose(file);
    IoDetachDevice(below);
    EXPECT(probe.device->AttachedDevice == NULL && IoGetLowerDeviceObject(filter) == NULL);
    IoDeleteDevice(filter);
}

STORY(nobody_attaches_to_what_goes)
{
    PDEVICE_OBJECT lower, upper, attached = (PDEVICE_OBJECT)&probe;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    lower = filter_of(NULL);
    upper = filter_of(NULL);
    lower->ReferenceCount++; /* As if a file were open. */
    IoDeleteDevice(lower);
    EXPECT(IoAttachDeviceToDeviceStackSafe(upper, lower, &attached) == STATUS_NO_SUCH_DEVICE);
    EXPECT(attached == NULL);
    EXPECT(IoAttachDeviceToDeviceStack(upper, lower) == NULL && lower->AttachedDevice == NULL);
    IopDereferenceDeviceObject(lower);
    lower = filter_of(NULL);
    lower->AlignmentRequirement = FILE_QUAD_ALIGNMENT;
    lower->SectorSize = 512;
    lower->Flags |= DO_DEVICE_INITIALIZING;
    EXPECT(IoAttachDeviceToDeviceStack(upper, lower) == NULL);
    lower->Flags &= ~DO_DEVICE_INITIALIZING;
    EXPECT(IoAttachDeviceToDeviceStack(upper, lower) == lower);
    EXPECT(upper->AlignmentRequirement == FILE_QUAD_ALIGNMENT && upper->SectorSize == 512);
    IoDetachDevice(lower);
    IoDeleteDevice(lower);
    IoDeleteDevice(upper);
}

/* ---- Odds and ends --------------------------------------------------------------------------- */

STORY(a_driver_object_has_extensions)
{
    PVOID first, second, again;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(IoAllocateDriverObjectExtension(probe.driver, &first, 64, &first) == STATUS_SUCCESS);
    EXPECT(IoAllocateDriverObjectExtension(probe.driver, &second, 8, &second) == STATUS_SUCCESS);
    EXPECT(IoAllocateDriverObjectExtension(probe.driver, &first, 8, &again) ==
               STATUS_OBJECT_NAME_COLLISION &&
           again == NULL);
    EXPECT(IoGetDriverObjectExtension(probe.driver, &first) == first && first != second);
    EXPECT(IoGetDriverObjectExtension(probe.driver, &again) == NULL);
    EXPECT(*(ULONGLONG *)first == 0);
}

STORY(a_secure_device_needs_a_name)
{
    UNICODE_STRING sddl, name;
    PDEVICE_OBJECT device;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    RtlInitUnicodeString(&sddl, L"D:P(A;;GA;;;SY)");
    RtlInitUnicodeString(&name, L"\\Device\\Secure");
    EXPECT(IoCreateDeviceSecure(probe.driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &sddl, NULL,
                                &device) == STATUS_INVALID_PARAMETER);
    EXPECT(IoCreateDeviceSecure(probe.driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &sddl, NULL,
                                &device) == STATUS_SUCCESS);
    IoDeleteDevice(device);
}

STORY(stacks_have_limits)
{
    ULONG_PTR low, high, here = (ULONG_PTR)&low;

    (void)arg;
    IoGetStackLimits(&low, &high);
    EXPECT(low < here && here < high);
    EXPECT(IoGetRemainingStackSize() > 0x1000 && IoGetRemainingStackSize() <= 0x3000);
}

static int ticks;
static VOID ticks_on(PDEVICE_OBJECT device, PVOID context)
{
    EXPECT(device == probe.device && context == &ticks);
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    ticks++;
}

STORY(a_devices_timer_runs_once_a_second)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    ticks = 0;
    EXPECT(IoInitializeTimer(probe.device, ticks_on, &ticks) == STATUS_SUCCESS);
    story_sleep(SEC(2));
    EXPECT(ticks == 0);
    IoStartTimer(probe.device);
    story_sleep(MS(3500));
    EXPECT(ticks == 3);
    IoStopTimer(probe.device);
    story_sleep(SEC(3));
    EXPECT(ticks == 3);
    IoStartTimer(probe.device); /* Deleted with the device, below. */
    io_unload_driver(PROBE_DRIVER);
    story_sleep(SEC(3));
    EXPECT(ticks == 3 && !io_driver_present(PROBE_DRIVER));
}

GROUP(irp_build_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffered_control_comes_back),
        cmocka_unit_test(a_direct_control_has_an_mdl),
        cmocka_unit_test(a_raw_control_has_the_addresses),
        cmocka_unit_test(a_pending_control_is_waited_for),
        cmocka_unit_test(the_end_of_the_thread_cancels_it),
        cmocka_unit_test(reads_and_flushes_wait_for_the_event),
        cmocka_unit_test(an_asynchronous_request_is_the_drivers_own),
        cmocka_unit_test(misuse_stops),
        cmocka_unit_test(an_irp_in_the_drivers_memory_is_used_again),
        cmocka_unit_test(the_last_part_completes_the_master),
        cmocka_unit_test(a_filter_passes_requests_on),
        cmocka_unit_test(nobody_attaches_to_what_goes),
        cmocka_unit_test(a_driver_object_has_extensions),
        cmocka_unit_test(a_secure_device_needs_a_name),
        cmocka_unit_test(stacks_have_limits),
        cmocka_unit_test(a_devices_timer_runs_once_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
