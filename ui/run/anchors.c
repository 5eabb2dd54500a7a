/* anchors.c - see anchors.h.
 *
 * A watcher stands beside a run: it is asked every question, and sees every record. It answers by a
 * list of numbers, as the run's own list would, and by anchors that it recognizes. What it knows of
 * the run lies outside of the world, so the run is the one that it would be without it.
 */
#include "ui/run/anchors.h"
#include "model/look/glance.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "ui/host/grow.h"
#include "ui/host/memory_file.h"
#include "ui/run/anchor_text.h"
#include "ui/run/run.h"
#include "ui/symbols/symbols.h"
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 24, NAME_SLOTS = 1 << 14, CODE_SLOTS = 1 << 14, FULL = 3 * (1 << 12) };
/* Distances between places: other functions around the innermost; another kind of record. */
enum { OTHER_PATH = 1 << 28, OTHER_EVENT = 1 << 24, RECORDS_APART = 64, APART_MAX = 1 << 16 };

/* How often an actor was asked the same since its latest record. */
struct tally {
    uint32_t site, path[ANCHOR_PATH], count;
};

struct actor {
    uint32_t name; /* 0: it has not been asked for. */
    bool recorded;
    uint16_t kind;     /* Kind of its latest record. */
    uint32_t *records; /* By kind. */
    struct tally *tallies;
    size_t tally_count, tally_room;
};

/* Where a question is asked; names are numbers of interned texts, 0: none. */
struct place {
    uint32_t site, actor, path[ANCHOR_PATH];
    uint32_t event, event_nth, nth;
};

struct sought {
    struct anchor anchor;
    struct place place;
    bool plain, settled; /* By number; answered. */
    struct surprise surprise;
    /* The question most like it so far at which its answer was possible. */
    bool has_best;
    uint32_t best_distance;
    uint64_t best_question;
    struct surprise best;
    struct anchor best_anchor;
};

struct watcher {
    struct choice_asker asker; /* First: the asker is the watcher. */
    struct world *world;
    struct symbols *symbols;
    bool naming; /* All is given by number, and anchors are wanted. */
    struct sought *sought;
    uint32_t sought_count;
    uint64_t questions;
    char (*names)[ANCHOR_NAME]; /* Interned texts, open addressing; row 0 is never used. */
    uint32_t name_count;
    uint32_t *bearers; /* By name of a thread: how many have been given it. */
    struct code {
        const void *address;
        uint32_t name;
    } * code; /* Names of functions by return address, open addressing. */
    uint32_t code_count;
    struct actor *actors; /* By number of thread / 4; row 0 is the engine. */
    size_t actor_room;
    struct actor dpc;
    struct offer {
        uint32_t thread;
        const void *routine;
    } offers[CHOICE_ACTORS_MAX];
    uint32_t offer_count;
};

bool anchors_has(const char *text) { return strchr(text, '@') != NULL; }

/* ---- Names ----------------------------------------------------------------------------------- */

/* A text's number. 0: it is empty, or there are too many. */
static uint32_t intern(struct watcher *w, const char *text)
{
    char name[ANCHOR_NAME];
    uint32_t at = 5381;

    if (text[0] == 0)
        return 0;
    anchor_name(text, name);
    for (const char *letter = name; *letter != 0; letter++)
        at = at * 33 + (uint8_t)*letter;
    for (at %= NAME_SLOTS;; at = (at + 1) % NAME_SLOTS) {
        if (at == 0)
            continue;
        if (w->names[at][0] == 0 && w->name_count == FULL)
            return 0;
        if (w->names[at][0] == 0) {
            memcpy(w->names[at], name, sizeof name);
            w->name_count++;
        }
        if (strcmp(w->names[at], name) == 0)
            return at;
    }
}

/* The function of a return address, without its module. 0: it is none of the machine's, or one that
 * only the kernel knows. */
static uint32_t function_at(struct watcher *w, const void *address)
{
    uint32_t at = (uint32_t)((uintptr_t)address >> 2) % CODE_SLOTS;
    char name[128];
    const char *function;

    for (; w->code[at].address != NULL; at = (at + 1) % CODE_SLOTS)
        if (w->code[at].address == address)
            return w->code[at].name;
    if (w->code_count++ == FULL) { /* The table is begun anew. */
        memset(w->code, 0, CODE_SLOTS * sizeof *w->code);
        w->code_count = 1;
    }
    w->code[at].address = address;
    if (w->symbols != NULL && symbols_name(w->symbols, address, name, sizeof name)) {
        function = strchr(name, '!') != NULL ? strchr(name, '!') + 1 : name;
        if (function[0] != '_' && /* What a compiler puts in. */
            (strncmp(name, "nt!", 3) != 0 || (function[0] >= 'A' && function[0] <= 'Z')))
            w->code[at].name = intern(w, function);
    }
    return w->code[at].name;
}

static struct actor *actor_of(struct watcher *w, uint32_t thread)
{
    size_t index = thread / 4;

    w->actors = grow(w->actors, &w->actor_room, index + 1, sizeof *w->actors);
    return &w->actors[index];
}

/* The machine starts again: its threads' numbers begin anew. */
static void forget(struct watcher *w)
{
    for (size_t i = 0; i < w->actor_room; i++) {
        free(w->actors[i].records);
        free(w->actors[i].tallies);
    }
    free(w->dpc.records);
    free(w->dpc.tallies);
    free(w->actors);
    w->actors = NULL;
    w->actor_room = 0;
    w->dpc = (struct actor){ .name = 0 };
    memset(w->bearers, 0, NAME_SLOTS * sizeof *w->bearers);
}

/* Names a thread when it is made: process/name; where that names several, the later ones are ~2,
 * ~3. */
static void call(struct watcher *w, struct actor *actor, uint32_t thread)
{
    const char *process, *name;
    const void *start;
    char text[2 * ANCHOR_NAME], base[ANCHOR_NAME];

    if (!glance_thread_called(thread, &process, &name, &start))
        return;
    uint32_t routine = function_at(w, (const char *)start + 1);

    /* A driver's threads are called after their driver, all alike. */
    snprintf(text, sizeof text, "%s/%s", process,
             routine != 0 && strcmp(process, "System") == 0 ? w->names[routine] : name);
    anchor_name(text, base);
    actor->name = intern(w, base);
    if (++w->bearers[actor->name] > 1) {
        snprintf(text, sizeof text, "%.40s~%u", base, w->bearers[actor->name]);
        actor->name = intern(w, text);
    }
}

static uint32_t name_of_thread(struct watcher *w, uint32_t thread)
{
    struct actor *actor = actor_of(w, thread);

    if (thread == 0)
        return intern(w, "-");
    if (actor->name == 0)
        call(w, actor, thread);
    return actor->name;
}

static uint32_t name_of_offer(struct watcher *w, const struct offer *offer)
{
    if (offer->thread != 0)
        return name_of_thread(w, offer->thread);
    return offer->routine != NULL ? function_at(w, (const char *)offer->routine + 1) : 0;
}

/* ---- Where ----------------------------------------------------------------------------------- */

static struct actor *running(struct watcher *w, uint32_t *name)
{
    struct glance_actor now;

    glance_actor(&now);
    if (now.by == GLANCE_DPC) {
        *name = intern(w, "dpc");
        return &w->dpc;
    }
    *name = name_of_thread(w, now.by == GLANCE_THREAD ? now.thread : 0);
    return actor_of(w, now.by == GLANCE_THREAD ? now.thread : 0);
}

static void saw(const struct record *record, uint64_t number, void *ctx)
{
    struct watcher *w = ctx;
    struct glance_actor now;
    struct actor *actor = &w->dpc;

    (void)number;
    if (record->kind == REC_BOOT)
        forget(w);
    if (record->kind == REC_THREAD_NEW)
        call(w, actor_of(w, record->c), record->c);
    glance_actor(&now);
    if (now.by != GLANCE_DPC)
        actor = actor_of(w, now.by == GLANCE_THREAD ? now.thread : 0);
    if (actor->records == NULL)
        actor->records = grow_new(record_kind_count * sizeof *actor->records);
    actor->records[record->kind]++;
    actor->kind = record->kind;
    actor->recorded = true;
    actor->tally_count = 0;
}

static uint32_t count_here(struct actor *actor, const struct place *place)
{
    struct tally *tally;

    for (size_t i = 0; i < actor->tally_count; i++) {
        tally = &actor->tallies[i];
        if (tally->site == place->site && memcmp(tally->path, place->path, sizeof tally->path) == 0)
            return ++tally->count;
    }
    actor->tallies =
        grow(actor->tallies, &actor->tally_room, actor->tally_count + 1, sizeof *actor->tallies);
    tally = &actor->tallies[actor->tally_count++];
    *tally = (struct tally){ .site = place->site };
    memcpy(tally->path, place->path, sizeof tally->path);
    return 0;
}

static void locate(struct watcher *w, uint32_t site, struct place *place)
{
    void *frames[FRAMES];
    uint32_t frame_count = glance_frames(frames, FRAMES), named = 0;
    struct actor *actor;

    *place = (struct place){ .site = site };
    actor = running(w, &place->actor);
    for (uint32_t i = 0; i < frame_count && named < ANCHOR_PATH; i++) {
        place->path[named] = function_at(w, frames[i]);
        named += place->path[named] != 0;
    }
    if (actor->recorded) {
        place->event = intern(w, record_kinds[actor->kind].name);
        place->event_nth = actor->records[actor->kind];
    }
    place->nth = count_here(actor, place);
}

/* ---- Answers --------------------------------------------------------------------------------- */

static void describe(const struct watcher *w, const struct place *place, uint32_t pick_name,
                     uint32_t pick, struct anchor *out)
{
    *out = (struct anchor){
        .site = place->site, .event_nth = place->event_nth, .nth = place->nth, .pick = pick
    };
    memcpy(out->actor, w->names[place->actor], ANCHOR_NAME);
    memcpy(out->event, w->names[place->event], ANCHOR_NAME);
    memcpy(out->pick_name, w->names[pick_name], ANCHOR_NAME);
    while (out->path_count < ANCHOR_PATH && place->path[out->path_count] != 0) {
        memcpy(out->path[out->path_count], w->names[place->path[out->path_count]], ANCHOR_NAME);
        out->path_count++;
    }
}

static uint32_t apart(uint32_t one, uint32_t other)
{
    return MIN_OF(one > other ? one - other : other - one, (uint32_t)APART_MAX);
}

/* How far a question is from an anchor's; 0: it is that question. False: it is another's. */
static bool is_like(const struct place *place, const struct place *sought, uint32_t *distance)
{
    if (place->site != sought->site || place->actor != sought->actor ||
        place->path[0] != sought->path[0])
        return false;
    *distance = memcmp(place->path, sought->path, sizeof place->path) == 0 ? 0 : OTHER_PATH;
    if (place->event != sought->event)
        *distance += OTHER_EVENT;
    else
        *distance += RECORDS_APART * apart(place->event_nth, sought->event_nth);
    *distance += apart(place->nth, sought->nth);
    return true;
}

/* The answer that an anchor asks for; 0: it is not possible here. */
static uint32_t wanted_answer(struct watcher *w, const struct anchor *anchor, uint32_t enabled)
{
    uint32_t name = intern(w, anchor->pick_name);

    if (name == 0)
        return anchor->pick < enabled ? anchor->pick : 0;
    for (uint32_t i = 1; i < enabled && i < w->offer_count; i++)
        if (name_of_offer(w, &w->offers[i]) == name)
            return i;
    return 0;
}

static uint32_t name_of_answer(struct watcher *w, uint32_t pick)
{
    return pick < w->offer_count ? name_of_offer(w, &w->offers[pick]) : 0;
}

/* Looks whether this question is the one, or the most like it so far. Returns the answer to it. */
static uint32_t try_here(struct watcher *w, struct sought *s, const struct place *place,
                         struct surprise here, uint32_t enabled)
{
    uint32_t distance, pick;

    if (!is_like(place, &s->place, &distance) || (s->has_best && distance >= s->best_distance))
        return 0;
    pick = wanted_answer(w, &s->anchor, enabled);
    if (pick == 0)
        return 0;
    here.pick = pick;
    if (distance == 0) {
        s->settled = true;
        s->surprise = here;
        return pick;
    }
    s->has_best = true;
    s->best_distance = distance;
    s->best_question = w->questions;
    s->best = here;
    describe(w, place, name_of_answer(w, pick), pick, &s->best_anchor);
    return 0;
}

/* The answer to a question that a number names; 0: none does. */
static uint32_t answer_by_number(struct watcher *w, const struct place *place, struct surprise here,
                                 uint32_t enabled)
{
    for (uint32_t i = 0; i < w->sought_count; i++) {
        struct sought *s = &w->sought[i];

        if (!s->plain || s->surprise.site != here.site || s->surprise.nth != here.nth)
            continue;
        here.pick = MIN_OF(s->surprise.pick, enabled - 1);
        if (w->naming)
            describe(w, place, name_of_answer(w, here.pick), here.pick, &s->anchor);
        s->settled = true;
        return here.pick;
    }
    return 0;
}

static uint32_t answer(struct choice_asker *asker, uint32_t site, const struct choice_actor *actors,
                       uint32_t enabled, uint32_t count)
{
    struct watcher *w = (struct watcher *)asker;
    struct surprise here = { .site = site };
    struct place place;
    uint32_t pick = 0;

    (void)actors, (void)count;
    if (enabled >= 2) {
        here.nth = (uint32_t)world_sim(w->world)->choices.asked[site];
        w->questions++;
        locate(w, site, &place);
        pick = answer_by_number(w, &place, here, enabled);
        for (uint32_t i = 0; i < w->sought_count && pick == 0; i++)
            if (!w->sought[i].settled && !w->sought[i].plain)
                pick = try_here(w, &w->sought[i], &place, here, enabled);
    }
    w->offer_count = 0;
    return pick;
}

static void offered(struct choice_asker *asker, uint32_t index, uint32_t thread,
                    const void *routine)
{
    struct watcher *w = (struct watcher *)asker;

    if (index >= CHOICE_ACTORS_MAX)
        return;
    w->offers[index] = (struct offer){ thread, routine };
    w->offer_count = index + 1;
}

/* ---- A run ----------------------------------------------------------------------------------- */

/* Makes the run once, with the answers as they are sought. False: the machine was destroyed. */
static bool watch_run(const struct scenario *scenario, uint64_t seed, bool naming,
                      struct sought *sought, uint32_t count)
{
    struct watcher *w = grow_new(sizeof *w);
    struct scenario *asked = malloc(sizeof *asked);
    struct sim *sim;
    bool sound;

    CHECK(asked != NULL);
    *asked = *scenario;
    asked->strategy = CHOICE_CALM;
    w->asker = (struct choice_asker){ .pick = answer, .offered = offered };
    w->naming = naming;
    w->sought = sought;
    w->sought_count = count;
    w->names = grow_new(NAME_SLOTS * sizeof *w->names);
    w->code = grow_new(CODE_SLOTS * sizeof *w->code);
    w->bearers = grow_new(NAME_SLOTS * sizeof *w->bearers);
    w->symbols = symbols_open();
    w->world = world_new_watched(asked, seed, saw, w);
    CHECK(w->world != NULL);
    if (w->symbols != NULL)
        symbols_prepare(w->symbols, false);
    for (uint32_t i = 0; i < count; i++) {
        struct sought *s = &sought[i];
        const struct anchor *a = &s->anchor;

        s->settled = s->has_best = false;
        s->place = (struct place){ .site = a->site,
                                   .actor = intern(w, a->actor),
                                   .event = intern(w, a->event),
                                   .event_nth = a->event_nth,
                                   .nth = a->nth };
        for (uint32_t k = 0; k < a->path_count; k++)
            s->place.path[k] = intern(w, a->path[k]);
    }
    sim = world_sim(w->world);
    sim->choices.strategy = CHOICE_ASKED;
    sim->choices.asker = &w->asker;
    sound = run_watched(w->world, SIM_NEVER) != SIM_BROKEN;
    if (sound)
        world_free(w->world);
    symbols_close(w->symbols);
    forget(w);
    free(w->names);
    free(w->bearers);
    free(w->code);
    free(w);
    free(asked);
    return sound;
}

/* ---- Naming ---------------------------------------------------------------------------------- */

char *anchors_of(const struct scenario *scenario, uint64_t seed)
{
    const struct choices *list = &scenario->replay;
    struct sought *sought = grow_new((list->listed_count + 1) * sizeof *sought);
    char *text = NULL, one[ANCHORS_CHARS];
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);
    bool good;

    CHECK(out != NULL);
    for (uint32_t i = 0; i < list->listed_count; i++)
        sought[i] = (struct sought){ .plain = true, .surprise = list->listed[i] };
    good = watch_run(scenario, seed, true, sought, list->listed_count);
    for (uint32_t i = 0; i < list->listed_count; i++) {
        good = good && sought[i].settled;
        anchor_print(&sought[i].anchor, choice_names, one, sizeof one);
        fprintf(out, "%s%s", i > 0 ? "," : "", one);
    }
    memory_file_close(out);
    free(sought);
    if (good)
        return text;
    free(text);
    return NULL;
}

/* ---- Looking for ----------------------------------------------------------------------------- */

static bool read_one(struct sought *s, const char *text, char *error, size_t error_size)
{
    char one[ANCHORS_CHARS];
    struct choices plain;

    *s = (struct sought){ .plain = false };
    snprintf(one, sizeof one, "%.*s", (int)strcspn(text, ", \t"), text);
    if (anchors_has(one))
        return anchor_read(&s->anchor, one, choice_names, choice_count, error, error_size);
    choices_init(&plain, choice_count, 0);
    if (!choices_parse(&plain, one, choice_names, error, error_size))
        return false;
    s->plain = true;
    s->surprise = plain.listed[0];
    return true;
}

static bool read_all(const char *text, struct sought *sought, uint32_t *count, char *error,
                     size_t error_size)
{
    for (text += strspn(text, ", \t"); *text != 0; text += strspn(text, ", \t")) {
        if (*count == CHOICE_SURPRISES_MAX) {
            snprintf(error, error_size, "more than %d surprises (expected at most that many)",
                     CHOICE_SURPRISES_MAX);
            return false;
        }
        if (!read_one(&sought[(*count)++], text, error, error_size))
            return false;
        text += strcspn(text, ", \t");
    }
    return true;
}

/* The anchor, of those not found, whose most similar question came first: what was answered before
 * it is settled. NULL: there is none with such a question. */
static struct sought *first_like(struct sought *sought, uint32_t count)
{
    struct sought *first = NULL;

    for (uint32_t i = 0; i < count; i++)
        if (!sought[i].settled && sought[i].has_best &&
            (first == NULL || sought[i].best_question < first->best_question))
            first = &sought[i];
    return first;
}

static void tell(const struct sought *sought, const bool *moved, uint32_t count,
                 struct anchors_result *result)
{
    result->found = grow_new((count + 1) * sizeof *result->found);
    result->count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct anchor_found *found = &result->found[i];
        const struct surprise *s = &sought[i].surprise;

        found->surprise = *s;
        found->fate = moved[i] ? ANCHOR_MOVED : sought[i].settled ? ANCHOR_HELD : ANCHOR_GONE;
        if (sought[i].anchor.actor[0] != 0)
            anchor_print(&sought[i].anchor, choice_names, found->anchor, sizeof found->anchor);
        else
            choices_print(s, 1, choice_names, found->anchor, sizeof found->anchor);
        if (moved[i])
            anchor_print(&sought[i].best_anchor, choice_names, found->now, sizeof found->now);
        *(found->fate == ANCHOR_HELD    ? &result->held
          : found->fate == ANCHOR_MOVED ? &result->moved
                                        : &result->gone) += 1;
    }
}

/* Makes what was found the scenario's list. */
static void make_list(struct scenario *scenario, const struct anchors_result *result)
{
    struct surprise list[CHOICE_SURPRISES_MAX];
    uint32_t count = 0;

    for (uint32_t i = 0; i < result->count; i++)
        if (result->found[i].fate != ANCHOR_GONE)
            list[count++] = result->found[i].surprise;
    choices_init(&scenario->replay, choice_count, 0);
    choices_force(&scenario->replay, list, count);
    scenario->strategy = CHOICE_LISTED;
}

bool anchors_resolve(struct scenario *scenario, uint64_t seed, const char *text,
                     struct anchors_result *result, char *error, size_t error_size)
{
    struct sought *sought = grow_new(CHOICE_SURPRISES_MAX * sizeof *sought), *next;
    bool *moved = grow_new(CHOICE_SURPRISES_MAX);
    uint32_t count = 0;
    bool good = read_all(text, sought, &count, error, error_size);

    *result = (struct anchors_result){ .count = 0 };
    while (good && watch_run(scenario, seed, false, sought, count)) {
        next = first_like(sought, count);
        if (next == NULL)
            break;
        next->plain = moved[next - sought] = true;
        next->surprise = next->best;
    }
    if (good) {
        tell(sought, moved, count, result);
        make_list(scenario, result);
    }
    free(sought);
    free(moved);
    return good;
}

void anchors_free(struct anchors_result *result)
{
    free(result->found);
    *result = (struct anchors_result){ .count = 0 };
}
