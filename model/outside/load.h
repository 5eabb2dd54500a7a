/* load.h - the world outside as it runs: sources, each with a plan, and one wire per protocol, on
 * which the messages wait for the server.
 *
 *     source --load_send--> wire --load_take--> in flight --load_done--> delivered, or read
 *                            '-- full: refused   '--load_retry, load_recover--> wire again
 *
 * Sources and wires lie in the site, outlive every process, and take no simulated time themselves.
 */
#pragma once
#include "sim/clock.h"
#include "sim/rng.h"
#include "model/words/load_plan.h"

enum {
    WIRE_QUEUE_MAX = 4096, /* Messages that senders hold for a server that does not answer. */
    /* Messages in a program's hands: one per pool thread, at most the pool's limit. */
    IN_FLIGHT_MAX = 256,
    READ_QUEUE_MAX = 4096,
    /* Delivered messages that a reader may ask for, the latest ones: the store finds them by
     * name. */
    MAILBOX_MAX = 128,
    OUTBOX_MAX = 1024,     /* Messages on their way out. */
    PROBE_ID = 0x7fffffff, /* Id of probes: no message has it. */
};

struct message {
    uint32_t id;
    uint32_t bytes;
    sim_time at;     /* Time at which the sender had it ready. */
    uint8_t source;  /* Index of site.sources. */
    bool again;      /* The server had it in hand before, and lost it. */
    bool planned;    /* Read request planned by read_back: no source waits for its end. */
    bool probe;      /* Not mail: a program of the machine asks whether the protocol is served. */
    uint16_t client; /* CLOSED: number of the client that sent it. */
};

/* A row of the store's temporary tables in the .edb: a message on its way out (facts 2.2). It
 * outlives every process, as what is on a disk does; the stream that is made of it does not. */
enum outbound_state { OUTBOUND_MADE, OUTBOUND_WAITS, OUTBOUND_HANDED, OUTBOUND_SENT };
struct outbound {
    struct message message; /* id 0: free. */
    uint32_t stamp;         /* The life of the store in which it was submitted. */
    uint8_t state;          /* MADE: not announced in this life of the store. */
};

struct load_wire {         /* The wire of one protocol. */
    struct message *queue; /* Ring of WIRE_QUEUE_MAX; NULL: no source uses the protocol. */
    uint32_t head, count;
    uint32_t most;    /* Longest queue since the warm-up. */
    uint64_t area;    /* Queue length over time since the warm-up, in messages times ns. */
    sim_time changed; /* Time up to which the area is counted. */
    /* Messages in the program's hands, by slot; id 0: free. Back on the wire when the program
     * dies. */
    struct message in_flight[IN_FLIGHT_MAX];
    /* Semaphore object that counts the queue; NULL: the machine is off. */
    void *semaphore;
    /* Queued messages whose sender found the server down; each is sent again after boot. */
    uint32_t held;
    sim_time held_gap;           /* Time between two of these, ns. */
    uint64_t taken, taken_bytes; /* Messages the server took, each counted once, and their bytes. */
};

struct load_source {
    struct load_plan plan; /* The source's plan; the series lies in the arena. */
    uint8_t index;
    struct rng gaps, sizes, batches; /* load.NAME.gap, .size, .batch */
    struct rng reads;                /* load.NAME.read; for [load smtp]: load.pop.read. */
    struct rng picks;                /* load.NAME.pick: which message a reader asks for. */
    /* REPLAY: index of the rate in force, or of the next arrival. */
    uint32_t next;
    sim_time due;                    /* Time of the next arrival; its interrupt may be late. */
    uint64_t arrived, done, refused; /* Messages; done: delivered or read. */
    uint64_t area;                   /* Sum of the messages' times in the system, ns. */
    bool begun;                      /* The first arrival was planned. */
    struct client *clients;          /* CLOSED: the clients (load_arrivals.c); NULL otherwise. */
};

struct site;

/* ---- load_arrivals.c ------------------------------------------------------------------------- */
/* Draws from this seed's streams from now on. */
void load_source_reseed(struct load_source *source, uint64_t seed);
/* Starts a source now: plans its first arrival. */
void load_source_start(struct load_source *source);

/* Lets a client of a closed loop think and send again: its message was delivered or refused. */
void load_client_thinks(struct load_source *source, uint32_t client);

/* ---- load.c ---------------------------------------------------------------------------------- */
/* Has the world outside call act at a time: in an interrupt of the machine if it is on then. */
void load_at(sim_time at, uint8_t cpu, void (*act)(void *arg), void *arg);

/* Puts one message of a source, or one reader, on the wire now; bytes 0: drawn from its sizes. */
void load_send(struct load_source *source, uint32_t bytes, uint32_t client);
