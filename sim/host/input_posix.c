/* input_posix.c - see input.h. A file is opened first and asked what it is afterwards, so that
 * nobody can exchange it in between. */
#include "sim/host/input.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *host_input_open(const char *path, const char **problem)
{
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat is;
    FILE *file = NULL;

    /* ENXIO: a socket. */
    *problem = descriptor < 0 && errno == ENXIO ? "not a regular file" : NULL;
    if (descriptor >= 0 && fstat(descriptor, &is) == 0) {
        if (S_ISDIR(is.st_mode))
            *problem = strerror(EISDIR);
        else if (!S_ISREG(is.st_mode))
            *problem = "not a regular file";
        else
            file = fdopen(descriptor, "rb");
    }
    if (file == NULL && *problem == NULL)
        *problem = strerror(errno);
    if (file == NULL && descriptor >= 0)
        close(descriptor);
    return file;
}
