/* gdb_posix.c - a server for gdb: breakpoints in the sources of guests, steps of instructions, and
 * both backwards.
 *
 * A place in the run is a record, and how many instructions of guests have been reached since it
 * was written. Everything is a pass: the run is made again from a record (recording_visit), guests
 * are stepped (sim/host/step.h), and where the pass has come to what it looks for, gdb is served,
 * either inside the visitor at a record, or inside the handler before an instruction. What gdb
 * wants next is a step of the same pass, or the end of it and the plan of the next one. So going
 * back is going forward again, and not as far.
 *
 *   PASS_ARRIVE     to a place
 *   PASS_STEP       on from there, to the next instruction of a thread
 *   PASS_FIND       to the first breakpoint behind a place, at full speed: it tells the record only
 *   PASS_FIRST      the same instruction by instruction, from a record that PASS_FIND found
 *   PASS_LAST       to a place, and notes the last breakpoint before it: exactly in the record of
 *                   the place itself, else the record and which hit since then it was
 *   PASS_NTH        to that hit
 *   PASS_LAST_OWN   to a place, and notes the last instruction of a thread before it
 *
 * Code of the simulated system is no guest's: a call of it is one instruction. Nothing can be
 * changed: the run is what it is.
 */
#include "ui/kd/gdb_inside.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char gdb_at_end[] = "replaylog:end;", gdb_at_begin[] = "replaylog:begin;",
           gdb_at_break[] = "swbreak:;", gdb_stopped[] = "stop", gdb_stepped[] = "";

/* ---- Places ---------------------------------------------------------------------------------- */

static int compare(struct place one, struct place other)
{
    if (one.record != other.record)
        return one.record < other.record ? -1 : 1;
    return (one.point > other.point) - (one.point < other.point);
}

bool gdb_is_break(const struct gdb *g, uint64_t pc)
{
    for (size_t i = 0; i < g->step.break_count; i++)
        if (g->breaks[i] == pc)
            return true;
    return false;
}

/* The record beyond which gdb is not let: the stop, or the last one. */
static uint64_t border(const struct gdb *g)
{
    const struct stop *stop = g->kd->end != NULL ? &g->kd->end->result.stop : NULL;

    return stop != NULL && stop->stopped ? stop->record : g->kd->last;
}

static void plan(struct gdb *g, enum pass_kind pass, uint64_t first, uint64_t end)
{
    g->pass = pass;
    g->first = first < g->kd->first ? g->kd->first : first;
    g->end = MIN_OF(end, g->kd->last + 1);
    g->planned = true;
}

static void plan_arrival(struct gdb *g, struct place to, const char *reason)
{
    g->goal = to;
    g->reason = reason;
    plan(g, PASS_ARRIVE, to.record, g->kd->last + 1);
}

/* Backwards: the records before g->low, or the place's own record at first. */
static void plan_backwards(struct gdb *g, enum pass_kind pass)
{
    if (g->low > g->goal.record) { /* The first look: from the place's own record. */
        g->low = g->goal.record;
        g->stretch = STRETCH_FIRST;
        plan(g, pass, g->goal.record, g->kd->last + 1);
        return;
    }
    uint64_t end = g->low;

    g->low = end - g->kd->first > g->stretch ? end - g->stretch : g->kd->first;
    g->goal = (struct place){ end, 0 };
    g->stretch = MIN_OF(g->stretch * 4, (uint64_t)STRETCH_MOST);
    plan(g, pass, g->low, end + 1);
}

void gdb_plan_on(struct gdb *g)
{
    bool slowly = g->watch_count + g->outside_count > 0;

    g->goal = g->from = g->at;
    if (slowly || g->step.break_count > 0)
        plan(g, slowly ? PASS_FIRST : PASS_FIND, g->at.record, g->kd->last + 1);
    else
        plan_arrival(g, (struct place){ border(g), 0 }, gdb_at_end);
}

/* Chooses the thread that a step is one of. */
static void choose(struct gdb *g)
{
    const struct inspect_thread *thread;

    g->thread = g->chosen != 0 ? g->chosen : g->current;
    thread = inspect_thread(g->look, g->thread);
    g->thread_address = thread != NULL ? thread->address : 0;
    g->from = g->at;
}

static void go_back(struct gdb *g, enum pass_kind pass)
{
    g->goal = g->at;
    g->low = UINT64_MAX;
    choose(g);
    plan_backwards(g, pass);
}

/* A step goes on from here; the mode of the stepper follows the thread. */
void gdb_plan_step(struct gdb *g)
{
    choose(g);
    g->goal = g->at;
    g->pass = PASS_STEP;
}

void gdb_plan_back(struct gdb *g) { go_back(g, PASS_LAST); }
void gdb_plan_step_back(struct gdb *g) { go_back(g, PASS_LAST_OWN); }

/* ---- Inside a pass --------------------------------------------------------------------------- */

static uint32_t thread_now(void)
{
    struct glance_actor actor;

    glance_actor(&actor);
    return actor.by != GLANCE_NOBODY && actor.thread != 0 ? actor.thread : NO_THREAD;
}

/* True while the thread of a step is on a processor, or gets one by this record (NULL: none). */
static bool is_on(const struct gdb *g, const struct record *record)
{
    return g->thread == NO_THREAD || glance_thread_runs(g->world, g->thread) ||
           (record != NULL && record->kind == REC_SWITCH && record->a == g->thread_address);
}

/* How guests run from here on, where the pass is not over. */
static enum host_step_mode mode_of(const struct gdb *g, const struct record *record)
{
    if (g->watch_count > 0)
        return HOST_STEP_EACH;
    if (g->pass == PASS_STEP && g->outside_count == 0)
        return record == NULL || is_on(g, record) ? HOST_STEP_EACH : HOST_STEP_BREAKS;
    if (g->pass == PASS_LAST_OWN && g->now.record != g->goal.record)
        return record == NULL || is_on(g, record) ? HOST_STEP_EACH : HOST_STEP_OFF;
    if (g->outside_count > 0)
        return HOST_STEP_EACH;
    if (g->pass == PASS_FIND)
        return compare(g->now, g->goal) < 0 ? HOST_STEP_EACH : HOST_STEP_BREAKS;
    if (g->pass == PASS_LAST)
        return g->now.record == g->goal.record ? HOST_STEP_EACH : HOST_STEP_BREAKS;
    return HOST_STEP_EACH;
}

static enum host_step_mode end_pass(struct gdb *g)
{
    g->over = true;
    return HOST_STEP_OFF;
}

/* Serves gdb at this instant; what is wanted next may go on from here. */
static enum host_step_mode arrive(struct gdb *g, const struct host_registers *registers,
                                  const char *reason)
{
    g->registers = *registers;
    g->reason = reason;
    gdb_serve(g, thread_now());
    return g->pass == PASS_STEP ? mode_of(g, NULL) : end_pass(g);
}

static void note(struct gdb *g, struct place place, bool exact, const char *why)
{
    g->found = true;
    g->last = place;
    g->last_exact = exact;
    g->last_reason = why;
}

static bool is_glue(const struct gdb *g, uint64_t pc)
{
    for (size_t i = 0; i < g->glue_count; i++)
        if (pc - (uint64_t)(uintptr_t)g->glue[i].base < g->glue[i].size)
            return true;
    return false;
}

/* Before an instruction of a guest. */
static enum host_step_mode stop(struct host_step *step, const struct host_registers *registers)
{
    struct gdb *g = step->ctx;
    bool each = step->mode == HOST_STEP_EACH, hit, changed;
    const char *why;
    int to_goal;

    if (g->over)
        return HOST_STEP_OFF;
    if (is_glue(g, registers->pc))
        return step->mode;
    if (++g->points % POLL_POINTS == 0 && gdb_wants_stop(&g->wire) && g->wire.gone) {
        g->pass = PASS_END;
        return end_pass(g);
    }
    hit =
        gdb_is_break(g, registers->pc) || (g->outside_count > 0 && gdb_meets_outside(g, registers));
    changed = gdb_has_changed(g);
    g->before = g->now;
    g->now.point++;
    to_goal = compare(g->now, g->goal);
    why = changed ? g->watched : hit ? gdb_at_break : gdb_stepped;
    switch (g->pass) {
    case PASS_ARRIVE:
        if (to_goal == 0)
            return arrive(g, registers, g->reason);
        break;
    case PASS_STEP:
        if (each && (hit || changed || thread_now() == g->thread))
            return arrive(g, registers, why);
        if (each || !hit)
            break;
        note(g, g->now, false, why);
        return end_pass(g);
    case PASS_FIND:
        if (each)
            break;
        note(g, g->now, false, why);
        return end_pass(g);
    case PASS_FIRST:
        if ((hit || changed) && to_goal > 0)
            return arrive(g, registers, why);
        break;
    case PASS_LAST:
        if (changed) /* Going back, memory changes when its writer is undone. */
            note(g, g->before, true, why);
        if (each && to_goal >= 0)
            return end_pass(g);
        if (hit)
            note(g, g->now, each, gdb_at_break);
        break;
    case PASS_NTH:
        if (hit && --g->nth == 0)
            return arrive(g, registers, why);
        break;
    case PASS_LAST_OWN:
        if (to_goal >= 0)
            return end_pass(g);
        if (thread_now() == g->thread)
            note(g, g->now, true, gdb_stepped);
        break;
    default:
        break;
    }
    return g->pass == PASS_FIND || g->pass == PASS_LAST ? mode_of(g, NULL) : step->mode;
}

enum { FRAMES_SKIPPED = 32, STACK_BYTES = 1 << 20 };

/* Leaves out the frames of those who look at a record: the first one that has a name of the
 * simulated machine is the code that wrote it. The place is shown within the call, so that a
 * function that does not return is not taken for the one behind it. */
static void skip_lookers(struct gdb *g, struct host_registers *registers)
{
    uint64_t *frame = (uint64_t *)(uintptr_t)registers->general[HOST_RBP];

    for (int i = 0; i < FRAMES_SKIPPED && frame != NULL; i++) {
        uint64_t *next = (uint64_t *)(uintptr_t)frame[0];

        if (kd_frame(g->kd, (void *)(uintptr_t)frame[1]) != NULL) {
            memset(registers, 0, sizeof *registers);
            registers->thin = true;
            registers->pc = frame[1] - 1;
            registers->general[HOST_RBP] = frame[0];
            registers->general[HOST_RSP] = (uintptr_t)(frame + 2);
            return;
        }
        if (next <= frame || (uintptr_t)next - (uintptr_t)frame > STACK_BYTES)
            return;
        frame = next;
    }
}

/* The registers of the visitor lead to those of the code that writes the record. */
static enum host_step_mode arrive_at_record(struct gdb *g, const char *reason)
{
    struct host_registers registers;
    void *mark[MARK_WORDS];

    host_step_mode(&g->step, HOST_STEP_OFF);
    (void)mark_here(mark);
    host_step_marked(mark, &registers);
    skip_lookers(g, &registers);
    return arrive(g, &registers, reason);
}

static enum host_step_mode reach_record(struct gdb *g, const struct record *record)
{
    bool asked = g->now.record % POLL_RECORDS == 0 && gdb_wants_stop(&g->wire);

    if (g->wire.gone) {
        g->pass = PASS_END;
        return end_pass(g);
    }
    asked = asked && g->pass != PASS_ARRIVE;

    if (asked && g->pass != PASS_STEP && g->pass != PASS_FIND) { /* Back to where it began. */
        plan_arrival(g, g->at, gdb_stopped);
        return end_pass(g);
    }
    if (asked)
        return arrive_at_record(g, gdb_stopped);
    if (g->outside_count > 0 && (g->pass == PASS_STEP || g->pass == PASS_FIRST) &&
        compare(g->now, g->from) > 0 && gdb_meets_outside(g, NULL))
        return arrive_at_record(g, gdb_stepped);
    switch (g->pass) {
    case PASS_ARRIVE:
        if (compare(g->now, g->goal) == 0)
            return arrive_at_record(g, g->reason);
        break;
    case PASS_STEP:
        if (g->now.record != border(g) || compare(g->now, g->from) <= 0)
            break;
        if (thread_now() == g->thread) /* The step itself ended the run. */
            return arrive_at_record(g, gdb_at_end);
        plan_arrival(g, g->from, gdb_at_end);
        return end_pass(g);
    case PASS_FIND:
    case PASS_FIRST:
        if (g->now.record != border(g) || compare(g->now, g->goal) <= 0)
            break;
        return arrive_at_record(g, gdb_at_end);
    case PASS_LAST:
    case PASS_LAST_OWN:
        if (compare(g->now, g->goal) >= 0 && g->goal.point == 0)
            return end_pass(g);
        break;
    default:
        break;
    }
    return mode_of(g, record);
}

/* Finds where the code of the world's guests lies. */
static void take_ranges(struct gdb *g, struct world *world)
{
    const struct image *image;

    g->world = world;
    g->image_count = g->step.range_count = g->glue_count = 0;
    while ((image = world_guest_image(world, (uint32_t)g->image_count)) != NULL &&
           g->image_count < RANGES_MAX) {
        g->step.range_count += host_image_code(image->host, g->ranges + g->step.range_count,
                                               RANGES_MAX - g->step.range_count);
        if (world_guest_glue(world, (uint32_t)g->image_count, &g->glue[g->glue_count]))
            g->glue_count++;
        g->images[g->image_count++] = image;
    }
}

static bool see_gdb(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct gdb *g = ctx;

    if (!g->begun) {
        take_ranges(g, world);
        host_step_begin(&g->step);
        g->begun = true;
    }
    if (!g->over) {
        if (number == g->first)
            gdb_has_changed(g); /* The first look tells nothing. */
        g->now = (struct place){ number, 0 };
        host_step_mode(&g->step, reach_record(g, record));
    }
    if (g->over)
        host_step_mode(&g->step, HOST_STEP_OFF);
    return g->over;
}

static bool see_last(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct gdb *g = ctx;

    (void)world, (void)record, (void)number;
    host_step_end(&g->step);
    return true;
}

/* ---- From pass to pass ----------------------------------------------------------------------- */

/* Carries out a command of kd at the record where gdb stands; its output goes to gdb. */
static void carry_out(struct gdb *g)
{
    struct kd *kd = g->kd;
    FILE *out = kd->out, *errors = kd->errors;
    struct place at = g->at;
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);

    if (memory == NULL || g->command == NULL) {
        plan_arrival(g, at, NULL);
        g->answer = strdup("");
        return;
    }
    kd_print_to(kd, memory, memory);
    kd->options.echo = false;
    if (kd_stand(kd, at.record))
        kd_line(kd, g->command);
    kd->over = kd->wrong = false;
    fclose(memory);
    kd_print_to(kd, out, errors);
    g->answer = calloc(2, size + 1);
    CHECK(g->answer != NULL);
    g->answer[0] = 'O';
    gdb_hex(g->answer + (size > 0), text, size);
    free(text);
    plan_arrival(g, at, NULL);
}

/* Plans what follows a pass that came to its end without serving gdb, or a command. */
static void follow(struct gdb *g)
{
    struct place begin = { g->kd->first, 0 }, end = { border(g), 0 };

    switch (g->pass) {
    case PASS_FIND:
        if (g->found) {
            if (g->last.record != g->goal.record)
                g->goal = (struct place){ g->last.record, 0 };
            plan(g, PASS_FIRST, g->goal.record, g->kd->last + 1);
        } else {
            plan_arrival(g, end, gdb_at_end);
        }
        break;
    case PASS_LAST:
    case PASS_LAST_OWN:
        if (g->found && g->last_exact) {
            plan_arrival(g, g->last, g->last_reason);
        } else if (g->found) {
            g->nth = g->last.point;
            plan(g, PASS_NTH, g->last.record, g->kd->last + 1);
        } else if (g->low > g->kd->first) {
            plan_backwards(g, g->pass);
        } else { /* A step that there is none before stays where it is. */
            plan_arrival(g, g->pass == PASS_LAST ? begin : g->from, gdb_at_begin);
        }
        break;
    case PASS_STEP:
        if (g->found) {
            g->goal = (struct place){ g->last.record, 0 };
            plan(g, PASS_FIRST, g->last.record, g->kd->last + 1);
        } else {
            plan_arrival(g, g->from, gdb_at_end);
        }
        break;
    case PASS_COMMAND:
        carry_out(g);
        break;
    case PASS_END:
        break;
    default: /* The run ended before. */
        plan_arrival(g, end, gdb_at_end);
        break;
    }
}

static void listening(uint16_t port, void *ctx)
{
    struct gdb *g = ctx;

    fprintf(g->kd->out, "gdb: target remote localhost:%u\n", port);
    fflush(g->kd->out);
}

bool kd_serve_gdb(struct kd *kd, uint16_t port, char error[KD_ERROR_CHARS])
{
    struct gdb *g = calloc(1, sizeof *g);
    uint64_t first = kd->options.at != NULL ? kd->at : kd->first;

    if (!host_step_exists()) {
        snprintf(error, KD_ERROR_CHARS,
                 "guests cannot be stepped on this host (expected Linux on x86-64)");
        free(g);
        return false;
    }
    CHECK(g != NULL);
    g->kd = kd;
    g->step =
        (struct host_step){ .stop = stop, .ctx = g, .ranges = g->ranges, .breaks = g->breaks };
    g->look = inspect_new();
    CHECK(g->look != NULL);
    g->memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    g->wire.socket = gdb_accept(port, listening, g);
    if (g->wire.socket < 0)
        snprintf(error, KD_ERROR_CHARS, "port %u: %s", port, strerror(errno));
    else
        plan_arrival(g, (struct place){ first, 0 }, NULL);
    while (g->wire.socket >= 0 && g->pass != PASS_END) {
        g->over = g->planned = g->found = false;
        CHECK(recording_visit(
            kd->run,
            &(struct recording_visit){ .from = g->first, .to = g->end, .see = see_gdb, .ctx = g }));
        if (!g->planned)
            follow(g);
    }
    if (g->begun)
        recording_visit(kd->run,
                        &(struct recording_visit){
                            .from = kd->first, .to = kd->first + 1, .see = see_last, .ctx = g });
    bool served = g->wire.socket >= 0;

    if (served)
        close(g->wire.socket);
    if (g->memory >= 0)
        close(g->memory);
    inspect_free(g->look);
    free(g->command);
    free(g->answer);
    free(g);
    return served;
}
