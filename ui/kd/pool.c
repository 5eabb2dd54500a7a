/* pool.c - !pool and !locks: blocks of pool, and resources with who owns them and who waits. */
#include "ui/kd/inside.h"
#include "model/look/objects.h"
#include <string.h>

/* ---- A block --------------------------------------------------------------------------------- */

struct pool_wish {
    uint32_t address;
    bool found;
    struct look_block block;
};

static void see_block(struct world *world, void *ctx)
{
    struct pool_wish *wish = ctx;

    wish->found = look_block(world, wish->address, &wish->block);
}

void kd_do_pool(struct kd *kd, const struct kd_words *words)
{
    struct pool_wish wish = { 0 };
    const struct look_block *block = &wish.block;
    char tag[5];

    if (words->count < 2) {
        kd_complain(kd,
                    "!pool needs an address (expected one that !irp, !devobj or a record shows)");
        return;
    }
    if (!kd_number_at(kd, words, 1, 0, &wish.address))
        return;
    kd_see(kd, see_block, &wish);
    if (!wish.found) {
        kd_complain(kd, "!pool: no block of pool at %08x (expected the address of one)",
                    wish.address);
        return;
    }
    for (int i = 0; i < 4; i++) {
        char letter = (char)(block->tag >> 8 * i & 0x7f);

        tag[i] = letter >= ' ' && letter < 0x7f ? letter : '.';
    }
    tag[4] = 0;
    fprintf(kd->out, "Pool page %08x region is %s pool\n", wish.address,
            block->paged ? "Paged" : "Nonpaged");
    fprintf(kd->out, "*%08x size: %4x previous size: ????  (%s) *%s", block->address, block->bytes,
            block->in_use ? "Allocated" : "Free", tag);
    if (block->charged != 0)
        fprintf(kd->out, " Process: %08x", block->charged);
    fputc('\n', kd->out);
}

/* ---- Resources ------------------------------------------------------------------------------- */

enum { RESOURCES_SHOWN = 512 };
struct all_resources {
    uint32_t count;
    struct look_resource list[RESOURCES_SHOWN];
};

static void see_resources(struct world *world, void *ctx)
{
    struct all_resources *all = ctx;

    all->count = look_resources(world, all->list, RESOURCES_SHOWN);
}

/* Prints the threads that wait for an object. */
static void print_waiters(struct kd *kd, uint32_t object, const char *what)
{
    bool headed = false;

    for (uint32_t i = 0; i < kd->look->thread_count; i++) {
        const struct inspect_thread *thread = &kd->look->threads[i];
        bool waits = false;

        for (uint32_t k = 0; k < thread->wait_count && k < INSPECT_WAITS_MAX; k++)
            waits = waits || thread->waits[k].address == object;
        if (!waits || thread->running)
            continue;
        if (!headed)
            fprintf(kd->out, "     Threads Waiting On %s Access:\n", what);
        headed = true;
        fprintf(kd->out, "              %08x\n", thread->address);
    }
}

static void print_resource(struct kd *kd, const struct look_resource *resource)
{
    fprintf(kd->out, "\nResource @ 0x%08x    ", resource->address);
    if (resource->active == 0)
        fprintf(kd->out, "Available\n");
    else if (resource->exclusive)
        fprintf(kd->out, "Exclusively owned\n");
    else
        fprintf(kd->out, "Shared %u owning threads\n", resource->owner_count);
    if (resource->contention > 0)
        fprintf(kd->out, "    Contention Count = %u\n", resource->contention);
    if (resource->shared_waiters > 0)
        fprintf(kd->out, "    NumberOfSharedWaiters = %u\n", resource->shared_waiters);
    if (resource->exclusive_waiters > 0)
        fprintf(kd->out, "    NumberOfExclusiveWaiters = %u\n", resource->exclusive_waiters);
    if (resource->owner_count > 0)
        fprintf(kd->out, "     Threads:");
    for (uint32_t i = 0; i < resource->owner_count && i < LOOK_OWNERS_MAX; i++)
        if (resource->owners[i].thread != 0)
            fprintf(kd->out, " %08x-%02x<*>", resource->owners[i].thread,
                    resource->owners[i].count);
        else
            fprintf(kd->out, " %s-%02x", "????????", resource->owners[i].count);
    if (resource->owner_count > LOOK_OWNERS_MAX)
        fprintf(kd->out, " ... and %u more", resource->owner_count - LOOK_OWNERS_MAX);
    if (resource->owner_count > 0)
        fputc('\n', kd->out);
    if (resource->shared_waiters > 0)
        print_waiters(kd, resource->shared_by, "Shared");
    if (resource->exclusive_waiters > 0)
        print_waiters(kd, resource->exclusive_by, "Exclusive");
}

void kd_do_locks(struct kd *kd, const struct kd_words *words)
{
    static struct all_resources all;
    bool every = words->count > 1 && strcmp(words->words[1], "-v") == 0;
    uint32_t held = 0;

    if (words->count > 1 && !every) {
        kd_complain(kd, "!locks \"%s\" (expected -v)", words->words[1]);
        return;
    }
    kd_see(kd, see_resources, &all);
    fprintf(kd->out, "**** DUMP OF ALL RESOURCE OBJECTS ****\nKD: Scanning for held locks...\n");
    for (uint32_t i = 0; i < MIN_OF(all.count, RESOURCES_SHOWN); i++) {
        const struct look_resource *resource = &all.list[i];

        held += resource->active > 0;
        if (every || resource->active > 0)
            print_resource(kd, resource);
    }
    fprintf(kd->out, "\n%u total locks, %u locks currently held\n", all.count, held);
}
