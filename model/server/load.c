/* load.c - the world outside: senders that put mail on the wire, and readers who come for it.
 *
 * Open loop: senders do not wait for the server, so a slow server gets a longer queue, not less
 * load; only the clients of a closed loop wait. When they come is load_arrivals.c. What inetinfo
 * has in hand when it dies comes again, as SMTP senders do; readers lose their connection. Beyond
 * WIRE_QUEUE_MAX a message is refused. The wire is hardware: this file and load_arrivals.c alone of
 * their floor talk to the kernel from below.
 */
#include "model/kernel/win32.h"
#include "model/server/server.h"

enum { READ_DELAY_MEAN_MS = 4000, RETRY_DELAY_MS = 500, CLIENT_NONE = 0xffff };

/* ---- Wires ----------------------------------------------------------------------------------- */

static void wire_release(struct load_wire *wire)
{
    KeReleaseSemaphore(wire->semaphore, EVENT_INCREMENT, 1, FALSE);
}

uint64_t load_queue_area(struct load_wire *wire)
{
    wire->area += wire->count * ke_measured(wire->changed, ke->sim->now);
    wire->changed = ke->sim->now;
    if (ke->sim->now >= ke->measured_from)
        wire->most = MAX_OF(wire->most, wire->count);
    return wire->area;
}

static bool wire_put(struct load_wire *wire, const struct message *message)
{
    if (wire->count == WIRE_QUEUE_MAX)
        return false;
    load_queue_area(wire);
    wire->queue[(wire->head + wire->count++) % WIRE_QUEUE_MAX] = *message;
    load_queue_area(wire);
    wire_release(wire);
    return true;
}

static struct load_source *source_of(const struct message *message)
{
    return &server_site()->sources[message->source];
}

/* It is over for whoever sent or asked for it. */
static void source_ends(const struct message *message)
{
    struct load_source *source = source_of(message);

    source->area += ke->sim->now - message->at;
    if (source->plan.shape == ARRIVE_CLOSED)
        load_client_thinks(source, message->client);
}

/* ---- Senders --------------------------------------------------------------------------------- */

static uint32_t draw_bytes(struct load_source *source)
{
    const struct load_plan *plan = &source->plan;
    uint32_t weights[LOAD_BINS_MAX];
    uint64_t bytes;

    switch (plan->sizes) {
    case SIZES_FIXED:
        return (uint32_t)plan->size_median;
    case SIZES_UNIFORM:
        return (uint32_t)(plan->size_min +
                          rng_below(&source->sizes, plan->size_max - plan->size_min + 1));
    case SIZES_HISTOGRAM:
        for (uint32_t i = 0; i < plan->bin_count; i++)
            weights[i] = plan->bins[i].weight;
        return plan->bins[rng_weighted(&source->sizes, weights, plan->bin_count)].bytes;
    default:
        bytes = rng_lognormal(&source->sizes, plan->size_median, plan->size_sigma_milli);
        return (uint32_t)MAX_OF(MIN_OF(bytes, plan->size_max), 1);
    }
}

static void send_mail(struct load_source *source, struct message *message, uint32_t bytes)
{
    struct site *site = server_site();

    message->id = ++site->next_message;
    message->bytes = bytes != 0 ? bytes : draw_bytes(source);
    site->stats.arrived++;
    ke_record(REC_ARRIVAL, message->id, message->bytes, 0, 0);
    if (wire_put(&site->wires[source->plan.protocol], message))
        return;
    site->stats.refused++;
    source->refused++;
    nt_mark_refused(message->id, 0);
    source_ends(message);
}

/* A reader asks for one of the messages that were delivered last; with none there it sees an empty
 * mailbox and goes. */
static void send_reader(struct load_source *source, struct message *message)
{
    struct site *site = server_site();
    uint32_t there = MIN_OF(site->mailbox_count, (uint32_t)MAILBOX_MAX);

    if (there > 0) {
        const struct message *mail = &site->mailbox[rng_below(&source->picks, there)];

        message->id = mail->id;
        message->bytes = mail->bytes;
        if (wire_put(&site->wires[source->plan.protocol], message))
            return;
        source->refused++;
    } else {
        source->done++;
    }
    source_ends(message);
}

void load_send(struct load_source *source, uint32_t bytes, uint32_t client)
{
    struct message message = { .at = ke->sim->now,
                               .source = source->index,
                               .client = (uint16_t)client };

    source->arrived++;
    if (source->plan.protocol == LOAD_POP3)
        send_reader(source, &message);
    else
        send_mail(source, &message, bytes);
}

/* ---- Life ------------------------------------------------------------------------------------ */

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
    for (uint32_t i = 0; i < site->source_count; i++)
        load_source_reseed(&site->sources[i], seed);
}

/* What the host has read becomes the world's own. */
static const struct load_series *copy_series(const struct load_series *series)
{
    size_t size = sizeof *series + series->count * sizeof *series->points;

    return memcpy(arena_take(ke->sim->arena, size, 16), series, size);
}

void load_start(struct site *site, const struct load_plan *plans, uint32_t count, uint64_t seed)
{
    static const PCWSTR wires[LOAD_PROTOCOLS] = {
#define PROTOCOL(id, name, wire, delivers) wire,
#include "model/protocols.def"
#undef PROTOCOL
    };

    site->source_count = count;
    for (uint32_t i = 0; i < count; i++) {
        site->sources[i].plan = plans[i];
        if (plans[i].series != NULL)
            site->sources[i].plan.series = copy_series(plans[i].series);
    }
    load_reseed(site, seed);
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        site->wires[i].semaphore = named_semaphore(wires[i]);
    for (uint32_t i = 0; i < count; i++)
        load_source_start(&site->sources[i], i);
}

/* ---- The server's end ------------------------------------------------------------------------ */

BOOL load_take(enum load_protocol protocol, HANDLE handle, struct message *message, ULONG *slot)
{
    struct load_wire *wire = &server_site()->wires[protocol];

    do {
        if (WaitForSingleObject(handle, INFINITE) != WAIT_OBJECT_0)
            return FALSE;
    } while (wire->count == 0);
    load_queue_area(wire);
    *message = wire->queue[wire->head];
    wire->head = (wire->head + 1) % WIRE_QUEUE_MAX;
    wire->count--;
    if (!message->again) {
        wire->taken++;
        wire->taken_bytes += message->bytes;
    }
    for (*slot = 0; wire->in_flight[*slot].id != 0; ++*slot)
        CHECK(*slot + 1 < IN_FLIGHT_MAX);
    wire->in_flight[*slot] = *message;
    return TRUE;
}

/* One of those who come later is here. They come in the order in which they were planned. */
static void come_for_it(void *arg)
{
    struct site *site = arg;
    struct message message = site->to_read[site->read_head];

    site->read_head = (site->read_head + 1) % READ_QUEUE_MAX;
    site->read_count--;
    message.at = ke->sim->now;
    wire_put(&site->wires[LOAD_POP3], &message);
}

/* Some messages are read back by a POP3 client a little later. */
static void plan_read(struct site *site, const struct message *message)
{
    struct load_source *source = source_of(message);
    struct message *read;

    if (site->read_count + site->wires[LOAD_POP3].count >= READ_QUEUE_MAX ||
        !rng_odds(&source->reads, source->plan.read_ppm))
        return;
    read = &site->to_read[(site->read_head + site->read_count++) % READ_QUEUE_MAX];
    *read = *message;
    read->planned = true;
    read->again = false;
    ke_interrupt_at(ke->sim->now + rng_exponential(&source->reads, MS(READ_DELAY_MEAN_MS)), 0,
                    come_for_it, site);
}

void load_done(ULONG slot)
{
    struct site *site = server_site();
    struct message *message = &site->wires[LOAD_SMTP].in_flight[slot];
    uint64_t latency = nt_time() - message->at;

    site->stats.delivered++;
    site->stats.latency_sum_us += latency / US(1);
    site->stats.latency_max_us = MAX_OF(site->stats.latency_max_us, latency / US(1));
    if (message->at >= ke->measured_from) {
        site->stats.measured++;
        site->stats.latency[latency_bucket(latency / US(1))]++;
    }
    nt_mark_delivered(message->id, latency);
    source_of(message)->done++;
    site->mailbox[site->mailbox_count++ % MAILBOX_MAX] = *message;
    source_ends(message);
    plan_read(site, message);
    message->id = 0;
}

void load_read_done(ULONG slot, BOOL good)
{
    struct site *site = server_site();
    struct message *message = &site->wires[LOAD_POP3].in_flight[slot];

    if (good)
        site->stats.reads++;
    else
        site->stats.read_errors++;
    if (!message->planned) {
        source_of(message)->done++;
        source_ends(message);
    }
    message->id = 0;
}

static void resend(struct site *site, struct message *message)
{
    struct load_source *source = source_of(message);

    message->again = true;
    if (wire_put(&site->wires[source->plan.protocol], message)) {
        site->stats.retries++;
    } else {
        site->stats.refused++;
        source->refused++;
        source_ends(message);
    }
    message->id = 0;
}

void load_retry(ULONG slot)
{
    Sleep(RETRY_DELAY_MS);
    resend(server_site(), &server_site()->wires[LOAD_SMTP].in_flight[slot]);
}

/* A thread that dies may have been woken by the wire and never have looked: the count goes back to
 * what waits there. */
static void wire_recount(struct load_wire *wire)
{
    const KSEMAPHORE *count = wire->semaphore;

    while ((uint32_t)count->Header.SignalState < wire->count)
        wire_release(wire);
}

/* A reader's connection broke: the message stays where it is, and a client that waited for it sees
 * an error. */
static void drop_reader(struct message *message)
{
    if (!message->planned) {
        source_of(message)->refused++;
        source_ends(message);
    }
    message->id = 0;
}

void load_recover(void)
{
    struct site *site = server_site();

    for (ULONG slot = 0; slot < IN_FLIGHT_MAX; slot++)
        if (site->wires[LOAD_SMTP].in_flight[slot].id != 0)
            resend(site, &site->wires[LOAD_SMTP].in_flight[slot]);
    for (ULONG slot = 0; slot < IN_FLIGHT_MAX; slot++)
        if (site->wires[LOAD_POP3].in_flight[slot].id != 0)
            drop_reader(&site->wires[LOAD_POP3].in_flight[slot]);
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        wire_recount(&site->wires[i]);
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
