/* anchor.c - see anchor.h: reading, then looking for the parts from the last one back. */
#include "ui/recording/anchor.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "sim/ini.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *word;
    enum story_kind kind;
} stories[] = {
    { "first_wrong_byte", STORY_FOREIGN_WRITE },
    { "tainted_read", STORY_TAINTED_READ },
    { "fault", STORY_FAULT },
    { "exception", STORY_EXCEPTION },
    { "debugger", STORY_DEBUGGER },
    { "sweep", STORY_SWEEP },
    { "cleanup", STORY_CLEANUP },
    { "stop", STORY_STOP },
    { "exit", STORY_EXIT },
    { "restart", STORY_RESTART },
};

/* ---- Reading --------------------------------------------------------------------------------- */

struct reader {
    const char *at;
    char word[ANCHOR_NAME];
    char *error;
    size_t error_size;
};

static bool refuse(struct reader *r, const char *expected)
{
    snprintf(r->error, r->error_size, "\"%s\" (expected %s)", r->word[0] != 0 ? r->word : r->at,
             expected);
    return false;
}

/* The next word, which stays; a sign is a word of its own. */
static const char *peek(struct reader *r)
{
    size_t length = 0;

    r->at += strspn(r->at, " \t");
    while (r->at[length] != 0 && r->at[length] != ' ' && r->at[length] != '\t')
        length++;
    snprintf(r->word, sizeof r->word, "%.*s", (int)MIN_OF(length, sizeof r->word - 1), r->at);
    return r->word;
}

static void take(struct reader *r)
{
    r->at += strlen(peek(r));
    r->at += strspn(r->at, " \t");
}

static bool takes(struct reader *r, const char *word)
{
    if (strcasecmp(peek(r), word) != 0)
        return false;
    take(r);
    return true;
}

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(word, list[i]) == 0)
            return true;
    return false;
}

static bool ends_name(const char *word)
{
    static const char *const words[] = {
        "of", "by", "in", "with", "after", "before", "+", "-", ""
    };

    return is_one_of(word, words, ARRAY_LEN(words));
}

/* A name may have blanks: it goes on to the next word of the language. */
static bool read_name(struct reader *r, char out[ANCHOR_NAME])
{
    out[0] = 0;
    while (!ends_name(peek(r))) {
        size_t length = strlen(out);

        snprintf(out + length, ANCHOR_NAME - length, "%s%s", length > 0 ? " " : "", r->word);
        take(r);
    }
    return out[0] != 0 || refuse(r, "a name, such as store.exe or inetinfo.exe/smtp 3");
}

static bool read_number(const char *text, uint64_t *out)
{
    char *rest;

    *out = strtoull(text, &rest, 0);
    return isdigit((unsigned char)text[0]) && *rest == 0;
}

static bool read_with(struct reader *r, struct anchor_part *p)
{
    static const char *const fields[] = { "a", "b", "c", "d", "thread", "processor" };
    char *equals;
    uint64_t value;

    while (strchr(peek(r), '=') != NULL) {
        int named;
        size_t field = 0;

        equals = strchr(r->word, '=');
        *equals = 0;
        named = record_field(p->kind, r->word);
        if (named >= 0)
            field = (size_t)named;
        while (named < 0 && field < ARRAY_LEN(fields) && strcasecmp(fields[field], r->word) != 0)
            field++;
        if (field == ARRAY_LEN(fields) || p->with_count == ANCHOR_WITH ||
            !read_number(equals + 1, &value))
            return refuse(r, "at most four of the record's fields (a b c d or their names, thread, "
                             "processor), each = a number");
        p->with[p->with_count].field = "abcdtp"[field];
        p->with[p->with_count++].value = (uint32_t)value;
        take(r);
    }
    return p->with_count > 0 || refuse(r, "a condition such as a=1");
}

static bool read_kind(const char *word, uint16_t *kind)
{
    for (uint16_t i = 0; i < record_kind_count; i++)
        if (strcasecmp(record_kinds[i].name, word) == 0) {
            *kind = i;
            return true;
        }
    return false;
}

/* first, last, 2nd, 3rd, 11th. */
static void read_ordinal(struct reader *r, struct anchor_part *p)
{
    char *rest;
    unsigned long number;

    p->ordinal = 1;
    if (takes(r, "first"))
        return;
    if (takes(r, "last")) {
        p->last = true;
        return;
    }
    number = strtoul(peek(r), &rest, 10);
    if (isdigit((unsigned char)r->word[0]) && number > 0 && number < 1000000 &&
        (strcmp(rest, "st") == 0 || strcmp(rest, "nd") == 0 || strcmp(rest, "rd") == 0 ||
         strcmp(rest, "th") == 0)) {
        p->ordinal = (uint32_t)number;
        take(r);
    }
}

static bool read_time(const char *text, sim_time *out)
{
    static const struct {
        const char *unit;
        double ns;
    } units[] = { { "ns", 1 },  { "us", 1e3 },   { "ms", 1e6 },
                  { "s", 1e9 }, { "min", 60e9 }, { "h", 3600e9 } };
    char *rest;
    double value = strtod(text, &rest);

    rest += strspn(rest, " ");
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (isdigit((unsigned char)text[0]) && strcmp(rest, units[i].unit) == 0 && value < 1e7) {
            *out = (sim_time)(value * units[i].ns + 0.5);
            return true;
        }
    return false;
}

/* "#1234", "1 234 567": digits in groups. */
static bool read_record(struct reader *r, uint64_t *out)
{
    const char *at = r->at + (*r->at == '#');
    char digits[24];
    size_t count = 0;

    for (; *at == ' ' || isdigit((unsigned char)*at); at++)
        if (*at != ' ' && count + 1 < sizeof digits)
            digits[count++] = *at;
    digits[count] = 0;
    if (count == 0 || (*at != 0 && *at != '+' && *at != '-'))
        return false;
    *out = strtoull(digits, NULL, 10);
    r->at = at;
    return true;
}

/* A time may stand in one word or in two: "78.5s", "78.5 s". */
static bool take_time(struct reader *r, sim_time *out)
{
    char both[2 * ANCHOR_NAME];
    const char *before = r->at;

    snprintf(both, sizeof both, "%s", peek(r));
    if (read_time(both, out)) {
        take(r);
        return true;
    }
    take(r);
    snprintf(both + strlen(both), sizeof both - strlen(both), " %s", peek(r));
    if (read_time(both, out)) {
        take(r);
        return true;
    }
    r->at = before;
    peek(r);
    return false;
}

static bool read_offset(struct reader *r, struct anchor_part *p)
{
    int sign = takes(r, "+") ? 1 : takes(r, "-") ? -1 : 0;
    uint64_t count;

    if (sign == 0)
        return true;
    p->sign = sign;
    if (take_time(r, &p->offset))
        return true;
    if (!read_number(peek(r), &count))
        return refuse(r, "a length such as 30 us or 3 records");
    take(r);
    if (!takes(r, "record") && !takes(r, "records")) {
        if (peek(r)[0] == 0)
            snprintf(r->word, sizeof r->word, "%" PRIu64, count);
        return refuse(r, "a unit behind the number: ns, us, ms, s or records");
    }
    p->records = true;
    p->offset = count;
    return true;
}

static bool read_story(struct reader *r, struct anchor_part *p)
{
    peek(r);
    for (size_t i = 0; i < ARRAY_LEN(stories); i++)
        if (strcasecmp(stories[i].word, r->word) == 0) {
            p->form = ANCHOR_STORY;
            p->story = stories[i].kind;
            take(r);
            return true;
        }
    return refuse(r, "first_wrong_byte, tainted_read, exception, debugger, sweep, cleanup, stop, "
                     "exit or restart");
}

static bool read_conditions(struct reader *r, struct anchor_part *p)
{
    for (;;) {
        if (takes(r, "of")) {
            if (!read_name(r, p->of))
                return false;
        } else if (takes(r, "by")) {
            if (!read_name(r, p->by))
                return false;
        } else if (takes(r, "in")) {
            if (!read_name(r, p->in))
                return false;
        } else if (takes(r, "with")) {
            if (!read_with(r, p))
                return false;
        } else {
            return true;
        }
    }
}

static bool read_part(struct reader *r, struct anchor_part *p)
{
    memset(p, 0, sizeof *p);
    if (takes(r, "begin")) {
        p->form = ANCHOR_BEGIN;
    } else if (takes(r, "end")) {
        p->form = ANCHOR_END;
    } else if (takes(r, "stop")) {
        p->form = ANCHOR_STOP;
    } else if (takes(r, "story")) {
        if (!read_story(r, p))
            return false;
    } else if (take_time(r, &p->time)) {
        p->form = ANCHOR_TIME;
    } else if (read_record(r, &p->number)) {
        p->form = ANCHOR_RECORD;
    } else {
        read_ordinal(r, p);
        p->form = ANCHOR_KIND;
        if (!read_kind(peek(r), &p->kind))
            return refuse(r, "a time (78.5 s), a record (#1234), begin, end, stop, story NAME or a "
                             "kind of record such as FOREIGN_WRITE");
        take(r);
        if (!read_conditions(r, p))
            return false;
        p->direction = takes(r, "after") ? 1 : takes(r, "before") ? -1 : 0;
        if (p->direction != 0)
            return true; /* The offset is the last part's business. */
    }
    return read_offset(r, p);
}

bool anchor_parse(struct anchor *anchor, const char *text, char *error, size_t error_size)
{
    struct reader reader = { .error = error, .error_size = error_size };
    struct anchor_part *part;

    memset(anchor, 0, sizeof *anchor);
    if (strlen(text) >= sizeof anchor->text) {
        snprintf(error, error_size, "%zu letters (expected at most %zu)", strlen(text),
                 sizeof anchor->text - 1);
        return false;
    }
    snprintf(anchor->text, sizeof anchor->text, "%s", text);
    reader.at = anchor->text;
    do {
        if (anchor->count == ANCHOR_DEPTH)
            return refuse(&reader, "at most two of after and before");
        part = &anchor->parts[anchor->count++];
        if (!read_part(&reader, part))
            return false;
    } while (part->direction != 0);
    if (peek(&reader)[0] != 0)
        return refuse(&reader, "nothing more, + or -");
    return true;
}

/* ---- Names ----------------------------------------------------------------------------------- */

/* The lane of a name: a process, "NAME 2" for the second of that name, or "PROCESS/THREAD". */
static uint32_t lane_of(const struct lanes *lanes, const char *name)
{
    const char *slash = strchr(name, '/'), *blank = strrchr(name, ' ');
    uint32_t nth = 1, seen = 0;
    char image[ANCHOR_NAME];

    snprintf(image, sizeof image, "%s", name);
    if (slash == NULL && blank != NULL && atoi(blank + 1) > 0) {
        image[blank - name] = 0;
        nth = (uint32_t)atoi(blank + 1);
    }
    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);
        char own[2 * LANE_NAME_CHARS + 2];

        if (slash == NULL ? lane->kind != LANE_PROCESS
                          : lane->kind != LANE_THREAD || lane->parent == LANE_NONE)
            continue;
        if (slash == NULL)
            snprintf(own, sizeof own, "%s", lane->name);
        else
            snprintf(own, sizeof own, "%s/%s", lanes_get(lanes, lane->parent)->name, lane->name);
        if (strcasecmp(own, image) == 0 && ++seen == nth)
            return i;
    }
    return LANE_NONE;
}

/* ---- Looking --------------------------------------------------------------------------------- */

struct wanted { /* A part with its names looked up. */
    const struct anchor_part *part;
    const struct lanes *lanes;
    uint32_t of, by, in;
};

static bool in_force(struct recording *run, const struct wanted *w, uint32_t thread,
                     uint64_t number)
{
    struct whole_span visit;
    uint32_t home = lanes_get(w->lanes, thread)->parent;

    for (uint32_t level = LEVEL_BAND_3; level >= LEVEL_BAND_1; level--)
        if (recording_span(run, thread, level, number, &visit) == FOUND_YES)
            return lanes_process_lane(w->lanes, visit.span.process) == w->in;
    return home == w->in;
}

static bool with_holds(const struct anchor_part *p, const struct record *r)
{
    for (uint32_t i = 0; i < p->with_count; i++) {
        uint32_t value = p->with[i].field == 'a'   ? r->a
                         : p->with[i].field == 'b' ? r->b
                         : p->with[i].field == 'c' ? r->c
                         : p->with[i].field == 'd' ? r->d
                         : p->with[i].field == 't' ? r->thread
                                                   : r->cpu;

        if (value != p->with[i].value)
            return false;
    }
    return true;
}

static bool matches(struct recording *run, const struct wanted *w, const struct record *r,
                    uint64_t number)
{
    const struct anchor_part *p = w->part;
    uint32_t key, thread;

    if (r->kind != p->kind || !with_holds(p, r))
        return false;
    if (p->of[0] != 0) {
        key = lanes_get(w->lanes, w->of)->key;
        if (r->a != key && r->b != key && r->c != key && r->d != key)
            return false;
    }
    if (p->by[0] == 0 && p->in[0] == 0)
        return true;
    thread = r->thread == 0 ? LANE_NONE : lanes_thread_by_id(w->lanes, r->thread, number);
    if (thread == LANE_NONE)
        return false;
    if (p->by[0] != 0 && thread != w->by && lanes_get(w->lanes, thread)->parent != w->by)
        return false;
    return p->in[0] == 0 || in_force(run, w, thread, number);
}

static bool look_up(const struct lanes *lanes, const char *name, uint32_t *lane, char *error,
                    size_t error_size)
{
    *lane = name[0] != 0 ? lane_of(lanes, name) : LANE_NONE;
    if (name[0] == 0 || *lane != LANE_NONE)
        return true;
    snprintf(error, error_size, "this run has no process or thread called \"%s\"", name);
    return false;
}

/* Within one segment, from `p->at` on or back. */
static bool look_in(struct recording *run, struct anchor_part *p, const struct wanted *w,
                    const struct segment *g, const struct detail *d, uint64_t bound, bool back)
{
    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t at = back ? d->count - 1 - i : i;
        uint64_t number = g->first + at;

        if (bound != UINT64_MAX && (back ? number >= bound : number <= bound))
            continue;
        if (matches(run, w, &d->records[at], number) && ++p->hits == p->ordinal) {
            p->at = number;
            p->found = true;
            return true;
        }
    }
    return false;
}

static bool holds_kind(const struct segment *g, uint16_t kind)
{
    return (g->kinds[kind / 64] >> kind % 64 & 1) != 0;
}

/* bound: the record that `after` or `before` speaks of; UINT64_MAX: none. */
static enum recording_found search(struct recording *run, struct anchor_part *p, uint64_t bound,
                                   char *error, size_t error_size)
{
    const struct recording_status *status = recording_status(run);
    struct wanted w = { .part = p, .lanes = recording_lanes(run) };
    bool back = p->direction < 0 || p->last, last_after;
    uint32_t count = recording_segment_count(run);

    if (!status->ended && (back || p->of[0] != 0 || p->by[0] != 0 || p->in[0] != 0))
        return FOUND_PENDING; /* Names and ends are known once the run is. */
    if (!look_up(w.lanes, p->of, &w.of, error, error_size) ||
        !look_up(w.lanes, p->by, &w.by, error, error_size) ||
        !look_up(w.lanes, p->in, &w.in, error, error_size))
        return FOUND_NO;
    last_after = p->last && p->direction > 0; /* From the end back; a hit must lie behind it. */
    if (!p->begun) {
        p->begun = true;
        p->segment = p->direction != 0 && !last_after ? recording_segment_of(run, bound)
                     : back                           ? count - 1
                                                      : 0;
    }
    while (p->segment < count) {
        const struct segment *g = recording_segment(run, p->segment);

        if (holds_kind(g, p->kind)) {
            const struct detail *d = recording_detail(run, p->segment);

            if (d == NULL)
                return FOUND_PENDING;
            if (look_in(run, p, &w, g, d, last_after ? UINT64_MAX : bound, back)) {
                if (!last_after || p->at > bound)
                    return FOUND_YES;
                p->found = false;
                break;
            }
        }
        p->segment = back ? p->segment - 1 : p->segment + 1; /* Below 0 it is past the end. */
    }
    if (!status->ended)
        return FOUND_PENDING;
    snprintf(error, error_size, "this run has no such %s", record_kinds[p->kind].name);
    return FOUND_NO;
}

static enum recording_found find_story(struct recording *run, struct anchor_part *p, char *error,
                                       size_t error_size)
{
    const struct recording_end *end = recording_end(run);

    if (!recording_status(run)->ended)
        return FOUND_PENDING;
    for (uint32_t i = 0; end != NULL && i < end->result.story_count; i++)
        if ((uint32_t)end->result.story[i].kind == p->story) {
            p->at = end->result.story[i].record;
            return FOUND_YES;
        }
    snprintf(error, error_size, "this run has no such line of a story (outcome %s)",
             end == NULL ? "unknown" : outcome_names[end->result.outcome]);
    return FOUND_NO;
}

/* The record at a time: exact once the detail is here. */
static enum recording_found at_time(struct recording *run, sim_time at, uint64_t *number,
                                    char *error, size_t error_size)
{
    const struct recording_status *status = recording_status(run);
    uint32_t segment = recording_segment_at(run, at);

    if (status->ended && at > status->now) {
        snprintf(error, error_size, "the run ends at %llu.%03llu s",
                 (unsigned long long)(status->now / SEC(1)),
                 (unsigned long long)(status->now % SEC(1) / MS(1)));
        return FOUND_NO;
    }
    if (segment == SEGMENT_NONE || (!status->ended && at >= status->now))
        return status->ended ? FOUND_NO : FOUND_PENDING;
    if (recording_detail(run, segment) == NULL)
        return FOUND_PENDING;
    *number = recording_number(run, at);
    return FOUND_YES;
}

static enum recording_found find_part(struct recording *run, struct anchor_part *p, uint64_t bound,
                                      char *error, size_t error_size)
{
    const struct recording_status *status = recording_status(run);
    const struct recording_end *end = recording_end(run);

    switch (p->form) {
    case ANCHOR_TIME:
        return at_time(run, p->time, &p->at, error, error_size);
    case ANCHOR_RECORD:
        p->at = p->number;
        if (p->number < status->records)
            return FOUND_YES;
        snprintf(error, error_size, "this run has only %llu records",
                 (unsigned long long)status->records);
        return status->ended ? FOUND_NO : FOUND_PENDING;
    case ANCHOR_BEGIN:
        p->at = 0;
        return status->records > 0 ? FOUND_YES : FOUND_PENDING;
    case ANCHOR_END:
        p->at = status->records - 1;
        return status->ended ? FOUND_YES : FOUND_PENDING;
    case ANCHOR_STOP:
        if (!status->ended)
            return FOUND_PENDING;
        if (end == NULL || !end->result.stop.stopped) {
            snprintf(error, error_size, "this run has no stop");
            return FOUND_NO;
        }
        p->at = end->result.stop.record;
        return FOUND_YES;
    case ANCHOR_STORY:
        return find_story(run, p, error, error_size);
    default:
        return search(run, p, bound, error, error_size);
    }
}

/* The offset of a part that has been found. */
static enum recording_found move(struct recording *run, struct anchor_part *p, uint64_t *number,
                                 char *error, size_t error_size)
{
    uint64_t records = recording_status(run)->records;
    sim_time at;

    *number = p->at;
    if (p->sign == 0)
        return FOUND_YES;
    if (p->records) {
        *number =
            p->sign < 0 ? p->at - MIN_OF(p->at, p->offset) : MIN_OF(p->at + p->offset, records - 1);
        return FOUND_YES;
    }
    if (recording_record(run, p->at) == NULL)
        return FOUND_PENDING;
    at = recording_time(run, p->at);
    at = p->sign < 0 ? at - MIN_OF(at, p->offset) : at + p->offset;
    return at_time(run, at, number, error, error_size);
}

enum recording_found anchor_find(struct recording *run, struct anchor *anchor, uint64_t *number,
                                 char *error, size_t error_size)
{
    uint64_t bound = UINT64_MAX;

    for (uint32_t i = anchor->count; i-- > 0;) {
        struct anchor_part *p = &anchor->parts[i];
        enum recording_found found =
            p->found ? FOUND_YES : find_part(run, p, bound, error, error_size);

        if (found != FOUND_YES)
            return found;
        p->found = p->form == ANCHOR_KIND;
        found = move(run, p, &bound, error, error_size);
        if (found != FOUND_YES)
            return found;
    }
    *number = bound;
    return FOUND_YES;
}

bool anchor_resolve(struct recording *run, const char *text, uint64_t *number, char *error,
                    size_t error_size)
{
    struct anchor anchor;
    enum recording_found found = FOUND_PENDING;

    if (!anchor_parse(&anchor, text, error, error_size))
        return false;
    while (found == FOUND_PENDING) {
        recording_lock(run);
        recording_frame(run);
        found = anchor_find(run, &anchor, number, error, error_size);
        recording_unlock(run);
        if (found == FOUND_PENDING)
            recording_wait(run);
    }
    return found == FOUND_YES;
}
