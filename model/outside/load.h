/* load.h - the world outside as it runs: sources that follow a plan each, and a wire a protocol on
 * which their messages wait for the server.
 *
 *     source --load_send--> wire --load_take--> in flight --load_done--> delivered, or read
 *                            '-- full: refused   '--load_retry, load_recover--> wire again
 *
 * All of it lies in the site, outlives every process, and takes no simulated time of its own.
 */
#pragma once
#include "sim/clock.h"
#include "sim/rng.h"
#include "model/words/load_plan.h"

enum {
    WIRE_QUEUE_MAX = 4096, /* Messages that senders hold for a server that does not answer. */
    /* Messages inside inetinfo: one a pool thread, at most the pool's limit. */
    IN_FLIGHT_MAX = 256,
    READ_QUEUE_MAX = 4096,
    /* Delivered messages that a reader may come for, the latest: the store finds them by name. */
    MAILBOX_MAX = 128,
    OUTBOX_MAX = 1024,     /* Messages on their way out. */
    PROBE_ID = 0x7fffffff, /* Of no message. */
};

struct message {
    uint32_t id;
    uint32_t bytes;
    sim_time at;     /* When the sender had it ready. */
    uint8_t source;  /* Index of site.sources. */
    bool again;      /* It was in the server's hands before. */
    bool planned;    /* A reader of read_back, whom no source waits for. */
    bool probe;      /* Nobody's mail: somebody asks whether the server is there. */
    uint16_t client; /* CLOSED: whose it is. */
};

/* A row of the store's temporary tables in the .edb: a message on its way out (facts 2.2). It
 * outlives every process, as what is on a disk does; the stream that is made of it does not. */
enum outbound_state { OUTBOUND_MADE, OUTBOUND_WAITS, OUTBOUND_HANDED, OUTBOUND_SENT };
struct outbound {
    struct message message; /* id 0: free. */
    uint32_t stamp;         /* The life of the store in which it was submitted. */
    uint8_t state;          /* MADE: not announced in this life of the store. */
};

struct load_wire {         /* Of one protocol. */
    struct message *queue; /* Of WIRE_QUEUE_MAX; NULL: nobody comes by it. */
    uint32_t head, count;
    uint32_t most;    /* Since the warm-up, as is the area. */
    uint64_t area;    /* Messages times ns. */
    sim_time changed; /* Until when the area is known. */
    /* id 0: free. Put back on the wire when inetinfo dies. */
    struct message in_flight[IN_FLIGHT_MAX];
    void *semaphore;             /* The object that counts the queue; NULL: the machine is off. */
    uint32_t held;               /* Of those: who found nobody, and comes again in turn. */
    sim_time held_gap;           /* One behind the other. */
    uint64_t taken, taken_bytes; /* Messages that the server took, each once. */
};

struct load_source {
    struct load_plan plan; /* Its series lies in the arena. */
    uint8_t index;
    struct rng gaps, sizes, batches; /* load.NAME.gap, .size, .batch */
    struct rng reads;                /* Of mail: load.NAME.read; of [load smtp]: load.pop.read. */
    struct rng picks;                /* load.NAME.pick: which message a reader asks for. */
    uint32_t next;                   /* REPLAY: point in force, or arrival to come. */
    sim_time due;                    /* Of the arrival to come; an interrupt may be late. */
    uint64_t arrived, done, refused; /* Done: delivered or read. */
    uint64_t area;                   /* Sum of the times in the system, ns. */
    struct client *clients;          /* CLOSED; load_arrivals.c. */
};

struct site;

/* ---- load_arrivals.c ------------------------------------------------------------------------- */
/* Streams of this seed from here on. */
void load_source_reseed(struct load_source *source, uint64_t seed);
void load_source_start(struct load_source *source); /* From now on; plans its first arrival. */

/* A message of this client was delivered or refused: it thinks, and sends the next. */
void load_client_thinks(struct load_source *source, uint32_t client);

/* ---- load.c ---------------------------------------------------------------------------------- */
/* What the world outside does at a time: an interrupt of the machine, if there is one then. */
void load_at(sim_time at, uint8_t cpu, void (*act)(void *arg), void *arg);

/* One message of a source (bytes 0: of its sizes), or one reader, is there now. */
void load_send(struct load_source *source, uint32_t bytes, uint32_t client);
