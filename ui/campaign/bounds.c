/* bounds.c - see bounds.h. */
#include "ui/campaign/bounds.h"
#include "ui/host/texts.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum quantity { PROBABILITY, TIME_MS, RATE, TIME_S };

struct clause {
    const struct metric *metric;
    double x, low, high;
    char series[CURVE_NAME_CHARS]; /* Name of the series; empty: every series. */
    char text[256];
};

/* An interval of width zero, for a figure that has no interval. */
static struct stats_interval just(double value)
{
    return (struct stats_interval){ value, value, value };
}

static struct stats_interval p_stop(const struct curve_point *p) { return p->p_stop; }
static struct stats_interval p_crash(const struct curve_point *p) { return p->p_crash; }
static struct stats_interval mean_latency(const struct curve_point *p) { return p->latency_ms; }
static struct stats_interval p50_latency(const struct curve_point *p) { return just(p->p50_ms); }
static struct stats_interval p95_latency(const struct curve_point *p) { return just(p->p95_ms); }
static struct stats_interval p99_latency(const struct curve_point *p) { return just(p->p99_ms); }
static struct stats_interval delivered(const struct curve_point *p) { return p->delivered_per_s; }
static struct stats_interval mtbf(const struct curve_point *p) { return p->mtbf_s; }

static const struct metric {
    const char *name;
    enum quantity quantity;
    struct stats_interval (*of)(const struct curve_point *p);
    bool of_mail; /* A metric of mail: unknown if no message was delivered after the warm-up. */
} metrics[] = {
    { "p_stop", PROBABILITY, p_stop, false },        { "p_crash", PROBABILITY, p_crash, false },
    { "mean_latency", TIME_MS, mean_latency, true }, { "p50_latency", TIME_MS, p50_latency, true },
    { "p95_latency", TIME_MS, p95_latency, true },   { "p99_latency", TIME_MS, p99_latency, true },
    { "delivered", RATE, delivered, true },          { "mtbf", TIME_S, mtbf, false },
};

/* ---- Reading --------------------------------------------------------------------------------- */

static bool take_blank(const char **at)
{
    while (isspace((unsigned char)**at))
        ++*at;
    return true;
}

/* Reads the next word if it is this one. */
static bool take(const char **at, const char *word)
{
    size_t length = strlen(word);

    take_blank(at);
    if (strncmp(*at, word, length) != 0 ||
        (isalpha((unsigned char)word[0]) &&
         (isalnum((unsigned char)(*at)[length]) || (*at)[length] == '_')))
        return false;
    *at += length;
    return true;
}

static bool take_number(const char **at, double *out)
{
    char *end;

    take_blank(at);
    *out = strtod(*at, &end);
    if (end == *at)
        return false;
    *at = end;
    return true;
}

/* Reads a value, also one followed by "..", where strtod would read "0.10.". */
static bool take_value(const char **at, enum quantity quantity, double *out)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = { { "ms", 1 }, { "min", 60000 }, { "s", 1000 }, { "h", 3600000 } };
    const char *dots = strstr(*at, "..");
    char number[64];
    size_t length = dots ? (size_t)(dots - *at) : strlen(*at);
    const char *inside = number;

    snprintf(number, sizeof number, "%.*s", (int)MIN_OF(length, sizeof number - 1), *at);
    if (!take_number(&inside, out))
        return false;
    if (quantity == RATE && !take(&inside, "/s"))
        return false;
    if (quantity == TIME_MS || quantity == TIME_S) {
        size_t i = 0;

        while (i < ARRAY_LEN(units) && !take(&inside, units[i].unit))
            i++;
        if (i == ARRAY_LEN(units))
            return false;
        *out *= units[i].ms / (quantity == TIME_S ? 1000 : 1);
    }
    *at += inside - number;
    return true;
}

static bool read_limits(const char **at, struct clause *clause)
{
    enum quantity quantity = clause->metric->quantity;

    clause->low = -INFINITY;
    clause->high = INFINITY;
    if (take(at, "<"))
        return take_value(at, quantity, &clause->high);
    if (take(at, ">"))
        return take_value(at, quantity, &clause->low);
    return take(at, "in") && take_value(at, quantity, &clause->low) && take(at, "..") &&
           take_value(at, quantity, &clause->high) && clause->low <= clause->high;
}

static void read_series(const char **at, struct clause *clause)
{
    size_t length = 0;

    clause->series[0] = 0;
    if (!take(at, "for"))
        return;
    take_blank(at);
    while ((*at)[length] != 0 && !isspace((unsigned char)(*at)[length]))
        length++;
    snprintf(clause->series, sizeof clause->series, "%.*s", (int)length, *at);
    *at += length;
}

static bool read_clause(const char *text, struct clause *clause)
{
    const char *at = text;

    snprintf(clause->text, sizeof clause->text, "%s", text);
    clause->metric = NULL;
    for (size_t i = 0; i < ARRAY_LEN(metrics) && clause->metric == NULL; i++)
        if (take(&at, metrics[i].name))
            clause->metric = &metrics[i];
    if (clause->metric == NULL || !take(&at, "at") || !take_number(&at, &clause->x))
        return false;
    while (*at != 0 && !isspace((unsigned char)*at))
        at++; /* Skip the unit of x. */
    read_series(&at, clause);
    return read_limits(&at, clause) && take_blank(&at) && *at == 0;
}

/* ---- Judging --------------------------------------------------------------------------------- */

/* Writes what was found: "p_stop at 24/s for sp2 is 0.55 (0.398..0.693)". */
static void say(const struct curve *curve, const struct clause *clause, const struct curve_point *p,
                struct stats_interval is, char *out, size_t size)
{
    static const char *const units[] = {
        [PROBABILITY] = "", [TIME_MS] = " ms", [RATE] = "/s", [TIME_S] = " s"
    };
    char interval[64] = "";

    if (is.low < is.high)
        snprintf(interval, sizeof interval, " (%.3g..%.3g)", is.low, is.high);
    snprintf(out, size, "%s at %g%s for %s is %.3g%s%s", clause->metric->name, p->x, curve->x_unit,
             curve->series[p->series], is.point, units[clause->metric->quantity], interval);
}

static uint32_t judge(const struct curve *curve, const struct clause *clause,
                      void (*told)(void *context, const struct curve_point *point,
                                   const char *clause, bool met, const char *why),
                      void *context)
{
    uint32_t points = 0;

    for (uint32_t i = 0; i < curve->count; i++) {
        const struct curve_point *p = &curve->points[i];
        struct stats_interval is = clause->metric->of(p);
        bool measured = !clause->metric->of_mail || p->p99_ms > 0;
        bool met = measured && is.high >= clause->low && is.low <= clause->high;
        char why[256];

        if (fabs(p->x - clause->x) > 1e-9 * fabs(clause->x) ||
            (clause->series[0] != 0 && strcmp(clause->series, curve->series[p->series]) != 0))
            continue;
        if (measured)
            say(curve, clause, p, is, why, sizeof why);
        else
            snprintf(why, sizeof why, "nothing was delivered after the warm-up at %g%s for %s",
                     p->x, curve->x_unit, curve->series[p->series]);
        told(context, p, clause->text, met, why);
        points++;
    }
    return points;
}

/* Reads the next clause of a text. NULL: no more. *good is false if the clause could not be
 * read. */
static const char *next_clause(char **rest, struct clause *clause, bool *good)
{
    char *one;

    while ((one = text_take(rest, ";")) != NULL) {
        while (isspace((unsigned char)*one))
            one++;
        if (*one == 0)
            continue;
        *good = read_clause(one, clause);
        return one;
    }
    return NULL;
}

#define EXAMPLES "such as p_stop at 24/s for sp2 in 0.10..0.60 or p95_latency at 10/s < 2 s"

void bounds_of(struct ini *ini, char out[BOUNDS_CHARS])
{
    size_t used = 0;
    const char *text;

    out[0] = 0;
    for (int i = 0; i < SCENARIO_CURVE_KEYS && used < BOUNDS_CHARS; i++)
        if (ini_get_text(ini, "expect", scenario_curve_keys[i], &text))
            used +=
                (size_t)snprintf(out + used, BOUNDS_CHARS - used, "%s%s", used ? "; " : "", text);
}

void bounds_lint(struct ini *ini)
{
    struct clause clause;
    const char *text, *one;
    bool good;

    for (int i = 0; i < SCENARIO_CURVE_KEYS; i++) {
        char copy[BOUNDS_CHARS], *rest = copy;

        if (!ini_get_text(ini, "expect", scenario_curve_keys[i], &text))
            continue;
        snprintf(copy, sizeof copy, "%s", text);
        while ((one = next_clause(&rest, &clause, &good)) != NULL)
            if (!good)
                ini_error(ini, "expect", scenario_curve_keys[i], "\"%s\" (expected " EXAMPLES ")",
                          one);
    }
}

bool bounds_check(const struct curve *curve, const char *text,
                  void (*told)(void *context, const struct curve_point *point, const char *clause,
                               bool met, const char *why),
                  void *context, char error[RESULTS_ERROR_CHARS])
{
    char copy[BOUNDS_CHARS], *rest = copy;
    struct clause clause;
    const char *one;
    bool good;

    snprintf(copy, sizeof copy, "%s", text);
    while ((one = next_clause(&rest, &clause, &good)) != NULL) {
        if (!good) {
            snprintf(error, RESULTS_ERROR_CHARS, "[expect] curve: \"%s\" (expected " EXAMPLES ")",
                     one);
            return false;
        }
        if (judge(curve, &clause, told, context) == 0)
            told(context, NULL, clause.text, false, "no finished run is at this point");
    }
    return true;
}
