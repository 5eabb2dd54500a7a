/* quiz_fixes.c - which change cures it: a night that goes wrong, and four changes, one of which
 * cures.
 *
 * A change is one setting. It holds if, in PROOF_RUNS seeds, nothing stops and no program crashes,
 * no mail is lost, and nearly all letters are delivered. What it comes to is found by running.
 * Runs with a few seeds prove less than they seem to, so the key must also be a change that takes
 * the cause away (the table below says which do): where the two disagree, nothing is asked.
 *
 *     trouble        a night of the pool, made short by more load, so that it goes wrong soon
 *     shown seed     the first of the seeds: the night that the question tells of
 *     hiding change  stands with the shown seed, and fails with another one
 *
 * The second way reads each run off its records, beside its result.
 */
#include "model/words/records.h"
#include "ui/lesson/quiz_inside.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROOF_RUNS = 8,  /* Seeds with which a cure must stand. */
    TRIALS_MAX = 64, /* Runs that one draw may make. */
    MAIL_PERCENT = 90,
};

/* ---- Troubles and changes -------------------------------------------------------------------- */

enum trouble {
    TROUBLE_LOAN, /* The old driver, and those of the lessons, take pages from the lending table. */
    TROUBLE_HTTP, /* Http.sys and a filter that answers late (KB 887742). */
    TROUBLE_TRACKING, /* Message tracking reads what is gone (KB 910618). */
    TROUBLES,
};

enum {
    LOAN = 1u << TROUBLE_LOAN,
    HTTP = 1u << TROUBLE_HTTP,
    TRACKING = 1u << TROUBLE_TRACKING,
};

static const struct change {
    const char *set, *said;
    uint32_t cures, tried; /* Troubles whose cause it takes away; troubles it is offered for. */
} changes[] = {
    { "versions.exifs=hotfix", "the hotfix's exifs.sys, and no other file", LOAN, LOAN },
    { "process store.impatience=0",
      "the driver always waits for the store, and takes no pages from its table", LOAN, LOAN },
    { "process store.lending_entries=0", "the store has no table of pages to lend", LOAN, LOAN },
    { "machine.http_update=yes", "Http.sys with its update", HTTP, HTTP },
    { "machine.tdi_filter=none", "the firewall's filter is removed", HTTP, HTTP },
    { "machine.tdi_filter=passes", "a filter that answers at once", HTTP, HTTP },
    { "process inetinfo.tracking=kb910618", "message tracking with its correction", TRACKING,
      TRACKING },
    { "process inetinfo.tracking=off", "message tracking is turned off", TRACKING, TRACKING },
    { "versions.ifsproxy=hotfix", "the hotfix's ifsproxy.dll, and no other file", 0, LOAN },
    { "versions.exwin32=hotfix", "the hotfix's exwin32.dll, and no other file", 0, LOAN },
    { "versions.ese=hotfix", "the hotfix's ese.dll, and no other file", 0, LOAN },
    { "versions.all=sp2", "Service Pack 2's files instead of the hotfix's", 0, HTTP | TRACKING },
    { "machine.aedebug=no", "no debugger for crashed programs", 0, LOAN | TRACKING },
    { "process drwtsn32.dump_time=0 s", "Dr. Watson writes no dump", 0, LOAN | TRACKING },
    { "machine.processors=1", "one processor", 0, LOAN | HTTP | TRACKING },
    { "machine.processors=2", "two processors", 0, LOAN | HTTP | TRACKING },
    { "process store.worker_threads=4", "four worker threads in the store", 0,
      LOAN | HTTP | TRACKING },
    { "process store.proxy_threads=16", "sixteen proxy threads in the store", 0, LOAN },
    { "process store.reserve_unit=512 KiB", "larger reservations: 512 KiB at a time", 0, LOAN },
    { "process store.low_water=512 KiB", "the driver asks for room earlier: below 512 KiB", 0,
      LOAN },
    { "process store.lending_entries=8", "a smaller table of pages to lend: 8 entries", 0, LOAN },
    { "process w3wp.dav_threads=2", "two threads for web clients", 0, HTTP },
    { "machine.http_rate=25/s", "a quarter of the web clients", 0, HTTP },
    { "process inetinfo.atq_threads=8", "eight threads in Inetinfo.exe", 0, HTTP | TRACKING },
    { "machine.log_disk=1 ms", "a faster disk for the logs: 1 ms", 0, LOAN | TRACKING },
    { "load.smtp.rate=15/s", "most of the mail is turned away: 15 letters a second come in", 0,
      LOAN | TRACKING },
};

/* Mail comes by one [load smtp] with a rate, and nothing else is planned. */
static bool is_plain(const struct scenario *s)
{
    return s->load_count == 1 && strcmp(s->loads[0].name, "smtp") == 0 &&
           s->loads[0].shape != ARRIVE_REPLAY && s->loads[0].shape != ARRIVE_CLOSED &&
           s->step_count == 0 && s->fault_count == 0 && !s->restart;
}

static enum trouble trouble_of(const struct scenario *s)
{
    const char *word = s->expect.diagnoses[0];

    if (!is_plain(s))
        return TROUBLES;
    if (s->http)
        return strcmp(word, "kb887742") == 0 ? TROUBLE_HTTP : TROUBLES;
    if (strcmp(word, "kb910618") == 0)
        return TROUBLE_TRACKING;
    return strcmp(word, "kb908674") == 0 || strncmp(s->set.versions[FILE_EXIFS], "lesson.", 7) == 0
               ? TROUBLE_LOAN
               : TROUBLES;
}

/* ---- A run ----------------------------------------------------------------------------------- */

struct trial {
    struct result result;
    uint64_t stops, exceptions, delivered; /* Counted in its records. */
};

static void count(const struct record *record, uint64_t number, void *ctx)
{
    struct trial *trial = ctx;

    (void)number;
    trial->stops += record->kind == REC_STOP;
    trial->exceptions += record->kind == REC_EXCEPTION;
    trial->delivered += record->kind == REC_DELIVERED;
}

struct proof {
    struct quiz_draw *d;
    uint32_t trials;
    const char *rate;             /* Letters a second. */
    const char *base;             /* Settings of the night, with semicolons. */
    uint64_t seed;                /* The shown one; the others follow it. */
    uint64_t arrived[PROOF_RUNS]; /* Letters that come with each seed: the key's runs say so. */
    struct trial last;            /* The latest run. */
};

/* Runs the night with one more setting ("": none) and the n-th seed. False: it cannot be run. */
static bool run_trial(struct proof *p, const char *set, uint32_t n)
{
    char sets[sizeof p->d->q->sets + 80], path[RUNS_PATH_CHARS], error[RUN_ERROR_CHARS];
    struct run_options options = p->d->quiz->options;
    struct scenario *scenario;
    struct world *world = NULL;

    if (p->trials++ == TRIALS_MAX)
        return false;
    snprintf(sets, sizeof sets, "%s%s", p->base, set);
    lesson_run_options(sets, p->d->q->scenario, &options, path);
    scenario = run_load(&options, path, error);
    memset(&p->last, 0, sizeof p->last);
    if (scenario != NULL)
        world = world_new_watched(scenario, p->seed + n, count, &p->last);
    if (world != NULL) {
        world_heed(world, options.signal, NULL);
        world_run(world, SIM_NEVER);
        p->last.result = *world_result(world);
        world_free(world);
    } else if (scenario != NULL) {
        p->d->no_memory = true;
    }
    free(scenario);
    return world != NULL;
}

/* What went wrong in the latest run, as a clause; NULL: nothing did. */
static const char *wrong_by_result(const struct proof *p, uint32_t n, char out[160])
{
    const struct result *r = &p->last.result;
    char at[VALUE_TEXT_CHARS];
    struct value when = value_time(r->outcome == OUTCOME_STOP ? r->simulated : r->crash_at);

    value_text(&when, at);
    if (r->outcome == OUTCOME_STOP)
        snprintf(out, 160, "Windows stops after %.20s (0x%X)", at, r->stop.code);
    else if (r->crashed)
        snprintf(out, 160, "%.32s crashes after %.20s", r->victim, at);
    else if (r->violated != 0)
        snprintf(out, 160, "nothing stops, but mail is lost");
    else if (r->delivered * 100 < p->arrived[n] * MAIL_PERCENT)
        snprintf(out, 160, "nothing stops, but %" PRIu64 " of %" PRIu64 " letters are delivered",
                 r->delivered, p->arrived[n]);
    else
        return NULL;
    return out;
}

/* The same by its records; lost mail is what the checks of a run find, which leave none. */
static bool wrong_by_records(const struct proof *p, uint32_t n)
{
    const struct trial *t = &p->last;

    return t->stops > 0 || t->exceptions > 0 || t->result.violated != 0 ||
           t->delivered * 100 < p->arrived[n] * MAIL_PERCENT;
}

enum found {
    FOUND_HOLDS,
    FOUND_FAILS,
    FOUND_HIDES,   /* A failure, but not with the shown seed. */
    FOUND_NOTHING, /* Too many runs, or the two ways differ. */
};

/* Tries a change with one seed after the other until it fails. why: what went wrong then. */
static enum found prove(struct proof *p, const struct change *change, uint32_t *n, char why[160])
{
    for (*n = 0; *n < PROOF_RUNS; ++*n) {
        if (!run_trial(p, change->set, *n))
            return FOUND_NOTHING;
        if (change->cures != 0 && p->arrived[*n] == 0)
            p->arrived[*n] = p->last.result.arrived;
        bool wrong = wrong_by_result(p, *n, why) != NULL;

        if (wrong != wrong_by_records(p, *n)) {
            quiz_refuse(p->d, REFUSED_TWO_WAYS);
            return FOUND_NOTHING;
        }
        if (wrong)
            return *n == 0 ? FOUND_FAILS : FOUND_HIDES;
    }
    return FOUND_HOLDS;
}

/* ---- The question ---------------------------------------------------------------------------- */

/* Draws the changes that may be asked for a trouble into an order. Returns their number. */
static uint32_t draw_order(struct quiz_draw *d, enum trouble trouble, bool cures,
                           const struct change *out[ARRAY_LEN(changes)])
{
    uint32_t number = 0;

    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        if ((changes[i].tried & 1u << trouble) == 0 ||
            ((changes[i].cures & 1u << trouble) != 0) != cures)
            continue;
        uint32_t place = quiz_draw_below(d, ++number);

        out[number - 1] = out[place];
        out[place] = &changes[i];
    }
    return number;
}

/* Settings of a short night under so much load that the fault comes early. */
static void settle(struct proof *p, enum trouble trouble)
{
    static const char *const rates[] = { "50", "60", "80" };
    char *sets = p->d->q->sets;
    const size_t size = sizeof p->d->q->sets;

    p->rate = trouble == TROUBLE_HTTP ? "15" : rates[quiz_draw_below(p->d, ARRAY_LEN(rates))];
    snprintf(sets, size, "seed=%" PRIu64 ";scenario.duration=%s;load.smtp.rate=%s/s;%s", p->seed,
             trouble == TROUBLE_HTTP ? "30 s" : "16 s", p->rate,
             trouble == TROUBLE_HTTP ? "machine.http_rate=100/s;" : "");
    p->base = sets;
}

static void ask(struct quiz_draw *d, const struct proof *p, const char *wrong)
{
    const struct result *r = &p->last.result;

    quiz_ask_text(d, UINT64_MAX,
                  "\"%.160s\", with %s letters a second and seed %" PRIu64 ": %s. Which of these "
                  "changes, alone, cures it? Each "
                  "was tried in %d runs of this night, seeds %" PRIu64 " to %" PRIu64 ". A cure is "
                  "what stands in all of them: nothing stops, no program crashes, and of the "
                  "letters that come at least %d %% are delivered. (Eight runs are not every order "
                  "of events: they prove a fault, never that there is none.)",
                  lesson_run_scenario(d->run)->title, p->rate, p->seed, wrong, PROOF_RUNS, p->seed,
                  p->seed + PROOF_RUNS - 1, MAIL_PERCENT);
    for (uint32_t i = 0; i < r->story_count && i < QUIZ_LINES_MAX - 2; i++) {
        struct value at = value_time(r->story[i].at);
        char when[VALUE_TEXT_CHARS];

        quiz_line(d, "after %.20s: %.160s", value_text(&at, when), r->story[i].text);
    }
}

/* Offers wrong changes, a hiding one first if there is one nearby. */
static void offer(struct quiz_draw *d, struct proof *p, enum trouble trouble)
{
    const struct change *order[ARRAY_LEN(changes)];
    uint32_t number = draw_order(d, trouble, false, order), n, hiding = 0, plain = 0;

    for (uint32_t i = 0; i < number && d->q->option_count < QUIZ_OPTIONS_MAX; i++) {
        char why[160];
        enum found found;

        if (plain == QUIZ_OPTIONS_MAX - 2 && hiding == 0 && p->trials > TRIALS_MAX / 2)
            plain--; /* None of those tried so far only hides: take what there is. */
        found = prove(p, order[i], &n, why);
        if (found == FOUND_NOTHING)
            return;
        if (found == FOUND_HOLDS || (found == FOUND_FAILS && plain == QUIZ_OPTIONS_MAX - 2))
            continue;
        hiding += found == FOUND_HIDES;
        plain += found == FOUND_FAILS;
        if (found == FOUND_HIDES)
            quiz_slip(d, value_name(order[i]->set),
                      "It only hides the fault: nothing goes wrong with seed %" PRIu64
                      ", but with seed %" PRIu64 " %s.",
                      p->seed, p->seed + n, why);
        else
            quiz_slip(d, value_name(order[i]->set), "%s: with seed %" PRIu64 " %s.",
                      p->last.result.crashed || p->last.result.stop.stopped
                          ? "It does not reach the cause"
                          : "It takes the mail away",
                      p->seed, why);
        quiz_text(d, "%s", order[i]->said);
    }
}

bool quiz_draw_fix(struct quiz_draw *d)
{
    const enum trouble trouble = trouble_of(lesson_run_scenario(d->run));
    const struct change *order[ARRAY_LEN(changes)];
    struct proof proof = { .d = d, .seed = 1 + quiz_draw_below(d, 1000) };
    char why[160], wrong[160];
    uint32_t n;

    d->hopeless = trouble == TROUBLES;
    if (d->hopeless)
        return false;
    settle(&proof, trouble);
    d->q->seed = proof.seed;
    if (!run_trial(&proof, "", 0) || wrong_by_result(&proof, 0, wrong) == NULL)
        return false;
    ask(d, &proof, wrong);
    draw_order(d, trouble, true, order);
    if (prove(&proof, order[0], &n, why) != FOUND_HOLDS)
        return quiz_refuse(d, REFUSED_TWO_WAYS); /* The cause is gone, and the night is not well. */
    quiz_key(d, value_name(order[0]->set),
             "It takes the cause away: all %d nights pass, and the mail is delivered.", PROOF_RUNS);
    quiz_text(d, "%s", order[0]->said);
    offer(d, &proof, trouble);
    return d->q->option_count == QUIZ_OPTIONS_MAX || quiz_refuse(d, REFUSED_OPTIONS);
}
