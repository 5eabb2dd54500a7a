/* probe_driver.h - a small driver for tests: it carries out requests and notes the thread and
 * process of each.
 *
 * \Device\Probe, \??\Probe, buffered I/O. Everything it learns lies in `probe`; a story may hang
 * its own code into CLEANUP, CLOSE and control. One test program, one driver: hence the file-scope
 * state.
 */
#pragma once
#include "model/kernel/io.h"
#include "tests/kernel/machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* The user's door renames the function; the driver's door has a member of this name. */

#define PROBE_DRIVER          L"\\FileSystem\\Probe"
#define PROBE_KEY             L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Probe"
#define PROBE_NAME            L"\\??\\Probe"
#define PROBE_CODE(n, method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), (method), FILE_ANY_ACCESS)
#define PROBE_ECHO            PROBE_CODE(0, METHOD_BUFFERED) /* Gives the input back. */
#define PROBE_PEND            PROBE_CODE(1, METHOD_BUFFERED) /* Waits in the cancel-safe queue. */
/* Calls probe.on_control and completes with its status. */
#define PROBE_HOOK            PROBE_CODE(2, METHOD_BUFFERED)
#define PROBE_RAW             PROBE_CODE(3, METHOD_NEITHER) /* Remembers the raw addresses. */
/* Pends without a cancel routine: cannot be taken back. */
#define PROBE_KEEP            PROBE_CODE(4, METHOD_BUFFERED)
/* As PROBE_HOOK, with the output behind an MDL. */
#define PROBE_DIRECT          PROBE_CODE(5, METHOD_OUT_DIRECT)

struct seen {
    uint32_t count;
    const struct ke_thread *thread;
    const struct ke_process *owner, *current;
    uint8_t index;
    KIRQL irql;
    int16_t kernel_apc_disable;
    sim_time at;
};

static struct probe {
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT device;
    struct seen create, cleanup, close, control, unload, cancel;
    WCHAR name[64]; /* FileName of the latest CREATE. */
    NTSTATUS create_status, entry_status;
    bool no_unload, no_cleanup_on_unload;
    void (*on_cleanup)(void), (*on_close)(void), (*on_cancel)(void);
    NTSTATUS (*on_control)(PDEVICE_OBJECT device, PIRP irp);
    NTSTATUS (*on_create)(PDEVICE_OBJECT device, PIRP irp);
    PVOID raw_in, raw_out;
    PIRP kept;
    LIST_ENTRY waiting;
    KSPIN_LOCK lock;
    IO_CSQ csq;
} probe;

static void probe_see(struct seen *seen)
{
    struct ke_thread *thread = ke_current_thread();

    seen->count++;
    seen->thread = thread;
    seen->owner = thread->process;
    seen->current = thread->apc_state.Process;
    seen->index = thread->apc_state_index;
    seen->irql = KeGetCurrentIrql();
    seen->kernel_apc_disable = thread->kernel_apc_disable;
    seen->at = ke->sim->now;
}

static NTSTATUS probe_done(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS probe_create(PDEVICE_OBJECT device, PIRP irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(irp)->FileObject;

    probe_see(&probe.create);
    memset(probe.name, 0, sizeof probe.name);
    if (file->FileName.Length > 0)
        memcpy(probe.name, file->FileName.Buffer,
               MIN_OF(file->FileName.Length, sizeof probe.name - 2));
    if (probe.on_create != NULL)
        return probe.on_create(device, irp);
    return probe_done(irp, probe.create_status, 0);
}

static NTSTATUS probe_cleanup(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    probe_see(&probe.cleanup);
    if (probe.on_cleanup != NULL)
        probe.on_cleanup();
    return probe_done(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS probe_close(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    probe_see(&probe.close);
    if (probe.on_close != NULL)
        probe.on_close();
    return probe_done(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS probe_control(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);

    probe_see(&probe.control);
    switch (location->Parameters.DeviceIoControl.IoControlCode) {
    case PROBE_ECHO:
        return probe_done(irp, STATUS_SUCCESS,
                          location->Parameters.DeviceIoControl.InputBufferLength);
    case PROBE_PEND:
        IoCsqInsertIrp(&probe.csq, irp, NULL);
        return STATUS_PENDING;
    case PROBE_HOOK:
    case PROBE_DIRECT:
        return probe.on_control(device, irp);
    case PROBE_RAW:
        probe.raw_in = location->Parameters.DeviceIoControl.Type3InputBuffer;
        probe.raw_out = irp->UserBuffer;
        return probe_done(irp, STATUS_SUCCESS, 0);
    case PROBE_KEEP:
        IoMarkIrpPending(irp);
        probe.kept = irp;
        return STATUS_PENDING;
    default:
        return probe_done(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static VOID probe_unload(PDRIVER_OBJECT driver)
{
    UNICODE_STRING link;

    probe_see(&probe.unload);
    if (probe.no_cleanup_on_unload)
        return;
    RtlInitUnicodeString(&link, PROBE_NAME);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
}

/* ---- The cancel-safe queue ------------------------------------------------------------------- */

static VOID probe_insert(PIO_CSQ csq, PIRP irp)
{
    (void)csq;
    InsertTailList(&probe.waiting, &irp->Tail.Overlay.ListEntry);
}
static VOID probe_remove(PIO_CSQ csq, PIRP irp)
{
    (void)csq;
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
}
static VOID probe_acquire(PIO_CSQ csq, PKIRQL irql)
{
    (void)csq;
    KeAcquireSpinLock(&probe.lock, irql);
}
static VOID probe_release(PIO_CSQ csq, KIRQL irql)
{
    (void)csq;
    KeReleaseSpinLock(&probe.lock, irql);
}

static PIRP probe_peek(PIO_CSQ csq, PIRP irp, PVOID context)
{
    PLIST_ENTRY next = irp != NULL ? irp->Tail.Overlay.ListEntry.Flink : probe.waiting.Flink;

    (void)csq, (void)context;
    return next != &probe.waiting ? CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry) : NULL;
}

static VOID probe_canceled(PIO_CSQ csq, PIRP irp)
{
    (void)csq;
    probe_see(&probe.cancel);
    if (probe.on_cancel != NULL)
        probe.on_cancel();
    probe_done(irp, STATUS_CANCELLED, 0);
}

static inline bool probe_release_one(NTSTATUS status)
{
    PIRP irp = IoCsqRemoveNextIrp(&probe.csq, NULL);

    if (irp != NULL)
        probe_done(irp, status, 0);
    return irp != NULL;
}

/* ---- Entry ----------------------------------------------------------------------------------- */

static NTSTATUS probe_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNICODE_STRING name, link;
    NTSTATUS status;

    (void)path;
    if (!NT_SUCCESS(probe.entry_status))
        return probe.entry_status;
    RtlInitUnicodeString(&name, L"\\Device\\Probe");
    RtlInitUnicodeString(&link, PROBE_NAME);
    status = IoCreateDevice(driver, 16, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &probe.device);
    if (!NT_SUCCESS(status))
        return status;
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(probe.device);
        return status;
    }
    probe.device->Flags |= DO_BUFFERED_IO;
    probe.driver = driver;
    driver->DriverUnload = probe.no_unload ? NULL : probe_unload;
    driver->MajorFunction[IRP_MJ_CREATE] = probe_create;
    driver->MajorFunction[IRP_MJ_CLEANUP] = probe_cleanup;
    driver->MajorFunction[IRP_MJ_CLOSE] = probe_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = probe_control;
    InitializeListHead(&probe.waiting);
    KeInitializeSpinLock(&probe.lock);
    IoCsqInitialize(&probe.csq, probe_insert, probe_remove, probe_peek, probe_acquire,
                    probe_release, probe_canceled);
    return STATUS_SUCCESS;
}

static const struct io_image probe_image = { .file = "probe.sys", .entry = probe_entry };

static inline NTSTATUS probe_load(void)
{
    return io_load_driver(PROBE_KEY, PROBE_DRIVER, &probe_image);
}

/* Kernel-mode open; OBJ_KERNEL_HANDLE in attributes makes a kernel handle. */
static inline HANDLE probe_open(ULONG attributes, ULONG options)
{
    IO_STATUS_BLOCK iosb;
    HANDLE handle = NULL;

    EXPECT(NT_SUCCESS(io_create_file(&handle, GENERIC_READ | GENERIC_WRITE, PROBE_NAME, attributes,
                                     &iosb, 0, FILE_OPEN, options, KernelMode)));
    return handle;
}

static inline NTSTATUS probe_ioctl(HANDLE file, ULONG code, void *in, ULONG in_bytes, void *out,
                                   ULONG out_bytes, IO_STATUS_BLOCK *iosb)
{
    return io_transfer(&(struct io_request){ .kind = IO_CONTROL,
                                             .file = file,
                                             .code = code,
                                             .in = in,
                                             .in_bytes = in_bytes,
                                             .out = out,
                                             .out_bytes = out_bytes,
                                             .iosb = iosb },
                       ke_current_thread()->previous_mode);
}

/* ---- User programs --------------------------------------------------------------------------- */

static inline HANDLE user_open(ULONG options)
{
    IO_STATUS_BLOCK iosb;
    HANDLE handle = NULL;

    service_enter(SERVICE_NtCreateFile);
    service_leave(io_create_file(&handle, GENERIC_READ | GENERIC_WRITE, PROBE_NAME, 0, &iosb, 0,
                                 FILE_OPEN, options, UserMode));
    return handle;
}

static inline NTSTATUS user_ioctl(HANDLE file, ULONG code, void *in, ULONG in_bytes, void *out,
                                  ULONG out_bytes, IO_STATUS_BLOCK *iosb)
{
    NTSTATUS status;

    service_enter(SERVICE_NtDeviceIoControlFile);
    status = probe_ioctl(file, code, in, in_bytes, out, out_bytes, iosb);
    service_leave(status);
    return status;
}

static inline void user_close(HANDLE handle)
{
    service_enter(SERVICE_NtClose);
    service_leave(ObpCloseHandle(handle, UserMode));
}

static inline void user_sleep(sim_time ns)
{
    LARGE_INTEGER interval = { .QuadPart = -(LONGLONG)(ns / 100) };

    service_enter(SERVICE_NtDelayExecution);
    service_leave(KeDelayExecutionThread(UserMode, FALSE, &interval));
}

static inline struct ke_process *user_process(const char *name, void (*start)(void *),
                                              void *context)
{
    struct ke_process *process = NULL;

    EXPECT(NT_SUCCESS(ps_create_process(name, 0, ke->system, start, context, &process)));
    return process;
}

/* ---- Telling a story ------------------------------------------------------------------------- */

static struct machine machine;
static struct {
    void (*story)(void *);
    bool ended;
} told;

static void tell_to_the_end(void *arg)
{
    told.story(arg);
    told.ended = true;
}

/* Long enough for a thread that waits five minutes for its I/O. */
static inline const struct ke_stop *tell(uint32_t cpus, void (*story)(void *))
{
    memset(&probe, 0, sizeof probe);
    told.story = story;
    told.ended = false;
    machine_boot(&machine, cpus, 1);
    return machine_run_for(&machine, tell_to_the_end, NULL, SEC(600));
}

static inline void stands_on(uint32_t cpus, void (*story)(void *))
{
    assert_null(tell(cpus, story));
    assert_true(told.ended);
    machine_close(&machine);
}

static inline void stands(void (*story)(void *)) { stands_on(1, story); }

/* A test that is only a story. */
#define STORY(name)                      \
    static void name##_story(void *arg); \
    static void name(void **state)       \
    {                                    \
        (void)state;                     \
        stands(name##_story);            \
    }                                    \
    static void name##_story(void *arg)
