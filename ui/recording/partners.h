/* partners.h - causes and effects: which earlier record brought one about.
 *
 * A row of the table pairs two kinds of record and says what they must have in common. So a wait's
 * end goes back to the signal of its object, a switch to what made the thread ready, a completion
 * to the request, a faulting read to the foreign write, a DPC, APC or work item to its queueing.
 */
#pragma once
#include "ui/recording/recording.h"

/* Searches for the partner of a record. False: its kind has none. */
bool cause_query(const struct record *record, uint64_t number, struct recording_query *query);
bool effect_query(const struct record *record, uint64_t number, struct recording_query *query);
/* The partner of this kind, before the record or after it. False: the two kinds are no pair. */
bool partner_query(const struct record *record, uint64_t number, uint16_t kind,
                   struct recording_query *query);
/* A cause that the record itself names (a tainted read names its write); UINT64_MAX: none. */
uint64_t cause_named(const struct record *record, uint64_t number);
