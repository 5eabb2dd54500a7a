/* bugchecks.c - see bugchecks.h. */
#include "model/words/bugchecks.h"
#include <stddef.h>

struct row {
    uint32_t code;
    const char *name, *text;
    const char *arguments[4];
};
static const struct row rows[] = {
#define BUGCHECK(code, name, text, a1, a2, a3, a4) { code, #name, text, { a1, a2, a3, a4 } },
#include "model/words/bugchecks.def"
#undef BUGCHECK
#undef BUGCHECK_KIND
};

struct kind {
    uint32_t code, kind;
    const char *arguments[3]; /* The meanings of Arg2 to Arg4. */
};
static const struct kind kinds[] = {
#define BUGCHECK(code, name, text, a1, a2, a3, a4)
#define BUGCHECK_KIND(code, kind, a2, a3, a4) { code, kind, { a2, a3, a4 } },
#include "model/words/bugchecks.def"
#undef BUGCHECK
#undef BUGCHECK_KIND
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

const char *bugcheck_text(uint32_t code)
{
    const struct row *row = row_of(code);

    return row != NULL ? row->text : NULL;
}

bool bugcheck_has_kinds(uint32_t code)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].code == code)
            return true;
    return false;
}

const char *bugcheck_argument(uint32_t code, uint32_t arg1, uint32_t index)
{
    const struct row *row = row_of(code);

    for (size_t i = 0; index > 0 && index < 4 && i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].code == code && kinds[i].kind == arg1)
            return kinds[i].arguments[index - 1];
    return row != NULL && index < 4 ? row->arguments[index] : "?";
}
