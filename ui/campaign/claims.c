/* claims.c - see claims.h. Each run has one place of an empty file. */
#include "ui/campaign/claims.h"
#include "ui/campaign/plan.h"
#include "ui/host/files.h"
#include <stdio.h>

bool claims_open(struct claims *claims, const char *database)
{
    snprintf(claims->path, sizeof claims->path, "%s-claims", database);
    return lock_file_open(&claims->file, claims->path);
}

static uint64_t place_of(int64_t point, uint32_t replica)
{
    return (uint64_t)point * PLAN_REPLICAS_MAX + replica;
}

bool claims_take(struct claims *claims, int64_t point, uint32_t replica)
{
    /* On a host without file locks a run may be made twice; the database keeps one of the two. */
    return lock_take(&claims->file, place_of(point, replica)) != LOCK_THEIRS;
}

void claims_drop(struct claims *claims, int64_t point, uint32_t replica)
{
    lock_drop(&claims->file, place_of(point, replica));
}

void claims_close(struct claims *claims, bool done)
{
    if (done)
        file_remove(claims->path);
    lock_file_close(&claims->file);
}
