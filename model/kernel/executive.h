/* executive.h - what the executive's files (ex_, ob_, io_, ps_, cm_) share among themselves.
 *
 * kernel.h is what the whole kernel knows; this is the part below it that only the executive needs:
 * its five state blocks, the few structures that two of its files touch, and the internal halves of
 * public routines.
 *
 * Order of life: ex_start makes pool, object types and work queues; cm_start the registry and the
 * logs; ps_start the System process, the reaper and the worker threads; io_start the I/O manager,
 * its volumes and their disks.
 */
#pragma once
#include "model/kernel/kernel.h"

/* Costs are points; a world that is being built has no thread yet and spends nothing. */
static inline void ex_cost(enum cost cost)
{
    if (fiber_current(ke->sim->fibers) != NULL)
        ke_cost(cost);
}

/* A pool tag that prints in the order it is written. */
#define EX_TAG(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* ---- Kernel queues (ex_queue.c; nt-kernel.md 5.1) -------------------------------------------- */

/* KQUEUE: entries for threads to take, last waiter first, so that few threads stay warm. At most
 * `limit` threads that hold a slot work at once; one that waits inside its work lends its slot to
 * another. */
struct ex_queue {
    LIST_ENTRY entries;
    struct link waiters; /* struct ex_waiter, the latest first. */
    int32_t active, limit;
    uint32_t depth; /* Entries. */
    uint64_t taken;
};
void ex_queue_init(struct ex_queue *queue, int32_t limit);
void ex_queue_insert(struct ex_queue *queue, LIST_ENTRY *entry);
/* The next entry; NULL: the timeout (as KeWaitForSingleObject has it) is over, or status says
 * why. */
LIST_ENTRY *ex_queue_remove(struct ex_queue *queue, KPROCESSOR_MODE mode, LARGE_INTEGER *timeout,
                            NTSTATUS *status);
void ex_queue_leave(struct ke_thread *thread); /* At thread exit: gives the slot back. */
/* The queue goes: nobody holds a slot of it any more. */
void ex_queue_rundown(struct ex_queue *queue);

/* ---- Pool (ex_pool.c) ------------------------------------------------------------------------ */

enum { POOL_CLASSES = 76 }; /* 16-byte steps to 128, then four a doubling, to 16 MB. */

struct pool_block;
struct pool_slot;
struct pool_tag { /* One tag in one pool. */
    uint32_t tag;
    bool used;
    uint8_t type; /* POOL_TYPE. */
    struct ex_pool_use use;
    struct pool_slot *free_slots; /* Simulated addresses to give out again. */
};

/* Trouble with memory: from when it is in the list, the nth allocation that may fail and that it
 * means does, and count - 1 more behind it. */
struct ex_pool_trouble {
    struct ex_pool_trouble *next;
    uint64_t nth, count;
    uint32_t tag;        /* 0: any. */
    bool of_type;        /* Only of this type of pool. */
    uint8_t type;        /* POOL_TYPE. */
    const char *process; /* The process in force; NULL: any. */
    uint64_t met;        /* Allocations that it meant. */
};

struct ex_worker_queue {
    struct ex_queue queue;
    uint32_t threads, dynamic;
    uint64_t taken_before; /* At the balance thread's last look. */
    uint32_t depth_before;
};

struct ex_state {
    uint64_t bytes[2], peak[2]; /* In use, by POOL_TYPE; the most so far. */
    uint64_t limits[2];         /* Of a 2003 server with /3GB, or what the scenario says. */
    bool exhausted_logged[2];
    uint64_t fail_nth; /* For tests: this allocation (1: the next) that may fail does. 0: none. */
    struct ex_pool_trouble *troubles;
    struct pool_block *free_blocks[POOL_CLASSES];
    struct pool_tag tags[POOL_TAGS_MAX];
    struct ex_worker_queue workers[MaximumWorkQueue];
};

void ex_pool_start(void);
/* The kernel's own allocations: NULL only when the pool is exhausted. Zeroed. */
void *ex_pool_take(POOL_TYPE type, size_t bytes, uint32_t tag);
/* What a driver asks for: the oracle and the fault loop may say no. Not zeroed. */
void *ex_pool_try(POOL_TYPE type, size_t bytes, uint32_t tag);
void ex_pool_give(void *block);
/* The same question, for objects that a driver asks for. */
bool ex_pool_unlucky(POOL_TYPE type, uint32_t tag);
/* What blocks of one tag have in use. */
uint64_t ex_pool_tag_bytes(POOL_TYPE type, uint32_t tag);
/* A block that nobody frees and nobody looks into: it counts, and has no memory on the host. False:
 * the pool is exhausted. */
bool ex_pool_leak(POOL_TYPE type, uint32_t bytes, uint32_t tag);
/* Whoever leaked is gone, and all of it is there again. */
void ex_pool_unleak(POOL_TYPE type, uint32_t tag);

/* IRQL above `most`: the stop that touching pageable kernel memory there gives (0xA, nt-kernel.md
 * 3.4). */
void ex_require_irql(KIRQL most, uint32_t address);

/* A simulated code address for a routine that a stop has to name. */
uint32_t ex_code_address(void);

/* ---- Workers (ex_worker.c) ------------------------------------------------------------------- */
void ex_workers_start(void); /* Queues. */
void ex_workers_run(void);   /* Threads; the System process exists. */
bool ex_is_worker(const struct ke_thread *thread);

/* ---- Objects and handles --------------------------------------------------------------------- */
enum { OB_NAME_BUCKETS = 128, HANDLE_CHUNK = 256, HANDLE_CHUNKS = HANDLES_MAX / HANDLE_CHUNK };

struct ob_name {
    struct ob_name *next; /* In its bucket. */
    void *body;
    uint32_t hash;
    uint32_t chars;
    WCHAR text[]; /* Upper case. */
};

struct ob_entry {
    void *body;
    ACCESS_MASK access;
    uint32_t attributes;
    uint32_t next_free;
};
struct ob_table {
    struct ke_process *process;
    uint32_t count;
    uint32_t high;       /* First index never used yet; index 0 is no handle. */
    uint32_t first_free; /* 0: none. */
    struct ob_entry *chunks[HANDLE_CHUNKS];
};

struct ob_state {
    struct ob_name *names[OB_NAME_BUCKETS];
    struct link reaper; /* Headers of objects to delete, by reaper_link. */
    WORK_QUEUE_ITEM reaper_item;
    bool reaper_queued;
};

struct ob_symlink {
    WCHAR target[NAME_MAX_CHARS + 1];
}; /* Body of a symbolic link. */

struct ob_parse { /* What IopParseDevice is given. */
    void *body;
    const WCHAR *rest; /* In path: "" or "\..." */
    WCHAR path[PATH_CHARS_MAX + 1];
};

void ob_start(void);
NTSTATUS ob_parse(PCWSTR name, struct ob_parse *out);
void *ob_name_find_link(PCWSTR name); /* The symbolic link of this name itself; NULL: none. */
void ob_table_free(struct ob_table *table);
/* 6.3 rows e and f: the sweep by a foreign thread. */
void ob_sweep_attached(struct ke_process *process);
/* NULL: too long or none. */
PCWSTR ob_attributes_name(const OBJECT_ATTRIBUTES *attributes, WCHAR *buffer, size_t chars);

/* ---- Processes ------------------------------------------------------------------------------- */
enum { PS_NOTIFY_MAX = 8 }; /* Documented maximum of process notify routines before Vista SP1. */
struct ps_state {
    PCREATE_PROCESS_NOTIFY_ROUTINE notify[PS_NOTIFY_MAX];
    struct link reaper; /* Threads that have ended, by process_link. */
    WORK_QUEUE_ITEM reaper_item;
    bool reaper_queued;
};
void PspDeleteThread(void *body);
void PspDeleteProcess(void *body);
void ps_notify(struct ke_process *process, bool create);
/* Its debug ports close: the debuggees die (6.3). */
void ps_debugger_exit(struct ke_process *debugger);

/* ---- I/O ------------------------------------------------------------------------------------- */
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

struct io_port;
struct io_completion {
    struct io_port *port;
    void *key;
}; /* FILE_OBJECT.CompletionContext. */

struct io_driver { /* Body of a driver object. */
    DRIVER_OBJECT public;
    const struct io_image *image; /* Mapped while the object lives. */
    WCHAR name[NAME_MAX_CHARS + 1];
};

struct io_state {
    struct {
        uint32_t code; /* 0: none. */
        uint64_t nth, count, met;
    } lost_control;
    KSPIN_LOCK cancel_lock;
    struct link irps;               /* All that were made and not freed, by live of io_part. */
    PIRP lookaside[IO_STACK_SIZES]; /* By StackCount. */
    ERESOURCE driver_load;
    const struct io_image *images[MODULES_MAX]; /* Mapped driver images. */
    struct io_disks *disks;
};

PIRP io_irp_new(CCHAR stack_size); /* Of the kernel's own; NULL: pool exhausted. */
static inline struct io_part *io_part(PIRP irp) { return irp->IoManager; }
void io_irp_queue(PIRP irp); /* On the current thread's list. */
void io_irp_unqueue(PIRP irp);
VOID IopCompleteRequest(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *argument1,
                        PVOID *argument2);
/* Deferred completion: the second half, by the issuing service. */
void io_complete_inline(PIRP irp);
void io_free_buffers(PIRP irp);
void IopCloseFile(struct ke_process *process, void *body, uint32_t process_handles,
                  uint32_t system_handles);
void IopDeleteFile(void *body);
void IopDeleteDevice(void *body);
void IopDeleteDriver(void *body);
void IopDeleteCompletion(void *body);
void IopDereferenceDeviceObject(PDEVICE_OBJECT device);
/* Runs a pending unload if every device is idle (7.3 step 5). */
void io_try_unload(PDRIVER_OBJECT driver);
NTSTATUS IopInvalidDeviceRequest(PDEVICE_OBJECT device, PIRP irp);
PDEVICE_OBJECT io_related_device(PFILE_OBJECT file); /* Top of the stack the file was opened on. */
NTSTATUS io_lock_file(PFILE_OBJECT file, KPROCESSOR_MODE mode);
void io_unlock_file(PFILE_OBJECT file);
void io_port_complete(struct io_completion *completion, PVOID context, const IO_STATUS_BLOCK *iosb);
/* In System, or at boot. */
NTSTATUS IopLoadDriver(PCWSTR service_key, PCWSTR name, const struct io_image *image);
void io_disk_start(void);
uint32_t io_name_chars(PCWSTR name);

/* ---- Registry and logs ----------------------------------------------------------------------- */
struct cm_key {
    char path[PATH_CHARS_MAX + 1];
}; /* Body of a key object. */
struct cm_value {
    char path[PATH_CHARS_MAX + 1];
    char name[NAME_MAX_CHARS + 1];
    uint32_t type; /* REG_SZ or REG_DWORD. */
    uint32_t number;
    char text[PATH_CHARS_MAX + 1];
};
struct cm_state {
    uint32_t value_count;
    struct cm_value values[REGISTRY_VALUES_MAX];
    uint32_t line_count, line_first;
    struct cm_line lines[LOG_LINES_MAX];
};
/* \FileSystem\ExIfs: "ExIfs". */
void cm_source_name(const DRIVER_OBJECT *driver, char *out, size_t size);
