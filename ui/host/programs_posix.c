/* programs_posix.c - see programs.h. */
#include "ui/host/programs.h"
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

enum program_end program_told(const char *const *words, char **output)
{
    enum { PIECE = 4096 };
    posix_spawn_file_actions_t actions;
    size_t length = 0, room = PIECE;
    char *text = malloc(room);
    char *const english[] = { "LC_ALL=C", NULL };
    char **environment = NULL;
    size_t count = 0, kept = 0;
    ssize_t got = 1;
    pid_t process;
    int ends[2];

    *output = text;
    text[0] = 0;
    while (environ[count] != NULL)
        count++;
    environment = malloc((count + 2) * sizeof *environment);
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "LC_", 3) != 0 && strncmp(environ[i], "LANG", 4) != 0)
            environment[kept++] = environ[i];
    environment[kept++] = english[0];
    environment[kept] = NULL;
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
    while (error == 0 && got > 0) {
        if (length + PIECE > room) {
            text = *output = realloc(text, room *= 2);
        }
        got = read(ends[0], text + length, PIECE - 1);
        length += got > 0 ? (size_t)got : 0;
        text[length] = 0;
    }
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
