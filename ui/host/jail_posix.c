/* jail_posix.c - see jail.h.
 *
 * A jail is made by bwrap, which needs no rights of its own where the system lets users have
 * namespaces. The superuser is held by no limit of processes, so the program is nobody's then.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* For environ. */
#endif
#include "ui/host/jail.h"
#include "ui/host/grow.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS_MAX = 160, NOBODY = 65534 };

/* Folders of the system that compilers and programs need. */
static const char *const system_folders[] = { "/usr",
                                              "/bin",
                                              "/sbin",
                                              "/lib",
                                              "/lib32",
                                              "/lib64",
                                              "/libx32",
                                              "/nix/store",
                                              "/etc/alternatives",
                                              "/etc/ld.so.cache",
                                              "/etc/ld.so.conf",
                                              "/etc/ld.so.conf.d" };

struct words {
    char *list[WORDS_MAX + 1];
    uint32_t count;
};

static void add(struct words *words, const char *word)
{
    if (words->count < WORDS_MAX)
        words->list[words->count++] = strdup(word);
    words->list[words->count] = NULL;
}

static void add_three(struct words *words, const char *one, const char *two, const char *three)
{
    add(words, one);
    add(words, two);
    add(words, three);
}

static void forget(struct words *words)
{
    for (uint32_t i = 0; i < words->count; i++)
        free(words->list[i]);
}

/* ---- The command ----------------------------------------------------------------------------- */

static void add_jail(struct words *words, const struct jail *jail)
{
    char bytes[32];

    add(words, "bwrap");
    add(words, "--unshare-all");
    add(words, "--die-with-parent");
    add(words, "--new-session");
    for (size_t i = 0; i < sizeof system_folders / sizeof *system_folders; i++)
        add_three(words, "--ro-bind-try", system_folders[i], system_folders[i]);
    add(words, "--proc");
    add(words, "/proc");
    add(words, "--dev");
    add(words, "/dev");
    snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)jail->file_bytes);
    add(words, "--remount-ro"); /* /dev has a folder for shared memory. */
    add(words, "/dev");
    add(words, "--size");
    add(words, bytes);
    add(words, "--tmpfs");
    add(words, "/tmp");
    for (uint32_t i = 0; i < jail->readable_count; i++)
        add_three(words, "--ro-bind", jail->readable[i].outside, jail->readable[i].inside);
    add(words, "--chdir");
    add(words, "/tmp");
    add(words, "--");
}

/* Sets a limit, unless it is 0. The type of `what` differs among C libraries. */
#define LIMIT(what, most)                                                                 \
    do {                                                                                  \
        struct rlimit limit = { .rlim_cur = (rlim_t)(most), .rlim_max = (rlim_t)(most) }; \
        if ((most) != 0)                                                                  \
            (void)setrlimit(what, &limit);                                                \
    } while (0)

/* If memory runs out all the same, the system ends these processes before any other. */
static void offer_to_end(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (file >= 0 && write(file, "1000", 4) >= 0)
        close(file);
}

static void set_limits(const struct jail *jail)
{
    struct rlimit none = { 0, 0 };

    LIMIT(RLIMIT_CPU, jail->cpu_seconds);
    LIMIT(RLIMIT_DATA, jail->data_bytes);
    LIMIT(RLIMIT_AS, jail->space_bytes);
    LIMIT(RLIMIT_FSIZE, jail->file_bytes);
    LIMIT(RLIMIT_NOFILE, 256);
    (void)setrlimit(RLIMIT_CORE, &none);
}

/* The child: a process group of its own, so that all of it can be ended. Does not return. */
static void become(const struct jail *jail, char *const *words, char **values, int output)
{
    int nothing = open("/dev/null", O_RDWR);

    setpgid(0, 0);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    for (int file = 3; file < 1024; file++)
        close(file);
    if (geteuid() == 0 && !jail->only_limits &&
        (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        _exit(127);
    offer_to_end();
    set_limits(jail);
    environ = values;
    execvp(words[0], words);
    _exit(127);
}

/* ---- While it runs --------------------------------------------------------------------------- */

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Reads until the program closes its output, the time is over or it has printed too much. */
static enum jail_end listen_to(const struct jail *jail, int input, char **output)
{
    enum { PIECE = 4096 };
    uint64_t until = now_ms() + jail->wall_ms;
    size_t length = 0, room = 0;
    char *text = NULL;

    for (;;) {
        struct pollfd one = { .fd = input, .events = POLLIN };
        uint64_t now = now_ms();
        int ready = now < until ? poll(&one, 1, (int)(until - now)) : 0;

        text = grow(text, &room, length + PIECE + 1, 1);
        text[length] = 0;
        *output = text;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return JAIL_LATE;
        ssize_t got = read(input, text + length, PIECE);

        if (got <= 0)
            return JAIL_EXITED;
        length += (size_t)got;
        text[length] = 0;
        if (length > jail->output_bytes)
            return JAIL_TALKED;
    }
}

/* Waits for the process, which has closed its output; but no longer than until the end. */
static bool reap(pid_t process, uint64_t until, int *status)
{
    struct timespec pause = { .tv_nsec = 2000000 };

    while (waitpid(process, status, WNOHANG) == 0) {
        if (now_ms() >= until)
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

static enum jail_end watch(const struct jail *jail, pid_t process, int input, char **output,
                           int *code)
{
    uint64_t until = now_ms() + jail->wall_ms + 1000;
    enum jail_end end = listen_to(jail, input, output);
    int status = 0;

    if (end == JAIL_EXITED && !reap(process, until, &status))
        end = JAIL_LATE;
    kill(-process, SIGKILL); /* What it has left behind, too. */
    if (end == JAIL_LATE || end == JAIL_TALKED) {
        while (waitpid(process, &status, 0) < 0 && errno == EINTR)
            continue;
        return end;
    }
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    if (!WIFEXITED(status))
        return JAIL_KILLED;
    return *code == 127 ? JAIL_ABSENT : JAIL_EXITED;
}

enum jail_end jail_run(const struct jail *jail, char **output, int *code)
{
    struct words words = { .count = 0 };
    char *values[JAIL_VALUES_MAX + 1] = { NULL };
    enum jail_end end = JAIL_ABSENT;
    pid_t process;
    int ends[2];

    *code = 0;
    *output = NULL;
    if (!jail->only_limits)
        add_jail(&words, jail);
    for (uint32_t i = 0; jail->words[i] != NULL; i++)
        add(&words, jail->words[i]);
    for (uint32_t i = 0; i < JAIL_VALUES_MAX && jail->values[i] != NULL; i++)
        values[i] = (char *)(uintptr_t)jail->values[i];
    if (pipe(ends) == 0) {
        fcntl(ends[0], F_SETFD, FD_CLOEXEC);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
        process = fork();
        if (process == 0)
            become(jail, words.list, values, ends[1]);
        close(ends[1]);
        if (process > 0)
            end = watch(jail, process, ends[0], output, code);
        close(ends[0]);
    }
    forget(&words);
    if (*output == NULL)
        *output = grow_new(1);
    return end;
}

bool jail_is_there(char *why, size_t size)
{
    static const char *const words[] = { "true", NULL };
    const char *path = getenv("PATH");
    char value[4096];
    struct jail jail = { .words = words,
                         .values = { value },
                         .wall_ms = 10000,
                         .file_bytes = 1 << 20,
                         .output_bytes = 1 << 16 };
    char *output;
    int code;

    snprintf(value, sizeof value, "PATH=%s", path != NULL ? path : "/usr/bin:/bin");
    enum jail_end end = jail_run(&jail, &output, &code);

    free(output);
    if (end == JAIL_EXITED && code == 0)
        return true;
    snprintf(why, size, "%s",
             end == JAIL_ABSENT ? "bwrap is not there (expected the package bubblewrap)"
                                : "bwrap cannot make a sandbox here: this system does not let this "
                                  "user have namespaces");
    return false;
}

void jail_limit_processes(uint32_t most) { LIMIT(RLIMIT_NPROC, most); }

/* ---- Files ----------------------------------------------------------------------------------- */

static bool copy_bytes(int from, int to, size_t most)
{
    char bytes[16384];
    size_t all = 0;
    ssize_t got;

    while ((got = read(from, bytes, sizeof bytes)) > 0) {
        all += (size_t)got;
        if (all > most) {
            errno = EFBIG;
            return false;
        }
        if (write(to, bytes, (size_t)got) != got)
            return false;
    }
    return got == 0;
}

bool jail_copy(const char *from, const char *to, size_t most)
{
    struct stat stat;
    int in = open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), out = -1, error;
    bool good = in >= 0 && fstat(in, &stat) == 0;

    if (good && !S_ISREG(stat.st_mode)) {
        errno = EINVAL;
        good = false;
    }
    if (good)
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    good = good && out >= 0 && copy_bytes(in, out, most);
    error = errno;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    errno = error;
    return good;
}
