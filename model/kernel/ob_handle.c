/* ob_handle.c - handles: tables, counts, and the two ways a whole table is swept
 * (facts/nt-kernel.md 6.1 to 6.5).
 *
 * Every process has a table; kernel handles lie in the table of the System process and have the top
 * bit set. All routines use the table of the process in force. Therefore closing a kernel handle
 * attaches to System (6.2 step 1), a driver gets CLEANUP with ApcStateIndex 1 on rows b, c, e and f
 * of 6.3, and a user handle value used while attached names another object or none.
 *
 *   ObpCloseHandle -> ObpCloseHandleTableEntry -> ObpDecrementHandleCount -> IopCloseFile
 *                           ^                 '-> ObfDereferenceObject -> IopDeleteFile
 *   ObKillProcess, ObClearProcessHandleTable -> ExSweepHandleTable
 */
#include "model/kernel/ob.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ps.h"

#define KERNEL_HANDLE_BIT 0x80000000u
enum { HANDLE_STEP = 4, OBJ_PROTECT_CLOSE = 1, CURRENT_PROCESS = -1, CURRENT_THREAD = -2 };

/* Sizes on 32-bit x86, which the pool is charged (ex.h). */
enum { NT_TABLE_BYTES = 0x44, NT_ENTRY_BYTES = 8, NT_HOLDER_BYTES = 0x24 };

static const uint32_t table_tag = EX_TAG('O', 'b', 't', 'b'),
                      holder_tag = EX_TAG('O', 'b', 'H', 'd');

static uint32_t handle_value(HANDLE handle) { return (uint32_t)(uintptr_t)handle; }
static HANDLE handle_make(uint32_t value) { return (HANDLE)(uintptr_t)value; }
static bool is_pseudo(uint32_t value)
{
    return value == (uint32_t)CURRENT_PROCESS || value == (uint32_t)CURRENT_THREAD;
}

static bool is_kernel_handle(uint32_t value, KPROCESSOR_MODE mode)
{
    return mode == KernelMode && (value & KERNEL_HANDLE_BIT) != 0;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

void ob_table_new(struct ke_process *process)
{
    struct ob_table *table = ex_pool_take_as(PagedPool, sizeof *table, NT_TABLE_BYTES, table_tag);

    if (table != NULL) {
        table->process = process;
        table->high = 1; /* Index 0 is no handle; the first handle is 4. */
    }
    process->handles = table;
}

void ob_table_free(struct ob_table *table)
{
    for (uint32_t i = 0; i < HANDLE_CHUNKS && table->chunks[i] != NULL; i++)
        ex_pool_give(table->chunks[i]);
    ex_pool_give(table);
}

uint32_t ob_handle_count(const struct ke_process *process)
{
    return process->handles != NULL ? process->handles->count : 0;
}

static struct ob_entry *entry_at(const struct ob_table *table, uint32_t index)
{
    return &table->chunks[index / HANDLE_CHUNK][index % HANDLE_CHUNK];
}

/* Finds the entry of a handle value, whose two low bits the caller may use; NULL: no such
 * handle. */
static struct ob_entry *entry_of(const struct ob_table *table, uint32_t value)
{
    uint32_t index = (value & ~KERNEL_HANDLE_BIT) / HANDLE_STEP;

    if (table == NULL || index == 0 || index >= table->high || entry_at(table, index)->body == NULL)
        return NULL;
    return entry_at(table, index);
}

/* Makes room for one more entry. This comes before the entry is taken, because the allocation is a
 * point. */
static bool table_reserve(struct ke_process *process)
{
    struct ob_table *table = process->handles;
    uint32_t chunk = table->high / HANDLE_CHUNK;

    if (table->first_free != 0)
        return true;
    if (chunk >= HANDLE_CHUNKS)
        return false;
    if (table->chunks[chunk] == NULL) {
        struct ob_entry *fresh = ex_pool_take_as(PagedPool, HANDLE_CHUNK * sizeof *fresh,
                                                 HANDLE_CHUNK * NT_ENTRY_BYTES, table_tag);

        if (fresh == NULL || process->handles != table || table->chunks[chunk] != NULL) {
            if (fresh != NULL)
                ex_pool_give(fresh);
            return process->handles == table && fresh != NULL;
        }
        table->chunks[chunk] = fresh;
    }
    return true;
}

static uint32_t entry_take(struct ob_table *table)
{
    uint32_t index = table->first_free;

    if (index != 0)
        table->first_free = entry_at(table, index)->next_free;
    else
        index = table->high++;
    table->count++;
    return index;
}

static void entry_give(struct ob_table *table, struct ob_entry *entry, uint32_t index)
{
    entry->body = NULL;
    entry->next_free = table->first_free;
    table->first_free = index;
    table->count--;
}

/* ---- Counts per process ---------------------------------------------------------------------- */

static struct ob_holder *holder_find(struct ob_header *header, const struct ke_process *process)
{
    struct ob_holder *holder = &header->holder;

    while (holder != NULL && holder->process != process)
        holder = holder->next;
    return holder;
}

static bool ObpIncrementHandleCount(struct ob_header *header, struct ke_process *process)
{
    struct ob_holder *holder = holder_find(header, process);

    if (holder == NULL && header->holder.process == NULL) {
        holder = &header->holder;
        holder->process = process;
    }
    if (holder == NULL) {
        holder = ex_pool_take_as(NonPagedPool, sizeof *holder, NT_HOLDER_BYTES, holder_tag);
        if (holder == NULL)
            return false;
        holder->process = process;
        holder->next = header->holder.next;
        header->holder.next = holder;
    }
    holder->count++;
    header->handle_count++;
    header->pointer_count++;
    return true;
}

static void holder_drop(struct ob_header *header, struct ob_holder *holder)
{
    struct ob_holder **at = &header->holder.next;

    holder->process = NULL;
    if (holder == &header->holder)
        return;
    while (*at != holder)
        at = &(*at)->next;
    *at = holder->next;
    ex_pool_give(holder);
}

/* Decrements the handle counts of the process in force and of the system, then calls the type's
 * close routine with the counts from before (6.2 step 3). */
static NT_FRAME void ObpDecrementHandleCount(struct ke_process *process, void *body)
{
    struct ob_header *header = ob_header(body);
    struct ob_holder *holder = holder_find(header, process);

    CHECK(holder != NULL && holder->count > 0 && header->handle_count > 0);
    uint32_t mine = (uint32_t)holder->count--, all = (uint32_t)header->handle_count--;

    if (holder->count == 0)
        holder_drop(header, holder);
    if (header->type->close != NULL)
        header->type->close(process, body, mine, all);
    if (all == 1 && !header->permanent)
        ob_name_remove(body);
}

/* ---- Creating handles ------------------------------------------------------------------------ */

/* Maps GENERIC_ rights to those of the type: files as in winnt.h, all other types to all rights or
 * none. */
static ACCESS_MASK map_generic(const struct ob_type *type, ACCESS_MASK access)
{
    ACCESS_MASK mapped = access & 0x0fffffffu;

    if (type->index == OB_FILE) {
        mapped |= access & GENERIC_READ ? FILE_GENERIC_READ : 0;
        mapped |= access & GENERIC_WRITE ? FILE_GENERIC_WRITE : 0;
        mapped |= access & GENERIC_ALL ? STANDARD_RIGHTS_ALL | 0x1ff : 0;
    } else if (access & (GENERIC_READ | GENERIC_WRITE | GENERIC_ALL)) {
        mapped |= STANDARD_RIGHTS_ALL | 0xffff;
    }
    return mapped;
}

static NTSTATUS insert(void *body, ACCESS_MASK access, ULONG attributes, bool kernel, HANDLE *out)
{
    struct ke_process *process = kernel ? ke->system : ke_current_process();
    struct ob_header *header = ob_header(body);

    ex_cost(COST_HANDLE);
    if (process->handles == NULL)
        return STATUS_PROCESS_IS_TERMINATING;
    if (!ObpIncrementHandleCount(header, process))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (process->handles == NULL || !table_reserve(process)) {
        ObpDecrementHandleCount(process, body);
        ObDereferenceObject(body);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    uint32_t index = entry_take(process->handles);
    uint32_t value = index * HANDLE_STEP | (kernel ? KERNEL_HANDLE_BIT : 0);

    *entry_at(process->handles, index) =
        (struct ob_entry){ body, map_generic(header->type, access), attributes, 0 };
    ke_record(REC_HANDLE_OPEN, value, header->address, process->address, 0);
    *out = handle_make(value);
    return STATUS_SUCCESS;
}

/* A kernel handle made outside System is inserted while attached to it (6.2, last paragraph). */
NTSTATUS ob_create_handle(void *body, ACCESS_MASK access, ULONG attributes, KPROCESSOR_MODE mode,
                          HANDLE *out)
{
    bool kernel = (attributes & OBJ_KERNEL_HANDLE) != 0 && mode == KernelMode;
    KAPC_STATE state;
    NTSTATUS status;

    if (!kernel || ke_current_process() == ke->system)
        return insert(body, access, attributes, kernel, out);
    KeStackAttachProcess(ke->system, &state);
    status = insert(body, access, attributes, kernel, out);
    KeUnstackDetachProcess(&state);
    return status;
}

NTSTATUS ObOpenObjectByPointer(PVOID object, ULONG attributes, PACCESS_STATE access_state,
                               ACCESS_MASK access, POBJECT_TYPE type, KPROCESSOR_MODE mode,
                               PHANDLE handle)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    UNREFERENCED_PARAMETER(access_state);
    if (type != NULL && ob_header(object)->type != type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    return ob_create_handle(object, access, attributes, mode, handle);
}

/* ---- Looking up handles (6.1) ---------------------------------------------------------------- */

static NTSTATUS reference_pseudo(uint32_t value, POBJECT_TYPE type, PVOID *object,
                                 POBJECT_HANDLE_INFORMATION information)
{
    bool process = value == (uint32_t)CURRENT_PROCESS;
    void *body = process ? (void *)ke_current_process() : (void *)ke_current_thread();

    if (information != NULL)
        *information =
            (OBJECT_HANDLE_INFORMATION){ 0, process ? PROCESS_ALL_ACCESS : THREAD_ALL_ACCESS };
    return ObReferenceObjectByPointer(*object = body, 0, type, KernelMode);
}

NTSTATUS ObReferenceObjectByHandle(HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type,
                                   KPROCESSOR_MODE mode, PVOID *object,
                                   POBJECT_HANDLE_INFORMATION information)
{
    uint32_t value = handle_value(handle);

    *object = NULL;
    ke_require_irql(APC_LEVEL, value); /* The table is paged. */
    ex_cost(COST_HANDLE);
    if (is_pseudo(value))
        return reference_pseudo(value, type, object, information);
    if ((value & KERNEL_HANDLE_BIT) != 0 && mode == UserMode)
        return STATUS_INVALID_HANDLE;
    struct ke_process *process = is_kernel_handle(value, mode) ? ke->system : ke_current_process();
    struct ob_entry *entry = entry_of(process->handles, value);

    if (entry == NULL)
        return STATUS_INVALID_HANDLE;
    if (type != NULL && ob_header(entry->body)->type != type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    if (mode == UserMode &&
        (map_generic(ob_header(entry->body)->type, access) & ~entry->access) != 0)
        return STATUS_ACCESS_DENIED;
    if (information != NULL)
        *information = (OBJECT_HANDLE_INFORMATION){ entry->attributes, entry->access };
    ObReferenceObject(*object = entry->body);
    return STATUS_SUCCESS;
}

/* ---- Closing (6.2) --------------------------------------------------------------------------- */

static NT_FRAME NTSTATUS ObpCloseHandleTableEntry(struct ob_table *table, struct ob_entry *entry,
                                                  uint32_t value, KPROCESSOR_MODE mode,
                                                  bool ignore_protection)
{
    struct ke_process *process = ke_current_process();
    void *body = entry->body;

    if (holder_find(ob_header(body), process) == NULL)
        /* The driver returned in another process than it was called in (11.1 H8). */
        process = table->process;
    if ((entry->attributes & OBJ_PROTECT_CLOSE) != 0 && !ignore_protection) {
        if (mode == KernelMode)
            ke_stop(INVALID_KERNEL_HANDLE, value, 0, 0, 0);
        return STATUS_INVALID_HANDLE;
    }
    entry_give(table, entry, (value & ~KERNEL_HANDLE_BIT) / HANDLE_STEP);
    ke_record(REC_HANDLE_CLOSE, value, ob_header(body)->address, process->address, 0);
    ObpDecrementHandleCount(process, body);
    ObDereferenceObject(body);
    return STATUS_SUCCESS;
}

static NTSTATUS close_invalid(uint32_t value, KPROCESSOR_MODE mode)
{
    if (is_pseudo(value))
        return STATUS_SUCCESS; /* Closing a pseudo handle has no effect. */
    if (mode == KernelMode && ke->switches.kernel_debugger && !ke_current_process()->exiting)
        ke_stop(INVALID_KERNEL_HANDLE, value, 1, 0, 0);
    return STATUS_INVALID_HANDLE;
}

NT_FRAME NTSTATUS ObpCloseHandle(HANDLE handle, KPROCESSOR_MODE mode)
{
    uint32_t value = handle_value(handle);
    bool kernel = is_kernel_handle(value, mode) && !is_pseudo(value);
    bool attach = kernel && ke_current_process() != ke->system;
    KAPC_STATE state;
    NTSTATUS status;

    ke_require_irql(APC_LEVEL, value);
    ex_cost(COST_HANDLE);
    if (attach)
        KeStackAttachProcess(ke->system, &state); /* 6.3 row b. */
    KeEnterCriticalRegion();
    struct ob_table *table = ke_current_process()->handles;
    struct ob_entry *entry =
        (value & KERNEL_HANDLE_BIT) != 0 && !kernel ? NULL : entry_of(table, value);

    if (entry == NULL)
        status = close_invalid(value, mode);
    else
        status = ObpCloseHandleTableEntry(table, entry, value, mode, false);
    KeLeaveCriticalRegion();
    if (attach)
        KeUnstackDetachProcess(&state);
    return status;
}

NT_FRAME NTSTATUS ZwClose(HANDLE handle)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    return ObpCloseHandle(handle, KernelMode);
}

/* Duplicates a handle. The new handle is made first, so that the counts never fall to zero when a
 * handle is moved; then the source is closed, while attached to its process (6.3 row c). */
NTSTATUS ob_duplicate(struct ke_process *source, HANDLE handle, struct ke_process *target,
                      HANDLE *out, ACCESS_MASK access, ULONG options)
{
    KPROCESSOR_MODE mode = ke_current_thread()->previous_mode;
    OBJECT_HANDLE_INFORMATION information;
    KAPC_STATE state;
    void *body;

    KeStackAttachProcess(source, &state);
    NTSTATUS status = ObReferenceObjectByHandle(handle, 0, NULL, mode, &body, &information);

    KeUnstackDetachProcess(&state);
    if (!NT_SUCCESS(status))
        return status;
    if (target != NULL) {
        KeStackAttachProcess(target, &state);
        status = ob_create_handle(
            body, options & DUPLICATE_SAME_ACCESS ? information.GrantedAccess : access,
            information.HandleAttributes & ~OBJ_KERNEL_HANDLE, mode, out);
        KeUnstackDetachProcess(&state);
    }
    if (options & DUPLICATE_CLOSE_SOURCE) {
        KeStackAttachProcess(source, &state);
        ObpCloseHandle(handle, mode);
        KeUnstackDetachProcess(&state);
    }
    ObDereferenceObject(body);
    return status;
}

/* ---- Sweeping (6.3 rows d, e, f) ------------------------------------------------------------- */

/* Closes all handles in table order. A close may take time and change the table, so the walk is by
 * index and reads each entry anew. */
static NT_FRAME void ExSweepHandleTable(struct ob_table *table)
{
    for (uint32_t index = 1; index < table->high; index++) {
        struct ob_entry *entry = entry_at(table, index);

        if (entry->body == NULL)
            continue;
        ex_cost(COST_HANDLE);
        if (entry->body != NULL)
            ObpCloseHandleTableEntry(table, entry, index * HANDLE_STEP, KernelMode, true);
    }
}

static void record_sweep(const struct ke_process *process)
{
    ke_record(REC_HANDLE_SWEEP, process->address, ke_current_process()->address,
              ke_current_thread()->apc_state_index, ob_handle_count(process));
}

/* Row d: the last thread of the process waits for foreign sweepers, then sweeps at home inside a
 * critical region (6.5). */
NT_FRAME void ObKillProcess(struct ke_process *process)
{
    struct ob_table *table;

    ps_rundown_wait(&process->rundown);
    table = process->handles;
    if (table == NULL)
        return;
    KeEnterCriticalRegion();
    record_sweep(process);
    ExSweepHandleTable(table);
    process->handles = NULL;
    ob_table_free(table);
    KeLeaveCriticalRegion();
}

/* Row e: the terminator's thread sweeps, attached to the victim, while the victim's own threads may
 * still run. */
NT_FRAME void ObClearProcessHandleTable(struct ke_process *process)
{
    KAPC_STATE state;

    if (!ps_rundown_acquire(&process->rundown))
        return;
    KeEnterCriticalRegion();
    if (process->handles != NULL) {
        KeStackAttachProcess(process, &state);
        record_sweep(process);
        ExSweepHandleTable(process->handles);
        KeUnstackDetachProcess(&state);
    }
    KeLeaveCriticalRegion();
    ps_rundown_release(&process->rundown);
}

/* Row f: the process object is deleted while its table still exists, because the process never had
 * a thread that could end. */
void ob_sweep_attached(struct ke_process *process)
{
    KAPC_STATE state;

    KeStackAttachProcess(process, &state);
    ObKillProcess(process);
    KeUnstackDetachProcess(&state);
}
