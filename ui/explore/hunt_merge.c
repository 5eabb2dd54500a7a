/* hunt_merge.c - joins the states that the shards of a search have kept (hunt.h).
 *
 * Each shard has other parts. The joined search has all of them, those of missing shards as in the
 * beginning, so that it can be gone on with as a whole.
 */
#include "ui/explore/hunt_inside.h"
#include <stdlib.h>
#include <string.h>

/* Adds the findings of a folder. */
static void join_findings(struct hunt *all, const struct hunt *one, uint32_t folder,
                          struct hunt_joined *joined)
{
    for (uint32_t i = 0; i < one->finding_count; i++) {
        const struct hunt_finding *other = &one->findings[i];
        uint32_t at = 0;
        uint64_t count;

        while (at < all->finding_count &&
               !finding_same(&all->findings[at].finding, &other->finding))
            at++;
        if (at == HUNT_FINDINGS_MAX)
            continue;
        count = at < all->finding_count ? all->findings[at].count : 0;
        if (at == all->finding_count || other->first_at < all->findings[at].first_at) {
            all->findings[at] = *other;
            joined->from[at] = folder;
        }
        all->findings[at].count = other->first_at > 0 ? count + other->count : 0;
        all->finding_count = MAX_OF(all->finding_count, at + 1);
    }
}

/* Adds the parts of a shard, and what is left of its round. */
static void join_parts(struct search *all, struct search *one)
{
    for (uint32_t i = 0; i < one->parts.count; i++) {
        if (one->part[i].explorer == NULL)
            continue;
        explorer_free(all->part[i].explorer);
        all->part[i] = one->part[i];
        one->part[i].explorer = NULL;
    }
    for (uint32_t i = 0; i < one->slice_count && all->slice_count < PARTS_TURNS_MAX; i++)
        all->slices[all->slice_count++] = one->slices[i];
    all->turn = MAX_OF(all->turn, one->turn);
    all->position = MAX_OF(all->position, one->position);
    all->before_us += one->hunt->spent_us;
}

static bool refuse(struct hunt *all, const struct hunt *one, const char *folder,
                   char error[RUN_ERROR_CHARS])
{
    snprintf(all->where, sizeof all->where, "%.4000s/%s:1:1", folder, hunt_state_name);
    snprintf(error, RUN_ERROR_CHARS,
             "shard %u/%u (expected each shard of one search once, as --shard I/N makes them)",
             one->shard, one->shards);
    return false;
}

static bool join(struct search *all, struct search *one, const char *folder, uint32_t number,
                 struct hunt_joined *joined, char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = all->hunt, *other = one->hunt;
    bool there;

    one->head = all->head;
    if (!search_load(one, folder, number == 0 ? STATE_OF_ANY : STATE_OF_SHARD, &there, error)) {
        memcpy(hunt->where, other->where, sizeof hunt->where);
        return false;
    }
    if (number == 0) {
        all->head = one->head;
        search_follow(all);
        joined->shards = other->shards;
        for (uint32_t i = 1; i <= joined->shards; i++)
            joined->missing |= UINT64_C(1) << i;
    }
    if (other->shards == 0 || other->shards != joined->shards ||
        (joined->missing >> other->shard & 1) == 0)
        return refuse(hunt, other, folder, error);
    joined->missing &= ~(UINT64_C(1) << other->shard);
    join_findings(hunt, other, number, joined);
    join_parts(all, one);
    return true;
}

bool hunt_merge(struct hunt *hunt, const char *const *folders, uint32_t count,
                struct hunt_joined *joined, char error[RUN_ERROR_CHARS])
{
    struct search *all = calloc(1, sizeof *all);
    bool good = true;

    CHECK(all != NULL);
    all->hunt = hunt;
    *joined = (struct hunt_joined){ .shards = 0 };
    for (uint32_t i = 0; i < count && good; i++) {
        struct search *one = calloc(1, sizeof *one);
        struct hunt *other = calloc(1, sizeof *other);

        CHECK(one != NULL && other != NULL);
        one->hunt = other;
        good = join(all, one, folders[i], i, joined, error);
        search_free(one);
        free(other);
        free(one);
    }
    if (good) {
        search_gather(all);
        search_count(all);
        if (hunt->folder != NULL)
            search_save(all);
    }
    search_free(all);
    free(all);
    return good;
}
