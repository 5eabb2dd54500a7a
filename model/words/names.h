/* names.h - records and choices by name: their rows, for whoever prints or reads them. */
#pragma once
#include "sim/trace.h"

/* By the number of a record's kind: records.def. */
extern const struct record_kind record_kinds[];
extern const uint32_t record_kind_count;

/* By the number of a choice's site: choices.def. */
extern const char *const choice_names[], *const choice_texts[];
extern const uint32_t choice_count;
