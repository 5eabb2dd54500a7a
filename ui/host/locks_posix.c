/* locks_posix.c - see locks.h: fcntl's locks, which may lie behind the end of a file. */
#include "ui/host/locks.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool lock_file_open(struct lock_file *file, const char *path)
{
    file->handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    return file->handle >= 0;
}

static bool set(const struct lock_file *file, short type, uint64_t place)
{
    struct flock lock = {
        .l_type = type, .l_whence = SEEK_SET, .l_len = 1, .l_start = (off_t)place
    };

    return fcntl((int)file->handle, F_SETLK, &lock) == 0;
}

enum lock_answer lock_take(const struct lock_file *file, uint64_t place)
{
    if (set(file, F_WRLCK, place))
        return LOCK_OURS;
    return errno == EACCES || errno == EAGAIN ? LOCK_THEIRS : LOCK_UNKNOWN;
}

void lock_drop(const struct lock_file *file, uint64_t place) { set(file, F_UNLCK, place); }

void lock_file_close(struct lock_file *file)
{
    if (file->handle >= 0)
        close((int)file->handle);
    file->handle = -1;
}
