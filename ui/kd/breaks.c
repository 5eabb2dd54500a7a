/* breaks.c - bp, ba, bl, bc, and going on to the next breakpoint in either direction.
 *
 * A breakpoint on code has no place in the machine. The run is made again, and at each record the
 * stack of its thread is looked at: a breakpoint is hit where the function, or a call on the line,
 * is on the stack and was not at the thread's record before. What threads have on their stacks
 * where a stretch begins is read off the whole machine there. Breakpoints on writes are lists of
 * records, found once (recording_ask_writers).
 */
#include "ui/kd/inside.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "ui/host/grow.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STRETCH_FIRST = 4096, STRETCH_MOST = 1 << 20 };

/* ---- Setting and listing --------------------------------------------------------------------- */

static struct kd_break *free_break(struct kd *kd)
{
    for (int i = 0; i < KD_BREAKS_MAX; i++)
        if (kd->breaks[i].kind == KD_BREAK_NONE)
            return &kd->breaks[i];
    kd_complain(kd, "%d breakpoints are set (expected no more; bc removes one)", KD_BREAKS_MAX);
    return NULL;
}

static bool read_line(const char *text, struct kd_break *out)
{
    const char *colon = strrchr(text, ':');
    char *end;
    long line = colon != NULL ? strtol(colon + 1, &end, 10) : 0;

    if (colon == NULL || colon == text || line <= 0 || line > 1000000 || *end != 0)
        return false;
    out->kind = KD_BREAK_LINE;
    out->line = (int)line;
    snprintf(out->text, sizeof out->text, "%.*s", (int)(colon - text), text);
    return true;
}

static bool read_record(const char *text, struct kd_break *out)
{
    for (uint32_t i = 0; i < record_kind_count; i++)
        if (strcmp(record_kinds[i].name, text) == 0) {
            out->kind = KD_BREAK_RECORD;
            out->record = (uint16_t)i;
            snprintf(out->text, sizeof out->text, "%s", text);
            return true;
        }
    return false;
}

void kd_do_break(struct kd *kd, const struct kd_words *words)
{
    struct kd_break *set = free_break(kd);
    const char *text = words->count > 1 ? words->words[1] : "";

    if (set == NULL)
        return;
    if (read_line(text, set)) {
        if (kd->symbols != NULL)
            symbols_prepare(kd->symbols, true);
        if (kd->symbols != NULL && symbols_has_line(kd->symbols, set->text, set->line))
            return;
        kd_complain(
            kd, "bp \"%s\" (expected a line with code in a source file, without its folder)", text);
        set->kind = KD_BREAK_NONE;
        return;
    }
    if (read_record(text, set))
        return;
    if (text[0] != 0 && kd_has_function(kd, text)) {
        set->kind = KD_BREAK_FUNCTION;
        snprintf(set->text, sizeof set->text, "%s", text);
        return;
    }
    kd_complain(
        kd,
        "bp \"%s\" (expected a function that x lists, FILE.c:LINE, or a kind of record such "
        "as ATTACH)",
        text);
}

static int by_number(const void *one, const void *other)
{
    const uint64_t *a = one, *b = other;

    return (*a > *b) - (*a < *b);
}

/* Adds the writes of one byte. False: no bytes are simulated there. */
static bool add_writes(struct kd *kd, struct kd_break *set, uint32_t address, size_t *room)
{
    const struct writers *writers;
    bool good;

    recording_lock(kd->run);
    good = recording_ask_writers(kd->run, set->process, address);
    recording_unlock(kd->run);
    if (!good)
        return false;
    recording_wait(kd->run);
    recording_lock(kd->run);
    writers = recording_writers(kd->run);
    for (uint32_t i = 0; i < writers->count; i++)
        if (writers->list[i].number >= kd->first && writers->list[i].number <= kd->last) {
            set->writes = grow(set->writes, room, set->write_count + 1, sizeof *set->writes);
            set->writes[set->write_count++] = writers->list[i].number;
        }
    if (writers->dropped > 0)
        fprintf(kd->out, "The oldest %" PRIu64 " writes of %08x are not kept.\n", writers->dropped,
                address);
    recording_unlock(kd->run);
    return true;
}

void kd_do_access(struct kd *kd, const struct kd_words *words)
{
    const struct inspect_process *process = kd_process_now(kd);
    struct kd_break *set = free_break(kd);
    const char *how = words->count > 1 ? words->words[1] : "";
    uint32_t bytes = how[0] == 'w' && how[1] != 0 && how[2] == 0 ? (uint32_t)(how[1] - '0') : 0;
    size_t room = 0;

    if (set == NULL)
        return;
    if ((bytes != 1 && bytes != 2 && bytes != 4) || words->count < 3) {
        kd_complain(kd, "ba %s (expected w1, w2 or w4 and an address; only writes are noticed)",
                    how);
        return;
    }
    *set = (struct kd_break){ .bytes = bytes };
    if (!kd_number_at(kd, words, 2, 0, &set->address))
        return;
    set->process = process != NULL && watch_possible(process->id, set->address) ? process->id : 0;
    if (set->address % bytes != 0) {
        kd_complain(kd, "ba %s %08x (expected an address that is a multiple of %u)", how,
                    set->address, bytes);
        return;
    }
    for (uint32_t i = 0; i < bytes; i++)
        if (!add_writes(kd, set, set->address + i, &room)) {
            kd_complain(kd,
                        "ba: no memory is simulated at %08x (expected an address that db shows)",
                        set->address + i);
            return;
        }
    qsort(set->writes, set->write_count, sizeof *set->writes, by_number);
    set->kind = KD_BREAK_WRITE;
}

void kd_do_list_breaks(struct kd *kd, const struct kd_words *words)
{
    (void)words;
    for (int i = 0; i < KD_BREAKS_MAX; i++) {
        const struct kd_break *b = &kd->breaks[i];

        switch (b->kind) {
        case KD_BREAK_NONE:
            break;
        case KD_BREAK_FUNCTION:
            fprintf(kd->out, "%2d e %s\n", i, b->text);
            break;
        case KD_BREAK_LINE:
            fprintf(kd->out, "%2d e %s:%d\n", i, b->text, b->line);
            break;
        case KD_BREAK_RECORD:
            fprintf(kd->out, "%2d e record %s\n", i, b->text);
            break;
        case KD_BREAK_WRITE:
            fprintf(kd->out, "%2d e %08x w %u, process %x\n", i, b->address, b->bytes, b->process);
            break;
        }
    }
}

static void clear(struct kd_break *b)
{
    free(b->writes);
    *b = (struct kd_break){ 0 };
}

void kd_do_clear(struct kd *kd, const struct kd_words *words)
{
    uint32_t number = UINT32_MAX;

    if (words->count > 1 && strcmp(words->words[1], "*") == 0) {
        for (int i = 0; i < KD_BREAKS_MAX; i++)
            clear(&kd->breaks[i]);
        return;
    }
    if (words->count > 1 && kd_number(words->words[1], &number) && number < KD_BREAKS_MAX &&
        kd->breaks[number].kind != KD_BREAK_NONE)
        clear(&kd->breaks[number]);
    else
        kd_complain(kd, "bc \"%s\" (expected * or a number that bl lists)", words->rest);
}

/* ---- Hunting --------------------------------------------------------------------------------- */

struct hunt {
    struct kd *kd;
    bool primed, backwards;
    uint32_t *inside; /* By client ID / 4: a bit for each breakpoint on the thread's stack. */
    uint32_t in_dpcs[CPUS_MAX]; /* The same for the DPC that a processor runs. */
    size_t room;
    struct inspect *look;
    uint64_t found; /* UINT64_MAX: nothing yet. */
    int which;
};

static bool frame_has(struct kd *kd, const struct kd_break *b, void *frame)
{
    const char *name = kd_frame(kd, frame), *file;

    if (name == NULL)
        return false;
    if (b->kind == KD_BREAK_LINE)
        return kd_frame_line(kd, frame, &file) == b->line && strcmp(file, b->text) == 0;
    return kd_fits(b->text, name) || kd_fits(b->text, strchr(name, '!') + 1);
}

static uint32_t stack_bits(struct kd *kd, void *const *frames, uint32_t count)
{
    uint32_t bits = 0;

    for (int i = 0; i < KD_BREAKS_MAX; i++)
        if (kd->breaks[i].kind == KD_BREAK_FUNCTION || kd->breaks[i].kind == KD_BREAK_LINE)
            for (uint32_t k = 0; k < count && (bits >> i & 1) == 0; k++)
                if (frame_has(kd, &kd->breaks[i], frames[k]))
                    bits |= 1u << i;
    return bits;
}

static uint32_t *bits_of(struct hunt *hunt, uint32_t thread)
{
    size_t before = hunt->room;

    hunt->inside = grow(hunt->inside, &hunt->room, thread / 4 + 1, sizeof *hunt->inside);
    if (hunt->room > before)
        memset(hunt->inside + before, 0, (hunt->room - before) * sizeof *hunt->inside);
    return &hunt->inside[thread / 4];
}

static void prime(struct hunt *hunt, struct world *world)
{
    inspect_take_parts(world, hunt->look, INSPECT_PROCESSES | INSPECT_THREADS | INSPECT_FRAMES);
    for (uint32_t i = 0; i < hunt->look->thread_count; i++) {
        const struct inspect_thread *thread = &hunt->look->threads[i];

        *bits_of(hunt, thread->id) = stack_bits(hunt->kd, thread->frames, thread->frame_count);
    }
    for (uint32_t i = 0; i < hunt->look->processor_count; i++)
        hunt->in_dpcs[i] = stack_bits(hunt->kd, hunt->look->processors[i].frames,
                                      hunt->look->processors[i].frame_count);
    hunt->primed = true;
}

/* The breakpoint that a record hits; -1: none. */
static int hit_by(struct hunt *hunt, const struct record *record)
{
    struct kd *kd = hunt->kd;
    struct glance_actor actor;
    void *frames[KD_FRAMES_MAX];
    uint32_t now, entered = 0;

    glance_actor(&actor);
    if (record->kind == REC_DPC_RUN) /* Another DPC begins. */
        hunt->in_dpcs[record->cpu] = 0;
    if (actor.by != GLANCE_NOBODY) {
        uint32_t *inside =
            actor.by == GLANCE_DPC ? &hunt->in_dpcs[record->cpu] : bits_of(hunt, actor.thread);

        now = stack_bits(kd, frames, glance_frames(frames, KD_FRAMES_MAX));
        entered = now & ~*inside;
        *inside = now;
    }
    for (int i = 0; i < KD_BREAKS_MAX; i++)
        if ((entered >> i & 1) ||
            (kd->breaks[i].kind == KD_BREAK_RECORD && kd->breaks[i].record == record->kind))
            return i;
    return -1;
}

static bool see_hunt(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct hunt *hunt = ctx;
    int hit;

    if (!hunt->primed) {
        prime(hunt, world);
        return false;
    }
    hit = hit_by(hunt, record);
    if (hit < 0)
        return false;
    hunt->found = number;
    hunt->which = hit;
    return !hunt->backwards;
}

/* Looks at the records from behind `from` to before `to`. */
static void hunt_in(struct hunt *hunt, uint64_t from, uint64_t to)
{
    hunt->primed = false;
    if (from + 1 < to)
        recording_visit(hunt->kd->run, &(struct recording_visit){
                                           .from = from, .to = to, .see = see_hunt, .ctx = hunt });
}

/* ---- Going on -------------------------------------------------------------------------------- */

static bool needs_hunt(const struct kd *kd)
{
    for (int i = 0; i < KD_BREAKS_MAX; i++)
        if (kd->breaks[i].kind != KD_BREAK_NONE && kd->breaks[i].kind != KD_BREAK_WRITE)
            return true;
    return false;
}

/* The nearest write that a breakpoint waits for; hunt->found stays as it is if there is none. */
static void find_write(struct kd *kd, struct hunt *hunt)
{
    for (int i = 0; i < KD_BREAKS_MAX; i++)
        for (uint32_t k = 0; k < kd->breaks[i].write_count; k++) {
            uint64_t number = kd->breaks[i].writes[k];
            bool better = hunt->found == UINT64_MAX ||
                          (hunt->backwards ? number > hunt->found : number < hunt->found);

            if (kd->breaks[i].kind == KD_BREAK_WRITE && better &&
                (hunt->backwards ? number < kd->at : number > kd->at)) {
                hunt->found = number;
                hunt->which = i;
            }
        }
}

static void hunt_back(struct kd *kd, struct hunt *hunt, uint64_t least)
{
    struct hunt near = *hunt;
    uint64_t to = kd->at, length = STRETCH_FIRST;

    near.found = UINT64_MAX;
    while (near.found == UINT64_MAX && to > least + 1) {
        uint64_t from = to - least > length ? to - length : least;

        hunt_in(&near, from, to);
        to = from + 1; /* The first one was only looked at to know what is on its stack. */
        length = MIN_OF(length * 4, (uint64_t)STRETCH_MOST);
    }
    if (near.found == UINT64_MAX) {
        near.found = hunt->found;
        near.which = hunt->which;
    }
    *hunt = near;
}

static void tell_stop(struct kd *kd)
{
    const struct stop *stop = &kd->end->result.stop;

    fprintf(kd->out, "*** Fatal System Error: 0x%08x\n", stop->code);
    fprintf(kd->out, "                       (0x%08X,0x%08X,0x%08X,0x%08X)\n", stop->args[0],
            stop->args[1], stop->args[2], stop->args[3]);
}

void kd_go_on(struct kd *kd, bool backwards)
{
    const struct stop *stop = kd->end != NULL ? &kd->end->result.stop : NULL;
    bool to_stop = stop != NULL && stop->stopped && stop->record > kd->at && !backwards;
    uint64_t border = backwards ? kd->first : to_stop ? stop->record : kd->last;
    struct hunt hunt = {
        .kd = kd, .backwards = backwards, .look = inspect_new(), .found = UINT64_MAX
    };

    CHECK(hunt.look != NULL);
    find_write(kd, &hunt);
    if (needs_hunt(kd) && backwards)
        hunt_back(kd, &hunt, hunt.found != UINT64_MAX ? hunt.found : border);
    else if (needs_hunt(kd))
        hunt_in(&hunt, kd->at, MIN_OF(hunt.found, border) + 1);
    inspect_free(hunt.look);
    free(hunt.inside);
    CHECK(kd_stand(kd, hunt.found != UINT64_MAX ? hunt.found : border));
    if (hunt.found != UINT64_MAX)
        fprintf(kd->out, "Breakpoint %d hit\n", hunt.which);
    else if (to_stop)
        tell_stop(kd);
    else
        fprintf(kd->out, "The %s of the run.\n", backwards ? "beginning" : "end");
    kd_tell_position(kd);
}
