/* journey.h - going to a record so that one sees what is there: its thread's lane is unfolded and
 * chosen, and the stretch is such that what it belongs to is in sight: the other end of an arrow,
 * or the visit in which it happened.
 *
 * Under the recordings' locks.
 */
#pragma once
#include "ui/timeline/app.h"

/* Along an arrow: from one end to the other; both are seen. */
void journey_along(struct app *app, uint64_t from, uint64_t to);
/* To a record by itself. Where details are missing, later frames go on (journey_take). */
void journey_to(struct app *app, uint64_t record);
void journey_take(struct app *app);
