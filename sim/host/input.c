/* input.c - see input.h. A file is opened first and asked what it is afterwards, so that nobody can
 * exchange it in between. */
#include "sim/host/input.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if !defined(O_NONBLOCK) /* Windows. */
#define O_NONBLOCK 0
#endif
#if !defined(O_NOCTTY)
#define O_NOCTTY 0
#endif
#if !defined(O_BINARY)
#define O_BINARY 0
#endif

FILE *host_input_open(const char *path, const char **problem)
{
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_BINARY);
    struct stat is;
    FILE *file = NULL;

    if (descriptor < 0 && errno == ENXIO) {
        *problem = "not a regular file"; /* A socket. */
        return NULL;
    }
    if (descriptor < 0 || fstat(descriptor, &is) != 0)
        *problem = strerror(errno);
    else if (S_ISDIR(is.st_mode))
        *problem = strerror(EISDIR);
    else if (!S_ISREG(is.st_mode))
        *problem = "not a regular file";
    else if ((file = fdopen(descriptor, "rb")) == NULL)
        *problem = strerror(errno);
    if (file == NULL && descriptor >= 0)
        close(descriptor);
    return file;
}
