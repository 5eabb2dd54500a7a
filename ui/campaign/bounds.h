/* bounds.h - checks what a scenario expects of its curve, such as [expect] curve = p_stop at 24/s
 * for sp2 in 0.10..0.60; p95_latency at 10/s < 2 s
 *
 * Clauses are joined by semicolons: METRIC at X [for SERIES] in LOW..HIGH, or < VALUE, or > VALUE.
 * Metrics: p_stop, p_crash, mean_latency, p50_latency, p95_latency, p99_latency, delivered, mtbf.
 * Times have a unit (ms, s, min, h), rates a /s. Without `for` every series that has the point must
 * hold. If the metric has an interval, a bound is broken only if the whole interval lies outside,
 * so that chance alone does not fail a build.
 */
#pragma once
#include "ui/campaign/curve.h"

enum { BOUNDS_CHARS = 1024 };

/* Joins the clauses of all lines [expect] curve of a scenario. */
void bounds_of(struct ini *ini, char out[BOUNDS_CHARS]);

/* Records an error in ini for each line [expect] curve that cannot be read. */
void bounds_lint(struct ini *ini);

/* Calls told for each clause and each of its points, in order; point NULL: no such point has
 * finished runs. False: the text cannot be read, and error says where. */
bool bounds_check(const struct curve *curve, const char *text,
                  void (*told)(void *context, const struct curve_point *point, const char *clause,
                               bool met, const char *why),
                  void *context, char error[RESULTS_ERROR_CHARS]);
