/* when_decision.c - see when_decision.h. Every other answer is one run; they are as many as the
 * budget of trials allows. */
#include "ui/explore/when_decision.h"
#include "model/words/names.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUESTIONS_MAX = 4096, ANSWERS_MAX = 3, TRIALS_MAX = 160 };

/* Answers as the run was answered, and keeps the questions. */
struct listener {
    struct choice_asker asker; /* First: the asker is the listener. */
    const struct sim *sim;
    const struct choices *given;
    struct question {
        struct surprise surprise; /* The answer that the run got. */
        uint32_t answers;
        sim_time at;
        uint64_t record;
    } * questions; /* The last QUESTIONS_MAX, as a ring. */
    uint32_t count;
};

static uint32_t given_answer(const struct choices *given, uint32_t site, uint32_t nth)
{
    for (uint32_t i = 0; i < given->listed_count; i++)
        if (given->listed[i].site == site && given->listed[i].nth == nth)
            return given->listed[i].pick;
    return 0;
}

static uint32_t listen(struct choice_asker *asker, uint32_t site, const struct choice_actor *actors,
                       uint32_t enabled, uint32_t count)
{
    struct listener *l = (struct listener *)asker;
    uint32_t nth = (uint32_t)l->sim->choices.asked[site], pick;

    (void)actors, (void)count;
    if (enabled < 2)
        return 0;
    pick = given_answer(l->given, site, nth);
    pick = MIN_OF(pick, enabled - 1);
    l->questions[l->count++ % QUESTIONS_MAX] =
        (struct question){ { site, nth, pick }, enabled, l->sim->now, l->sim->trace.count };
    return pick;
}

void when_answer(const struct when *when, struct surprise other, struct choices *choices)
{
    const struct choices *given = &when->given;
    struct surprise list[CHOICE_SURPRISES_MAX];
    uint32_t count = 0;

    for (uint32_t i = 0; i < given->listed_count; i++)
        if (given->listed[i].site != other.site || given->listed[i].nth != other.nth)
            list[count++] = given->listed[i];
    if (other.pick != 0 && count < CHOICE_SURPRISES_MAX)
        list[count++] = other;
    choices_force(choices, list, count);
}

static bool escapes_by(struct when *when, struct world *world, const struct snapshot *from,
                       struct surprise other, sim_time horizon)
{
    struct finding finding;

    world_restore(world, from);
    when_answer(when, other, &world_sim(world)->choices);
    run_watched(world, horizon);
    finding_in(world, when->scenario, &finding);
    when->futures++;
    when->trials++;
    return finding.kind == FINDING_NONE || finding.kind == FINDING_EXPECTATION;
}

/* Tries the other answers to a question. True: one escapes. */
static bool try_question(struct when *when, struct world *world, const struct snapshot *from,
                         const struct question *q, sim_time horizon)
{
    for (uint32_t pick = 0; pick < q->answers && pick <= ANSWERS_MAX; pick++) {
        struct surprise other = { q->surprise.site, q->surprise.nth, pick };

        if (pick == q->surprise.pick || !escapes_by(when, world, from, other, horizon))
            continue;
        when->decision = (struct when_decision){
            .found = true, .at = q->at, .record = q->record, .given = q->surprise, .other = other
        };
        return true;
    }
    return false;
}

/* Names the question by its anchor, that of the surprise in the list with this site and number. */
static void name_decision(struct when *when)
{
    struct when_decision *decision = &when->decision;
    struct surprise named = decision->other.pick != 0 ? decision->other : decision->given;
    struct scenario *scenario = malloc(sizeof *scenario);
    char *all, *at;
    uint32_t index = 0;

    CHECK(scenario != NULL);
    *scenario = *when->scenario;
    scenario->strategy = CHOICE_LISTED;
    choices_init(&scenario->replay, choice_count, 0);
    when_answer(when, named, &scenario->replay);
    while (scenario->replay.listed[index].site != named.site ||
           scenario->replay.listed[index].nth != named.nth)
        index++;
    at = all = anchors_of(scenario, when->seed);
    for (; at != NULL && index > 0; index--)
        at += strcspn(at, ",") + 1;
    if (at != NULL)
        snprintf(decision->anchor, sizeof decision->anchor, "%.*s", (int)strcspn(at, ","), at);
    free(all);
    free(scenario);
}

void when_decide(struct when *when, struct world *world, const struct snapshot *from,
                 sim_time until, sim_time horizon)
{
    struct sim *sim = world_sim(world);
    struct listener l = { .asker = { .pick = listen },
                          .sim = sim,
                          .given = &when->given,
                          .questions = calloc(QUESTIONS_MAX, sizeof *l.questions) };
    uint32_t oldest, at;

    CHECK(l.questions != NULL);
    world_restore(world, from);
    sim->choices.strategy = CHOICE_ASKED;
    sim->choices.asker = &l.asker;
    run_watched(world, until);
    oldest = l.count > QUESTIONS_MAX ? l.count - QUESTIONS_MAX : 0;
    for (at = l.count; at > oldest && when->trials < TRIALS_MAX && !when_is_over(when); at--)
        if (try_question(when, world, from, &l.questions[(at - 1) % QUESTIONS_MAX], horizon))
            break;
    when->questions = l.count - at + (when->decision.found ? 1 : 0);
    if (when->decision.found)
        name_decision(when);
    free(l.questions);
}
