/* io.c - !irp, !irpfind, !drvobj, !devobj, !devstack, !object: the I/O manager's objects. */
#include "ui/kd/inside.h"
#include "model/look/objects.h"
#include <stdlib.h>
#include <string.h>

/* ---- Requests -------------------------------------------------------------------------------- */

struct irp_wish {
    uint32_t address;
    bool found;
    struct look_irp irp;
};

static void see_irp(struct world *world, void *ctx)
{
    struct irp_wish *wish = ctx;

    wish->found = look_irp(world, wish->address, &wish->irp);
}

static void print_location(struct kd *kd, const struct look_irp *irp, int index)
{
    const struct look_location *at = &irp->locations[index];
    char name[REPORT_FRAME_CHARS];
    uint32_t routine = kd_code(kd, at->routine, name);

    fprintf(kd->out, "%c[%3x,%2x]  %2x %2x %08x %08x %08x-%08x%s%s%s%s\n",
            index + 1 == irp->current ? '>' : ' ', at->major, at->minor, at->flags, at->control,
            at->device, at->file, routine, at->context, at->control & 0x40 ? " Success" : "",
            at->control & 0x80 ? " Error" : "", at->control & 0x20 ? " Cancel" : "",
            at->control & 0x01 ? " pending" : "");
    if (at->driver[0] != 0 || name[0] != 0)
        fprintf(kd->out, "\t       %s\t%s\n", at->driver, name);
    else
        fputc('\n', kd->out);
    fprintf(kd->out, "\t\t\tArgs: %08x %08x %08x %08x\n", at->arguments[0], at->arguments[1],
            at->arguments[2], at->arguments[3]);
}

static void print_irp(struct kd *kd, const struct look_irp *irp)
{
    if (irp->completed)
        fprintf(kd->out, "Irp is completed.  %d stacks, status %08x\n", irp->stack_count,
                (unsigned)irp->status);
    else
        fprintf(kd->out, "Irp is active with %d stacks %d is current (= 0x%08x)\n",
                irp->stack_count, irp->current,
                irp->current <= LOOK_LOCATIONS_MAX && irp->current <= irp->stack_count
                    ? irp->locations[irp->current - 1].address
                    : 0);
    if (irp->mdl != 0)
        fprintf(kd->out, " Mdl = %08x", irp->mdl);
    else
        fprintf(kd->out, " No Mdl");
    if (irp->system_buffer != 0)
        fprintf(kd->out, " System buffer = %08x", irp->system_buffer);
    else
        fprintf(kd->out, " No System Buffer");
    fprintf(kd->out, " Thread %08x:  Irp stack trace.%s\n", irp->thread,
            irp->pending_returned ? "  Pending has been returned" : "");
    fprintf(kd->out, "     cmd  flg cl Device   File     Completion-Context\n");
    for (int i = 0; i < irp->stack_count && i < LOOK_LOCATIONS_MAX; i++)
        print_location(kd, irp, i);
}

void kd_do_irp(struct kd *kd, const struct kd_words *words)
{
    struct irp_wish wish = { 0 };

    if (words->count < 2) {
        kd_complain(kd, "!irp needs an address (expected one of !irpfind)");
        return;
    }
    if (!kd_number_at(kd, words, 1, 0, &wish.address))
        return;
    kd_see(kd, see_irp, &wish);
    if (wish.found)
        print_irp(kd, &wish.irp);
    else
        kd_complain(kd, "!irp: no IRP at %08x (expected an address of !irpfind)", wish.address);
}

void kd_print_irp_line(struct kd *kd, uint32_t address, const char *indent)
{
    struct irp_wish wish = { .address = address };

    kd_see(kd, see_irp, &wish);
    fprintf(kd->out, "%s        %08x: (0006,%04x) Flags: %08x  Mdl: %08x\n", indent, address,
            wish.irp.size, wish.irp.flags, wish.irp.mdl);
}

struct all_irps {
    uint32_t count;
    const struct inspect *look;
    struct look_irp *irps;
};

static void see_all(struct world *world, void *ctx)
{
    struct all_irps *all = ctx;

    for (uint32_t i = 0; i < all->look->packet_count; i++)
        if (look_irp(world, all->look->packets[i].address, &all->irps[all->count]))
            all->count++;
}

void kd_do_irpfind(struct kd *kd, const struct kd_words *words)
{
    struct all_irps all = { .look = kd->look };

    (void)words;
    all.irps = calloc(kd->look->packet_count + 1, sizeof *all.irps);
    CHECK(all.irps != NULL);
    kd_see(kd, see_all, &all);
    fprintf(kd->out,
            "  Irp    [ Thread ] irpStack: (Mj,Mn)   DevObj  [Driver]         MDL Process\n");
    for (uint32_t i = 0; i < all.count; i++) {
        const struct look_irp *irp = &all.irps[i];
        int at = irp->current < 1 ? 1 : irp->current;
        const struct look_location *location;

        at = at > irp->stack_count ? irp->stack_count : at;
        at = at > LOOK_LOCATIONS_MAX ? LOOK_LOCATIONS_MAX : at;
        location = &irp->locations[at - 1];
        fprintf(kd->out, "%08x [%08x] ", irp->address, irp->thread);
        if (irp->completed)
            fprintf(kd->out, "Irp is complete (CurrentLocation %d > StackCount %d)\n", irp->current,
                    irp->stack_count);
        else
            fprintf(kd->out, "irpStack: (%2x,%2x)  %08x [%s] %08x %08x\n", location->major,
                    location->minor, location->device, location->driver, irp->mdl, irp->process);
    }
    free(all.irps);
}

/* ---- Drivers --------------------------------------------------------------------------------- */

struct driver_wish {
    uint32_t address;
    const char *name;
    bool found;
    struct look_driver driver;
};

static void see_driver(struct world *world, void *ctx)
{
    struct driver_wish *wish = ctx;

    wish->found = look_driver(world, wish->address, wish->name, &wish->driver);
}

static void print_routine(struct kd *kd, const char *label, const void *code)
{
    char name[REPORT_FRAME_CHARS];
    uint32_t address = kd_code(kd, code, name);

    fprintf(kd->out, "%s%08x\t%s\n", label, address, name);
}

static const char *const majors[LOOK_MAJORS] = {
    "CREATE",
    "CREATE_NAMED_PIPE",
    "CLOSE",
    "READ",
    "WRITE",
    "QUERY_INFORMATION",
    "SET_INFORMATION",
    "QUERY_EA",
    "SET_EA",
    "FLUSH_BUFFERS",
    "QUERY_VOLUME_INFORMATION",
    "SET_VOLUME_INFORMATION",
    "DIRECTORY_CONTROL",
    "FILE_SYSTEM_CONTROL",
    "DEVICE_CONTROL",
    "INTERNAL_DEVICE_CONTROL",
    "SHUTDOWN",
    "LOCK_CONTROL",
    "CLEANUP",
    "CREATE_MAILSLOT",
    "QUERY_SECURITY",
    "SET_SECURITY",
    "POWER",
    "SYSTEM_CONTROL",
    "DEVICE_CHANGE",
    "QUERY_QUOTA",
    "SET_QUOTA",
    "PNP",
};

static void print_routines(struct kd *kd, const struct look_driver *driver)
{
    static const struct stack_line refuses = { .name = "nt!IopInvalidDeviceRequest" };
    char label[48];

    print_routine(kd, "\nDriverEntry:   ", driver->entry);
    print_routine(kd, "DriverStartIo: ", driver->start_io);
    print_routine(kd, "DriverUnload:  ", driver->unload);
    print_routine(kd, "AddDevice:     ", driver->add_device);
    fprintf(kd->out, "\nDispatch routines:\n");
    for (uint32_t i = 0; i < LOOK_MAJORS; i++) {
        snprintf(label, sizeof label, "[%02x] IRP_MJ_%-28s ", i, majors[i]);
        if (driver->dispatch[i] != NULL)
            print_routine(kd, label, driver->dispatch[i]);
        else
            fprintf(kd->out, "%s%08x\t%s\n", label, stack_function(&refuses), refuses.name);
    }
}

void kd_do_drvobj(struct kd *kd, const struct kd_words *words)
{
    struct driver_wish wish = { 0 };
    uint32_t flags;

    if (words->count < 2) {
        kd_complain(kd, "!drvobj needs a driver (expected a name such as \\Driver\\echo)");
        return;
    }
    wish.name = words->words[1];
    if (!kd_number_at(kd, words, 2, 1, &flags))
        return;
    kd_see(kd, see_driver, &wish);
    if (!wish.found && kd_number(wish.name, &wish.address))
        kd_see(kd, see_driver, &wish);
    if (!wish.found) {
        kd_complain(kd, "!drvobj: no driver \"%s\" (expected a name such as \\Driver\\echo)",
                    wish.name);
        return;
    }
    fprintf(kd->out, "Driver object (%08x) is for:\n %s\n", wish.driver.address, wish.driver.name);
    fprintf(kd->out, "Driver Extension List: (id , addr)\n\nDevice Object list:\n");
    for (uint32_t i = 0; i < wish.driver.device_count && i < LOOK_DEVICES_MAX; i++)
        fprintf(kd->out, "%s%08x", i % 4 != 0 ? "  " : i > 0 ? "\n" : "", wish.driver.devices[i]);
    fputc('\n', kd->out);
    if (flags & 2)
        print_routines(kd, &wish.driver);
}

/* ---- Devices --------------------------------------------------------------------------------- */

struct device_wish {
    uint32_t address;
    bool found;
    struct look_device device;
};

static void see_device(struct world *world, void *ctx)
{
    struct device_wish *wish = ctx;

    wish->found = look_device(world, wish->address, &wish->device);
}

/* False: the words name no device; that was said. */
static bool find_device(struct kd *kd, const struct kd_words *words, struct device_wish *wish)
{
    if (words->count < 2) {
        kd_complain(kd, "%s needs an address (expected one of !drvobj)", words->words[0]);
        return false;
    }
    if (!kd_number_at(kd, words, 1, 0, &wish->address))
        return false;
    kd_see(kd, see_device, wish);
    if (!wish->found)
        kd_complain(kd, "%s: no device at %08x (expected an address of !drvobj)", words->words[0],
                    wish->address);
    return wish->found;
}

static void print_attached(struct kd *kd, const char *label, uint32_t address)
{
    struct device_wish wish = { .address = address };

    if (address == 0)
        return;
    kd_see(kd, see_device, &wish);
    fprintf(kd->out, "%s %08x %s\n", label, address, wish.device.driver_name);
}

void kd_do_devobj(struct kd *kd, const struct kd_words *words)
{
    struct device_wish wish = { 0 };
    const struct look_device *device = &wish.device;

    if (!find_device(kd, words, &wish))
        return;
    fprintf(kd->out, "Device object (%08x) is for:\n %s %s DriverObject %08x\n", device->address,
            device->name, device->driver_name, device->driver);
    fprintf(kd->out, "Current Irp %08x RefCount %d Type %08x Flags %08x\n", device->current_irp,
            device->references, device->type, device->flags);
    fprintf(kd->out, "Dacl ???????? DevExt %08x DevObjExt %08x \n", device->extension,
            device->object_extension);
    fprintf(kd->out, "ExtensionFlags (%010x)  \n", device->extension_flags);
    print_attached(kd, "AttachedDevice (Upper)", device->upper);
    print_attached(kd, "AttachedTo (Lower)", device->lower);
    fprintf(kd->out, "Device queue is %sbusy.\n", device->busy ? "" : "not ");
}

void kd_do_devstack(struct kd *kd, const struct kd_words *words)
{
    struct device_wish asked = { 0 }, wish;

    if (!find_device(kd, words, &asked))
        return;
    fprintf(kd->out, "  !DevObj   !DrvObj            !DevExt   ObjectName\n");
    wish = asked;
    while (wish.device.upper != 0) {
        wish.address = wish.device.upper;
        kd_see(kd, see_device, &wish);
    }
    for (;;) {
        const struct look_device *device = &wish.device;

        fprintf(kd->out, "%c %08x  %-19s%08x  %s\n", device->address == asked.address ? '>' : ' ',
                device->address, device->driver_name, device->extension, device->name);
        if (device->lower == 0)
            return;
        wish.address = device->lower;
        kd_see(kd, see_device, &wish);
    }
}

/* ---- Names ----------------------------------------------------------------------------------- */

enum { NAMES_MAX = 4096 };
struct all_names {
    struct look_object *list;
    uint32_t count;
};

static void see_names(struct world *world, void *ctx)
{
    struct all_names *all = ctx;
    uint32_t count = look_names(world, all->list, NAMES_MAX);

    all->count = count < NAMES_MAX ? count : NAMES_MAX;
}

static void print_object(struct kd *kd, const struct look_object *object)
{
    fprintf(kd->out, "Object: %08x  Type: %s\n", object->address, inspect_type_name(object->type));
    fprintf(kd->out, "    HandleCount: %d  PointerCount: %d\n", object->handles, object->pointers);
    fprintf(kd->out, "    Name: %s\n", object->name);
    if (object->target[0] != 0)
        fprintf(kd->out, "    Target String is '%s'\n", object->target);
}

/* Lists what lies directly below a path; returns how many. */
static uint32_t print_below(struct kd *kd, const struct all_names *all, const char *path)
{
    size_t length = strlen(path);
    uint32_t count = 0;

    while (length > 0 && path[length - 1] == '\\')
        length--;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct look_object *object = &all->list[i];
        const char *rest = object->name + length;
        char folder[2 * INSPECT_NAME];

        snprintf(folder, sizeof folder, "%.*s", (int)length, object->name);
        if (strlen(object->name) <= length + 1 || *rest != '\\' ||
            strncmp(folder, path, length) != 0 || strchr(rest + 1, '\\') != NULL)
            continue;
        if (count++ == 0)
            fprintf(kd->out, "    Address  Type          Name\n    -------  ----          ----\n");
        fprintf(kd->out, "    %08x %-13s %s\n", object->address, inspect_type_name(object->type),
                rest + 1);
    }
    return count;
}

/* Compares the first components of two names, "\\Device" of "\\Device\\Tcp". */
static bool is_same_first(const char *one, const char *other)
{
    size_t length = 1 + strcspn(one + 1, "\\");

    return strncmp(one, other, length) == 0 && (other[length] == 0 || other[length] == '\\');
}

/* Lists the first component of each name, once: folders have no object here. */
static void print_root(struct kd *kd, const struct all_names *all)
{
    fprintf(kd->out, "    Address  Type          Name\n    -------  ----          ----\n");
    for (uint32_t i = 0; i < all->count; i++) {
        const struct look_object *object = &all->list[i];
        size_t length = 1 + strcspn(object->name + 1, "\\");
        uint32_t before = 0;

        while (before < i && !is_same_first(object->name, all->list[before].name))
            before++;
        if (before < i)
            continue;
        if (object->name[length] == 0)
            fprintf(kd->out, "    %08x %-13s %s\n", object->address,
                    inspect_type_name(object->type), object->name + 1);
        else
            fprintf(kd->out, "    ???????? %-13s %.*s\n", "Directory", (int)length - 1,
                    object->name + 1);
    }
}

void kd_do_object(struct kd *kd, const struct kd_words *words)
{
    struct all_names all = { .list = calloc(NAMES_MAX, sizeof *all.list) };
    const char *path = words->count > 1 ? words->rest : "\\";
    uint32_t address = 0, found = 0;

    CHECK(all.list != NULL);
    kd_see(kd, see_names, &all);
    if (path[0] != '\\' && !kd_number(path, &address)) {
        kd_complain(kd, "!object \"%s\" (expected a path such as \\Device, or an address)", path);
        free(all.list);
        return;
    }
    if (strcmp(path, "\\") == 0) {
        print_root(kd, &all);
        free(all.list);
        return;
    }
    for (uint32_t i = 0; i < all.count; i++)
        if (address != 0 ? all.list[i].address == address : kd_fits(path, all.list[i].name)) {
            print_object(kd, &all.list[i]);
            found++;
        }
    if (address == 0)
        found += print_below(kd, &all, path);
    if (found == 0)
        kd_complain(kd, "!object: nothing named \"%s\" (expected a path such as \\Device)", path);
    free(all.list);
}
