/* export.c - runs a scenario and passes its records to a writer every 20 ms of simulated time. See
 * inside.h. */
#include "ui/export/filter.h"
#include "ui/export/inside.h"
#include "model/look/glance.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "ui/host/grow.h"
#include "ui/run/run.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const sim_time slice_ns = MS(20);

struct naming { /* A thread's new name, valid from a record of the batch on. */
    size_t before;
    uint32_t thread;
    char name[LANE_NAME_CHARS];
};

struct export
{
    const struct export_options *options;
    struct world *world;
    struct writer writer; /* The filter's, around the format's. */
    struct filter *filter;
    struct picture *picture; /* NULL: the format is a list of records. */
    uint64_t number;         /* Number of the first record in the batch. */
    struct seen *batch;
    size_t count, room;
    struct naming *namings;
    size_t naming_count, naming_room;
    struct known_thread *threads; /* By id / 4; ids are never reused. */
    size_t thread_room;
};

/* ---- Words ----------------------------------------------------------------------------------- */

const char *export_kind_name(const struct record *record)
{
    return record->kind < record_kind_count ? record_kinds[record->kind].name : "?";
}

void export_record_text(const struct record *record, char *out, size_t size)
{
    bool known = record->kind < record_kind_count;

    trace_words(record, known ? record_kinds[record->kind].format : "%a %b %c %d", NULL, NULL, out,
                size);
}

const char *export_process_name(struct world *world, uint32_t address)
{
    const char *name = world_process_name(world, address);

    if (name == NULL) /* A run remembers a number of processes; those that live now are known. */
        name = glance_process_name(world, address);
    return name != NULL ? name : "process";
}

/* ---- On the simulated thread's stack --------------------------------------------------------- */

static struct known_thread *known_thread(struct export *e, uint32_t id)
{
    size_t index = id / 4;

    e->threads = grow(e->threads, &e->thread_room, index + 1, sizeof *e->threads);
    return &e->threads[index];
}

/* Notes a thread's name when it has changed. Threads name themselves when they begin; most names
 * never change. */
static void note_name(struct export *e, const struct glance_actor *actor)
{
    struct known_thread *known = known_thread(e, actor->thread);
    struct naming *naming;

    if (actor->name == NULL || known->named == actor->name)
        return;
    known->named = actor->name;
    e->namings = grow(e->namings, &e->naming_room, e->naming_count + 1, sizeof *e->namings);
    naming = &e->namings[e->naming_count++];
    *naming = (struct naming){ .before = e->count, .thread = actor->thread };
    memcpy(naming->name, actor->name, strnlen(actor->name, sizeof naming->name - 1));
}

static void watch(const struct record *record, uint64_t number, void *ctx)
{
    struct export *e = ctx;
    struct glance_actor actor;
    struct seen *seen;

    (void)number;
    glance_actor(&actor);
    if (actor.thread != 0)
        note_name(e, &actor);
    e->batch = grow(e->batch, &e->room, e->count + 1, sizeof *e->batch);
    seen = &e->batch[e->count++];
    *seen = (struct seen){ .record = *record, .actor = (uint8_t)actor.by, .object = OBJECT_NONE };
    if (record->kind == REC_WAIT && record->b > 0)
        seen->object = actor.waits_for;
}

/* ---- Between two slices ---------------------------------------------------------------------- */

static void hand_on(struct export *e, const struct seen *seen)
{
    const struct record *r = &seen->record;
    enum filter_step step = filter_at(e->filter, e->number, r);

    if (r->kind == REC_PROCESS_NEW)
        filter_process(e->filter, export_process_name(e->world, r->a));
    if (e->picture != NULL && step == FILTER_BEGINS && e->number > 0)
        picture_begin_again(e->picture, r->at);
    if (e->picture != NULL && step == FILTER_ENDS) {
        filter_set_inside(e->filter, true);
        picture_end_all(e->picture, r->at);
        filter_set_inside(e->filter, false);
    }
    if (e->picture != NULL) {
        picture_feed(e->picture, seen, e->number);
        return;
    }
    if (r->kind == REC_THREAD_NEW) {
        struct known_thread *thread = known_thread(e, r->c);

        snprintf(thread->process, sizeof thread->process, "%s",
                 export_process_name(e->world, r->b));
    }
    e->writer.record(e->writer.ctx, e->number, r, r->thread ? known_thread(e, r->thread) : NULL);
}

static void take_name(struct export *e, const struct naming *naming)
{
    struct known_thread *thread = known_thread(e, naming->thread);

    memcpy(thread->name, naming->name, sizeof thread->name);
    if (e->picture != NULL)
        picture_name_thread(e->picture, naming->thread, naming->name);
}

/* Finds the texts of lines of the event log: a line is recorded before its text exists. */
static void find_lines(struct export *e)
{
    uint32_t line = glance_log_count(e->world);

    for (size_t i = e->count; i-- > 0;)
        if (e->batch[i].record.kind == REC_LOG)
            e->batch[i].line = --line;
}

static void hand_on_all(struct export *e)
{
    size_t next = 0;

    find_lines(e);
    for (size_t i = 0; i < e->count; i++, e->number++) {
        while (next < e->naming_count && e->namings[next].before == i)
            take_name(e, &e->namings[next++]);
        hand_on(e, &e->batch[i]);
    }
    while (next < e->naming_count)
        take_name(e, &e->namings[next++]);
    e->count = e->naming_count = 0;
}

static void go_on_to_the_end(struct export *e, struct export_end *end)
{
    const struct export_options *o = e->options;
    struct sim *sim = world_sim(e->world);

    hand_on_all(e); /* Records of the boot. */
    while (sim->end == SIM_GOING) {
        run_watched(e->world, (sim->now / slice_ns + 1) * slice_ns);
        if (sim->end == SIM_BROKEN)
            return; /* Nothing in the machine can be looked at; the rest has been told. */
        errno = 0;
        hand_on_all(e);
        if (ferror(o->out)) {
            end->error = errno != 0 ? errno : EIO;
            return;
        }
        if (o->progress != NULL)
            o->progress(o->progress_ctx, e->world);
    }
}

bool export_run(const struct export_options *o, struct export_end *end)
{
    static struct writer (*const writers[])(FILE * out) = { perfetto_writer, chrome_writer,
                                                            csv_writer, json_writer };
    struct export e = { .options = o };
    struct run_words words = { .scenario = o->scenario, .seed = o->seed, .repro = o->repro };

    *end = (struct export_end){ 0 };
    e.world = world_new_watched(o->scenario, o->seed, watch, &e);
    if (e.world == NULL)
        return false;
    world_heed(e.world, o->signal, NULL);
    e.filter = filter_new(o->filter, writers[o->format](o->out));
    e.writer = filter_writer(e.filter);
    if (e.writer.head != NULL)
        e.writer.head(e.writer.ctx, &words);
    if (e.writer.record == NULL)
        e.picture = picture_new(e.world, &e.writer);
    go_on_to_the_end(&e, end);
    if (e.picture != NULL)
        picture_close(e.picture, e.number, world_sim(e.world)->now);
    words.result = world_result(e.world);
    if (e.writer.tail != NULL)
        e.writer.tail(e.writer.ctx, &words);
    filter_found(e.filter, world_sim(e.world)->now, end->problem, sizeof end->problem);
    end->interrupted = words.result->end == SIM_ASKED;
    end->at = words.result->simulated;
    end->outcome = world_outcome(words.result);
    end->records = words.result->records;
    end->fingerprint = words.result->fingerprint;
    picture_free(e.picture);
    e.writer.free(e.writer.ctx);
    if (words.result->end != SIM_BROKEN) /* As run_free. */
        world_free(e.world);
    free(e.batch);
    free(e.namings);
    free(e.threads);
    errno = 0;
    if (end->error == 0 && (fflush(o->out) != 0 || ferror(o->out)))
        end->error = errno != 0 ? errno : EIO;
    return end->error == 0;
}
