/* plan_axis.h - what plan.c and plan_axis.c share: reading ${...} and `only`. */
#pragma once
#include "ui/campaign/plan.h"

/* Reads "${2, 5, 10}/s" or "${1..10..3}" into the values of an axis; errors are recorded in ini. */
void plan_axis_read(struct ini *ini, const char *section, const char *key, const char *value,
                    struct plan_axis *axis);
void plan_axis_free(struct plan_axis *axis);

/* True if `only` allows the point: "load.smtp.rate < 50/s and machine.processors > 2 or
 * versions.all == sp2". */
bool plan_only(struct plan *plan, const struct plan_point *point, const char *only);
