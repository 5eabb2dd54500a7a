/* objects.c - see objects.h. Objects without a name are reached from those that have one: a device
 * from its driver, an IRP from the list of all. */
#include "model/look/objects.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/look/inspect_private.h"
#include <string.h>

/* ---- Names ----------------------------------------------------------------------------------- */

/* Copies a name as it was given; the namespace itself keeps it in upper case. */
static void copy_name(char *out, size_t size, const struct ob_name *name)
{
    size_t i;

    for (i = 0; name != NULL && i < name->chars && i + 1 < size; i++)
        out[i] = name->given[i] >= ' ' && name->given[i] < 0x7f ? (char)name->given[i] : '?';
    out[i] = 0;
}

static void name_of(char out[INSPECT_NAME], const void *body)
{
    out[0] = 0;
    if (body != NULL)
        copy_name(out, INSPECT_NAME, ob_header(body)->name);
}

static void look_at_object(struct look_object *out, const struct ob_name *name)
{
    const struct ob_header *header = ob_header(name->body);

    memset(out, 0, sizeof *out);
    out->address = header->address;
    out->type = (uint8_t)header->type->index;
    out->handles = header->handle_count;
    out->pointers = header->pointer_count;
    copy_name(out->name, sizeof out->name, name);
    if (header->type->index == OB_SYMLINK) {
        const struct ob_symlink *link = name->body;

        for (size_t i = 0; i + 1 < sizeof out->target && link->target[i] != 0; i++)
            out->target[i] = (char)link->target[i];
    }
}

/* Puts an object where its name belongs; the last one falls out if there is no room. */
static void insert(struct look_object *list, uint32_t count, uint32_t max,
                   const struct look_object *one)
{
    uint32_t at = MIN_OF(count, max);

    if (at == max && (max == 0 || strcmp(list[max - 1].name, one->name) < 0))
        return;
    at -= at == max;
    for (; at > 0 && strcmp(list[at - 1].name, one->name) > 0; at--)
        list[at] = list[at - 1];
    list[at] = *one;
}

uint32_t look_names(struct world *world, struct look_object *out, uint32_t max)
{
    struct kernel *before = look_enter(world);
    uint32_t count = 0;

    for (uint32_t i = 0; i < OB_NAME_BUCKETS; i++)
        for (const struct ob_name *name = ke->ob->names[i]; name != NULL; name = name->next) {
            struct look_object one;

            look_at_object(&one, name);
            insert(out, count++, max, &one);
        }
    ke = before;
    return count;
}

/* ---- Requests -------------------------------------------------------------------------------- */

/* The address that a pointer shows; 0 for none. */
static uint32_t shown(const void *pointer)
{
    return pointer != NULL ? ke_address_shown(pointer) : 0;
}

static void look_at_location(struct look_location *out, const IO_STACK_LOCATION *location,
                             uint32_t address)
{
    const PVOID *words = (const PVOID *)(const void *)&location->Parameters;

    out->address = address;
    out->major = location->MajorFunction;
    out->minor = location->MinorFunction;
    out->flags = location->Flags;
    out->control = location->Control;
    out->device = ob_address(location->DeviceObject);
    out->file = ob_address(location->FileObject);
    out->context = location->CompletionRoutine != NULL ? shown(location->Context) : 0;
    out->routine = (const void *)(uintptr_t)location->CompletionRoutine;
    for (int i = 0; i < LOOK_ARGUMENTS; i++) /* Small ones are numbers, the others pointers. */
        out->arguments[i] =
            (uintptr_t)words[i] <= UINT32_MAX ? (uint32_t)(uintptr_t)words[i] : shown(words[i]);
    if (location->DeviceObject != NULL)
        name_of(out->driver, location->DeviceObject->DriverObject);
}

static void look_at_irp(struct look_irp *out, const struct io_part *part)
{
    PIRP irp = part->irp;

    memset(out, 0, sizeof *out);
    out->address = part->address;
    if (part->thread != NULL) {
        out->thread = part->thread->address;
        out->process = part->thread->process->address;
    }
    out->mdl = shown(irp->MdlAddress);
    if (irp->Flags & (IRP_BUFFERED_IO | IRP_ASSOCIATED_IRP))
        out->system_buffer = shown(irp->AssociatedIrp.SystemBuffer);
    out->flags = irp->Flags;
    out->stack_count = irp->StackCount;
    out->current = irp->CurrentLocation;
    out->size = NT_IRP_BYTES + (uint32_t)irp->StackCount * NT_STACK_LOCATION_BYTES;
    out->pending_returned = irp->PendingReturned != 0;
    out->cancel = irp->Cancel != 0;
    out->completed = irp->CurrentLocation > irp->StackCount + 1;
    out->status = irp->IoStatus.Status;
    out->information = irp->IoStatus.Information;
    for (int i = 0; i < irp->StackCount && i < LOOK_LOCATIONS_MAX; i++)
        look_at_location(&out->locations[i], io_location(irp, i + 1),
                         part->address + NT_IRP_BYTES + (uint32_t)i * NT_STACK_LOCATION_BYTES);
}

/* The allocated IRP at an address; NULL: there is none. */
static const struct io_part *find_irp(uint32_t address)
{
    for (const struct link *pos = ke->io->irps.next; pos != &ke->io->irps; pos = pos->next)
        if (LIST_ITEM(pos, struct io_part, live)->address == address)
            return LIST_ITEM(pos, struct io_part, live);
    return NULL;
}

bool look_irp(struct world *world, uint32_t address, struct look_irp *out)
{
    struct kernel *before = look_enter(world);
    const struct io_part *part = find_irp(address);

    if (part != NULL)
        look_at_irp(out, part);
    ke = before;
    return part != NULL;
}

/* ---- Devices and drivers --------------------------------------------------------------------- */

/* The driver objects, one after the other: the next one behind bucket *bucket; NULL: no more. */
static PDRIVER_OBJECT next_driver(uint32_t *bucket, const struct ob_name **at)
{
    for (;;) {
        while (*at == NULL && *bucket < OB_NAME_BUCKETS)
            *at = ke->ob->names[(*bucket)++];
        if (*at == NULL)
            return NULL;
        void *body = (*at)->body;

        *at = (*at)->next;
        if (ob_header(body)->type->index == OB_DRIVER)
            return body;
    }
}

static PDEVICE_OBJECT find_device(uint32_t address)
{
    const struct ob_name *at = NULL;
    uint32_t bucket = 0;

    for (PDRIVER_OBJECT driver; (driver = next_driver(&bucket, &at)) != NULL;)
        for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL;
             device = device->NextDevice)
            if (ob_address(device) == address)
                return device;
    return NULL;
}

bool look_device(struct world *world, uint32_t address, struct look_device *out)
{
    struct kernel *before = look_enter(world);
    PDEVICE_OBJECT device = find_device(address);

    memset(out, 0, sizeof *out);
    if (device != NULL) {
        const struct io_device_extension *extension = io_extension(device);

        out->address = address;
        out->driver = ob_address(device->DriverObject);
        out->current_irp = device->CurrentIrp != NULL ? io_irp_address(device->CurrentIrp) : 0;
        out->references = device->ReferenceCount;
        out->type = device->DeviceType;
        out->flags = device->Flags;
        out->extension = shown(device->DeviceExtension);
        out->object_extension = shown(extension);
        out->extension_flags = extension->ExtensionFlags;
        out->upper = ob_address(device->AttachedDevice);
        out->lower = ob_address(extension->attached_to);
        out->busy = device->DeviceQueue.Busy != 0;
        name_of(out->name, device);
        name_of(out->driver_name, device->DriverObject);
    }
    ke = before;
    return device != NULL;
}

static void look_at_driver(struct look_driver *out, const DRIVER_OBJECT *driver)
{
    out->address = ob_address(driver);
    name_of(out->name, driver);
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL; device = device->NextDevice)
        if (out->device_count++ < LOOK_DEVICES_MAX)
            out->devices[out->device_count - 1] = ob_address(device);
    out->entry = (const void *)(uintptr_t)driver->DriverInit;
    out->start_io = (const void *)(uintptr_t)driver->DriverStartIo;
    out->unload = (const void *)(uintptr_t)driver->DriverUnload;
    if (driver->DriverExtension != NULL)
        out->add_device = (const void *)(uintptr_t)driver->DriverExtension->AddDevice;
    for (int i = 0; i < LOOK_MAJORS; i++)
        if (driver->MajorFunction[i] != IopInvalidDeviceRequest)
            out->dispatch[i] = (const void *)(uintptr_t)driver->MajorFunction[i];
}

/* True if a driver's name is this one, or ends with it behind a backslash; case does not matter. */
static bool is_named(const DRIVER_OBJECT *driver, const char *name)
{
    char own[INSPECT_NAME];
    size_t length, wanted = strlen(name);
    const char *at = own;

    name_of(own, driver);
    length = strlen(own);
    if (length < wanted || wanted == 0)
        return false;
    at += length - wanted;
    if (at != own && at[-1] != '\\')
        return false;
    for (; *name != 0 && ((*at ^ *name) & ~0x20) == 0; at++, name++)
        continue;
    return *name == 0;
}

bool look_driver(struct world *world, uint32_t address, const char *name, struct look_driver *out)
{
    struct kernel *before = look_enter(world);
    const struct ob_name *at = NULL;
    PDRIVER_OBJECT driver;
    uint32_t bucket = 0;

    memset(out, 0, sizeof *out);
    while ((driver = next_driver(&bucket, &at)) != NULL)
        if (address != 0 ? ob_address(driver) == address : is_named(driver, name)) {
            look_at_driver(out, driver);
            break;
        }
    ke = before;
    return driver != NULL;
}

/* Where the code of a driver with this name begins; 0: it is none of a guest's. */
static uint32_t code_of(const char *service)
{
    const struct ob_name *at = NULL;
    PDRIVER_OBJECT driver;
    uint32_t bucket = 0;

    while ((driver = next_driver(&bucket, &at)) != NULL)
        if (is_named(driver, service) && ke->code_address != NULL && driver->DriverInit != NULL)
            return ke->code_address((const void *)(uintptr_t)driver->DriverInit) &
                   ~(uint32_t)(LOOK_MODULE_BYTES - 1);
    return 0;
}

bool look_module(struct world *world, uint32_t number, char name[INSPECT_NAME], uint32_t *start)
{
    struct kernel *before = look_enter(world);
    const char *found = NULL;

    for (uint32_t i = 0; io_service_name(i) != NULL && found == NULL; i++)
        if (io_service_present(io_service_name(i)) && number-- == 0)
            found = io_service_name(i);
    inspect_copy(name, found);
    *start = found != NULL ? code_of(found) : 0;
    ke = before;
    return found != NULL;
}

/* ---- Timers and APCs ------------------------------------------------------------------------- */

static struct ke_thread *thread_of_timer(const KTIMER *timer)
{
    LIST_EACH(each, &ke->processes) {
        struct ke_process *process = LIST_ITEM(each, struct ke_process, process_link);

        LIST_EACH(pos, &process->threads) {
            struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);

            if (&thread->timer == timer)
                return thread;
        }
    }
    return NULL;
}

static void look_at_timer(struct look_timer *out, const KTIMER *timer)
{
    const struct ke_thread *thread = thread_of_timer(timer);

    memset(out, 0, sizeof *out);
    out->address = shown(timer);
    out->due = timer->DueTime;
    out->period_ms = (uint32_t)timer->Period;
    if (timer->Dpc != NULL) {
        out->dpc = shown(timer->Dpc);
        out->routine = (const void *)(uintptr_t)timer->Dpc->DeferredRoutine;
    }
    if (thread != NULL)
        out->thread = thread->address;
}

uint32_t look_timers(struct world *world, struct look_timer *out, uint32_t max)
{
    struct kernel *before = look_enter(world);
    uint32_t count = 0;

    for (const LIST_ENTRY *pos = ke->timers.Flink; pos != &ke->timers; pos = pos->Flink)
        if (count++ < max)
            look_at_timer(&out[count - 1], CONTAINING_RECORD(pos, KTIMER, TimerListEntry));
    ke = before;
    return count;
}

/* Adds the APCs of one list; returns the new count. */
static uint32_t add_apcs(struct look_apc *out, uint32_t max, uint32_t count, const LIST_ENTRY *head,
                         const struct ke_thread *thread)
{
    for (const LIST_ENTRY *pos = head->Flink; pos != head; pos = pos->Flink) {
        const KAPC *apc = CONTAINING_RECORD(pos, KAPC, ApcListEntry);

        if (count++ < max)
            out[count - 1] =
                (struct look_apc){ .address = shown(apc),
                                   .thread = thread->address,
                                   .index = (uint8_t)apc->ApcStateIndex,
                                   .user = apc->ApcMode == UserMode,
                                   .kernel = (const void *)(uintptr_t)apc->KernelRoutine,
                                   .normal = (const void *)(uintptr_t)apc->NormalRoutine };
    }
    return count;
}

uint32_t look_apcs(struct world *world, struct look_apc *out, uint32_t max)
{
    struct kernel *before = look_enter(world);
    uint32_t count = 0;

    LIST_EACH(each, &ke->processes) {
        struct ke_process *process = LIST_ITEM(each, struct ke_process, process_link);

        LIST_EACH(pos, &process->threads) {
            const struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);

            for (int mode = 0; mode < MaximumMode; mode++) {
                count = add_apcs(out, max, count, &thread->apc_state.ApcListHead[mode], thread);
                if (thread->saved_apc_state.Process != NULL)
                    count = add_apcs(out, max, count, &thread->saved_apc_state.ApcListHead[mode],
                                     thread);
            }
        }
    }
    ke = before;
    return count;
}

uint32_t look_dpcs(struct world *world, struct look_dpc *out, uint32_t max)
{
    struct kernel *before = look_enter(world);
    uint32_t count = 0;

    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        const LIST_ENTRY *head = &ke->cpus[i].dpcs;

        for (const LIST_ENTRY *pos = head->Flink; pos != head; pos = pos->Flink) {
            const KDPC *dpc = CONTAINING_RECORD(pos, KDPC, DpcListEntry);

            if (count++ < max)
                out[count - 1] =
                    (struct look_dpc){ .address = shown(dpc),
                                       .processor = (uint8_t)i,
                                       .routine = (const void *)(uintptr_t)dpc->DeferredRoutine };
        }
    }
    ke = before;
    return count;
}

/* ---- Resources and pool ---------------------------------------------------------------------- */

static void add_owner(struct look_resource *out, const OWNER_ENTRY *entry)
{
    if (entry->OwnerThread == 0)
        return;
    if (out->owner_count < LOOK_OWNERS_MAX) {
        /* An owner that is no thread has set the lowest bits of its pointer. */
        out->owners[out->owner_count].thread =
            (entry->OwnerThread & 3) == 0 ? shown((const void *)entry->OwnerThread) : 0;
        out->owners[out->owner_count].count = (uint32_t)entry->OwnerCount;
    }
    out->owner_count++;
}

static void look_at_resource(struct look_resource *out, const ERESOURCE *resource)
{
    memset(out, 0, sizeof *out);
    out->address = shown(resource);
    out->exclusive = (resource->Flag & ResourceOwnedExclusive) != 0;
    out->active = (uint32_t)resource->ActiveCount;
    out->contention = resource->ContentionCount;
    out->shared_waiters = resource->NumberOfSharedWaiters;
    out->exclusive_waiters = resource->NumberOfExclusiveWaiters;
    out->shared_by = shown(resource->SharedWaiters);
    out->exclusive_by = shown(resource->ExclusiveWaiters);
    for (int i = 0; i < 2; i++)
        add_owner(out, &resource->OwnerThreads[i]);
    for (ULONG i = 1; resource->OwnerTable != NULL && i < resource->OwnerTable[0].TableSize; i++)
        add_owner(out, &resource->OwnerTable[i]);
}

uint32_t look_resources(struct world *world, struct look_resource *out, uint32_t max)
{
    struct kernel *before = look_enter(world);
    const struct ex_resources *all = &ke->ex->resources;
    uint32_t count = 0;

    for (uint32_t i = 0; i < all->count; i++)
        if (ex_resource_stands(all->list[i]) && count++ < max)
            look_at_resource(&out[count - 1], all->list[i]);
    ke = before;
    return count;
}

bool look_block(struct world *world, uint32_t address, struct look_block *out)
{
    struct kernel *before = look_enter(world);
    struct ex_pool_found block;
    bool found = ex_pool_find(address, &block);

    if (found)
        *out = (struct look_block){ .address = block.address,
                                    .bytes = block.bytes,
                                    .tag = block.tag,
                                    .paged = (block.type & 1) != 0,
                                    .in_use = block.in_use,
                                    .charged = block.charged != NULL ? block.charged->address : 0 };
    ke = before;
    return found;
}

size_t look_object_bytes(struct world *world, uint32_t address, void *to, size_t count)
{
    struct kernel *before = look_enter(world);
    const struct io_part *irp = find_irp(address);
    const void *from = irp != NULL ? irp->irp : ke_address_object(address);
    struct ex_pool_found block;
    size_t room = irp != NULL ? IoSizeOfIrp(irp->irp->StackCount) : from != NULL ? count : 0;

    if (from == NULL && ex_pool_find(address, &block) && block.in_use) {
        from = (const char *)block.memory + (address - block.address);
        room = block.room - (address - block.address);
    }
    room = MIN_OF(room, count);
    if (room > 0)
        memcpy(to, from, room);
    ke = before;
    return room;
}

uint32_t look_pointer(struct world *world, uint64_t pointer)
{
    struct kernel *before = look_enter(world);
    uint32_t address = shown((const void *)(uintptr_t)pointer);

    ke = before;
    return address;
}
