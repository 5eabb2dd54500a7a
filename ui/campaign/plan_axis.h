/* plan_axis.h - what plan.c and plan_axis.c share: the words inside ${...} and behind `only`. */
#pragma once
#include "ui/campaign/plan.h"

/* Reads "${2, 5, 10}/s" or "${1..10..3}" into the values of an axis; what is wrong becomes an error
 * of ini. */
void plan_axis_read(struct ini *ini, const char *section, const char *key, const char *value,
                    struct plan_axis *axis);
void plan_axis_free(struct plan_axis *axis);

/* True if the point is one of those that `only` leaves: "load.smtp.rate < 50/s and
 * machine.processors > 2 or versions.all == sp2". */
bool plan_only(struct plan *plan, const struct plan_point *point, const char *only);
