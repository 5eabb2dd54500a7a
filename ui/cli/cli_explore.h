/* cli_explore.h - what explore and merge share: the summary of a search. */
#pragma once
#include "ui/cli/cli_json.h"
#include "ui/explore/hunt.h"

enum { CLI_EXPLORE_PATH = 4096 };

/* Schedules in a second of processor time. */
double cli_explore_rate(const struct hunt *hunt);
/* The path of a finding's capsule in the folder of findings. */
void cli_explore_capsule(const char *folder, const struct hunt_finding *finding,
                         char out[CLI_EXPLORE_PATH]);
/* Prints the summary; hunt->scenario NULL: nothing is said of what it expects. */
void cli_explore_print(const char *folder, const struct hunt *hunt);
/* Prints it as a document, and releases `errors`. */
void cli_explore_document(const char *folder, const struct hunt *hunt, json_t *errors);
int cli_explore_code(const struct hunt *hunt);

/* Carries out exifsim merge for folders of findings. Returns the exit code. */
int cli_merge_findings(const struct options *options);
