/* choices.h - the sites of choices that the oracle decides, by name: CHOICE_READY and so on
 * (choices.def). */
#pragma once

enum choice_site {
#define CHOICE(name, text) CHOICE_##name,
#include "model/words/choices.def"
#undef CHOICE
    CHOICE_COUNT
};
