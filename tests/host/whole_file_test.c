/* whole_file_test.c - files appear complete or not at all, also after errors and signals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ui/host/whole_file.h"
#include "tests/groups.h"
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/whole_file_XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[4][256];
    static int next;

    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void assert_holds(const char *path, const char *text)
{
    char read[256] = "";
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    read[fread(read, 1, sizeof read - 1, file)] = 0;
    fclose(file);
    assert_string_equal(read, text);
}

static void assert_nothing_left(void)
{
    glob_t left;

    assert_int_equal(glob(in_folder("*.tmp"), 0, NULL, &left), GLOB_NOMATCH);
}

static void a_file_takes_its_name_when_it_is_complete(void **state)
{
    const char *path = in_folder("report");
    struct whole_file file;

    (void)state;
    assert_int_equal(whole_file_write(path, "old", 3), 0);
    assert_int_equal(whole_file_open(&file, path), 0);
    fprintf(file.out, "new");
    fflush(file.out);
    assert_holds(path, "old");
    assert_int_equal(whole_file_close(&file), 0);
    assert_holds(path, "new");
    assert_int_equal(whole_file_open(&file, path), 0);
    fprintf(file.out, "newer");
    whole_file_drop(&file);
    assert_holds(path, "new");
    assert_nothing_left();
}

/* The leftover of an earlier process with the same number is not overwritten. */
static void nobody_elses_temporary_file_is_touched(void **state)
{
    const char *path = in_folder("taken"), *other;
    char name[64];
    FILE *left;

    (void)state;
    snprintf(name, sizeof name, "taken.%ld.tmp", (long)getpid());
    other = in_folder(name);
    left = fopen(other, "wb");
    assert_non_null(left);
    fputs("theirs", left);
    fclose(left);
    assert_int_equal(whole_file_write(path, "ours", 4), 0);
    assert_holds(path, "ours");
    assert_holds(other, "theirs");
    assert_int_equal(unlink(other), 0);
}

static void what_cannot_be_written_has_a_reason(void **state)
{
    struct whole_file file;

    (void)state;
    assert_int_equal(whole_file_check("/nowhere/at/all"), ENOENT);
    assert_int_equal(whole_file_check(""), ENOENT);
    assert_int_equal(whole_file_check(folder), EISDIR);
    assert_int_equal(whole_file_open(&file, folder), EISDIR);
    assert_int_equal(whole_file_check(in_folder("fine")), 0);
    assert_int_equal(access(in_folder("fine"), F_OK), -1);
    assert_nothing_left();
}

/* A device is not replaced; a link keeps its target. */
static void devices_pipes_and_links_stay_what_they_are(void **state)
{
    const char *pipe = in_folder("pipe"), *link = in_folder("link"), *target = in_folder("target");
    struct stat there;
    char read_back[8] = "";
    int reader;

    (void)state;
    assert_int_equal(whole_file_check("/dev/null"), 0);
    assert_int_equal(whole_file_write("/dev/null", "gone", 4), 0);
    assert_int_equal(stat("/dev/null", &there), 0);
    assert_true(S_ISCHR(there.st_mode));
    if (access("/dev/full", W_OK) == 0)
        assert_int_equal(whole_file_write("/dev/full", "too much", 8), ENOSPC);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    reader = open(pipe, O_RDONLY | O_NONBLOCK);
    assert_int_equal(whole_file_write(pipe, "through", 7), 0);
    assert_int_equal(read(reader, read_back, 7), 7);
    close(reader);
    assert_string_equal(read_back, "through");
    assert_int_equal(whole_file_write(target, "first", 5), 0);
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(whole_file_write(link, "second", 6), 0);
    assert_int_equal(lstat(link, &there), 0);
    assert_true(S_ISLNK(there.st_mode));
    assert_holds(target, "second");
    assert_nothing_left();
}

/* Runs a child that gets a signal while it writes a file. Returns the signal that ended it; 0:
 * none. */
static int die_writing(int by, void (*before)(int))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct whole_file one, two;

        signal(by, before);
        if (whole_file_open(&one, in_folder("one")) != 0 ||
            whole_file_open(&two, in_folder("two")) != 0)
            _exit(1);
        fprintf(one.out, "half");
        fflush(one.out);
        raise(by);
        whole_file_drop(&one);
        whole_file_drop(&two);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void own(int number) { (void)number; }

static void a_signal_takes_away_what_is_unfinished(void **state)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_int_equal(die_writing(numbers[i], SIG_DFL), numbers[i]);
        assert_nothing_left();
        assert_int_equal(die_writing(numbers[i], SIG_IGN), 0);
        assert_int_equal(die_writing(numbers[i], own), 0);
    }
    assert_int_equal(access(in_folder("one"), F_OK), -1);
}

static void signals_are_the_callers_again_afterwards(void **state)
{
    struct whole_file file;
    void (*during)(int);

    (void)state;
    signal(SIGTERM, SIG_DFL);
    assert_int_equal(whole_file_open(&file, in_folder("signals")), 0);
    during = signal(SIGTERM, SIG_DFL);
    signal(SIGTERM, during);
    assert_true(during != SIG_DFL);
    assert_int_equal(whole_file_close(&file), 0);
    assert_true(signal(SIGTERM, SIG_DFL) == SIG_DFL);
}

GROUP(whole_file_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_takes_its_name_when_it_is_complete),
        cmocka_unit_test(nobody_elses_temporary_file_is_touched),
        cmocka_unit_test(what_cannot_be_written_has_a_reason),
        cmocka_unit_test(devices_pipes_and_links_stay_what_they_are),
        cmocka_unit_test(a_signal_takes_away_what_is_unfinished),
        cmocka_unit_test(signals_are_the_callers_again_afterwards),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
