/* quiz_articles.c - which article: the evidence of a run, and four causes to choose from. The key
 * is what the differential diagnosis comes to, where its lead is clear; the second way is the
 * diagnosis that the scenario's author expects.
 */
#include "ui/lesson/quiz_draw.h"
#include "ui/report/diagnosis.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAR_LEAD = 5, CLUES_SHOWN = 6 };

static const char *named(enum diagnosis diagnosis, char out[VALUE_TEXT_CHARS])
{
    const char *article = diagnosis_article(diagnosis);

    snprintf(out, VALUE_TEXT_CHARS, "%s%s%s%.160s", article[0] != 0 ? "KB " : "", article,
             article[0] != 0 ? ": " : "", diagnosis_what(diagnosis));
    return out;
}

static void slip(struct quiz_draw *d, enum diagnosis diagnosis, const char *text)
{
    uint32_t before = d->q->option_count;
    char name[VALUE_TEXT_CHARS];

    quiz_slip(d, value_name(diagnosis_word(diagnosis)), "%s", text);
    if (d->q->option_count > before)
        quiz_text(d, "%s", named(diagnosis, name));
}

/* How far the first is ahead of what would be true instead of it. */
static int lead(const struct opinion *opinions, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (!opinions[i].also)
            return opinions[0].weight - opinions[i].weight;
    return opinions[0].weight;
}

static void ask(struct quiz_draw *d, const struct opinion *opinions, uint32_t count)
{
    static const enum diagnosis others[] = { DIAGNOSIS_PROCESS_CRASH, DIAGNOSIS_KB908674,
                                             DIAGNOSIS_DISK_SLOW, DIAGNOSIS_STORE_HANGS };
    char name[VALUE_TEXT_CHARS];

    quiz_ask_text(d, UINT64_MAX,
                  "This is what an administrator could collect. Which cause fits it best?");
    for (uint32_t i = 0; i < opinions[0].clue_count && i < CLUES_SHOWN; i++)
        quiz_line(d, "- %.190s", opinions[0].clues[i].text);
    quiz_key(d, value_name(diagnosis_word(opinions[0].diagnosis)),
             "All of the evidence speaks for it, and nothing for another cause does as much.");
    quiz_text(d, "%s", named(opinions[0].diagnosis, name));
    for (uint32_t i = 1; i < count; i++)
        if (!opinions[i].also)
            slip(d, opinions[i].diagnosis,
                 "Part of the evidence speaks for it, but not all: this cause leaves the rest "
                 "unexplained.");
    slip(d, DIAGNOSIS_HEALTHY, "Then none of this evidence would be there.");
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        slip(d, others[i], "It looks alike from afar, but none of its own signs is there.");
}

bool quiz_draw_article(struct quiz_draw *d)
{
    const struct scenario *scenario = lesson_run_scenario(d->run);
    const char *expected = scenario->expect.diagnoses[0];
    struct opinion *opinions;
    struct evidence evidence;
    struct world *world;
    uint32_t count;
    bool good;

    d->hopeless = true; /* Nothing is drawn but the scenario. */
    if (expected[0] == 0)
        return false;
    world = world_new(scenario, lesson_run_seed(d->run));
    opinions = calloc(DIAGNOSES, sizeof *opinions);
    CHECK(opinions != NULL);
    if (world == NULL) {
        free(opinions);
        d->no_memory = true;
        return false;
    }
    evidence_gather(&evidence, world, 0, NULL, NULL);
    count = diagnose(&evidence, opinions);
    good = opinions[0].diagnosis != DIAGNOSIS_HEALTHY && lead(opinions, count) >= CLEAR_LEAD;
    if (good)
        ask(d, opinions, count);
    evidence_free(&evidence);
    world_free(world);
    free(opinions);
    return good && quiz_agree(d, value_name(expected));
}
