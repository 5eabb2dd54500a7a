/* anchor_read.c - instants in words: reading them (anchor.h). */
#include "ui/recording/anchor.h"
#include "model/words/names.h"
#include "model/words/records.h"
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

/* Behind `of`: does an anchor follow, not the name of a process or thread? */
static bool begins_anchor(struct reader *r)
{
    static const char *const words[] = { "first", "last", "story",           "stop",
                                         "begin", "end",  "first_difference" };
    uint16_t kind;

    if (is_one_of(peek(r), words, ARRAY_LEN(words)) || r->word[0] == '#')
        return true;
    return isdigit((unsigned char)r->word[0]) || read_kind(r->word, &kind);
}

static bool read_conditions(struct reader *r, struct anchor_part *p)
{
    for (;;) {
        if (takes(r, "of")) {
            if (begins_anchor(r)) {
                p->partner = true;
                return !p->last || refuse(r, "no \"last\" before a partner");
            }
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
    } else if (takes(r, "first_difference")) {
        p->form = ANCHOR_DIFFERENCE;
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
            return refuse(r, "a time (78.5 s), a record (#1234), begin, end, stop, story NAME, "
                             "first_difference or a kind of record such as FOREIGN_WRITE");
        take(r);
        if (!read_conditions(r, p))
            return false;
        if (p->partner)
            return true;
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
            return refuse(&reader, "at most four of after, before and of KIND");
        part = &anchor->parts[anchor->count++];
        if (!read_part(&reader, part))
            return false;
    } while (part->direction != 0 || part->partner);
    if (peek(&reader)[0] != 0)
        return refuse(&reader, "nothing more, + or -");
    return true;
}
