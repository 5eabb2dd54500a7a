/* scenario_load.c - [load NAME]: protocol, times of arrival and sizes.
 *
 * Each section drives one protocol: the one in its name, or the one that `protocol` names. A key of
 * another shape than the one in force is an error if this scenario's own file has it, and is
 * ignored if it is inherited: a scenario may extend another one and change the shape of its load.
 */
#include "model/scenario/load_text.h"
#include "model/scenario/scenario.h"
#include "sim/calendar.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHAPE(name) (1u << ARRIVE_##name)

enum {
    ALL_SHAPES = (1u << ARRIVAL_SHAPES) - 1,
    WITH_RATE = ALL_SHAPES & ~(SHAPE(CLOSED) | SHAPE(REPLAY)),
    SPACED = SHAPE(RAMP) | SHAPE(BURST) | SHAPE(DAY) | SHAPE(CLOSED) | SHAPE(REPLAY),
};

static const struct {
    const char *key;
    uint32_t shapes;
    const char *expected;
} belongs_to[] = {
    { "rate", WITH_RATE, "none beside clients or arrivals" },
    { "users", WITH_RATE, "none beside clients or arrivals" },
    { "profile", WITH_RATE, "none beside clients or arrivals" },
    { "peak_factor", WITH_RATE, "none beside clients or arrivals" },
    { "spacing", SPACED, "shape = ramp, burst, day or closed, or arrivals, beside it" },
    { "burst_rate", SHAPE(BURST), "shape = burst beside it" },
    { "burst_every", SHAPE(BURST), "shape = burst beside it" },
    { "burst_at", SHAPE(BURST), "shape = burst beside it" },
    { "burst_length", SHAPE(BURST), "shape = burst beside it" },
    { "clock", SHAPE(DAY), "shape = day beside it" },
    { "hours", SHAPE(DAY), "shape = day beside it" },
    { "weekdays", SHAPE(DAY), "shape = day beside it" },
    { "time_scale", SHAPE(DAY) | SHAPE(REPLAY), "shape = day, or arrivals, beside it" },
    { "clients", SHAPE(CLOSED), "shape = closed beside it" },
    { "think", SHAPE(CLOSED), "shape = closed beside it" },
    { "column", SHAPE(REPLAY), "arrivals = a file beside it" },
    { "counter", SHAPE(REPLAY), "arrivals = a file beside it" },
    { "gaps", SHAPE(REPLAY), "arrivals = a file beside it" },
    { "rate_scale", SHAPE(REPLAY), "arrivals = a file beside it" },
    { "arrivals_from", SHAPE(REPLAY), "arrivals = a file beside it" },
    { "verb", SHAPE(REPLAY), "arrivals = a file beside it" },
    { "size_field", SHAPE(REPLAY), "arrivals = a file beside it" },
};

/* Keys that only loads of new mail have. */
static const char *const of_mail[] = { "read_back", "size",           "size_min",
                                       "size_max",  "size_median",    "size_sigma_milli",
                                       "size_file", "size_histogram", "size_field",
                                       "nesting" };

static const struct {
    const char *name;
    uint32_t received; /* Messages a day. */
    uint32_t size;
} profiles[] = {
#define PROFILE(id, name, sent, received, size) { name, received, size },
#include "model/words/profiles.def"
#undef PROFILE
};
static const char *const profile_names[] = {
#define PROFILE(id, name, sent, received, size) name,
#include "model/words/profiles.def"
#undef PROFILE
};

/* Factors of the hours of a day and the days of a week at a mailbox server, in hundredths:
 * facts/exchange-exifs.md 7.5, inferred. */
static const uint32_t usual_hours[24] = { 35,  25,  22,  20,  22,  30,  50, 95, 170, 210, 215, 200,
                                          160, 175, 195, 190, 170, 130, 80, 60, 52,  50,  47,  42 };
static const uint32_t usual_weekdays_ppm[7] = { 1150000, 1000000, 1000000, 1000000,
                                                1000000, 250000,  250000 };

static void set_hours(struct load_plan *plan, const uint64_t hours[24])
{
    uint64_t sum = 0;

    for (int i = 0; i < 24; i++)
        sum += hours[i];
    for (int i = 0; i < 24; i++)
        plan->hours_ppm[i] = (uint32_t)(hours[i] * 24000000 / sum);
}

void scenario_load_defaults(struct load_plan *plan, const char *name, enum load_protocol protocol)
{
    uint64_t hours[24];

    /* The machine boots on a Tuesday, at 06:00 (KI_BOOT_TIME). */
    *plan = (struct load_plan){ .protocol = protocol,
                                .shape = load_brings_mail(protocol) ? ARRIVE_BATCH : ARRIVE_POISSON,
                                .rate_micro = 24000000,
                                .rate_end_micro = 24000000,
                                .batch_mean_milli = 1500,
                                .clock = SEC((1 * 24 + 6) * 3600),
                                .time_scale_milli = 1000,
                                .think = SEC(5),
                                .size_median = 6144,
                                .size_max = 10u << 20,
                                .size_sigma_milli = 1750,
                                .read_ppm = 300000 };
    snprintf(plan->name, sizeof plan->name, "%s", name);
    memcpy(plan->weekdays_ppm, usual_weekdays_ppm, sizeof plan->weekdays_ppm);
    for (int i = 0; i < 24; i++)
        hours[i] = usual_hours[i];
    set_hours(plan, hours);
}

uint64_t scenario_rate_milli(const struct scenario *s)
{
    uint64_t all = 0;

    for (uint32_t i = 0; i < s->load_count; i++)
        all += load_brings_mail(s->loads[i].protocol) ? load_nominal_milli(&s->loads[i]) : 0;
    return all;
}

/* ---- Which protocol, which shape ------------------------------------------------------------- */

static bool has(const struct ini *ini, const char *section, const char *key)
{
    return ini_has(ini, section, key);
}

static void protocol_missing(struct ini *ini, const char *section)
{
    char known[128] = "", sections[LOAD_PROTOCOLS][32];
    const char *names[LOAD_PROTOCOLS], *near;
    size_t used = 0;

    for (int i = 0; i < LOAD_PROTOCOLS; i++) {
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "",
                                 load_protocol_names[i]);
        snprintf(sections[i], sizeof sections[i], "load %s", load_protocol_names[i]);
        names[i] = sections[i];
    }
    near = ini_did_you_mean(section, names, LOAD_PROTOCOLS);
    ini_error(ini, section, NULL,
              "\"[%s]\" and no protocol (expected protocol = one of %s in it)%s%s%s", section,
              known, near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
              near != NULL ? "\"?)" : "");
}

static enum load_protocol read_protocol(struct ini *ini, const char *section)
{
    uint32_t word = LOAD_SMTP;

    ini_know(ini, section, "protocol");
    if (has(ini, section, "protocol")) {
        ini_get_word(ini, section, "protocol", load_protocol_names, LOAD_PROTOCOLS, &word);
        return (enum load_protocol)word;
    }
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        if (strcmp(section + 5, load_protocol_names[i]) == 0)
            return (enum load_protocol)i;
    protocol_missing(ini, section);
    return LOAD_SMTP;
}

/* Returns the depth of the file that sets the shape. */
static int read_shape(struct ini *ini, const char *section, struct load_plan *plan)
{
    int shape = ini_key_depth(ini, section, "shape"),
        arrivals = ini_key_depth(ini, section, "arrivals");
    uint32_t word = plan->shape;

    ini_know(ini, section, "arrivals");
    if (ini_get_word(ini, section, "shape", arrival_shape_names, ARRIVAL_SHAPES, &word))
        plan->shape = (enum arrival_shape)word;
    if (arrivals < shape || (arrivals == shape && word == ARRIVE_REPLAY && arrivals != INT_MAX))
        plan->shape = ARRIVE_REPLAY;
    else if (arrivals == shape && arrivals != INT_MAX)
        ini_error(ini, section, "shape",
                  "another shape beside arrivals (expected shape = replay or none)");
    else if (plan->shape == ARRIVE_REPLAY && arrivals == INT_MAX)
        ini_error(ini, section, "shape", "no arrivals (expected arrivals = a file beside it)");
    if (arrivals != shape)
        ini_overrule(ini, section, arrivals < shape ? "shape" : "arrivals");
    return MIN_OF(shape, arrivals);
}

static void check_keys(struct ini *ini, const char *section, const struct load_plan *plan,
                       int depth)
{
    for (size_t i = 0; i < ARRAY_LEN(belongs_to); i++) {
        const char *key = belongs_to[i].key;

        ini_know(ini, section, key);
        if (!has(ini, section, key) || (belongs_to[i].shapes >> plan->shape & 1))
            continue;
        if (ini_key_depth(ini, section, key) <= depth)
            ini_error(ini, section, key, "%s (expected %s)", key, belongs_to[i].expected);
        else
            ini_overrule(ini, section, key);
    }
    for (size_t i = 0; i < ARRAY_LEN(of_mail); i++) {
        ini_know(ini, section, of_mail[i]);
        if (!load_brings_mail(plan->protocol) && has(ini, section, of_mail[i]))
            ini_error(ini, section, of_mail[i],
                      "%s (expected none: %s asks for messages that are there)", of_mail[i],
                      load_protocol_names[plan->protocol]);
    }
}

static void read_nesting(struct ini *ini, const char *section, struct load_plan *plan)
{
    uint64_t parts;

    if (ini_get_uint(ini, section, "nesting", 1, 10000, &parts))
        plan->nesting = (uint32_t)parts;
}

/* ---- How many -------------------------------------------------------------------------------- */

static void read_rate(struct ini *ini, const char *section, struct load_plan *plan)
{
    uint64_t milli, users = 0, peak = 1000;
    uint32_t profile = 1; /* average */
    int of_rate = ini_key_depth(ini, section, "rate"),
        of_users = ini_key_depth(ini, section, "users");

    if (ini_get_rate(ini, section, "rate", 0, LOAD_RATE_MAX_MILLI, &milli))
        plan->rate_micro = milli * 1000;
    ini_get_word(ini, section, "profile", profile_names, ARRAY_LEN(profile_names), &profile);
    ini_get_decimal(ini, section, "peak_factor", 3, 1, 100000, &peak);
    if (ini_get_uint(ini, section, "users", 1, 1000000, &users) && of_users <= of_rate) {
        plan->rate_micro = (users * profiles[profile].received * 1000000 + 43200) / 86400;
        plan->size_median = profiles[profile].size * (uint64_t)1000 / 4624; /* exp(1.75^2 / 2) */
        if (of_users == of_rate)
            ini_error(ini, section, "rate", "a rate beside users (expected one of them)");
    } else if (users == 0 && has(ini, section, "profile")) {
        ini_error(ini, section, "profile", "a profile (expected users = how many beside it)");
    }
    if (of_users != of_rate) {
        ini_overrule(ini, section, of_users < of_rate ? "rate" : "users");
        if (of_rate < of_users)
            ini_overrule(ini, section, "profile");
    }
    plan->rate_micro = plan->rate_micro * peak / 1000;
    if (plan->rate_micro > LOAD_RATE_MAX_MILLI * (uint64_t)1000)
        ini_error(ini, section, users > 0 ? "users" : "peak_factor",
                  "what comes to %llu/s (expected at most %d/s)",
                  (unsigned long long)(plan->rate_micro / 1000000), LOAD_RATE_MAX_MILLI / 1000);
    plan->rate_end_micro = plan->rate_micro;
    if (ini_get_rate(ini, section, "rate_end", 0, LOAD_RATE_MAX_MILLI, &milli)) {
        plan->rate_end_micro = milli * 1000;
        if (plan->shape != ARRIVE_RAMP)
            ini_error(ini, section, "rate_end", "a second rate (expected shape = ramp beside it)");
    }
}

static void read_burst(struct ini *ini, const char *section, struct load_plan *plan)
{
    bool every =
        ini_get_time(ini, section, "burst_every", MS(1), SEC(86400) * 7, &plan->burst_every);
    uint64_t milli = 0;

    if (plan->shape != ARRIVE_BURST)
        return;
    if (ini_get_rate(ini, section, "burst_rate", 0, LOAD_RATE_MAX_MILLI, &milli))
        plan->burst_rate_micro = milli * 1000;
    else if (!has(ini, section, "burst_rate"))
        ini_error(ini, section, NULL, "no burst_rate (expected one such as burst_rate = 100/s)");
    if (!ini_get_time(ini, section, "burst_length", MS(1), SEC(86400), &plan->burst_length) &&
        !has(ini, section, "burst_length"))
        ini_error(ini, section, NULL, "no burst_length (expected one such as burst_length = 10 s)");
    if (!ini_get_times(ini, section, "burst_at", SEC(86400) * 7, LOAD_BURSTS_MAX, plan->bursts,
                       &plan->burst_count))
        plan->burst_count = 0;
    if (!every && !has(ini, section, "burst_every") && !has(ini, section, "burst_at"))
        ini_error(ini, section, NULL, "no time of a burst (expected burst_every or burst_at)");
    if (every && plan->burst_count > 1)
        ini_error(ini, section, "burst_at", "several times beside burst_every (expected one)");
    if (every && plan->burst_length > plan->burst_every)
        ini_error(ini, section, "burst_length",
                  "bursts longer than burst_every (expected shorter ones)");
    if (every && plan->burst_count == 0)
        plan->bursts[plan->burst_count++] = plan->burst_every;
}

/* "2006-09-05 06:00" */
static void read_clock(struct ini *ini, const char *section, struct load_plan *plan)
{
    uint32_t year, month, day, hour, minute;
    const char *text, *at, *end;

    if (!ini_get_text(ini, section, "clock", &text))
        return;
    at = text;
    end = text + strlen(text);
    if (!calendar_digits(&at, end, 4, '-', &year) || !calendar_digits(&at, end, 2, '-', &month) ||
        !calendar_digits(&at, end, 2, ' ', &day) || !calendar_digits(&at, end, 2, ':', &hour) ||
        !calendar_digits(&at, end, 2, 0, &minute) || at != end ||
        !calendar_valid(year, month, day) || hour > 23 || minute > 59) {
        ini_error(ini, section, "clock",
                  "\"%s\" (expected a date and a time such as 2006-09-04 08:00)", text);
        return;
    }
    plan->clock =
        SEC((calendar_weekday(calendar_days(year, month, day)) * 24 + hour) * 3600 + minute * 60);
}

static void read_day(struct ini *ini, const char *section, struct load_plan *plan)
{
    uint64_t hours[24], weekdays[7], sum = 0;

    read_clock(ini, section, plan);
    ini_get_decimal(ini, section, "time_scale", 3, 1, 1000000000, &plan->time_scale_milli);
    if (ini_get_decimals(ini, section, "hours", 4, 1000000, 24, hours)) {
        for (int i = 0; i < 24; i++)
            sum += hours[i];
        if (sum > 0)
            set_hours(plan, hours);
        else
            ini_error(ini, section, "hours", "24 times 0 (expected an hour with mail)");
    }
    if (ini_get_decimals(ini, section, "weekdays", 6, 100000000, 7, weekdays))
        for (int i = 0; i < 7; i++)
            plan->weekdays_ppm[i] = (uint32_t)weekdays[i];
}

static void read_closed(struct ini *ini, const char *section, struct load_plan *plan)
{
    uint64_t clients;

    if (ini_get_uint(ini, section, "clients", 1, LOAD_CLIENTS_MAX, &clients))
        plan->clients = (uint32_t)clients;
    else if (plan->shape == ARRIVE_CLOSED && !has(ini, section, "clients"))
        ini_error(ini, section, NULL, "no clients (expected clients = how many there are)");
    ini_get_time(ini, section, "think", MS(1), SEC(86400), &plan->think);
}

/* ---- How much -------------------------------------------------------------------------------- */

static void read_size_file(struct ini *ini, const char *section, struct load_plan *plan)
{
    struct load_reading r = { .ini = ini, .section = section };

    if (ini_get_file(ini, section, "size_file", &r.file))
        load_read_sizes(&r, plan);
}

static void read_histogram(struct ini *ini, const char *section, struct load_plan *plan)
{
    struct ini_weight weights[LOAD_BINS_MAX];

    if (!ini_get_weights(ini, section, "size_histogram", 1, 64u << 20, LOAD_BINS_MAX, weights,
                         &plan->bin_count))
        return;
    for (uint32_t i = 0; i < plan->bin_count; i++)
        plan->bins[i] = (struct load_bin){ (uint32_t)weights[i].size, (uint32_t)weights[i].weight };
}

/* Chooses the distribution of sizes: the one whose key is in the file nearest to the scenario. */
static void choose_sizes(struct ini *ini, const char *section, struct load_plan *plan)
{
    static const struct {
        const char *key;
        enum load_sizes sizes;
    } kinds[] = { { "size_median", SIZES_LOGNORMAL },
                  { "size_sigma_milli", SIZES_LOGNORMAL },
                  { "size", SIZES_FIXED },
                  { "size_min", SIZES_UNIFORM },
                  { "size_histogram", SIZES_HISTOGRAM },
                  { "size_file", SIZES_HISTOGRAM } };
    int nearest = INT_MAX;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        int depth = ini_key_depth(ini, section, kinds[i].key);

        if (depth == INT_MAX || depth > nearest)
            continue;
        if (depth == nearest && (plan->sizes != kinds[i].sizes || i == 5))
            ini_error(ini, section, kinds[i].key,
                      "another way to choose sizes (expected one of size, size_min and size_max, "
                      "size_median, size_histogram, size_file)");
        plan->sizes = kinds[i].sizes;
        nearest = depth;
    }
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i].sizes != plan->sizes && ini_key_depth(ini, section, kinds[i].key) > nearest)
            ini_overrule(ini, section, kinds[i].key);
    if (ini_key_depth(ini, section, "size_file") != ini_key_depth(ini, section, "size_histogram"))
        ini_overrule(ini, section,
                     ini_key_depth(ini, section, "size_file") <
                             ini_key_depth(ini, section, "size_histogram")
                         ? "size_histogram"
                         : "size_file");
}

static void read_sizes(struct ini *ini, const char *section, struct load_plan *plan)
{
    uint64_t largest = 64u << 20, fixed = 0, sigma;

    choose_sizes(ini, section, plan);
    ini_get_size(ini, section, "size_median", 1, 10u << 20, &plan->size_median);
    ini_get_size(ini, section, "size_min", 1, largest, &plan->size_min);
    ini_get_size(ini, section, "size_max", 1, largest, &plan->size_max);
    if (ini_get_uint(ini, section, "size_sigma_milli", 0, 3000, &sigma))
        plan->size_sigma_milli = (uint32_t)sigma;
    if (ini_get_size(ini, section, "size", 1, largest, &fixed) && plan->sizes == SIZES_FIXED)
        plan->size_median = fixed;
    read_histogram(ini, section, plan);
    if (has(ini, section, "size_file") &&
        ini_key_depth(ini, section, "size_file") <= ini_key_depth(ini, section, "size_histogram"))
        read_size_file(ini, section, plan);
    if (plan->sizes == SIZES_LOGNORMAL && plan->size_median > plan->size_max)
        ini_error(ini, section, has(ini, section, "size_max") ? "size_max" : "size_median",
                  "a largest size below the median (expected size_median to size_max to rise)");
    if (plan->sizes == SIZES_UNIFORM && plan->size_min > plan->size_max)
        ini_error(ini, section, "size_min",
                  "a least size above size_max (expected size_min to size_max to rise)");
}

/* ---- From files ------------------------------------------------------------------------------ */

static void read_replay(struct ini *ini, const char *section, struct load_plan *plan)
{
    static const char *const gaps[] = { "hold", "zero", "interpolate" }, *const counters[] = {
        "rate", "total"
    };
    struct load_reading r = { .ini = ini,
                              .section = section,
                              .time_scale_milli = plan->time_scale_milli,
                              .rate_scale_micro = 1000000 };
    sim_time from = 0;
    uint32_t word = 0;

    if (ini_get_word(ini, section, "gaps", gaps, ARRAY_LEN(gaps), &word))
        r.gaps = (enum load_gaps)word;
    if (ini_get_word(ini, section, "counter", counters, ARRAY_LEN(counters), &word))
        r.counter = word == 0 ? COUNTER_RATE : COUNTER_TOTAL;
    ini_get_text(ini, section, "column", &r.column);
    ini_get_text(ini, section, "verb", &r.verb);
    ini_get_text(ini, section, "size_field", &r.size_field);
    ini_get_decimal(ini, section, "rate_scale", 6, 1, 1000000000, &r.rate_scale_micro);
    if (ini_get_time(ini, section, "arrivals_from", 0, SEC(86400) * 31, &from))
        r.from_ms = from / MS(1);
    if (ini_get_file(ini, section, "arrivals", &r.file))
        plan->series = load_read(&r);
}

/* ---- A section, and all of them -------------------------------------------------------------- */

static void read_section(struct scenario *s, struct ini *ini, const char *section)
{
    static const char *const spacings[] = { "poisson", "constant", "batch" };
    enum load_protocol protocol = read_protocol(ini, section);
    struct load_plan *plan = &s->loads[s->load_count];
    uint32_t spacing;
    uint64_t milli;

    scenario_load_defaults(plan, section + 5, protocol);
    check_keys(ini, section, plan, read_shape(ini, section, plan));
    read_rate(ini, section, plan);
    if (ini_get_uint(ini, section, "batch_mean_milli", 1000, 64000, &milli))
        plan->batch_mean_milli = (uint32_t)milli;
    if (ini_get_word(ini, section, "spacing", spacings, ARRAY_LEN(spacings), &spacing))
        plan->spacing = (enum load_spacing)spacing;
    read_burst(ini, section, plan);
    read_day(ini, section, plan);
    read_closed(ini, section, plan);
    read_sizes(ini, section, plan);
    ini_get_percent_ppm(ini, section, "read_back", &plan->read_ppm);
    read_nesting(ini, section, plan);
    if (plan->shape == ARRIVE_REPLAY)
        read_replay(ini, section, plan);
    s->load_count++;
}

void scenario_read_loads(struct scenario *s, struct ini *ini)
{
    bool any = false;

    s->load_count = 0;
    for (uint32_t i = 0; i < ini_section_count(ini); i++) {
        const char *section = ini_section_name(ini, i);

        if (strncmp(section, "load ", 5) != 0)
            continue;
        any = true;
        if (s->load_count == LOADS_MAX) {
            ini_error(ini, section, NULL, "more than %d loads (expected at most that many)",
                      LOADS_MAX);
            /* The section is read over the last one, so that its keys are known. */
            s->load_count--;
        }
        if (strlen(section + 5) >= sizeof s->loads[0].name)
            ini_error(ini, section, NULL, "a name of %zu characters (expected at most %zu)",
                      strlen(section + 5), sizeof s->loads[0].name - 1);
        read_section(s, ini, section);
    }
    /* A scenario without loads has mail by SMTP. Reading its keys also serves the hints. */
    if (!any)
        read_section(s, ini, "load smtp");
}
