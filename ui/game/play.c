/* play.c - see play.h.
 *
 * Each answer makes the run again from the window's beginning, with an asker that counts the
 * decisions, gives the answers of the play's moves, and ends the run where the next one is to be
 * shown. A run that is ended in the middle of an entry is left as it is, for onlookers: its fiber
 * is never switched to again, because the next thing that happens to the world is a restore.
 */
#include "ui/game/play_inside.h"
#include "model/words/choices.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <stdlib.h>
#include <string.h>

/* ---- What can matter ------------------------------------------------------------------------- */

/* Notes that an actor touches an object. */
static void note(struct play *play, uint32_t actor, struct choice_touch touch)
{
    struct shared *slot;
    uint32_t at = touch.object * 0x9e3779b1u >> (32 - SHARED_BITS);

    for (;;) {
        slot = &play->shared[at];
        if (!slot->used || slot->object == touch.object)
            break;
        at = (at + 1) % SHARED_MAX;
    }
    if (!slot->used) {
        if (play->shared_count == SHARED_MAX / 2) { /* Nothing more is told apart. */
            play->all_shared = true;
            return;
        }
        play->shared_count++;
        *slot = (struct shared){ .used = true, .object = touch.object, .actor = actor };
    }
    slot->several = slot->several || slot->actor != actor;
    slot->written = slot->written || touch.write;
}

static bool is_shared(const struct play *play, uint32_t object)
{
    uint32_t at = object * 0x9e3779b1u >> (32 - SHARED_BITS);

    if (play->all_shared)
        return true;
    for (; play->shared[at].used; at = (at + 1) % SHARED_MAX)
        if (play->shared[at].object == object)
            return play->shared[at].several && play->shared[at].written;
    return false;
}

static bool can_matter(const struct play *play, const struct choice_actor *actors)
{
    if (actors == NULL)
        return true;
    for (uint32_t i = 0; i < actors[0].count; i++)
        if (is_shared(play, actors[0].touch[i].object))
            return true;
    return false;
}

/* ---- The asker ------------------------------------------------------------------------------- */

static uint32_t chance(struct play *play, uint32_t below)
{
    play->chance = play->chance * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(play->chance >> 33) % below;
}

/* Learning: any answer, and everybody's next step is noted. */
static uint32_t learn(struct play *play, const struct choice_actor *actors, uint32_t enabled,
                      uint32_t count)
{
    uint32_t pick = enabled > 1 ? chance(play, enabled) : 0;

    for (uint32_t i = 0; i < count; i++)
        for (uint32_t t = 0; t < actors[i].count; t++)
            note(play, actors[i].id, actors[i].touch[t]);
    play->actor = enabled > 0 ? actors[pick].id : 0;
    return pick;
}

static void stop_here(struct play *play, uint32_t site, uint32_t count)
{
    struct sim *sim = world_sim(play->world);

    question_look(site, count, &play->question);
    play->stopped = true;
    sim_finish(sim, SIM_ASKED);
    while (fiber_current(sim->fibers) != NULL)
        fiber_switch(sim->fibers, NULL);
}

static void keep_count(struct play *play, uint32_t count)
{
    if (play->decision >= play->counts_max) {
        play->counts_max = MAX_OF(2 * play->counts_max, 1024u);
        play->counts = realloc(play->counts, play->counts_max * sizeof *play->counts);
        CHECK(play->counts != NULL);
    }
    play->counts[play->decision] = (uint8_t)MIN_OF(count, 255u);
}

/* The answer to a decision: the move that is made there; else the list's; else calm. */
static uint32_t decide(struct play *play, uint32_t site, uint32_t count)
{
    const struct sim *sim = world_sim(play->world);
    uint32_t pick = 0;

    if (play->list != NULL && (pick = choices_would(&sim->choices, play->list, site, count)) != 0)
        play->followed++;
    for (uint32_t i = 0; i < play->move_count && pick == 0; i++)
        if (play->moves[i].decision == play->decision)
            pick = MIN_OF(play->moves[i].pick, count - 1);
    if (pick == 0)
        return 0;
    if (play->made_count < PLAY_MOVES_MAX)
        play->made[play->made_count++] =
            (struct play_move){ play->decision, pick, sim->now, sim->trace.count };
    return pick;
}

/* Notes who goes on, and what he does, if that has a name. */
static uint32_t go_on(struct play *play, uint32_t answer, const struct choice_actor *actors,
                      uint32_t enabled)
{
    if (actors != NULL && enabled > 0 && !play->stopped && play->counts == NULL)
        question_look_at(answer, &play->step);
    return answer;
}

static uint32_t pick(struct choice_asker *asker, uint32_t site, const struct choice_actor *actors,
                     uint32_t enabled, uint32_t count)
{
    struct play *play = (struct play *)(void *)asker;
    const struct sim *sim = world_sim(play->world);
    uint32_t answer;

    if (play->learning)
        return actors != NULL ? learn(play, actors, enabled, count) : 0;
    if (play->stopped || enabled < 2 || (play->level->sites >> site & 1) == 0 ||
        sim->now < play->level->from || (play->level->to != 0 && sim->now > play->level->to) ||
        !can_matter(play, actors))
        return go_on(play, 0, actors, enabled);
    if (play->counts != NULL)
        keep_count(play, enabled);
    if (play->decision == 0) {
        play->entry_at = sim->entry_at;
        play->seen[0] = sim->trace.count;
    }
    play->last_at = sim->now;
    play->seen[1] = sim->trace.count;
    if (play->decision == play->target ||
        (play->seek && choices_would(&sim->choices, play->list, site, enabled) != 0)) {
        stop_here(play, site, enabled);
        return 0;
    }
    answer = decide(play, site, enabled);
    play->decision++;
    return go_on(play, answer, actors, enabled);
}

static void touched(struct choice_asker *asker, struct choice_touch touch)
{
    struct play *play = (struct play *)(void *)asker;

    if (play->learning)
        note(play, play->actor, touch);
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static void put_back(struct play *play, const struct snapshot *snapshot)
{
    struct choices *choices = &world_sim(play->world)->choices;

    world_enter(play->world);
    if (snapshot != NULL)
        world_restore(play->world, snapshot);
    choices->strategy = CHOICE_ASKED;
    choices->asker = &play->asker;
    play->decision = play->made_count = play->followed = 0;
    play->step.who = QUESTION_NOBODY;
    play->stopped = false;
}

static bool has_won(const struct play *play)
{
    const struct level *level = play->level;
    const struct finding *found = &play->finding;

    switch (level->goal) {
    case GOAL_STOP:
        return found->kind == FINDING_STOP &&
               (level->stop == 0 || world_result(play->world)->stop.code == level->stop);
    case GOAL_CRASH:
        return found->kind != FINDING_BROKEN && world_result(play->world)->crashed &&
               (level->process[0] == 0 ||
                strcmp(world_result(play->world)->victim, level->process) == 0);
    case GOAL_HANG:
        return found->kind == FINDING_HANG;
    case GOAL_CHECK:
        return found->kind != FINDING_BROKEN &&
               (world_result(play->world)->violated >> level->check & 1) != 0;
    case GOAL_SURVIVE:
        return found->kind == FINDING_NONE || found->kind == FINDING_CHECK ||
               found->kind == FINDING_EXPECTATION;
    }
    return false;
}

void play_run(struct play *play, uint32_t target)
{
    play->target = target;
    put_back(play, play->window);
    run_watched(play->world, SIM_NEVER);
    if (play->stopped) {
        play->state = PLAY_ASKS;
        return;
    }
    finding_in(play->world, play->scenario, &play->finding);
    play->state = has_won(play) ? PLAY_WON : PLAY_LOST;
}

/* ---- Life ------------------------------------------------------------------------------------ */

enum { LEARNING_RUNS = 60 };

static void learn_shared(struct play *play)
{
    play->shared = calloc(SHARED_MAX, sizeof *play->shared);
    CHECK(play->shared != NULL);
    play->learning = true;
    for (uint32_t run = 0; run < LEARNING_RUNS; run++) {
        play->chance = run;
        put_back(play, play->window);
        run_watched(play->world, SIM_NEVER);
    }
    play->learning = false;
}

static bool refuse(char error[RUN_ERROR_CHARS], const char *why)
{
    snprintf(error, RUN_ERROR_CHARS, "%s", why);
    return false;
}

/* Makes the calm run from the beginning, and moves the snapshot to the first decision. */
static bool prepare(struct play *play, char error[RUN_ERROR_CHARS])
{
    struct snapshot *boot = world_snapshot(play->world);

    CHECK(boot != NULL);
    play->window = boot;
    if (play->scenario->orders.free)
        learn_shared(play);
    play_run(play, UINT32_MAX);
    play->calm_decisions = play->decision;
    play->from = play->entry_at;
    play->to = play->last_at;
    memcpy(play->records, play->seen, sizeof play->records);
    if (play->decision == 0)
        return refuse(error, "nothing can be decided in this level (expected a window and moves "
                             "with at least one decision)");
    if (play->state == PLAY_WON)
        return refuse(error, "the calm run wins already (expected a goal that takes a move)");
    if (play->from > 0) {
        put_back(play, boot);
        run_watched(play->world, play->from - 1);
        play->window = world_snapshot(play->world);
        CHECK(play->window != NULL);
        snapshot_free(boot);
    }
    return true;
}

struct play *play_new(const struct level *level, const struct scenario *scenario,
                      const struct run_options *options, uint64_t seed, char error[RUN_ERROR_CHARS])
{
    struct play *play = calloc(1, sizeof *play);

    CHECK(play != NULL);
    play->asker = (struct choice_asker){ .pick = pick, .touched = touched };
    play->level = level;
    play->scenario = scenario;
    play->world = world_new(scenario, seed);
    CHECK(play->world != NULL);
    world_heed(play->world, options->signal, NULL);
    if (!prepare(play, error)) {
        play_free(play);
        return NULL;
    }
    play_run(play, 0);
    play->looked = 1;
    return play;
}

void play_free(struct play *play)
{
    if (play == NULL)
        return;
    snapshot_free(play->window);
    if (world_sim(play->world)->end != SIM_BROKEN)
        world_free(play->world);
    free(play->shared);
    free(play->past);
    free(play->counts);
    free(play);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

enum play_state play_state(const struct play *play) { return play->state; }
uint32_t play_decision(const struct play *play) { return play->decision; }
const struct question *play_question(const struct play *play) { return &play->question; }
uint32_t play_calm_decisions(const struct play *play) { return play->calm_decisions; }
sim_time play_from(const struct play *play) { return play->from; }
sim_time play_to(const struct play *play) { return play->to; }
uint64_t play_from_record(const struct play *play) { return play->records[0]; }
uint64_t play_to_record(const struct play *play) { return play->records[1]; }
const struct finding *play_finding(const struct play *play) { return &play->finding; }
struct world *play_world(struct play *play) { return play->world; }
uint32_t play_looked(const struct play *play) { return play->looked; }
uint32_t play_undone(const struct play *play) { return play->undone; }

const struct question_answer *play_step(const struct play *play)
{
    return play->step.who != QUESTION_NOBODY ? &play->step : NULL;
}

bool play_last_record(const struct play *play, struct record *out)
{
    static const uint16_t dull[] = {
        REC_SWITCH,       REC_READY,      REC_IDLE,          REC_WAIT,        REC_WAKE,
        REC_SIGNAL,       REC_IRQL,       REC_LOCK,          REC_UNLOCK,      REC_SERVICE,
        REC_SERVICE_END,  REC_DPC_QUEUE,  REC_DPC_RUN,       REC_DPC_END,     REC_TIMER,
        REC_POOL_ALLOC,   REC_POOL_FREE,  REC_APC_QUEUE,     REC_APC_RUN,     REC_QUEUE,
        REC_IRP_CREATE,   REC_IRP_CALL,   REC_IRP_PEND,      REC_IRP_DONE,    REC_IRP_FREE,
        REC_IRP_COMPLETE, REC_OBJECT_NEW, REC_OBJECT_DELETE, REC_WORK_QUEUE,  REC_WORK_RUN,
        REC_PREEMPT,      REC_QUANTUM,    REC_LOCK_SPIN,     REC_OBJECT_DEFER
    };
    const struct trace *trace = &world_sim(play->world)->trace;

    for (uint64_t back = 1; back <= MIN_OF(trace->count, (uint64_t)TRACE_BLOCK); back++) {
        bool is_dull = false;

        *out = trace->block[(trace->count - back) % TRACE_BLOCK];
        for (size_t i = 0; i < ARRAY_LEN(dull); i++)
            is_dull = is_dull || out->kind == dull[i];
        if (!is_dull)
            return true;
    }
    return false;
}

const struct play_move *play_moves(const struct play *play, uint32_t *count)
{
    *count = play->made_count;
    return play->made;
}

void play_print(const struct play *play, char *out, size_t size)
{
    const struct choices *choices = &world_sim(play->world)->choices;

    choices_print(choices->taken, choices->taken_count, choice_names, out, size);
}

/* ---- Playing --------------------------------------------------------------------------------- */

static void remember(struct play *play)
{
    if (play->past_count == play->past_max) {
        play->past_max = MAX_OF(2 * play->past_max, 64u);
        play->past = realloc(play->past, play->past_max * sizeof *play->past);
        CHECK(play->past != NULL);
    }
    play->past[play->past_count++] = (struct past){ play->decision, play->move_count };
}

static void show(struct play *play, uint32_t decision)
{
    play_run(play, decision);
    play->looked += play->state == PLAY_ASKS;
}

bool play_answer(struct play *play, uint32_t answer)
{
    uint32_t decision = play->decision;

    if (play->state != PLAY_ASKS || answer >= play->question.count ||
        (answer != 0 && play->move_count == PLAY_MOVES_MAX))
        return false;
    remember(play);
    if (answer != 0)
        play->moves[play->move_count++] =
            (struct play_move){ .decision = decision, .pick = answer };
    show(play, decision + 1);
    return true;
}

void play_go_to(struct play *play, uint32_t decision)
{
    if (play->state != PLAY_ASKS)
        return;
    remember(play);
    show(play, decision > play->decision ? decision : UINT32_MAX);
}

bool play_undo(struct play *play)
{
    if (play->past_count == 0)
        return false;
    struct past past = play->past[--play->past_count];

    play->move_count = past.moves;
    play->undone++;
    play_run(play, past.decision);
    return true;
}

void play_restart(struct play *play)
{
    play->past_count = play->move_count = 0;
    play_run(play, 0);
}

bool play_follow(struct play *play, const struct choices *list)
{
    uint32_t here = play->decision, answer;

    if (play->state != PLAY_ASKS)
        return false;
    play->list = list;
    play->seek = true;
    play->followed = 0;
    play_run(play, UINT32_MAX);
    play->seek = false;
    play->list = NULL;
    if (play->state != PLAY_ASKS || play->decision < here) {
        play_run(play, here);
        return false;
    }
    answer = choices_would(&world_sim(play->world)->choices, list, play->question.site,
                           play->question.count);
    return play_answer(play, answer);
}

uint32_t play_find(struct play *play, const struct choices *list,
                   struct play_move moves[PLAY_MOVES_MAX])
{
    uint32_t kept = play->move_count, decision = play->decision, count;
    enum play_state state = play->state;

    play->list = list;
    play->move_count = 0;
    play_run(play, UINT32_MAX);
    play->list = NULL;
    count = play->made_count;
    memcpy(moves, play->made, count * sizeof *moves);
    play->move_count = kept;
    play_run(play, state == PLAY_ASKS ? decision : UINT32_MAX);
    return count;
}
