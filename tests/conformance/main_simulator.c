/* main_simulator.c - the conformance client as a process of the simulated machine.
 *
 *     conformance_simulator 6.5.7651.47 > transcript.txt
 *
 * The driver is loaded before it and unloaded after it, as run_wine.sh does on a real host. Exit 1:
 * a stop, a crash, or a client that did not come to its end.
 */
#include "model/exifs/exifs_entry.h"
#include "model/kernel/cm.h"
#include "model/kernel/include/nt_program.h"
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/words/choices.h"
#include "print.h"
#include <string.h>

#define PARAMETERS_KEY "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\EXIFS\\Parameters"

/* What the host asks of the program, and what the program has to say. */
static struct {
    WCHAR build[EXIFS_BUILD_CHARS];
    int32_t loaded, unloaded;
    DWORD end;
    bool over;
} run;

static void tell(void *context, const struct transcript_line *line) { print_line(context, line); }

static DWORD WINAPI client_program(LPVOID context)
{
    struct transcript out = { tell, stdout, 0 };

    (void)context;
    run.loaded = nt_load_driver("EXIFS");
    run.end = ConformanceMain(&out, run.build);
    run.unloaded = nt_unload_driver("EXIFS");
    run.over = true;
    sim_finish(ke->sim, SIM_FINISHED);
    return 0;
}

static const struct io_image old_driver = { .file = "exifs.sys", .entry = ExifsOldEntry };
static const struct io_image new_driver = { .file = "exifs.sys", .entry = ExifsNewEntry };

static void boot(struct arena *arena, const char *build)
{
    struct sim_limits limits = { .entries_max = AGENDA_ENTRIES_MAX,
                                 .fibers_max = THREADS_MAX,
                                 .stack_size = FIBER_STACK_BYTES,
                                 .choice_sites = CHOICE_COUNT };
    struct ke_process *client;
    bool newest = strcmp(build, "6.5.7651.47") == 0;

    CHECK(arena_open(arena, ARENA_BYTES, "ARENA_BYTES in model/words/limits.h"));
    kernel_new(sim_new(arena, &limits, 1), 2);
    win32_start();
    cm_set_text(PARAMETERS_KEY, "Build", build);
    io_install_driver("EXIFS", "FileSystem", newest ? &new_driver : &old_driver);
    win32_register_image("client.exe", client_program, 0);
    CHECK(NT_SUCCESS(win32_start_process("client.exe", NULL, ke->system, &client)));
}

int main(int count, char **arguments)
{
    static struct arena arena;
    size_t i;

    if (count != 2 || strlen(arguments[1]) >= EXIFS_BUILD_CHARS) {
        fprintf(stderr, "usage: conformance_simulator BUILD\n");
        return 2;
    }
    for (i = 0; arguments[1][i] != 0; i++) {
        run.build[i] = (WCHAR)(unsigned char)arguments[1][i];
    }
    boot(&arena, arguments[1]);
    sim_run(ke->sim, SEC(600));
    if (!run.over || run.end != 0 || run.loaded != 0 || run.unloaded != 0 || ke->stop.stopped) {
        fprintf(stderr, "conformance: over %d, end %u, load %x, unload %x, stop %x\n", run.over,
                run.end, (unsigned)run.loaded, (unsigned)run.unloaded, ke->stop.code);
        return 1;
    }
    arena_close(&arena);
    return 0;
}
