/* value.h - what an expression of a lesson comes to: yes or no, a number, a time, a share, a name,
 * an instant of a run.
 */
#pragma once
#include "sim/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VALUE_NAME_CHARS = 160, VALUE_TEXT_CHARS = 200 };

enum value_kind {
    VALUE_NOTHING, /* An expression that was not evaluated. */
    VALUE_YES_NO,
    VALUE_COUNT,
    VALUE_TIME,  /* Nanoseconds. */
    VALUE_SHARE, /* Millionths. */
    VALUE_NAME,
    VALUE_INSTANT, /* Number of a record. */
};

struct value {
    enum value_kind kind;
    int64_t number;
    char name[VALUE_NAME_CHARS]; /* NAME; INSTANT: what it is called, or "". */
};

struct value value_yes(bool yes);
struct value value_count(int64_t count);
struct value value_time(sim_time ns);
struct value value_share(uint64_t ppm);
struct value value_name(const char *name);
struct value value_instant(uint64_t record);

/* Writes a value for people: "yes", "1,234", "48.9 ms", "0.7 %", "store.exe". */
const char *value_text(const struct value *value, char out[VALUE_TEXT_CHARS]);

/* True if both are of one kind and the same. Names are compared without regard to case. */
bool value_equal(const struct value *one, const struct value *other);

/* Reads what a person types as an answer of this kind: "y", "10", "49 ms", "1 %", "Store.exe".
 * False: it is none. */
bool value_read(enum value_kind kind, const char *text, struct value *out);
/* What an answer of this kind looks like, for a prompt: "y or n", "a time such as 50 ms". */
const char *value_form(enum value_kind kind);

/* Reads a time: a number with up to nine decimals and ns, us, ms, s or min. Returns the end of what
 * was read; NULL: the text begins with no time. */
const char *value_read_time(const char *text, sim_time *out);
