/* io_irp_test.c - the life of an IRP (facts/nt-kernel.md 5.4): dispatch, completion, buffers,
 * cancel, thread exit. */
#include "model/kernel/cm.h"
#include "model/kernel/io_inside.h"
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

static uint32_t irp_address;

/* ---- Completion inline, pending, buffers ----------------------------------------------------- */

STORY(buffered_control_copies_in_and_out)
{
    IO_STATUS_BLOCK iosb = { .Information = 99 };
    char in[6] = "hello", out[8] = "";

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    HANDLE file = probe_open(0, FILE_SYNCHRONOUS_IO_NONALERT);

    EXPECT(probe_ioctl(file, PROBE_ECHO, in, sizeof in, out, sizeof out, &iosb) == STATUS_SUCCESS);
    EXPECT(iosb.Status == STATUS_SUCCESS && iosb.Information == sizeof in &&
           strcmp(out, "hello") == 0);
    EXPECT(probe_ioctl(file, PROBE_CODE(77, METHOD_BUFFERED), NULL, 0, NULL, 0, &iosb) ==
           STATUS_INVALID_DEVICE_REQUEST);
    EXPECT(IsListEmpty(&ke_current_thread()->irps));
    ZwClose(file);
}

/* 5.6: with METHOD_NEITHER the driver has the caller's own addresses. */
STORY(method_neither_hands_over_raw_addresses)
{
    IO_STATUS_BLOCK iosb;
    char in[4], out[4];

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    HANDLE file = probe_open(0, FILE_SYNCHRONOUS_IO_NONALERT);

    EXPECT(NT_SUCCESS(probe_ioctl(file, PROBE_RAW, in, sizeof in, out, sizeof out, &iosb)));
    EXPECT(probe.raw_in == in && probe.raw_out == out);
    ZwClose(file);
}

/* An asynchronous file: STATUS_PENDING now, event and status block later. */
STORY(a_pending_request_completes_later)
{
    IO_STATUS_BLOCK iosb = { .Status = STATUS_PENDING };
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0);
    HANDLE event_handle;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    KeInitializeEvent(event, NotificationEvent, TRUE);
    EXPECT(NT_SUCCESS(ob_create_handle(event, EVENT_ALL_ACCESS, 0, KernelMode, &event_handle)));
    HANDLE file = probe_open(0, 0);
    struct io_request request = {
        .kind = IO_CONTROL, .file = file, .event = event_handle, .code = PROBE_PEND, .iosb = &iosb
    };

    EXPECT(io_transfer(&request, KernelMode) == STATUS_PENDING);
    /* Cleared at the start. */
    EXPECT(KeReadStateEvent(event) == 0 && !IsListEmpty(&ke_current_thread()->irps));
    EXPECT(probe_release_one(STATUS_END_OF_FILE));
    EXPECT(KeReadStateEvent(event) == 1 && iosb.Status == STATUS_END_OF_FILE);
    EXPECT(IsListEmpty(&ke_current_thread()->irps));
    ZwClose(file);
    ZwClose(event_handle);
    ObDereferenceObject(event);
}

static VOID releases_later(PVOID context)
{
    (void)context;
    story_sleep(MS(50));
    probe_release_one(STATUS_SUCCESS);
}

/* A synchronous file: the service waits. */
STORY(a_synchronous_file_waits_for_the_driver)
{
    WORK_QUEUE_ITEM item = { .WorkerRoutine = releases_later };
    IO_STATUS_BLOCK iosb;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    HANDLE file = probe_open(0, FILE_SYNCHRONOUS_IO_NONALERT);
    sim_time before = ke->sim->now;

    ExQueueWorkItem(&item, DelayedWorkQueue);
    EXPECT(probe_ioctl(file, PROBE_PEND, NULL, 0, NULL, 0, &iosb) == STATUS_SUCCESS);
    EXPECT(ke->sim->now - before >= MS(50) && iosb.Status == STATUS_SUCCESS);
    ZwClose(file);
}

/* An error that the driver returns at once touches neither status block nor event. */
STORY(an_immediate_error_is_told_once)
{
    IO_STATUS_BLOCK iosb = { .Status = STATUS_PENDING, .Information = 7 };

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    HANDLE file = probe_open(0, 0);

    EXPECT(probe_ioctl(file, PROBE_CODE(77, METHOD_BUFFERED), NULL, 0, NULL, 0, &iosb) ==
           STATUS_INVALID_DEVICE_REQUEST);
    EXPECT(iosb.Status == STATUS_PENDING && iosb.Information == 7);
    ZwClose(file);
}

/* ---- The context of completion (5.4 step 5) -------------------------------------------------- */

static uint32_t user_page;
static uint8_t page_seen;

static NTSTATUS fills_output(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    memset(irp->AssociatedIrp.SystemBuffer, 0xab, 64);
    return probe_done(irp, STATUS_SUCCESS, 64);
}

static void reads_into_its_memory(void *arg)
{
    IO_STATUS_BLOCK iosb;
    HANDLE file = user_open(FILE_SYNCHRONOUS_IO_NONALERT);

    (void)arg;
    user_page = 0;
    EXPECT(NT_SUCCESS(mm_allocate(ke_current_process(), &user_page, MM_PAGE)));
    EXPECT(user_ioctl(file, PROBE_HOOK, NULL, 0, (void *)(uintptr_t)user_page, 64, &iosb) ==
           STATUS_SUCCESS);
    mm_read(ke_current_process(), user_page + 63, &page_seen, 1, NULL);
    user_sleep(SEC(5));
}

STORY(output_lands_in_the_issuers_memory)
{
    uint8_t byte = 0;
    uint32_t fault = 0;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.on_control = fills_output;
    struct ke_process *p = user_process("p.exe", reads_into_its_memory, NULL);

    story_sleep(MS(100));
    EXPECT(NT_SUCCESS(mm_read(p, user_page, &byte, 1, &fault)) && byte == 0xab);
}

/* A buffer that is not there: the copy faults, and the fault is the status (5.6). */
static NTSTATUS bad_status;

static void reads_into_nothing(void *arg)
{
    IO_STATUS_BLOCK iosb = { .Status = 0 };
    HANDLE file = user_open(0);

    (void)arg;
    user_ioctl(file, PROBE_HOOK, NULL, 0, (void *)(uintptr_t)0x00500000u, 64, &iosb);
    bad_status = iosb.Status;
}

STORY(a_fault_while_copying_out_becomes_the_status)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.on_control = fills_output;
    KeWaitForSingleObject(user_process("p.exe", reads_into_nothing, NULL), Executive, KernelMode,
                          FALSE, NULL);
    EXPECT(bad_status == STATUS_ACCESS_VIOLATION);
}

/* 1.8, 5.6: an MDL reaches the caller's pages from any process; here from a System worker. */
static VOID writes_through_the_mdl(PVOID parameter)
{
    PIRP irp = parameter;
    UCHAR *mapped = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);

    EXPECT(ke_current_process() == ke->system && mapped != NULL);
    RtlFillMemory(mapped, 64, 0xcd);
    probe_done(irp, STATUS_SUCCESS, 64);
}

static NTSTATUS leaves_it_to_a_worker(PDEVICE_OBJECT device, PIRP irp)
{
    static WORK_QUEUE_ITEM item;

    (void)device;
    IoMarkIrpPending(irp);
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = writes_through_the_mdl, .Parameter = irp };
    ExQueueWorkItem(&item, DelayedWorkQueue);
    return STATUS_PENDING;
}

static NTSTATUS direct_status, direct_fault;

static void reads_directly(void *arg)
{
    IO_STATUS_BLOCK iosb;
    HANDLE file = user_open(FILE_SYNCHRONOUS_IO_NONALERT);

    (void)arg;
    user_page = 0;
    EXPECT(NT_SUCCESS(mm_allocate(ke_current_process(), &user_page, MM_PAGE)));
    direct_status =
        user_ioctl(file, PROBE_DIRECT, NULL, 0, (void *)(uintptr_t)user_page, 64, &iosb);
    direct_fault =
        user_ioctl(file, PROBE_DIRECT, NULL, 0, (void *)(uintptr_t)0x00500000u, 64, &iosb);
    user_sleep(SEC(5));
}

STORY(an_mdl_reaches_the_callers_pages_from_a_worker)
{
    uint8_t byte = 0;
    uint32_t fault = 0;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.on_control = leaves_it_to_a_worker;
    struct ke_process *p = user_process("p.exe", reads_directly, NULL);

    story_sleep(MS(200));
    EXPECT(direct_status == STATUS_SUCCESS && direct_fault == STATUS_ACCESS_VIOLATION);
    EXPECT(NT_SUCCESS(mm_read(p, user_page + 63, &byte, 1, &fault)) && byte == 0xcd);
}

/* A caller's APC routine runs when the caller waits alertably, in its own thread (5.4 step 5). */
static PVOID apc_context;
static struct seen apc_seen;

static VOID user_completion(PVOID context, PIO_STATUS_BLOCK iosb, ULONG reserved)
{
    (void)reserved;
    probe_see(&apc_seen);
    apc_context = context;
    EXPECT(iosb->Status == STATUS_END_OF_FILE);
}

static void asks_for_an_apc(void *arg)
{
    static IO_STATUS_BLOCK iosb;
    struct io_request request = { .kind = IO_CONTROL,
                                  .file = user_open(0),
                                  .code = PROBE_PEND,
                                  .iosb = &iosb,
                                  .apc_routine = user_completion,
                                  .apc_context = &apc_context };
    LARGE_INTEGER forever = { .QuadPart = -100000000 };

    (void)arg;
    service_enter(SERVICE_NtDeviceIoControlFile);
    service_leave(io_transfer(&request, UserMode));
    user_sleep(MS(300)); /* Not alertable: it does not come. */
    EXPECT(apc_seen.count == 0);
    service_enter(SERVICE_NtDelayExecution);
    NTSTATUS status = KeDelayExecutionThread(UserMode, TRUE, &forever);

    service_leave(status);
    EXPECT(status == STATUS_USER_APC && apc_seen.count == 1);
}

STORY(a_user_apc_waits_for_an_alertable_wait)
{
    (void)arg;
    memset(&apc_seen, 0, sizeof apc_seen);
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", asks_for_an_apc, NULL);

    story_sleep(MS(50));
    EXPECT(probe_release_one(STATUS_END_OF_FILE));
    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(apc_seen.count == 1 && apc_seen.owner == p && apc_seen.irql == PASSIVE_LEVEL &&
           apc_context == &apc_context);
}

/* 1.6, 2.4: issued while attached, the IRP belongs to environment 1; requestor is the process
 * attached to. */
static PEPROCESS requestor;
static CCHAR environment;

static NTSTATUS asks_for_requestor(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    requestor = IoGetRequestorProcess(irp);
    environment = irp->ApcEnvironment;
    return probe_done(irp, STATUS_SUCCESS, 0);
}

STORY(a_request_made_while_attached_is_marked)
{
    struct ke_process *a = machine_process("a.exe");
    IO_STATUS_BLOCK iosb;
    KAPC_STATE state;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.on_control = asks_for_requestor;
    HANDLE file = probe_open(OBJ_KERNEL_HANDLE, FILE_SYNCHRONOUS_IO_NONALERT);

    EXPECT(NT_SUCCESS(probe_ioctl(file, PROBE_HOOK, NULL, 0, NULL, 0, &iosb)));
    EXPECT(requestor == ke->system && environment == ORIGINAL_APC_ENVIRONMENT);
    KeStackAttachProcess(a, &state);
    EXPECT(NT_SUCCESS(probe_ioctl(file, PROBE_HOOK, NULL, 0, NULL, 0, &iosb)));
    KeUnstackDetachProcess(&state);
    EXPECT(requestor == a && environment == ATTACHED_APC_ENVIRONMENT);
    ZwClose(file);
}

/* 2.4, vector 17: started while attached, finished after the detach: the completion APC is lost and
 * nobody is told. */
STORY(io_started_attached_and_finished_at_home_is_lost)
{
    IO_STATUS_BLOCK iosb = { .Status = STATUS_PENDING };
    struct ke_process *a = machine_process("a.exe");
    KAPC_STATE state;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    HANDLE file = probe_open(OBJ_KERNEL_HANDLE, 0);

    KeStackAttachProcess(a, &state);
    EXPECT(probe_ioctl(file, PROBE_PEND, NULL, 0, NULL, 0, &iosb) == STATUS_PENDING);
    KeUnstackDetachProcess(&state);
    EXPECT(probe_release_one(STATUS_SUCCESS));
    story_sleep(MS(100));
    EXPECT(iosb.Status == STATUS_PENDING && !IsListEmpty(&ke_current_thread()->irps));
    /* So that this thread may end without its five minutes. */
    InitializeListHead(&ke_current_thread()->irps);
}

/* ---- Completion routines --------------------------------------------------------------------- */

static int routine_calls;
static NTSTATUS routine_answer;

static NTSTATUS on_complete(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    (void)device;
    EXPECT(context == &routine_calls && irp->IoStatus.Status == STATUS_SUCCESS);
    routine_calls++;
    return routine_answer;
}

/* A driver's own IRP: down, and back through its completion routine, which keeps it. */
STORY(a_completion_routine_may_keep_the_irp)
{
    PIRP irp;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    irp = IoAllocateIrp(probe.device->StackSize, FALSE);
    routine_calls = 0;
    routine_answer = STATUS_MORE_PROCESSING_REQUIRED;
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = PROBE_ECHO;
    IoSetCompletionRoutine(irp, on_complete, &routine_calls, TRUE, TRUE, TRUE);
    EXPECT(IoCallDriver(probe.device, irp) == STATUS_SUCCESS && routine_calls == 1);
    IoFreeIrp(irp);
}

STORY(routines_are_called_for_what_they_asked)
{
    PIRP irp;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    routine_calls = 0;
    routine_answer = STATUS_MORE_PROCESSING_REQUIRED;
    irp = IoAllocateIrp(2, FALSE);
    /* Kept by the upper level. */
    IoSetCompletionRoutine(irp, on_complete, &routine_calls, TRUE, FALSE, FALSE);
    irp->CurrentLocation--;
    irp->Tail.Overlay.CurrentStackLocation--;
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = PROBE_ECHO;
    /* Only on error or cancel: silent. */
    IoSetCompletionRoutine(irp, on_complete, &routine_calls, FALSE, TRUE, TRUE);
    IoCallDriver(probe.device, irp);
    EXPECT(routine_calls == 1);
    IoFreeIrp(irp);
}

/* ---- Stops 0x35 and 0x44 --------------------------------------------------------------------- */

static void sends_without_a_location(void *arg)
{
    PIRP irp;

    (void)arg;
    probe_load();
    irp = IoAllocateIrp(0, FALSE);
    irp_address = io_irp_address(irp);
    IoCallDriver(probe.device, irp);
}

static NTSTATUS completes_twice(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    irp_address = io_irp_address(irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoMarkIrpPending(irp);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_PENDING;
}

static void has_a_driver_that_completes_twice(void *arg)
{
    IO_STATUS_BLOCK iosb;

    (void)arg;
    probe_load();
    probe.on_control = completes_twice;
    probe_ioctl(probe_open(0, 0), PROBE_HOOK, NULL, 0, NULL, 0, &iosb);
}

/* A driver's own IRP that nobody holds back has no thread to return to: NT runs into address zero
 * at DISPATCH_LEVEL. */
static void lets_its_own_irp_go_up(void *arg)
{
    PIRP irp;

    (void)arg;
    probe_load();
    irp = IoAllocateIrp(1, FALSE);
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = PROBE_ECHO;
    IoCallDriver(probe.device, irp);
}

static void stop_0a_for_an_irp_without_a_thread(void **state)
{
    (void)state;
    assert_stop(tell(1, lets_its_own_irp_go_up), IRQL_NOT_LESS_OR_EQUAL, 0, DISPATCH_LEVEL, 1, 0);
    machine_close(&machine);
}

static NTSTATUS keeps_its_level(PDEVICE_OBJECT device, PIRP irp)
{
    KIRQL old;

    (void)device;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static void has_a_driver_that_keeps_its_level(void *arg)
{
    IO_STATUS_BLOCK iosb;

    (void)arg;
    probe_load();
    probe.on_control = keeps_its_level;
    probe_ioctl(probe_open(0, 0), PROBE_HOOK, NULL, 0, NULL, 0, &iosb);
}

static void a_routine_that_returns_at_dispatch_level_is_to_blame(void **state)
{
    const struct ke_stop *stop = tell(1, has_a_driver_that_keeps_its_level);

    (void)state;
    assert_stop(stop, IRQL_NOT_LESS_OR_EQUAL, 0, DISPATCH_LEVEL, 8, 0);
    assert_ptr_equal((char *)stop->frames[0] - 1, (char *)(uintptr_t)probe_control);
    machine_close(&machine);
}

static void stop_35_and_44(void **state)
{
    const struct ke_stop *stop = tell(1, sends_without_a_location);

    (void)state;
    assert_stop(stop, NO_MORE_IRP_STACK_LOCATIONS, irp_address, 0, 0, 0);
    machine_close(&machine);
    stop = tell(1, has_a_driver_that_completes_twice);
    assert_stop(stop, MULTIPLE_IRP_COMPLETE_REQUESTS, irp_address, 0, 0, 0);
    machine_close(&machine);
}

/* ---- Cancel (5.4 step 6) --------------------------------------------------------------------- */

STORY(cancel_takes_a_queued_request_back)
{
    IO_STATUS_BLOCK iosb = { .Status = STATUS_PENDING };

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    HANDLE file = probe_open(0, 0);

    EXPECT(probe_ioctl(file, PROBE_PEND, NULL, 0, NULL, 0, &iosb) == STATUS_PENDING);
    EXPECT(NT_SUCCESS(io_cancel_file(file)));
    EXPECT(iosb.Status == STATUS_CANCELLED && probe.cancel.count == 1 &&
           IsListEmpty(&probe.waiting));
    EXPECT(!probe_release_one(STATUS_SUCCESS));
    ZwClose(file);
}

static VOID checks_cancel_level(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL && irp->CancelIrql == PASSIVE_LEVEL && irp->Cancel);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    probe_see(&probe.cancel);
    probe_done(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS pends_by_hand(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    IoMarkIrpPending(irp);
    IoSetCancelRoutine(irp, checks_cancel_level);
    probe.kept = irp;
    return STATUS_PENDING;
}

STORY(a_cancel_routine_runs_at_dispatch_with_the_lock)
{
    IO_STATUS_BLOCK iosb;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.on_control = pends_by_hand;
    HANDLE file = probe_open(0, 0);

    probe_ioctl(file, PROBE_HOOK, NULL, 0, NULL, 0, &iosb);
    EXPECT(IoCancelIrp(probe.kept) && probe.cancel.count == 1 && iosb.Status == STATUS_CANCELLED);
    ZwClose(file);
}

static void pends_and_returns(void *arg)
{
    IO_STATUS_BLOCK iosb;
    HANDLE file = user_open(0);

    user_ioctl(file, arg != NULL ? PROBE_KEEP : PROBE_PEND, NULL, 0, NULL, 0, &iosb);
}

STORY(a_thread_that_ends_takes_its_requests_back)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", pends_and_returns, NULL);

    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(probe.cancel.count == 1 && probe.cleanup.count == 1 && probe.close.count == 1);
    EXPECT(probe.cancel.at < probe.cleanup.at); /* 6.5: (11) before (15). */
}

/* The driver keeps it: five minutes of polling every 100 ms, then the thread goes without it. */
STORY(a_stuck_request_holds_the_process_for_five_minutes)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", pends_and_returns, (void *)1);
    LARGE_INTEGER almost = { .QuadPart = -2990000000ll };
    uint32_t lines = cm_log_count();

    EXPECT(KeWaitForSingleObject(p, Executive, KernelMode, FALSE, &almost) == STATUS_TIMEOUT);
    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(ke->sim->now >= SEC(300) && ke->sim->now < SEC(360) && cm_log_count() == lines + 1);
    EXPECT(probe.cleanup.count == 1 && probe.close.count == 0); /* The IRP still holds the file. */
    probe_done(probe.kept, STATUS_SUCCESS, 0);
    story_sleep(MS(50));
    EXPECT(probe.close.count == 1);
}

/* A thread that waits in a synchronous request can be terminated: the request is cancelled for
 * it. */
static void waits_in_the_driver(void *arg)
{
    IO_STATUS_BLOCK iosb;

    (void)arg;
    user_ioctl(user_open(FILE_SYNCHRONOUS_IO_NONALERT), PROBE_PEND, NULL, 0, NULL, 0, &iosb);
}

STORY(termination_ends_a_synchronous_wait)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", waits_in_the_driver, NULL);

    story_sleep(MS(50));
    EXPECT(NT_SUCCESS(PspTerminateProcess(p, STATUS_CANCELLED)));
    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(probe.cancel.count == 1 && p->exit_status == STATUS_CANCELLED && ke->sim->now < SEC(2));
}

/* ---- Completion ports ------------------------------------------------------------------------ */

STORY(a_port_receives_what_a_bound_file_finishes)
{
    IO_STATUS_BLOCK iosb, result;
    LARGE_INTEGER now = { .QuadPart = 0 };
    HANDLE file, port;
    void *key, *context;

    (void)arg;
    ke_current_thread()->previous_mode = KernelMode;
    EXPECT(NT_SUCCESS(probe_load()));
    file = probe_open(0, 0);
    EXPECT(NT_SUCCESS(io_port_new(0, &port)) && NT_SUCCESS(io_port_bind(file, port, (void *)5)));
    EXPECT(io_port_bind(file, port, (void *)6) == STATUS_INVALID_PARAMETER); /* Once only. */
    struct io_request request = {
        .kind = IO_CONTROL, .file = file, .code = PROBE_PEND, .iosb = &iosb, .apc_context = &iosb
    };

    EXPECT(io_transfer(&request, KernelMode) == STATUS_PENDING);
    EXPECT(io_port_remove(port, &key, &context, &result, &now) == STATUS_TIMEOUT);
    probe_release_one(STATUS_SUCCESS);
    EXPECT(NT_SUCCESS(io_port_remove(port, &key, &context, &result, &now)));
    EXPECT(key == (void *)5 && context == &iosb && result.Status == STATUS_SUCCESS);
    EXPECT(NT_SUCCESS(io_port_post(port, (void *)1, (void *)2, STATUS_SUCCESS, 3)));
    EXPECT(NT_SUCCESS(io_port_remove(port, &key, &context, &result, NULL)) && key == (void *)1 &&
           result.Information == 3);
    ZwClose(file);
    ZwClose(port);
}

/* 5.1: no more threads at work than the port allows; one that waits makes room. */
static struct {
    HANDLE port;
    int working, most;
} pool;

static void pool_thread(void *arg)
{
    void *key, *context;
    IO_STATUS_BLOCK iosb;

    (void)arg;
    for (;;) {
        io_port_remove(pool.port, &key, &context, &iosb, NULL);
        pool.working++;
        pool.most = MAX_OF(pool.most, pool.working);
        if (key == NULL)
            ke_spend(MS(3)); /* Works without a wait. */
        else
            story_sleep(MS(3)); /* Waits, and lends its slot. */
        pool.working--;
    }
}

static void pool_story(void *arg)
{
    (void)arg;
    ke_current_thread()->previous_mode = KernelMode;
    memset(&pool, 0, sizeof pool);
    EXPECT(NT_SUCCESS(io_port_new(1, &pool.port)));
    for (int i = 0; i < 4; i++)
        ps_create_thread(ke->system, pool_thread, NULL, true, "pool", NULL);
    story_sleep(MS(10));
    for (int i = 0; i < 8; i++)
        io_port_post(pool.port, NULL, NULL, STATUS_SUCCESS, 0);
    story_sleep(MS(100));
    EXPECT(pool.most == 1);
    for (int i = 0; i < 4; i++)
        io_port_post(pool.port, (void *)1, NULL, STATUS_SUCCESS, 0);
    story_sleep(MS(100));
    EXPECT(pool.most == 4 && pool.working == 0);
}

static void a_port_limits_its_threads(void **state)
{
    (void)state;
    stands_on(2, pool_story);
}

GROUP(io_irp_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffered_control_copies_in_and_out),
        cmocka_unit_test(method_neither_hands_over_raw_addresses),
        cmocka_unit_test(a_pending_request_completes_later),
        cmocka_unit_test(a_synchronous_file_waits_for_the_driver),
        cmocka_unit_test(an_immediate_error_is_told_once),
        cmocka_unit_test(output_lands_in_the_issuers_memory),
        cmocka_unit_test(a_fault_while_copying_out_becomes_the_status),
        cmocka_unit_test(an_mdl_reaches_the_callers_pages_from_a_worker),
        cmocka_unit_test(a_user_apc_waits_for_an_alertable_wait),
        cmocka_unit_test(a_request_made_while_attached_is_marked),
        cmocka_unit_test(io_started_attached_and_finished_at_home_is_lost),
        cmocka_unit_test(a_completion_routine_may_keep_the_irp),
        cmocka_unit_test(routines_are_called_for_what_they_asked),
        cmocka_unit_test(a_routine_that_returns_at_dispatch_level_is_to_blame),
        cmocka_unit_test(stop_35_and_44),
        cmocka_unit_test(stop_0a_for_an_irp_without_a_thread),
        cmocka_unit_test(cancel_takes_a_queued_request_back),
        cmocka_unit_test(a_cancel_routine_runs_at_dispatch_with_the_lock),
        cmocka_unit_test(a_thread_that_ends_takes_its_requests_back),
        cmocka_unit_test(a_stuck_request_holds_the_process_for_five_minutes),
        cmocka_unit_test(termination_ends_a_synchronous_wait),
        cmocka_unit_test(a_port_receives_what_a_bound_file_finishes),
        cmocka_unit_test(a_port_limits_its_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
