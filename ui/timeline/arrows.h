/* arrows.h - causes and effects: which earlier record brought this one about.
 *
 * A row of the table pairs two kinds of record and says what they must have in common. So a wait's
 * end goes back to the signal of its object, a switch to what made the thread ready, a completion
 * to the request, a faulting read to the foreign write, a DPC, APC or work item to its queueing.
 */
#pragma once
#include "ui/timeline/app.h"

/* Kinds that have a partner. False: nothing is known. */
bool cause_query(const struct record *record, uint64_t number, struct recording_query *query);
bool effect_query(const struct record *record, uint64_t number, struct recording_query *query);
/* A cause that the record itself names (a tainted read names its write); RECORD_NONE: none. */
uint64_t cause_named(const struct record *record, uint64_t number);

/* The cause of a record among the details that are here; RECORD_NONE: none. */
uint64_t cause_near(struct pane *pane, uint64_t number);

/* Arrows to and from the record under the playhead, where the other end is in sight. */
void paint_arrows(struct app *app, struct pane *pane);
