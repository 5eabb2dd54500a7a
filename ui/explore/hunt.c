/* hunt.c - see hunt.h. */
#include "ui/explore/hunt_inside.h"
#include "model/words/choices.h"
#include "model/words/names.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRICT_SCHEDULES = 300, STRICT_MS = 2000 };
enum { SAVE_US = 250000, SAVE_SHARE = 50 }; /* Saves are so far apart, and take one part in 50. */

const char *const hunt_strict_words[] = { "not tried", "yes", "not found" };

/* ---- Findings -------------------------------------------------------------------------------- */

static void name_finding(struct hunt_finding *kept)
{
    if (kept->finding.kind == FINDING_STOP)
        snprintf(kept->name, sizeof kept->name, "stop-0x%08x-%" PRIu64, kept->stop, kept->first_at);
    else
        snprintf(kept->name, sizeof kept->name, "%s-%" PRIu64, finding_names[kept->finding.kind],
                 kept->first_at);
}

/* True if nobody had found this before. */
static bool keep(struct hunt *hunt, const struct slice_found *found, uint64_t position)
{
    struct hunt_finding *kept = hunt->findings;

    while (kept < hunt->findings + hunt->finding_count &&
           !finding_same(&kept->finding, &found->finding))
        kept++;
    if (kept < hunt->findings + hunt->finding_count) {
        kept->count += found->count;
        return false;
    }
    if (hunt->finding_count == HUNT_FINDINGS_MAX)
        return false;
    hunt->finding_count++;
    *kept = (struct hunt_finding){ .finding = found->finding,
                                   .count = found->count,
                                   .stop = found->stop,
                                   .first_at = position + found->first + 1,
                                   .first_us = hunt->spent_us };
    snprintf(kept->surprises, sizeof kept->surprises, "%s", found->surprises);
    name_finding(kept);
    return true;
}

static bool force(struct scenario *scenario, const char *surprises)
{
    char error[RUN_ERROR_CHARS];

    choices_init(&scenario->replay, choice_count, 0);
    scenario->strategy = CHOICE_LISTED;
    return choices_parse(&scenario->replay, surprises, choice_names, error, sizeof error);
}

/* Makes the run of a finding again, by its surprises alone, and its capsule. */
static void make_capsule(const struct hunt *hunt, struct hunt_finding *kept)
{
    struct run_options options = *hunt->options;
    struct scenario *scenario = malloc(sizeof *scenario);
    struct finding again;
    struct run *run;
    char error[RUN_ERROR_CHARS];

    CHECK(scenario != NULL);
    *scenario = *hunt->scenario;
    options.surprises = kept->surprises;
    options.verify = false;
    if (force(scenario, kept->surprises)) {
        run = run_once(&options, scenario, hunt->seed, NULL, NULL);
        CHECK(run != NULL);
        finding_of(run, scenario, &again);
        if (finding_same(&again, &kept->finding))
            kept->capsule = run_capsule(&options, scenario, hunt->seed, run->result.fingerprint,
                                        kept->surprises, finding_told(&kept->finding), error);
        run_free(run);
    }
    kept->repeats = kept->capsule != NULL;
    free(scenario);
}

/* Looks for the same finding in NT's own order, with a few orders by chance. */
static void try_strict(const struct hunt *hunt, struct hunt_finding *kept)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct hunt *strict = calloc(1, sizeof *strict);
    char error[RUN_ERROR_CHARS];

    CHECK(scenario != NULL && strict != NULL);
    *scenario = *hunt->scenario;
    scenario->orders.free = false;
    *strict = (struct hunt){ .options = hunt->options,
                             .scenario = scenario,
                             .seed = hunt->seed,
                             .strategy = STRATEGY_random,
                             .schedules = STRICT_SCHEDULES,
                             .time_ms = STRICT_MS,
                             .until_found = true,
                             .only_count = true };
    kept->strict = HUNT_STRICT_NOT_FOUND;
    if (!hunt_go(strict, error) && finding_same(&strict->calm, &kept->finding))
        kept->strict = HUNT_STRICT_FOUND;
    for (uint32_t i = 0; i < strict->finding_count; i++)
        if (strict->findings[i].finding.kind == kept->finding.kind &&
            strict->findings[i].stop == kept->stop)
            kept->strict = HUNT_STRICT_FOUND;
    hunt_free(strict);
    free(strict);
    free(scenario);
}

void search_tell(struct search *s)
{
    struct hunt *hunt = s->hunt;

    for (; s->told < hunt->finding_count; s->told++) {
        struct hunt_finding *kept = &hunt->findings[s->told];

        if (hunt->only_count)
            continue;
        make_capsule(hunt, kept);
        if (hunt->free_order)
            try_strict(hunt, kept);
        if (hunt->found != NULL)
            hunt->found(hunt->ctx, kept);
    }
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static bool is_ours(const struct hunt *hunt, uint32_t part)
{
    return hunt->shards == 0 || part % hunt->shards == hunt->shard - 1;
}

void search_begin(struct search *s)
{
    const struct hunt *hunt = s->hunt;

    parts_make(&s->parts, hunt->strategy, hunt->actors > 0, hunt->seed);
    for (uint32_t i = 0; i < s->parts.count; i++) {
        struct strategy_options options = { .seed = s->parts.seed[i],
                                            .depth = hunt->depth,
                                            .actors = hunt->actors,
                                            .questions = hunt->questions,
                                            .sites = hunt_sites(hunt) };

        s->part[i].strategy = s->parts.strategy[i];
        if (!is_ours(hunt, i))
            continue;
        s->part[i].explorer = explorer_new(s->part[i].strategy, &options);
        s->part[i].more = true;
        CHECK(s->part[i].explorer != NULL);
    }
}

static void slice_free(struct slice *slice)
{
    for (size_t i = 0; i < slice->found_count; i++)
        free(slice->found[i].surprises);
    free(slice->found);
    free(slice->fresh);
    *slice = (struct slice){ .part = 0 };
}

void search_free(struct search *s)
{
    for (uint32_t i = 0; i < PARTS_MAX; i++)
        explorer_free(s->part[i].explorer);
    for (uint32_t i = 0; i < PARTS_TURNS_MAX; i++)
        slice_free(&s->slices[i]);
    fingerprints_free(&s->seen);
}

/* Schedules that may still be given out. A shard makes its share of those that all are given. */
static uint64_t left_of(const struct search *s)
{
    const struct hunt *hunt = s->hunt;
    uint64_t used = hunt->shards > 0 ? s->position : hunt->counts.runs;

    if (hunt->schedules == 0)
        return UINT64_MAX;
    return hunt->schedules - MIN_OF(used, hunt->schedules);
}

/* How far a slice may be made, of what is left. */
static void limit_slice(const struct search *s, struct slice *slice, uint64_t *left)
{
    uint64_t schedules = s->hunt->schedules, most = PARTS_SLICE;

    if (s->hunt->shards == 0) {
        most = MIN_OF(*left, (uint64_t)(PARTS_SLICE - slice->done)) + slice->done;
        *left -= most - slice->done;
    } else if (schedules != 0) {
        most = MIN_OF(most, schedules - MIN_OF(slice->position, schedules));
    }
    slice->limit = MAX_OF((uint32_t)most, slice->done);
    slice->taken = slice->made = false;
}

/* Goes on with slices that a budget has cut. False: there are none. */
static bool go_on_with_cut(struct search *s, uint64_t *left)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->slice_count; i++) {
        struct slice slice = s->slices[i];

        if (slice.done == PARTS_SLICE || !s->part[slice.part].more) {
            slice_free(&s->slices[i]);
            continue;
        }
        limit_slice(s, &slice, left);
        s->slices[i] = (struct slice){ .part = 0 };
        s->slices[count++] = slice;
    }
    s->slice_count = count;
    return count > 0;
}

/* The sequence of slices is always the same; a budget only cuts it. */
bool search_round(struct search *s)
{
    uint64_t left = left_of(s);

    s->merged = 0;
    if (s->over)
        return false;
    if (!go_on_with_cut(s, &left))
        for (uint32_t i = 0; i < s->parts.turn_count && left > 0; i++) {
            uint32_t part = s->parts.turns[s->turn];
            struct slice *slice = &s->slices[s->slice_count];

            s->turn = (s->turn + 1) % s->parts.turn_count;
            if (s->part[part].explorer != NULL && s->part[part].more) {
                *slice = (struct slice){ .part = part, .position = s->position };
                limit_slice(s, slice, &left);
                s->slice_count++;
            }
            if (s->hunt->shards > 0)
                left -= MIN_OF(left, (uint64_t)PARTS_SLICE);
            s->position += PARTS_SLICE;
        }
    for (uint32_t i = 0; i < s->slice_count; i++)
        if (s->slices[i].done < s->slices[i].limit)
            return true;
    return false;
}

void search_gather(struct search *s)
{
    for (uint32_t i = 0; i < s->parts.count; i++)
        if (s->part[i].explorer != NULL)
            fingerprints_join(&s->seen, explorer_unique(s->part[i].explorer));
}

void search_count(struct search *s)
{
    struct hunt *hunt = s->hunt;
    struct explorer_counts all = { .ended = true };

    hunt->estimate = 0;
    memset(&hunt->pct, 0, sizeof hunt->pct);
    for (uint32_t i = 0; i < s->parts.count; i++) {
        const struct hunted *part = &s->part[i];
        const struct explorer_counts *counts = &part->counts;

        all.runs += counts->runs;
        all.found += counts->found;
        all.blocked += counts->blocked;
        all.actors = MAX_OF(all.actors, counts->actors);
        all.most_questions = MAX_OF(all.most_questions, counts->most_questions);
        all.exhausted = all.exhausted || counts->exhausted;
        all.ended = all.ended && counts->ended;
        all.capped = all.capped || counts->capped;
        if (part->strategy == STRATEGY_dpor || hunt->strategy == STRATEGY_rings)
            hunt->estimate = part->estimate;
        if (part->strategy != STRATEGY_pct)
            continue;
        hunt->pct.runs += counts->runs;
        hunt->pct.actors = MAX_OF(hunt->pct.actors, counts->actors);
        hunt->pct.questions = MAX_OF(hunt->pct.questions, counts->most_questions);
    }
    all.unique = s->seen.count;
    s->over = s->over || all.exhausted;
    hunt->counts = all;
    hunt->spent_us = s->before_us;
    for (uint32_t i = 0; i < s->hunter_count; i++)
        hunt->spent_us += atomic_load(&s->hunters[i].spent_us);
}

bool search_merge(struct search *s, struct slice *slice)
{
    struct hunted *part = &s->part[slice->part];
    bool news = false;

    part->counts = slice->counts;
    part->estimate = slice->estimate;
    for (size_t i = 0; i < slice->fresh_count; i++)
        fingerprints_add(&s->seen, slice->fresh[i]);
    search_count(s);
    for (size_t i = 0; i < slice->found_count; i++) {
        news = keep(s->hunt, &slice->found[i], slice->position) || news;
        free(slice->found[i].surprises);
    }
    slice->fresh_count = slice->found_count = 0;
    if (news && s->hunt->until_found)
        s->over = true;
    return news;
}

/* ---- The search ------------------------------------------------------------------------------ */

void search_save_due(struct search *s)
{
    uint64_t now_us = progress_clock_us();

    if (s->hunt->folder == NULL ||
        now_us - s->saved_us < MAX_OF((uint64_t)SAVE_US, s->save_us * SAVE_SHARE))
        return;
    search_save(s);
    s->saved_us = progress_clock_us();
    s->save_us = s->saved_us - now_us;
}

/* The next slice of a search without threads: in the order of the turns. */
static struct slice *take_next(struct hunter *h)
{
    struct search *s = h->search;

    if (s->over || atomic_load(&s->halt) || atomic_load(&s->spent) ||
        (s->merged == s->slice_count && !search_round(s)))
        return NULL;
    return &s->slices[s->merged];
}

static bool merge_at_once(struct hunter *h, struct slice *slice)
{
    struct search *s = h->search;
    bool news = search_merge(s, slice);

    s->merged += slice->done == slice->limit || !s->part[slice->part].more;
    if (!news)
        search_save_due(s);
    return !news;
}

static void hunt_alone(struct search *s, struct world *world)
{
    struct hunter h = { .search = s, .take = take_next, .give = merge_at_once };
    uint32_t told;

    s->hunters = &h;
    s->hunter_count = 1;
    hunter_open(&h, world);
    do {
        hunter_work(&h);
        told = s->told;
        search_tell(s);
    } while (s->told > told);
    search_count(s);
    hunter_close(&h);
}

static bool refuse(const char *what, char error[RUN_ERROR_CHARS])
{
    snprintf(error, RUN_ERROR_CHARS, "%s", what);
    return false;
}

/* False: the strategy cannot be used so. */
static bool check_strategy(const struct search *s, char error[RUN_ERROR_CHARS])
{
    const struct hunt *hunt = s->hunt;
    char line[RUN_ERROR_CHARS];

    if (hunt->actors == 0 && hunt->strategy != STRATEGY_portfolio &&
        strategies[hunt->strategy]->answer == NULL) {
        snprintf(line, sizeof line,
                 "--strategy %s needs to know who goes on (expected --mode free, or random, "
                 "delays, rings, novelty or portfolio)",
                 strategy_names[hunt->strategy]);
        return refuse(line, error);
    }
    if (hunt->shards <= s->parts.count)
        return true;
    snprintf(line, sizeof line,
             "--shard %u/%u: a search by %s has %u part%s (expected at most as many shards)",
             hunt->shard, hunt->shards, strategy_names[hunt->strategy], s->parts.count,
             s->parts.count == 1 ? "" : "s");
    return refuse(line, error);
}

/* Goes on from the state in the folder; without one, from the beginning. */
static bool go_on(struct search *s, char error[RUN_ERROR_CHARS])
{
    bool there;

    s->hunt->resumed = search_load(s, s->hunt->folder, STATE_OWN, &there, error);
    s->hunt->kept = s->hunt->resumed;
    if (!there)
        s->hunt->where[0] = 0;
    return s->hunt->resumed || !there;
}

/* Keeps the state at the end, unless nothing is left to go on with, and nobody asks for it: a
 * search of a shard is joined with others. What was made and not merged is made again. */
static void search_end(struct search *s)
{
    struct hunt *hunt = s->hunt;
    bool complete = hunt->counts.exhausted || hunt->counts.ended, ragged = false;

    hunt->interrupted = hunt->options->signal != NULL && atomic_load(hunt->options->signal);
    for (uint32_t i = s->merged; i < s->slice_count; i++)
        ragged = ragged || s->slices[i].taken;
    if (hunt->folder == NULL || (ragged && !s->over))
        return;
    if (!complete || hunt->finding_count > 0 || hunt->shards > 0 || hunt->kept)
        search_save(s);
}

bool hunt_go(struct hunt *hunt, char error[RUN_ERROR_CHARS])
{
    struct search *s = calloc(1, sizeof *s);
    struct world *world = world_new(hunt->scenario, hunt->seed);
    bool good;

    CHECK(s != NULL && world != NULL);
    s->hunt = hunt;
    s->saved_us = progress_clock_us();
    hunt->depth = hunt->depth != 0 ? hunt->depth : 3;
    hunt->free_order = hunt->scenario->orders.free;
    hunt->guests = hunt->scenario->guest_count > 0;
    good = hunt_calm(s, world, error);
    if (good)
        parts_make(&s->parts, hunt->strategy, hunt->actors > 0, hunt->seed);
    good = good && check_strategy(s, error);
    if (good) {
        search_begin(s);
        search_name(s);
        if (hunt_wants(hunt, &hunt->calm))
            hunt->findings[hunt->finding_count++] =
                (struct hunt_finding){ .finding = hunt->calm, .stop = hunt->calm_stop };
        s->told = hunt->finding_count;
        if (hunt->resume)
            good = go_on(s, error);
    }
    if (good && hunt->jobs > 1) {
        world_free(world);
        hunt_by_crew(s);
    } else if (good) {
        hunt_alone(s, world);
    } else {
        world_free(world);
    }
    if (good)
        search_end(s);
    search_free(s);
    free(s);
    return good;
}

void hunt_free(struct hunt *hunt)
{
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        free(hunt->findings[i].capsule);
    hunt->finding_count = 0;
}

double hunt_missed(const struct hunt *hunt, double *of_one)
{
    double actors = hunt->pct.actors, questions = MAX_OF(hunt->pct.questions, 1u);

    *of_one = 0;
    if (hunt->pct.runs == 0 || hunt->pct.actors == 0)
        return 1;
    *of_one = 1 / (actors * pow(questions, hunt->depth - 1));
    return pow(1 - *of_one, (double)hunt->pct.runs);
}
