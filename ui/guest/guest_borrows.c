/* guest_borrows.c - see guest_borrows.h. */
#include "ui/guest/guest_borrows.h"
#include "sim/base.h"
#include <stddef.h>
#include <string.h>

/* Names with underscores are what the host's headers and compilers make of others: isdigit becomes
 * __ctype_b_loc, strtol __isoc23_strtol. Streams are here because fprintf(stderr) names one; the
 * function itself is the machine's. */
static const char *const names[] = {
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "memchr",
    "bcmp",
    "strlen",
    "strnlen",
    "strcpy",
    "strncpy",
    "strcat",
    "strncat",
    "strcmp",
    "strncmp",
    "strchr",
    "strrchr",
    "strstr",
    "strspn",
    "strcspn",
    "strpbrk",
    "strtok_r",
    "__strtok_r",
    "strtol",
    "strtoul",
    "strtoll",
    "strtoull",
    "__isoc23_strtol",
    "__isoc23_strtoul",
    "__isoc23_strtoll",
    "__isoc23_strtoull",
    "strtod",
    "atoi",
    "atol",
    "atoll",
    "atof",
    "abs",
    "labs",
    "llabs",
    "div",
    "ldiv",
    "lldiv",
    "qsort",
    "bsearch",
    "isalnum",
    "isalpha",
    "iscntrl",
    "isdigit",
    "isgraph",
    "islower",
    "isprint",
    "ispunct",
    "isspace",
    "isupper",
    "isxdigit",
    "tolower",
    "toupper",
    "__ctype_b_loc",
    "__ctype_tolower_loc",
    "__ctype_toupper_loc",
    "setjmp",
    "_setjmp",
    "longjmp",
    "stdin",
    "stdout",
    "stderr",
    "__acrt_iob_func", /* Streams of Windows' C library. */
    "__iob_func",
    "__tls_get_addr",
    "__getauxval", /* The atomics of gcc's own library look at the processor. */
};

/* A function of a DLL is also named by the place of its address. */
bool guest_borrows(const char *name)
{
    static const char place[] = "__imp_";

    if (strncmp(name, place, sizeof place - 1) == 0)
        name += sizeof place - 1;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}
