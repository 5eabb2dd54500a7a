/* report_guests.c - what drivers and programs from outside printed, and how the programs ended. */
#include "model/world/guests.h"
#include "ui/report/report.h"
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
    if (end->has_ended)
        fprintf(report->out, "  %s (process %u) ended with exit code %u\n", end->name, end->id,
                end->exit_code);
    else
        fprintf(report->out, "  %s (process %u) had not ended\n", end->name, end->id);
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
}
