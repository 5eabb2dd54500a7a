/* timers.c - !timer, !apc, !dpcs and !verifier. */
#include "ui/kd/inside.h"
#include "model/look/objects.h"
#include "model/words/verifier.h"
#include <inttypes.h>
#include <string.h>

enum { SHOWN_MAX = 1024 };

/* How many of a list are kept and printed. */
static uint32_t shown(uint32_t count) { return MIN_OF(count, SHOWN_MAX); }

static void tell_rest(struct kd *kd, uint32_t count)
{
    if (count > SHOWN_MAX)
        fprintf(kd->out, "... and %u more\n", count - SHOWN_MAX);
}

/* ---- Timers ---------------------------------------------------------------------------------- */

struct all_timers {
    uint32_t count;
    struct look_timer list[SHOWN_MAX];
};

static void see_timers(struct world *world, void *ctx)
{
    struct all_timers *all = ctx;

    all->count = look_timers(world, all->list, SHOWN_MAX);
}

/* Prints a time as the interrupt time, in units of 100 ns, and as a date. */
static void print_time(struct kd *kd, sim_time time)
{
    uint64_t units = time / 100;
    char stamp[32];

    report_stamp(time, stamp, sizeof stamp);
    fprintf(kd->out, "%08x %08x [%s.%03u]", (unsigned)(units & UINT32_MAX), (unsigned)(units >> 32),
            stamp, (unsigned)(time / MS(1) % 1000));
}

void kd_do_timer(struct kd *kd, const struct kd_words *words)
{
    static struct all_timers all;
    char name[REPORT_FRAME_CHARS];

    (void)words;
    kd_see(kd, see_timers, &all);
    fprintf(kd->out, "Dump system timers\n\nInterrupt time: ");
    print_time(kd, kd->look->now);
    fprintf(kd->out, "\n\nList Timer    Interrupt Low/High     Fire Time                  "
                     "DPC/thread\n");
    for (uint32_t i = 0; i < shown(all.count); i++) {
        const struct look_timer *timer = &all.list[i];

        fprintf(kd->out, "  0 %08x %c ", timer->address, timer->period_ms > 0 ? 'P' : ' ');
        print_time(kd, timer->due);
        if (timer->thread != 0)
            fprintf(kd->out, "  thread %08x\n", timer->thread);
        else if (timer->dpc != 0 && kd_code(kd, timer->routine, name) != 0)
            fprintf(kd->out, "  %s\n", name);
        else if (timer->dpc != 0)
            fprintf(kd->out, "  DPC %08x\n", timer->dpc);
        else
            fprintf(kd->out, "  -\n");
    }
    tell_rest(kd, all.count);
    fprintf(kd->out, "\nTotal Timers: %u, Maximum List: %u\n", all.count, all.count);
}

/* ---- APCs ------------------------------------------------------------------------------------ */

struct all_apcs {
    uint32_t count;
    struct look_apc list[SHOWN_MAX];
};

static void see_apcs(struct world *world, void *ctx)
{
    struct all_apcs *all = ctx;

    all->count = look_apcs(world, all->list, SHOWN_MAX);
}

static void print_routine(struct kd *kd, const char *label, const void *code)
{
    char name[REPORT_FRAME_CHARS];
    uint32_t address = kd_code(kd, code, name);

    if (code != NULL)
        fprintf(kd->out, "            %s %08x %s\n", label, address, name);
}

void kd_do_apc(struct kd *kd, const struct kd_words *words)
{
    static struct all_apcs all;
    uint32_t process = INSPECT_NOBODY, last = 0;

    (void)words;
    kd_see(kd, see_apcs, &all);
    fprintf(kd->out, "*** Enumerating APCs in all processes\n");
    for (uint32_t i = 0; i < shown(all.count); i++) {
        const struct look_apc *apc = &all.list[i];
        const struct inspect_thread *thread = inspect_thread_at(kd->look, apc->thread);

        if (thread != NULL && thread->process != process && thread->process != INSPECT_NOBODY) {
            process = thread->process;
            fprintf(kd->out, "Process %08x %s\n", kd->look->processes[process].address,
                    kd->look->processes[process].name);
        }
        if (apc->thread != last)
            fprintf(kd->out, "    Thread %08x ApcStateIndex %u\n", apc->thread, apc->index);
        last = apc->thread;
        fprintf(kd->out, "        KAPC @ %08x [%s]\n", apc->address, apc->user ? "USER" : "KERNEL");
        print_routine(kd, "KernelRoutine", apc->kernel);
        print_routine(kd, "NormalRoutine", apc->normal);
    }
    tell_rest(kd, all.count);
}

/* ---- DPCs ------------------------------------------------------------------------------------ */

struct all_dpcs {
    uint32_t count;
    struct look_dpc list[SHOWN_MAX];
};

static void see_dpcs(struct world *world, void *ctx)
{
    struct all_dpcs *all = ctx;

    all->count = look_dpcs(world, all->list, SHOWN_MAX);
}

void kd_do_dpcs(struct kd *kd, const struct kd_words *words)
{
    static struct all_dpcs all;
    char name[REPORT_FRAME_CHARS];

    (void)words;
    kd_see(kd, see_dpcs, &all);
    fprintf(kd->out, "CPU Type      KDPC       Function\n");
    for (uint32_t i = 0; i < shown(all.count); i++) {
        uint32_t address = kd_code(kd, all.list[i].routine, name);

        fprintf(kd->out, " %u: Normal  : 0x%08x 0x%08x %s\n", all.list[i].processor,
                all.list[i].address, address, name);
    }
    tell_rest(kd, all.count);
}

/* ---- The verifier ---------------------------------------------------------------------------- */

void kd_do_verifier(struct kd *kd, const struct kd_words *words)
{
    static const struct {
        uint32_t option;
        const char *text;
    } options[] = { { VF_SPECIAL_POOL, "Special pool" },
                    { VF_IRQL, "Special irql" },
                    { VF_LOW_RESOURCES, "Inject random low-resource API failures" },
                    { VF_TRACKING, "All pool allocations checked on unload" },
                    { VF_IO, "Io subsystem checking enabled" },
                    { VF_DEADLOCK, "Deadlock detection enabled" } };
    const struct scenario *s = kd->options.scenario;

    (void)words;
    if (s->verifier.drivers == 0) {
        fprintf(kd->out, "Driver Verifier is not set: no driver is verified.\n");
        return;
    }
    fprintf(kd->out, "Verify Level %x ... enabled options are:\n", s->verifier.settings.options);
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (s->verifier.settings.options & options[i].option)
            fprintf(kd->out, "\t%s\n", options[i].text);
    fprintf(kd->out, "\nDriver Verification List\n\n");
    for (uint32_t i = 0; i < s->guest_count; i++)
        if (s->verifier.drivers >> i & 1)
            fprintf(kd->out, "%s.sys\n", s->guests[i].name);
}
