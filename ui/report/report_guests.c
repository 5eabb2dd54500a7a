/* report_guests.c - what drivers and programs from outside printed, and how the programs ended. */
#include "model/world/guests.h"
#include "model/look/inspect.h"
#include "sim/image.h"
#include "ui/host/files.h"
#include "ui/report/report.h"
#include "ui/symbols/symbols.h"
#include <inttypes.h>

enum { LINES_SHOWN = 60 };

static void print_line(const struct report *report, uint64_t number)
{
    struct guest_line line;

    if (world_guest_line(report->world, number, &line))
        fprintf(report->out, "  %6" PRIu64 ".%06" PRIu64 " s  %-14s %s\n", line.at / SEC(1),
                line.at % SEC(1) / US(1), line.source, line.text);
}

static void print_end(const struct report *report, const struct guest_end *end)
{
    if (end->id == 0)
        fprintf(report->out, "  %s was not started\n", end->name);
    else if (end->has_ended)
        fprintf(report->out, "  %s (process %u) ended with exit code %u\n", end->name, end->id,
                end->exit_code);
    else
        fprintf(report->out, "  %s (process %u) had not ended\n", end->name, end->id);
}

/* The first frame of a thread in a driver from outside; NULL: it has none. */
static void *frame_in_guest(const struct inspect_thread *thread)
{
    for (uint32_t i = 0; i < thread->frame_count; i++)
        if (image_at(thread->frames[i]) != NULL)
            return thread->frames[i];
    return NULL;
}

void report_waiting(FILE *out, struct world *world, const char *before, const char *after)
{
    struct inspect *look = inspect_new();
    struct symbols *symbols = symbols_open();
    char name[REPORT_FRAME_CHARS], file[REPORT_PLACE_CHARS];
    int line;

    CHECK(look != NULL);
    inspect_take(world, look);
    for (uint32_t i = 0; i < look->thread_count; i++) {
        const struct inspect_thread *thread = &look->threads[i];
        void *frame = thread->system && !thread->exited && !thread->running &&
                              thread->wait_count > 0 && thread->deadline == SIM_NEVER
                          ? frame_in_guest(thread)
                          : NULL;

        if (frame == NULL || symbols == NULL || !symbols_name(symbols, frame, name, sizeof name))
            continue;
        fprintf(out, "%sthread %x waits without a time-out for %s 0x%08x in %s", before, thread->id,
                inspect_wait_type_name(thread->waits[0].type), thread->waits[0].address, name);
        if (symbols_line(symbols, frame, file, sizeof file, &line))
            fprintf(out, " [%s @ %d]", file_short_name(file), line);
        fputs(after, out);
    }
    symbols_close(symbols);
    inspect_free(look);
}

void report_guests(const struct report *report)
{
    uint64_t count = world_guest_line_count(report->world);
    uint64_t from = count > LINES_SHOWN ? count - LINES_SHOWN : 0;
    struct guest_end end;

    if (report->scenario->guest_count == 0)
        return;
    fprintf(report->out, "\nDrivers and programs%s\n", count == 0 ? ": they printed nothing" : "");
    if (from > 0)
        fprintf(report->out, "  (%" PRIu64 " lines before these)\n", from);
    for (uint64_t i = from; i < count; i++)
        print_line(report, i);
    for (uint32_t i = 0; world_program_end(report->world, i, &end); i++)
        print_end(report, &end);
    if (!report->result->stop.stopped) /* A destroyed machine has no report. */
        report_waiting(report->out, report->world, "  ", "\n");
}
