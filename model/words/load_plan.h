/* load_plan.h - what a [load NAME] of a scenario asks for: the protocol, the times of arrival and
 * the sizes.
 *
 * A plan is plain data and can be copied. A series that was read from a file hangs from the plan by
 * a pointer; it never changes and lives as long as the program (load_series.c). The senders that
 * follow a plan are in model/outside/load_arrivals.c.
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

/* Host: the program that takes a protocol's messages off the wire. Kind: what a message is. */
enum load_host { LOAD_OF_INETINFO, LOAD_OF_W3WP, LOAD_OF_STORE };
enum load_kind { LOAD_DELIVERS, LOAD_POSTS, LOAD_SUBMITS, LOAD_READS };
extern const enum load_host load_protocol_hosts[LOAD_PROTOCOLS];
extern const enum load_kind load_protocol_kinds[LOAD_PROTOCOLS];

/* The protocol on whose wire the messages of a protocol wait. */
extern const enum load_protocol load_protocol_wires[LOAD_PROTOCOLS];

/* True if a protocol's messages have sizes of their own and count as arrived and delivered. */
static inline bool load_brings_mail(enum load_protocol protocol)
{
    return load_protocol_kinds[protocol] != LOAD_READS;
}

/* The shape of the arrivals over time. */
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

/* How a changing rate becomes single arrivals. */
enum load_spacing { SPACE_POISSON, SPACE_CONSTANT, SPACE_BATCH };
enum load_sizes { SIZES_LOGNORMAL, SIZES_FIXED, SIZES_UNIFORM, SIZES_HISTOGRAM };

enum {
    LOADS_MAX = 8, /* [load NAME] sections of one scenario. */
    LOAD_BINS_MAX = 64,
    LOAD_BURSTS_MAX = 16,
    /* Each thinking client is an entry of the agenda (AGENDA_ENTRIES_MAX). */
    LOAD_CLIENTS_MAX = 4000,
    /* Points of a series: three days by the second; 4 MiB of the arena. */
    LOAD_POINTS_MAX = 262144,
    LOAD_RATE_MAX_MILLI = 1000000, /* 1000/s, far above the 142/s of facts 7.2. */
};

/* A rate that holds until `at`, in millionths of a message a second; or an arrival at `at`, with
 * its size (bytes 0: not given). */
struct load_point {
    uint64_t at; /* ns since boot. */
    uint32_t rate_micro, bytes;
};
struct load_series {
    bool arrivals; /* True: the points are arrivals; false: rates. */
    uint32_t count;
    struct load_point points[];
};

/* Takes over a malloc'ed series and keeps it as long as the program runs. Series with equal content
 * are kept once. Callable from any thread. */
const struct load_series *load_series_keep(struct load_series *series);

struct load_plan {
    /* NAME of the section; part of the names of the random streams: load.NAME.gap. */
    char name[32];
    enum load_protocol protocol;
    enum arrival_shape shape;
    /* RAMP, BURST, DAY, REPLAY of rates: between arrivals. CLOSED: of the think times. */
    enum load_spacing spacing;
    uint64_t rate_micro;       /* Messages a second, in millionths; the mean of a DAY. */
    uint64_t rate_end_micro;   /* RAMP: the rate at the end of the run. */
    uint32_t batch_mean_milli; /* BATCH: messages an arrival, in thousandths (1500 = 1.5). */
    /* BURST: the rate of a burst. Bursts begin at bursts[], or every burst_every from bursts[0]
     * on. */
    uint64_t burst_rate_micro;
    sim_time bursts[LOAD_BURSTS_MAX], burst_every, burst_length;
    uint32_t burst_count;
    /* DAY: factors; those of the hours average one. Monday first. */
    uint32_t hours_ppm[24], weekdays_ppm[7];
    /* DAY: the time of day at the start, ns since Monday 00:00. */
    sim_time clock;
    /* DAY: seconds of the clock in one second of the run. */
    uint64_t time_scale_milli;
    uint32_t clients;                 /* CLOSED: the number of clients. */
    sim_time think;                   /* CLOSED: the mean think time. */
    const struct load_series *series; /* REPLAY: the recorded rates or arrivals. */

    enum load_sizes sizes;
    uint64_t size_median, size_min, size_max; /* Bytes; FIXED: every message has size_median. */
    uint32_t size_sigma_milli;
    struct load_bin {
        uint32_t bytes, weight;
    } bins[LOAD_BINS_MAX];
    uint32_t bin_count;
    uint32_t nesting;  /* MIME parts within parts of a message; 0: ordinary mail. */
    uint32_t read_ppm; /* Share of delivered messages that a POP3 client reads back. */
};

/* Returns the nominal rate in thousandths of a message a second: the mean where the rate varies;
 * for clients, the rate at a server that answers in no time. */
uint64_t load_nominal_milli(const struct load_plan *plan);
