/* wrote.c - see wrote.h. */
#include "ui/timeline/wrote.h"
#include "model/words/records.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/layout.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The process lane of this name; LANE_NONE: there is none. */
static uint32_t process_called(const struct recording *run, const char *name)
{
    const struct lanes *lanes = recording_lanes(run);

    for (uint32_t i = 0; i < lanes_count(lanes); i++)
        if (lanes_get(lanes, i)->kind == LANE_PROCESS &&
            strcmp(lanes_get(lanes, i)->name, name) == 0)
            return i;
    return LANE_NONE;
}

bool wrote_parse(const struct recording *run, const char *text, struct wrote *out, char *error,
                 size_t error_size)
{
    const char *last = strrchr(text, ' ');
    const char *digits = last != NULL ? last + 1 : text;
    char name[LANE_NAME_CHARS], *end;
    unsigned long long address = strtoull(digits, &end, 16);

    *out = (struct wrote){ .on = true, .lane = LANE_NONE };
    if (*digits == 0 || *digits == '-' || *digits == '+' || *end != 0 || address > UINT32_MAX) {
        snprintf(error, error_size,
                 "\"%s\" is not an address (expected a process and an address in hexadecimal, such "
                 "as store.exe 002f0040)",
                 digits);
        return false;
    }
    out->address = (uint32_t)address;
    if (last != NULL) {
        snprintf(name, sizeof name, "%.*s", (int)(last - text), text);
        out->lane = process_called(run, name);
        if (out->lane == LANE_NONE) {
            snprintf(error, error_size,
                     "no process is called \"%s\" (expected the name of its lane, such as "
                     "store.exe)",
                     name);
            return false;
        }
    }
    if (watch_possible(out->lane == LANE_NONE ? 0 : lanes_get(recording_lanes(run), out->lane)->id,
                       out->address))
        return true;
    if (out->lane != LANE_NONE)
        snprintf(error, error_size, "%08x is not a user address (expected 00010000 to 7ffeffff)",
                 out->address);
    else if (out->address < 0x80000000u)
        snprintf(error, error_size,
                 "%08x alone says nothing (expected a process before it, such as store.exe %08x)",
                 out->address, out->address);
    else
        snprintf(error, error_size,
                 "no bytes are simulated at %08x: what lies there is an object of the kernel "
                 "(expected an address in a process, or e8000000 to ebffffff, where MDLs are "
                 "mapped)",
                 out->address);
    return false;
}

void wrote_text(const struct app *app, char *out, size_t size)
{
    const struct wrote *w = &app->wrote;
    const struct lanes *lanes = recording_lanes(app->panes[w->pane].run);

    if (w->lane == LANE_NONE)
        snprintf(out, size, "%08x", w->address);
    else
        snprintf(out, size, "%s %08x", lanes_get(lanes, w->lane)->name, w->address);
}

static void ask(struct app *app, const struct wrote *wrote)
{
    struct recording *run = app->panes[wrote->pane].run;
    uint32_t id = wrote->lane == LANE_NONE ? 0 : lanes_get(recording_lanes(run), wrote->lane)->id;
    char text[120];

    app->wrote = *wrote;
    app->wrote.on = recording_ask_writers(run, id, wrote->address);
    wrote_text(app, text, sizeof text);
    if (!app->wrote.on) {
        app_say(app, true, "%s has no bytes that are simulated", text);
        return;
    }
    app->screen = SCREEN_TIMELINE;
    layout_show_side(app, true);
    app_say(app, false, "who wrote %s: in the inspector", text);
}

bool wrote_ask(struct app *app, const char *text, char *error, size_t error_size)
{
    struct wrote wrote;

    if (text[0] == 0) {
        if (app->wrote.on)
            recording_forget_writers(app->panes[app->wrote.pane].run);
        app->wrote.on = false;
        return true;
    }
    if (!wrote_parse(app_run(app), text, &wrote, error, error_size))
        return false;
    wrote.pane = app->active;
    ask(app, &wrote);
    return app->wrote.on;
}

void wrote_follow(struct app *app, uint32_t pane, uint64_t number)
{
    uint32_t lane = (uint32_t)(number >> 32);

    ask(app, &(struct wrote){ .on = true,
                              .pane = pane,
                              .lane = lane == 0xffff ? LANE_NONE : lane,
                              .address = (uint32_t)number });
}

bool wrote_record(const struct recording *run, const struct record *r, uint64_t number,
                  uint32_t *lane, uint32_t *address)
{
    if (r->kind != REC_FOREIGN_WRITE && r->kind != REC_TAINTED_READ && r->kind != REC_FAULT)
        return false;
    *address = r->a;
    *lane = lanes_find_at(recording_lanes(run), LANE_PROCESS, r->b, number);
    return *lane != LANE_NONE && watch_possible(lanes_get(recording_lanes(run), *lane)->id, r->a);
}
