/* filter.h - passes a part of a run on to a writer. export.c uses it for every export. */
#pragma once
#include "ui/export/inside.h"

struct filter;

/* wanted must live as long as the filter; its writer frees both. */
struct filter *filter_new(const struct export_filter *wanted, struct writer inner);
struct writer filter_writer(struct filter *filter);

/* Says which record comes next. FILTER_BEGINS: slices that are open have to be begun again;
 * FILTER_ENDS: they have to be ended, before filter_set_inside(filter, false). */
enum filter_step { FILTER_STAYS, FILTER_BEGINS, FILTER_ENDS };
enum filter_step filter_at(struct filter *filter, uint64_t number, const struct record *record);
void filter_set_inside(struct filter *filter, bool inside);

/* Notes that the run has a process of this image; the name is kept by pointer. */
void filter_process(struct filter *filter, const char *name);

/* Call it at the end of the run. False: no process has the wanted image, or no record lies in the
 * stretch; error says so. */
bool filter_found(const struct filter *filter, sim_time end, char *error, size_t size);
