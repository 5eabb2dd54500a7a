/* words_inside.h - the functions of all words, a row of words.def each. */
#pragma once
#include "ui/lesson/words.h"

#define WORD(name, arguments, help) bool word_##name(const struct asking *a, struct value *out);
#include "ui/lesson/words.def"
#undef WORD
