/* io_inside.h - what the I/O manager's files share: its part of an IRP, its state, and the inner
 * halves of its routines.
 */
#pragma once
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/words/limits.h"

enum { IO_STACK_SIZES = 10 };
enum { IO_TYPE_DEVICE = 3, IO_TYPE_DRIVER = 4, IO_TYPE_FILE = 5, IO_TYPE_IRP = 6 };
enum { DOE_UNLOAD_PENDING = 1, DOE_DELETE_PENDING = 2 };
enum { DRVO_UNLOAD_INVOKED = 1, DRVO_INITIALIZED = 0x10 };
enum {
    FO_ALERTABLE_IO = 0x4,
    FO_NO_INTERMEDIATE_BUFFERING = 0x8,
    FO_WRITE_THROUGH = 0x10,
    FO_HANDLE_CREATED = 0x40000,
};
/* IRP.Flags, public values of wdm.h. */
enum {
    IRP_SYNCHRONOUS_API = 0x4,
    IRP_BUFFERED_IO = 0x10,
    IRP_DEALLOCATE_BUFFER = 0x20,
    IRP_INPUT_OPERATION = 0x40,
    IRP_CREATE_OPERATION = 0x80,
    IRP_READ_OPERATION = 0x100,
    IRP_WRITE_OPERATION = 0x200,
    IRP_CLOSE_OPERATION = 0x400,
    IRP_DEFER_IO_COMPLETION = 0x800,
};

/* ---- Requests -------------------------------------------------------------------------------- */
struct io_part {              /* The I/O manager's own part of an IRP; survives Tail.Apc. */
    struct ke_thread *thread; /* Whose list it is on; NULL: none, or disowned. */
    PFILE_OBJECT file;        /* Referenced; NULL for a driver's own IRP. */
    PVOID event;              /* Caller's event object, referenced. */
    PVOID system_buffer;      /* Ours to free, whatever the driver did to the field. */
    ULONG buffer_bytes;
    PIRP next_free;
    CCHAR boost;
    bool disowned; /* Its thread gave up waiting (5.4 step 6). */

    struct link live; /* In io_state.irps until it is freed. */
    PIRP irp;
    sim_time made;
};
static inline struct io_part *io_part(PIRP irp) { return irp->IoManager; }

PIRP io_irp_new(CCHAR stack_size); /* Of the kernel's own; NULL: pool exhausted. */
void io_irp_queue(PIRP irp);       /* On the current thread's list. */
void io_irp_unqueue(PIRP irp);
VOID IopCompleteRequest(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *argument1,
                        PVOID *argument2);
/* Deferred completion: the second half, by the issuing service. */
void io_complete_inline(PIRP irp);
void io_free_buffers(PIRP irp);

/* FileStandardInformation (5) and FileEndOfFileInformation (20), public layouts. */
struct io_standard_information {
    LARGE_INTEGER AllocationSize, EndOfFile;
    ULONG NumberOfLinks;
    BOOLEAN DeletePending, Directory;
};
struct io_end_of_file_information {
    LARGE_INTEGER EndOfFile;
};
enum {
    FILE_STANDARD_INFORMATION = 5,
    FILE_DISPOSITION_INFORMATION = 13,
    FILE_END_OF_FILE_INFORMATION = 20
};
struct io_disposition_information { /* The file goes with its last handle. */
    BOOLEAN DeleteFile;
};

/* ---- Files, devices, drivers, ports ---------------------------------------------------------- */
struct io_port;
struct io_completion { /* FILE_OBJECT.CompletionContext. */
    struct io_port *port;
    void *key;
};
void io_port_complete(struct io_completion *completion, PVOID context, const IO_STATUS_BLOCK *iosb);

struct io_driver { /* Body of a driver object. */
    DRIVER_OBJECT public;
    const struct io_image *image; /* Mapped while the object lives. */
    WCHAR name[NAME_MAX_CHARS + 1];
};
void IopDereferenceDeviceObject(PDEVICE_OBJECT device);
/* Runs a pending unload if every device is idle (7.3 step 5). */
void io_try_unload(PDRIVER_OBJECT driver);
NTSTATUS IopInvalidDeviceRequest(PDEVICE_OBJECT device, PIRP irp);
PDEVICE_OBJECT io_related_device(PFILE_OBJECT file); /* Top of the stack the file was opened on. */
NTSTATUS io_lock_file(PFILE_OBJECT file, KPROCESSOR_MODE mode);
void io_unlock_file(PFILE_OBJECT file);
uint32_t io_name_chars(PCWSTR name);

struct io_state {
    KSPIN_LOCK cancel_lock;
    struct link irps;               /* All that were made and not freed, by live of io_part. */
    PIRP lookaside[IO_STACK_SIZES]; /* By StackCount. */
    ERESOURCE driver_load;
    const struct io_image *images[MODULES_MAX]; /* Mapped driver images. */
};
