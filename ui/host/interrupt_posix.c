/* interrupt_posix.c - see interrupt.h. The handler writes to standard error by write(2), and sets
 * flags; nothing else is safe there. */
#include "ui/host/interrupt.h"
#include "ui/host/unfinished.h"
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* The exit code of a run without a verdict (ui/run/exits.h, which lies above this folder). */
enum { EXIT_AT_ONCE = 4 };

static const struct {
    int number;
    const char *name, *said;
} signals[] = {
    { SIGINT, "Ctrl+C", "\nexifsim: Ctrl+C: ending; once more ends at once\n" },
    { SIGTERM, "SIGTERM", "\nexifsim: SIGTERM: ending; once more ends at once\n" },
    { SIGHUP, "SIGHUP", "\nexifsim: SIGHUP: ending; once more ends at once\n" },
};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static atomic_bool came;
static atomic_int which; /* Index of the first signal. */

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return; /* Nobody reads it: the terminal may be gone. */
}

static void on_signal(int number)
{
    if (atomic_load(&came)) {
        unfinished_abandon();
        say("\nexifsim: ended at once\n");
        _exit(EXIT_AT_ONCE);
    }
    for (int i = 0; i < SIGNALS; i++) {
        if (signals[i].number != number)
            continue;
        atomic_store(&which, i);
        say(signals[i].said);
    }
    atomic_store(&came, true);
}

static atomic_bool watched;

void interrupt_watch(void)
{
    /* On a stack of its own: a simulated stack, which the thread may be on, is small. */
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_RESTART },
                     before;

    for (int i = 0; i < SIGNALS; i++)
        if (sigaction(signals[i].number, &action, &before) == 0 && before.sa_handler == SIG_IGN)
            sigaction(signals[i].number, &before, NULL);
    atomic_store(&watched, true);
}

bool interrupt_watched(void) { return atomic_load(&watched); }
const atomic_bool *interrupt_flag(void) { return &came; }
bool interrupt_came(void) { return atomic_load(&came); }
const char *interrupt_name(void)
{
    return interrupt_came() ? signals[atomic_load(&which)].name : "";
}
