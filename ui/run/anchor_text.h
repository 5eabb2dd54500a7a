/* anchor_text.h - one anchor as data, and its text (anchors.h says what it means). */
#pragma once
#include "sim/choice.h"

enum { ANCHOR_NAME = 48, ANCHOR_PATH = 3 };

struct anchor {
    uint32_t site;
    char actor[ANCHOR_NAME];
    char path[ANCHOR_PATH][ANCHOR_NAME];
    uint32_t path_count;
    char event[ANCHOR_NAME];     /* Kind of the actor's latest record; "": none before. */
    uint32_t event_nth;          /* From 1. */
    uint32_t nth;                /* From 0. */
    char pick_name[ANCHOR_NAME]; /* "": the answer is a number. */
    uint32_t pick;               /* The number; with a name: what it was when the text was made. */
};

/* Copies a name; letters that a list or an anchor needs for itself become '_'. */
void anchor_name(const char *name, char out[ANCHOR_NAME]);

/* Writes an anchor, without the pick's number if it has a name. */
void anchor_print(const struct anchor *anchor, const char *const *sites, char *out, size_t size);

/* Reads the anchor that begins a list and ends at its first comma or blank. False: it is wrong, and
 * error says what was found and what was expected. */
bool anchor_read(struct anchor *anchor, const char *text, const char *const *sites,
                 uint32_t site_count, char *error, size_t error_size);
