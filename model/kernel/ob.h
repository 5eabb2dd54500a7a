/* ob.h - objects, their names, and handles to them (nt-kernel.md 6).
 *
 *   [ ob_header | body ]     references keep the body; closing a handle calls the type's close
 *
 *     struct mm_section *section = ob_new(OB_SECTION, sizeof *section, 0);     one reference
 *     ob_name_insert(section, L"\\BaseNamedObjects\\EpoxySMTP");
 *     ob_create_handle(section, access, 0, UserMode, &handle);
 *     ObDereferenceObject(section);
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/limits.h"
#include "sim/list.h"

struct ke_process;

/* ---- Types ----------------------------------------------------------------------------------- */
enum ob_type_index {
    OB_PROCESS,
    OB_THREAD,
    OB_EVENT,
    OB_SEMAPHORE,
    OB_MUTANT,
    OB_TIMER,
    OB_FILE,
    OB_DEVICE,
    OB_DRIVER,
    OB_SECTION,
    OB_COMPLETION,
    OB_SYMLINK,
    OB_KEY,
    OB_DIRECTORY,
    OB_TYPE_COUNT
};
struct ob_type {
    const char *name;
    uint32_t index;
    bool waitable;                  /* The body starts with a dispatcher header. */
    uint32_t default_header_offset; /* File objects wait on their Event. Bytes into the body. */
    /* Called when a handle of `process` (the process in force) is closed; the counts are those
     * BEFORE the decrement. */
    void (*close)(struct ke_process *process, void *body, uint32_t process_handles,
                  uint32_t system_handles);
    /* Called when the last reference is gone; ob frees the body afterwards. */
    void (*remove)(void *body);
};
const struct ob_type *ob_type_of(enum ob_type_index type);

/* ---- Objects --------------------------------------------------------------------------------- */
struct ob_holder {              /* Number of handles that one process has to an object. */
    struct ke_process *process; /* NULL: this entry is free. */
    struct ob_holder *next;
    LONG count;
};
struct ob_header {
    /* The alignment makes every body start on 16 bytes, on any host. */
    _Alignas(16) LONG pointer_count;
    LONG handle_count;
    const struct ob_type *type;
    struct ob_name *name; /* NULL: no name. */
    uint32_t address;     /* Simulated address of the body. */
    bool permanent;       /* The object keeps its name when its last handle is closed. */
    struct link reaper_link;
    struct ob_holder holder; /* First process with handles; others are linked to it. */
};
static inline struct ob_header *ob_header(const void *body)
{
    return (struct ob_header *)(uintptr_t)body - 1;
}
static inline uint32_t ob_address(const void *body) { return body ? ob_header(body)->address : 0; }

struct ob_symlink { /* Body of a symbolic link. */
    WCHAR target[NAME_MAX_CHARS + 1];
};

enum { OB_NAME_BUCKETS = 128 };
struct ob_state {
    struct ob_name *names[OB_NAME_BUCKETS];
    struct link reaper; /* Headers of objects to delete, by reaper_link. */
    WORK_QUEUE_ITEM reaper_item;
    bool reaper_queued;
};
/* Makes the empty namespace and the reaper. */
void ob_start(void);

/* Makes an object: zeroed body, one reference, no name. address 0: a new one is given out. NULL: no
 * pool. */
void *ob_new(enum ob_type_index type, size_t body_bytes, uint32_t address);
/* The same for a body of varying size: the pool is charged `charged` bytes for it (ex.h). */
void *ob_new_as(enum ob_type_index type, size_t body_bytes, size_t charged, uint32_t address);
/* Drops a reference; the deletion is always left to the reaper (6.4). */
void ob_dereference_deferred(void *body);

/* ---- Names ----------------------------------------------------------------------------------- */
struct ob_name {
    struct ob_name *next; /* Next name of the hash bucket. */
    void *body;
    uint32_t hash;
    uint32_t chars;
    const WCHAR *given; /* As it was given; chars characters, behind the text. */
    WCHAR text[];       /* Upper case. */
};

/* Puts an object into the namespace: "\\Device\\ExIfs". Names ignore case. */
NTSTATUS ob_name_insert(void *body, PCWSTR name);
/* Removes the name of an object, if it has one. */
void ob_name_remove(void *body);
/* Finds an object by its whole name, following symbolic links, without adding a reference. NULL:
 * none. For the longest matching prefix of a path there is ob_parse. */
void *ob_name_find(PCWSTR name);
void *ob_name_find_link(PCWSTR name); /* The symbolic link of this name itself; NULL: none. */

struct ob_parse { /* The input of IopParseDevice. */
    void *body;
    const WCHAR *rest; /* The rest of `path` behind the object's name: "" or "\..." */
    WCHAR path[PATH_CHARS_MAX + 1];
};
/* Finds the longest prefix of a path that names an object, following symbolic links. No reference
 * added. */
NTSTATUS ob_parse(PCWSTR name, struct ob_parse *out);
/* Copies the name of the attributes, terminated. NULL: no name, or longer than the buffer. */
PCWSTR ob_attributes_name(const OBJECT_ATTRIBUTES *attributes, WCHAR *buffer, size_t chars);

/* ---- Handles --------------------------------------------------------------------------------- */
enum { HANDLE_CHUNK = 256, HANDLE_CHUNKS = HANDLES_MAX / HANDLE_CHUNK };
struct ob_entry {
    void *body; /* NULL: free. */
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
/* Makes the empty handle table of a process. */
void ob_table_new(struct ke_process *process);
void ob_table_free(struct ob_table *table);
uint32_t ob_handle_count(const struct ke_process *process);

/* Makes a handle in the table of the process in force, with OBJ_KERNEL_HANDLE in that of System. */
NTSTATUS ob_create_handle(void *body, ACCESS_MASK access, ULONG attributes, KPROCESSOR_MODE mode,
                          HANDLE *out);
/* Closes a handle of the process in force (6.2); in KernelMode a kernel handle, too. */
NTSTATUS ObpCloseHandle(HANDLE handle, KPROCESSOR_MODE mode);
/* Duplicates a handle from one process into another (6.3 row c). */
NTSTATUS ob_duplicate(struct ke_process *source, HANDLE handle, struct ke_process *target,
                      HANDLE *out, ACCESS_MASK access, ULONG options);

/* Closes all handles at the end of a process (6.5 step 15). */
void ObKillProcess(struct ke_process *process);
void ObClearProcessHandleTable(struct ke_process *process); /* Foreign sweep, 6.3 row e. */
/* Attaches to a process and sweeps its handles, as a foreign thread (6.3 rows e and f). */
void ob_sweep_attached(struct ke_process *process);
