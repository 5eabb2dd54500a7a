/* names.c - see names.h. */
#include "model/words/names.h"

const struct record_kind record_kinds[] = {
#define RECORD(name, format) { #name, format },
#include "model/words/records.def"
#undef RECORD
};
const uint32_t record_kind_count = ARRAY_LEN(record_kinds);

const char *const choice_names[] = {
#define CHOICE(name, text) #name,
#include "model/words/choices.def"
#undef CHOICE
};
const char *const choice_texts[] = {
#define CHOICE(name, text) text,
#include "model/words/choices.def"
#undef CHOICE
};
const uint32_t choice_count = ARRAY_LEN(choice_names);
