/* bugchecks.h - the codes of bug checks by name, and their words (bugchecks.def). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* The door's <bugcodes.h> has these names, too, for drivers: whichever comes first makes them. */
#ifndef _BUGCODES_
#define _BUGCODES_
enum bugcheck_code {
#define BUGCHECK(code, name, text, a1, a2, a3, a4) name = code,
#include "model/words/bugchecks.def"
#undef BUGCHECK
#undef BUGCHECK_KIND
};
#endif

const char *bugcheck_name(uint32_t code); /* "INVALID_PROCESS_ATTACH_ATTEMPT"; "UNKNOWN": no row. */

/* Returns the meaning of a code in one or two sentences; NULL: the debugger has no text for it. */
const char *bugcheck_text(uint32_t code);

/* True if Arg1 of this code is a kind on which the other arguments depend. */
bool bugcheck_has_kinds(uint32_t code);

/* Returns the meaning of an argument (index 0 to 3) of a code when Arg1 has this value; "?": the
 * code has no row. */
const char *bugcheck_argument(uint32_t code, uint32_t arg1, uint32_t index);
