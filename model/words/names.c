/* names.c - see names.h. */
#include "model/words/names.h"
#include <string.h>

const struct record_kind record_kinds[] = {
#define RECORD(name, format, fields) { #name, format, fields },
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

int record_field(uint16_t kind, const char *name)
{
    const char *at = record_kinds[kind].fields;
    size_t length = strlen(name);

    for (int index = 0; *at != 0; index++) {
        size_t word = strcspn(at, " ");

        if (word == length && memcmp(at, name, length) == 0)
            return index;
        at += word + (at[word] == ' ');
    }
    return -1;
}

uint32_t record_argument(const struct record *record, int index)
{
    const uint32_t arguments[] = { record->a, record->b, record->c, record->d };

    return arguments[index];
}
