/* load_plan.h - what a [load NAME] of a scenario asks for: who comes, when, and with how much.
 *
 * A plan is plain data and can be copied; what was read from a file hangs from it as a series that
 * is never changed and lives as long as the program (load_series.c). The world outside that follows
 * a plan is model/outside/load_arrivals.c.
 */
#pragma once
#include "sim/base.h"
#include "sim/clock.h"

enum load_protocol {
#define PROTOCOL(id, name, wire, host, kind, service) LOAD_##id,
#include "model/words/protocols.def"
#undef PROTOCOL
    LOAD_PROTOCOLS
};
extern const char *const load_protocol_names[LOAD_PROTOCOLS];

/* Who takes a protocol's messages off the wire; what they are. */
enum load_host { LOAD_OF_INETINFO, LOAD_OF_W3WP, LOAD_OF_STORE };
enum load_kind { LOAD_DELIVERS, LOAD_POSTS, LOAD_SUBMITS, LOAD_READS };
extern const enum load_host load_protocol_hosts[LOAD_PROTOCOLS];
extern const enum load_kind load_protocol_kinds[LOAD_PROTOCOLS];

/* On whose wire a protocol's messages wait. */
extern const enum load_protocol load_protocol_wires[LOAD_PROTOCOLS];

/* Messages of sizes of their own that are counted as arrived and delivered. */
static inline bool load_brings_mail(enum load_protocol protocol)
{
    return load_protocol_kinds[protocol] != LOAD_READS;
}

/* When they come. */
enum arrival_shape {
    ARRIVE_POISSON,
    ARRIVE_CONSTANT,
    ARRIVE_BATCH,
    ARRIVE_RAMP,
    ARRIVE_BURST,
    ARRIVE_DAY,
    ARRIVE_CLOSED,
    ARRIVE_REPLAY,
    ARRIVAL_SHAPES
};
extern const char *const arrival_shape_names[ARRIVAL_SHAPES];

/* How a rate that changes becomes single arrivals. */
enum load_spacing { SPACE_POISSON, SPACE_CONSTANT, SPACE_BATCH };
enum load_sizes { SIZES_LOGNORMAL, SIZES_FIXED, SIZES_UNIFORM, SIZES_HISTOGRAM };

enum {
    LOADS_MAX = 8, /* Sections of one scenario. */
    LOAD_BINS_MAX = 64,
    LOAD_BURSTS_MAX = 16,
    LOAD_CLIENTS_MAX = 4000,       /* Each thinks in an entry of the agenda (AGENDA_ENTRIES_MAX). */
    LOAD_POINTS_MAX = 262144,      /* Of a series: three days by the second; 4 MiB of the arena. */
    LOAD_RATE_MAX_MILLI = 1000000, /* 1000/s, far above the 142/s of facts 7.2. */
};

/* A rate that stays until `at`, in millionths of a message a second; or an arrival at `at`, bytes
 * 0: not said. */
struct load_point {
    uint64_t at; /* ns since boot. */
    uint32_t rate_micro, bytes;
};
struct load_series {
    bool arrivals; /* Points are arrivals, else rates. */
    uint32_t count;
    struct load_point points[];
};

/* Keeps a series for as long as the program runs and takes it over: it was malloc'ed. The same
 * content is kept once. From any thread. */
const struct load_series *load_series_keep(struct load_series *series);

struct load_plan {
    char name[32]; /* Names the random streams: load.NAME.gap. */
    enum load_protocol protocol;
    enum arrival_shape shape;
    enum load_spacing spacing; /* RAMP, BURST, DAY, REPLAY of rates; CLOSED: of thinking. */
    uint64_t rate_micro;       /* Messages a second, in millionths; the mean of a DAY. */
    uint64_t rate_end_micro;   /* RAMP: at the end of the run. */
    uint32_t batch_mean_milli; /* BATCH: messages an arrival, in thousandths (1500 = 1.5). */
    uint64_t burst_rate_micro; /* BURST: at bursts[], or every burst_every from bursts[0] on. */
    sim_time bursts[LOAD_BURSTS_MAX], burst_every, burst_length;
    uint32_t burst_count;
    uint32_t hours_ppm[24], weekdays_ppm[7]; /* DAY: hours have the mean of one; Monday first. */
    sim_time clock;                          /* DAY: at the start, ns since Monday 00:00. */
    uint64_t time_scale_milli;               /* DAY: seconds of its clock in one of the run. */
    uint32_t clients;                        /* CLOSED. */
    sim_time think;                          /* Its mean. */
    const struct load_series *series;        /* REPLAY. */

    enum load_sizes sizes;
    uint64_t size_median, size_min, size_max; /* Bytes; FIXED: the median. */
    uint32_t size_sigma_milli;
    struct load_bin {
        uint32_t bytes, weight;
    } bins[LOAD_BINS_MAX];
    uint32_t bin_count;
    uint32_t nesting;  /* Of mail: parts within parts; 0: ordinary mail. */
    uint32_t read_ppm; /* Share of delivered messages that a POP3 client reads back. */
};

/* The nominal rate in thousandths a second: the mean of what varies; for clients, what they would
 * ask of a server that takes no time. */
uint64_t load_nominal_milli(const struct load_plan *plan);
