/* when_decision.h - the last decision of a run whose other answer escapes it. */
#pragma once
#include "sim/snapshot.h"
#include "ui/explore/when.h"

/* Looks among the questions that a run was asked from a snapshot on until `until`, the last first:
 * which, answered otherwise, with all else left as it was, does not lead to the finding? Fills
 * when->decision. horizon: where a run ends that did not come to the finding. */
void when_decide(struct when *when, struct world *world, const struct snapshot *from,
                 sim_time until, sim_time horizon);
