/* cli_counters.c - writes a run as Performance Monitor would have logged it: a CSV with a header of
 * counters and a row for each interval.
 *
 *     "(PDH-CSV 4.0) (Coordinated Universal Time)(0)","\\EXIFSIM\SMTP Server(_Total)\..."
 *     "09/05/2006 06:00:00.000"," ",...                 what grows has no value at the first look
 *     "09/05/2006 06:00:01.000","24.000000",...
 *
 * The last row is that of the run's end, wherever it lies. The file can be the load of another run:
 * arrivals = FILE (docs/scenario-keys.md).
 */
#include "ui/cli/cli.h"
#include "model/look/counters.h"
#include "model/words/boot_time.h"
#include "sim/calendar.h"
#include <inttypes.h>
#include <stdlib.h>

#define MACHINE      "\\\\EXIFSIM\\"
/* Time of the boot in seconds since 1970; the kernel counts from 1601. */
#define BOOT_SECONDS ((uint64_t)KI_BOOT_TIME / 10000000 - 11644473600u)

static void write_header(FILE *out, const struct counters *counters)
{
    fprintf(out, "\"(PDH-CSV 4.0) (Coordinated Universal Time)(0)\"");
    for (uint32_t i = 0; i < counters->count; i++)
        fprintf(out, ",\"" MACHINE "%s\"", counters->counters[i].name);
    fprintf(out, "\r\n");
}

static void write_row(FILE *out, const struct counters *before, const struct counters *now)
{
    uint64_t ms = BOOT_SECONDS * 1000 + now->now / MS(1), micro;
    uint32_t year, month, day, second = (uint32_t)(ms / 1000 % 86400);

    calendar_date((uint32_t)(ms / 86400000), &year, &month, &day);
    fprintf(out, "\"%02u/%02u/%04u %02u:%02u:%02u.%03u\"", month, day, year, second / 3600,
            second / 60 % 60, second % 60, (unsigned)(ms % 1000));
    for (uint32_t i = 0; i < now->count; i++) {
        if (!counters_value(before, now, i, &micro))
            fprintf(out, ",\" \"");
        else if (now->counters[i].kind == COUNTER_NOW)
            fprintf(out, ",\"%" PRIu64 "\"", micro / 1000000);
        else
            fprintf(out, ",\"%" PRIu64 ".%06" PRIu64 "\"", micro / 1000000, micro % 1000000);
    }
    fprintf(out, "\r\n");
}

bool cli_counters_run(const struct options *options, struct world *world)
{
    struct counters *before = counters_new(), *now = counters_new(), *spare;
    struct whole_file output;
    enum sim_end end = SIM_GOING;
    sim_time interval = options->interval != 0 ? options->interval : SEC(1);

    CHECK(before != NULL && now != NULL);
    if (!cli_written(options->counters, whole_file_open(&output, options->counters))) {
        free(before);
        free(now);
        world_run(world, SIM_NEVER);
        return false;
    }
    counters_take(world, before);
    write_header(output.out, before);
    write_row(output.out, NULL, before);
    for (sim_time at = interval; end == SIM_GOING; at += interval) {
        end = world_run(world, at);
        counters_take(world, now);
        /* Write a row only if its time, in milliseconds, is later than that of the row before. */
        if (now->now / MS(1) > before->now / MS(1)) {
            write_row(output.out, before, now);
            spare = before;
            before = now;
            now = spare;
        }
    }
    free(before);
    free(now);
    return cli_written(options->counters, whole_file_close(&output));
}
