/* names.h - the rows of records.def and choices.def as tables, for code that prints or reads
 * names. */
#pragma once
#include "sim/trace.h"

/* Rows of records.def, by enum rec_kind. */
extern const struct record_kind record_kinds[];
extern const uint32_t record_kind_count;

/* Rows of choices.def, by enum choice_site. */
extern const char *const choice_names[], *const choice_texts[];
extern const uint32_t choice_count;

/* The index, 0 to 3, of the argument that this kind calls by that name; -1: it has no such one. */
int record_field(uint16_t kind, const char *name);
/* The argument a, b, c or d of a record, by its index. */
uint32_t record_argument(const struct record *record, int index);
