/* io_driver_test.c - opening devices, loading and unloading drivers (facts/nt-kernel.md 5.5, 7.2 to
 * 7.4). */
#include "model/kernel/faults.h"
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

static NTSTATUS try_open(PCWSTR name, HANDLE *handle)
{
    IO_STATUS_BLOCK iosb;

    return io_create_file(handle, GENERIC_READ, name, 0, &iosb, 0, FILE_OPEN, 0, KernelMode);
}

/* ---- Open (5.5) ------------------------------------------------------------------------------ */

STORY(the_driver_gets_what_follows_its_name)
{
    HANDLE handle;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(NT_SUCCESS(try_open(L"\\??\\Probe\\root\\stream", &handle)));
    EXPECT(memcmp(probe.name, L"\\root\\stream", sizeof L"\\root\\stream") == 0);
    EXPECT(probe.device->ReferenceCount == 1 && probe.create.index == 0);
    ZwClose(handle);
    EXPECT(probe.device->ReferenceCount == 0);
    EXPECT(NT_SUCCESS(try_open(PROBE_NAME, &handle)) && probe.name[0] == 0);
    ZwClose(handle);
}

/* No handle, no CLEANUP, no CLOSE; the device reference is dropped. */
STORY(a_refused_open_leaves_nothing)
{
    uint32_t handles = ob_handle_count(ke->system);
    HANDLE handle;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.create_status = STATUS_ACCESS_DENIED;
    EXPECT(try_open(PROBE_NAME, &handle) == STATUS_ACCESS_DENIED);
    EXPECT(ob_handle_count(ke->system) == handles && probe.device->ReferenceCount == 0);
    EXPECT(probe.cleanup.count == 0 && probe.close.count == 0);
    EXPECT(try_open(L"\\??\\Nobody", &handle) == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(try_open(L"\\??\\Nobody\\root", &handle) == STATUS_OBJECT_PATH_NOT_FOUND);
    EXPECT(try_open(PROBE_DRIVER, &handle) == STATUS_OBJECT_TYPE_MISMATCH);
}

static VOID completes_the_create(PVOID context)
{
    story_sleep(MS(30));
    probe_done(context, STATUS_SUCCESS, FILE_CREATED);
}

static NTSTATUS pends_the_create(PDEVICE_OBJECT device, PIRP irp)
{
    static WORK_QUEUE_ITEM item;

    (void)device;
    IoMarkIrpPending(irp);
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = completes_the_create, .Parameter = irp };
    ExQueueWorkItem(&item, DelayedWorkQueue);
    return STATUS_PENDING;
}

STORY(a_create_may_pend)
{
    IO_STATUS_BLOCK iosb;
    HANDLE handle;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    probe.on_create = pends_the_create;
    EXPECT(NT_SUCCESS(
        io_create_file(&handle, GENERIC_READ, PROBE_NAME, 0, &iosb, 0, FILE_OPEN, 0, KernelMode)));
    EXPECT(iosb.Information == FILE_CREATED && probe.device->ReferenceCount == 1);
    ZwClose(handle);
    EXPECT(probe.close.count == 1);
}

/* ---- Load (7.2) ------------------------------------------------------------------------------ */

static struct seen entry_seen;

static NTSTATUS looks_around(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)driver;
    probe_see(&entry_seen);
    EXPECT(path->Length > 0);
    return STATUS_SUCCESS;
}

static NTSTATUS loaded;

static void loads_a_driver(void *arg)
{
    static const struct io_image image = { .file = "look.sys", .entry = looks_around };

    (void)arg;
    service_enter(SERVICE_NtLoadDriver);
    loaded = io_load_driver(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Look",
                            L"\\Driver\\Look", &image);
    service_leave(loaded);
}

STORY(entry_runs_in_a_system_worker_at_passive)
{
    (void)arg;
    KeWaitForSingleObject(user_process("scm.exe", loads_a_driver, NULL), Executive, KernelMode,
                          FALSE, NULL);
    EXPECT(NT_SUCCESS(loaded) && entry_seen.owner == ke->system && entry_seen.index == 0 &&
           entry_seen.irql == PASSIVE_LEVEL);
    EXPECT(io_driver_present(L"\\driver\\look"));
}

STORY(a_failed_entry_is_not_followed_by_unload)
{
    (void)arg;
    probe.entry_status = STATUS_INSUFFICIENT_RESOURCES;
    EXPECT(probe_load() == STATUS_INSUFFICIENT_RESOURCES && probe.unload.count == 0 &&
           !io_driver_present(PROBE_DRIVER));
    probe.entry_status = STATUS_SUCCESS;
    EXPECT(NT_SUCCESS(probe_load())); /* The image was freed with the object. */
    EXPECT(probe_load() == STATUS_IMAGE_ALREADY_LOADED);
}

static int maps, unmaps;

static void counts_a_map(const struct io_image *image)
{
    (void)image;
    maps++;
}

static void counts_an_unmap(const struct io_image *image)
{
    (void)image;
    unmaps++;
}

/* An image is unmapped as often as it was mapped, also where no driver object can be made. */
STORY(an_image_that_was_not_mapped_is_not_unmapped)
{
    static const struct io_image image = {
        .file = "twin.sys", .entry = looks_around, .map = counts_a_map, .unmap = counts_an_unmap
    };

    (void)arg;
    maps = unmaps = 0;
    EXPECT(NT_SUCCESS(probe_load()));
    for (int i = 0; i < 2; i++)
        EXPECT(io_load_driver(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Twin",
                              PROBE_DRIVER, &image) == STATUS_OBJECT_NAME_COLLISION);
    EXPECT(maps == 0 && unmaps == 0);
}

/* ---- Unload (7.3) ---------------------------------------------------------------------------- */

STORY(an_idle_driver_unloads_at_once)
{
    HANDLE handle;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()) && NT_SUCCESS(io_unload_driver(PROBE_DRIVER)));
    EXPECT(probe.unload.count == 1 && probe.unload.owner == ke->system &&
           !io_driver_present(PROBE_DRIVER));
    EXPECT(try_open(PROBE_NAME, &handle) == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(io_unload_driver(PROBE_DRIVER) == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(NT_SUCCESS(probe_load()));
}

STORY(no_unload_routine_no_unload)
{
    (void)arg;
    probe.no_unload = true;
    EXPECT(NT_SUCCESS(probe_load()) &&
           io_unload_driver(PROBE_DRIVER) == STATUS_INVALID_DEVICE_REQUEST);
}

static const struct ke_thread *closer;

static void closes_last(void *arg)
{
    (void)arg;
    HANDLE file = user_open(0);

    user_sleep(SEC(1));
    closer = ke_current_thread();
    user_close(file);
}

/* 7.3 steps 2, 4, 5: success now, no new opens, and the last CLOSE runs Unload in its own
 * thread. */
STORY(an_open_file_keeps_the_unload_pending)
{
    HANDLE handle;

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    struct ke_process *p = user_process("p.exe", closes_last, NULL);

    story_sleep(MS(100));
    EXPECT(NT_SUCCESS(io_unload_driver(PROBE_DRIVER)) && probe.unload.count == 0 &&
           io_driver_present(PROBE_DRIVER));
    EXPECT(try_open(PROBE_NAME, &handle) == STATUS_NO_SUCH_DEVICE);
    EXPECT(probe_load() == STATUS_IMAGE_ALREADY_LOADED); /* 7.4 row 1. */
    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(probe.unload.count == 1 && probe.unload.thread == closer &&
           !io_driver_present(PROBE_DRIVER));
    EXPECT(NT_SUCCESS(probe_load()));
}

/* 7.3 step 5 [I]: closed through a kernel handle by a foreign process, Unload even runs
 * attached. */
static HANDLE kernel_handle;

static void closes_the_kernel_handle(void *arg)
{
    (void)arg;
    service_enter(SERVICE_NtClose);
    service_leave(ZwClose(kernel_handle));
}

STORY(a_pending_unload_can_run_attached)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    kernel_handle = probe_open(OBJ_KERNEL_HANDLE, 0);
    EXPECT(NT_SUCCESS(io_unload_driver(PROBE_DRIVER)));
    struct ke_process *p = user_process("p.exe", closes_the_kernel_handle, NULL);

    KeWaitForSingleObject(p, Executive, KernelMode, FALSE, NULL);
    EXPECT(probe.unload.owner == p && probe.unload.current == ke->system &&
           probe.unload.index == 1);
}

/* 7.3 step 6, 7.4 row 3: what Unload leaves behind keeps the image, and its names are in the
 * way. */
STORY(a_forgotten_device_keeps_the_image)
{
    (void)arg;
    probe.no_cleanup_on_unload = true;
    EXPECT(NT_SUCCESS(probe_load()) && NT_SUCCESS(io_unload_driver(PROBE_DRIVER)));
    EXPECT(probe.unload.count == 1 && !io_driver_present(PROBE_DRIVER));
    EXPECT(probe_load() == STATUS_IMAGE_ALREADY_LOADED);
    IoDeleteDevice(probe.device);
    /* The link is still there (KB 246216's kind). */
    EXPECT(probe_load() == STATUS_OBJECT_NAME_COLLISION);
}

/* 5.1: a queued work item holds the device. */
static VOID worker_routine(PDEVICE_OBJECT device, PVOID context)
{
    EXPECT(device == probe.device && KeGetCurrentIrql() == PASSIVE_LEVEL);
    probe_see(&probe.control);
    IoFreeWorkItem(context);
}

STORY(a_work_item_runs_in_system_and_holds_the_device)
{
    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    PIO_WORKITEM item = IoAllocateWorkItem(probe.device);
    LONG references = ob_header(probe.device)->pointer_count;
    KIRQL old;

    KeRaiseIrql(DISPATCH_LEVEL, &old);
    IoQueueWorkItem(item, worker_routine, DelayedWorkQueue, item);
    EXPECT(ob_header(probe.device)->pointer_count == references + 1);
    KeLowerIrql(old);
    story_sleep(MS(10));
    EXPECT(probe.control.owner == ke->system &&
           ob_header(probe.device)->pointer_count == references);
}

/* The fault loop: the first allocation of DriverEntry fails, then the second, until one run passes
 * untouched. What a failed entry leaves behind would be in the next one's way. */
STORY(entry_survives_any_failed_allocation)
{
    uint64_t nth = 1;
    NTSTATUS status;

    (void)arg;
    do {
        fault_set_allocation(nth);
        status = probe_load();
        EXPECT(status == STATUS_SUCCESS || status == STATUS_INSUFFICIENT_RESOURCES);
    } while (!NT_SUCCESS(status) && ++nth < 20);
    EXPECT(nth == 3); /* Device, link. */
    fault_set_allocation(0);
}

GROUP(io_driver_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_driver_gets_what_follows_its_name),
        cmocka_unit_test(a_refused_open_leaves_nothing),
        cmocka_unit_test(a_create_may_pend),
        cmocka_unit_test(entry_runs_in_a_system_worker_at_passive),
        cmocka_unit_test(a_failed_entry_is_not_followed_by_unload),
        cmocka_unit_test(an_image_that_was_not_mapped_is_not_unmapped),
        cmocka_unit_test(an_idle_driver_unloads_at_once),
        cmocka_unit_test(no_unload_routine_no_unload),
        cmocka_unit_test(an_open_file_keeps_the_unload_pending),
        cmocka_unit_test(a_pending_unload_can_run_attached),
        cmocka_unit_test(a_forgotten_device_keeps_the_image),
        cmocka_unit_test(a_work_item_runs_in_system_and_holds_the_device),
        cmocka_unit_test(entry_survives_any_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
