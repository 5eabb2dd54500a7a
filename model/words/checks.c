/* checks.c - see checks.h. */
#include "model/words/checks.h"

const char *const check_names[CHECKS] = {
#define CHECK_ROW(name, text, sentence) text,
#include "model/words/checks.def"
#undef CHECK_ROW
};
const char *const check_sentences[CHECKS] = {
#define CHECK_ROW(name, text, sentence) sentence,
#include "model/words/checks.def"
#undef CHECK_ROW
};
