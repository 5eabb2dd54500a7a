/* world_story.c - the causal story, read off the records as they pass.
 *
 * Nothing here changes the run: the watcher sees finished records. Foreign writes are remembered;
 * when a process ends by an unhandled exception, the write that its last tainted read goes back to
 * is the first wrong byte. Then come the debugger, the handle sweep, the CLEANUP that arrived
 * attached, and the stop.
 */
#include "model/world/world_private.h"
#include "model/kernel/ps.h"
#include "model/words/records.h"
#include <stdio.h>
#include <string.h>

const char *world_process_name(struct world *world, uint32_t address)
{
    for (uint32_t i = world->name_count; i-- > 0;)
        if (world->names[i].address == address)
            return world->names[i].name;
    return address == world->kernel->system->address ? "System" : NULL;
}

static const char *name_of(struct world *world, uint32_t address)
{
    const char *name = world_process_name(world, address);

    return name ? name : "a process";
}

static PRINTF_LIKE(5, 6) void tell(struct world *world, enum story_kind kind, sim_time at,
                                   uint64_t record, const char *format, ...)
{
    struct result *result = &world->result;
    va_list arguments;

    /* A full story keeps its beginning and its end: drop a line from the middle. */
    if (result->story_count == STORY_LINES_MAX) {
        memmove(&result->story[STORY_LINES_MAX / 2], &result->story[STORY_LINES_MAX / 2 + 1],
                (STORY_LINES_MAX / 2 - 1) * sizeof result->story[0]);
        result->story_count--;
        result->story_dropped++;
    }
    struct story_line *line = &result->story[result->story_count++];

    line->kind = kind;
    line->at = at;
    line->record = record;
    va_start(arguments, format);
    vsnprintf(line->text, sizeof line->text, format, arguments);
    va_end(arguments);
}

static void remember_process(struct world *world, const struct record *r)
{
    struct link *last = world->kernel ? world->kernel->processes.prev : NULL;

    if (world->kernel == NULL || last == &world->kernel->processes ||
        world->name_count == NAMES_MAX)
        return;
    LIST_EACH(pos, &world->kernel->processes) {
        struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (process->address != r->a)
            continue;
        struct known_process *known = &world->names[world->name_count++];

        known->address = r->a;
        snprintf(known->name, sizeof known->name, "%s", process->name);
    }
}

/* A write by the thread that closes the handles of an ending process: the driver undoes a loan. */
static void count_undone(struct world *world, const struct record *r, uint64_t number)
{
    struct result *result = &world->result;

    if (world->sweeper == 0 || r->thread != world->sweeper || number < world->undone_end)
        return;
    result->undone_writes++;
    world->undone_end = number + 1;
    snprintf(result->undone_in, sizeof result->undone_in, "%s", name_of(world, r->b));
}

static void remember_write(struct world *world, const struct record *r, uint64_t number)
{
    count_undone(world, r, number);
    world->result.foreign_writes++;
    world->writes[world->write_count++ % WRITES_KEPT] =
        (struct known_write){ number, r->at, r->a, r->b, r->c, r->d, r->thread };
}

static const struct known_write *find_write(const struct world *world, uint64_t number)
{
    for (uint32_t i = 0; i < WRITES_KEPT && i < world->write_count; i++)
        if (world->writes[i].record == number)
            return &world->writes[i];
    return NULL;
}

/* Tells the foreign write that the crashing thread's last tainted read goes back to, if any. */
static void tell_first_wrong_byte(struct world *world, const struct record *crash)
{
    const struct record *read = &world->last_tainted;
    const struct known_write *write;

    if (world->last_tainted_number == 0 || read->thread != crash->thread ||
        crash->at - read->at > SEC(1))
        return;
    write = find_write(world, read->c);
    if (write == NULL)
        return;
    tell(world, STORY_FOREIGN_WRITE, write->at, write->record,
         "a thread of %s writes %u bytes at %08x in %s: the first wrong byte",
         name_of(world, write->writer), write->bytes, write->address,
         name_of(world, write->process));
    tell(world, STORY_TAINTED_READ, read->at, world->last_tainted_number - 1,
         "a thread of %s reads these bytes at %08x", name_of(world, read->b), read->a);
}

static void tell_crash(struct world *world, const struct record *r, uint64_t number)
{
    struct result *result = &world->result;

    if (!result->crashed) {
        result->crashed = true;
        snprintf(result->victim, sizeof result->victim, "%s", name_of(world, r->c));
        result->crash_code = (NTSTATUS)r->a;
        result->crash_address = r->b;
        result->crash_at = r->at;
    }
    tell_first_wrong_byte(world, r);
    tell(world, STORY_EXCEPTION, r->at, number,
         "%s crashes: no handler takes exception %08x at address %08x", name_of(world, r->c), r->a,
         r->b);
}

/* Each of the four places that raise stop 5 (facts/nt-kernel.md 1.5) with what happened there. */
static void tell_attach_stop(struct world *world, const struct record *r, uint64_t number)
{
    const struct ke_stop *stop = &world->kernel->stop;
    const char *wanted = name_of(world, stop->args[0]), *there = name_of(world, stop->args[1]);

    if (stop->by_exit)
        tell(world, STORY_STOP, r->at, number,
             "a thread of %s ends while it is attached to %s: STOP 0x%08X", wanted, there, r->a);
    else if (stop->by_apc)
        tell(world, STORY_STOP, r->at, number,
             "an APC routine that was called in %s returns attached to %s: STOP 0x%08X", wanted,
             there, r->a);
    else if (stop->in_dpc)
        tell(world, STORY_STOP, r->at, number,
             "a DPC tries to attach to %s; the thread it interrupted is in %s: STOP 0x%08X", wanted,
             there, r->a);
    else
        tell(world, STORY_STOP, r->at, number,
             "a thread attached to %s calls KeAttachProcess for %s: STOP 0x%08X", there, wanted,
             r->a);
}

static void tell_stop(struct world *world, const struct record *r, uint64_t number)
{
    const struct record *cleanup = &world->last_cleanup;
    const struct ke_stop *stop = &world->kernel->stop;

    if (world->last_cleanup_number != 0 && cleanup->thread == r->thread && stop->index == 1)
        tell(world, STORY_CLEANUP, cleanup->at, world->last_cleanup_number - 1,
             "IRP_MJ_CLEANUP of file %08x reaches its driver on a thread of %s that is attached to "
             "%s, index %u",
             cleanup->a, name_of(world, cleanup->c), name_of(world, cleanup->b), cleanup->d);
    if (stop->arg_process[0] != NULL)
        tell_attach_stop(world, r, number);
    else
        tell(world, STORY_STOP, r->at, number, "%s: STOP 0x%08X", bugcheck_name(r->a), r->a);
}

static void tell_of(struct world *world, const struct record *r, uint64_t number)
{
    switch (r->kind) {
    case REC_BOOT:
        if (r->at > 0)
            tell(world, STORY_RESTART, r->at, number, "the machine boots again");
        break;
    case REC_PROCESS_NEW:
        remember_process(world, r);
        break;
    case REC_ATTACH:
        world->result.attaches++;
        break;
    case REC_FOREIGN_WRITE:
        remember_write(world, r, number);
        break;
    case REC_TAINTED_READ:
        world->last_tainted = *r;
        world->last_tainted_number = number + 1;
        break;
    case REC_EXCEPTION:
        tell_crash(world, r, number);
        break;
    case REC_DEBUG_PORT:
        tell(world, STORY_DEBUGGER, r->at, number, "%s becomes the debugger of %s",
             name_of(world, r->b), name_of(world, r->a));
        break;
    case REC_HANDLE_SWEEP:
        if (world->result.crashed)
            world->sweeper = r->thread;
        if (r->c == ATTACHED_APC_ENVIRONMENT)
            tell(world, STORY_SWEEP, r->at, number,
                 "a thread of another process, attached to %s, closes its handles",
                 name_of(world, r->a));
        break;
    case REC_CLEANUP:
        if (r->d == ATTACHED_APC_ENVIRONMENT) {
            world->last_cleanup = *r;
            world->last_cleanup_number = number + 1;
        }
        break;
    case REC_PROCESS_EXIT:
        if (world->result.crashed && strcmp(name_of(world, r->a), "drwtsn32.exe") != 0)
            tell(world, STORY_EXIT, r->at, number, "%s has ended", name_of(world, r->a));
        break;
    case REC_STOP:
        tell_stop(world, r, number);
        break;
    default:
        break;
    }
}

static void look(const struct record *r, uint64_t number, void *context)
{
    struct world *world = context;

    if (world->site != NULL && !world->untold)
        world_oracle.record(world->oracle, r);
    if (!world->untold)
        tell_of(world, r, number);
    if (world->watch != NULL)
        world->watch(r, number, world->watch_ctx);
}

void story_watch(struct world *world)
{
    world->sim->trace.watch = look;
    world->sim->trace.watch_ctx = world;
}

void story_rewind(struct world *world)
{
    struct result *result = &world->result;
    uint64_t count = world->sim->trace.count;

    world->sim->trace.watch = look;
    while (result->story_count > 0 && result->story[result->story_count - 1].record >= count)
        result->story_count--;
    if (result->crashed && result->crash_at > world->sim->now) {
        result->crashed = false;
        result->undone_writes = world->undone_end = world->sweeper = 0;
    }
    world->last_cleanup_number =
        world->last_cleanup_number > count ? 0 : world->last_cleanup_number;
    world->last_tainted_number =
        world->last_tainted_number > count ? 0 : world->last_tainted_number;
}
