/* checks.h - the invariants of every run, by name: CHECKED_PAGES_BALANCE and so on (checks.def). */
#pragma once

enum check {
#define CHECK_ROW(name, text, sentence) CHECKED_##name,
#include "model/words/checks.def"
#undef CHECK_ROW
    CHECKS
};
extern const char *const check_names[CHECKS];     /* "pages_balance". */
extern const char *const check_sentences[CHECKS]; /* "Free + Reserved + ... are all its pages". */
