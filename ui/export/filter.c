/* filter.c - writes a part of a run: a stretch of time, some kinds of records, one process.
 *
 * A filter stands between the run and a format's writer. The picture is always fed with the whole
 * run, because what is open at the beginning of a stretch began earlier: slices that are open there
 * are begun again at its first record, and slices that are open at its end are ended there.
 *
 * An instant that is a time or a record number is compared directly. Any other, such as "stop - 3
 * s", is looked for in a recording of the same run.
 */
#include "model/words/names.h"
#include "model/words/records.h"
#include "ui/export/filter.h"
#include "ui/recording/anchor.h"
#include <stdlib.h>
#include <string.h>

/* ---- What is wanted -------------------------------------------------------------------------- */

static bool read_kinds(const char *text, struct export_filter *filter, char *error, size_t size)
{
    const char *names[ARRAY_LEN(filter->kinds)], *near;
    char word[48];

    for (uint32_t i = 0; i < record_kind_count && i < ARRAY_LEN(names); i++)
        names[i] = record_kinds[i].name;
    for (const char *at = text; *at != 0;) {
        size_t length = strcspn(at, ",");
        uint32_t kind = 0;

        snprintf(word, sizeof word, "%.*s", (int)MIN_OF(length, sizeof word - 1), at);
        while (kind < record_kind_count && strcmp(record_kinds[kind].name, word) != 0)
            kind++;
        if (kind == record_kind_count) {
            near = ini_did_you_mean(word, names, record_kind_count);
            snprintf(error, size,
                     "--kind \"%s\" (expected kinds of records such as ATTACH,FOREIGN_WRITE%s%s%s)",
                     word, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                     near != NULL ? "\"?" : "");
            return false;
        }
        filter->kinds[kind] = filter->some_kinds = true;
        at += length + (at[length] == ',');
    }
    return true;
}

/* Finds an instant that depends on what happens in the run. */
static bool look_for(const struct scenario *scenario, uint64_t seed, const char *text,
                     uint64_t *number, char *error, size_t size)
{
    struct recording *run =
        recording_open(&(struct recording_options){ .scenario = scenario, .seed = seed });
    bool found;

    if (run == NULL) {
        snprintf(error, size, "no memory for a recording");
        return false;
    }
    found = anchor_resolve(run, NULL, text, number, error, size);
    recording_close(run);
    return found;
}

bool export_instant_check(const char *option, const char *text, char *error, size_t size)
{
    struct anchor anchor;
    char why[ANCHOR_ERROR];
    bool good = anchor_parse(&anchor, text, why, sizeof why);

    if (!good)
        snprintf(error, size, "%s \"%.80s\": %s", option, text, why);
    return good;
}

static bool read_bound(const struct scenario *scenario, uint64_t seed, const char *option,
                       const char *text, struct export_bound *bound, char *error, size_t size)
{
    struct anchor anchor;
    char why[ANCHOR_ERROR];
    bool good;

    if (text == NULL)
        return true;
    bound->given = true;
    good = anchor_parse(&anchor, text, why, sizeof why);
    if (good && anchor.count == 1 && anchor.parts[0].sign == 0 &&
        anchor.parts[0].form == ANCHOR_TIME) {
        bound->is_time = true;
        bound->value = anchor.parts[0].time;
    } else if (good && anchor.count == 1 && anchor.parts[0].sign == 0 &&
               anchor.parts[0].form == ANCHOR_RECORD) {
        bound->value = anchor.parts[0].number;
    } else if (good) {
        good = look_for(scenario, seed, text, &bound->value, why, sizeof why);
    }
    if (!good)
        snprintf(error, size, "%s \"%.80s\": %s", option, text, why);
    return good;
}

bool export_filter_read(const struct export_wanted *wanted, const struct scenario *scenario,
                        uint64_t seed, struct export_filter *filter, char *error, size_t size)
{
    *filter = (struct export_filter){ .process = wanted->process };
    return (wanted->kinds == NULL || read_kinds(wanted->kinds, filter, error, size)) &&
           read_bound(scenario, seed, "--from", wanted->from, &filter->from, error, size) &&
           read_bound(scenario, seed, "--to", wanted->to, &filter->to, error, size);
}

/* ---- Passing on ------------------------------------------------------------------------------ */

enum { PIDS_MAX = 64, NAMES_MAX = 32 };

struct filter {
    const struct export_filter *wanted;
    struct writer inner;
    bool inside;     /* The present record lies in the stretch. */
    bool kind_fits;  /* The present record is of a wanted kind. */
    sim_time begins; /* Time of the first record of the stretch. */
    uint32_t pids[PIDS_MAX], pid_count;
    const char *names[NAMES_MAX]; /* Processes of the run. */
    uint32_t name_count;
    bool process_seen, reached; /* reached: some record lay in the stretch. */
    bool partly;     /* Something is left out, so that a flow may have lost its beginning. */
    uint64_t *flows; /* Flows that began in the file: a hash table; 0: a free place. */
    size_t flow_count, flow_room;
};

struct filter *filter_new(const struct export_filter *wanted, struct writer inner)
{
    struct filter *f = calloc(1, sizeof *f);

    CHECK(f != NULL);
    f->wanted = wanted;
    f->inner = inner;
    f->inside = !wanted->from.given;
    f->partly =
        wanted->from.given || wanted->to.given || wanted->some_kinds || wanted->process != NULL;
    return f;
}

static bool is_reached(const struct export_bound *bound, uint64_t number, sim_time at)
{
    return bound->is_time ? at >= bound->value : number >= bound->value;
}

enum filter_step filter_at(struct filter *f, uint64_t number, const struct record *record)
{
    const struct export_filter *w = f->wanted;
    bool was = f->inside;

    f->inside = (!w->from.given || is_reached(&w->from, number, record->at)) &&
                (!w->to.given || !is_reached(&w->to, number, record->at));
    f->kind_fits = !w->some_kinds || (record->kind < ARRAY_LEN(w->kinds) && w->kinds[record->kind]);
    f->reached = f->reached || f->inside;
    if (f->inside == was)
        return FILTER_STAYS;
    if (f->inside)
        f->begins = record->at;
    return f->inside ? FILTER_BEGINS : FILTER_ENDS;
}

void filter_set_inside(struct filter *f, bool inside) { f->inside = inside; }

/* True if the name is the wanted image, also with a number: "store.exe 2". */
static bool is_process(const struct filter *f, const char *name)
{
    size_t length = f->wanted->process != NULL ? strlen(f->wanted->process) : 0;

    return f->wanted->process == NULL ||
           (strncmp(name, f->wanted->process, length) == 0 &&
            (name[length] == 0 || (name[length] == ' ' && strspn(name + length + 1, "0123456789") ==
                                                              strlen(name + length + 1))));
}

void filter_process(struct filter *f, const char *name)
{
    uint32_t i = 0;

    f->process_seen = f->process_seen || is_process(f, name);
    while (i < f->name_count && strcmp(f->names[i], name) != 0)
        i++;
    if (i == f->name_count && i < NAMES_MAX)
        f->names[f->name_count++] = name;
}

bool filter_found(const struct filter *f, sim_time end, char *error, size_t size)
{
    const char *near;

    if (!f->reached) {
        snprintf(error, size,
                 "nothing lies between --from and --to (the run ends at %llu.%03llu s)",
                 (unsigned long long)(end / SEC(1)), (unsigned long long)(end % SEC(1) / MS(1)));
        return false;
    }
    if (f->wanted->process == NULL || f->process_seen)
        return true;
    near = ini_did_you_mean(f->wanted->process, f->names, f->name_count);
    snprintf(error, size, "--process \"%.60s\" (expected a process of this run such as %s)",
             f->wanted->process, near != NULL ? near : "store.exe");
    return false;
}

/* ---- A writer around a writer ---------------------------------------------------------------- */

static bool has_pid(const struct filter *f, uint32_t pid)
{
    for (uint32_t i = 0; i < f->pid_count; i++)
        if (f->pids[i] == pid)
            return true;
    return f->wanted->process == NULL;
}

static bool passes_slice(const struct filter *f, const struct track *track)
{
    return f->inside && !f->wanted->some_kinds && has_pid(f, track->pid);
}

static uint64_t *place_of(uint64_t *flows, size_t room, uint64_t flow)
{
    size_t i = (size_t)(flow * 0x9e3779b97f4a7c15u) & (room - 1);

    while (flows[i] != 0 && flows[i] != flow)
        i = (i + 1) & (room - 1);
    return &flows[i];
}

static void keep_flow(struct filter *f, uint64_t flow)
{
    if (f->flow_count * 2 >= f->flow_room) {
        size_t room = MAX_OF(f->flow_room * 2, 1024);
        uint64_t *larger = calloc(room, sizeof *larger);

        CHECK(larger != NULL);
        for (size_t i = 0; i < f->flow_room; i++)
            if (f->flows[i] != 0)
                *place_of(larger, room, f->flows[i]) = f->flows[i];
        free(f->flows);
        f->flows = larger;
        f->flow_room = room;
    }
    uint64_t *place = place_of(f->flows, f->flow_room, flow);

    f->flow_count += *place == 0;
    *place = flow;
}

/* Returns the event; without its flow if the flow's beginning was left out. */
static const struct event *whole_flow(struct filter *f, const struct event *event,
                                      struct event *copy)
{
    if (!f->partly || event->step == FLOW_NONE)
        return event;
    if (event->step == FLOW_BEGINS) {
        keep_flow(f, event->flow);
        return event;
    }
    if (f->flow_room > 0 && *place_of(f->flows, f->flow_room, event->flow) != 0)
        return event;
    *copy = *event;
    copy->step = FLOW_NONE;
    return copy;
}

static void head(void *ctx, const struct run_words *words)
{
    struct filter *f = ctx;

    if (f->inner.head != NULL)
        f->inner.head(f->inner.ctx, words);
}

static void record(void *ctx, uint64_t number, const struct record *r,
                   const struct known_thread *thread)
{
    struct filter *f = ctx;

    if (f->inside && f->kind_fits && is_process(f, thread != NULL ? thread->process : ""))
        f->inner.record(f->inner.ctx, number, r, thread);
}

static void track(void *ctx, const struct track *track)
{
    struct filter *f = ctx;

    if (track->kind == TRACK_PROCESS && f->wanted->process != NULL && is_process(f, track->name) &&
        !has_pid(f, track->pid) && f->pid_count < PIDS_MAX)
        f->pids[f->pid_count++] = track->pid;
    if (has_pid(f, track->pid))
        f->inner.track(f->inner.ctx, track);
}

static void begin(void *ctx, const struct track *track, sim_time at, const struct event *event)
{
    struct filter *f = ctx;
    struct event copy;

    if (passes_slice(f, track))
        f->inner.begin(f->inner.ctx, track, at, whole_flow(f, event, &copy));
}

static void end(void *ctx, const struct track *track, sim_time at, const struct event *event)
{
    struct filter *f = ctx;

    if (passes_slice(f, track))
        f->inner.end(f->inner.ctx, track, at, event);
}

static void whole(void *ctx, const struct track *track, sim_time from, sim_time to,
                  const struct event *event)
{
    struct filter *f = ctx;
    struct event copy;

    if (passes_slice(f, track))
        f->inner.whole(f->inner.ctx, track, MAX_OF(from, f->begins), to,
                       whole_flow(f, event, &copy));
}

static void instant(void *ctx, const struct track *track, sim_time at, const struct event *event)
{
    struct filter *f = ctx;
    struct event copy;
    bool is_flow_alone = event->category[0] == 'f';

    if (!f->inside || !f->kind_fits || !has_pid(f, track->pid))
        return;
    event = whole_flow(f, event, &copy);
    if (!is_flow_alone || event->step != FLOW_NONE)
        f->inner.instant(f->inner.ctx, track, at, event);
}

static void count(void *ctx, const struct track *track, sim_time at, uint64_t value)
{
    struct filter *f = ctx;

    if (passes_slice(f, track))
        f->inner.count(f->inner.ctx, track, at, value);
}

static void tail(void *ctx, const struct run_words *words)
{
    struct filter *f = ctx;

    if (f->inner.tail != NULL)
        f->inner.tail(f->inner.ctx, words);
}

static void free_filter(void *ctx)
{
    struct filter *f = ctx;

    f->inner.free(f->inner.ctx);
    free(f->flows);
    free(f);
}

struct writer filter_writer(struct filter *f)
{
    return (struct writer){ .ctx = f,
                            .head = head,
                            .record = f->inner.record != NULL ? record : NULL,
                            .track = track,
                            .begin = begin,
                            .end = end,
                            .whole = f->inner.whole != NULL ? whole : NULL,
                            .instant = instant,
                            .count = count,
                            .tail = tail,
                            .free = free_filter };
}
