/* startio_test.c - device queues, StartIo, cancel-safe queues that refuse (facts/ddi.md 2.10). */
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"

/* ---- Device queues --------------------------------------------------------------------------- */

STORY(the_first_entry_makes_the_device_busy)
{
    KDEVICE_QUEUE_ENTRY a, b, c;
    KDEVICE_QUEUE queue;
    KIRQL old;

    (void)arg;
    KeInitializeDeviceQueue(&queue);
    EXPECT(queue.Type == 0x14 && queue.Size == sizeof queue && !queue.Busy);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(!KeInsertDeviceQueue(&queue, &a) && queue.Busy && !a.Inserted);
    EXPECT(KeInsertDeviceQueue(&queue, &b) && b.Inserted);
    EXPECT(KeInsertDeviceQueue(&queue, &c));
    EXPECT(KeRemoveDeviceQueue(&queue) == &b && !b.Inserted);
    EXPECT(!KeRemoveEntryDeviceQueue(&queue, &b) && KeRemoveEntryDeviceQueue(&queue, &c));
    EXPECT(queue.Busy && KeRemoveDeviceQueue(&queue) == NULL && !queue.Busy);
    EXPECT(KeRemoveByKeyDeviceQueueIfBusy(&queue, 0) == NULL);
    KeLowerIrql(old);
}

STORY(keys_order_a_queue)
{
    static const ULONG keys[] = { 30, 10, 20, 20 };
    KDEVICE_QUEUE_ENTRY entries[4], first;
    KDEVICE_QUEUE queue;
    KIRQL old;

    (void)arg;
    KeInitializeDeviceQueue(&queue);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeInsertDeviceQueue(&queue, &first);
    for (int i = 0; i < 4; i++)
        EXPECT(KeInsertByKeyDeviceQueue(&queue, &entries[i], keys[i]));
    EXPECT(KeRemoveByKeyDeviceQueue(&queue, 15) == &entries[2]);
    EXPECT(KeRemoveByKeyDeviceQueue(&queue, 15) == &entries[3]); /* Behind its equal. */
    EXPECT(KeRemoveByKeyDeviceQueue(&queue, 31) == &entries[1]); /* No greater key: the head. */
    EXPECT(KeRemoveDeviceQueue(&queue) == &entries[0]);
    KeLowerIrql(old);
}

static void inserts_at_passive(void *arg)
{
    KDEVICE_QUEUE_ENTRY entry;
    KDEVICE_QUEUE queue;

    (void)arg;
    KeInitializeDeviceQueue(&queue);
    KeInsertDeviceQueue(&queue, &entry);
}

static void starts_the_next_at_passive(void *arg)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    IoStartNextPacket(probe.device, FALSE);
}

static void levels_are_checked(void **state)
{
    (void)state;
    assert_int_equal(tell(1, inserts_at_passive)->code, IRQL_NOT_LESS_OR_EQUAL);
    machine_close(&machine);
    assert_int_equal(tell(1, starts_the_next_at_passive)->code, IRQL_NOT_LESS_OR_EQUAL);
    machine_close(&machine);
}

/* ---- StartIo --------------------------------------------------------------------------------- */

static struct {
    char order[32]; /* Letters of the requests in the order in which StartIo got them. */
    uint32_t count;
    int depth, deepest; /* Calls of StartIo inside each other. */
    bool at_once;       /* StartIo completes the request and starts the next. */
    bool had_cancel_routine;
} started;

/* The letter of a request is its IoStatus.Information. */
static VOID start_io(PDEVICE_OBJECT device, PIRP irp)
{
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL && device->CurrentIrp == irp);
    started.order[started.count++] = (char)irp->IoStatus.Information;
    started.had_cancel_routine = irp->CancelRoutine != NULL;
    started.depth++;
    started.deepest = MAX_OF(started.depth, started.deepest);
    if (started.at_once)
        IoStartNextPacket(device, FALSE);
    started.depth--;
}

/* The documented cancel routine: StartIo keeps the current request, a queued one is taken out. */
static VOID cancels(PDEVICE_OBJECT device, PIRP irp)
{
    if (irp == device->CurrentIrp) {
        IoReleaseCancelSpinLock(irp->CancelIrql);
        IoStartNextPacket(device, TRUE);
    } else {
        KeRemoveEntryDeviceQueue(&device->DeviceQueue, &irp->Tail.Overlay.DeviceQueueEntry);
        IoReleaseCancelSpinLock(irp->CancelIrql);
    }
    probe.cancel.count++;
}

static void load_with_start_io(void)
{
    memset(&started, 0, sizeof started);
    EXPECT(NT_SUCCESS(probe_load()));
    probe.driver->DriverStartIo = start_io;
}

static PIRP request(char letter)
{
    PIRP irp = IoAllocateIrp(2, FALSE);

    EXPECT(irp != NULL);
    irp->IoStatus.Information = (ULONG_PTR)letter;
    IoSetNextIrpStackLocation(irp);
    IoGetCurrentIrpStackLocation(irp)->DeviceObject = probe.device;
    return irp;
}

static void next_packet(BOOLEAN cancelable)
{
    KIRQL old;

    KeRaiseIrql(DISPATCH_LEVEL, &old);
    IoStartNextPacket(probe.device, cancelable);
    KeLowerIrql(old);
}

STORY(requests_are_started_one_after_the_other)
{
    (void)arg;
    load_with_start_io();
    for (char letter = 'a'; letter <= 'c'; letter++)
        IoStartPacket(probe.device, request(letter), NULL, NULL);
    EXPECT(strcmp(started.order, "a") == 0 && KeGetCurrentIrql() == PASSIVE_LEVEL);
    next_packet(FALSE);
    next_packet(FALSE);
    EXPECT(strcmp(started.order, "abc") == 0);
    next_packet(FALSE);
    EXPECT(probe.device->CurrentIrp == NULL && !probe.device->DeviceQueue.Busy);
}

STORY(requests_are_started_by_key)
{
    static const ULONG keys[] = { 0, 3, 1, 2 };
    KIRQL old;

    (void)arg;
    load_with_start_io();
    for (int i = 0; i < 4; i++) {
        ULONG key = keys[i];

        IoStartPacket(probe.device, request((char)('a' + i)), &key, NULL);
    }
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    IoStartNextPacketByKey(probe.device, FALSE, 2);
    KeLowerIrql(old);
    next_packet(FALSE);
    next_packet(FALSE);
    EXPECT(strcmp(started.order, "adcb") == 0);
}

STORY(a_queued_request_is_cancelled)
{
    PIRP first, second, third;

    (void)arg;
    load_with_start_io();
    IoStartPacket(probe.device, first = request('a'), NULL, cancels);
    IoStartPacket(probe.device, second = request('b'), NULL, cancels);
    IoStartPacket(probe.device, third = request('c'), NULL, cancels);
    EXPECT(IoCancelIrp(second) && probe.cancel.count == 1);
    EXPECT(!second->Tail.Overlay.DeviceQueueEntry.Inserted);
    next_packet(TRUE);
    EXPECT(strcmp(started.order, "ac") == 0 && started.had_cancel_routine);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL && probe.device->CurrentIrp == third);
    (void)first;
}

STORY(a_request_cancelled_before_it_is_queued)
{
    PIRP second;

    (void)arg;
    load_with_start_io();
    IoStartPacket(probe.device, request('a'), NULL, cancels);
    second = request('b');
    EXPECT(!IoCancelIrp(second)); /* There is no routine yet. */
    IoStartPacket(probe.device, second, NULL, cancels);
    EXPECT(probe.cancel.count == 1 && KeGetCurrentIrql() == PASSIVE_LEVEL);
    next_packet(TRUE);
    EXPECT(strcmp(started.order, "a") == 0);
}

static void many(BOOLEAN deferred)
{
    load_with_start_io();
    IoSetStartIoAttributes(probe.device, deferred, FALSE);
    for (char letter = 'a'; letter <= 'f'; letter++)
        IoStartPacket(probe.device, request(letter), NULL, NULL);
    started.at_once = true;
    next_packet(FALSE);
    EXPECT(strcmp(started.order, "abcdef") == 0);
}

STORY(start_io_calls_itself)
{
    (void)arg;
    many(FALSE);
    EXPECT(started.deepest == 5);
}

STORY(a_deferred_start_io_does_not)
{
    (void)arg;
    many(TRUE);
    EXPECT(started.deepest == 1);
}

STORY(a_noncancelable_request_loses_its_routine)
{
    (void)arg;
    load_with_start_io();
    IoSetStartIoAttributes(probe.device, FALSE, TRUE);
    IoStartPacket(probe.device, request('a'), NULL, cancels);
    EXPECT(!started.had_cancel_routine);
}

/* ---- Cancel-safe queues ---------------------------------------------------------------------- */

static NTSTATUS insert_or_not(PIO_CSQ csq, PIRP irp, PVOID context)
{
    if (context != NULL)
        return *(NTSTATUS *)context;
    probe_insert(csq, irp);
    return STATUS_SUCCESS;
}

static void load_with_ex_queue(void)
{
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(IoCsqInitializeEx(&probe.csq, insert_or_not, probe_remove, probe_peek, probe_acquire,
                             probe_release, probe_canceled) == STATUS_SUCCESS);
}

STORY(a_queue_can_refuse_a_request)
{
    NTSTATUS busy = STATUS_INSUFFICIENT_RESOURCES;
    IO_CSQ_IRP_CONTEXT context;
    PIRP irp;

    (void)arg;
    load_with_ex_queue();
    irp = request('a');
    EXPECT(IoCsqInsertIrpEx(&probe.csq, irp, &context, &busy) == busy);
    EXPECT((IoGetCurrentIrpStackLocation(irp)->Control & SL_PENDING_RETURNED) == 0);
    EXPECT(irp->CancelRoutine == NULL && context.Irp == NULL && IsListEmpty(&probe.waiting));
    EXPECT(IoCsqInsertIrpEx(&probe.csq, irp, &context, NULL) == STATUS_SUCCESS);
    EXPECT((IoGetCurrentIrpStackLocation(irp)->Control & SL_PENDING_RETURNED) != 0);
    EXPECT(IoCsqRemoveIrp(&probe.csq, &context) == irp &&
           IoCsqRemoveIrp(&probe.csq, &context) == NULL);
    IoFreeIrp(irp);
}

static NTSTATUS pends_in_the_queue(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    IoCsqInsertIrp(&probe.csq, irp, NULL);
    return STATUS_PENDING;
}

STORY(the_old_insertion_works_on_the_new_queue)
{
    IO_STATUS_BLOCK iosb;
    HANDLE file;

    (void)arg;
    load_with_ex_queue();
    probe.on_control = pends_in_the_queue;
    file = probe_open(0, 0);
    EXPECT(probe_ioctl(file, PROBE_HOOK, NULL, 0, NULL, 0, &iosb) == STATUS_PENDING);
    EXPECT(NT_SUCCESS(io_cancel_file(file)) && probe.cancel.count == 1);
    EXPECT(iosb.Status == STATUS_CANCELLED);
    ZwClose(file);
}

GROUP(startio_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_entry_makes_the_device_busy),
        cmocka_unit_test(keys_order_a_queue),
        cmocka_unit_test(levels_are_checked),
        cmocka_unit_test(requests_are_started_one_after_the_other),
        cmocka_unit_test(requests_are_started_by_key),
        cmocka_unit_test(a_queued_request_is_cancelled),
        cmocka_unit_test(a_request_cancelled_before_it_is_queued),
        cmocka_unit_test(start_io_calls_itself),
        cmocka_unit_test(a_deferred_start_io_does_not),
        cmocka_unit_test(a_noncancelable_request_loses_its_routine),
        cmocka_unit_test(a_queue_can_refuse_a_request),
        cmocka_unit_test(the_old_insertion_works_on_the_new_queue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
