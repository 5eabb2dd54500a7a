/* hunt_state.c - the state of a search as a file, search.state in the folder of its findings.
 *
 * Its head names the search: the build, the scenario and its calm run, what is asked for. A state
 * of another search is refused. Behind it stand the findings, what is left of the round, and each
 * part (sim/explore/carry.h). The file appears whole or not at all, so a search that is killed goes
 * on from the latest one; what it had found since is found again, under the same name.
 */
#include "ui/explore/hunt_inside.h"
#include "ui/host/files.h"
#include "ui/host/whole_file.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_CHARS = 4096, FORMAT = 1, DEPTH_MAX = 16 };
enum { FNV_BASIS_HIGH = 0xcbf29ce4, FNV_BASIS_LOW = 0x84222325 };

const char hunt_state_name[] = "search.state";

static void path_in(const char *folder, char out[PATH_CHARS])
{
    snprintf(out, PATH_CHARS, "%s/%s", folder, hunt_state_name);
}

/* FNV-1a. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = (uint64_t)FNV_BASIS_HIGH << 32 | FNV_BASIS_LOW;

    for (; *text != 0; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

/* ---- The head -------------------------------------------------------------------------------- */

void search_name(struct search *s)
{
    const struct hunt *hunt = s->hunt;

    s->head = (struct search_head){ .scenario = hash_of(hunt->scenario->text),
                                    .calm = s->calm_print,
                                    .seed = hunt->seed,
                                    .strategy = hunt->strategy,
                                    .depth = hunt->depth,
                                    .from = hunt->from,
                                    .window_from = hunt->window_from,
                                    .to = hunt->to,
                                    .kinds = hunt->kinds,
                                    .free_order = hunt->free_order,
                                    .guests = hunt->guests,
                                    .actors = hunt->actors,
                                    .questions = hunt->questions };
}

void search_follow(struct search *s)
{
    const struct search_head *head = &s->head;
    struct hunt *hunt = s->hunt;

    hunt->seed = head->seed;
    hunt->strategy = (enum strategy_name)head->strategy;
    hunt->depth = (uint32_t)head->depth;
    hunt->from = head->from;
    hunt->window_from = head->window_from;
    hunt->to = head->to;
    hunt->kinds = (uint32_t)head->kinds;
    hunt->free_order = head->free_order != 0;
    hunt->guests = head->guests != 0;
    hunt->actors = (uint32_t)head->actors;
    hunt->questions = (uint32_t)head->questions;
    search_begin(s);
}

/* Writes the head; reads it, where it must be this one; or reads whatever it is. */
static void carry_head(struct carry *c, struct search_head *head, bool known)
{
    static const char of_another[] = "the state is that of another search";
    struct {
        const char *word, *what;
        uint64_t *value, most;
    } const rows[] = {
        { "seed", of_another, &head->seed, UINT64_MAX },
        { "scenario", "the state is that of another scenario, or it was changed", &head->scenario,
          UINT64_MAX },
        { "calm", "the state is that of another calm run", &head->calm, UINT64_MAX },
        { "strategy", of_another, &head->strategy, STRATEGY_portfolio },
        { "depth", of_another, &head->depth, DEPTH_MAX },
        { "from", of_another, &head->from, UINT64_MAX },
        { "begin", of_another, &head->window_from, UINT64_MAX },
        { "to", of_another, &head->to, UINT64_MAX },
        { "kinds", of_another, &head->kinds, UINT32_MAX },
        { "free", of_another, &head->free_order, 1 },
        { "guests", of_another, &head->guests, 1 },
        { "actors", of_another, &head->actors, CHOICE_ACTORS_MAX },
        { "questions", of_another, &head->questions, UINT32_MAX },
    };

    carry_same(c, "search", FORMAT, "this program writes and reads this format");
    carry_same_text(c, "build", run_build(), "the state was written by another build");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (known) {
            carry_same(c, rows[i].word, *rows[i].value, rows[i].what);
            continue;
        }
        carry_word(c, rows[i].word);
        *rows[i].value = carry_number(c, *rows[i].value, rows[i].most);
        carry_line(c);
    }
}

/* ---- The rest -------------------------------------------------------------------------------- */

static void carry_finding(struct carry *c, struct hunt_finding *kept)
{
    carry_word(c, "finding");
    kept->finding.kind =
        (enum finding_kind)carry_number(c, kept->finding.kind, FINDING_EXPECTATION);
    kept->stop = (uint32_t)carry_number(c, kept->stop, UINT32_MAX);
    kept->count = carry_number(c, kept->count, UINT64_MAX);
    kept->first_at = carry_number(c, kept->first_at, UINT64_MAX);
    kept->first_us = carry_number(c, kept->first_us, UINT64_MAX);
    kept->finding.at = carry_number(c, kept->finding.at, UINT64_MAX);
    kept->strict = (enum hunt_strict)carry_number(c, kept->strict, HUNT_STRICT_NOT_FOUND);
    kept->repeats = carry_number(c, kept->repeats, 1) != 0;
    carry_line(c);
    carry_word(c, "name");
    carry_rest(c, kept->name, sizeof kept->name);
    carry_line(c);
    carry_word(c, "cause");
    carry_rest(c, kept->finding.cause, sizeof kept->finding.cause);
    carry_line(c);
    carry_word(c, "surprises");
    carry_rest(c, kept->surprises, sizeof kept->surprises);
    carry_line(c);
}

static void carry_slice(struct carry *c, struct slice *slice)
{
    carry_word(c, "slice");
    slice->part = (uint32_t)carry_number(c, slice->part, PARTS_MAX - 1);
    slice->position = carry_number(c, slice->position, UINT64_MAX);
    slice->done = (uint32_t)carry_number(c, slice->done, PARTS_SLICE);
    carry_line(c);
}

/* True if a budget has cut the slice, or it was not begun. */
static bool is_cut(const struct search *s, const struct slice *slice)
{
    return slice->done < PARTS_SLICE && s->part[slice->part].more;
}

static void carry_part(struct carry *c, struct hunted *part)
{
    explorer_carry(part->explorer, c);
    if (!c->reads)
        return;
    part->counts = explorer_counts(part->explorer);
    part->estimate = explorer_estimate(part->explorer);
    part->more = !part->counts.ended;
}

/* What goes on with the parts that are here; c->reads: of those that the state has. */
static void carry_body(struct carry *c, struct search *s)
{
    struct hunt *hunt = s->hunt;
    uint32_t slices = 0, parts = 0;

    carry_word(c, "spent");
    hunt->spent_us = carry_number(c, hunt->spent_us, UINT64_MAX / 2);
    carry_line(c);
    carry_word(c, "plan");
    s->turn = (uint32_t)carry_number(c, s->turn, s->parts.turn_count - 1);
    s->position = carry_number(c, s->position, UINT64_MAX);
    carry_line(c);
    carry_word(c, "findings");
    hunt->finding_count = (uint32_t)carry_number(c, hunt->finding_count, HUNT_FINDINGS_MAX);
    carry_line(c);
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        carry_finding(c, &hunt->findings[i]);
    for (uint32_t i = 0; i < s->slice_count; i++)
        slices += is_cut(s, &s->slices[i]);
    carry_word(c, "slices");
    slices = (uint32_t)carry_number(c, slices, PARTS_TURNS_MAX);
    carry_line(c);
    if (c->reads)
        s->merged = s->slice_count = slices; /* Given out again by the next round. */
    for (uint32_t i = 0; i < s->slice_count; i++)
        if (c->reads || is_cut(s, &s->slices[i]))
            carry_slice(c, &s->slices[i]);
    for (uint32_t i = 0; i < s->parts.count; i++)
        parts += s->part[i].explorer != NULL;
    carry_word(c, "parts");
    parts = (uint32_t)carry_number(c, parts, parts);
    carry_line(c);
    for (uint32_t i = 0; i < s->parts.count && parts > 0 && carry_good(c); i++) {
        if (s->part[i].explorer == NULL)
            continue;
        carry_same(c, "part", i, "parts stand in their order");
        carry_part(c, &s->part[i]);
        parts--;
    }
    carry_word(c, "end");
    carry_line(c);
}

static void carry_shard(struct carry *c, struct hunt *hunt, bool known)
{
    if (known) {
        carry_same(c, "shard", hunt->shard, "the state is that of another shard");
        carry_same(c, "shards", hunt->shards, "the state is that of another shard");
        return;
    }
    carry_word(c, "shard");
    hunt->shard = (uint32_t)carry_number(c, hunt->shard, PARTS_MAX);
    carry_line(c);
    carry_word(c, "shards");
    hunt->shards = (uint32_t)carry_number(c, hunt->shards, PARTS_MAX);
    carry_line(c);
}

/* ---- Files ----------------------------------------------------------------------------------- */

void search_save(struct search *s)
{
    struct carry c;
    char path[PATH_CHARS];
    int error = 0;

    carry_write(&c);
    carry_head(&c, &s->head, true);
    carry_shard(&c, s->hunt, true);
    carry_body(&c, s);
    path_in(s->hunt->folder, path);
    if (file_look(s->hunt->folder).kind != FILE_FOLDER && !folder_make(s->hunt->folder))
        error = errno;
    if (error == 0)
        error = whole_file_write(path, c.text, c.length);
    s->hunt->kept = error == 0;
    s->hunt->keep_error = error;
    carry_free(&c);
}

/* Reads a whole file. NULL: errno says why it cannot be read. */
static char *read_state(const char *path, size_t *length)
{
    FILE *in = file_open(path, "rb");
    char *text = NULL;
    size_t room = 0, got = 0;

    *length = 0;
    if (in == NULL)
        return NULL;
    do {
        room = room * 2 + 65536;
        text = realloc(text, room);
        CHECK(text != NULL);
        got = fread(text + *length, 1, room - *length, in);
        *length += got;
    } while (got > 0);
    fclose(in);
    return text;
}

/* True if what is left of the round belongs to parts that are here. */
static bool has_its_parts(const struct search *s)
{
    for (uint32_t i = 0; i < s->slice_count; i++)
        if (s->part[s->slices[i].part].explorer == NULL)
            return false;
    return true;
}

static void carry_all(struct carry *c, struct search *s, enum search_state whose)
{
    carry_head(c, &s->head, whose != STATE_OF_ANY);
    carry_shard(c, s->hunt, whose == STATE_OWN);
    if (whose != STATE_OWN && carry_good(c))
        search_follow(s);
    if (carry_good(c))
        carry_body(c, s);
}

bool search_load(struct search *s, const char *folder, enum search_state whose, bool *there,
                 char error[RUN_ERROR_CHARS])
{
    struct hunt *hunt = s->hunt;
    struct carry c;
    char path[PATH_CHARS], *text;
    size_t length;
    bool good;

    path_in(folder, path);
    text = read_state(path, &length);
    *there = text != NULL || errno != ENOENT;
    if (text == NULL) {
        snprintf(hunt->where, sizeof hunt->where, "%s:1:1", path);
        snprintf(error, RUN_ERROR_CHARS, "%s (expected the state of a search)", strerror(errno));
        return false;
    }
    carry_read(&c, text, length);
    carry_all(&c, s, whose);
    good = carry_good(&c) && has_its_parts(s);
    free(text);
    if (!good) {
        snprintf(hunt->where, sizeof hunt->where, "%s:%u:%u", path, MAX_OF(c.error_line, 1u),
                 MAX_OF(c.error_column, 1u));
        snprintf(error, RUN_ERROR_CHARS, "%s",
                 c.error[0] != 0 ? c.error
                                 : "a slice of a part that is not here (expected its own parts)");
        return false;
    }
    s->before_us = hunt->spent_us;
    s->told = hunt->finding_count;
    search_gather(s);
    search_count(s);
    return true;
}
