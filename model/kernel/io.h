/* io.h - requests, files, drivers and completion ports, for the kernel's other parts
 * (nt-kernel.md 5.4, 5.5, 7).
 *
 *     io_create_file(&file, access, L"\\Device\\ExIfs", ...);
 *     struct io_request request = { .kind = IO_CONTROL, .file = file, ... };
 *     status = io_transfer(&request, UserMode);
 *
 * Declarations that only the io_ files share are in io_inside.h; volumes are in io_disk.h.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/kernel/include/wdmsec.h"
#include "sim/list.h"

struct io_image;
struct ke_process;
struct ke_thread;

/* Starts the I/O manager and the volumes. */
void io_start(void);

/* ---- Files ----------------------------------------------------------------------------------- */
/* Opens or creates by name (NtCreateFile) in the process in force: sends IRP_MJ_CREATE, makes a
 * handle. */
NTSTATUS io_create_file(HANDLE *out, ACCESS_MASK access, PCWSTR name, ULONG attributes,
                        IO_STATUS_BLOCK *iosb, ULONG share, ULONG disposition, ULONG options,
                        KPROCESSOR_MODE mode);

/* IO_DIRECTORY: `code` other than 0 restarts the scan at the first entry. */
enum io_kind { IO_READ, IO_WRITE, IO_CONTROL, IO_FLUSH, IO_DIRECTORY, IO_VOLUME };
/* The arguments of NtReadFile, NtWriteFile, NtDeviceIoControlFile and their kind. */
struct io_request {
    enum io_kind kind;
    HANDLE file, event;
    PIO_APC_ROUTINE apc_routine;
    void *apc_context;     /* Also the completion port's per-request value. */
    IO_STATUS_BLOCK *iosb; /* The caller's, in user (plain or simulated) or kernel memory. */
    void *in, *out;        /* The caller's buffers. */
    ULONG in_bytes, out_bytes, code;
    LARGE_INTEGER *offset;
};
/* Builds an IRP and sends it to the file's device. Waits for synchronous files; returns
 * STATUS_PENDING for asynchronous files. */
NTSTATUS io_transfer(const struct io_request *request, KPROCESSOR_MODE mode);

/* Gets the length of a file in bytes: IRP_MJ_QUERY_INFORMATION, EndOfFile of
 * FileStandardInformation. */
NTSTATUS io_query_size(HANDLE file, uint64_t *size);
/* Sets the length of a file in bytes: IRP_MJ_SET_INFORMATION, FileEndOfFileInformation. */
NTSTATUS io_set_size(HANDLE file, uint64_t size);
/* Deletes the file with its last handle; `file` must be that one. */
NTSTATUS io_delete(HANDLE file);

/* Cancels the IRPs of a thread that ends and waits for them, at most five minutes. */
void IoCancelThreadIo(struct ke_thread *thread);
/* NtCancelIoFile: cancels the current thread's IRPs for the file. */
NTSTATUS io_cancel_file(HANDLE file);

/* ---- Completion ports ------------------------------------------------------------------------ */
/* Makes a port and a handle to it; concurrency 0: one thread for each processor. */
NTSTATUS io_port_new(ULONG concurrency, HANDLE *out);
/* Binds a file to a port, once for each file; key goes into its packets. */
NTSTATUS io_port_bind(HANDLE file, HANDLE port, void *key);
/* Posts a packet that no file has sent. */
NTSTATUS io_port_post(HANDLE port, void *key, void *context, NTSTATUS status,
                      ULONG_PTR information);
/* Waits for a packet; STATUS_TIMEOUT: none came in time. */
NTSTATUS io_port_remove(HANDLE port, void **key, void **context, IO_STATUS_BLOCK *iosb,
                        LARGE_INTEGER *timeout);

/* ---- Drivers: an image is a name with an entry ----------------------------------------------- */
/* Makes a driver known under the name of its service, with the folder of its object ("Driver",
 * "FileSystem"); a service that is known already gets the new image for its next load. Texts and
 * image stay the caller's. At most MODULES_MAX. */
void io_install_driver(const char *service, const char *folder, const struct io_image *image);

/* NtLoadDriver and NtUnloadDriver by the name of a service. STATUS_OBJECT_NAME_NOT_FOUND: no such
 * driver is installed; STATUS_INVALID_DEVICE_REQUEST: plug and play has given it a device. After
 * the load AddDevice is called, and the device starts (io_pnp.h). */
NTSTATUS io_load_service(const char *service);
NTSTATUS io_unload_service(const char *service);
/* True while the driver object of a service exists. */
bool io_service_present(const char *service);
bool io_driver_present(PCWSTR driver_name); /* The same by the object's name. */
/* The name of an installed driver, by its number from 0 on; NULL: there are fewer. */
const char *io_service_name(uint32_t number);
/* Has an installed driver put above a device, by name, whenever it is loaded; "": above none. */
void io_set_filter(const char *service, const char *below);
/* Stops a driver as a person does who knows its kind: removes the devices that plug and play has
 * given it, after which it is unloaded, or unloads it. In a System worker thread. */
NTSTATUS io_stop_service(const char *service);

/* NtLoadDriver: loads in a System worker thread; the caller waits. */
NTSTATUS io_load_driver(PCWSTR service_key, PCWSTR driver_name, const struct io_image *image);
/* Loads a driver; called in the System process or at boot. */
NTSTATUS IopLoadDriver(PCWSTR service_key, PCWSTR name, const struct io_image *image);
/* NtUnloadDriver; returns success, with the unload pending, while references remain. */
NTSTATUS io_unload_driver(PCWSTR driver_name);

/* ---- The object types' routines (ob_object.c) ------------------------------------------------ */
void IopCloseFile(struct ke_process *process, void *body, uint32_t process_handles,
                  uint32_t system_handles);
void IopDeleteFile(void *body);
void IopDeleteDevice(void *body);
void IopDeleteDriver(void *body);
void IopDeleteCompletion(void *body);
