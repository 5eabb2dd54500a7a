/* bugchecks.c - see bugchecks.h. */
#include "model/words/bugchecks.h"
#include <stddef.h>

struct row {
    uint32_t code;
    const char *name;
    const char *arguments[4];
};
static const struct row rows[] = {
#define BUGCHECK(code, name, a1, a2, a3, a4) { code, #name, { a1, a2, a3, a4 } },
#include "model/words/bugchecks.def"
#undef BUGCHECK
};

static const struct row *row_of(uint32_t code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].code == code)
            return &rows[i];
    return NULL;
}

const char *bugcheck_name(uint32_t code)
{
    const struct row *row = row_of(code);

    return row != NULL ? row->name : "UNKNOWN";
}

const char *bugcheck_argument(uint32_t code, uint32_t index)
{
    const struct row *row = row_of(code);

    return row != NULL && index < 4 ? row->arguments[index] : "?";
}
