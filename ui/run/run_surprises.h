/* run_surprises.h - gives a scenario its surprises. */
#pragma once
#include "ui/run/run.h"

/* Makes the surprises of a capsule, which other code numbered, those of this code, by their
 * anchors, which are in the scenario's document. What was found is told to `errors`. False: they
 * are wrong, which was told, too. */
bool run_find_anchors(const struct run_options *options, struct scenario *scenario, struct ini *ini,
                      FILE *errors, char error[RUN_ERROR_CHARS]);

/* Makes the surprises of --surprises, if there are any, the scenario's. False: they are wrong. */
bool run_force_surprises(const struct run_options *options, struct scenario *scenario, FILE *errors,
                         char error[RUN_ERROR_CHARS]);
