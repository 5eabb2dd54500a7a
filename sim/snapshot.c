/* snapshot.c - copies the used part of a world, and puts the copy back.
 *
 *   base:      all pages of the low end at one time  <--- snapshots taken while it is followed
 *   written:   page numbers, in order of first write since
 *                | 7 | 3 | 12 | 9 | ...
 *   snapshot:    its own copies of the first own_count; every other page is the base's
 *   bytes:     | adopted memory ... | live part of stack | ...      each snapshot's own
 *
 * While a base is followed (written.h), each page outside its list is equal to the base's copy. So
 * a snapshot needs copies of the listed pages alone, and a restore writes the listed pages alone: a
 * page that was listed after the take still has the base's bytes in that snapshot. A page of memory
 * that the world took since the base is added to the list by the next take. The base has zeroes
 * for it, because the arena promises zeroes.
 *
 * Following costs a fault for each page written, which a single restore does not repay. So it
 * begins when the same base is put back twice in a row. A list of many pages makes takes dear, so
 * a take then makes a base of its own.
 *
 * The live part of every stack is copied, whichever fibers ran: a thread that ends another's wait
 * writes into the stack of that other.
 */
#include "sim/snapshot.h"
#include "sim/written.h"

#include <stdlib.h>
#include <string.h>

/* A base whose list holds more than one page in so many is not shared by further snapshots. */
enum { LISTED_ONE_IN = 4 };

struct base {
    struct written written;
    char *bytes;
    size_t bytes_max;
    uint32_t pages;      /* Pages of the world that are copied or in the list. */
    uint32_t snapshots;  /* Snapshots that need it. */
    struct arena *arena; /* The world's; closed or not. */
};

struct part {
    char *base; /* Place in the world. */
    size_t size;
};

struct snapshot {
    struct base *base;
    char *own; /* Copies of the first own_count pages of the base's list. */
    size_t own_max;
    uint32_t own_count;
    char *bytes; /* Copies of the parts. */
    size_t bytes_max;
    struct part *parts;
    size_t part_count, parts_max;
    size_t size;       /* Bytes of all parts; SIZE_MAX: the host has no memory. */
    size_t used, high; /* The arena's values at the take. */
    bool guard_open;
    uint32_t fibers_made; /* The same of the fibers. */
    bool fibers_protected;
};

/* Makes room for need bytes, whose old contents are not needed. */
static bool grow_bytes(char **bytes, size_t *max, size_t need)
{
    size_t size = need + need / 4 + 16;

    if (*bytes != NULL && need <= *max)
        return true;
    free(*bytes);
    *bytes = malloc(size);
    *max = *bytes != NULL ? size : 0;
    return *bytes != NULL;
}

/* Copies a page by the host's own function: what compilers put in its place for a size that they
 * know is slower. */
static void page_copy(char *to, const char *from)
{
    static const volatile size_t size = WRITTEN_PAGE;

    memcpy(to, from, size);
}

static char *page_at(const struct base *base, uint32_t page)
{
    return base->written.base + (size_t)page * WRITTEN_PAGE;
}

/* ---- The base -------------------------------------------------------------------------------- */

/* Gives back one snapshot's share of a base. */
static void base_give(struct base *base)
{
    if (base == NULL || --base->snapshots > 0)
        return;
    if (base->written.follows)
        arena_unfollow(base->arena); /* An arena that is closed has done so. */
    written_free(&base->written);
    free(base->bytes);
    free(base);
}

/* Copies the low end into a base that one snapshot needs. False: the host has no memory. */
static bool base_copy(struct base *base, struct arena *arena)
{
    uint32_t pages = written_pages(arena->used);

    if (base->written.follows)
        arena_unfollow(arena);
    written_free(&base->written);
    if (!grow_bytes(&base->bytes, &base->bytes_max, (size_t)pages * WRITTEN_PAGE) ||
        !written_make(&base->written, arena->base, pages))
        return false;
    base->arena = arena;
    base->pages = pages;
    memcpy(base->bytes, arena->base, (size_t)pages * WRITTEN_PAGE);
    return true;
}

/* A base for this snapshot alone: its present one, if nobody shares that, or a new one. */
static bool base_of_its_own(struct snapshot *s, struct arena *arena)
{
    if (s->base != NULL && s->base->snapshots > 1) {
        base_give(s->base);
        s->base = NULL;
    }
    if (s->base == NULL && (s->base = calloc(1, sizeof *s->base)) != NULL)
        s->base->snapshots = 1;
    return s->base != NULL && base_copy(s->base, arena);
}

/* True if this base is followed, so that its list says what has changed. */
static bool is_followed(const struct base *base, const struct arena *arena)
{
    return arena->written == &base->written && !base->written.lost && !arena->copies_all;
}

/* The base that the next snapshot may share; NULL: none. */
static struct base *base_to_share(const struct arena *arena)
{
    struct base *base =
        arena->written != NULL ? CONTAINER(arena->written, struct base, written) : NULL;

    if (base == NULL || !is_followed(base, arena) ||
        base->written.count > written_pages(arena->used) / LISTED_ONE_IN)
        return NULL;
    return base;
}

/* ---- Taking ---------------------------------------------------------------------------------- */

static void part_add(void *base, size_t size, void *ctx)
{
    struct snapshot *s = ctx;

    if (s->size == SIZE_MAX)
        return;
    if (s->part_count == s->parts_max) {
        size_t max = s->parts_max + s->parts_max / 4 + 16;
        struct part *grown = realloc(s->parts, max * sizeof *grown);

        if (grown == NULL) {
            s->size = SIZE_MAX; /* parts_copy reports it. */
            return;
        }
        s->parts = grown;
        s->parts_max = max;
    }
    s->parts[s->part_count++] = (struct part){ base, size };
    s->size += size;
}

/* Copies what does not lie in the low end. */
static bool parts_copy(struct snapshot *s, const struct arena *arena, struct fibers *fibers)
{
    char *to;

    s->part_count = s->size = 0;
    for (uint32_t i = 0; i < arena->outside_count; i++)
        part_add(arena->outside[i].base, arena->outside[i].size, s);
    if (fibers != NULL)
        fibers_live(fibers, part_add, s);
    if (s->size == SIZE_MAX || !grow_bytes(&s->bytes, &s->bytes_max, s->size))
        return false;
    to = s->bytes;
    for (size_t i = 0; i < s->part_count; i++) {
        memcpy(to, s->parts[i].base, s->parts[i].size);
        to += s->parts[i].size;
    }
    return true;
}

/* Lists the pages that the world has taken since, and copies the pages of the list. */
static bool listed_copy(struct snapshot *s, const struct arena *arena)
{
    struct base *base = s->base;
    const struct written *written = &base->written;

    for (; base->pages < written_pages(arena->used); base->pages++)
        if (!written_add(&base->written, base->pages))
            return false;
    if (!grow_bytes(&s->own, &s->own_max, (size_t)written->count * WRITTEN_PAGE))
        return false;
    s->own_count = written->count;
    for (uint32_t i = 0; i < s->own_count; i++)
        page_copy(s->own + (size_t)i * WRITTEN_PAGE, page_at(base, written->pages[i]));
    return true;
}

struct snapshot *snapshot_take(struct arena *arena, struct fibers *fibers)
{
    struct snapshot *s = calloc(1, sizeof *s);

    if (s != NULL && !snapshot_retake(s, arena, fibers)) {
        snapshot_free(s);
        return NULL;
    }
    return s;
}

bool snapshot_retake(struct snapshot *s, struct arena *arena, struct fibers *fibers)
{
    struct base *shared = base_to_share(arena);

    s->own_count = 0;
    if (shared != NULL) {
        shared->snapshots++; /* Before the present base is given, because it may be the same. */
        base_give(s->base);
        s->base = shared;
        if (!listed_copy(s, arena))
            return false;
    } else if (!base_of_its_own(s, arena)) {
        return false;
    }
    s->used = arena->used;
    s->high = arena->high;
    s->guard_open = arena->guard_open;
    s->fibers_made = fibers != NULL ? fibers_made(fibers) : 0;
    s->fibers_protected = fibers != NULL && fibers_protected(fibers);
    return parts_copy(s, arena, fibers);
}

/* ---- Restoring ------------------------------------------------------------------------------- */

/* Copies the pages of the list back that the snapshot has itself. A page behind its used ones is
 * zero already. */
static void own_back(const struct snapshot *s)
{
    const struct written *written = &s->base->written;
    uint32_t pages = written_pages(s->used);

    for (uint32_t i = 0; i < s->own_count; i++)
        if (written->pages[i] < pages)
            page_copy(page_at(s->base, written->pages[i]), s->own + (size_t)i * WRITTEN_PAGE);
}

/* Copies back what has changed. Pages that were taken and listed since are zero already. */
static void listed_back(const struct snapshot *s)
{
    const struct written *written = &s->base->written;

    own_back(s);
    for (uint32_t i = s->own_count; i < written->count; i++)
        if (written->pages[i] < written->page_count)
            page_copy(page_at(s->base, written->pages[i]),
                      s->base->bytes + (size_t)written->pages[i] * WRITTEN_PAGE);
}

static void all_back(const struct snapshot *s)
{
    const struct written *written = &s->base->written;

    memcpy(written->base, s->base->bytes, (size_t)written->page_count * WRITTEN_PAGE);
    own_back(s);
}

static void low_end_back(const struct snapshot *s, struct arena *arena)
{
    struct base *base = s->base;
    size_t end = (size_t)written_pages(s->used) * WRITTEN_PAGE;

    if (arena->used > end)
        memset(arena->base + end, 0, arena->used - end);
    arena->used = s->used;
    if (is_followed(base, arena)) {
        listed_back(s);
    } else {
        arena_unfollow(arena);
        all_back(s);
        if (arena->put_back == base && !arena->copies_all)
            arena_follow(arena, &base->written);
        arena->put_back = base;
    }
    if (arena->written != NULL)
        host_watch_ready();
}

/* Zeroes memory that was taken since. fibers: who has closed guard pages there; NULL: nobody. */
static void high_end_zero(const struct snapshot *s, const struct arena *arena,
                          const struct fibers *fibers)
{
    char *from = arena->base + (arena->size - arena->high);

    if (fibers != NULL)
        fibers_zero(fibers, from, arena->base + (arena->size - s->high));
    else
        memset(from, 0, arena->high - s->high);
}

void snapshot_restore(const struct snapshot *s, struct arena *arena, struct fibers *fibers)
{
    const char *from = s->bytes;

    CHECK(s->base != NULL && s->base->written.base == arena->base);
    CHECK(fibers == NULL || fiber_current(fibers) == NULL);
    if (fibers != NULL)
        fibers_overwritten(fibers);
    /* The guard pages that are open differ: which is seldom. */
    bool other = arena->guard_open || s->guard_open ||
                 (fibers != NULL && fibers_protected(fibers) != s->fibers_protected);
    uint32_t guarded = fibers != NULL && !other ? fibers_made(fibers) : 0;

    if (other)
        arena_open_high(arena);
    if (arena->high > s->high)
        high_end_zero(s, arena, other ? NULL : fibers);
    arena->high = s->high;
    low_end_back(s, arena);
    for (size_t i = 0; i < s->part_count; i++) {
        memcpy(s->parts[i].base, from, s->parts[i].size);
        from += s->parts[i].size;
    }
    arena->guard_open = false; /* Unless a stack that was put back stands on its own. */
    if (fibers != NULL) {
        fibers_overwritten(fibers);
        fibers_close(fibers, guarded);
    }
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static bool differs(const char *world, const char *copy, size_t size, const char **where)
{
    size_t at = 0;

    if (memcmp(world, copy, size) == 0)
        return false;
    while (world[at] == copy[at])
        at++;
    *where = world + at;
    return true;
}

/* Compares the pages that the snapshot has itself, then those of the base. */
static bool low_end_differs(const struct snapshot *s, const char **where)
{
    const struct base *base = s->base;
    const struct written *written = &base->written;

    for (uint32_t i = 0; i < s->own_count; i++)
        if (differs(page_at(base, written->pages[i]), s->own + (size_t)i * WRITTEN_PAGE,
                    WRITTEN_PAGE, where))
            return true;
    for (uint32_t i = s->own_count; i < written->count; i++)
        if (written->pages[i] < written->page_count &&
            differs(page_at(base, written->pages[i]),
                    base->bytes + (size_t)written->pages[i] * WRITTEN_PAGE, WRITTEN_PAGE, where))
            return true;
    for (uint32_t page = 0; page < written->page_count; page++)
        if (!written_has(written, page) &&
            differs(page_at(base, page), base->bytes + (size_t)page * WRITTEN_PAGE, WRITTEN_PAGE,
                    where))
            return true;
    return false;
}

bool snapshot_differs(const struct snapshot *s, const struct arena *arena, const char **where)
{
    const char *copy = s->bytes;

    *where = arena->base + MIN_OF(arena->used, s->used);
    if (arena->used != s->used || arena->high != s->high || low_end_differs(s, where))
        return true;
    for (size_t i = 0; i < s->part_count; i++) {
        if (differs(s->parts[i].base, copy, s->parts[i].size, where))
            return true;
        copy += s->parts[i].size;
    }
    return false;
}

size_t snapshot_size(const struct snapshot *s)
{
    size_t shared = (size_t)s->base->written.page_count * WRITTEN_PAGE;

    return s->size + (size_t)s->own_count * WRITTEN_PAGE + shared / s->base->snapshots;
}

size_t snapshot_pages(const struct snapshot *s, const struct arena *arena)
{
    return is_followed(s->base, arena) ? s->base->written.count : written_pages(s->used);
}

const char *snapshots_way(void) { return written_exists() ? "page protection" : "full copy"; }

void snapshot_free(struct snapshot *s)
{
    if (s == NULL)
        return;
    base_give(s->base);
    free(s->own);
    free(s->bytes);
    free(s->parts);
    free(s);
}
