/* load.c - the world outside: senders that put mail on the wire, and readers who come for it.
 *
 * The load is an open loop: senders do not wait for the server, so a slow server gets a longer
 * queue, not less load; only the clients of a closed loop wait. load_arrivals.c decides the times.
 * Messages in a program's hands when it dies are sent again, as SMTP senders do; readers lose their
 * connection. Beyond WIRE_QUEUE_MAX a message is refused. Outbound mail lies in the outbox until it
 * is sent: rows that no process owns. The wire is hardware: of their floor, only this file,
 * load_arrivals.c and console_keyboard.c talk to the kernel from below.
 */
#include "model/outside/site.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include <string.h>

enum { READ_DELAY_MEAN_MS = 4000, RETRY_DELAY_MS = 500, CLIENT_NONE = 0xffff };

/* ---- Events ---------------------------------------------------------------------------------- */

/* A planned act of the world outside. A power cut drops its interrupt, but not the act. */
struct load_event {
    /* Chain of all events, the latest first; chain of the free ones. */
    struct load_event *next, *next_free;
    bool pending;
    sim_time at;
    uint8_t cpu;
    void (*act)(void *arg);
    void *arg;
};

static void event_due(void *arg)
{
    struct load_event *event = arg;

    event->pending = false;
    event->next_free = server_site()->free_events;
    server_site()->free_events = event;
    event->act(event->arg);
}

void load_at(sim_time at, uint8_t cpu, void (*act)(void *arg), void *arg)
{
    struct site *site = server_site();
    struct load_event *event = site->free_events;

    if (event != NULL) {
        site->free_events = event->next_free;
    } else {
        event = arena_take(ke->sim->arena, sizeof *event, 16);
        event->next = site->events;
        site->events = event;
    }
    event->pending = true;
    event->at = at;
    event->cpu = cpu;
    event->act = act;
    event->arg = arg;
    if (server_site()->off)
        agenda_add(ke->sim->agenda, at, event_due, event);
    else
        ke_interrupt_at(at, cpu, event_due, event);
}

/* Acts for an event whose interrupt a power cut dropped: at once, or by an interrupt if the machine
 * is on again. */
static void event_after(void *arg)
{
    struct load_event *event = arg;

    if (server_site()->off)
        event_due(event);
    else
        ke_interrupt_at(ke->sim->now, event->cpu, event_due, event);
}

/* ---- Wires ----------------------------------------------------------------------------------- */

static void wire_release(struct load_wire *wire)
{
    if (!server_site()->closed)
        KeReleaseSemaphore(wire->semaphore, EVENT_INCREMENT, 1, FALSE);
    else
        wire->held++;
}

/* Messages that wait, on all wires. */
static uint32_t waiting(const struct site *site)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        count += site->wires[i].count;
    return count;
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
    struct outage *outage = &server_site()->outage;

    if (outage->off_at != 0 && outage->drained_at == 0)
        outage->queue_most = MAX_OF(outage->queue_most, waiting(server_site()));
    return true;
}

enum load_protocol message_protocol(const struct message *message)
{
    return server_site()->sources[message->source].plan.protocol;
}

bool message_is_mail(const struct message *message)
{
    return !message->planned && load_brings_mail(message_protocol(message));
}

uint32_t message_nesting(const struct message *message)
{
    return server_site()->sources[message->source].plan.nesting;
}

static struct load_wire *wire_of(struct site *site, const struct load_source *source)
{
    return &site->wires[load_protocol_wires[source->plan.protocol]];
}

static struct load_source *source_of(const struct message *message)
{
    return &server_site()->sources[message->source];
}

/* Ends a message for its source: a client of a closed loop goes on. */
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
    nt_mark_arrival(message->id, message->bytes);
    if (wire_put(wire_of(site, source), message))
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
        if (wire_put(wire_of(site, source), message))
            return;
        source->refused++;
    } else {
        source->done++;
    }
    source_ends(message);
}

BOOL load_probe(enum load_protocol protocol)
{
    struct message message = { .id = PROBE_ID,
                               .at = ke->sim->now,
                               .planned = true,
                               .probe = true,
                               .client = ++server_site()->probes_asked[protocol] };

    return wire_put(&server_site()->wires[protocol], &message);
}

bool load_probe_answered(enum load_protocol protocol)
{
    const struct site *site = server_site();

    return site->probe_answered[protocol] == site->probes_asked[protocol];
}

void load_send(struct load_source *source, uint32_t bytes, uint32_t client)
{
    struct message message = { .at = ke->sim->now,
                               .source = source->index,
                               .client = (uint16_t)client };

    source->arrived++;
    if (!load_brings_mail(source->plan.protocol))
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
    /* The wire's semaphore stays, whether or not a program holds a handle. */
    ob_header(semaphore)->permanent = true;
    return semaphore;
}

void load_reseed(struct site *site, uint64_t seed)
{
    for (uint32_t i = 0; i < site->source_count; i++)
        load_source_reseed(&site->sources[i], seed);
}

/* Copies a series that the host has read into the world's arena. */
static const struct load_series *copy_series(const struct load_series *series)
{
    size_t size = sizeof *series + series->count * sizeof *series->points;

    return memcpy(arena_take(ke->sim->arena, size, 16), series, size);
}

/* By program: name of the semaphore that counts the messages on all its wires. */
static const PCWSTR semaphores[] = {
    [LOAD_OF_INETINFO] = L"\\BaseNamedObjects\\" ATQ_POOL,
    [LOAD_OF_W3WP] = L"\\BaseNamedObjects\\" DAV_WIRE,
    [LOAD_OF_STORE] = L"\\BaseNamedObjects\\" RPC_WIRE,
};

static void make_semaphores(struct site *site)
{
    void *made[ARRAY_LEN(semaphores)];

    for (uint32_t host = 0; host < ARRAY_LEN(semaphores); host++)
        made[host] = named_semaphore(semaphores[host]);
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        site->wires[i].semaphore = made[load_protocol_hosts[i]];
}

/* Allocates queues for the wires, and the outbox, that this run uses. */
static void make_room(struct site *site)
{
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        if (load_uses((enum load_protocol)i))
            site->wires[i].queue =
                arena_take(ke->sim->arena, WIRE_QUEUE_MAX * sizeof *site->wires[i].queue, 16);
    if (load_uses_kind(LOAD_SUBMITS))
        site->outbox = arena_take(ke->sim->arena, OUTBOX_MAX * sizeof *site->outbox, 16);
}

void load_start(struct site *site, const struct load_plan *plans, uint32_t count, uint64_t seed)
{
    site->source_count = count;
    for (uint32_t i = 0; i < count; i++) {
        site->sources[i].plan = plans[i];
        site->sources[i].index = (uint8_t)i;
        if (plans[i].series != NULL)
            site->sources[i].plan.series = copy_series(plans[i].series);
    }
    load_reseed(site, seed);
    make_semaphores(site);
    make_room(site);
}

void load_begin(struct site *site)
{
    site->began = ke->sim->now;
    for (uint32_t i = 0; i < site->source_count; i++)
        load_source_start(&site->sources[i]);
}

/* ---- The server's end ------------------------------------------------------------------------ */

static void take_first(struct load_wire *wire, struct message *message, ULONG *slot)
{
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
}

BOOL load_take(enum load_protocol protocol, HANDLE handle, struct message *message, ULONG *slot)
{
    struct load_wire *wire = &server_site()->wires[protocol];

    do {
        if (WaitForSingleObject(handle, INFINITE) != WAIT_OBJECT_0)
            return FALSE;
    } while (wire->count == 0);
    take_first(wire, message, slot);
    return TRUE;
}

const struct message *load_first(enum load_protocol protocol)
{
    const struct load_wire *wire = &server_site()->wires[protocol];

    return wire->count > wire->held ? &wire->queue[wire->head] : NULL;
}

void load_take_first(enum load_protocol protocol, struct message *message, ULONG *slot)
{
    take_first(&server_site()->wires[protocol], message, slot);
}

/* Sends the next planned reader. Readers come in the order in which they were planned. */
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
    load_at(ke->sim->now + rng_exponential(&source->reads, MS(READ_DELAY_MEAN_MS)), 0, come_for_it,
            site);
}

/* Notes the first delivery after the first outage, and the time when no message waits any more. */
static void note_delivered(struct site *site)
{
    struct outage *outage = &site->outage;

    if (outage->on_at == 0 || outage->drained_at != 0)
        return;
    if (outage->flows_at == 0)
        outage->flows_at = nt_time();
    if (waiting(site) == 0)
        outage->drained_at = nt_time();
}

/* Counts a message as delivered. */
static void delivered(struct site *site, const struct message *message)
{
    uint64_t latency = nt_time() - message->at;

    site->stats.delivered++;
    site->stats.delivered_by[message_protocol(message)]++;
    site->stats.latency_sum_us += latency / US(1);
    site->stats.latency_max_us = MAX_OF(site->stats.latency_max_us, latency / US(1));
    if (message->at >= ke->measured_from) {
        site->stats.measured++;
        site->stats.latency[latency_bucket(latency / US(1))]++;
    }
    nt_mark_delivered(message->id, latency);
    note_delivered(site);
    source_of(message)->done++;
}

void load_done(enum load_protocol protocol, ULONG slot)
{
    struct site *site = server_site();
    struct message *message = &site->wires[protocol].in_flight[slot];
    bool kept = load_protocol_kinds[message_protocol(message)] == LOAD_DELIVERS;

    delivered(site, message);
    if (kept) /* Readers pick from the mailbox. */
        site->mailbox[site->mailbox_count++ % MAILBOX_MAX] = *message;
    source_ends(message);
    if (kept)
        plan_read(site, message);
    message->id = 0;
}

/* ---- Mail that leaves ------------------------------------------------------------------------ */

BOOL load_submitted(enum load_protocol protocol, ULONG slot, ULONG *row)
{
    struct site *site = server_site();
    struct message *message = &site->wires[protocol].in_flight[slot];

    for (*row = 0; *row < OUTBOX_MAX && site->outbox[*row].message.id != 0; ++*row)
        continue;
    if (*row == OUTBOX_MAX) {
        site->stats.refused++;
        source_of(message)->refused++;
        nt_mark_refused(message->id, 0);
        source_ends(message);
    } else {
        site->outbox[*row] = (struct outbound){ .message = *message, .state = OUTBOUND_MADE };
        site->outbox_count++;
    }
    message->id = 0;
    return *row < OUTBOX_MAX;
}

void load_sent(ULONG row)
{
    struct site *site = server_site();
    struct message *message = &site->outbox[row].message;

    delivered(site, message);
    source_ends(message);
    message->id = 0;
    site->outbox_count--;
}

/* Planned readers count as POP3. */
static void count_read(struct site *site, enum load_protocol protocol, bool planned)
{
    site->stats.reads++;
    site->stats.reads_by[planned ? LOAD_POP3 : protocol]++;
}

void load_read_done(enum load_protocol protocol, ULONG slot, BOOL good)
{
    struct site *site = server_site();
    struct message *message = &site->wires[protocol].in_flight[slot];

    if (message->probe)
        site->probe_answered[protocol] = good ? message->client : 0;
    else if (good)
        count_read(site, message_protocol(message), message->planned);
    else
        site->stats.read_errors++;
    if (!message->planned) {
        source_of(message)->done++;
        source_ends(message);
    }
    message->id = 0;
}

/* Frees the slot before it puts the message on the wire: that is a point, in which this thread may
 * be killed; load_recover would then send the message twice. */
static void resend(struct site *site, struct message *in_hand)
{
    struct load_source *source = source_of(in_hand);
    struct message message = *in_hand;

    in_hand->id = 0;
    message.again = true;
    if (wire_put(wire_of(site, source), &message)) {
        site->stats.retries++;
    } else {
        site->stats.refused++;
        source->refused++;
        source_ends(&message);
    }
}

static void resend_all(struct site *site, struct load_wire *wire)
{
    for (ULONG slot = 0; slot < IN_FLIGHT_MAX; slot++)
        if (wire->in_flight[slot].id != 0 && message_is_mail(&wire->in_flight[slot]))
            resend(site, &wire->in_flight[slot]);
}

void load_retry(enum load_protocol protocol, ULONG slot)
{
    Sleep(RETRY_DELAY_MS);
    resend(server_site(), &server_site()->wires[protocol].in_flight[slot]);
}

/* Messages counted by one semaphore. */
static uint32_t waits_at(const void *semaphore)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++) {
        const struct load_wire *wire = &server_site()->wires[i];

        count += wire->semaphore == semaphore ? wire->count - wire->held : 0;
    }
    return count;
}

/* Sets the semaphore to the number of waiting messages again: a thread that died may have been
 * woken and never have taken its message. */
static void wire_recount(struct load_wire *wire)
{
    const KSEMAPHORE *count = wire->semaphore;

    while (count != NULL && (uint32_t)count->Header.SignalState < waits_at(count))
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

static void drop_readers(struct load_wire *wire)
{
    for (ULONG slot = 0; slot < IN_FLIGHT_MAX; slot++)
        if (wire->in_flight[slot].id != 0 && !message_is_mail(&wire->in_flight[slot]))
            drop_reader(&wire->in_flight[slot]);
}

/* ---- Power ----------------------------------------------------------------------------------- */

static void come_again(void *arg)
{
    struct load_wire *wire = arg;

    if (wire->held == 0 || server_site()->closed)
        return;
    wire->held--;
    wire_release(wire);
    load_at(ke->sim->now + wire->held_gap, 0, come_again, wire);
}

/* Spreads the senders that found the server down over a while, now that it answers. */
static void begin_to_come_again(struct load_wire *wire)
{
    if (wire->held == 0 || wire->held_gap != 0)
        return;
    wire->held_gap = MAX_OF(MS((uint64_t)server_site()->set.come_again_ms) / wire->held, 1);
    load_at(ke->sim->now, 0, come_again, wire);
}

void load_power_off(struct site *site)
{
    site->off = site->closed = true;
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        resend_all(site, &site->wires[i]);
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++) {
        site->wires[i].semaphore = NULL;
        site->wires[i].held = site->wires[i].count;
        site->wires[i].held_gap = 0;
    }
    for (struct load_event *event = site->events; event != NULL; event = event->next)
        if (event->pending)
            agenda_add(ke->sim->agenda, MAX_OF(event->at, ke->sim->now), event_after, event);
}

void load_power_on(struct site *site)
{
    site->off = false;
    make_semaphores(site);
}

void load_recover(enum load_host host)
{
    struct site *site = server_site();

    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++) {
        if (load_protocol_hosts[i] != host)
            continue;
        resend_all(site, &site->wires[i]);
        drop_readers(&site->wires[i]);
    }
    if (host == LOAD_OF_INETINFO) { /* The machine answers senders from outside again. */
        site->closed = false;
        for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
            begin_to_come_again(&site->wires[i]);
    }
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        if (load_protocol_hosts[i] == host)
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
