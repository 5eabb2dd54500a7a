/* claims.c - see claims.h. Each run has one byte of an empty file: locks may lie behind the end of
 * a file. */
#include "ui/campaign/claims.h"
#include "ui/campaign/plan.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool claims_open(struct claims *claims, const char *database)
{
    snprintf(claims->path, sizeof claims->path, "%s-claims", database);
    claims->file = open(claims->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    return claims->file >= 0;
}

static bool set(struct claims *claims, short type, int64_t point, uint32_t replica)
{
    struct flock lock = { .l_type = type,
                          .l_whence = SEEK_SET,
                          .l_len = 1,
                          .l_start = (off_t)(point * PLAN_REPLICAS_MAX + replica) };

    return fcntl(claims->file, F_SETLK, &lock) == 0;
}

bool claims_take(struct claims *claims, int64_t point, uint32_t replica)
{
    /* On a host without file locks a run may be made twice; the database keeps one of the two. */
    return set(claims, F_WRLCK, point, replica) || (errno != EACCES && errno != EAGAIN);
}

void claims_drop(struct claims *claims, int64_t point, uint32_t replica)
{
    set(claims, F_UNLCK, point, replica);
}

void claims_close(struct claims *claims, bool done)
{
    if (done)
        unlink(claims->path);
    if (claims->file >= 0)
        close(claims->file);
}
