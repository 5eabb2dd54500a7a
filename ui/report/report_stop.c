/* report_stop.c - the blue screen, and the analysis that an administrator would have made of the
 * dump.
 *
 * Layout of the screen: facts/nt-kernel.md 8.2, in words of our own. Layout of the analysis: 8.4.
 * Names on the stack are those of the functions that were on the simulated thread's stack;
 * addresses of frames and code are invented, and the report says so.
 */
#include "ui/report/report.h"
#include "model/kernel/ps.h"
#include "ui/report/symbols.h"
#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

static void blue(const struct report *report, const char *text)
{
    if (report->color)
        fprintf(report->out, "\033[44;97m %-*s\033[0m\n", REPORT_STOP_COLUMNS - 1, text);
    else
        fprintf(report->out, " %s\n", text);
}

/* Codes whose arguments name an instruction blame a driver on the screen; stop 5 and its kin do not
 * (8.1). */
uint32_t report_stop_lines(const struct ke_stop *stop,
                           char lines[REPORT_STOP_LINES_MAX][REPORT_STOP_COLUMNS + 1])
{
    static const char *const before[] = {
        "", "A fault has been found, and Windows was stopped so that nothing is damaged.", ""
    };
    static const char *const after[] = {
        "",
        "Seen for the first time? Start the computer again. If this screen comes back:",
        "",
        "Look for hardware or software that was added lately, and for updates of it.",
        "Take out or switch off what is new; in the BIOS, caching and shadowing too.",
        "To remove a component, start with F8 and choose Safe Mode.",
        "",
        "Technical information:",
        "",
    };
    static const char *const end[] = { "", "Physical memory is being written to disk ... done.",
                                       "Tell your system administrator or your support group.",
                                       "" };
    enum { COLUMNS = REPORT_STOP_COLUMNS + 1 };
    uint32_t count = 0;

    _Static_assert(ARRAY_LEN(before) + ARRAY_LEN(after) + ARRAY_LEN(end) + 2 <=
                       REPORT_STOP_LINES_MAX,
                   "the screen has room for its lines");
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        snprintf(lines[count++], COLUMNS, "%s", before[i]);
    snprintf(lines[count++], COLUMNS, "%s", bugcheck_name(stop->code));
    for (size_t i = 0; i < ARRAY_LEN(after); i++)
        snprintf(lines[count++], COLUMNS, "%s", after[i]);
    snprintf(lines[count++], COLUMNS, "*** STOP: 0x%08X (0x%08X,0x%08X,0x%08X,0x%08X)", stop->code,
             stop->args[0], stop->args[1], stop->args[2], stop->args[3]);
    for (size_t i = 0; i < ARRAY_LEN(end); i++)
        snprintf(lines[count++], COLUMNS, "%s", end[i]);
    return count;
}

void report_stop_screen(const struct report *report)
{
    char lines[REPORT_STOP_LINES_MAX][REPORT_STOP_COLUMNS + 1];
    uint32_t count = report_stop_lines(&report->result->stop, lines);

    fputc('\n', report->out);
    for (uint32_t i = 0; i < count; i++)
        blue(report, lines[i]);
}

/* ---- The stack ------------------------------------------------------------------------------- */

/* Frames of the kernel's own way into the stop are below the caller's interest; so is how a fiber
 * begins. */
bool report_is_plumbing(const char *name)
{
    static const char *const plumbing[] = { "nt!ke_record",          "nt!ke_stop",
                                            "nt!ke_stop_processes",  "nt!ki_attach",
                                            "nt!thread_begin",       "nt!halt",
                                            "nt!user_process",       "nt!user_thread",
                                            "kernel32!user_process", "kernel32!user_thread" };

    for (size_t i = 0; i < ARRAY_LEN(plumbing); i++)
        if (strcmp(name, plumbing[i]) == 0)
            return true;
    return false;
}

uint32_t report_crash_frames(const struct ke_crash *crash,
                             char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS])
{
    struct symbols *symbols = symbols_open();
    uint32_t count = 0;

    if (symbols == NULL)
        return 0;
    for (uint32_t i = 0; i < crash->frame_count && count < REPORT_FRAMES_MAX; i++)
        if (symbols_name(symbols, crash->frames[i], frames[count], REPORT_FRAME_CHARS) &&
            strncmp(frames[count], "nt!", 3) != 0 && strncmp(frames[count], "kernel32!", 9) != 0)
            count++;
    symbols_close(symbols);
    return count;
}

uint32_t report_frames(const struct ke_stop *stop,
                       char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS])
{
    struct symbols *symbols = symbols_open();
    uint32_t count = 0;

    if (symbols == NULL)
        return 0;
    /* The stack is kept by the function that stops the machine: it is the frame above them. */
    snprintf(frames[count++], REPORT_FRAME_CHARS, "nt!KeBugCheckEx");
    for (uint32_t i = 0; i < stop->frame_count && count < REPORT_FRAMES_MAX; i++)
        if (symbols_name(symbols, stop->frames[i], frames[count], REPORT_FRAME_CHARS) &&
            !report_is_plumbing(frames[count]))
            count++;
    symbols_close(symbols);
    return count;
}

/* The frame is one of a driver's. */
static bool is_driver(const char *name)
{
    static const char *const drivers[] = { "exifs!", "http!", "tdifilter!", "tcpip!" };

    for (size_t i = 0; i < ARRAY_LEN(drivers); i++)
        if (strncmp(name, drivers[i], strlen(drivers[i])) == 0)
            return true;
    return false;
}

/* An invented code address, the same for a name in every run: kernel text high, drivers below it,
 * programs low. */
static uint32_t code_address(const char *name)
{
    uint32_t hash = XXH32(name, strlen(name), 0);

    if (strncmp(name, "nt!", 3) == 0)
        return 0xe0800000u + (hash & 0x001ffffcu);
    if (is_driver(name))
        return 0xf4c10000u + (hash & 0x0001fffcu);
    return 0x77e00000u + (hash & 0x000ffffcu);
}

static void print_stack(const struct report *report, char frames[][REPORT_FRAME_CHARS],
                        uint32_t count)
{
    uint32_t frame = 0xf5a1e8c0u;

    fprintf(report->out,
            "STACK_TEXT:  (names: the functions on the simulated stack; addresses invented)\n");
    for (uint32_t i = 0; i < count; i++, frame += 0x28) {
        uint32_t back = i + 1 < count ? code_address(frames[i + 1]) : 0;

        fprintf(report->out, "%08x %08x %s\n", frame, back, frames[i]);
    }
}

/* ---- The analysis ---------------------------------------------------------------------------- */

static const char *process_of(const struct report *report, uint32_t address)
{
    const char *name = world_process_name(report->world, address);

    return name ? name : "not a process";
}

static void print_arguments(const struct report *report)
{
    const struct ke_stop *stop = &report->result->stop;

    fprintf(report->out, "%s (%x)\nArguments:\n", bugcheck_name(stop->code), stop->code);
    for (int i = 0; i < 4; i++) {
        fprintf(report->out, "Arg%d: %08x, %s", i + 1, stop->args[i],
                bugcheck_argument(stop->code, (uint32_t)i));
        if (i < 2 && stop->arg_process[i] != NULL)
            fprintf(report->out, ": %s", process_of(report, stop->args[i]));
        fputc('\n', report->out);
    }
}

/* The first frame outside the kernel proper is where one would look. */
static const char *culprit(char frames[][REPORT_FRAME_CHARS], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strncmp(frames[i], "nt!", 3) != 0)
            return frames[i];
    return count > 0 ? frames[count - 1] : "unknown!unknown";
}

static void print_followup(const struct report *report, const char *symbol)
{
    int module = (int)strcspn(symbol, "!");
    const char *extension = is_driver(symbol)                ? ".sys"
                            : strncmp(symbol, "nt!", 3) == 0 ? ""
                                                             : ".exe";

    fprintf(report->out,
            "\nFOLLOWUP_NAME:  MachineOwner\nSYMBOL_NAME:  %s\nMODULE_NAME:  %.*s\nIMAGE_NAME:  "
            "%.*s%s\n",
            symbol, module, symbol, module, symbol, extension);
    fprintf(report->out, "BUCKET_ID:  0x%x_%s\nFollowup: MachineOwner\n---------\n",
            report->result->stop.code, symbol);
}

void report_analysis(const struct report *report)
{
    static char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    const struct ke_stop *stop = &report->result->stop;
    uint32_t count = report_frames(stop, frames);

    fprintf(report->out, "\n%.79s\n*%77s*\n*%24sBugcheck Analysis%36s*\n*%77s*\n%.79s\n\n",
            "*******************************************************************************", "",
            "", "", "",
            "*******************************************************************************");
    print_arguments(report);
    fprintf(report->out,
            "\nDebugging Details:\n------------------\n\nDEFAULT_BUCKET_ID:  DRIVER_FAULT\n"
            "BUGCHECK_STR:  0x%x\nPROCESS_NAME:  %s\n"
            "CURRENT_IRQL:  %u\n",
            stop->code, stop->current->name, stop->irql);
    if (count > 1)
        fprintf(report->out, "LAST_CONTROL_TRANSFER:  from %08x to %08x\n", code_address(frames[1]),
                code_address(frames[0]));
    fputc('\n', report->out);
    print_stack(report, frames, count);
    fprintf(
        report->out,
        "\n!thread\n  Owning Process    %08x  Image: %s\n  Attached Process  %08x  Image: %s%s\n",
        stop->owner->address, stop->owner->name, stop->index ? stop->current->address : 0,
        stop->index ? stop->current->name : "N/A", stop->index ? "" : "");
    print_followup(report, culprit(frames, count));
}
