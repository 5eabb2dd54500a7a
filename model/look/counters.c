/* counters.c - see counters.h. To add a counter: a line in the function of its object.
 *
 * Counters for which the model has nothing to count are left out: RPC (the store does not count its
 * calls), the categorizer's and the remote queues (one thread takes a message all the way), the
 * database cache, free system PTEs. A queue pair of Epoxy has counters if the run uses it.
 */
#include "model/look/counters.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/kernel/win32.h"
#include "model/look/inspect_private.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counters *counters_new(void) { return calloc(1, sizeof(struct counters)); }

/* ---- Adding ---------------------------------------------------------------------------------- */

static PRINTF_LIKE(5, 6) struct counter *add(struct counters *c, enum counter_kind kind,
                                             uint64_t raw, uint64_t base, const char *format, ...)
{
    struct counter *counter = &c->counters[c->count];
    va_list arguments;

    CHECK(c->count < COUNTERS_MAX);
    c->count++;
    counter->kind = kind;
    counter->there = true;
    counter->raw = raw;
    counter->base = base;
    va_start(arguments, format);
    vsnprintf(counter->name, sizeof counter->name, format, arguments);
    va_end(arguments);
    return counter;
}

static void add_now(struct counters *c, const char *name, uint64_t value)
{
    add(c, COUNTER_NOW, value, 0, "%s", name);
}

static void add_rate(struct counters *c, const char *name, uint64_t total)
{
    add(c, COUNTER_PER_SEC, total, 0, "%s", name);
}

/* ---- The machine ----------------------------------------------------------------------------- */

static void add_processors(struct counters *c)
{
    uint64_t idle = 0, switches = 0, ready = 0;

    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        const struct ke_cpu *cpu = &ke->cpus[i];

        idle += ke_processor_idle(i);
        switches += cpu->switches;
        for (uint32_t bits = cpu->ready_bits; bits != 0; bits &= bits - 1)
            LIST_EACH(pos, &cpu->ready[__builtin_ctz(bits)])
                ready++;
        add(c, COUNTER_PERCENT, ke->sim->now - ke_processor_idle(i), 1,
            "Processor(%u)\\%% Processor Time", i);
    }
    add(c, COUNTER_PERCENT, ke->sim->now * ke->cpu_count - idle, ke->cpu_count,
        "Processor(_Total)\\%% Processor Time");
    add_rate(c, "System\\Context Switches/sec", switches);
    add_now(c, "System\\Processor Queue Length", ready);
    add_now(c, "Memory\\Pool Nonpaged Bytes", ex_pool_bytes(NonPagedPool));
    add_now(c, "Memory\\Pool Paged Bytes", ex_pool_bytes(PagedPool));
}

static void add_disks(struct counters *c)
{
    static const char letters[] = "CDE";

    for (uint32_t i = 0; i < 3; i++) {
        struct io_disk_totals t;
        char letter = letters[i];

        io_disk_total(i, &t);
        add(c, COUNTER_MEAN, t.area[0] + t.area[1], 0,
            "PhysicalDisk(%u %c:)\\Avg. Disk Queue Length", i, letter);
        add(c, COUNTER_NOW, io_disk_queue(i), 0, "PhysicalDisk(%u %c:)\\Current Disk Queue Length",
            i, letter);
        add(c, COUNTER_PER_SEC, t.transfers[0], 0, "PhysicalDisk(%u %c:)\\Disk Reads/sec", i,
            letter);
        add(c, COUNTER_PER_SEC, t.transfers[1], 0, "PhysicalDisk(%u %c:)\\Disk Writes/sec", i,
            letter);
        add(c, COUNTER_SECONDS, t.area[0], t.transfers[0], "LogicalDisk(%c:)\\Avg. Disk sec/Read",
            letter);
        add(c, COUNTER_SECONDS, t.area[1], t.transfers[1], "LogicalDisk(%c:)\\Avg. Disk sec/Write",
            letter);
    }
}

static void add_process(struct counters *c, const char *instance, const char *image)
{
    struct ke_process *process = ps_find(image);
    struct mm_use use = { 0 };
    uint64_t cpu = 0, threads = 0, handles = 0, heap = 0;
    uint32_t first = c->count;

    if (process != NULL) {
        mm_space_use(process, &use);
        handles = ob_handle_count(process);
        cpu = process->cpu_time;
        LIST_EACH(pos, &process->threads) {
            threads++;
            cpu += LIST_ITEM(pos, struct ke_thread, process_link)->cpu_time;
        }
        if (process->win32 != NULL)
            heap = process->win32->heap_bytes;
    }
    add(c, COUNTER_PERCENT, cpu, 1, "Process(%s)\\%% Processor Time", instance);
    add(c, COUNTER_NOW, handles, 0, "Process(%s)\\Handle Count", instance);
    add(c, COUNTER_NOW, threads, 0, "Process(%s)\\Thread Count", instance);
    add(c, COUNTER_NOW, use.private_bytes + heap, 0, "Process(%s)\\Private Bytes", instance);
    add(c, COUNTER_NOW, use.virtual_bytes + heap, 0, "Process(%s)\\Virtual Bytes", instance);
    if (strcmp(instance, "store") == 0)
        add_now(c, "MSExchangeIS\\VM Largest Block Size", use.largest_free);
    for (uint32_t i = first; i < c->count; i++)
        c->counters[i].there = process != NULL;
}

/* ---- Mail ------------------------------------------------------------------------------------ */

static const char *const pair_instances[EpoxyPairs] = {
#define EPOXY_PAIR(id, instance, name, protocol) instance,
#include "model/words/epoxy_pairs.def"
#undef EPOXY_PAIR
};
static void add_pair(struct counters *c, uint32_t pair)
{
    EPOXY_HEADER header;
    bool there = inspect_epoxy_header(pair, &header);
    const EPOXY_RING *out = &header.Rings[EpoxyClient], *back = &header.Rings[EpoxyStore];
    char prefix[64];

    /* The product has no known queue pair for outbound mail. */
    snprintf(prefix, sizeof prefix,
             pair == EpoxyPairOUT ? "exifsim(simulator only)\\Epoxy %s " : "Epoxy(%s)\\",
             pair_instances[pair]);
    add(c, COUNTER_NOW, out->Put - out->Taken, 0, "%sClient Out Queue Length", prefix)->there =
        there;
    add(c, COUNTER_NOW, back->Put - back->Taken, 0, "%sStore Out Queue Length", prefix)->there =
        there;
    add(c, COUNTER_NOW, header.Blocks, 0, "%sBlocks Allocated", prefix)->there = there;
}

static void add_epoxy(struct counters *c)
{
    for (uint32_t pair = 0; pair < EpoxyPairs; pair++)
        if (server_uses_pair(pair))
            add_pair(c, pair);
}

/* Deliveries whose protocol satisfies `is`: by origin or by destination. */
static uint64_t delivered_where(const struct site *site, bool (*is)(uint32_t protocol))
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        count += is(i) ? site->stats.delivered_by[i] : 0;
    return count;
}

static bool by_smtp(uint32_t protocol) { return load_protocol_hosts[protocol] == LOAD_OF_INETINFO; }

static bool to_mailboxes(uint32_t protocol)
{
    return load_protocol_kinds[protocol] == LOAD_DELIVERS;
}

/* Counters of mail that leaves the server. */
static void add_sent(struct counters *c, const struct site *site)
{
    uint64_t sent = site->stats.delivered_by[LOAD_MAPI_SEND];

    if (!load_uses_kind(LOAD_SUBMITS))
        return;
    add_rate(c, "SMTP Server(_Total)\\Messages Sent/sec", sent);
    add_now(c, "SMTP Server(_Total)\\Messages Sent Total", (uint32_t)sent);
    add_now(c, "exifsim(simulator only)\\Rows Held By drviis.dll Total", site->stats.held);
}

/* Totals have 32 bits, like those of a real server. */
static void add_mail(struct counters *c, const struct site *site)
{
    const struct site_statistics *stats = &site->stats;
    const struct load_wire *smtp = &site->wires[LOAD_SMTP];
    uint64_t inside = 0, received = delivered_where(site, by_smtp);
    uint64_t local = delivered_where(site, to_mailboxes);

    for (uint32_t i = 0; i < IN_FLIGHT_MAX; i++)
        inside += smtp->in_flight[i].id != 0;
    add_rate(c, "SMTP Server(_Total)\\Messages Received/sec", smtp->taken);
    add_now(c, "SMTP Server(_Total)\\Messages Received Total", (uint32_t)smtp->taken);
    add_rate(c, "SMTP Server(_Total)\\Message Bytes Received/sec", smtp->taken_bytes);
    add_rate(c, "SMTP Server(_Total)\\Messages Delivered/sec", received);
    add_now(c, "SMTP Server(_Total)\\Messages Delivered Total", (uint32_t)received);
    add_now(c, "SMTP Server(_Total)\\Local Queue Length", inside);
    add_rate(c, "MSExchangeIS Mailbox(_Total)\\Local Delivery Rate", local);
    add_rate(c, "MSExchangeIS Mailbox(_Total)\\Messages Delivered/sec", local);
    add_rate(c, "MSExchangePOP3(_Total)\\RETR Rate", stats->reads_by[LOAD_POP3]);
    add_now(c, "MSExchangePOP3(_Total)\\RETR Total", (uint32_t)stats->reads_by[LOAD_POP3]);
    if (load_uses(LOAD_IMAP4)) {
        add_rate(c, "MSExchangeIMAP4(_Total)\\FETCH Rate", stats->reads_by[LOAD_IMAP4]);
        add_now(c, "MSExchangeIMAP4(_Total)\\FETCH Total", (uint32_t)stats->reads_by[LOAD_IMAP4]);
    }
    add_sent(c, site);
}

/* ---- What only a simulator can tell ---------------------------------------------------------- */

static void add_sources(struct counters *c, const struct site *site)
{
    for (uint32_t i = 0; i < site->source_count; i++) {
        const struct load_source *source = &site->sources[i];
        const char *name = source->plan.name;
        uint64_t over = source->done + source->refused;

        add(c, COUNTER_PER_SEC, source->arrived, 0, "exifsim(load %s)\\Arrivals/sec", name);
        add(c, COUNTER_NOW, source->arrived - MIN_OF(over, source->arrived), 0,
            "exifsim(load %s)\\In the System", name);
        add(c, COUNTER_SECONDS, source->area, over, "exifsim(load %s)\\Avg. sec in the System",
            name);
    }
}

static void add_gauges(struct counters *c, struct world *world)
{
    static const char *const ids[] = {
#define GAUGE(name, text, unit) #name,
#include "model/words/gauges.def"
#undef GAUGE
    };
    struct inspect_gauges gauges;

    inspect_gauges(world, &gauges);
    for (uint32_t i = 0; i < GAUGE_COUNT; i++) {
        size_t length = strlen(ids[i]);
        bool total = length > 6 && strcmp(ids[i] + length - 6, "_TOTAL") == 0;

        add(c, COUNTER_NOW, gauges.value[i], 0, "exifsim(simulator only)\\%s%s%s%s%s",
            inspect_gauge_names[i], total ? " total" : "", inspect_gauge_units[i][0] ? " (" : "",
            inspect_gauge_units[i], inspect_gauge_units[i][0] ? ")" : "");
    }
}

void counters_take(struct world *world, struct counters *out)
{
    struct kernel *before = look_enter(world);
    const struct site *site = world_site(world);

    memset(out, 0, sizeof *out);
    out->now = ke->sim->now;
    add_mail(out, site);
    add_epoxy(out);
    add_process(out, "store", "store.exe");
    add_process(out, "inetinfo", "inetinfo.exe");
    add_processors(out);
    add_disks(out);
    for (uint32_t i = 0; i < out->count && site->off; i++)
        out->counters[i].there = false; /* A machine without power has no counters. */
    add_sources(out, site);
    ke = before;
    add_gauges(out, world);
}

/* ---- Values ---------------------------------------------------------------------------------- */

/* Returns a * b / c without overflow of the product; the quotient must fit. */
static uint64_t scaled(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t whole = a / c * b, rest = a % c;

    while (rest != 0 && b > UINT64_MAX / rest) {
        rest /= 2;
        c /= 2;
    }
    return whole + (c > 0 ? rest * b / c : 0);
}

bool counters_value(const struct counters *before, const struct counters *now, uint32_t i,
                    uint64_t *micro)
{
    const struct counter *then = before != NULL ? &before->counters[i] : NULL,
                         *counter = &now->counters[i];
    uint64_t grown, passed;

    if (!counter->there)
        return false;
    *micro = counter->raw * 1000000;
    if (counter->kind == COUNTER_NOW)
        return true;
    /* A restarted process counts from 0. */
    if (then == NULL || !then->there || counter->raw < then->raw || now->now <= before->now)
        return false;
    grown = counter->raw - then->raw;
    passed = now->now - before->now;
    switch (counter->kind) {
    case COUNTER_PER_SEC:
        *micro = scaled(grown, SEC(1000000), passed);
        return true;
    case COUNTER_PERCENT:
        *micro = scaled(grown, 100000000, passed * counter->base);
        return true;
    case COUNTER_MEAN:
        *micro = scaled(grown, 1000000, passed);
        return true;
    default:
        passed = counter->base - MIN_OF(then->base, counter->base);
        *micro = passed == 0 ? 0 : grown / passed / 1000;
        return true;
    }
}
