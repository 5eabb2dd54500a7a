/* ob_handle_test.c - names, handles, references and where CLEANUP and CLOSE arrive
 * (facts/nt-kernel.md 6.1 to 6.4). Rows a to j are those of 6.3; vectors 23 to 26 those of 11.2. */
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

static bool seen_at(const struct seen *seen, const struct ke_process *owner,
                    const struct ke_process *current, int index)
{
    return seen->count == 1 && seen->owner == owner && seen->current == current &&
           seen->index == index;
}

/* ---- Names ----------------------------------------------------------------------------------- */

STORY(names_ignore_case_and_links_are_followed)
{
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0), other = ob_new(OB_EVENT, sizeof(KEVENT), 0);
    struct ob_parse parse;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(ob_name_find(L"\\??\\PROBE") == probe.device &&
           ob_name_find(L"\\device\\probe") == probe.device);
    EXPECT(ob_name_insert(event, L"\\BaseNamedObjects\\Ready") == STATUS_SUCCESS);
    EXPECT(ob_name_insert(other, L"\\BaseNamedObjects\\READY") == STATUS_OBJECT_NAME_COLLISION);
    EXPECT(ob_name_insert(other, L"Ready") == STATUS_OBJECT_NAME_INVALID);
    EXPECT(ob_name_find(L"\\BaseNamedObjects\\ready") == event);
    EXPECT(ob_parse(L"C:\\x", &parse) == STATUS_OBJECT_PATH_SYNTAX_BAD);
    ObDereferenceObject(event); /* The name is no reference: it goes with the object. */
    EXPECT(ob_name_find(L"\\BaseNamedObjects\\ready") == NULL);
    ObDereferenceObject(other);
}

STORY(dos_devices_is_the_older_name_of_two_question_marks)
{
    UNICODE_STRING target, name, other;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    RtlInitUnicodeString(&target, L"\\Device\\Probe");
    RtlInitUnicodeString(&name, L"\\DosDevices\\Older");
    RtlInitUnicodeString(&other, L"\\??\\OLDER");
    EXPECT(IoCreateSymbolicLink(&name, &target) == STATUS_SUCCESS);
    EXPECT(ob_name_find(L"\\??\\Older") == probe.device);
    EXPECT(ob_name_find(L"\\dosdevices\\older") == probe.device);
    EXPECT(IoCreateSymbolicLink(&other, &target) == STATUS_OBJECT_NAME_COLLISION);
    EXPECT(ob_name_find(L"\\DosDevicesOlder") == NULL);
    EXPECT(IoDeleteSymbolicLink(&name) == STATUS_SUCCESS);
    EXPECT(ob_name_find(L"\\??\\Older") == NULL);
}

/* A temporary name goes with the last handle, even while pointers remain. */
STORY(a_name_goes_with_the_last_handle)
{
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0);
    HANDLE handle;

    (void)arg;
    ob_name_insert(event, L"\\BaseNamedObjects\\Ready");
    EXPECT(NT_SUCCESS(
        ob_create_handle(event, EVENT_ALL_ACCESS, OBJ_KERNEL_HANDLE, KernelMode, &handle)));
    ZwClose(handle);
    EXPECT(ob_name_find(L"\\BaseNamedObjects\\Ready") == NULL &&
           ob_header(event)->pointer_count == 1);
    ObDereferenceObject(event);
}

/* ---- Tables (6.1) ---------------------------------------------------------------------------- */

STORY(values_are_multiples_of_four_and_used_again)
{
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0), found;
    struct ke_process *a = machine_process("a.exe");
    HANDLE one, two;
    KAPC_STATE state;

    (void)arg;
    KeStackAttachProcess(a, &state);
    EXPECT(NT_SUCCESS(ob_create_handle(event, EVENT_ALL_ACCESS, 0, KernelMode, &one)) &&
           (uintptr_t)one == 4);
    EXPECT(NT_SUCCESS(ob_create_handle(event, EVENT_ALL_ACCESS, 0, KernelMode, &two)) &&
           (uintptr_t)two == 8);
    EXPECT(ob_header(event)->handle_count == 2 && ob_header(event)->pointer_count == 3);
    EXPECT(ZwClose(one) == STATUS_SUCCESS && ZwClose(one) == STATUS_INVALID_HANDLE);
    EXPECT(NT_SUCCESS(ob_create_handle(event, EVENT_ALL_ACCESS, 0, KernelMode, &one)) &&
           (uintptr_t)one == 4);
    KeUnstackDetachProcess(&state);
    /* Elsewhere the same value names nothing. */
    EXPECT(ObReferenceObjectByHandle((HANDLE)(uintptr_t)8, 0, NULL, KernelMode, &found, NULL) ==
           STATUS_INVALID_HANDLE);
    EXPECT(ob_handle_count(a) == 2);
    ObDereferenceObject(event);
}

STORY(type_access_and_mode_are_checked)
{
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0), found;
    HANDLE user, kernel;

    (void)arg;
    EXPECT(NT_SUCCESS(ob_create_handle(event, SYNCHRONIZE, 0, KernelMode, &user)));
    EXPECT(
        NT_SUCCESS(ob_create_handle(event, SYNCHRONIZE, OBJ_KERNEL_HANDLE, KernelMode, &kernel)));
    EXPECT(((uintptr_t)kernel & 0x80000000u) != 0);
    EXPECT(ObReferenceObjectByHandle(user, 0, *IoFileObjectType, KernelMode, &found, NULL) ==
           STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT(ObReferenceObjectByHandle(user, EVENT_MODIFY_STATE, NULL, UserMode, &found, NULL) ==
           STATUS_ACCESS_DENIED);
    EXPECT(ObReferenceObjectByHandle(kernel, 0, NULL, UserMode, &found, NULL) ==
           STATUS_INVALID_HANDLE);
    EXPECT(NT_SUCCESS(
        ObReferenceObjectByHandle(kernel, EVENT_MODIFY_STATE, NULL, KernelMode, &found, NULL)));
    EXPECT(found == event);
    ObDereferenceObject(found);
    EXPECT(NT_SUCCESS(ObReferenceObjectByHandle((HANDLE)(intptr_t)-1, 0, *PsProcessType, UserMode,
                                                &found, NULL)));
    EXPECT(found == ke->system);
    ObDereferenceObject(found);
    EXPECT(ZwClose((HANDLE)(intptr_t)-1) == STATUS_SUCCESS);
    ZwClose(user);
    ZwClose(kernel);
    ObDereferenceObject(event);
}

STORY(a_table_grows)
{
    enum { MANY = 1000 };
    static HANDLE handles[MANY];
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0);

    (void)arg;
    for (int i = 0; i < MANY; i++)
        EXPECT(NT_SUCCESS(ob_create_handle(event, SYNCHRONIZE, 0, KernelMode, &handles[i])));
    EXPECT(ob_header(event)->handle_count == MANY);
    for (int i = 0; i < MANY; i++)
        EXPECT(NT_SUCCESS(ZwClose(handles[i])));
    EXPECT(ob_header(event)->handle_count == 0 && ob_header(event)->pointer_count == 1);
    ObDereferenceObject(event);
}

static void closes_rubbish(void *arg)
{
    (void)arg;
    ke->switches.kernel_debugger = arg == NULL;
    ZwClose((HANDLE)(uintptr_t)0x80000ffcu);
}

/* 6.2 step 2: only with a kernel debugger; else a status. */
static void stop_93(void **state)
{
    (void)state;
    assert_stop(tell(1, closes_rubbish), INVALID_KERNEL_HANDLE, 0x80000ffcu, 1, 0, 0);
    machine_close(&machine);
}

static void dereferences_too_often(void *arg)
{
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0);

    (void)arg;
    ObReferenceObject(event);
    ob_header(event)->pointer_count = 0;
    ObDereferenceObject(event);
}

static void dereferences_what_has_a_handle(void *arg)
{
    PVOID event = ob_new(OB_EVENT, sizeof(KEVENT), 0);
    HANDLE handle;

    (void)arg;
    EXPECT(NT_SUCCESS(ob_create_handle(event, GENERIC_ALL, 0, KernelMode, &handle)));
    ObDereferenceObject(event);
    ObDereferenceObject(event);
}

static void an_object_with_a_handle_has_a_reference(void **state)
{
    const struct ke_stop *stop = tell(1, dereferences_what_has_a_handle);

    (void)state;
    assert_non_null(stop);
    assert_int_equal(stop->code, REFERENCE_BY_POINTER);
    machine_close(&machine);
}

static void stop_18(void **state)
{
    (void)state;
    assert_int_equal(tell(1, dereferences_too_often)->code, REFERENCE_BY_POINTER);
    machine_close(&machine);
}

/* ---- 6.3: where CLEANUP and CLOSE arrive ----------------------------------------------------- */

static void opens_and_closes(void *arg)
{
    (void)arg;
    user_close(user_open(0));
}

STORY(row_a_a_user_handle_is_closed_at_home)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", opens_and_closes, NULL);

    story_sleep(MS(100));
    EXPECT(seen_at(&probe.cleanup, p, p, 0) && seen_at(&probe.close, p, p, 0));
    /* 6.2: a critical region. */
    EXPECT(probe.cleanup.kernel_apc_disable == -1 && probe.cleanup.irql == PASSIVE_LEVEL);
}

static HANDLE kernel_handle;

static void closes_the_kernel_handle(void *arg)
{
    (void)arg;
    service_enter(SERVICE_NtClose);
    service_leave(ZwClose(kernel_handle)); /* As a driver would, in this thread. */
}

/* Row b, vector 23: CLEANUP sees 1/System. */
STORY(row_b_a_kernel_handle_is_closed_attached_to_system)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    kernel_handle = probe_open(OBJ_KERNEL_HANDLE, 0);
    struct ke_process *p = user_process("p.exe", closes_the_kernel_handle, NULL);

    story_sleep(MS(100));
    EXPECT(seen_at(&probe.cleanup, p, ke->system, 1) && seen_at(&probe.close, p, ke->system, 1));
}

static void attaches_home(void) { KeAttachProcess(ke_current_thread()->process); }

static void vector_23_story(void *arg)
{
    (void)arg;
    probe_load();
    probe.on_cleanup = attaches_home;
    kernel_handle = probe_open(OBJ_KERNEL_HANDLE, 0);
    user_process("p.exe", closes_the_kernel_handle, NULL);
    story_sleep(SEC(1));
}

static void vector_23_a_legacy_attach_there_stops(void **state)
{
    const struct ke_stop *stop = tell(1, vector_23_story);

    (void)state;
    assert_stop(stop, INVALID_PROCESS_ATTACH_ATTEMPT, stop->owner->address, ke->system->address, 1,
                0);
    assert_string_equal(stop->owner->name, "p.exe");
    machine_close(&machine);
}

static void opens_and_waits(void *arg)
{
    *(HANDLE *)arg = user_open(0);
    for (;;)
        user_sleep(SEC(1));
}

/* Row c: the source process is in force while its handle is closed. A moved handle is not a last
 * handle. */
STORY(row_c_duplicate_closes_the_source_attached)
{
    struct ke_process *source, *target = machine_process("target.exe");
    HANDLE first, second;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    source = user_process("source.exe", opens_and_waits, &first);
    story_sleep(MS(100));
    ke_current_thread()->previous_mode = KernelMode;
    EXPECT(NT_SUCCESS(ob_duplicate(source, first, target, &second, 0,
                                   DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)));
    EXPECT(probe.cleanup.count == 0 && ob_handle_count(source) == 0 &&
           ob_handle_count(target) == 1);
    EXPECT(NT_SUCCESS(ob_duplicate(target, second, NULL, NULL, 0, DUPLICATE_CLOSE_SOURCE)));
    EXPECT(seen_at(&probe.cleanup, ke->system, target, 1));
}

static void opens_and_returns(void *arg)
{
    (void)arg;
    user_open(0);
}

/* Row d, vector 25: the last thread sweeps at home; a legacy attach is no harm there. */
static struct ke_process *other;

static void visits_other(void)
{
    KeAttachProcess(other);
    KeDetachProcess();
}

STORY(row_d_the_last_thread_cleans_up_at_home)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    other = machine_process("other.exe");
    probe.on_cleanup = visits_other;
    struct ke_process *p = user_process("p.exe", opens_and_returns, NULL);

    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(seen_at(&probe.cleanup, p, p, 0) && probe.cleanup.kernel_apc_disable == -1);
}

/* Row e, vector 24: with a debug port the terminator sweeps, attached to the victim. */
static struct {
    struct ke_process *debugger, *victim;
    HANDLE victim_handle, file;
    NTSTATUS status;
} dr;

static void terminates_the_victim(void *arg)
{
    (void)arg;
    user_sleep(MS(50));
    service_enter(SERVICE_NtTerminateProcess);
    dr.status = NtTerminateProcess(dr.victim_handle, STATUS_ACCESS_VIOLATION);
    service_leave(dr.status);
    for (;;)
        user_sleep(SEC(1));
}

static void debugger_and_victim(bool port)
{
    KAPC_STATE state;

    probe_load();
    other = machine_process("store.exe");
    dr.victim = user_process("inetinfo.exe", opens_and_waits, &dr.file);
    dr.debugger = user_process("drwtsn32.exe", terminates_the_victim, NULL);
    KeStackAttachProcess(dr.debugger, &state);
    ob_create_handle(dr.victim, PROCESS_ALL_ACCESS, 0, KernelMode, &dr.victim_handle);
    KeUnstackDetachProcess(&state);
    if (port)
        EXPECT(NT_SUCCESS(ps_debug_attach(dr.debugger, dr.victim)));
}

/* A race by nature (6.3): on one processor the victim's thread, boosted by its kill APC, may sweep
 * first. */
static void row_e_story(void *arg)
{
    (void)arg;
    debugger_and_victim(true);
    story_sleep(SEC(2));
    EXPECT(NT_SUCCESS(dr.status) && dr.victim->header.SignalState == 1 &&
           dr.victim->exit_status == STATUS_ACCESS_VIOLATION);
    EXPECT(seen_at(&probe.cleanup, dr.debugger, dr.victim, 1));
}

static void row_e_a_debugger_sweeps_attached_to_its_victim(void **state)
{
    (void)state;
    stands_on(2, row_e_story);
}

STORY(without_a_debug_port_the_victim_sweeps_itself)
{
    (void)arg;
    debugger_and_victim(false);
    story_sleep(SEC(2));
    EXPECT(NT_SUCCESS(dr.status) && dr.victim->header.SignalState == 1);
    EXPECT(seen_at(&probe.cleanup, dr.victim, dr.victim, 0));
}

static void vector_24_story(void *arg)
{
    (void)arg;
    probe.on_cleanup = visits_other;
    debugger_and_victim(true);
    story_sleep(SEC(2));
}

/* The article's stop, by the kernel's rules alone: (peer, victim, 1, 0), and who was on the
 * stack. */
static void vector_24_the_same_with_a_legacy_attach_stops(void **state)
{
    const struct ke_stop *stop = tell(2, vector_24_story);

    (void)state;
    assert_stop(stop, INVALID_PROCESS_ATTACH_ATTEMPT, other->address, dr.victim->address, 1, 0);
    assert_ptr_equal(stop->owner, dr.debugger);
    assert_true(stop->frame_count >= 8);
    machine_close(&machine);
}

/* Vector 26: re-entry. Under the driver's own attach a handle of the victim's is closed; its
 * CLEANUP attaches back. */
static struct ke_process *victim_of_26;

static void closes_another_under_its_attach(void)
{
    if (probe.cleanup.count == 1) {
        victim_of_26 = ke_current_thread()->process;
        KeAttachProcess(other);
        ZwClose(kernel_handle);
        KeDetachProcess();
    } else {
        KeAttachProcess(victim_of_26);
    }
}

static void vector_26_story(void *arg)
{
    (void)arg;
    probe_load();
    other = machine_process("other.exe");
    probe.on_cleanup = closes_another_under_its_attach;
    KAPC_STATE state;

    KeStackAttachProcess(other, &state);
    kernel_handle = probe_open(0, 0); /* A handle in the other process. */
    KeUnstackDetachProcess(&state);
    user_process("victim.exe", opens_and_returns, NULL);
    story_sleep(SEC(1));
}

static void vector_26_reentry_under_ones_own_attach_stops(void **state)
{
    const struct ke_stop *stop = tell(1, vector_26_story);

    (void)state;
    assert_stop(stop, INVALID_PROCESS_ATTACH_ATTEMPT, victim_of_26->address, other->address, 1, 0);
    machine_close(&machine);
}

/* Row f: a table that never had a thread to end it goes with the process object. */
STORY(row_f_the_last_reference_sweeps_attached)
{
    struct ke_process *p = ob_new(OB_PROCESS, sizeof *p, 0);
    KAPC_STATE state;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    ke_header_init(&p->header, KE_PROCESS, 0);
    p->address = ob_address(p);
    list_init(&p->threads);
    KeInitializeEvent(&p->rundown.drained, NotificationEvent, FALSE);
    list_add_tail(&ke->processes, &p->process_link);
    ob_table_new(p);
    KeStackAttachProcess(p, &state);
    probe_open(0, 0);
    KeUnstackDetachProcess(&state);
    ObDereferenceObject(p);
    EXPECT(seen_at(&probe.cleanup, ke->system, p, 1) && probe.close.count == 1);
}

/* Row g, 6.4: the last dereference at APC_LEVEL, or in a guarded region, is the reaper's. */
STORY(row_g_the_reaper_closes_in_system)
{
    PVOID file;
    KIRQL old;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    HANDLE handle = probe_open(0, 0);

    EXPECT(NT_SUCCESS(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &file, NULL)));
    ZwClose(handle);
    EXPECT(probe.cleanup.count == 1 && probe.close.count == 0);
    KeRaiseIrql(APC_LEVEL, &old);
    ObDereferenceObject(file); /* The reaper's priority is higher: it may run at once. */
    KeLowerIrql(old);
    story_sleep(MS(10));
    EXPECT(seen_at(&probe.close, ke->system, ke->system, 0) && probe.close.kernel_apc_disable == 0);
    EXPECT(probe.close.thread != ke_current_thread());
}

/* 12 item 4: which queue the reaper uses is a switch. */
STORY(the_reaper_uses_the_queue_it_is_told)
{
    static const bool critical[] = { true, false };
    static const int8_t priority[] = { 13, 12 };

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    for (int i = 0; i < 2; i++) {
        HANDLE handle = probe_open(0, 0);
        PVOID file;

        ke->switches.reaper_critical = critical[i];
        EXPECT(NT_SUCCESS(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &file, NULL)));
        ZwClose(handle);
        ob_dereference_deferred(file);
        story_sleep(MS(20));
        EXPECT(probe.close.count == (uint32_t)i + 1 &&
               probe.close.thread->base_priority == priority[i]);
    }
}

static PVOID opened_and_referenced(void)
{
    HANDLE handle = probe_open(0, 0);
    PVOID file;

    EXPECT(NT_SUCCESS(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &file, NULL)));
    ZwClose(handle);
    return file;
}

STORY(a_guarded_region_defers_a_critical_region_does_not)
{
    PVOID file;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    file = opened_and_referenced();
    KeEnterCriticalRegion();
    ObDereferenceObject(file);
    KeLeaveCriticalRegion();
    EXPECT(probe.close.count == 1 && probe.close.thread == ke_current_thread());
    file = opened_and_referenced();
    KeEnterGuardedRegion();
    ObDereferenceObject(file);
    KeLeaveGuardedRegion();
    story_sleep(MS(10));
    EXPECT(probe.close.count == 2 && probe.close.thread != ke_current_thread());
}

/* 5.5: the closer waits until the driver has completed CLEANUP, whatever its status. */
static VOID completes_the_cleanup(PVOID context)
{
    story_sleep(MS(100));
    probe_done(context, STATUS_UNSUCCESSFUL, 0);
}

static NTSTATUS pends_the_cleanup(PDEVICE_OBJECT device, PIRP irp)
{
    static WORK_QUEUE_ITEM item;

    (void)device;
    IoMarkIrpPending(irp);
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = completes_the_cleanup, .Parameter = irp };
    ExQueueWorkItem(&item, DelayedWorkQueue);
    return STATUS_PENDING;
}

STORY(the_closer_waits_for_cleanup)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.driver->MajorFunction[IRP_MJ_CLEANUP] = pends_the_cleanup;
    HANDLE handle = probe_open(0, FILE_SYNCHRONOUS_IO_NONALERT);
    sim_time start = ke->sim->now;

    EXPECT(ZwClose(handle) == STATUS_SUCCESS && ke->sim->now - start >= MS(100) &&
           probe.close.count == 1);
}

/* 5.5: CLEANUP with the last handle of all processes, not with one process' last. */
STORY(only_the_last_handle_of_all_cleans_up)
{
    struct ke_process *a = machine_process("a.exe");
    HANDLE mine, theirs;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    mine = probe_open(0, 0);
    EXPECT(NT_SUCCESS(ob_duplicate(ke->system, mine, a, &theirs, 0, DUPLICATE_SAME_ACCESS)));
    ZwClose(mine);
    EXPECT(probe.cleanup.count == 0);
    EXPECT(NT_SUCCESS(ob_duplicate(a, theirs, NULL, NULL, 0, DUPLICATE_CLOSE_SOURCE)));
    EXPECT(probe.cleanup.count == 1 && probe.close.count == 1 && ob_handle_count(a) == 0);
}

/* 11.1 H8 on row e: CLEANUP detaches what it did not attach. The sweep goes on in the wrong
 * process; its own detach stops. */
static void detaches_too_much(void) { KeDetachProcess(); }

static void opens_two_and_waits(void *arg)
{
    user_open(0);
    opens_and_waits(arg);
}

static void h8_story(void *arg)
{
    KAPC_STATE state;

    (void)arg;
    probe_load();
    probe.on_cleanup = detaches_too_much;
    dr.victim = user_process("inetinfo.exe", opens_two_and_waits, &dr.file);
    dr.debugger = user_process("drwtsn32.exe", terminates_the_victim, NULL);
    KeStackAttachProcess(dr.debugger, &state);
    ob_create_handle(dr.victim, PROCESS_ALL_ACCESS, 0, KernelMode, &dr.victim_handle);
    KeUnstackDetachProcess(&state);
    ps_debug_attach(dr.debugger, dr.victim);
    story_sleep(SEC(2));
}

static void h8_a_premature_detach_in_cleanup_ends_in_stop_6(void **state)
{
    const struct ke_stop *stop = tell(2, h8_story);

    (void)state;
    assert_stop(stop, INVALID_PROCESS_DETACH_ATTEMPT, 0, 0, 0, 0);
    assert_int_equal(probe.cleanup.count, 2);
    machine_close(&machine);
}

GROUP(ob_handle_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_ignore_case_and_links_are_followed),
        cmocka_unit_test(a_name_goes_with_the_last_handle),
        cmocka_unit_test(values_are_multiples_of_four_and_used_again),
        cmocka_unit_test(type_access_and_mode_are_checked),
        cmocka_unit_test(a_table_grows),
        cmocka_unit_test(dos_devices_is_the_older_name_of_two_question_marks),
        cmocka_unit_test(stop_93),
        cmocka_unit_test(stop_18),
        cmocka_unit_test(an_object_with_a_handle_has_a_reference),
        cmocka_unit_test(row_a_a_user_handle_is_closed_at_home),
        cmocka_unit_test(row_b_a_kernel_handle_is_closed_attached_to_system),
        cmocka_unit_test(vector_23_a_legacy_attach_there_stops),
        cmocka_unit_test(row_c_duplicate_closes_the_source_attached),
        cmocka_unit_test(row_d_the_last_thread_cleans_up_at_home),
        cmocka_unit_test(row_e_a_debugger_sweeps_attached_to_its_victim),
        cmocka_unit_test(without_a_debug_port_the_victim_sweeps_itself),
        cmocka_unit_test(vector_24_the_same_with_a_legacy_attach_stops),
        cmocka_unit_test(vector_26_reentry_under_ones_own_attach_stops),
        cmocka_unit_test(row_f_the_last_reference_sweeps_attached),
        cmocka_unit_test(row_g_the_reaper_closes_in_system),
        cmocka_unit_test(the_reaper_uses_the_queue_it_is_told),
        cmocka_unit_test(a_guarded_region_defers_a_critical_region_does_not),
        cmocka_unit_test(the_closer_waits_for_cleanup),
        cmocka_unit_test(only_the_last_handle_of_all_cleans_up),
        cmocka_unit_test(h8_a_premature_detach_in_cleanup_ends_in_stop_6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
