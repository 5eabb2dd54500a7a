/* io_disk.c - three NTFS volumes, each on a spindle group with one queue.
 *
 *   \??\C:  \Device\HarddiskVolume1  system and logs   IRP --cache hit--> copied, completed at once
 *   \??\D:  \Device\HarddiskVolume2  the .edb           '--miss, write-through, flush--> FIFO queue
 *   \??\E:  \Device\HarddiskVolume3  the .stm                --interrupt--> DPC: moved, completed
 *
 * This is a driver like any other, written against <ntifs.h>: dispatch routines, buffered I/O,
 * pending IRPs. The service time of a transfer is drawn from the volume's own random stream,
 * log-normal plus a part for each page; the oracle can make one transfer ten times as long.
 * Requests are not cancelable once queued, as on NTFS.
 *
 * Directories are not modelled: any path may be created. The contents of files are in
 * io_disk_data.c.
 */
#include "model/kernel/io_volume.h"
#include "model/kernel/faults.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ke_choose.h"
#include "model/kernel/ke_record.h"
#include "model/words/costs.h"

enum { SLOW_FACTOR = 10 };
#define WRITE_TO_END ((LONGLONG)-1)

static struct disk *disk_of(PDEVICE_OBJECT device)
{
    return *(struct disk **)device->DeviceExtension;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static uint32_t name_hash(const WCHAR *name, uint32_t chars)
{
    uint32_t hash = 0x811c9dc5u;

    for (uint32_t i = 0; i < chars; i++)
        hash = (hash ^ RtlUpcaseUnicodeChar(name[i])) * 0x01000193u;
    return hash;
}

struct file_node *file_find(struct disk *disk, const WCHAR *name, uint32_t chars)
{
    struct file_node *file = disk->files[name_hash(name, chars) % FILE_BUCKETS];

    for (; file != NULL; file = file->next) {
        uint32_t i = 0;

        while (i < chars && file->chars == chars && file->name[i] == RtlUpcaseUnicodeChar(name[i]))
            i++;
        if (i == chars && file->chars == chars)
            return file;
    }
    return NULL;
}

static struct file_node *file_make(struct disk *disk, const WCHAR *name, uint32_t chars)
{
    struct file_node *file = arena_take(ke->sim->arena, sizeof *file, 16);
    struct file_node **bucket = &disk->files[name_hash(name, chars) % FILE_BUCKETS];

    if (++disk->file_count > FILES_MAX)
        check_failed_with(__FILE__, __LINE__, "too many files on a volume: raise FILES_MAX (%d)",
                          FILES_MAX);
    for (uint32_t i = 0; i < chars; i++)
        file->name[i] = RtlUpcaseUnicodeChar(name[i]);
    file->chars = chars;
    file->next = *bucket;
    *bucket = file;
    return file;
}

void io_file_place(PCWSTR path)
{
    uint32_t chars = io_name_chars(path);

    if (file_find(&ke->disks->disk[0], path, chars) == NULL)
        file_make(&ke->disks->disk[0], path, chars);
}

/* Removes a file from its volume and frees its content. */
static void file_forget(struct disk *disk, struct file_node *file)
{
    struct file_node **link = &disk->files[name_hash(file->name, file->chars) % FILE_BUCKETS];

    while (*link != file)
        link = &(*link)->next;
    *link = file->next;
    disk->file_count--;
    file_resize(&ke->disks->blocks, file, 0);
}

/* ---- Dispatch: open and close ---------------------------------------------------------------- */

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/* Checks the sharing modes of an open: all present handles must share the access that it asks for,
 * and it must share theirs. */
static NTSTATUS share(struct file_node *file, PFILE_OBJECT object, USHORT shared)
{
    object->SharedRead = (shared & FILE_SHARE_READ) != 0;
    object->SharedWrite = (shared & FILE_SHARE_WRITE) != 0;
    if ((object->ReadAccess && file->shared_read < file->opens) ||
        (object->WriteAccess && file->shared_write < file->opens) ||
        (file->readers > 0 && !object->SharedRead) || (file->writers > 0 && !object->SharedWrite))
        return STATUS_SHARING_VIOLATION;
    file->opens++;
    file->readers += object->ReadAccess;
    file->writers += object->WriteAccess;
    file->shared_read += object->SharedRead;
    file->shared_write += object->SharedWrite;
    return STATUS_SUCCESS;
}

static void unshare(struct file_node *file, PFILE_OBJECT object)
{
    file->opens--;
    file->readers -= object->ReadAccess;
    file->writers -= object->WriteAccess;
    file->shared_read -= object->SharedRead;
    file->shared_write -= object->SharedWrite;
}

static NTSTATUS check_disposition(ULONG disposition, bool exists)
{
    if (exists)
        return disposition == FILE_CREATE ? STATUS_OBJECT_NAME_COLLISION : STATUS_SUCCESS;
    return disposition == FILE_OPEN || disposition == FILE_OVERWRITE ? STATUS_OBJECT_NAME_NOT_FOUND
                                                                     : STATUS_SUCCESS;
}

static ULONG_PTR disposition_result(ULONG disposition, bool existed)
{
    if (!existed)
        return FILE_CREATED;
    return disposition == FILE_SUPERSEDE                                       ? FILE_SUPERSEDED
           : disposition == FILE_OVERWRITE || disposition == FILE_OVERWRITE_IF ? FILE_OVERWRITTEN
                                                                               : FILE_OPENED;
}

static NTSTATUS NtfsFsdCreate(PDEVICE_OBJECT device, PIRP irp)
{
    struct disk *disk = disk_of(device);
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    PFILE_OBJECT object = location->FileObject;
    ULONG disposition = location->Parameters.Create.Options >> 24;
    uint32_t chars = object->FileName.Length / sizeof(WCHAR);
    struct file_node *file = chars > 1 ? file_find(disk, object->FileName.Buffer, chars) : NULL;
    bool existed = file != NULL;
    NTSTATUS status;

    if (chars <= 1) /* An open of the volume itself, which has no data. */
        return finish(irp, STATUS_SUCCESS, FILE_OPENED);
    status = check_disposition(disposition, existed);
    if (!NT_SUCCESS(status))
        return finish(irp, status, 0);
    if (!existed)
        file = file_make(disk, object->FileName.Buffer, chars);
    status = share(file, object, location->Parameters.Create.ShareAccess);
    if (!NT_SUCCESS(status))
        return finish(irp, status, 0);
    ULONG_PTR result = disposition_result(disposition, existed);

    if (result == FILE_SUPERSEDED || result == FILE_OVERWRITTEN)
        file_resize(&ke->disks->blocks, file, 0);
    object->FsContext = file;
    return finish(irp, STATUS_SUCCESS, result);
}

static NTSTATUS NtfsFsdCleanup(PDEVICE_OBJECT device, PIRP irp)
{
    PFILE_OBJECT object = IoGetCurrentIrpStackLocation(irp)->FileObject;

    struct file_node *file = object->FsContext;

    if (file != NULL) {
        unshare(file, object);
        if (file->doomed && file->opens == 0)
            file_forget(disk_of(device), file);
    }
    return finish(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NtfsFsdClose(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    return finish(irp, STATUS_SUCCESS, 0);
}

/* ---- Dispatch: data -------------------------------------------------------------------------- */

/* Moves the bytes of a transfer at its end. Parameters.Read and .Write have the same layout. */
static NTSTATUS move(struct disk *disk, PIRP irp, bool through)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    PFILE_OBJECT object = location->FileObject;
    struct file_node *file = object->FsContext;
    uint64_t offset = (uint64_t)location->Parameters.Read.ByteOffset.QuadPart,
             bytes = location->Parameters.Read.Length;

    irp->IoStatus.Information = 0;
    if (location->MajorFunction == IRP_MJ_FLUSH_BUFFERS) {
        if (file != NULL)
            file_flush(file);
        return STATUS_SUCCESS;
    }
    if (location->MajorFunction == IRP_MJ_WRITE) {
        if (location->Parameters.Write.ByteOffset.QuadPart == WRITE_TO_END)
            offset = file->size;
        if (bytes > FILE_BYTES_MAX || offset > FILE_BYTES_MAX - bytes ||
            (fault_fills_disk(disk->index) && offset + bytes > file->size))
            return STATUS_DISK_FULL;
        file_write(&ke->disks->blocks, file, offset, irp->AssociatedIrp.SystemBuffer, bytes,
                   through);
    } else {
        if (offset >= file->size && bytes > 0)
            return STATUS_END_OF_FILE;
        bytes = MIN_OF(bytes, file->size - offset);
        file_read(file, offset, irp->AssociatedIrp.SystemBuffer, bytes);
    }
    if ((object->Flags & FO_SYNCHRONOUS_IO) != 0)
        object->CurrentByteOffset.QuadPart = (LONGLONG)(offset + bytes);
    irp->IoStatus.Information = (ULONG_PTR)bytes;
    return STATUS_SUCCESS;
}

static uint32_t pages_of(PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);

    return location->MajorFunction == IRP_MJ_FLUSH_BUFFERS
               ? 0
               : (location->Parameters.Read.Length + MM_PAGE - 1) / MM_PAGE;
}

/* Counts a transfer that joins the queue (step 1) or has left it (-1). */
static void count_transfer(struct disk *disk, PIRP irp, int step)
{
    bool write = IoGetCurrentIrpStackLocation(irp)->MajorFunction != IRP_MJ_READ;

    io_disk_total(disk->index, &disk->totals);
    disk->totals.depth[write] += (uint32_t)step;
    disk->totals.transfers[write] += step < 0;
}

uint32_t io_disk_of(PIRP irp)
{
    return disk_of(IoGetCurrentIrpStackLocation(irp)->DeviceObject)->index;
}

PIRP io_disk_behind(PIRP irp)
{
    const struct disk *disk = disk_of(IoGetCurrentIrpStackLocation(irp)->DeviceObject);
    PLIST_ENTRY next = irp->Tail.Overlay.ListEntry.Flink;

    return next != &disk->queue ? CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry) : NULL;
}

static void disk_done(void *arg);

static void disk_next(struct disk *disk)
{
    if (disk->busy || IsListEmpty(&disk->queue))
        return;
    PIRP irp = CONTAINING_RECORD(disk->queue.Flink, IRP, Tail.Overlay.ListEntry);
    const struct io_disk_settings *s = &disk->settings;
    sim_time service = US(rng_lognormal(&disk->times, s->service_us_median, s->sigma_milli));

    service += US(s->per_page_us) * pages_of(irp);
    if (ke_choose(CHOICE_DISK, 2, irp) != 0)
        service *= SLOW_FACTOR;
    service *= fault_slows_disk(disk->index);
    disk->busy = true;
    disk->started = ke->sim->now;
    ke_record(REC_DISK_START, disk->index, pages_of(irp) * MM_PAGE, disk->depth, 0);
    ke_interrupt_at(ke->sim->now + service, (uint8_t)(disk->index % ke->cpu_count), disk_done,
                    disk);
}

/* Status with which a fault or the oracle makes this transfer fail; STATUS_SUCCESS: it does not. */
static NTSTATUS trouble(const struct disk *disk, PIRP irp)
{
    bool read = IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_READ;
    NTSTATUS status = fault_fails_transfer(disk->index, read);

    if (!NT_SUCCESS(status))
        return status;
    return ke_choose(CHOICE_DISK_ERROR, 2, irp) != 0 ? STATUS_IO_DEVICE_ERROR : STATUS_SUCCESS;
}

/* DPC of the disk's interrupt. The next transfer starts before this one is completed to its
 * issuer. */
static void disk_done(void *arg)
{
    struct disk *disk = arg;
    PIRP irp = CONTAINING_RECORD(RemoveHeadList(&disk->queue), IRP, Tail.Overlay.ListEntry);
    sim_time took = ke->sim->now - disk->started;

    count_transfer(disk, irp, -1);
    disk->depth--;
    ke_record(REC_DISK_DONE, disk->index, (uint32_t)MIN_OF(took, (sim_time)UINT32_MAX), disk->depth,
              0);
    disk->busy = false;
    disk->busy_time += ke_measured(disk->started, ke->sim->now);
    disk_next(disk);
    irp->IoStatus.Information = 0;
    irp->IoStatus.Status = trouble(disk, irp);
    if (NT_SUCCESS(irp->IoStatus.Status))
        irp->IoStatus.Status = move(disk, irp, true);
    IoCompleteRequest(irp, IO_DISK_INCREMENT);
}

static NTSTATUS disk_queue(struct disk *disk, PIRP irp)
{
    IoMarkIrpPending(irp);
    InsertTailList(&disk->queue, &irp->Tail.Overlay.ListEntry);
    count_transfer(disk, irp, 1);
    disk->depth++;
    disk_next(disk);
    return STATUS_PENDING;
}

static bool cached(struct disk *disk, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG flags = location->FileObject->Flags;

    if ((flags & FO_NO_INTERMEDIATE_BUFFERING) != 0 ||
        location->MajorFunction == IRP_MJ_FLUSH_BUFFERS)
        return false;
    if ((flags & FO_WRITE_THROUGH) != 0 && location->MajorFunction == IRP_MJ_WRITE)
        return false;
    return rng_odds(&disk->cache, disk->settings.cache_ppm);
}

/* Dispatch routine of READ, WRITE and FLUSH_BUFFERS. */
static NTSTATUS NtfsFsdTransfer(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    struct disk *disk = disk_of(device);
    struct file_node *file = location->FileObject->FsContext;

    if (file == NULL && location->MajorFunction != IRP_MJ_FLUSH_BUFFERS)
        return finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if (location->MajorFunction == IRP_MJ_READ &&
        (uint64_t)location->Parameters.Read.ByteOffset.QuadPart >= file->size)
        return finish(irp, STATUS_END_OF_FILE, 0);
    if (!cached(disk, irp))
        return disk_queue(disk, irp);
    ke_spend((sim_time)ke->cost[COST_COPY_PAGE] * pages_of(irp));
    NTSTATUS status = move(disk, irp, false);

    return finish(irp, status, irp->IoStatus.Information);
}

static NTSTATUS NtfsFsdInformation(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    struct file_node *file = location->FileObject->FsContext;
    PVOID block = irp->AssociatedIrp.SystemBuffer;
    ULONG class = location->Parameters.QueryFile.FileInformationClass;

    if (file == NULL)
        return finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if (location->MajorFunction == IRP_MJ_QUERY_INFORMATION && class == FileStandardInformation) {
        FILE_STANDARD_INFORMATION *standard = block;

        standard->EndOfFile.QuadPart = (LONGLONG)file->size;
        standard->AllocationSize.QuadPart =
            (LONGLONG)((file->size + MM_PAGE - 1) & ~(uint64_t)(MM_PAGE - 1));
        standard->NumberOfLinks = 1;
        return finish(irp, STATUS_SUCCESS, sizeof *standard);
    }
    if (location->MajorFunction == IRP_MJ_SET_INFORMATION && class == FileEndOfFileInformation) {
        uint64_t size = (uint64_t)((FILE_END_OF_FILE_INFORMATION *)block)->EndOfFile.QuadPart;

        if (size > FILE_BYTES_MAX ||
            (fault_fills_disk(disk_of(device)->index) && size > file->size))
            return finish(irp, STATUS_DISK_FULL, 0);
        file_resize(&ke->disks->blocks, file, size);
        return finish(irp, STATUS_SUCCESS, 0);
    }
    if (location->MajorFunction == IRP_MJ_SET_INFORMATION && class == FileDispositionInformation) {
        if (file->opens > 1) /* No program here opens with FILE_SHARE_DELETE. */
            return finish(irp, STATUS_SHARING_VIOLATION, 0);
        file->doomed = ((FILE_DISPOSITION_INFORMATION *)block)->DeleteFile != 0;
        return finish(irp, STATUS_SUCCESS, 0);
    }
    return finish(irp, STATUS_INVALID_PARAMETER, 0);
}

/* ---- Start ----------------------------------------------------------------------------------- */

static NTSTATUS volume_new(PDRIVER_OBJECT driver, uint32_t index)
{
    static WCHAR *const device_names[DISKS] = { L"\\Device\\HarddiskVolume1",
                                                L"\\Device\\HarddiskVolume2",
                                                L"\\Device\\HarddiskVolume3" };
    static WCHAR *const link_names[DISKS] = { L"\\??\\C:", L"\\??\\D:", L"\\??\\E:" };
    UNICODE_STRING device_name, link_name;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    RtlInitUnicodeString(&device_name, device_names[index]);
    RtlInitUnicodeString(&link_name, link_names[index]);
    status = IoCreateDevice(driver, sizeof(struct disk *), &device_name,
                            FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    device->Flags |= DO_BUFFERED_IO;
    ke->disks->disk[index].device = device;
    *(struct disk **)device->DeviceExtension = &ke->disks->disk[index];
    return IoCreateSymbolicLink(&link_name, &device_name);
}

static NTSTATUS NtfsDriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    NTSTATUS status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(registry_path);
    driver->MajorFunction[IRP_MJ_CREATE] = NtfsFsdCreate;
    driver->MajorFunction[IRP_MJ_CLEANUP] = NtfsFsdCleanup;
    driver->MajorFunction[IRP_MJ_CLOSE] = NtfsFsdClose;
    driver->MajorFunction[IRP_MJ_READ] = driver->MajorFunction[IRP_MJ_WRITE] = NtfsFsdTransfer;
    driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = NtfsFsdTransfer;
    driver->MajorFunction[IRP_MJ_QUERY_INFORMATION] = NtfsFsdInformation;
    driver->MajorFunction[IRP_MJ_SET_INFORMATION] = NtfsFsdInformation;
    for (uint32_t i = 0; i < DISKS && NT_SUCCESS(status); i++)
        status = volume_new(driver, i);
    return status;
}

void io_disk_start(void)
{
    static const struct io_image image = { .file = "ntfs.sys", .entry = NtfsDriverEntry };
    /* Service times: logs alone on fast spindles, databases with random access; nt-kernel.md 10,
     * orders of magnitude [I]. */
    static const struct io_disk_settings settings[DISKS] = {
        { 1500, 500, 20, 900000 },
        { 6000, 600, 40, 800000 },
        { 5000, 600, 40, 500000 },
    };

    ke->disks = arena_take(ke->sim->arena, sizeof *ke->disks, 64);
    for (uint32_t i = 0; i < DISKS; i++) {
        struct disk *disk = &ke->disks->disk[i];

        disk->index = i;
        disk->settings = settings[i];
        InitializeListHead(&disk->queue);
    }
    io_disk_reseed(ke->sim->seed);
    NTSTATUS status =
        IopLoadDriver(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Ntfs",
                      L"\\FileSystem\\Ntfs", &image);

    if (!NT_SUCCESS(status)) /* There was no memory for the driver or one of its volumes. */
        ke_stop_at_boot(INACCESSIBLE_BOOT_DEVICE, 0);
}
