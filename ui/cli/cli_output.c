/* cli_output.c - files that are there whole or not at all.
 *
 * What a command writes goes to a file beside the one that is meant, which takes its name when it
 * is complete.
 */
#include "ui/cli/cli.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static bool refused(const char *path, int error)
{
    fprintf(stderr, "exifsim: cannot write %s: %s\n", path, strerror(error));
    return false;
}

static bool temporary_name(const char *path, char *out, size_t size)
{
    return snprintf(out, size, "%s.%ld.tmp", path, (long)getpid()) < (int)size ||
           refused(path, ENAMETOOLONG);
}

bool cli_can_write(const char *path)
{
    char temporary[4096];
    FILE *out, *folder;

    if (!temporary_name(path, temporary, sizeof temporary))
        return false;
    if (path[0] == 0)
        return refused("\"\"", ENOENT);
    folder = fopen(path, "r+b");
    if (folder != NULL)
        fclose(folder);
    else if (errno == EISDIR)
        return refused(path, EISDIR);
    out = fopen(temporary, "wb");
    if (out == NULL)
        return refused(path, errno);
    fclose(out);
    remove(temporary);
    return true;
}

bool cli_write(const char *path, const char *text, size_t length)
{
    char temporary[4096];
    FILE *out;
    bool good;
    int error;

    if (!temporary_name(path, temporary, sizeof temporary))
        return false;
    errno = 0;
    out = fopen(temporary, "wb");
    if (out == NULL)
        return refused(path, errno);
    good = fwrite(text, 1, length, out) == length;
    good = fclose(out) == 0 && good && rename(temporary, path) == 0;
    error = errno != 0 ? errno : EIO;
    if (good)
        return true;
    remove(temporary);
    return refused(path, error);
}

/* ---- Results that are long in the making ----------------------------------------------------- */

static char unfinished[4096]; /* The one that an interrupt takes away. */

static void interrupted(int number)
{
    if (unfinished[0] != 0)
        unlink(unfinished);
    signal(number, SIG_DFL);
    raise(number);
}

/* What the shell has told us to ignore stays ignored (nohup). */
static void clean_up_at(int number)
{
    if (signal(number, interrupted) == SIG_IGN)
        signal(number, SIG_IGN);
}

bool cli_output_open(struct cli_output *output, const char *path)
{
    *output = (struct cli_output){ .file = stdout, .path = path };
    if (path == NULL)
        return true;
    if (!temporary_name(path, output->temporary, sizeof output->temporary))
        return false;
    errno = 0;
    output->file = fopen(output->temporary, "wb");
    if (output->file == NULL)
        return refused(path, errno);
    memcpy(unfinished, output->temporary, sizeof unfinished);
    clean_up_at(SIGINT);
    clean_up_at(SIGTERM);
    clean_up_at(SIGHUP);
    return true;
}

static bool close_standard_output(struct cli_output *output, bool good)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return good;
    output->error = output->error != 0 ? output->error : errno != 0 ? errno : EIO;
    clearerr(stdout);
    if (output->error == EPIPE)
        return true;
    fprintf(stderr, "exifsim: standard output: %s\n", strerror(output->error));
    return false;
}

bool cli_output_close(struct cli_output *output, bool good)
{
    bool written;

    if (output->path == NULL)
        return close_standard_output(output, good);
    errno = 0;
    written = fflush(output->file) == 0 && !ferror(output->file);
    written = fclose(output->file) == 0 && written;
    if (good && written && rename(output->temporary, output->path) == 0) {
        unfinished[0] = 0;
        return true;
    }
    output->error = output->error != 0 ? output->error : errno != 0 ? errno : EIO;
    remove(output->temporary);
    unfinished[0] = 0;
    return (good || !written) ? refused(output->path, output->error) : false;
}
