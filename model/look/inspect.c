/* inspect.c - making and freeing a look, its gauges, processors and processes. */
#include "model/look/inspect_private.h"
#include "model/kernel/cm.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/kernel/win32.h"
#include "sim/plain.h"
#include <stdlib.h>
#include <string.h>

const char *const inspect_gauge_names[GAUGE_COUNT] = {
#define GAUGE(name, text, unit) text,
#include "model/words/gauges.def"
#undef GAUGE
};
const char *const inspect_gauge_units[GAUGE_COUNT] = {
#define GAUGE(name, text, unit) unit,
#include "model/words/gauges.def"
#undef GAUGE
};

/* ---- Gauges ---------------------------------------------------------------------------------- */

static sim_time oldest_outbound(const struct site *site, sim_time now)
{
    sim_time oldest = now;

    for (uint32_t i = 0; site->outbox_count > 0 && i < OUTBOX_MAX; i++)
        if (site->outbox[i].message.id != 0)
            oldest = MIN_OF(oldest, site->outbox[i].message.at);
    return now - oldest;
}

static void gauge_wire(const struct site *site, uint64_t *value)
{
    const struct site_statistics *stats = &site->stats;
    const struct load_wire *smtp = &site->wires[LOAD_SMTP], *imap = &site->wires[LOAD_IMAP4];

    value[GAUGE_WIRE] = smtp->count;
    for (uint32_t i = 0; i < IN_FLIGHT_MAX; i++)
        value[GAUGE_IN_FLIGHT] += smtp->in_flight[i].id != 0;
    value[GAUGE_OUTBOX] = site->outbox_count;
    value[GAUGE_OUTBOX_OLDEST] = oldest_outbound(site, ke->sim->now) / MS(1);
    value[GAUGE_IMAP_CLIENTS] = imap->count;
    for (uint32_t i = 0; imap->semaphore != NULL && i < IN_FLIGHT_MAX; i++)
        value[GAUGE_IMAP_CLIENTS] += imap->in_flight[i].id != 0;
    value[GAUGE_POOL_THREADS_SMTP] = site->pool_busy[LOAD_SMTP];
    value[GAUGE_ARRIVED_TOTAL] = stats->arrived;
    value[GAUGE_DELIVERED_TOTAL] = stats->delivered;
    value[GAUGE_REFUSED_TOTAL] = stats->refused;
    value[GAUGE_READS_TOTAL] = stats->reads;
    value[GAUGE_LATENCY_SUM_TOTAL] = stats->latency_sum_us;
}

static uint32_t ready_threads(const struct ke_cpu *cpu)
{
    uint32_t count = 0;

    for (uint32_t bits = cpu->ready_bits; bits != 0; bits &= bits - 1) {
        const struct link *queue = &cpu->ready[__builtin_ctz(bits)];

        for (const struct link *pos = queue->next; pos != queue; pos = pos->next)
            count++;
    }
    return count;
}

static void gauge_kernel(uint64_t *value)
{
    struct ke_process *process;

    value[GAUGE_POOL_NONPAGED] = ex_pool_bytes(NonPagedPool);
    value[GAUGE_POOL_PAGED] = ex_pool_bytes(PagedPool);
    if ((process = ps_find("store.exe")) != NULL)
        value[GAUGE_HANDLES_STORE] = ob_handle_count(process);
    if ((process = ps_find("inetinfo.exe")) != NULL)
        value[GAUGE_HANDLES_INETINFO] = ob_handle_count(process);
    for (uint32_t disk = 0; disk < 3; disk++)
        value[GAUGE_DISK_C + disk] = io_disk_queue(disk);
    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        const struct ke_cpu *cpu = &ke->cpus[i];

        value[GAUGE_THREADS_READY] += ready_threads(cpu);
        value[GAUGE_PROCESSORS_BUSY] += cpu->thread != cpu->idle || cpu->dpc_active;
    }
}

void inspect_gauges(struct world *world, struct inspect_gauges *out)
{
    struct kernel *before;

    memset(out, 0, sizeof *out);
    if (world_site(world) == NULL ||
        world_kernel(world) == NULL) /* The world is still being made. */
        return;
    before = look_enter(world);
    out->now = ke->sim->now;
    out->record = ke->sim->trace.count;
    gauge_wire(world_site(world), out->value);
    gauge_kernel(out->value);
    inspect_driver_gauges(out->value);
    inspect_epoxy_gauges(out->value);
    inspect_store_gauges(world_site(world), out->value);
    ke = before;
}

/* ---- Arrays and texts ------------------------------------------------------------------------ */

void *inspect_more(struct inspect *look, void *array, uint32_t *count, uint32_t *max, size_t size)
{
    void *items;

    memcpy(&items, array, sizeof items); /* A pointer of any type. */
    if (*count == *max) {
        uint32_t more = *max + *max / 2 + 64;
        void *grown = realloc(items, more * size);

        if (grown == NULL) {
            look->whole = false;
            return NULL;
        }
        items = grown;
        memcpy(array, &items, sizeof items);
        *max = more;
    }
    return memset((char *)items + (*count)++ * size, 0, size);
}

uint8_t *inspect_bytes(struct inspect *look, uint8_t **array, uint32_t *count, uint32_t *max,
                       uint32_t wanted)
{
    if (*max < wanted) {
        uint8_t *grown = realloc(*array, wanted);

        if (grown == NULL) {
            look->whole = false;
            return NULL;
        }
        *array = grown;
        *max = wanted;
    }
    *count = wanted;
    return *array;
}

void inspect_narrow(char *out, const WCHAR *text, uint32_t chars)
{
    uint32_t i;

    for (i = 0; text != NULL && i < chars && i + 1 < INSPECT_NAME && text[i] != 0; i++)
        out[i] = text[i] >= ' ' && text[i] < 0x7f ? (char)text[i] : '?';
    out[i] = 0;
}

void inspect_copy(char *out, const char *text)
{
    if (text != NULL)
        plain_name(text, INSPECT_NAME - 1, out, INSPECT_NAME);
}

/* ---- Processors and processes ---------------------------------------------------------------- */

static void look_at_processor(struct inspect_processor *out, const struct ke_cpu *cpu, bool frames)
{
    const struct fibers *fibers = ke->sim->fibers;

    out->number = cpu->number;
    out->irql = cpu->irql;
    out->interrupted_irql = cpu->dpc_active ? cpu->interrupted_irql : cpu->irql;
    out->idle = cpu->thread == cpu->idle;
    out->dpc_active = cpu->dpc_active;
    out->spinning = cpu->spinning;
    out->thread = out->idle ? 0 : cpu->thread->id;
    out->thread_address = cpu->thread->address;
    out->next = cpu->next != NULL ? cpu->next->id : 0;
    out->ready_count = ready_threads(cpu);
    out->cr3 = cpu->cr3;
    out->current_process = cpu->thread->apc_state.Process->address;
    out->switches = cpu->switches;
    if (cpu->dpc_active && frames)
        out->frame_count = fiber_frames(
            fibers, cpu->dpc_fiber,
            cpu->dpc_fiber == fiber_current(fibers) ? __builtin_frame_address(0) : NULL,
            out->frames, INSPECT_FRAMES_MAX);
}

static void look_at_process(struct inspect_process *out, struct ke_process *process)
{
    out->address = process->address;
    out->id = process->id;
    out->parent_id = process->parent_id;
    inspect_copy(out->name, process->name);
    out->debugger = process->debugger != NULL ? process->debugger->address : 0;
    out->handle_count = ob_handle_count(process);
    out->active_threads = process->active_threads;
    out->ended = process->header.SignalState != 0;
    out->stack_count = process->stack_count;
    out->base_priority = process->base_priority;
    out->exiting = process->exiting;
    out->deleting = process->deleting;
    out->critical = process->critical;
    out->exit_status = process->exit_status;
    out->cpu_time = process->cpu_time;
    out->quota_nonpaged = process->quota_nonpaged;
    out->quota_paged = process->quota_paged;
    out->visitors_wrote = process->visitors_wrote;
    if (process->win32 != NULL) {
        out->crashed = process->win32->crashed;
        out->heap_bytes = process->win32->heap_bytes;
    }
    LIST_EACH(pos, &process->threads) {
        out->thread_count++;
        out->cpu_time += LIST_ITEM(pos, struct ke_thread, process_link)->cpu_time;
    }
}

static void look_at_processes(struct inspect *look, bool frames)
{
    look->processor_count = ke->cpu_count;
    look->executing = ke->cpu->number;
    memset(look->processors, 0, sizeof look->processors);
    for (uint32_t i = 0; i < ke->cpu_count; i++)
        look_at_processor(&look->processors[i], &ke->cpus[i], frames);
    LIST_EACH(pos, &ke->processes) {
        struct inspect_process *out = INSPECT_MORE(look, processes, process);

        if (out != NULL)
            look_at_process(out, LIST_ITEM(pos, struct ke_process, process_link));
    }
}

static void look_at_log(struct inspect *look)
{
    for (uint32_t i = 0; i < cm_log_count(); i++) {
        struct cm_line *out = INSPECT_MORE(look, log, log);

        if (out != NULL)
            memcpy(out, cm_log_line(i), sizeof *out);
    }
}

static void look_at_choices(struct inspect *look)
{
    const struct choices *choices = &ke->sim->choices;

    memcpy(look->asked, choices->asked, sizeof look->asked);
    memcpy(look->taken, choices->taken, sizeof look->taken);
    look->taken_count = choices->taken_count;
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct inspect *inspect_new(void) { return calloc(1, sizeof(struct inspect)); }

static void empty(struct inspect *look)
{
    look->whole = true;
    look->process_count = look->thread_count = look->irp_count = look->handle_count = 0;
    look->file_count = look->pool_count = look->packet_count = look->log_count = 0;
    look->page_count = look->lent_count = look->request_count = look->stream_count = 0;
    look->root_page_count = look->returning_count = 0;
    look->handles_dropped = look->processor_count = 0;
    memset(&look->database, 0, sizeof look->database);
    memset(&look->root, 0, sizeof look->root);
}

static void look_at_run(struct world *world, struct inspect *look)
{
    inspect_gauges(world, &look->gauges);
    world_stop(world, &look->stop);
    look_at_choices(look);
    look->pool_tagging = ke->switches.pool_tagging;
}

void inspect_take_parts(struct world *world, struct inspect *out, uint32_t parts)
{
    const struct sim *sim = world_sim(world);
    struct kernel *before;

    empty(out);
    out->now = sim->now;
    out->record = sim->trace.count;
    out->end = sim->end;
    /* The world is still being made. */
    if (world_site(world) == NULL || world_kernel(world) == NULL)
        return;
    before = look_enter(world);
    if ((parts & INSPECT_PROCESSES) != 0)
        look_at_processes(out, (parts & INSPECT_FRAMES) != 0);
    if ((parts & INSPECT_THREADS) != 0)
        inspect_threads(out, (parts & INSPECT_FRAMES) != 0);
    if ((parts & INSPECT_HANDLES) != 0)
        inspect_handles(out);
    if ((parts & INSPECT_POOLS) != 0)
        inspect_pools(out);
    if ((parts & INSPECT_DRIVER) != 0)
        inspect_driver(out);
    if ((parts & INSPECT_STORE) != 0) {
        inspect_store(out, world_site(world));
        inspect_root(out);
    }
    if ((parts & INSPECT_LOG) != 0)
        look_at_log(out);
    if ((parts & INSPECT_RUN) != 0)
        look_at_run(world, out);
    ke = before;
}

void inspect_take(struct world *world, struct inspect *out)
{
    inspect_take_parts(world, out, INSPECT_ALL);
}

void inspect_free(struct inspect *look)
{
    if (look == NULL)
        return;
    free(look->processes);
    free(look->threads);
    free(look->irps);
    free(look->handles);
    free(look->files);
    free(look->pools);
    free(look->packets);
    free(look->log);
    free(look->pages);
    free(look->root_pages);
    free(look->returning);
    free(look->lent);
    free(look->requests);
    free(look->streams);
    free(look);
}

/* ---- Finding --------------------------------------------------------------------------------- */

uint32_t inspect_index(const struct inspect *look, uint32_t process_address)
{
    for (uint32_t i = 0; i < look->process_count; i++)
        if (look->processes[i].address == process_address)
            return i;
    return INSPECT_NOBODY;
}

const struct inspect_process *inspect_process_at(const struct inspect *look, uint32_t address)
{
    uint32_t index = inspect_index(look, address);

    return index != INSPECT_NOBODY ? &look->processes[index] : NULL;
}

const struct inspect_thread *inspect_thread(const struct inspect *look, uint32_t id)
{
    for (uint32_t i = 0; i < look->thread_count; i++)
        if (look->threads[i].id == id)
            return &look->threads[i];
    return NULL;
}

const struct inspect_thread *inspect_thread_at(const struct inspect *look, uint32_t address)
{
    for (uint32_t i = 0; i < look->thread_count; i++)
        if (look->threads[i].address == address)
            return &look->threads[i];
    return NULL;
}

const struct inspect_thread *inspect_thread_named(const struct inspect *look, const char *image,
                                                  const char *name)
{
    for (uint32_t i = 0; i < look->thread_count; i++) {
        const struct inspect_thread *thread = &look->threads[i];

        if (strcmp(thread->name, name) == 0 &&
            (image == NULL || (thread->process != INSPECT_NOBODY &&
                               strcmp(look->processes[thread->process].name, image) == 0)))
            return thread;
    }
    return NULL;
}

const struct inspect_irp *inspect_irp_at(const struct inspect *look, uint32_t address)
{
    for (uint32_t i = 0; i < look->irp_count; i++)
        if (look->irps[i].address == address)
            return &look->irps[i];
    return NULL;
}

const struct inspect_handle *inspect_handle_to(const struct inspect *look, uint32_t object)
{
    for (uint32_t i = 0; i < look->handle_count; i++)
        if (look->handles[i].object == object)
            return &look->handles[i];
    return NULL;
}
