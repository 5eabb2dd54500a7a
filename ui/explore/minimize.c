/* minimize.c - see minimize.h. Each trial is a run of its own, from the beginning.
 *
 *   1 surprises   delta debugging: halves, then smaller parts, are left out together
 *   2 the rest    faults, steps, programs, drivers and loads, one by one, until nothing more goes
 *   3 load        each rate is halved as long as the finding stays
 *   4 length      the run ends in the second after the finding
 *   5 text        expectations that do not hold any more; other keys, if the capsule is too long
 *   6 the check   each part that is left is left out once more
 */
#include "ui/explore/minimize.h"
#include "ui/explore/cutting.h"
#include "ui/host/grow.h"
#include "ui/host/memory_file.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CAPSULE_BYTES = 1024, HALVINGS_MAX = 12 };

/* One search: the capsule as parts, and what the run has to find. */
struct search {
    struct minimize *m;
    struct cutting *cutting;
    uint64_t seed;
    uint32_t unmet; /* Expectations that the latest run did not meet. */
};

/* Sections that are parts; others describe the machine. */
static const char *const removable[] = { "fault",  "step",     "program", "driver",
                                         "filter", "verifier", "process", "load" };

static bool is_removable(const struct part *part)
{
    for (size_t i = 0; i < ARRAY_LEN(removable); i++)
        if (cutting_is_of(part, removable[i]))
            return true;
    return false;
}

static uint32_t count_parts(const struct cutting *cutting)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < cutting->count; i++)
        count += !cutting->parts[i].gone &&
                 (cutting->parts[i].kind == PART_SURPRISE || is_removable(&cutting->parts[i]));
    return count;
}

/* ---- A trial --------------------------------------------------------------------------------- */

/* Runs what is left. *capsule, unless NULL, gets the run as a capsule; NULL: it cannot be one. */
static struct finding run_rest(struct search *s, char **capsule)
{
    struct minimize *m = s->m;
    struct run_options options = *m->options;
    char *text = cutting_text(s->cutting), *surprises = cutting_surprises(s->cutting), *said;
    char error[RUN_ERROR_CHARS];
    size_t length;
    FILE *errors = memory_file_open(&said, &length);
    struct finding finding = { .kind = FINDING_NONE };
    struct scenario *scenario;

    CHECK(errors != NULL);
    options.surprises = surprises;
    options.set_count = 0;
    options.has_seed = true;
    options.seed = s->seed;
    scenario = run_load_text(&options, m->path, text, errors, error);
    memory_file_close(errors);
    free(said);
    if (scenario != NULL) { /* NULL: what is left is no scenario. */
        struct run *run = run_once(&options, scenario, s->seed, NULL, NULL);

        CHECK(run != NULL);
        m->interrupted = m->interrupted || run->interrupted;
        finding_of(run, scenario, &finding);
        s->unmet = run->unmet.count;
        if (capsule != NULL)
            *capsule = run_capsule(&options, scenario, s->seed, run->result.fingerprint, surprises,
                                   finding_told(&finding), error);
        run_free(run);
    }
    free(scenario);
    free(text);
    free(surprises);
    m->runs++;
    if (m->progress != NULL)
        m->progress(m->ctx, m->runs, count_parts(s->cutting));
    return finding;
}

static bool still_found(struct search *s)
{
    struct finding finding;

    if (s->m->interrupted)
        return false;
    finding = run_rest(s, NULL);
    return finding_same(&finding, &s->m->finding);
}

/* ---- Surprises ------------------------------------------------------------------------------- */

static uint32_t list_surprises(const struct search *s, struct part **list)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->cutting->count; i++)
        if (s->cutting->parts[i].kind == PART_SURPRISE && !s->cutting->parts[i].gone)
            list[count++] = &s->cutting->parts[i];
    return count;
}

/* Leaves [from, to) out, or all but that. False: the finding has gone, and nothing changed. */
static bool leave_out(struct search *s, struct part **list, uint32_t count, uint32_t from,
                      uint32_t to, bool all_but)
{
    for (uint32_t i = 0; i < count; i++)
        list[i]->gone = (i >= from && i < to) != all_but;
    if (still_found(s))
        return true;
    for (uint32_t i = 0; i < count; i++)
        list[i]->gone = false;
    return false;
}

/* Delta debugging: ends when no single surprise can be left out. */
static void cut_surprises(struct search *s)
{
    struct part **list = grow_new((s->cutting->count + 1) * sizeof *list);
    uint32_t count = list_surprises(s, list), parts = 2;

    if (count > 0 && leave_out(s, list, count, 0, count, false))
        count = 0;
    while (count > 0 && !s->m->interrupted) {
        uint32_t size = (count + parts - 1) / parts;
        bool less = false;

        for (uint32_t from = 0; from < count && !less; from += size) {
            uint32_t to = MIN_OF(from + size, count);

            if (parts > 1 && count > 1 && leave_out(s, list, count, from, to, true)) {
                less = true;
                parts = 2;
            } else if (leave_out(s, list, count, from, to, false)) {
                less = true;
                parts = MAX_OF(parts - 1, 2u);
            }
        }
        if (less)
            count = list_surprises(s, list);
        else if (size == 1)
            break;
        else
            parts = MIN_OF(parts * 2, count);
    }
    free(list);
}

/* ---- The rest -------------------------------------------------------------------------------- */

/* A machine with Exchange and without a load has the usual one. */
static bool is_last_load(const struct cutting *cutting, const struct part *part)
{
    uint32_t loads = 0;

    for (uint32_t i = 0; i < cutting->count; i++)
        loads += !cutting->parts[i].gone && cutting_is_of(&cutting->parts[i], "load");
    return cutting_is_of(part, "load") && loads == 1;
}

/* True: something was left out. */
static bool cut_sections(struct search *s)
{
    bool any = false;

    for (uint32_t i = 0; i < s->cutting->count && !s->m->interrupted; i++) {
        struct part *part = &s->cutting->parts[i];

        if (part->gone || !is_removable(part) || is_last_load(s->cutting, part))
            continue;
        part->gone = true;
        if (still_found(s))
            any = true;
        else
            part->gone = false;
    }
    return any;
}

static bool try_value(struct search *s, struct part *key, const char *value)
{
    char before[PART_TEXT_CHARS];

    memcpy(before, key->text, sizeof before);
    snprintf(key->text, sizeof key->text, "%s", value);
    if (still_found(s))
        return true;
    memcpy(key->text, before, sizeof before);
    return false;
}

/* Halves a rate such as "24/s" as often as the finding allows. */
static void halve(struct search *s, struct part *key)
{
    for (int i = 0; i < HALVINGS_MAX && !s->m->interrupted; i++) {
        char *unit, value[64];
        unsigned long rate = strtoul(key->text, &unit, 10);

        if (unit == key->text || rate < 2 || *unit == '.')
            return;
        snprintf(value, sizeof value, "%lu%.40s", rate / 2, unit);
        if (!try_value(s, key, value))
            return;
    }
}

static void cut_load(struct search *s)
{
    for (uint32_t i = 0; i < s->cutting->count; i++) {
        struct part *part = &s->cutting->parts[i];
        size_t length = strlen(part->name);

        if (part->kind == PART_KEY && !part->gone && !s->cutting->parts[part->section].gone &&
            strncmp(part->name, "load ", 5) == 0 && length > 5 &&
            strcmp(part->name + length - 5, ".rate") == 0)
            halve(s, part);
    }
}

static void cut_length(struct search *s)
{
    struct part *key = cutting_part(s->cutting, "scenario.duration");
    char value[48];

    snprintf(value, sizeof value, "%" PRIu64 " s", s->m->finding.at / SEC(1) + 1);
    if (key != NULL && strcmp(key->text, value) != 0)
        try_value(s, key, value);
}

/* ---- The text -------------------------------------------------------------------------------- */

/* Leaves out keys that only say what was expected, where that does not hold any more. */
static void cut_expectations(struct search *s)
{
    uint32_t before;

    if (s->m->finding.kind == FINDING_EXPECTATION || !still_found(s))
        return;
    before = s->unmet;
    for (uint32_t i = 0; i < s->cutting->count && before > 0 && !s->m->interrupted; i++) {
        struct part *part = &s->cutting->parts[i];

        if (part->kind != PART_KEY || part->gone || strncmp(part->name, "expect.", 7) != 0)
            continue;
        part->gone = true;
        if (still_found(s) && s->unmet < before)
            before = s->unmet;
        else
            part->gone = false;
    }
}

/* Leaves out keys until the capsule is short. */
static void cut_text(struct search *s)
{
    char *capsule = NULL;
    bool is_long;

    for (uint32_t i = 0; i < s->cutting->count && !s->m->interrupted; i++) {
        struct part *part = &s->cutting->parts[i];

        run_rest(s, &capsule);
        is_long = capsule != NULL && strlen(capsule) >= CAPSULE_BYTES;
        free(capsule);
        if (!is_long)
            return;
        if (part->kind != PART_KEY || part->gone || strcmp(part->name, "scenario.title") == 0)
            continue;
        part->gone = true;
        if (!still_found(s))
            part->gone = false;
    }
}

/* ---- The check ------------------------------------------------------------------------------- */

/* Leaves each part out alone, and notes what is found then. False: one was not needed after all;
 * it has gone. */
static bool check_parts(struct search *s)
{
    struct minimize *m = s->m;

    m->part_count = 0;
    for (uint32_t i = 0; i < s->cutting->count && !m->interrupted; i++) {
        struct part *part = &s->cutting->parts[i];
        struct finding other;

        if (part->gone || (part->kind != PART_SURPRISE && !is_removable(part)) ||
            is_last_load(s->cutting, part))
            continue;
        part->gone = true;
        other = run_rest(s, NULL);
        if (finding_same(&other, &m->finding))
            return false;
        part->gone = false;
        if (m->part_count == MINIMIZE_PARTS_MAX)
            continue;
        snprintf(m->parts[m->part_count].name, sizeof m->parts[0].name, "%s", part->name);
        m->parts[m->part_count++].other = other;
    }
    return true;
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* The whole run, as it was found. False: there is nothing to minimize; error says why. */
static bool run_whole(struct search *s, char error[RUN_ERROR_CHARS])
{
    struct minimize *m = s->m;
    struct scenario *scenario = run_load_telling(m->options, m->path, m->errors, error);
    struct run *run;

    if (scenario == NULL)
        return false;
    if (!m->options->has_seed && !scenario->has_seed) {
        snprintf(error, RUN_ERROR_CHARS,
                 "%s:1:1: no seed (expected a capsule, or a scenario with seed = N)", m->path);
        fprintf(m->errors, "%s\n", error);
        free(scenario);
        return false;
    }
    s->seed = run_seed(m->options, scenario);
    run = run_once(m->options, scenario, s->seed, NULL, NULL);
    CHECK(run != NULL);
    m->runs++;
    m->interrupted = run->interrupted;
    finding_of(run, scenario, &m->finding);
    s->cutting = cutting_new(scenario->text, run->surprises);
    if (m->finding.kind == FINDING_NONE && !m->interrupted) {
        snprintf(error, RUN_ERROR_CHARS,
                 "%s:1:1: this run finds nothing (expected one that stops, crashes, hangs or does "
                 "not meet its expectations)",
                 m->path);
        fprintf(m->errors, "%s\n", error);
    }
    run_free(run);
    free(scenario);
    return m->finding.kind != FINDING_NONE && !m->interrupted;
}

bool minimize(struct minimize *m, char error[RUN_ERROR_CHARS])
{
    struct search s = { .m = m };
    bool good = run_whole(&s, error);

    if (good) {
        m->before = count_parts(s.cutting);
        cut_surprises(&s);
        if (cut_sections(&s))
            cut_surprises(&s);
        cut_load(&s);
        cut_length(&s);
        cut_expectations(&s);
        cut_text(&s);
        while (!check_parts(&s))
            continue;
        m->after = count_parts(s.cutting);
        run_rest(&s, &m->capsule);
        good = m->capsule != NULL;
    }
    if (!good && m->interrupted)
        snprintf(error, RUN_ERROR_CHARS, "interrupted");
    cutting_free(s.cutting);
    return good && !m->interrupted;
}
