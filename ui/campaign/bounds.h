/* bounds.h - what a scenario expects of its curve: [expect] curve = p_stop at 24/s for sp2 in
 * 0.10..0.60; p95_latency at 10/s < 2 s
 *
 * Clauses are joined by semicolons: METRIC at X [for SERIES] in LOW..HIGH, or < VALUE, or > VALUE.
 * Metrics: p_stop, p_crash, mean_latency, p50_latency, p95_latency, p99_latency, delivered, mtbf.
 * Times have a unit (ms, s, min, h), rates a /s. Without `for` every series that has the point must
 * hold. A bound is broken only if the whole interval lies outside it where the metric has an
 * interval: chance alone does not fail a build.
 */
#pragma once
#include "ui/campaign/curve.h"

enum { BOUNDS_CHARS = 1024 };

/* What a scenario's [expect] says of its curve: the clauses of all its lines, joined. */
void bounds_of(struct ini *ini, char out[BOUNDS_CHARS]);

/* Records an error in ini for each line whose text is not understood. */
void bounds_lint(struct ini *ini);

/* Calls told for each clause and point it speaks of, in order; point NULL: there is none with
 * finished runs. False: the text is not understood,
 * and error says where. */
bool bounds_check(const struct curve *curve, const char *text,
                  void (*told)(void *context, const struct curve_point *point, const char *clause,
                               bool met, const char *why),
                  void *context, char error[RESULTS_ERROR_CHARS]);
