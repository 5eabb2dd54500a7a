/* world_story.c - the causal story, read off the records as they pass.
 *
 * Nothing here changes the run: the watcher sees finished records. Foreign writes are remembered;
 * when a process raises an exception nobody handles, the write that its last tainted read goes back
 * to is the first wrong byte. Then come the debugger, the handle sweep, the CLEANUP that arrived
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

    /* How it began and how it ends: the middle goes. */
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

static void remember_write(struct world *world, const struct record *r, uint64_t number)
{
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

/* The write that the crashing thread's last tainted read goes back to, if it read any. */
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
         "first wrong byte: a thread of %s writes %u bytes at %08x in %s",
         name_of(world, write->writer), write->bytes, write->address,
         name_of(world, write->process));
    tell(world, STORY_TAINTED_READ, read->at, world->last_tainted_number - 1,
         "%s reads them back at %08x", name_of(world, read->b), read->a);
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
         "%s: exception %08x at address %08x, nobody handles it", name_of(world, r->c), r->a, r->b);
}

static void tell_stop(struct world *world, const struct record *r, uint64_t number)
{
    const struct record *cleanup = &world->last_cleanup;
    const struct ke_stop *stop = &world->kernel->stop;

    if (world->last_cleanup_number != 0 && cleanup->thread == r->thread && stop->index == 1)
        tell(world, STORY_CLEANUP, cleanup->at, world->last_cleanup_number - 1,
             "IRP_MJ_CLEANUP of file %08x reaches its driver in %s, index %u; the thread belongs "
             "to %s",
             cleanup->a, name_of(world, cleanup->b), cleanup->d, name_of(world, cleanup->c));
    if (stop->arg_process[0] != NULL)
        tell(world, STORY_STOP, r->at, number, "asked to attach to %s while in %s: STOP 0x%08X",
             name_of(world, stop->args[0]), name_of(world, stop->args[1]), r->a);
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
        tell(world, STORY_DEBUGGER, r->at, number, "%s attaches to %s as its debugger",
             name_of(world, r->b), name_of(world, r->a));
        break;
    case REC_HANDLE_SWEEP:
        if (r->c == ATTACHED_APC_ENVIRONMENT)
            tell(world, STORY_SWEEP, r->at, number,
                 "a foreign thread sweeps the handles of %s, attached to it", name_of(world, r->a));
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
    if (result->crashed && result->crash_at > world->sim->now)
        result->crashed = false;
    world->last_cleanup_number =
        world->last_cleanup_number > count ? 0 : world->last_cleanup_number;
    world->last_tainted_number =
        world->last_tainted_number > count ? 0 : world->last_tainted_number;
}
