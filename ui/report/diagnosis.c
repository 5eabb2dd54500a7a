/* diagnosis.c - see diagnosis.h. */
#include "ui/report/diagnosis.h"
#include "model/words/builds.h"
#include "ui/guard/watch.h"
#include "ui/host/memory_file.h"
#include "ui/report/clues.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word, *article, *what, *cure;
} table[DIAGNOSES] = {
#define DIAGNOSIS(name, word, article, what, cure) { word, article, what, cure },
#include "model/words/diagnoses.def"
#undef DIAGNOSIS
};

const char *diagnosis_word(enum diagnosis d) { return table[d].word; }
const char *diagnosis_article(enum diagnosis d) { return table[d].article; }
const char *diagnosis_what(enum diagnosis d) { return table[d].what; }

/* Consequences of each diagnosis (follows.def). */
static const struct {
    enum diagnosis cause, consequence;
} follows[] = {
#define FOLLOWS(consequence, cause) { DIAGNOSIS_##cause, DIAGNOSIS_##consequence },
#include "ui/report/follows.def"
#undef FOLLOWS
};

static bool stopped(const struct evidence *e) { return e->result->stop.stopped; }

static int by_weight(const void *one, const void *other)
{
    const struct opinion *a = one, *b = other;

    if (a->weight != b->weight)
        return b->weight - a->weight;
    return (int)a->diagnosis - (int)b->diagnosis;
}

/* What a diagnosis needs: less than any has in the catalogue where it is right. */
enum { LEAST_WEIGHT = 6 };

/* Returns the topmost frame that is not the kernel's; NULL: there is none. */
static const char *first_driver(const struct evidence *e)
{
    for (uint32_t i = 0; i < e->frame_count && strncmp(e->frames[i], "nt!Nt", 5) != 0; i++)
        if (strchr(e->frames[i], '!') != NULL && strncmp(e->frames[i], "nt!", 3) != 0)
            return e->frames[i];
    return NULL; /* Behind a system service stand the program's own frames. */
}

static bool before_service_pack(const struct evidence *e)
{
    const struct build *build = build_find(e->look->driver_build);

    return build != NULL && build->files == BUILD_FILES_ALL && build < &builds[BUILD_SP2];
}

/* The advice names the disk whose transfers took longest beside its limit, and its queue. */
static void advise_disk(const struct evidence *e, struct opinion *o)
{
    static const struct {
        char letter;
        const char *holds;
        uint64_t limit_us;
        int queue;
    } disks[] = {
        { 'C', "the logs", DISK_LIMIT_LOG_US, GAUGE_DISK_C },
        { 'D', "the .edb", DISK_LIMIT_US, GAUGE_DISK_D },
        { 'E', "the .stm", DISK_LIMIT_US, GAUGE_DISK_E },
    };
    size_t worst = 0;

    for (size_t i = 1; i < ARRAY_LEN(disks); i++)
        if (e->disk_us[i] * disks[worst].limit_us > e->disk_us[worst] * disks[i].limit_us)
            worst = i;
    snprintf(o->advice, sizeof o->advice,
             "Look at disk %c:, which holds %s: in its worst five seconds a transfer took %llu ms "
             "(at most %llu ms is healthy) and up to %llu waited.",
             disks[worst].letter, disks[worst].holds,
             (unsigned long long)(e->disk_us[worst] / 1000),
             (unsigned long long)(disks[worst].limit_us / 1000),
             (unsigned long long)e->most[disks[worst].queue]);
}

/* The advice names the thread that keeps a processor, and those of drivers that wait. */
static void advise_hung(const struct evidence *e, struct opinion *o)
{
    char *text = NULL;
    size_t length;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    fprintf(out, "%s %s", table[o->diagnosis].cure, world_sim(e->world)->broken);
    report_waiting(out, e->world, "; ", "");
    fputc('.', out);
    memory_file_close(out);
    snprintf(o->advice, sizeof o->advice, "%s", text);
    free(text);
}

static void advise(const struct evidence *e, struct opinion *o)
{
    const char *driver = first_driver(e), *cure = table[o->diagnosis].cure;

    if ((o->diagnosis == DIAGNOSIS_UNKNOWN || o->diagnosis == DIAGNOSIS_GUEST) && driver != NULL)
        snprintf(o->advice, sizeof o->advice, "%s First driver on the stack: %s.", cure, driver);
    else if (o->diagnosis == DIAGNOSIS_KB908674 && before_service_pack(e))
        snprintf(o->advice, sizeof o->advice,
                 "Install Service Pack 2 first: the hotfix's package refuses exifs.sys %s. %s",
                 e->look->driver_build, cure);
    else if (o->diagnosis == DIAGNOSIS_DISK_SLOW)
        advise_disk(e, o);
    else if (o->diagnosis == DIAGNOSIS_HUNG)
        advise_hung(e, o);
    else
        snprintf(o->advice, sizeof o->advice, "%s", cure);
}

/* ---- Two causes at once ---------------------------------------------------------------------- */

static bool follows_from(enum diagnosis consequence, enum diagnosis cause)
{
    for (size_t i = 0; i < ARRAY_LEN(follows); i++)
        if (follows[i].cause == cause && follows[i].consequence == consequence)
            return true;
    return false;
}

/* Weight from which a clue that two diagnoses share makes them alternatives: one stop, say, has one
 * cause. */
enum { SHARED_WEIGHT = 3 };

/* True if a clue that was seen speaks strongly for both. */
static bool share_a_clue(const bool seen[CLUES], enum diagnosis one, enum diagnosis other)
{
    for (size_t i = 0; i < CLUES; i++)
        for (size_t k = 0; k < CLUES; k++)
            if (seen[i] && clues[i].diagnosis == one && clues[i].weight >= SHARED_WEIGHT &&
                clues[k].diagnosis == other && clues[k].weight > 0 &&
                clues[k].holds == clues[i].holds)
                return true;
    return false;
}

/* The weight of a diagnosis without the clues that only say that more is wrong. */
static int own_weight(const bool seen[CLUES], enum diagnosis d)
{
    int weight = 0;

    for (size_t i = 0; i < CLUES; i++)
        if (seen[i] && clues[i].diagnosis == d && !clues[i].more)
            weight += clues[i].weight;
    return weight;
}

/* Marks what is true beside the first diagnosis and what is true beside those, and moves them to
 * the front in the order of their weights. Drops what is neither that nor likely; returns how many
 * are left. */
static uint32_t find_also(const bool seen[CLUES], struct opinion *out, uint32_t count)
{
    uint32_t places = 1;

    for (uint32_t i = 1; i < count && out[0].diagnosis != DIAGNOSIS_HEALTHY; i++) {
        struct opinion one = out[i];

        one.also =
            one.diagnosis != DIAGNOSIS_HEALTHY && own_weight(seen, one.diagnosis) >= LEAST_WEIGHT;
        for (uint32_t k = 0; k < places && one.also; k++)
            one.also = !follows_from(one.diagnosis, out[k].diagnosis) &&
                       !share_a_clue(seen, one.diagnosis, out[k].diagnosis);
        if (!one.also)
            continue;
        memmove(&out[places + 1], &out[places], (i - places) * sizeof *out);
        out[places++] = one;
    }
    while (count > places && out[count - 1].weight <= 0)
        count--;
    return count;
}

/* ---- Doubt ----------------------------------------------------------------------------------- */

/* A stop needs a diagnosis with some weight. On a machine that stands, what only came with graver
 * things is a diagnosis, too. Where there is neither, the first is UNKNOWN. */
static uint32_t doubt(const struct evidence *evidence, const bool seen[CLUES], struct opinion *out,
                      uint32_t count)
{
    struct opinion first = { .diagnosis = DIAGNOSIS_UNKNOWN };
    uint32_t at = count;

    if (out[0].diagnosis == DIAGNOSIS_HEALTHY ? !stopped(evidence) : out[0].weight >= LEAST_WEIGHT)
        return count;
    for (uint32_t i = 0; i < count && at == count && !stopped(evidence); i++)
        if (own_weight(seen, out[i].diagnosis) >= LEAST_WEIGHT)
            at = i;
    if (at < count)
        first = out[at];
    memmove(out + 1, out, at * sizeof *out);
    out[0] = first;
    return at < count ? count : count + 1;
}

/* ---- Weighing -------------------------------------------------------------------------------- */

static void weigh(const bool seen[CLUES], struct opinion *opinion)
{
    for (size_t i = 0; i < CLUES; i++) {
        if (clues[i].diagnosis != opinion->diagnosis || !seen[i] ||
            opinion->clue_count == DIAGNOSIS_CLUES_MAX)
            continue;
        opinion->weight += clues[i].weight;
        opinion->clues[opinion->clue_count].weight = clues[i].weight;
        opinion->clues[opinion->clue_count++].text = clues[i].text;
    }
}

static void look_for(const struct evidence *evidence, bool seen[CLUES])
{
    for (size_t i = 0; i < CLUES; i++)
        seen[i] = clues[i].holds(evidence);
}

uint32_t diagnose(const struct evidence *evidence, struct opinion out[DIAGNOSES])
{
    uint32_t count = 0;
    bool seen[CLUES];

    look_for(evidence, seen);
    for (int d = 0; d < DIAGNOSES; d++) {
        struct opinion *opinion = &out[count];

        if (table[d].article[0] != 0 && !world_has_exchange(evidence->world))
            continue; /* The articles are of Exchange and what comes with it. */
        *opinion = (struct opinion){ .diagnosis = (enum diagnosis)d };
        weigh(seen, opinion);
        count += opinion->weight > 0 || own_weight(seen, opinion->diagnosis) >= LEAST_WEIGHT;
    }
    if (count == 0)
        out[count++] = (struct opinion){ .diagnosis = DIAGNOSIS_HEALTHY };
    qsort(out, count, sizeof *out, by_weight);
    count = doubt(evidence, seen, out, count);
    count = find_also(seen, out, count);
    for (uint32_t i = 0; i < count; i++)
        advise(evidence, &out[i]);
    return count;
}

/* ---- With guests ----------------------------------------------------------------------------- */

struct diagnosing {
    struct evidence *evidence;
    struct world *world;
    sim_time until;
    void (*tell)(void *ctx, struct world *world);
    void *ctx;
    struct opinion *out;
    uint32_t count;
};

static void gather_and_diagnose(void *arg, const atomic_bool *asked)
{
    struct diagnosing *d = arg;

    (void)asked;
    watch_guests(world_sim(d->world));
    evidence_gather(d->evidence, d->world, d->until, d->tell, d->ctx);
    if (world_sim(d->world)->end != SIM_BROKEN)
        d->count = diagnose(d->evidence, d->out);
}

uint32_t diagnose_world(struct evidence *evidence, struct world *world, sim_time until,
                        void (*tell)(void *ctx, struct world *world), void *ctx,
                        struct opinion out[DIAGNOSES])
{
    struct diagnosing d = { evidence, world, until, tell, ctx, out, 0 };
    struct watched watched = { .broken = false };

    if (world_sim(world)->guests[0] == 0) {
        gather_and_diagnose(&d, NULL);
        return d.count;
    }
    watch_call(0, gather_and_diagnose, &d, &watched);
    if (watched.broken) /* The run has ended, and its evidence is still to be gathered. */
        watch_call(0, gather_and_diagnose, &d, &watched);
    return world_sim(world)->end == SIM_BROKEN ? 0 : d.count;
}

/* ---- What tells two apart -------------------------------------------------------------------- */

/* The heaviest clue of `one`, seen or not, whose question is not asked for `other` as well. */
static const char *heaviest(const bool seen[CLUES], bool wanted, enum diagnosis one,
                            enum diagnosis other)
{
    const struct clue *best = NULL;

    for (size_t i = 0; i < CLUES; i++) {
        const struct clue *clue = &clues[i];
        bool shared = false;

        if (clue->diagnosis != one || seen[i] != wanted || clue->weight <= 0)
            continue;
        for (size_t k = 0; k < CLUES && !shared; k++)
            shared =
                clues[k].diagnosis == other && clues[k].weight > 0 && clues[k].holds == clue->holds;
        if (!shared && (best == NULL || clue->weight > best->weight))
            best = clue;
    }
    return best != NULL ? best->text : NULL;
}

struct telling diagnosis_tell(const struct evidence *evidence, const struct opinion *opinions,
                              uint32_t count)
{
    struct telling telling = { 0 };
    bool seen[CLUES];

    for (uint32_t i = 1; i < count && telling.other == NULL; i++)
        if (!opinions[i].also && !follows_from(opinions[i].diagnosis, opinions[0].diagnosis))
            telling.other = &opinions[i];
    if (telling.other == NULL)
        return telling;
    look_for(evidence, seen);
    telling.seen = heaviest(seen, true, opinions[0].diagnosis, telling.other->diagnosis);
    telling.unseen = heaviest(seen, false, telling.other->diagnosis, opinions[0].diagnosis);
    return telling;
}
