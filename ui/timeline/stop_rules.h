/* stop_rules.h - what a bug check says of the rule that was broken, and where its arguments lead.
 */
#pragma once
#include "ui/recording/recording.h"

struct app;

enum { STOP_TEXT_CHARS = 400 };

/* One sentence on the rule, with the names of this run. raised_in: the kernel's function that
 * stopped the machine ("nt!KeAttachProcess"), "" if unknown. */
void stop_rule(const struct recording_end *end, const char *raised_in, char out[STOP_TEXT_CHARS]);

/* The same of the run in the active pane; "": nothing stopped it. Under the locks. */
void stop_broken_rule(struct app *app, char out[STOP_TEXT_CHARS]);

/* One sentence on an argument (0 to 3): what it means and what it is here. */
void stop_argument(const struct recording_end *end, int argument, char out[STOP_TEXT_CHARS]);

/* The lane that an argument speaks of: a process, a thread, a processor; else the lane of the
 * thread that stopped. LANE_NONE: not even that is known. */
uint32_t stop_argument_lane(const struct recording *run, const struct recording_end *end,
                            int argument);
