/* ob_object.c - objects: types, references, deletion (facts/nt-kernel.md 6.1, 6.4).
 *
 *   [ pool block | ob_header | body ]       code outside ob_ holds bodies
 *
 * Every handle is one reference; so is every kept pointer. Dropping the last reference deletes the
 * object: in line, in the context of the caller, if APCs can still be delivered there; otherwise in
 * a System worker, the reaper. That choice decides in which process, attached or not, a driver gets
 * IRP_MJ_CLOSE (6.3 row g).
 */
#include "model/kernel/ob.h"
#include "model/kernel/ex.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"

enum { FILE_EVENT = offsetof(FILE_OBJECT, Event) }; /* A wait for a file waits for this event. */
/* Size of OBJECT_HEADER on x86; because of it addresses of bodies end in 8 or 0. */
enum { OBJECT_HEADER_BYTES = 0x18 };

/* Cancels the timer, a KTIMER at the start of the body, before its memory is freed. */
static void delete_timer(void *body) { KeCancelTimer(body); }

static const struct ob_type types[OB_TYPE_COUNT] = {
    [OB_PROCESS] = { "Process", OB_PROCESS, true, 0, NULL, PspDeleteProcess },
    [OB_THREAD] = { "Thread", OB_THREAD, true, 0, NULL, PspDeleteThread },
    [OB_EVENT] = { "Event", OB_EVENT, true, 0, NULL, NULL },
    [OB_SEMAPHORE] = { "Semaphore", OB_SEMAPHORE, true, 0, NULL, NULL },
    [OB_MUTANT] = { "Mutant", OB_MUTANT, true, 0, NULL, NULL },
    [OB_TIMER] = { "Timer", OB_TIMER, true, 0, NULL, delete_timer },
    [OB_FILE] = { "File", OB_FILE, true, FILE_EVENT, IopCloseFile, IopDeleteFile },
    [OB_DEVICE] = { "Device", OB_DEVICE, false, 0, NULL, IopDeleteDevice },
    [OB_DRIVER] = { "Driver", OB_DRIVER, false, 0, NULL, IopDeleteDriver },
    [OB_SECTION] = { "Section", OB_SECTION, false, 0, NULL, mm_section_remove },
    [OB_COMPLETION] = { "IoCompletion", OB_COMPLETION, false, 0, NULL, IopDeleteCompletion },
    [OB_SYMLINK] = { "SymbolicLink", OB_SYMLINK, false, 0, NULL, NULL },
    [OB_KEY] = { "Key", OB_KEY, false, 0, NULL, NULL },
    [OB_DIRECTORY] = { "Directory", OB_DIRECTORY, false, 0, NULL, NULL },
};

static const uint32_t pool_tags[OB_TYPE_COUNT] = {
    [OB_PROCESS] = EX_TAG('P', 'r', 'o', 'c'),    [OB_THREAD] = EX_TAG('T', 'h', 'r', 'e'),
    [OB_EVENT] = EX_TAG('E', 'v', 'e', 'n'),      [OB_SEMAPHORE] = EX_TAG('S', 'e', 'm', 'a'),
    [OB_MUTANT] = EX_TAG('M', 'u', 't', 'a'),     [OB_TIMER] = EX_TAG('T', 'i', 'm', 'e'),
    [OB_FILE] = EX_TAG('F', 'i', 'l', 'e'),       [OB_DEVICE] = EX_TAG('D', 'e', 'v', 'i'),
    [OB_DRIVER] = EX_TAG('D', 'r', 'i', 'v'),     [OB_SECTION] = EX_TAG('S', 'e', 'c', 't'),
    [OB_COMPLETION] = EX_TAG('I', 'o', 'C', 'o'), [OB_SYMLINK] = EX_TAG('S', 'y', 'm', 'b'),
    [OB_KEY] = EX_TAG('K', 'e', 'y', ' '),        [OB_DIRECTORY] = EX_TAG('D', 'i', 'r', 'e'),
};

/* Sizes of the bodies on 32-bit x86, which the pool is charged. Those of documented structures are
 * exact, the others general knowledge; 0: the caller's own size. */
static const uint16_t nt_bytes[OB_TYPE_COUNT] = {
    [OB_PROCESS] = 0x278,   [OB_THREAD] = 0x260, [OB_EVENT] = 0x10, [OB_SEMAPHORE] = 0x14,
    [OB_MUTANT] = 0x20,     [OB_TIMER] = 0x98,   [OB_FILE] = 0x70,  [OB_DRIVER] = 0xc4,
    [OB_COMPLETION] = 0x28, [OB_SYMLINK] = 0x20, [OB_KEY] = 0x44,   [OB_DIRECTORY] = 0xa0,
};

/* Drivers name a type by the address of a variable that holds it. These variables never
 * change. */
static POBJECT_TYPE const file_type = (POBJECT_TYPE)(uintptr_t)&types[OB_FILE];
static POBJECT_TYPE const event_type = (POBJECT_TYPE)(uintptr_t)&types[OB_EVENT];
static POBJECT_TYPE const process_type = (POBJECT_TYPE)(uintptr_t)&types[OB_PROCESS];
static POBJECT_TYPE const thread_type = (POBJECT_TYPE)(uintptr_t)&types[OB_THREAD];

static POBJECT_TYPE const device_type = (POBJECT_TYPE)(uintptr_t)&types[OB_DEVICE];
static POBJECT_TYPE const driver_type = (POBJECT_TYPE)(uintptr_t)&types[OB_DRIVER];
static POBJECT_TYPE const semaphore_type = (POBJECT_TYPE)(uintptr_t)&types[OB_SEMAPHORE];

POBJECT_TYPE *IoDeviceObjectType = (POBJECT_TYPE *)(uintptr_t)&device_type;
POBJECT_TYPE *IoDriverObjectType = (POBJECT_TYPE *)(uintptr_t)&driver_type;
POBJECT_TYPE *ExSemaphoreObjectType = (POBJECT_TYPE *)(uintptr_t)&semaphore_type;
POBJECT_TYPE *IoFileObjectType = (POBJECT_TYPE *)(uintptr_t)&file_type;
POBJECT_TYPE *ExEventObjectType = (POBJECT_TYPE *)(uintptr_t)&event_type;
POBJECT_TYPE *PsProcessType = (POBJECT_TYPE *)(uintptr_t)&process_type;
POBJECT_TYPE *PsThreadType = (POBJECT_TYPE *)(uintptr_t)&thread_type;

static VOID ObpReapObject(PVOID parameter);

void ob_start(void)
{
    ke->ob = arena_take(ke->sim->arena, sizeof *ke->ob, 64);
    list_init(&ke->ob->reaper);
    ke->ob->reaper_item = (WORK_QUEUE_ITEM){ .WorkerRoutine = ObpReapObject };
}

const struct ob_type *ob_type_of(enum ob_type_index type) { return &types[type]; }

void *ob_new(enum ob_type_index type, size_t body_bytes, uint32_t address)
{
    return ob_new_as(type, body_bytes, nt_bytes[type] != 0 ? nt_bytes[type] : body_bytes, address);
}

void *ob_new_as(enum ob_type_index type, size_t body_bytes, size_t charged, uint32_t address)
{
    size_t bytes = sizeof(struct ob_header) + body_bytes, all = OBJECT_HEADER_BYTES + charged;
    /* A device contains its driver's extension. */
    struct ob_header *header =
        type == OB_DEVICE ? ex_pool_take_with_part(NonPagedPool, bytes, all, pool_tags[type])
                          : ex_pool_take_as(NonPagedPool, bytes, all, pool_tags[type]);

    if (header == NULL)
        return NULL;
    ex_pool_mark_object(header);
    header->type = &types[type];
    header->pointer_count = 1;
    header->address = address != 0 ? address : ex_pool_address(header) + OBJECT_HEADER_BYTES;
    list_init(&header->reaper_link);
    ke_record(REC_OBJECT_NEW, header->address, type, 0, 0);
    return header + 1;
}

/* ---- Deletion (6.4) -------------------------------------------------------------------------- */

static NT_FRAME void ObpRemoveObjectRoutine(void *body)
{
    struct ob_header *header = ob_header(body);

    ke_record(REC_OBJECT_DELETE, header->address, header->type->index, 0, 0);
    ob_name_remove(body);
    if (header->type->remove != NULL)
        header->type->remove(body);
    /* The last handle is closed before the last reference is dropped. */
    CHECK(header->holder.next == NULL);
    ex_pool_give(header);
}

/* The reaper: one work item deletes all queued objects. The sources disagree on its work queue,
 * critical or delayed (12 item 4). */
static VOID ObpReapObject(PVOID parameter)
{
    struct link *link;

    UNREFERENCED_PARAMETER(parameter);
    ke->ob->reaper_queued = false;
    while ((link = list_take(&ke->ob->reaper)) != NULL)
        ObpRemoveObjectRoutine(LIST_ITEM(link, struct ob_header, reaper_link) + 1);
}

static void defer_delete(struct ob_header *header)
{
    ke_record(REC_OBJECT_DEFER, header->address, 0, 0, 0);
    list_add_tail(&ke->ob->reaper, &header->reaper_link);
    if (ke->ob->reaper_queued)
        return;
    ke->ob->reaper_queued = true;
    ExQueueWorkItem(&ke->ob->reaper_item,
                    ke->switches.reaper_critical ? CriticalWorkQueue : DelayedWorkQueue);
}

/* True if an object can be deleted in line: APCs are not all disabled, as they are at APC_LEVEL or
 * above and in a guarded region (6.4). */
static bool can_delete_here(void)
{
    return KeGetCurrentIrql() < APC_LEVEL && ke_current_thread()->special_apc_disable == 0;
}

/* ---- References ------------------------------------------------------------------------------ */

LONG_PTR ObfReferenceObject(PVOID object) { return ++ob_header(object)->pointer_count; }

static LONG release_reference(struct ob_header *header)
{
    if (header->type < types || header->type >= types + OB_TYPE_COUNT) /* Freed and filled. */
        ke_stop(REFERENCE_BY_POINTER, 0, ex_pool_address(header) + OBJECT_HEADER_BYTES, 0, 0);
    if (header->pointer_count <= 0 || (header->pointer_count == 1 && header->handle_count > 0))
        ke_stop(REFERENCE_BY_POINTER, header->type->index, header->address, 0, 0);
    return --header->pointer_count;
}

NT_FRAME LONG_PTR ObfDereferenceObject(PVOID object)
{
    struct ob_header *header = ob_header(object);
    LONG left;

    ke_require_irql(DISPATCH_LEVEL, header->address);
    left = release_reference(header);
    if (left > 0)
        return left;
    if (can_delete_here())
        ObpRemoveObjectRoutine(object);
    else
        defer_delete(header);
    return 0;
}

void ob_dereference_deferred(void *body)
{
    struct ob_header *header = ob_header(body);

    if (release_reference(header) == 0)
        defer_delete(header);
}

NTSTATUS ObReferenceObjectByPointer(PVOID object, ACCESS_MASK access, POBJECT_TYPE type,
                                    KPROCESSOR_MODE mode)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    UNREFERENCED_PARAMETER(access); /* For a pointer NT checks the type only. */
    UNREFERENCED_PARAMETER(mode);
    if (type != NULL && ob_header(object)->type != type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    ObReferenceObject(object);
    return STATUS_SUCCESS;
}
