/* bugchecks.h - the codes of bug checks by name, and their words (bugchecks.def). */
#pragma once
#include <stdint.h>

enum bugcheck_code {
#define BUGCHECK(code, name, a1, a2, a3, a4) name = code,
#include "model/words/bugchecks.def"
#undef BUGCHECK
};

const char *bugcheck_name(uint32_t code); /* "INVALID_PROCESS_ATTACH_ATTEMPT"; "UNKNOWN". */

/* What an argument (0 to 3) of a code means; "?" for a code that is no row. */
const char *bugcheck_argument(uint32_t code, uint32_t index);
