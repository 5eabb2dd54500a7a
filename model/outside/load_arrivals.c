/* load_arrivals.c - the times of arrivals: each source follows its plan.
 *
 *     Poisson, constant, batch   one gap after the other, drawn around one mean
 *     ramp, burst, day, rates    a rate in steps; the next arrival is where the area under it has
 *       of a file                grown by what was drawn (or by one message): exact at every step
 *     arrivals of a file         at their times
 *     closed                     each client sends, waits for the end of it, thinks, sends again
 *
 * Even arrivals come in the middle of their intervals: in a stretch with room for n messages there
 * are n, and none falls on its end.
 *
 * Draws come from streams named after the source, so a change of one source moves no other. The
 * area is counted in millionths of a message a second times nanoseconds: a message is 10^15.
 */
#include "model/outside/site.h"
#include "model/kernel/kernel.h"
#include <stdio.h>
#include <string.h>

enum { RAMP_STEPS = 1024, BATCH_MAX = 64 };
#define ONE_MESSAGE ((uint64_t)1000000000000000)

static void arrive(void *arg);

static void arrive_at(struct load_source *source, sim_time at)
{
    source->due = at;
    if (at != SIM_NEVER)
        load_at(MAX_OF(at, ke->sim->now), (uint8_t)(server_site()->next_message % ke->cpu_count),
                arrive, source);
}

/* ---- Rates in steps -------------------------------------------------------------------------- */

struct step {
    uint64_t micro;
    sim_time until;
};

/* Steps of a ramp: each has the rate at its middle. */
static struct step ramp_step(const struct load_plan *plan, sim_time at, sim_time duration)
{
    sim_time step = MAX_OF(duration / RAMP_STEPS, 1);
    uint64_t index = at / step, low = plan->rate_micro, high = plan->rate_end_micro;
    uint64_t span = high > low ? high - low : low - high;

    if (index >= RAMP_STEPS)
        return (struct step){ high, SIM_NEVER };
    span = span * (2 * index + 1) / (2 * RAMP_STEPS);
    return (struct step){ high > low ? low + span : low - span, (index + 1) * step };
}

static struct step burst_step(const struct load_plan *plan, sim_time at)
{
    struct step calm = { plan->rate_micro, SIM_NEVER };

    for (uint32_t i = 0; i < plan->burst_count; i++) {
        sim_time begins = plan->bursts[i];

        if (plan->burst_every > 0 && at >= begins)
            begins += (at - begins) / plan->burst_every * plan->burst_every;
        if (at >= begins && at < begins + plan->burst_length)
            return (struct step){ plan->burst_rate_micro, begins + plan->burst_length };
        if (at >= begins && plan->burst_every > 0)
            begins += plan->burst_every;
        if (at < begins)
            calm.until = MIN_OF(calm.until, begins);
    }
    return calm;
}

/* Steps of a day: its clock starts at the scenario's `clock` and goes time_scale times as fast as
 * the run's. */
static struct step day_step(const struct load_plan *plan, sim_time at)
{
    const uint64_t hour_ns = SEC(3600);
    uint64_t scale = plan->time_scale_milli;
    uint64_t clock = plan->clock + at / 1000 * scale + at % 1000 * scale / 1000;
    uint64_t hour = clock / hour_ns, left = (hour + 1) * hour_ns - clock;
    uint64_t factor =
        (uint64_t)plan->hours_ppm[hour % 24] * plan->weekdays_ppm[hour / 24 % 7] / 1000000;

    left = (left / scale * 1000 + left % scale * 1000 / scale) + 1;
    return (struct step){ plan->rate_micro / 1000000 * factor +
                              plan->rate_micro % 1000000 * factor / 1000000,
                          at + left };
}

static struct step replay_step(struct load_source *source, sim_time at)
{
    const struct load_series *series = source->plan.series;

    while (source->next < series->count && series->points[source->next].at <= at)
        source->next++;
    if (source->next == series->count)
        return (struct step){ 0, SIM_NEVER };
    return (struct step){ series->points[source->next].rate_micro,
                          series->points[source->next].at };
}

static struct step step_at(struct load_source *source, sim_time at)
{
    switch (source->plan.shape) {
    case ARRIVE_RAMP:
        return ramp_step(&source->plan, at, server_site()->set.duration);
    case ARRIVE_BURST:
        return burst_step(&source->plan, at);
    case ARRIVE_DAY:
        return day_step(&source->plan, at);
    default:
        return replay_step(source, at);
    }
}

/* Draws how far the area under the rate grows until the next arrival. */
static uint64_t draw_area(struct load_source *source)
{
    uint64_t mean = ONE_MESSAGE;

    if (source->plan.spacing == SPACE_CONSTANT)
        return source->begun ? mean : mean / 2;
    if (source->plan.spacing == SPACE_BATCH)
        mean = mean / 1000 * source->plan.batch_mean_milli;
    return rng_exponential(&source->gaps, mean);
}

static sim_time next_by_area(struct load_source *source, sim_time at)
{
    uint64_t area = draw_area(source);

    for (;;) {
        struct step step = step_at(source, at);

        if (step.micro > 0 && area / step.micro < step.until - at)
            return at + area / step.micro;
        if (step.until == SIM_NEVER || step.until >= server_site()->set.duration)
            return SIM_NEVER; /* The rate stays 0: no arrival in this run any more. */
        area -= step.micro * (step.until - at);
        at = step.until;
    }
}

/* ---- Gaps around one mean -------------------------------------------------------------------- */

static sim_time next_gap(struct load_source *source)
{
    const struct load_plan *plan = &source->plan;
    sim_time mean = SEC(1000000) / plan->rate_micro;

    if (plan->shape == ARRIVE_CONSTANT)
        return source->begun ? mean : mean / 2;
    if (plan->shape == ARRIVE_BATCH)
        mean = mean * plan->batch_mean_milli / 1000;
    return rng_exponential(&source->gaps, mean);
}

static bool in_batches(const struct load_plan *plan)
{
    bool stepped = plan->shape == ARRIVE_RAMP || plan->shape == ARRIVE_BURST ||
                   plan->shape == ARRIVE_DAY || plan->shape == ARRIVE_REPLAY;

    return plan->shape == ARRIVE_BATCH || (stepped && plan->spacing == SPACE_BATCH);
}

/* Draws a batch size, geometric with the set mean: compound Poisson arrivals
 * (facts/exchange-exifs.md 7.4). */
static uint32_t batch_size(struct load_source *source)
{
    uint32_t count = 1;

    if (!in_batches(&source->plan))
        return 1;
    while (count < BATCH_MAX &&
           !rng_odds(&source->batches, 1000000000u / source->plan.batch_mean_milli))
        count++;
    return count;
}

/* Even arrivals and those that follow a clock count from the time they were due; memoryless ones
 * count from the time they came. */
static sim_time next_arrival(struct load_source *source)
{
    switch (source->plan.shape) {
    case ARRIVE_POISSON:
    case ARRIVE_CONSTANT:
    case ARRIVE_BATCH:
        if (source->plan.rate_micro == 0)
            return SIM_NEVER;
        return (source->plan.shape == ARRIVE_CONSTANT ? source->due : ke->sim->now) +
               next_gap(source);
    default:
        return next_by_area(source, source->due);
    }
}

/* ---- Arrivals -------------------------------------------------------------------------------- */

static bool replays_arrivals(const struct load_source *source)
{
    return source->plan.shape == ARRIVE_REPLAY && source->plan.series->arrivals;
}

/* Sends a message for every line of the file that is due, and plans the next line. */
static void arrive_as_logged(struct load_source *source)
{
    const struct load_series *series = source->plan.series;

    while (source->next < series->count && series->points[source->next].at <= ke->sim->now)
        load_send(source, series->points[source->next++].bytes, 0);
    if (source->next < series->count)
        arrive_at(source, series->points[source->next].at);
}

static void arrive(void *arg)
{
    struct load_source *source = arg;

    if (replays_arrivals(source)) {
        arrive_as_logged(source);
        return;
    }
    for (uint32_t left = batch_size(source); left > 0; left--)
        load_send(source, 0, 0);
    arrive_at(source, next_arrival(source));
}

/* ---- Clients in a loop ----------------------------------------------------------------------- */

/* A client of a closed loop: the argument of its entry of the agenda. */
struct client {
    struct load_source *source;
    uint32_t number;
};

static void client_sends(void *arg)
{
    const struct client *client = arg;

    load_send(client->source, 0, client->number);
}

static void think(struct client *client)
{
    struct load_source *source = client->source;
    sim_time time = source->plan.spacing == SPACE_CONSTANT
                        ? source->plan.think
                        : rng_exponential(&source->gaps, source->plan.think);

    load_at(ke->sim->now + time, (uint8_t)(client->number % ke->cpu_count), client_sends, client);
}

void load_client_thinks(struct load_source *source, uint32_t client)
{
    think(&source->clients[client]);
}

static void start_clients(struct load_source *source)
{
    source->clients =
        arena_take(ke->sim->arena, source->plan.clients * sizeof *source->clients, 16);
    for (uint32_t i = 0; i < source->plan.clients; i++) {
        source->clients[i] = (struct client){ source, i };
        think(&source->clients[i]);
    }
}

/* ---- Life ------------------------------------------------------------------------------------ */

static struct rng stream(const struct load_source *source, uint64_t seed, const char *what)
{
    char name[64];

    snprintf(name, sizeof name, "load.%s.%s", source->plan.name, what);
    return rng_stream(seed, name);
}

void load_source_reseed(struct load_source *source, uint64_t seed)
{
    bool first = strcmp(source->plan.name, "smtp") == 0;

    source->gaps = stream(source, seed, "gap");
    source->sizes = stream(source, seed, "size");
    source->batches = stream(source, seed, "batch");
    source->picks = stream(source, seed, "pick");
    source->reads = first ? rng_stream(seed, "load.pop.read") : stream(source, seed, "read");
}

/* Lines of a file that were due during the boot arrive now; other sources begin now. */
void load_source_start(struct load_source *source)
{
    const struct load_series *series = source->plan.series;

    source->due = source->plan.shape == ARRIVE_REPLAY ? 0 : ke->sim->now;
    if (source->plan.shape == ARRIVE_CLOSED)
        start_clients(source);
    else if (replays_arrivals(source))
        arrive_at(source, series->count > 0 ? series->points[0].at : SIM_NEVER);
    else
        arrive_at(source, next_arrival(source));
    source->begun = true;
}
