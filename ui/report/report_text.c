/* report_text.c - title, story, event log, figures. */
#include "ui/report/report.h"
#include "model/look/glance.h"
#include "model/words/builds.h"
#include <inttypes.h>
#include <string.h>

enum {
    PROSE_COLUMNS = 100,
    STORY_COLUMNS = 120,
    STORY_INDENT = 36,
    STORY_HEAD = 4,
    STORY_TAIL = 6
};

static const char *const shape_words[ARRIVAL_SHAPES] = { "Poisson arrivals", "an even stream",
                                                         "batches",          "a ramp",
                                                         "bursts",           "the curve of a day",
                                                         "a closed loop",    "a replay" };

void report_wrap(FILE *out, const char *text, int at, int indent, int width)
{
    while (*text != 0) {
        int blanks = (int)strspn(text, " "), length = (int)strcspn(text + blanks, " ");

        if (blanks > 0 && at + blanks + length > width) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
            text += blanks;
            blanks = 0;
        }
        fprintf(out, "%.*s", blanks + length, text);
        at += blanks + length;
        text += blanks + length;
    }
    fputc('\n', out);
}

void report_rate(uint64_t milli, char *out, size_t size)
{
    if (milli % 1000 == 0)
        snprintf(out, size, "%" PRIu64 "/s", milli / 1000);
    else
        snprintf(out, size, "%" PRIu64 ".%" PRIu64 "/s", milli / 1000, milli % 1000 / 100);
}

void report_versions(const struct scenario *scenario, char *out, size_t size)
{
    bool alike = true;
    size_t used = 0;

    for (int i = 1; i < FILE_COUNT; i++)
        alike = alike && strcmp(scenario->set.versions[0], scenario->set.versions[i]) == 0;
    if (alike) {
        snprintf(out, size, "%s (all four files %s)", build_find(scenario->set.versions[0])->name,
                 scenario->set.versions[0]);
        return;
    }
    for (int i = 0; i < FILE_COUNT && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s %s", i ? ", " : "",
                                 scenario_file_names[i], scenario->set.versions[i]);
}

/* Writes the load, such as "24/s in batches, 4/s pop3 in Poisson arrivals". */
static void load_phrase(const struct scenario *scenario, char *out, size_t size)
{
    size_t used = 0;

    for (uint32_t i = 0; i < scenario->load_count && used < size; i++) {
        const struct load_plan *plan = &scenario->loads[i];
        bool named = strcmp(plan->name, "smtp") != 0;
        char rate[24];

        report_rate(load_nominal_milli(plan), rate, sizeof rate);
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s%s%s in %s", i > 0 ? ", " : "", rate,
                             named ? " " : "", named ? plan->name : "", shape_words[plan->shape]);
    }
}

void report_title(FILE *out, const struct scenario *scenario, uint64_t seed)
{
    char versions[160], load[LOADS_MAX * 80];

    if (scenario->exchange) {
        report_versions(scenario, versions, sizeof versions);
        load_phrase(scenario, load, sizeof load);
        fprintf(out, "%s\n%s%s%s; %u processors; seed %" PRIu64 "\n", scenario->title, versions,
                strlen(versions) > PROSE_COLUMNS / 2 ? "\n" : "; ", load, scenario->cpus, seed);
    } else {
        fprintf(out, "%s\na machine without Exchange; %u processors; seed %" PRIu64 "\n",
                scenario->title, scenario->cpus, seed);
    }
    if (scenario->story[0] != 0)
        report_wrap(out, scenario->story, 0, 0, PROSE_COLUMNS);
}

static void story_line(FILE *out, const struct story_line *line, const char *view)
{
    fprintf(out, "  %6" PRIu64 ".%06" PRIu64 " s  record %-9" PRIu64 " ", line->at / SEC(1),
            line->at % SEC(1) / US(1), line->record);
    report_wrap(out, line->text, STORY_INDENT, STORY_INDENT, STORY_COLUMNS);
    /* What came shortly before is in sight, too. On one line, so that it can be copied whole. */
    if (view != NULL)
        fprintf(out,
                "%*s%s --at '#%" PRIu64 "' --from '#%" PRIu64 " - 60 records' --to '#%" PRIu64
                " + 20 records' --axis gaps\n",
                STORY_INDENT, "", view, line->record, line->record, line->record);
}

/* A long story repeats itself, with a process that crashes again and again: only beginning and end
 * are printed. */
void report_story(const struct report *report)
{
    const struct result *result = report->result;
    uint32_t count = result->story_count;
    bool folded = count > STORY_HEAD + STORY_TAIL;

    if (count == 0)
        return;
    fprintf(report->out, "\nWhat happened%s\n",
            report->view != NULL ? "" : " (with -v, each line has the command that shows it)");
    for (uint32_t i = 0; i < count; i++) {
        if (folded && i == STORY_HEAD) {
            i = count - STORY_TAIL + 1;
            fprintf(report->out, "  %*s  and so on, %u times more: --format json has the lines\n",
                    STORY_INDENT - 4, "...", i - STORY_HEAD + result->story_dropped);
        }
        story_line(report->out, &result->story[i], report->view);
    }
    if (result->stop.stopped || !result->crashed)
        return;
    if (result->undone_writes > 0)
        fprintf(report->out,
                "  While the handles were closed, the driver undid its work by %" PRIu64
                " writes in %s; the system stays up.\n",
                result->undone_writes, result->undone_in);
    else
        fprintf(report->out, "  While the handles were closed, the driver wrote into no other "
                             "process; the system stays up.\n");
}

/* ---- The event log --------------------------------------------------------------------------- */

static const char *const severities[] = { "Information", "Warning", "Error" };

/* Date and time of the simulated clock, whose first day is 2006-09-05 (boot_time.h). */
void report_stamp(sim_time at, char *out, size_t size)
{
    uint64_t seconds = at / SEC(1) + 6 * 3600;

    snprintf(out, size, "2006-09-%02u %02u:%02u:%02u", (unsigned)(5 + seconds / 86400),
             (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
             (unsigned)(seconds % 60));
}

static void log_line(const struct report *report, sim_time at, const char *log,
                     const char *severity, const char *source, uint32_t id, const char *text)
{
    char when[32];

    report_stamp(at, when, sizeof when);
    fprintf(report->out, "  %s  %-6s  %-11s  %s %u\n      ", when, log, severity, source, id);
    report_wrap(report->out, text, 6, 6, PROSE_COLUMNS);
}

/* See facts/nt-kernel.md 8.3. */
uint32_t report_aftermath(const struct stop *stop, bool exchange,
                          struct cm_line lines[REPORT_AFTERMATH_LINES])
{
    const uint32_t *args = stop->args;
    sim_time boot = stop->at + SEC(180);

    lines[0] = (struct cm_line){
        boot, LOG_SYSTEM, LOG_ERROR,
        6008, "EventLog", "(simulated text) The previous system shutdown was unexpected."
    };
    lines[1] =
        (struct cm_line){ boot + SEC(20), LOG_SYSTEM, LOG_INFORMATION, 1001, "Save Dump", "" };
    snprintf(lines[1].text, sizeof lines[1].text,
             "The computer has rebooted from a bugcheck.  The bugcheck was: 0x%08x (0x%08x, "
             "0x%08x, 0x%08x, 0x%08x). A dump was saved "
             "in: C:\\WINDOWS\\MEMORY.DMP.",
             stop->code, args[0], args[1], args[2], args[3]);
    lines[2] = (struct cm_line){ boot + SEC(45), LOG_SYSTEM, LOG_ERROR, 1003, "System Error", "" };
    snprintf(lines[2].text, sizeof lines[2].text,
             "Error code %08x, parameter1 %08x, parameter2 %08x, parameter3 %08x, parameter4 %08x.",
             stop->code, args[0], args[1], args[2], args[3]);
    lines[3] =
        (struct cm_line){ boot + SEC(50), LOG_SYSTEM, LOG_INFORMATION,
                          9216,           "EXIFS",    "(simulated text) ExIFS driver loaded." };
    return exchange ? REPORT_AFTERMATH_LINES : REPORT_AFTERMATH_LINES - 1;
}

static void log_after_reboot(const struct report *report)
{
    struct cm_line lines[REPORT_AFTERMATH_LINES];

    uint32_t count =
        report_aftermath(&report->result->stop, world_has_exchange(report->world), lines);

    for (uint32_t i = 0; i < count; i++)
        log_line(report, lines[i].at, "System", severities[lines[i].severity], lines[i].source,
                 lines[i].id, lines[i].text);
}

void report_log_tail(const struct report *report, uint32_t wanted)
{
    uint32_t count = glance_log_count(report->world);
    struct cm_line line;

    for (uint32_t i = count > wanted ? count - wanted : 0; i < count; i++)
        if (glance_log_line(report->world, i, &line))
            log_line(report, line.at, line.log == LOG_SYSTEM ? "System" : "App",
                     severities[line.severity], line.source, line.id,
                     line.text[0] ? line.text : "(simulated text) ExIFS driver loaded.");
}

void report_event_log(const struct report *report)
{
    bool told = report->result->stop.stopped && report->result->boots == 0;

    fprintf(report->out, "\nEvent log%s\n", told ? " after the restart" : "");
    report_log_tail(report, UINT32_MAX);
    if (told)
        log_after_reboot(report);
}

/* ---- The console ----------------------------------------------------------------------------- */

void report_console(const struct report *report)
{
    uint32_t count = world_console_count(report->world);
    const char *text;
    char when[32];
    sim_time at;

    if (count == 0)
        return;
    fprintf(report->out, "\nConsole (simulated text, but for the two lines of System error 2 that "
                         "KB 246216 quotes)\n");
    for (uint32_t i = 0; i < count; i++) {
        text = world_console_line(report->world, i, &at);
        if (text == NULL)
            continue;
        report_stamp(at, when, sizeof when);
        fprintf(report->out, *text != 0 ? "  %s  %s\n" : "\n", when + sizeof "2006-09-05", text);
    }
}

/* ---- Figures --------------------------------------------------------------------------------- */

/* Writes a rounded number, such as "17.3 million" or "852". */
static void rounded(uint64_t value, char *out, size_t size)
{
    if (value >= 10000000)
        snprintf(out, size, "%" PRIu64 " million", (value + 500000) / 1000000);
    else if (value >= 1000000)
        snprintf(out, size, "%" PRIu64 ".%" PRIu64 " million", value / 1000000,
                 value % 1000000 / 100000);
    else
        snprintf(out, size, "%" PRIu64, value);
}

/* Prints what users saw of the first outage. */
static void outage_figures(FILE *out, const struct result *r)
{
    if (r->off_at == 0)
        return;
    fprintf(out, "Outage   at %" PRIu64 " s", r->off_at / SEC(1));
    if (r->on_at == 0)
        fprintf(out, "; the run ends before the machine is back\n");
    else if (r->flows_at == 0)
        fprintf(out, "; boots at %" PRIu64 " s, no mail flows again; %u waited at most\n",
                r->on_at / SEC(1), r->outage_queue_most);
    else
        fprintf(out,
                "; boots at %" PRIu64 " s, mail flows at %" PRIu64 " s (%" PRIu64
                " s down); %u waited at most, ",
                r->on_at / SEC(1), r->flows_at / SEC(1), (r->flows_at - r->off_at) / SEC(1),
                r->outage_queue_most);
    if (r->flows_at != 0 && r->drained_at == 0)
        fprintf(out, "and some still do; %u boot%s\n", r->boots, r->boots == 1 ? "" : "s");
    else if (r->flows_at != 0)
        fprintf(out, "drained at %" PRIu64 " s; %u boot%s\n", r->drained_at / SEC(1), r->boots,
                r->boots == 1 ? "" : "s");
}

void report_figures(const struct report *report)
{
    const struct result *r = report->result;
    uint64_t host = MAX_OF(report->host_us, 1);
    char rate[32], records[32];

    rounded(r->records * 1000000 / host, rate, sizeof rate);
    rounded(r->records, records, sizeof records);
    fputc('\n', report->out);
    if (report->scenario->exchange)
        fprintf(report->out,
                "Mail     %" PRIu64 " arrived, %" PRIu64 " delivered, %" PRIu64 " refused, %" PRIu64
                " read back; mean latency %" PRIu64 " ms, worst %" PRIu64 " ms\n",
                r->arrived, r->delivered, r->refused, r->reads, r->latency_mean_us / 1000,
                r->latency_max_us / 1000);
    fprintf(report->out,
            "Machine  %" PRIu64 " visits to other processes, %" PRIu64
            " writes made there; %s crashed",
            r->attaches, r->foreign_writes, r->crashed ? r->victim : "no process");
    if (r->crashes > 0)
        fprintf(report->out, "; %u service %s ended, %u restarted", r->crashes,
                r->crashes == 1 ? "process" : "processes", r->restarts);
    fputc('\n', report->out);
    outage_figures(report->out, r);
    fprintf(report->out,
            "Run      %" PRIu64 ".%" PRIu64 " simulated seconds in %" PRIu64
            " ms: %s records, %s records/s, %" PRIu64 " simulated s/s; world of %" PRIu64 " MiB\n",
            r->simulated / SEC(1), r->simulated % SEC(1) / MS(100), host / 1000, records, rate,
            (uint64_t)(r->simulated / US(1) / host), r->arena_used >> 20);
    fprintf(report->out, "Fingerprint %016" PRIx64 "\n", r->fingerprint);
}
