/* otherwise.c - what a page has otherwise, for ui/timeline/otherwise.h. */
#include "ui/timeline/otherwise.h"
#include "sim/base.h"

static const struct command_otherwise table[] = {
#define MISSING(name, why) { COMMAND_##name, NULL, NULL, why },
#define KEYS(name, keys)   { COMMAND_##name, keys, NULL, NULL },
#define TEXT(name, text)   { COMMAND_##name, NULL, text, NULL },
#include "ui/web/otherwise.def"
#undef MISSING
#undef KEYS
#undef TEXT
};

const struct command_otherwise *commands_otherwise(uint32_t *count)
{
    *count = (uint32_t)ARRAY_LEN(table);
    return table;
}
