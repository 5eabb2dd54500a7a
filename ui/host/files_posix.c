/* files_posix.c - see files.h. */
#include "ui/host/files.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__APPLE__)
#define st_mtim st_mtimespec
#endif

static enum file_kind kind_of(mode_t mode)
{
    return S_ISREG(mode) ? FILE_REGULAR : S_ISDIR(mode) ? FILE_FOLDER : FILE_SPECIAL;
}

struct file_look file_look(const char *path)
{
    struct stat is;

    if (stat(path, &is) != 0)
        return (struct file_look){ .kind = FILE_ABSENT };
    return (struct file_look){ .kind = kind_of(is.st_mode),
                               .bytes = (uint64_t)is.st_size,
                               .written_ns =
                                   (int64_t)is.st_mtim.tv_sec * 1000000000 + is.st_mtim.tv_nsec,
                               .device = (uint64_t)is.st_dev,
                               .number = (uint64_t)is.st_ino };
}

enum file_kind file_kind_of_name(const char *path)
{
    struct stat is;

    return lstat(path, &is) != 0 ? FILE_ABSENT : kind_of(is.st_mode);
}

FILE *file_open(const char *path, const char *mode) { return fopen(path, mode); }

FILE *file_open_new(const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;

    if (file == NULL && descriptor >= 0) {
        int error = errno;

        close(descriptor);
        unlink(path);
        errno = error;
    }
    return file;
}

bool file_writable(const char *path) { return access(path, W_OK) == 0; }
bool file_executable(const char *path) { return access(path, X_OK) == 0; }
bool file_make_executable(const char *path) { return chmod(path, 0755) == 0; }
bool file_remove(const char *path) { return unlink(path) == 0; }
bool file_rename(const char *path, const char *to) { return rename(path, to) == 0; }
char *file_full_path(const char *path) { return realpath(path, NULL); }
bool folder_make(const char *path) { return mkdir(path, 0777) == 0; }

bool folder_remove(const char *path) { return rmdir(path) == 0; }

bool folder_read(const char *path, void (*each)(void *context, const char *name), void *context)
{
    DIR *folder = opendir(path);

    if (folder == NULL)
        return false;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            each(context, entry->d_name);
    closedir(folder);
    return true;
}

bool file_pattern(const char *pattern, void (*each)(void *context, const char *path), void *context)
{
    glob_t found;
    bool any = glob(pattern, 0, NULL, &found) == 0;

    for (size_t i = 0; any && i < found.gl_pathc; i++)
        each(context, found.gl_pathv[i]);
    globfree(&found);
    return any;
}

bool file_error_is_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

int file_error(int system) { return system; }
