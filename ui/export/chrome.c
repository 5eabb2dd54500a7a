/* chrome.c - writes Chrome's JSON trace format, for chrome://tracing and other programs.
 *
 * One object with a list of events, one on each line. Slices that never nest, such as threads'
 * states, are complete events (X), written when they end; services, visits and processors are pairs
 * of B and E. Every track is a thread of a process: a thread's states have its number plus one
 * (NT's numbers are multiples of four); processors and disks are threads of groups, which look like
 * processes. Flows bind to the slice around them.
 */
#include "ui/export/inside.h"
#include <inttypes.h>
#include <stdlib.h>

struct chrome {
    FILE *out;
    bool begun;
};

/* ---- Pieces ---------------------------------------------------------------------------------- */

static void put_time(struct chrome *c, const char *name, sim_time ns)
{
    fprintf(c->out, ",\"%s\":%" PRIu64 ".%03u", name, ns / 1000, (unsigned)(ns % 1000));
}

static void open_event(struct chrome *c, char phase, const struct track *track)
{
    fprintf(c->out, "%s{\"ph\":\"%c\",\"pid\":%u,\"tid\":%u", c->begun ? ",\n" : "\n", phase,
            track->pid, track->tid);
    c->begun = true;
}

static void put_text(struct chrome *c, const char *name, const char *text)
{
    fprintf(c->out, ",\"%s\":", name);
    json_text(c->out, text);
}

static void put_args(struct chrome *c, const struct event *event)
{
    if (event->arg_count == 0)
        return;
    fputs(",\"args\":", c->out);
    for (uint32_t i = 0; i < event->arg_count; i++) {
        const struct arg *arg = &event->args[i];

        fprintf(c->out, "%c\"%s\":", i == 0 ? '{' : ',', arg->name);
        if (arg->kind == ARG_TEXT)
            json_text(c->out, arg->text);
        else if (arg->kind == ARG_ADDRESS)
            fprintf(c->out, "\"0x%08" PRIx64 "\"", arg->number);
        else
            fprintf(c->out, "%" PRIu64, arg->number);
    }
    fputc('}', c->out);
}

static void put_flow(struct chrome *c, const struct track *around, sim_time at,
                     const struct event *event)
{
    static const char phases[] = { [FLOW_BEGINS] = 's', [FLOW_GOES_ON] = 't', [FLOW_ENDS] = 'f' };

    open_event(c, phases[event->step], around);
    put_time(c, "ts", at);
    put_text(c, "name", "flow"); /* Both ends of a flow must have the same name. */
    fprintf(c->out, ",\"cat\":\"flow\",\"id\":%" PRIu64 "%s}", event->flow,
            event->step == FLOW_BEGINS ? "" : ",\"bp\":\"e\"");
}

/* ---- Events ---------------------------------------------------------------------------------- */

static void begin(void *ctx, const struct track *track, sim_time at, const struct event *event)
{
    struct chrome *c = ctx;

    open_event(c, 'B', track);
    put_time(c, "ts", at);
    put_text(c, "cat", event->category);
    put_text(c, "name", event->name);
    put_args(c, event);
    fputc('}', c->out);
    if (event->step != FLOW_NONE)
        put_flow(c, track, at, event);
}

static void end(void *ctx, const struct track *track, sim_time at, const struct event *event)
{
    struct chrome *c = ctx;

    open_event(c, 'E', track);
    put_time(c, "ts", at);
    put_args(c, event);
    fputc('}', c->out);
}

static void whole(void *ctx, const struct track *track, sim_time from, sim_time to,
                  const struct event *event)
{
    struct chrome *c = ctx;

    open_event(c, 'X', track);
    put_time(c, "ts", from);
    put_time(c, "dur", to - from);
    put_text(c, "cat", event->category);
    put_text(c, "name", event->name);
    put_args(c, event);
    fputc('}', c->out);
    if (event->step != FLOW_NONE)
        put_flow(c, track, from, event);
}

static void instant(void *ctx, const struct track *track, sim_time at, const struct event *event)
{
    struct chrome *c = ctx;

    if (event->category[0] != 'f') {
        open_event(c, 'i', track);
        put_time(c, "ts", at);
        put_text(c, "cat", event->category);
        put_text(c, "name", event->name);
        fputs(",\"s\":\"t\"", c->out);
        put_args(c, event);
        fputc('}', c->out);
    }
    if (event->step != FLOW_NONE)
        put_flow(c, event->around != NULL ? event->around : track, at, event);
}

static void count(void *ctx, const struct track *track, sim_time at, uint64_t value)
{
    struct chrome *c = ctx;

    open_event(c, 'C', track);
    put_time(c, "ts", at);
    put_text(c, "name", track->name);
    fprintf(c->out, ",\"args\":{\"%s\":%" PRIu64 "}}", track->unit[0] ? track->unit : "value",
            value);
}

/* ---- Tracks ---------------------------------------------------------------------------------- */

static void put_meta(struct chrome *c, const struct track *track, const char *kind,
                     const char *name, const char *more)
{
    open_event(c, 'M', track);
    fprintf(c->out, ",\"ts\":0,\"name\":\"%s\",\"args\":{\"name\":", kind);
    json_text(c->out, name);
    fprintf(c->out, "%s}}", more);
}

static void put_order(struct chrome *c, const struct track *track, const char *kind, uint32_t rank)
{
    open_event(c, 'M', track);
    fprintf(c->out, ",\"ts\":0,\"name\":\"%s\",\"args\":{\"sort_index\":%u}}", kind, rank);
}

static void describe(void *ctx, const struct track *track)
{
    struct chrome *c = ctx;

    switch (track->kind) {
    case TRACK_GROUP: /* Sort groups above all processes. */
        put_meta(c, track, "process_name", track->name, "");
        put_order(c, track, "process_sort_index", track->pid / 4);
        break;
    case TRACK_PROCESS:
        put_meta(c, track, "process_name", track->name, "");
        put_order(c, track, "process_sort_index", 100 + track->pid);
        put_meta(c, track, "thread_name", "process", "");
        put_order(c, track, "thread_sort_index", 0);
        break;
    case TRACK_COUNTER:
        break;
    default:
        put_meta(c, track, "thread_name", track->name, "");
        put_order(c, track, "thread_sort_index", track->tid);
        break;
    }
}

/* ---- The document ---------------------------------------------------------------------------- */

static void head(void *ctx, const struct run_words *words)
{
    struct chrome *c = ctx;

    fputs("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"tool\":\"exifsim\",\"scenario\":", c->out);
    json_text(c->out, words->scenario->path);
    put_text(c, "title", words->scenario->title);
    fprintf(c->out, ",\"seed\":%" PRIu64, words->seed);
    put_text(c, "command", words->repro != NULL ? words->repro : "");
    fputs("},\n\"traceEvents\":[", c->out);
}

static void tail(void *ctx, const struct run_words *words)
{
    struct chrome *c = ctx;

    fprintf(c->out,
            "\n],\n\"metadata\":{\"outcome\":\"%s\",\"records\":%" PRIu64
            ",\"fingerprint\":\"%016" PRIx64 "\"}}\n",
            world_outcome(words->result), words->result->records, words->result->fingerprint);
}

struct writer chrome_writer(FILE *out)
{
    struct chrome *c = calloc(1, sizeof *c);

    CHECK(c != NULL);
    c->out = out;
    return (struct writer){ .ctx = c,
                            .head = head,
                            .track = describe,
                            .begin = begin,
                            .end = end,
                            .whole = whole,
                            .instant = instant,
                            .count = count,
                            .tail = tail,
                            .free = free };
}
