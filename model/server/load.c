/* load.c - the world outside: senders that put mail on the wire, and readers who come for it.
 *
 * Open loop: senders do not wait for the server, so a slow server gets a longer queue, not less
 * load. Arrivals, batches and sizes come from named random streams of their own. What inetinfo has
 * in hand when it dies comes again, as SMTP senders do; beyond WIRE_QUEUE_MAX a message is refused.
 * The wire is hardware: this file alone of its floor talks to the kernel from below.
 */
#include "model/kernel/win32.h"
#include "model/server/server.h"
#include "model/scenario.h"

enum { READ_DELAY_MEAN_MS = 4000, RETRY_DELAY_MS = 500 };

/* ---- Arrivals -------------------------------------------------------------------------------- */

static void wire_release(void *semaphore)
{
    KeReleaseSemaphore(semaphore, EVENT_INCREMENT, 1, FALSE);
}

uint64_t load_queue_area(struct site *site)
{
    site->queue_area += site->queue_count * ke_measured(site->queue_changed, ke->sim->now);
    site->queue_changed = ke->sim->now;
    if (ke->sim->now >= ke->measured_from)
        site->queue_most = MAX_OF(site->queue_most, site->queue_count);
    return site->queue_area;
}

static bool queue_put(struct site *site, const struct message *message)
{
    if (site->queue_count == WIRE_QUEUE_MAX)
        return false;
    load_queue_area(site);
    site->queue[(site->queue_head + site->queue_count++) % WIRE_QUEUE_MAX] = *message;
    load_queue_area(site);
    wire_release(site->smtp_wire);
    return true;
}

static void send_one(struct site *site)
{
    struct message message = { .id = ++site->next_message, .at = ke->sim->now };
    uint64_t bytes = rng_lognormal(&site->sizes, site->set.size_median, site->set.size_sigma_milli);

    message.bytes = (uint32_t)MAX_OF(MIN_OF(bytes, site->set.size_max), 1);
    site->stats.arrived++;
    ke_record(REC_ARRIVAL, message.id, message.bytes, 0, 0);
    if (!queue_put(site, &message)) {
        site->stats.refused++;
        nt_mark_refused(message.id, 0);
    }
}

/* Messages a second now, in thousandths. */
static uint64_t rate_now(const struct site *site)
{
    const struct site_settings *set = &site->set;
    uint64_t done = MIN_OF(ke->sim->now, set->duration);

    if (set->shape != ARRIVE_RAMP || set->duration == 0)
        return set->rate_milli;
    return set->rate_milli + (uint64_t)((int64_t)(set->rate_end_milli - set->rate_milli) *
                                        (int64_t)(done / US(1)) / (int64_t)(set->duration / US(1)));
}

static sim_time next_gap(struct site *site)
{
    uint64_t rate = MAX_OF(rate_now(site), 1);
    sim_time mean = SEC(1000) / rate;

    if (site->set.shape == ARRIVE_CONSTANT)
        return mean;
    if (site->set.shape == ARRIVE_BATCH)
        mean = mean * site->set.batch_mean_milli / 1000;
    return rng_exponential(&site->gaps, mean);
}

/* Geometric with the mean that is set: compound Poisson arrivals (facts/exchange-exifs.md 7.4). */
static uint32_t batch_size(struct site *site)
{
    uint32_t count = 1;

    if (site->set.shape != ARRIVE_BATCH)
        return 1;
    while (count < 64 && !rng_odds(&site->batches, 1000000000u / site->set.batch_mean_milli))
        count++;
    return count;
}

static void arrive(void *arg)
{
    struct site *site = arg;

    for (uint32_t left = batch_size(site); left > 0; left--)
        send_one(site);
    ke_interrupt_at(ke->sim->now + next_gap(site), (uint8_t)(site->next_message % ke->cpu_count),
                    arrive, site);
}

static void *named_semaphore(PCWSTR name)
{
    KSEMAPHORE *semaphore = ob_new(OB_SEMAPHORE, sizeof *semaphore, 0);

    KeInitializeSemaphore(semaphore, 0, 0x7fffffff);
    CHECK(NT_SUCCESS(ob_name_insert(semaphore, name)));
    /* The wire is there whether or not anybody holds a handle. */
    ob_header(semaphore)->permanent = true;
    return semaphore;
}

void load_reseed(struct site *site, uint64_t seed)
{
    site->gaps = rng_stream(seed, "load.smtp.gap");
    site->sizes = rng_stream(seed, "load.smtp.size");
    site->batches = rng_stream(seed, "load.smtp.batch");
    site->reads = rng_stream(seed, "load.pop.read");
}

void load_start(struct site *site, uint64_t seed)
{
    load_reseed(site, seed);
    site->smtp_wire = named_semaphore(L"\\BaseNamedObjects\\SmtpWire");
    site->pop_wire = named_semaphore(L"\\BaseNamedObjects\\PopWire");
    if (site->set.rate_milli > 0)
        ke_interrupt_at(ke->sim->now + next_gap(site), 0, arrive, site);
}

/* ---- The server's end ------------------------------------------------------------------------ */

BOOL load_next(HANDLE wire, struct message *message, ULONG *slot)
{
    struct site *site = server_site();

    do {
        if (WaitForSingleObject(wire, INFINITE) != WAIT_OBJECT_0)
            return FALSE;
    } while (site->queue_count == 0);
    load_queue_area(site);
    *message = site->queue[site->queue_head];
    site->queue_head = (site->queue_head + 1) % WIRE_QUEUE_MAX;
    site->queue_count--;
    for (*slot = 0; site->in_flight[*slot].id != 0; ++*slot)
        CHECK(*slot + 1 < IN_FLIGHT_MAX);
    site->in_flight[*slot] = *message;
    return TRUE;
}

static void come_for_it(void *arg)
{
    struct site *site = arg;

    site->reads_due++;
    wire_release(site->pop_wire);
}

/* Some messages are read back by a POP3 client a little later. */
static void plan_read(struct site *site, const struct message *message)
{
    if (site->read_count == READ_QUEUE_MAX || !rng_odds(&site->reads, site->set.read_ppm))
        return;
    site->to_read[(site->read_head + site->read_count++) % READ_QUEUE_MAX] = *message;
    ke_interrupt_at(ke->sim->now + rng_exponential(&site->reads, MS(READ_DELAY_MEAN_MS)), 0,
                    come_for_it, site);
}

void load_done(ULONG slot)
{
    struct site *site = server_site();
    struct message *message = &site->in_flight[slot];
    uint64_t latency = nt_time() - message->at;

    site->stats.delivered++;
    site->stats.latency_sum_us += latency / US(1);
    site->stats.latency_max_us = MAX_OF(site->stats.latency_max_us, latency / US(1));
    if (message->at >= ke->measured_from) {
        site->stats.measured++;
        site->stats.latency[latency_bucket(latency / US(1))]++;
    }
    nt_mark_delivered(message->id, latency);
    plan_read(site, message);
    message->id = 0;
}

static void resend(struct site *site, struct message *message)
{
    if (queue_put(site, message))
        site->stats.retries++;
    else
        site->stats.refused++;
    message->id = 0;
}

void load_retry(ULONG slot)
{
    Sleep(RETRY_DELAY_MS);
    resend(server_site(), &server_site()->in_flight[slot]);
}

/* A thread that dies may have been woken by the wire and never have looked: the count goes back to
 * what waits there. */
static void wire_recount(void *semaphore, uint32_t waiting)
{
    const KSEMAPHORE *count = semaphore;

    while ((uint32_t)count->Header.SignalState < waiting)
        wire_release(semaphore);
}

void load_recover(void)
{
    struct site *site = server_site();

    for (ULONG slot = 0; slot < IN_FLIGHT_MAX; slot++)
        if (site->in_flight[slot].id != 0)
            resend(site, &site->in_flight[slot]);
    wire_recount(site->smtp_wire, site->queue_count);
    wire_recount(site->pop_wire, site->reads_due);
}

BOOL load_next_read(HANDLE wire, struct message *message)
{
    struct site *site = server_site();

    do {
        if (WaitForSingleObject(wire, INFINITE) != WAIT_OBJECT_0)
            return FALSE;
    } while (site->read_count == 0);
    site->reads_due -= site->reads_due > 0;
    *message = site->to_read[site->read_head];
    site->read_head = (site->read_head + 1) % READ_QUEUE_MAX;
    site->read_count--;
    return TRUE;
}

void message_name(const struct message *message, PWSTR name)
{
    WCHAR digits[12];
    int count = 0;

    for (uint32_t rest = message->id; count == 0 || rest > 0; rest /= 10)
        digits[count++] = (WCHAR)(L'0' + rest % 10);
    *name++ = L'm';
    while (count > 0)
        *name++ = digits[--count];
    *name = 0;
}
