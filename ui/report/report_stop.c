/* report_stop.c - the blue screen, and the names on a stopped thread's stack.
 *
 * Layout of the screen: facts/nt-kernel.md 8.2, in words of our own.
 */
#include "ui/report/report.h"
#include "model/words/bugchecks.h"
#include "sim/image.h"
#include "ui/host/files.h"
#include "ui/symbols/symbols.h"
#include <inttypes.h>
#include <string.h>

static void blue(const struct report *report, const char *text)
{
    if (report->color)
        fprintf(report->out, "\033[44;97m %-*s\033[0m\n", REPORT_STOP_COLUMNS - 1, text);
    else
        fprintf(report->out, " %s\n", text);
}

/* The screen names a driver only for codes whose arguments hold an instruction; stop 5 has none
 * (8.1). */
uint32_t report_stop_lines(const struct stop *stop,
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

/* Frames of the kernel's way into the stop and of the start of a fiber are left out. */
bool report_is_plumbing(const char *name)
{
    static const char *const plumbing[] = { "nt!ke_record",          "nt!ke_stop",
                                            "nt!ke_stop_processes",  "nt!ki_attach",
                                            "nt!thread_begin",       "nt!halt",
                                            "nt!user_process",       "nt!user_thread",
                                            "kernel32!user_process", "kernel32!user_thread" };

    const char *function = strchr(name, '!');

    for (size_t i = 0; i < ARRAY_LEN(plumbing); i++)
        if (strcmp(name, plumbing[i]) == 0)
            return true;
    return function != NULL && strcmp(function, "!exifsim_enter") == 0; /* A guest's jump. */
}

uint32_t report_crash_frames(const struct crash *crash,
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

uint32_t report_frames(const struct stop *stop, char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS])
{
    return report_frames_placed(stop, frames, NULL);
}

/* Writes where a frame of a guest is, as "echo.c @ 41"; empty: it is no guest's. */
static void place_of(struct symbols *symbols, const void *frame, char out[REPORT_PLACE_CHARS])
{
    char file[REPORT_PLACE_CHARS - 12];
    int line;

    out[0] = 0;
    if (image_at(frame) != NULL && symbols_line(symbols, frame, file, sizeof file, &line))
        snprintf(out, REPORT_PLACE_CHARS, "%s @ %d", file_short_name(file), line);
}

void report_verifier(const struct report *report)
{
    const struct stop *stop = &report->result->stop;
    struct symbols *symbols;
    char name[REPORT_FRAME_CHARS], place[REPORT_PLACE_CHARS];

    if (stop->rule[0] == 0)
        return;
    fprintf(report->out, "\nDriver Verifier\n  ");
    report_wrap(report->out, stop->rule, 2, 2, 100);
    symbols = stop->other_count > 0 ? symbols_open() : NULL;
    if (symbols == NULL)
        return;
    fprintf(report->out, "  %s\n", stop->other);
    for (uint32_t i = 0; i < stop->other_count; i++) {
        if (!symbols_name(symbols, stop->other_frames[i], name, sizeof name) ||
            report_is_plumbing(name) || strncmp(name, "nt!vf_", 6) == 0)
            continue;
        place_of(symbols, stop->other_frames[i], place);
        fprintf(report->out, place[0] != 0 ? "    %s [%s]\n" : "    %s%s\n", name, place);
    }
    symbols_close(symbols);
}

/* Names addresses behind `count` frames that are there already. */
static uint32_t add_frames(struct symbols *symbols, void *const *addresses, uint32_t address_count,
                           char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS],
                           char (*places)[REPORT_PLACE_CHARS], uint32_t count)
{
    for (uint32_t i = 0; i < address_count && count < REPORT_FRAMES_MAX; i++)
        if (symbols_name(symbols, addresses[i], frames[count], REPORT_FRAME_CHARS) &&
            !report_is_plumbing(frames[count])) {
            if (places != NULL)
                place_of(symbols, addresses[i], places[count]);
            count++;
        }
    return count;
}

uint32_t report_frame_names(struct symbols *symbols, void *const *addresses, uint32_t count,
                            char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS],
                            char (*places)[REPORT_PLACE_CHARS])
{
    return symbols != NULL ? add_frames(symbols, addresses, count, frames, places, 0) : 0;
}

uint32_t report_frames_placed(const struct stop *stop,
                              char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS],
                              char (*places)[REPORT_PLACE_CHARS])
{
    struct symbols *symbols = symbols_open();
    uint32_t count;

    if (symbols == NULL)
        return 0;
    /* The kept stack begins below KeBugCheckEx, which kept it. */
    snprintf(frames[0], REPORT_FRAME_CHARS, "nt!KeBugCheckEx");
    if (places != NULL)
        places[0][0] = 0;
    count = add_frames(symbols, stop->frames, stop->frame_count, frames, places, 1);
    if (count > 1 && strcmp(frames[1], frames[0]) == 0) { /* A driver has called it itself. */
        count--;
        memmove(frames[1], frames[2], (count - 1) * sizeof *frames);
        if (places != NULL)
            memmove(places[1], places[2], (count - 1) * sizeof *places);
    }
    symbols_close(symbols);
    return count;
}
