/* whole_file.c - see whole_file.h.
 *
 * The names of unfinished files are in a table of fixed size that the signal handler reads. The
 * handler is installed only while a file is unfinished, and only for signals whose action is the
 * default one: a window's or a sweep's own handling of Ctrl+C stays.
 */
#include "ui/host/whole_file.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if !defined(O_BINARY)
#define O_BINARY 0
#endif

/* ---- Signals --------------------------------------------------------------------------------- */

enum { UNFINISHED_MAX = 16, NAMES_TRIED = 100 };

static _Atomic(char *) unfinished[UNFINISHED_MAX];
static atomic_int unfinished_count;

static const int ending[] = {
    SIGINT,
    SIGTERM,
#if defined(SIGHUP)
    SIGHUP,
#endif
};

void whole_file_abandon(void)
{
    for (int i = 0; i < UNFINISHED_MAX; i++)
        if (unfinished[i] != NULL)
            unlink(unfinished[i]);
}

static void interrupted(int number)
{
    whole_file_abandon();
    signal(number, SIG_DFL);
    raise(number);
}

/* Replaces the handler `meant` of each signal by `by`. A signal that is ignored (nohup) or has
 * another handler, such as that of interrupt.h, is left unchanged. */
static void exchange(void (*meant)(int), void (*by)(int))
{
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        struct sigaction present;

        if (sigaction(ending[i], NULL, &present) == 0 && present.sa_handler == meant)
            signal(ending[i], by);
    }
}

static void remember(char *name)
{
    for (int i = 0; i < UNFINISHED_MAX; i++) {
        char *nobody = NULL;

        if (!atomic_compare_exchange_strong(&unfinished[i], &nobody, name))
            continue;
        if (atomic_fetch_add(&unfinished_count, 1) == 0)
            exchange(SIG_DFL, interrupted);
        return;
    }
}

static void forget(char *name)
{
    for (int i = 0; i < UNFINISHED_MAX; i++) {
        char *one = name;

        if (!atomic_compare_exchange_strong(&unfinished[i], &one, NULL))
            continue;
        if (atomic_fetch_sub(&unfinished_count, 1) == 1)
            exchange(interrupted, SIG_DFL);
        return;
    }
}

/* ---- Opening --------------------------------------------------------------------------------- */

static int error_of(bool good) { return good ? 0 : errno != 0 ? errno : EIO; }

static FILE *diverted; /* Standard output after whole_file_divert; NULL: stdout itself. */

bool whole_file_is_standard(const char *path) { return path == NULL || strcmp(path, "-") == 0; }

int whole_file_divert(void)
{
    int descriptor;

    fflush(stdout);
    descriptor = dup(STDOUT_FILENO);
    if (descriptor < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return error_of(false);
    diverted = fdopen(descriptor, "wb");
    return error_of(diverted != NULL);
}

/* The real path of an existing file, with links resolved; the path itself if the file does not
 * exist. */
static char *name_of(const char *path)
{
    char *real = realpath(path, NULL);

    return real != NULL ? real : strdup(path);
}

/* Opens a temporary file under a name that is not in use, not even by the leftover of an earlier
 * process with the same number. */
static int open_temporary(struct whole_file *file)
{
    size_t room = strlen(file->path) + 40;
    int descriptor = -1;

    file->temporary = malloc(room);
    for (int i = 0; i < NAMES_TRIED && descriptor < 0 && file->temporary != NULL; i++) {
        snprintf(file->temporary, room, i == 0 ? "%s.%ld.tmp" : "%s.%ld.%d.tmp", file->path,
                 (long)getpid(), i);
        errno = 0;
        descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_BINARY, 0666);
        if (descriptor < 0 && errno != EEXIST)
            break;
    }
    if (descriptor < 0)
        return error_of(false);
    file->out = fdopen(descriptor, "wb");
    if (file->out != NULL)
        return 0;
    close(descriptor);
    unlink(file->temporary);
    return error_of(false);
}

static void let_go(struct whole_file *file)
{
    free(file->path);
    free(file->temporary);
    *file = (struct whole_file){ .path = NULL };
}

int whole_file_open(struct whole_file *file, const char *path)
{
    struct stat there;
    int error;

    *file = (struct whole_file){ .path = NULL };
    if (whole_file_is_standard(path)) {
        file->out = diverted != NULL ? diverted : stdout;
        return 0;
    }
    errno = 0;
    file->path = name_of(path);
    if (file->path == NULL || path[0] == 0) {
        error = path[0] == 0 ? ENOENT : ENOMEM;
    } else if (stat(file->path, &there) != 0 || S_ISREG(there.st_mode)) {
        error = open_temporary(file);
    } else if (S_ISDIR(there.st_mode)) {
        error = EISDIR;
    } else {
        file->out = fopen(file->path, "wb");
        error = error_of(file->out != NULL);
    }
    if (error != 0)
        let_go(file);
    else if (file->temporary != NULL)
        remember(file->temporary);
    return error;
}

/* ---- Closing --------------------------------------------------------------------------------- */

/* Flushes a stream. A stream remembers that a write failed but not why, so a failure without errno
 * becomes EIO. */
static int flush(const struct whole_file *file)
{
    errno = 0;
    if (fflush(file->out) == 0 && !ferror(file->out))
        return 0;
    return file->error != 0 ? file->error : error_of(false);
}

static int close_standard(const struct whole_file *file)
{
    int error = flush(file);

    clearerr(file->out);
    return error == EPIPE ? 0 : error;
}

int whole_file_close(struct whole_file *file)
{
    int error;

    if (file->path == NULL)
        return close_standard(file);
    error = flush(file);
    if (fclose(file->out) != 0 && error == 0)
        error = error_of(false);
    if (file->temporary != NULL) {
        if (error == 0)
            error = error_of(rename(file->temporary, file->path) == 0);
        if (error != 0)
            unlink(file->temporary);
        forget(file->temporary);
    }
    let_go(file);
    return error;
}

void whole_file_drop(struct whole_file *file)
{
    if (file->path == NULL)
        return;
    fclose(file->out);
    if (file->temporary != NULL) {
        unlink(file->temporary);
        forget(file->temporary);
    }
    let_go(file);
}

/* ---- At once --------------------------------------------------------------------------------- */

int whole_file_write(const char *path, const void *bytes, size_t length)
{
    struct whole_file file;
    int error = whole_file_open(&file, path);

    if (error != 0)
        return error;
    errno = 0;
    if (fwrite(bytes, 1, length, file.out) != length)
        file.error = error_of(false);
    return whole_file_close(&file);
}

int whole_file_check(const char *path)
{
    struct whole_file file;
    struct stat there;
    int error;

    if (whole_file_is_standard(path))
        return 0;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode))
        return error_of(access(path, W_OK) == 0);
    error = whole_file_open(&file, path);
    if (error == 0)
        whole_file_drop(&file);
    return error;
}
