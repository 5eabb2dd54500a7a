/* run_surprises.c - says which surprises of a list did not happen as listed. */
#include "model/words/names.h"
#include "ui/run/run.h"
#include "ui/host/memory_file.h"
#include <inttypes.h>
#include <stdio.h>

char *run_surprises_failed(const struct choices *choices)
{
    size_t length = 0;
    char *text = NULL;
    FILE *out = memory_file_open(&text, &length);
    uint32_t pick;

    CHECK(out != NULL);
    for (uint32_t i = 0; i < choices->listed_count; i++) {
        const struct surprise *s = &choices->listed[i];
        enum surprise_fate fate = choices_fate(choices, i, &pick);

        if (fate == SURPRISE_HAPPENED)
            continue;
        fprintf(out, "surprise %s:%" PRIu32 ":%" PRIu32 " ", choice_names[s->site], s->nth,
                s->pick);
        if (fate == SURPRISE_NOT_ASKED)
            fprintf(out, "was not reached: %s was asked %" PRIu64 " times\n", choice_names[s->site],
                    choices->asked[s->site]);
        else
            fprintf(out, "is out of range: the answer was %" PRIu32 ", the last one there\n", pick);
    }
    memory_file_close(out);
    return text;
}
