/* programs_posix.c - see programs.h. */
#include "ui/host/programs.h"
#include "ui/host/grow.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

char **program_words(int *count, char **words)
{
    (void)count;
    return words;
}

const char *program_environment(const char *name) { return getenv(name); }
unsigned long program_number(void) { return (unsigned long)getpid(); }

void program_machine(char *out, size_t size)
{
    out[0] = 0;
    gethostname(out, size - 1);
    out[size - 1] = 0;
}

unsigned program_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count > 0 ? (unsigned)count : 1;
}

bool program_random(void *bytes, size_t size)
{
    FILE *random = fopen("/dev/urandom", "rb");
    bool good = random != NULL && fread(bytes, size, 1, random) == 1;

    if (random != NULL)
        fclose(random);
    return good;
}

const char *program_scratch_folder(void)
{
    const char *folder = getenv("TMPDIR");

    return folder != NULL && folder[0] != 0 ? folder : "/tmp";
}

void program_become(const char *path, char **words) { execvp(path, words); }

/* Starts a program. input: what it reads from; -1: what this program does. */
static int start(const char *const *words, int input, bool quiet_output, bool quiet_errors,
                 pid_t *process)
{
    posix_spawn_file_actions_t actions;
    int error;

    posix_spawn_file_actions_init(&actions);
    if (input >= 0)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (quiet_output)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (quiet_errors)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    error =
        posix_spawnp(process, words[0], &actions, NULL, (char *const *)(uintptr_t)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static enum program_end end_of(pid_t process)
{
    int status = 0;

    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) /* Some systems' spawn tells so. */
        return PROGRAM_ABSENT;
    return status == 0 ? PROGRAM_GOOD : PROGRAM_BAD;
}

enum program_end program_run(const char *const *words, bool quiet)
{
    pid_t process;

    return start(words, -1, quiet, quiet, &process) != 0 ? PROGRAM_ABSENT : end_of(process);
}

/* This program's environment, with messages in English. Free it with free. */
static char **english_environment(void)
{
    static char english[] = "LC_ALL=C";
    size_t count = 0, kept = 0;

    while (environ[count] != NULL)
        count++;
    char **environment = grow_new((count + 2) * sizeof *environment);

    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "LC_", 3) != 0 && strncmp(environ[i], "LANG", 4) != 0)
            environment[kept++] = environ[i];
    environment[kept] = english;
    return environment;
}

/* Reads a pipe to its end, as one text in place of *output. */
static void read_all(int pipe_end, char **output)
{
    enum { PIECE = 4096 };
    size_t length = 0, room = 0;
    ssize_t got;

    free(*output);
    *output = NULL;
    do {
        *output = grow(*output, &room, length + PIECE + 1, 1);
        got = read(pipe_end, *output + length, PIECE);
        length += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    (*output)[length] = 0;
}

enum program_end program_told(const char *const *words, char **output)
{
    posix_spawn_file_actions_t actions;
    char **environment = english_environment();
    pid_t process;
    int ends[2];

    *output = grow_new(1);
    if (pipe(ends) != 0) {
        free(environment);
        return PROGRAM_ABSENT;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    int error = posix_spawnp(&process, words[0], &actions, NULL, (char *const *)(uintptr_t)words,
                             environment);

    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    close(ends[1]);
    if (error == 0)
        read_all(ends[0], output);
    close(ends[0]);
    return error != 0 ? PROGRAM_ABSENT : end_of(process);
}

enum program_end program_feed(const char *name, void (*feed)(FILE *input, void *context),
                              void *context)
{
    const char *words[] = { name, NULL };
    void (*before)(int) =
        signal(SIGPIPE, SIG_IGN); /* The program may end before it has read all. */
    enum program_end end = PROGRAM_ABSENT;
    FILE *input = NULL;
    pid_t process;
    int ends[2];

    if (pipe(ends) == 0) {
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
        if (start(words, ends[0], false, true, &process) == 0) {
            input = fdopen(ends[1], "w");
            if (input != NULL)
                feed(input, context);
            if (input != NULL)
                fclose(input);
            else
                close(ends[1]);
            end = end_of(process);
        } else {
            close(ends[1]);
        }
        close(ends[0]);
    }
    signal(SIGPIPE, before);
    return end;
}
