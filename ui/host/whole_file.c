/* whole_file.c - see whole_file.h. */
#include "ui/host/whole_file.h"
#include "ui/host/files.h"
#include "ui/host/programs.h"
#include "ui/host/terminal.h"
#include "ui/host/unfinished.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_TRIED = 100 };

/* ---- Opening --------------------------------------------------------------------------------- */

static int error_of(bool good) { return good ? 0 : errno != 0 ? errno : EIO; }

static FILE *diverted; /* Standard output after whole_file_divert; NULL: stdout itself. */

bool whole_file_is_standard(const char *path) { return path == NULL || strcmp(path, "-") == 0; }

int whole_file_divert(void)
{
    errno = 0;
    diverted = terminal_divert();
    return error_of(diverted != NULL);
}

/* The real path of an existing file, with links resolved; the path itself if the file does not
 * exist. */
static char *name_of(const char *path)
{
    char *real = file_full_path(path);

    return real != NULL ? real : strdup(path);
}

/* Opens a temporary file under a name that is not in use, not even by the leftover of an earlier
 * process with the same number. */
static int open_temporary(struct whole_file *file)
{
    size_t room = strlen(file->path) + 40;

    file->temporary = malloc(room);
    for (int i = 0; i < NAMES_TRIED && file->out == NULL && file->temporary != NULL; i++) {
        snprintf(file->temporary, room, i == 0 ? "%s.%lu.tmp" : "%s.%lu.%d.tmp", file->path,
                 program_number(), i);
        errno = 0;
        file->out = file_open_new(file->temporary);
        if (file->out == NULL && errno != EEXIST)
            break;
    }
    return error_of(file->out != NULL);
}

static void let_go(struct whole_file *file)
{
    free(file->path);
    free(file->temporary);
    *file = (struct whole_file){ .path = NULL };
}

int whole_file_open(struct whole_file *file, const char *path)
{
    enum file_kind kind;
    int error;

    *file = (struct whole_file){ .path = NULL };
    if (whole_file_is_standard(path)) {
        file->out = diverted != NULL ? diverted : stdout;
        return 0;
    }
    errno = 0;
    file->path = name_of(path);
    kind = file->path != NULL ? file_look(file->path).kind : FILE_ABSENT;
    if (file->path == NULL || path[0] == 0) {
        error = path[0] == 0 ? ENOENT : ENOMEM;
    } else if (kind == FILE_ABSENT || kind == FILE_REGULAR) {
        error = open_temporary(file);
    } else if (kind == FILE_FOLDER) {
        error = EISDIR;
    } else {
        file->out = file_open(file->path, "wb");
        error = error_of(file->out != NULL);
    }
    if (error != 0)
        let_go(file);
    else if (file->temporary != NULL)
        unfinished_add(file->temporary);
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
    return terminal_reader_gone(error) ? 0 : error;
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
            error = error_of(file_rename(file->temporary, file->path));
        if (error != 0)
            file_remove(file->temporary);
        unfinished_done(file->temporary);
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
        file_remove(file->temporary);
        unfinished_done(file->temporary);
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
    int error;

    if (whole_file_is_standard(path))
        return 0;
    if (file_look(path).kind == FILE_SPECIAL)
        return error_of(file_writable(path));
    error = whole_file_open(&file, path);
    if (error == 0)
        whole_file_drop(&file);
    return error;
}
