/* interrupt_windows.c - see interrupt.h. Windows calls the handler in a thread of its own. When the
 * console is closed, or the user logs off, the process is ended as soon as the handler returns, so
 * the handler then waits for the reports to be written. */
#include "ui/host/interrupt.h"
#include "ui/host/unfinished.h"
#include <stddef.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* The exit code of a run without a verdict (ui/run/exits.h, which lies above this folder). */
enum { EXIT_AT_ONCE = 4 };

static const struct {
    DWORD number;
    const char *name, *said;
} events[] = {
    { CTRL_C_EVENT, "Ctrl+C", "\nexifsim: Ctrl+C: ending; once more ends at once\n" },
    { CTRL_BREAK_EVENT, "Ctrl+Break", "\nexifsim: Ctrl+Break: ending; once more ends at once\n" },
    { CTRL_CLOSE_EVENT, "the end of the console", "\nexifsim: the console is closed: ending\n" },
    { CTRL_LOGOFF_EVENT, "the end of the session", "\nexifsim: the session ends: ending\n" },
    { CTRL_SHUTDOWN_EVENT, "the end of Windows", "\nexifsim: Windows ends: ending\n" },
};
enum { EVENTS = sizeof events / sizeof events[0] };

static atomic_bool came;
static atomic_int which; /* Index of the first event. */

static void say(const char *text)
{
    DWORD written;

    WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, (DWORD)strlen(text), &written, NULL);
}

static BOOL WINAPI on_event(DWORD number)
{
    if (atomic_load(&came)) {
        unfinished_abandon();
        say("\nexifsim: ended at once\n");
        TerminateProcess(GetCurrentProcess(), EXIT_AT_ONCE);
    }
    for (int i = 0; i < EVENTS; i++) {
        if (events[i].number != number)
            continue;
        atomic_store(&which, i);
        say(events[i].said);
    }
    atomic_store(&came, true);
    if (number != CTRL_C_EVENT && number != CTRL_BREAK_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

static atomic_bool watched;

void interrupt_watch(void)
{
    if (!atomic_exchange(&watched, true))
        SetConsoleCtrlHandler(on_event, TRUE);
}

bool interrupt_watched(void) { return atomic_load(&watched); }
const atomic_bool *interrupt_flag(void) { return &came; }
bool interrupt_came(void) { return atomic_load(&came); }
const char *interrupt_name(void)
{
    return interrupt_came() ? events[atomic_load(&which)].name : "";
}
