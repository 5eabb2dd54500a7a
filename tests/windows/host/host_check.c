/* host_check.c - tries the Windows half of ui/guard and ui/host: crashes on the thread's own stack
 * and on a simulated one, an endless loop, locks between two handles, names beyond ASCII.
 *
 *     host_check FOLDER          prints "N passed, N failed"
 */
#include "sim/arena.h"
#include "sim/base.h"
#include "sim/fiber.h"
#include "ui/guard/guard.h"
#include "ui/guard/watch.h"
#include "ui/host/files.h"
#include "ui/host/locks.h"
#include "ui/host/memory_file.h"
#include "ui/host/programs.h"
#include "ui/host/terminal.h"
#include "ui/host/whole_file.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static unsigned passed, failed;

static void check(const char *what, bool good)
{
    if (good)
        passed++;
    else
        failed++;
    if (!good)
        printf("not ok: %s\n", what);
}

/* ---- Crashes --------------------------------------------------------------------------------- */

static volatile int zero, seven = 7;
static char *volatile wild; /* Leads nowhere. */

static void returns(void *arg) { *(int *)arg = 1; }
static void follows_wild(void *arg) { *(volatile int *)(wild + (arg == NULL)) = 1; }
static void divides(void *arg) { *(volatile int *)arg = seven / zero; }
static void breaks_check(void *arg) { CHECK(arg == NULL); }

static void crash_on_fiber(void *arg)
{
    (void)arg;
    follows_wild(NULL);
    abort();
}

static void runs_fiber(void *arg)
{
    struct fibers *fibers = fibers_new(arg, 65536, 4);

    fiber_switch(fibers, fiber_new(fibers, crash_on_fiber, NULL));
}

static void crashes_are_caught(void)
{
    struct arena arena;
    struct guard guard;
    char message[512];
    int value = 0;

    CHECK(arena_open(&arena, (size_t)64 << 20, "the test's own"));
    guard_enter(&guard);
    check("a call that returns",
          guard_call(returns, &value, message, sizeof message) && value == 1);
    for (int i = 0; i < 3; i++) {
        message[0] = 0;
        check("a wild pointer is caught", !guard_call(follows_wild, NULL, message, sizeof message));
        check("its message", strstr(message, "access violation") != NULL);
        message[0] = 0;
        check("a division is caught", !guard_call(divides, &value, message, sizeof message));
        check("its message", strstr(message, "division by zero") != NULL);
        message[0] = 0;
        check("a CHECK is caught", !guard_call(breaks_check, &value, message, sizeof message));
        check("its message", strstr(message, "arg == NULL") != NULL);
        message[0] = 0;
        check("a crash on a simulated stack is caught",
              !guard_call(runs_fiber, &arena, message, sizeof message));
        check("its message", strstr(message, "access violation") != NULL);
    }
    guard_leave(&guard);
    arena_close(&arena);
}

static void loops(void *arg, const atomic_bool *asked)
{
    volatile uint64_t *count = arg;

    (void)asked;
    for (;;)
        ++*count;
}

static void heeds(void *arg, const atomic_bool *asked)
{
    (void)arg;
    while (!atomic_load(asked))
        continue;
}

static void loops_are_broken(void)
{
    volatile uint64_t count = 0;
    struct watched watched;

    watch_call(UINT64_C(200000000), heeds, NULL, &watched);
    check("work that heeds its limit", watched.late && !watched.broken && watched.failed[0] == 0);
    watch_call(UINT64_C(200000000), loops, (void *)(uintptr_t)&count, &watched);
    check("an endless loop is broken", watched.late && watched.broken && count > 0);
}

/* ---- Files ----------------------------------------------------------------------------------- */

static void found(void *arg, const char *name)
{
    if (strcmp(name, "Pr\xc3\xbc"
                     "fung.ini") == 0)
        *(bool *)arg = true;
}

static void names_are_utf8(void)
{
    static const char name[] = "Pr\xc3\xbc"
                               "fung.ini";
    struct whole_file file;
    bool seen = false;
    char *full;

    check("a file is written", whole_file_write(name, "one", 3) == 0);
    check("it is seen", file_look(name).kind == FILE_REGULAR && file_look(name).bytes == 3);
    check("it is listed", folder_read(".", found, &seen) && seen);
    check("it is replaced", whole_file_write(name, "three", 5) == 0 && file_look(name).bytes == 5);
    full = file_full_path(name);
    check("it has a whole path", full != NULL && file_absolute(full) && strstr(full, name) != NULL);
    free(full);
    check("an unfinished file", whole_file_open(&file, name) == 0);
    check("it has another name", file_look(file.temporary).kind == FILE_REGULAR);
    whole_file_drop(&file);
    check("the old one stays", file_look(name).bytes == 5);
    check("a folder is no file",
          folder_make("folder") && whole_file_write("folder", "", 0) == EISDIR);
    check("it lies in its folder", file_lies_in(name, ".") && !file_lies_in(name, "folder"));
    check("NUL is a device", file_look("NUL").kind == FILE_SPECIAL);
    check("it is removed", file_remove(name) && file_look(name).kind == FILE_ABSENT);
}

static void locks_hold(void)
{
    const uint64_t far_away = UINT64_C(1) << 40;
    struct lock_file one, other;

    check("locks", lock_file_open(&one, "locks") && lock_file_open(&other, "locks"));
    check("a place is taken", lock_take(&one, far_away) == LOCK_OURS);
    check("it is theirs", lock_take(&other, far_away) == LOCK_THEIRS);
    check("the next one is free", lock_take(&other, far_away + 1) == LOCK_OURS);
    lock_drop(&one, far_away);
    check("it is given back", lock_take(&other, far_away) == LOCK_OURS);
    check("the file can go while it is open", file_remove("locks"));
    lock_file_close(&one);
    lock_file_close(&other);
}

static void *write_texts(void *arg)
{
    bool *good = arg;

    *good = true;
    for (int i = 0; i < 50; i++) {
        char *text, want[32];
        size_t length;
        FILE *out = memory_file_open(&text, &length);

        *good = *good && out != NULL;
        fprintf(out, "text %d\n", i);
        *good = memory_file_close(out) == 0 && *good;
        snprintf(want, sizeof want, "text %d\n", i);
        *good = *good && length == strlen(want) && strcmp(text, want) == 0;
        free(text);
    }
    return NULL;
}

static void texts_are_kept(void)
{
    pthread_t threads[4];
    bool good[ARRAY_LEN(threads)];

    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        CHECK(pthread_create(&threads[i], NULL, write_texts, &good[i]) == 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        pthread_join(threads[i], NULL);
        check("texts in memory, from four threads", good[i]);
    }
}

int main(int count, char **words)
{
    words = program_words(&count, words);
    terminal_prepare();
    if (count > 2) { /* Called by itself: are the words what they were? */
        return strcmp(words[1], "say") == 0 && strcmp(words[2], "a \"b\\\" \\") == 0 &&
                       strcmp(words[3], "\xc3\xa4") == 0
                   ? 0
                   : 1;
    }
    crashes_are_caught();
    loops_are_broken();
    names_are_utf8();
    locks_hold();
    texts_are_kept();
    check("words reach another program",
          program_run((const char *[]){ words[0], "say", "a \"b\\\" \\", "\xc3\xa4", NULL },
                      true) == PROGRAM_GOOD);
    check("a program that is not there",
          program_run((const char *[]){ "no-such-program", NULL }, true) == PROGRAM_ABSENT);
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
