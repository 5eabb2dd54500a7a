/* clues.h - the table of clues: what evidence says for a diagnosis, or against it.
 *
 * A clue is a question to the evidence, a weight and a sentence. Rows are in clues.def. A negative
 * clue contradicts the diagnosis (CLUE), or tells that something graver happened as well (MORE):
 * then another diagnosis comes first, but this one may be true beside it.
 */
#pragma once
#include "ui/report/diagnosis.h"

struct clue {
    enum diagnosis diagnosis;
    int weight;
    bool more; /* A row MORE. */
    bool (*holds)(const struct evidence *evidence);
    const char *text;
};

enum {
    CLUES = 0
#define CLUE(name, weight, question, text) +1
#define MORE(name, weight, question, text) +1
#include "ui/report/clues.def"
#undef MORE
#undef CLUE
};

extern const struct clue clues[CLUES];
