/* cli_explain.h - what exifsim explain found out about one run, between its two printers. */
#pragma once
#include "ui/cli/cli_json.h"
#include "ui/report/diagnosis.h"

struct explained {
    const char *path;
    uint64_t seed;
    const struct evidence *evidence;
    const struct opinion *opinions;
    uint32_t opinion_count;
    /* Words of the causes that were found, and of those that the scenario expects; "": none. */
    const char *found[DIAGNOSES], *expected[EXPECT_DIAGNOSES];
    uint32_t found_count;
    bool met;
};

json_t *explain_json(const struct explained *explained);
