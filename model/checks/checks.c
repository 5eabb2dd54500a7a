/* checks.c - when the checks run.
 *
 * Between two entries of the agenda every thread of the simulated machine is at a point. An
 * invariant that code restores between two points must hold at every look. A change that takes
 * several points, such as a page on its way from the engine to the driver, is noted as doubtful at
 * one look and is a violation at the next.
 */
#include "model/checks/checks.h"
#include "model/outside/site.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checks *checks_of(struct world *world) { return world_oracle_state(world); }

static void *begin(struct world *world)
{
    struct checks *checks = calloc(1, sizeof *checks);

    if (checks == NULL)
        return NULL;
    checks->world = world;
    checks->look = inspect_new();
    if (checks->look != NULL)
        return checks;
    free(checks);
    return NULL;
}

static void record(void *self, const struct record *record) { check_record(self, record); }

static void look(void *self)
{
    struct checks *checks = self;
    const struct sim *sim = world_sim(checks->world);

    if (sim->end != SIM_GOING || sim->now < checks->next)
        return;
    checks->next = sim->now + SEC(1);
    check_mail(checks);
    if (world_site(checks->world)->off)
        return; /* A stopped machine does not finish its requests. */
    inspect_take_parts(checks->world, checks->look,
                       INSPECT_PROCESSES | INSPECT_THREADS | INSPECT_POOLS | INSPECT_STORE);
    check_kernel(checks);
    check_pages(checks);
}

static void end(void *self, struct result *result)
{
    struct checks *checks = self;
    struct stop stop;

    world_stop(checks->world, &stop);
    if (world_sim(checks->world)->end != SIM_GOING && !stop.stopped) {
        check_acknowledged(checks);
        inspect_take_parts(checks->world, checks->look,
                           INSPECT_PROCESSES | INSPECT_THREADS | INSPECT_POOLS);
        check_kernel(checks);
    }
    result->violated = checks->violated;
    snprintf(result->violation, sizeof result->violation, "%s", checks->what);
}

static void rewind_to_now(void *self)
{
    struct checks *checks = self;
    struct world *world = checks->world;
    struct inspect *looked = checks->look;

    memset(checks->commits, 0,
           MIN_OF((size_t)checks->commit_count, (size_t)CHECK_COMMITS) * sizeof *checks->commits);
    if (checks->any_unknown)
        memset(checks->unknown, 0, sizeof checks->unknown);
    memset(checks, 0, offsetof(struct checks, commits));
    checks->world = world;
    checks->look = looked;
    checks->next = world_sim(checks->world)->now;
    checks->sure_from = world_sim(checks->world)->now + SEC(10);
}

static void release(void *self)
{
    struct checks *checks = self;

    inspect_free(checks->look);
    free(checks);
}

const struct world_oracle world_oracle = { .begin = begin,
                                           .record = record,
                                           .look = look,
                                           .end = end,
                                           .rewind = rewind_to_now,
                                           .free = release };
