/* match.c - see match.h. */
#include "ui/timeline/match.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void lower(char *out, size_t size, const char *text)
{
    size_t i = 0;

    for (; text[i] != 0 && i + 1 < size; i++)
        out[i] = (char)tolower((unsigned char)text[i]);
    out[i] = 0;
}

static bool holds(const char *text, const char *word)
{
    char low[256];

    lower(low, sizeof low, text);
    return strstr(low, word) != NULL;
}

/* False: the key of a condition is none that is known. */
static bool known_key(const char *word, char *error, size_t error_size)
{
    static const char *const keys[] = { "kind=", "cpu=", "thread=", "process=", "from=", "until=" };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strncmp(word, keys[i], strlen(keys[i])) == 0)
            return true;
    snprintf(error, error_size, "\"%s\" (expected kind=, cpu=, thread=, process=, from= or until=)",
             word);
    return false;
}

static bool take_process(struct match *match, const char *name, char *error, size_t error_size)
{
    const struct lanes *lanes = recording_lanes(match->run);

    lower(match->process, sizeof match->process, name);
    for (uint32_t i = 0; i < lanes_count(lanes) && name[0] != 0; i++)
        if (lanes_get(lanes, i)->kind == LANE_PROCESS &&
            holds(lanes_get(lanes, i)->name, match->process))
            return true;
    snprintf(error, error_size, "process=%s (expected a part of a process' name, as store.exe)",
             name);
    return false;
}

/* Words with "=" are the filter's, the others are looked for. */
bool match_parse(struct match *match, const struct recording *run, const char *text, char *error,
                 size_t error_size)
{
    char conditions[256] = "", words[256] = "", copy[256];

    *match = (struct match){ .run = run };

    snprintf(copy, sizeof copy, "%s", text);
    for (char *rest = copy, *word; (word = strtok_r(rest, " \t", &rest)) != NULL;) {
        char *to = strchr(word, '=') != NULL ? conditions : words;
        size_t length = strlen(to);

        if (to == conditions && !known_key(word, error, error_size))
            return false;
        if (strncmp(word, "process=", 8) == 0) {
            if (!take_process(match, word + 8, error, error_size))
                return false;
            continue;
        }
        snprintf(to + length, sizeof conditions - length, "%s%s", length > 0 ? " " : "", word);
    }
    if (!trace_filter_parse(&match->filter, conditions, record_kinds, record_kind_count, error,
                            error_size))
        return false;
    if (strlen(words) >= sizeof match->word) {
        snprintf(error, error_size, "a word of %zu letters (expected at most %zu)", strlen(words),
                 sizeof match->word - 1);
        return false;
    }
    lower(match->word, sizeof match->word, words);
    return true;
}

/* Whether a thread of the process wrote it. The answer is kept for the thread's next record: an id
 * is not used again while its thread writes. */
static bool of_process(struct match *match, const struct record *r, uint64_t number)
{
    const struct lanes *lanes = recording_lanes(match->run);
    uint32_t lane;

    if (match->thread_known && match->thread == r->thread)
        return match->of_process;
    lane = r->thread != 0 ? lanes_thread_by_id(lanes, r->thread, number) : LANE_NONE;
    match->of_process =
        lane != LANE_NONE && lanes_get(lanes, lane)->parent != LANE_NONE &&
        holds(lanes_get(lanes, lanes_get(lanes, lane)->parent)->name, match->process);
    match->thread = r->thread;
    match->thread_known = true;
    return match->of_process;
}

bool match_record(struct match *match, const struct record *record, uint64_t number)
{
    char text[256];

    if (!trace_filter_match(&match->filter, record))
        return false;
    if (match->process[0] != 0 && !of_process(match, record, number))
        return false;
    if (match->word[0] == 0)
        return true;
    trace_text(record, record_kinds, record_kind_count, text, sizeof text);
    return holds(text, match->word);
}

bool match_lane(const struct recording *run, uint32_t index, const char *text)
{
    const struct lanes *lanes = recording_lanes(run);
    const struct lane *lane = lanes_get(lanes, index);
    char word[128], id[16];

    lower(word, sizeof word, text);
    snprintf(id, sizeof id, "%04x", lane->id);
    return holds(lane->name, word) || holds(lane_kind_names[lane->kind], word) ||
           (lane->id != 0 && holds(id, word)) ||
           (lane->parent != LANE_NONE && holds(lanes_get(lanes, lane->parent)->name, word));
}

/* ---- Queries --------------------------------------------------------------------------------- */

static bool by_match(const struct record *record, uint64_t number, void *ctx)
{
    return match_record(ctx, record, number);
}

struct recording_query match_query(const struct match *match, uint64_t from, bool backwards)
{
    struct recording_query query = { .from = from, .backwards = backwards, .match = by_match };

    _Static_assert(sizeof *match <= sizeof query.ctx, "a condition travels with its query");
    memcpy(query.ctx, match, sizeof *match);
    memcpy(query.kinds, match->filter.kinds, sizeof query.kinds);
    return query;
}

struct about { /* A lane, as its records name it. */
    uint32_t kind, key, id;
};

static bool names_it(const struct record *r, uint32_t address)
{
    return r->a == address || r->b == address || r->c == address;
}

static bool by_lane(const struct record *r, uint64_t number, void *ctx)
{
    const struct about *about = ctx;

    (void)number;
    switch (about->kind) {
    case LANE_CPU:
        return r->cpu == about->key &&
               (r->kind == REC_SWITCH || r->kind == REC_IDLE || r->kind == REC_DPC_RUN ||
                r->kind == REC_DPC_END || r->kind == REC_IRQL || r->kind == REC_STOP);
    case LANE_THREAD:
        return r->thread == about->id || names_it(r, about->key);
    case LANE_DISK:
        return (r->kind == REC_DISK_START || r->kind == REC_DISK_DONE) && r->a == about->key;
    case LANE_QUEUE:
        return r->kind == REC_QUEUE && r->a == about->key;
    case LANE_SERVICE:
        return r->kind == REC_SERVICE_STATE && r->a == about->key;
    case LANE_LOG:
        return r->kind == REC_LOG;
    case LANE_LOAD:
        return r->kind == REC_ARRIVAL;
    case LANE_LATENCY:
        return r->kind == REC_DELIVERED;
    case LANE_POOL:
        return (r->kind == REC_POOL_ALLOC && r->a == about->key) ||
               (r->kind == REC_POOL_FREE && r->d == about->key);
    case LANE_IRP:
        return r->kind >= REC_IRP_CREATE && r->kind <= REC_IRP_FREE;
    case LANE_GAUGE:
        return false; /* No record carries it. */
    default:
        return names_it(r, about->key);
    }
}

struct recording_query match_lane_query(const struct recording *run, uint32_t index, uint64_t from,
                                        bool backwards)
{
    const struct lane *lane = lanes_get(recording_lanes(run), index);
    struct about about = { (uint32_t)lane->kind, lane->key, lane->id };
    struct recording_query query = { .from = from, .backwards = backwards, .match = by_lane };

    memcpy(query.ctx, &about, sizeof about);
    return query;
}

static bool by_kind(const struct record *record, uint64_t number, void *ctx)
{
    (void)number;
    return record->kind == *(uint16_t *)ctx;
}

struct recording_query match_kind_query(const char *name, uint64_t from, bool backwards)
{
    struct recording_query query = { .from = from, .backwards = backwards, .match = by_kind };
    uint16_t kind = 0;

    while (strcmp(record_kinds[kind].name, name) != 0)
        CHECK(++kind < record_kind_count);
    memcpy(query.ctx, &kind, sizeof kind);
    query.kinds[kind / 64] = 1ull << kind % 64;
    return query;
}
