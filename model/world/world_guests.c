/* world_guests.c - drivers and programs from outside, in one world.
 *
 *   image (sim/image.h)  --exifsim_guest-->  slots  <-- addresses of the doors (kernel/doors.h)
 *                                            entry  --> a driver's image, or a program's main
 *
 * The variables of an image are adopted by the arena, so snapshots hold them. They are new whenever
 * the driver is loaded. A program's variables are new when its first process starts: all processes
 * of one program share them, which differs from Windows.
 */
#include "model/exifs/exifs_entry.h"
#include "model/kernel/cm.h"
#include "model/kernel/doors.h"
#include "model/kernel/include/exifsim_guest.h"
#include "model/kernel/io.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_log.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_points.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/kernel/vf.h"
#include "model/kernel/win32.h"
#include "model/world/guests.h"
#include "model/world/world_private.h"
#include <stdio.h>
#include <string.h>

enum { GUEST_PROCESSES_MAX = 64, WORDS_MAX = 32 };

struct guest {
    struct world *world;
    const struct scenario_guest *row;
    const struct exifsim_guest *entry;
    char file[GUEST_NAME_CHARS + 4]; /* "echo.sys", "client.exe" */
    char key[128];
    struct io_image image;
    WORK_QUEUE_ITEM load, unload, start;               /* Each is queued once. */
    struct ke_process *processes[GUEST_PROCESSES_MAX]; /* Referenced until the world ends. */
    uint32_t process_count;
};

/* ---- Images ---------------------------------------------------------------------------------- */

/* A program's calls are no points of their own: they are services, which have points. */
static void no_point(void) { ki_orders_guest(); }

/* The function that a call of a door goes to. */
static void *bound(const struct door *door, bool verified)
{
    void *other = verified ? vf_replacement(door->name) : NULL;

    return other != NULL ? other : door->address;
}

const char *guest_exifs_part(uint32_t number)
{
    return number < ExifsPartCount ? ExifsParts[number].Name : NULL;
}

/* The function of ExIFS with this name; NULL: a row from outside cannot call it. */
static void *part_find(const char *name)
{
    for (uint32_t i = 0; i < ExifsPartCount; i++)
        if (strcmp(ExifsParts[i].Name, name) == 0)
            return (void *)(uintptr_t)ExifsParts[i].Function;
    return NULL;
}

/* A variable of the glue may be larger than the door's: a page's guests are made on a host of 64
 * bits (ui/web/guests_main.c). */
bool guest_bind(struct image *image, bool verified, char *missing, size_t size)
{
    const struct exifsim_guest *guest = host_image_symbol(image->host, "exifsim_guest");
    size_t used = 0;

    missing[0] = 0;
    if (guest == NULL || guest->version != EXIFSIM_GUEST_VERSION) {
        snprintf(missing, size, "no image for this exifsim");
        return false;
    }
    for (unsigned i = 0; i < guest->door_count + guest->variable_count; i++) {
        bool variable = i >= guest->door_count;
        const char *name =
            variable ? guest->variable_names[i - guest->door_count] : guest->door_names[i];
        const struct door *door = door_find(name);
        void *part = door == NULL && !variable ? part_find(name) : NULL;

        if (part != NULL)
            guest->doors[i] = part;
        else if (door == NULL || door->address == NULL ||
                 (variable && door->size > guest->variable_sizes[i - guest->door_count]))
            used += (size_t)snprintf(missing + MIN_OF(used, size), size - MIN_OF(used, size),
                                     "%s%s", used > 0 ? ", " : "", door_shown(name));
        else if (variable)
            memcpy(guest->variables[i - guest->door_count], door->address, door->size);
        else
            guest->doors[i] = bound(door, verified);
    }
    if (used > 0)
        return false;
    *guest->point = guest->driver_entry != NULL ? ke_point : no_point;
    image_seal(image);
    return true;
}

bool guest_begins(const struct image *image, bool is_program)
{
    const struct exifsim_guest *guest = host_image_symbol(image->host, "exifsim_guest");

    return is_program ? guest->main != NULL || guest->wmain != NULL : guest->driver_entry != NULL;
}

static bool is_verified(const struct scenario *s, uint32_t guest)
{
    return (s->verifier.drivers & 1u << guest) != 0;
}

void world_take_guests(struct world *world)
{
    const struct scenario *s = &world->scenario;
    char problem[256];

    if (s->guest_count == 0)
        return;
    for (uint32_t i = 0; i < s->guest_count; i++) {
        struct image *image =
            image_take(s->guests[i].image, s->guests[i].name, problem, sizeof problem);

        if (image == NULL || !guest_bind(image, is_verified(s, i), problem, sizeof problem))
            check_failed_with(__FILE__, __LINE__, "%s: %s", s->guests[i].image, problem);
        world->images[i] = image;
        for (size_t part = 0; part < image->data_count; part++)
            CHECK(arena_adopt(&world->arena, image->data[part].base, image->data[part].size));
    }
}

void world_give_guests(struct world *world)
{
    for (uint32_t i = 0; i < world->scenario.guest_count; i++)
        image_give(world->images[i]);
}

const struct image *world_guest_image(const struct world *world, uint32_t number)
{
    return number < world->scenario.guest_count ? world->images[number] : NULL;
}

bool world_guest_glue(const struct world *world, uint32_t number, struct host_range *out)
{
    const struct exifsim_guest *guest =
        host_image_symbol(world->images[number]->host, "exifsim_guest");

    if (guest == NULL || guest->jumps == NULL)
        return false;
    *out = (struct host_range){ (char *)(uintptr_t)guest->jumps,
                                (size_t)(guest->jumps_end - guest->jumps) };
    return true;
}

static void map_image(const struct io_image *image)
{
    const struct guest *guest = image->context;

    ke_points_driver(true);

    image_fresh(guest->world->images[guest->row - guest->world->scenario.guests]);
}

static void unmap_image(const struct io_image *image)
{
    const struct guest *guest = image->context;

    *guest->entry->point = ke_point_unloaded;
    ke_points_driver(false);
}

/* ---- Drivers --------------------------------------------------------------------------------- */

/* The values of a service's key that an installation writes. */
static void install_service(const struct guest *guest)
{
    const struct scenario_guest *row = guest->row;
    char key[sizeof guest->key], path[sizeof guest->file + sizeof WIN32_FOLDER + 5];

    snprintf(key, sizeof key, "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\%s",
             row->name);
    snprintf(path, sizeof path, "\\??\\%s\\%s", WIN32_FOLDER, guest->file);
    cm_set_dword(key, "Type", SERVICE_KERNEL_DRIVER);
    cm_set_dword(key, "Start",
                 row->start == GUEST_AT_BOOT ? SERVICE_BOOT_START : SERVICE_DEMAND_START);
    cm_set_dword(key, "ErrorControl", SERVICE_ERROR_NORMAL);
    cm_set_text(key, "ImagePath", path);
}

/* The build "mine" of ExIFS, which the product's own installation makes known (world_driver.c). */
static void prepare_exifs(struct guest *guest)
{
    snprintf(guest->file, sizeof guest->file, "exifs.sys");
    guest->image =
        (struct io_image){ .file = guest->file,
                           .entry = (PDRIVER_INITIALIZE)(uintptr_t)guest->entry->driver_entry,
                           .map = map_image,
                           .unmap = unmap_image,
                           .context = guest };
}

struct io_image *world_guest_exifs(struct world *world)
{
    for (uint32_t i = 0; i < world->scenario.guest_count; i++)
        if (world->scenario.guests[i].is_exifs)
            return &world->present->guests[i].image;
    return NULL;
}

static void install_driver(struct guest *guest)
{
    const struct scenario_guest *row = guest->row;

    snprintf(guest->file, sizeof guest->file, "%s.sys", row->name);
    snprintf(guest->key, sizeof guest->key,
             "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\%s\\Parameters", row->name);
    install_service(guest);
    for (uint32_t i = 0; i < row->value_count; i++) {
        const struct scenario_value *value = &row->values[i];

        if (value->is_number)
            cm_set_dword(guest->key, value->name, value->number);
        else
            cm_set_text(guest->key, value->name, value->text);
    }
    guest->image =
        (struct io_image){ .file = guest->file,
                           .entry = (PDRIVER_INITIALIZE)(uintptr_t)guest->entry->driver_entry,
                           .map = map_image,
                           .unmap = unmap_image,
                           .context = guest };
    io_install_driver(row->name, "Driver", &guest->image);
    io_set_filter(row->name, row->attach_to);
    if (row->start == GUEST_AT_BOOT)
        world_boot_driver(guest->world, row->name, NULL);
}

static VOID NTAPI load(PVOID context)
{
    const struct guest *guest = context;

    world_load_driver(guest->row->name);
}

static VOID NTAPI unload(PVOID context)
{
    const struct guest *guest = context;

    io_stop_service(guest->row->name);
}

/* ---- Programs -------------------------------------------------------------------------------- */

static struct guest *guest_of_process(void)
{
    const struct world *world = ((struct site *)ke->site)->world;
    const char *name = ke_current_thread()->process->name;

    for (uint32_t i = 0; i < world->scenario.guest_count; i++)
        if (strcmp(world->present->guests[i].file, name) == 0)
            return &world->present->guests[i];
    return NULL;
}

/* Splits a command line into words, at blanks outside quotes. The words lie in the process' heap.
 * */
static int split(const WCHAR *line, char **words, int max)
{
    char *to = HeapAlloc(GetProcessHeap(), 0, (SIZE_T)lstrlenW(line) + 1);
    int count = 0;

    while (to != NULL && *line != 0 && count < max) {
        bool quoted = false;

        while (*line == ' ')
            line++;
        if (*line == 0)
            break;
        words[count++] = to;
        for (; *line != 0 && (quoted || *line != ' '); line++) {
            if (*line == '"')
                quoted = !quoted;
            else
                *to++ = (char)*line;
        }
        *to++ = 0;
        line += *line == ' ';
    }
    return count;
}

static WCHAR *widen(const char *text)
{
    WCHAR *wide = HeapAlloc(GetProcessHeap(), 0, (strlen(text) + 1) * sizeof *wide);

    for (size_t i = 0; wide != NULL && (i == 0 || text[i - 1] != 0); i++)
        wide[i] = (WCHAR)(unsigned char)text[i];
    return wide;
}

/* The first function of a program's process. */
static DWORD WINAPI program_main(LPVOID context)
{
    const struct guest *guest = guest_of_process();
    char *words[WORDS_MAX + 1] = { NULL };
    WCHAR *wide[WORDS_MAX + 1] = { NULL };
    int count;

    (void)context;
    words[0] = (char *)(uintptr_t)guest->file;
    ke_current_thread()->process->win32->input = guest->row->input;
    count = 1 + split(GetCommandLineW(), words + 1, WORDS_MAX - 1);
    if (guest->entry->main != NULL)
        return (DWORD)guest->entry->main(count, words);
    for (int i = 0; i < count; i++)
        wide[i] = widen(words[i]);
    return (DWORD)guest->entry->wmain(count, wide);
}

static VOID NTAPI start_program(PVOID context)
{
    struct guest *guest = context;
    WCHAR command[GUEST_TEXT];
    size_t i = 0;

    for (; guest->row->arguments[i] != 0; i++)
        command[i] = (WCHAR)(unsigned char)guest->row->arguments[i];
    command[i] = 0;
    for (uint32_t n = 0; n < guest->row->count; n++)
        if (NT_SUCCESS(win32_start_process(guest->file, command, ke->system,
                                           &guest->processes[guest->process_count])))
            guest->process_count++;
}

static void install_program(struct guest *guest)
{
    snprintf(guest->file, sizeof guest->file, "%s.exe", guest->row->name);
    win32_register_image(guest->file, program_main, 0);
}

/* ---- Addresses ------------------------------------------------------------------------------- */

/* The simulated address of code: each guest's image has a mebibyte from here on. The kernel's own
 * code has none; its names are what a stack shows. */
#define IMAGES_FIRST 0xf8000000u
#define IMAGE_STEP   0x00100000u

/* The guest whose image holds an address; NULL: none. */
static const struct scenario_guest *guest_at(const struct world *world, const volatile void *at,
                                             uint32_t *number, uint32_t *offset)
{
    for (*number = 0; *number < world->scenario.guest_count; ++*number)
        if (image_holds(world->images[*number], at, offset))
            return &world->scenario.guests[*number];
    return NULL;
}

static const struct world *own_world(void) { return ((struct site *)ke->site)->world; }

static uint32_t code_address(const void *at)
{
    uint32_t number, offset;

    return guest_at(own_world(), at, &number, &offset) != NULL
               ? IMAGES_FIRST + number * IMAGE_STEP + offset % IMAGE_STEP
               : 0;
}

static const char *code_owner(const void *at)
{
    uint32_t number, offset;
    const struct scenario_guest *guest = guest_at(own_world(), at, &number, &offset);

    return guest != NULL && !guest->is_program ? guest->name : NULL;
}

static bool is_unloaded(const void *at)
{
    const struct world *world = own_world();
    uint32_t number, offset;

    return guest_at(world, at, &number, &offset) != NULL &&
           *world->present->guests[number].entry->point == ke_point_unloaded;
}

static bool is_program_data(const volatile void *at, bool write)
{
    const struct world *world = own_world();
    uint32_t number, offset;
    const struct scenario_guest *guest = guest_at(world, at, &number, &offset);

    if (guest == NULL || !guest->is_program)
        return false;
    for (size_t i = 0; write && i < world->images[number]->data_count; i++) {
        const struct host_range part = world->images[number]->data[i];

        if ((uintptr_t)at - (uintptr_t)part.base < part.size)
            return true;
    }
    return !write;
}

/* Puts a guest's file on the disk: programs look for it before they install a driver. */
static void place_file(const char *file)
{
    char path[128];
    WCHAR wide[128];
    size_t i = 0;

    snprintf(path, sizeof path, "%s\\%s", &WIN32_FOLDER[2], file);
    for (; path[i] != 0; i++)
        wide[i] = (WCHAR)(unsigned char)path[i];
    wide[i] = 0;
    io_file_place(wide);
}

/* ---- A new kernel ---------------------------------------------------------------------------- */

void world_install_guests(struct world *world)
{
    const struct scenario *s = &world->scenario;

    if (s->guest_count == 0)
        return;
    ke->code_address = code_address;
    ke->code_owner = code_owner;
    ke->is_unloaded = is_unloaded;
    ke->is_program_data = is_program_data;
    ke->switches.hung_ns = s->hung_ns;
    ke->switches.silent_ns = s->silent_ns;
    ke_points_start(world->sim->seed, s->interrupted_ppm);
    if (s->orders.free)
        ke_orders_start(s->orders.waiting);
    world->present->guests =
        arena_take(&world->arena, s->guest_count * sizeof *world->present->guests, 16);
    for (uint32_t i = 0; i < s->guest_count; i++) {
        struct guest *guest = &world->present->guests[i];

        guest->world = world;
        guest->row = &s->guests[i];
        ke_guest_loaded(s->guests[i].name);
        guest->entry = host_image_symbol(world->images[i]->host, "exifsim_guest");
        image_fresh(world->images[i]);
        if (is_verified(s, i)) {
            vf_start(&s->verifier.settings, world->sim->seed);
            vf_add_driver(s->guests[i].name, world->images[i]->extent.base,
                          world->images[i]->extent.size);
        }
        if (guest->row->is_program)
            install_program(guest);
        else if (guest->row->is_exifs)
            prepare_exifs(guest);
        else
            install_driver(guest);
        if (!guest->row->is_exifs)
            place_file(guest->file);
    }
}

/* Puts what is due at a time on the agenda: times of drivers are those of the run, times of
 * programs count from here. */
void world_guests_begin(struct world *world)
{
    for (uint32_t i = 0; i < world->scenario.guest_count; i++) {
        struct guest *guest = &world->present->guests[i];
        const struct scenario_guest *row = guest->row;

        if (row->is_program)
            world_work_at(ke->sim->now + row->at, &guest->start, start_program, guest);
        if (row->start_at != SIM_NEVER)
            world_work_at(MAX_OF(row->start_at, ke->sim->now), &guest->load, load, guest);
        if (row->stop_at != SIM_NEVER)
            world_work_at(MAX_OF(row->stop_at, ke->sim->now), &guest->unload, unload, guest);
    }
}

bool world_has_guests(const struct world *world)
{
    for (uint32_t i = 0; i < world->scenario.guest_count; i++)
        if (!world->scenario.guests[i].is_program)
            return true;
    return false;
}

/* ---- For onlookers --------------------------------------------------------------------------- */

bool world_guest_driver_at(const struct world *world, const void *address)
{
    uint32_t number, offset;
    const struct scenario_guest *guest = guest_at(world, address, &number, &offset);

    return guest != NULL && !guest->is_program;
}

bool world_program_end(struct world *world, uint32_t number, struct guest_end *out)
{
    for (uint32_t i = 0; i < world->scenario.guest_count; i++) {
        const struct guest *guest = &world->present->guests[i];
        uint32_t count = guest->row->is_program ? guest->row->count : 0;

        if (number >= count) {
            number -= count;
            continue;
        }
        *out = (struct guest_end){ .name = guest->file,
                                   .has_wanted = guest->row->has_exit_code,
                                   .wanted = guest->row->exit_code };
        if (number < guest->process_count) {
            const struct ke_process *process = guest->processes[number];

            out->id = process->id;
            out->has_ended = process->header.SignalState != 0;
            out->exit_code = (uint32_t)process->exit_status;
        }
        return true;
    }
    return false;
}

uint64_t world_guest_line_count(struct world *world)
{
    world_enter(world);
    return ke_log_count();
}

bool world_guest_line(struct world *world, uint64_t number, struct guest_line *out)
{
    const struct ke_log_line *line;

    world_enter(world);
    line = ke_log_get(number);
    if (line != NULL)
        *out = (struct guest_line){ line->at, line->source, line->text };
    return line != NULL;
}
