/* stop_rules.c - see stop_rules.h. The rules are those of facts/nt-kernel.md 1.2, 1.5, 2.6 and 8.5.
 */
#include "ui/timeline/stop_rules.h"
#include "model/words/bugchecks.h"
#include "ui/report/report.h"
#include <string.h>

enum { CODE_ATTACH = 0x05 };

static const struct {
    uint32_t code;
    const char *rule;
} rules[] = {
    { 0x01, "A system service came back to its program, and the thread was not as it had set out: "
            "still attached to another process, or with APCs switched off. Whoever attaches must "
            "detach before returning." },
    { 0x06, "A detach was asked for in an order that cannot be undone: APCs were left behind, or "
            "the thread was not attached." },
    { 0x0A, "Memory or a wait was used at an IRQL that forbids it: above DISPATCH_LEVEL nothing "
            "may wait or be paged in." },
    { 0x18, "An object's count of references fell below zero: somebody let go of what was not "
            "his." },
    { 0x1E, "Kernel code raised an exception that nobody handles." },
    { 0x20, "A thread ended while APCs were switched off or still queued to it." },
    { 0x35, "A request was sent down more drivers than it has places for." },
    { 0x44, "A request was completed twice. The second time it belongs to somebody else." },
    { 0x4A, "A system service came back at a raised IRQL." },
    { 0x50, "Kernel memory was touched that is not there." },
    { 0x7E, "A system thread raised an exception that nobody handles." },
    { 0x8E, "Kernel code raised an exception that nobody handles." },
    { 0x93, "A kernel handle was closed that is protected or does not exist." },
    { 0xB8, "A DPC asked for another thread to run. A DPC has no thread of its own that could "
            "wait." },
    { 0xC2, "Pool memory was given back wrongly: twice, under another tag, or at a wrong IRQL." },
    { 0xC8, "An APC routine left its processor at another IRQL than it came in at." },
    { 0xD1, "A driver touched memory at an IRQL at which it may not be there." },
    { 0xDF, "A work item came back still wearing somebody else's identity." },
    { 0xE1, "A work item came back at a raised IRQL." },
    { 0xE3, "A resource was released by a thread that does not own it." },
    { 0xE9, "A worker thread of the system ended while it had work in hand." },
    { 0xEF, "A process without which the system cannot go on has ended." },
    { 0xF4, "A process or thread without which the system cannot go on was ended." },
};

/* Four places raise stop 5, and each says something else with the same arguments (1.5). */
static void attach_rule(const struct recording_end *end, const char *raised_in, char *out)
{
    const char *wanted = end->result.stop.arg_process[0].name[0] != 0
                             ? end->result.stop.arg_process[0].name
                             : "a process",
               *there = end->result.stop.arg_process[1].name[0] != 0
                            ? end->result.stop.arg_process[1].name
                            : "another";

    if (strcmp(raised_in, "nt!PspExitThread") == 0)
        snprintf(out, STOP_TEXT_CHARS,
                 "A thread of %s ended while it was still attached to %s. Whoever visits another "
                 "process must be home before the thread's end.",
                 wanted, there);
    else if (strcmp(raised_in, "nt!KiDeliverApc") == 0)
        snprintf(out, STOP_TEXT_CHARS,
                 "An APC routine was called in %s and came back in %s. It must leave the thread in "
                 "the process in which it found it.",
                 wanted, there);
    else if (end->result.stop.in_dpc)
        snprintf(out, STOP_TEXT_CHARS,
                 "A DPC asked to attach to %s while the thread it had interrupted was in %s. While "
                 "a DPC runs, nobody may visit another process.",
                 wanted, there);
    else
        snprintf(out, STOP_TEXT_CHARS,
                 "KeAttachProcess was called for %s by a thread of %s that is attached already, to "
                 "%s. A thread has one place to keep its own process in, and it is taken.",
                 wanted, end->result.stop.owner.name, there);
}

void stop_rule(const struct recording_end *end, const char *raised_in, char out[STOP_TEXT_CHARS])
{
    if (end->result.stop.code == CODE_ATTACH) {
        attach_rule(end, raised_in, out);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (rules[i].code == end->result.stop.code) {
            snprintf(out, STOP_TEXT_CHARS, "%s", rules[i].rule);
            return;
        }
    if (bugcheck_text(end->result.stop.code) != NULL)
        snprintf(out, STOP_TEXT_CHARS, "%s", bugcheck_text(end->result.stop.code));
    else
        snprintf(out, STOP_TEXT_CHARS, "The kernel found %s and stopped the machine.",
                 bugcheck_name(end->result.stop.code));
}

/* ---- Arguments ------------------------------------------------------------------------------- */

/* In the case of stop 5, more than the table says. */
static const char *attach_comment(const struct recording_end *end, int argument)
{
    const struct stop *stop = &end->result.stop;

    switch (argument) {
    case 2:
        return stop->args[2] != 0 ? "the thread was away from home already" : "it was at home";
    case 3:
        return stop->args[3] == 0   ? "no DPC ran on its processor"
               : stop->args[3] == 1 ? "a DPC was running"
                                    : "the address of the ending thread";
    default:
        return "";
    }
}

void stop_argument(const struct recording_end *end, int argument, char out[STOP_TEXT_CHARS])
{
    const struct stop *stop = &end->result.stop;
    const char *name = argument < 2 ? end->result.stop.arg_process[argument].name : "";

    if (stop->code == CODE_ATTACH && name[0] == 0)
        name = attach_comment(end, argument);
    snprintf(out, STOP_TEXT_CHARS, "%s%s%s.",
             bugcheck_argument(stop->code, stop->args[0], (uint32_t)argument),
             name[0] != 0 ? ". Here: " : "", name);
}

uint32_t stop_argument_lane(const struct recording *run, const struct recording_end *end,
                            int argument)
{
    const struct lanes *lanes = recording_lanes(run);
    const struct stop *stop = &end->result.stop;
    uint32_t value = stop->args[argument], lane = LANE_NONE;

    if (stop->code == CODE_ATTACH && argument == 3 && value <= 1)
        return lanes_find(lanes, LANE_CPU, stop->cpu);
    if (value > 0xffff)
        lane = lanes_find(lanes, LANE_PROCESS, value);
    if (value > 0xffff && lane == LANE_NONE)
        lane = lanes_find(lanes, LANE_THREAD, value);
    if (lane == LANE_NONE)
        lane = lanes_thread_by_id(lanes, end->result.stop.thread, end->result.stop.record);
    /* A DPC may have interrupted an idle processor, where no thread ran. */
    return lane != LANE_NONE ? lane : lanes_find(lanes, LANE_CPU, stop->cpu);
}
