/* report_threads.c - what every simulated thread was doing when its run was ended.
 *
 *     inetinfo.exe / smtp 3 (id 0x1a4): waiting, UserRequest, for Semaphore 0x81f3a0c8
 *         nt!KeWaitForSingleObject
 *         exifs!ExifsWaitForReply
 *
 * A run that hangs has no stop whose stack could be printed, so all threads are printed, by the
 * look that the window takes.
 */
#include "ui/report/report.h"
#include "model/look/inspect.h"
#include "sim/image.h"
#include "ui/symbols/symbols.h"
#include <inttypes.h>
#include <string.h>

/* Appends what a waiting thread waits for, and until when. */
static void print_wait(FILE *out, const struct inspect *look, const struct inspect_thread *thread)
{
    fprintf(out, ", %s", inspect_wait_reason_name(thread->wait_reason));
    for (uint32_t i = 0; i < thread->wait_count && i < INSPECT_WAITS_MAX; i++)
        fprintf(out, "%s %s 0x%08x", i == 0 ? ", for" : (thread->wait_all ? " and" : " or"),
                inspect_wait_type_name(thread->waits[i].type), thread->waits[i].address);
    if (thread->wait_count > INSPECT_WAITS_MAX)
        fprintf(out, " and %u more", thread->wait_count - INSPECT_WAITS_MAX);
    if (thread->deadline != SIM_NEVER && thread->deadline >= look->now)
        fprintf(out, ", for %" PRIu64 " us more", (thread->deadline - look->now) / US(1));
}

static void print_frames(FILE *out, struct symbols *symbols, void *const *frames, uint32_t count)
{
    char name[REPORT_FRAME_CHARS];

    for (uint32_t i = 0; i < count && symbols != NULL; i++)
        if (symbols_name(symbols, frames[i], name, sizeof name) && !report_is_plumbing(name))
            fprintf(out, "    %s\n", name);
}

static void print_thread(FILE *out, const struct inspect *look, const struct inspect_thread *thread,
                         struct symbols *symbols)
{
    const char *process =
        thread->process != INSPECT_NOBODY ? look->processes[thread->process].name : "no process";

    fprintf(out, "%s / %s (id 0x%x): %s", process, thread->name[0] != 0 ? thread->name : "no name",
            thread->id, inspect_state_name(thread->state));
    if (thread->running)
        fprintf(out, " on processor %u", thread->processor);
    else if (thread->wait_count > 0)
        print_wait(out, look, thread);
    fputc('\n', out);
    print_frames(out, symbols, thread->frames, thread->frame_count);
}

static bool is_outside(const struct inspect_thread *thread)
{
    for (uint32_t i = 0; i < thread->frame_count; i++)
        if (image_at(thread->frames[i]) != NULL)
            return true;
    return false;
}

void report_threads(FILE *out, struct world *world, void *hung_frame)
{
    struct symbols *symbols = symbols_open();
    struct inspect *look = inspect_new();

    CHECK(look != NULL);
    look->from = hung_frame;
    inspect_take(world, look);
    for (uint32_t i = 0; i < look->processor_count; i++)
        if (look->processors[i].dpc_active) {
            fprintf(out, "processor %u: in a DPC\n", i);
            print_frames(out, symbols, look->processors[i].frames, look->processors[i].frame_count);
        }
    for (int outside = 1; outside >= 0; outside--) /* Threads with code from outside come first. */
        for (uint32_t i = 0; i < look->thread_count; i++)
            if (!look->threads[i].exited && is_outside(&look->threads[i]) == (outside != 0))
                print_thread(out, look, &look->threads[i], symbols);
    inspect_free(look);
    if (symbols != NULL)
        symbols_close(symbols);
}
