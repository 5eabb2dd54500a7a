/* stories.h - functions for the stories of the dispatcher, of memory and of user mode.
 *
 *     STORY(the_best_thread_runs_first)              // one processor; STORY_ON(n, name) for n
 *     {
 *         (void)arg;
 *         thread_new('A', 8, says_its_name);
 *         story_sleep(MS(50));
 *         EXPECT(said_is("A"));
 *     }
 *
 * The teller is a System thread of real-time priority, so threads it makes do not begin before it
 * waits. Threads say letters; most stories test the order of the letters.
 */
#pragma once
#include "model/kernel/include/nt_program.h"
#include "tests/kernel/machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { TELLER_PRIORITY = 24, NORMAL_PRIORITY = 8 };

static struct machine machine;
static struct {
    void (*tell)(void *);
    char said[128];
    uint32_t count;
    uint32_t cpus;
} story;

static inline void story_begins(void *arg)
{
    KeSetPriorityThread(KeGetCurrentThread(), TELLER_PRIORITY);
    story.tell(arg);
}

static inline void boot(uint32_t cpus)
{
    memset(&story, 0, sizeof story);
    story.cpus = cpus;
    machine_boot(&machine, cpus, 1);
}

static inline const struct ke_stop *run_story(void (*tell)(void *))
{
    story.tell = tell;
    return machine_run(&machine, story_begins, NULL);
}

static inline void stands_on(uint32_t cpus, void (*tell)(void *))
{
    boot(cpus);
    const struct ke_stop *stop = run_story(tell);

    if (stop != NULL)
        fail_msg("stop 0x%x (%x, %x, %x, %x)", stop->code, stop->args[0], stop->args[1],
                 stop->args[2], stop->args[3]);
    machine_close(&machine);
}

/* Runs a story that ends in a stop; the copy of the stop remains valid after the machine is
 * closed. */
static inline struct ke_stop stops_on(uint32_t cpus, void (*tell)(void *))
{
    boot(cpus);
    const struct ke_stop *stop = run_story(tell);

    assert_non_null(stop);
    struct ke_stop copy = *stop;

    machine_close(&machine);
    return copy;
}

#define STORY_ON(cpus, name)             \
    static void name##_story(void *arg); \
    static void name(void **state)       \
    {                                    \
        (void)state;                     \
        stands_on((cpus), name##_story); \
    }                                    \
    static void name##_story(void *arg)
#define STORY(name) STORY_ON(1, name)

/* A story that ends in a stop with this code. */
#define STOPS(cpus, name, stop_code)                                        \
    static void name##_story(void *arg);                                    \
    static void name(void **state)                                          \
    {                                                                       \
        (void)state;                                                        \
        assert_int_equal(stops_on((cpus), name##_story).code, (stop_code)); \
    }                                                                       \
    static void name##_story(void *arg)

/* ---- Letters --------------------------------------------------------------------------------- */

static inline void say(char letter)
{
    if (story.count + 1 < sizeof story.said)
        story.said[story.count++] = letter;
}

/* Says the letter unless it was the last one: a thread that says it at every point draws its
 * slices. */
static inline void say_turn(char letter)
{
    if (story.count == 0 || story.said[story.count - 1] != letter)
        say(letter);
}

static inline bool said_is(const char *text)
{
    bool same = strcmp(story.said, text) == 0;

    if (!same)
        print_message("said \"%s\", not \"%s\"\n", story.said, text);
    return same;
}

static inline void forget(void)
{
    memset(story.said, 0, sizeof story.said);
    story.count = 0;
}

/* ---- Records --------------------------------------------------------------------------------- */

enum { RECORD_KINDS_MAX = 256 };
static uint32_t records[RECORD_KINDS_MAX]; /* By kind (records.h), since count_records. */

static inline void count_one(const struct record *record, uint64_t number, void *context)
{
    (void)number, (void)context;
    records[record->kind]++;
}

static inline void count_records(void)
{
    memset(records, 0, sizeof records);
    ke->sim->trace.watch = count_one;
}

/* ---- People ---------------------------------------------------------------------------------- */

static inline struct ke_thread *thread_with(KPRIORITY priority, void (*body)(void *), void *context)
{
    struct ke_thread *thread = NULL;

    EXPECT(NT_SUCCESS(ps_create_thread(ke->system, body, context, true, "someone", &thread)));
    KeSetPriorityThread(thread, priority);
    return thread;
}

static inline struct ke_thread *thread_new(char letter, KPRIORITY priority, void (*body)(void *))
{
    return thread_with(priority, body, (void *)(uintptr_t)letter);
}

static inline char letter_of(void *context) { return (char)(uintptr_t)context; }

/* A process whose only thread runs body(context) as a program that was started with a heap. */
static inline struct ke_process *program_start(const char *name, LPTHREAD_START_ROUTINE main)
{
    struct ke_process *process = NULL;

    if (win32_find_image(name) == NULL)
        win32_register_image(name, main, 0);
    EXPECT(NT_SUCCESS(win32_start_process(name, NULL, ke->system, &process)));
    return process;
}

/* The same to its end; its exit status. */
static inline NTSTATUS program_run(const char *name, LPTHREAD_START_ROUTINE main)
{
    struct ke_process *process = program_start(name, main);
    LARGE_INTEGER limit = { .QuadPart = -300000000ll };

    EXPECT(KeWaitForSingleObject(process, Executive, KernelMode, FALSE, &limit) == STATUS_WAIT_0);
    NTSTATUS status = process->exit_status;

    ObDereferenceObject(process);
    return status;
}

/* A program is the whole story. */
#define PROGRAM_ON(cpus, name)                              \
    static DWORD WINAPI name##_main(LPVOID context);        \
    STORY_ON(cpus, name)                                    \
    {                                                       \
        (void)arg;                                          \
        EXPECT(program_run("story.exe", name##_main) == 7); \
    }                                                       \
    static DWORD WINAPI name##_main(LPVOID context)
#define PROGRAM(name) PROGRAM_ON(1, name)
enum { THE_END = 7 }; /* What a program returns that came to its end. */

/* Pages, tables and heaps of the dead are used again: lives one after the other do not fill the
 * arena. */
static inline void lives_leave_nothing(const char *name, LPTHREAD_START_ROUTINE main)
{
    size_t used = 0;

    for (int i = 0; i < 50; i++) {
        EXPECT(program_run(name, main) == THE_END);
        LARGE_INTEGER interval = { .QuadPart = -100000 };

        KeDelayExecutionThread(KernelMode, FALSE, &interval);
        if (i == 10)
            used = ke->sim->arena->used;
    }
    EXPECT(ke->sim->arena->used < used + 200000);
}

static inline LARGE_INTEGER in(sim_time ns)
{
    return (LARGE_INTEGER){ .QuadPart = -(LONGLONG)(ns / 100) };
}

static inline NTSTATUS wait_for(PVOID object)
{
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, NULL);
}

static inline NTSTATUS wait_for_at_most(PVOID object, sim_time ns)
{
    LARGE_INTEGER timeout = in(ns);

    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &timeout);
}

static inline bool is_signaled(PVOID object)
{
    return wait_for_at_most(object, 0) == STATUS_WAIT_0;
}
