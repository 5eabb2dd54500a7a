/* site.h - the programs of floor 4 and what they share with the world: settings in, statistics
 * out.
 *
 * The site lies in the arena; programs reach it by server_site(). Each program is one main
 * function, known to the machine by its image name. Messages come from the wire (load.c), which is
 * the world outside and outlives every process.
 */
#pragma once
#include <windows.h>
#include "sim/clock.h"
#include "sim/rng.h"
#include "model/words/latency.h"
#include "model/words/settings.h"
#include "model/kernel/include/nt_program.h"
#include "model/outside/load.h"
#include "model/words/services.h"

enum {
    ERRORS_MET_MAX = 16,
};

struct site_statistics {
    uint64_t arrived, delivered, refused, reads, read_errors, retries;
    uint64_t reads_by[LOAD_PROTOCOLS], delivered_by[LOAD_PROTOCOLS];
    uint64_t latency_sum_us, latency_max_us;
    uint32_t crashes, restarts, mount_failures;
    uint32_t held;       /* Rows of mail on its way out that drviis.dll would not have. */
    int32_t first_error; /* First SLV error that reached a program. */
    sim_time first_error_at;
    int32_t errors_met[ERRORS_MET_MAX]; /* Each once, in order of meeting. */
    uint32_t errors_met_count, killed_at_shutdown;

    /* Of messages that arrive after the warm-up. */
    uint64_t measured; /* Delivered. */
    uint32_t latency[LATENCY_BUCKETS];
};

/* The first time that the machine was down, in times since the first boot; 0: not yet. */
struct outage {
    bool dark;      /* The machine is off; a boot is planned or the run ends so. */
    uint32_t boots; /* Times the machine has been started again. */
    bool cut;       /* The current is cut just now. */
    bool dirty;     /* The present boot follows a stop, or a cut (code 0); code and args are its. */
    uint32_t code, args[4];
    sim_time off_at, on_at; /* Power; on_at is when the kernel runs again. */
    sim_time flows_at;      /* The first message delivered. */
    sim_time drained_at;    /* Nobody waits any more. */
    uint32_t queue_most;    /* Messages that waited, at most. */
};

struct site {
    struct site_settings set;
    struct site_statistics stats;

    /* The world outside (load.h). */
    struct load_source sources[LOADS_MAX];
    uint32_t source_count;
    sim_time began; /* The first of them could come then; 0: not yet. */
    uint32_t next_message;
    struct load_wire wires[LOAD_PROTOCOLS];
    struct message to_read[READ_QUEUE_MAX]; /* Whose readers come later. */
    uint32_t read_head, read_count;
    struct message mailbox[MAILBOX_MAX]; /* A ring by count. */
    struct outbound *outbox;             /* Of OUTBOX_MAX; NULL: no mail leaves. */
    uint32_t outbox_count, store_lives;  /* Rows; starts of the store that mounted. */
    uint32_t mailbox_count;
    uint32_t pool_busy[LOAD_PROTOCOLS]; /* For onlookers: threads of a pool (atq.h). */
    uint16_t probes_asked[LOAD_PROTOCOLS], probe_answered[LOAD_PROTOCOLS]; /* By number. */

    /* For onlookers: the mounted database (ese.dll's own), good while this process exists. */
    void *database;
    uint32_t database_process; /* Id. */

    /* scm.h, files.h, console.h; made with the site. */
    struct scm *scm;
    struct modules *modules;
    struct console *console;

    /* The boot is over: the world outside begins, once a run. */
    void (*services_run)(void *world);
    void *world;

    struct outage outage;
    bool off;    /* The machine has no power ... */
    bool closed; /* ... or nobody answers yet: senders keep their mail and come again. */
    struct load_event *events, *free_events; /* load.c: what the world outside is about to do. */
};

static inline struct site *server_site(void) { return nt_site(); }

/* Remembers the first error of the streaming store that a program met. */
static inline void server_note_error(LONG error)
{
    struct site_statistics *stats = &server_site()->stats;
    uint32_t i = 0;

    if (error == 0)
        return;
    if (stats->first_error == 0) {
        stats->first_error = error;
        stats->first_error_at = nt_time();
    }
    while (i < stats->errors_met_count && stats->errors_met[i] != error)
        i++;
    if (i == stats->errors_met_count && i < ERRORS_MET_MAX)
        stats->errors_met[stats->errors_met_count++] = error;
}

/* ---- site.c ---------------------------------------------------------------------------------- */
/* Starts count threads of the calling process, each with context. */
void server_start_threads(LPVOID context, LPTHREAD_START_ROUTINE routine, uint32_t count);

/* Takes address space as other modules of a process do (a filter, an add-in): what is loaded later
 * moves up. */
void server_take_addresses(uint32_t pages);

/* Does a run of this scenario use this pair of queues (epoxy_pairs.def)? */
bool server_uses_pair(uint32_t pair);

/* A build string as the libraries take it; out holds 16 characters. */
PCWSTR server_build(const char *build, PWSTR out);

/* ---- load.c: the wire ------------------------------------------------------------------------ */
/* Makes the wires' semaphores, and sources that follow these plans; once, before time runs. */
void load_start(struct site *site, const struct load_plan *plans, uint32_t count, uint64_t seed);

/* Senders and readers begin to come. */
void load_begin(struct site *site);

/* The machine is off: senders find nobody, and keep their mail. Then it is on again, with new
 * semaphores. */
void load_power_off(struct site *site);
void load_power_on(struct site *site);

/* What is drawn from here on comes from this seed's streams. */
void load_reseed(struct site *site, uint64_t seed);

/* Messages on a wire times nanoseconds since the warm-up, until now. */
uint64_t load_queue_area(struct load_wire *wire);

/* Waits for a message of a protocol, or a reader. wire is the caller's handle of its semaphore,
 * slot identifies the caller's place among those in flight. FALSE: the wire is gone. */
BOOL load_take(enum load_protocol protocol, HANDLE wire, struct message *message, ULONG *slot);
/* For whoever takes from several wires: the first that waits, NULL if none does, and taking it
 * without waiting. The caller has counted no more than IN_FLIGHT_MAX. */
const struct message *load_first(enum load_protocol protocol);
void load_take_first(enum load_protocol protocol, struct message *message, ULONG *slot);
/* Does anybody come by this protocol in this run? */
static inline bool load_uses(enum load_protocol protocol)
{
    return (server_site()->set.protocols >> protocol & 1) != 0;
}
/* Whether any protocol of this kind is used in this run. */
bool load_uses_kind(enum load_kind kind);
/* A program of the machine itself asks whether a protocol is served. FALSE: the wire is full. */
BOOL load_probe(enum load_protocol protocol);
bool load_probe_answered(enum load_protocol protocol);
/* New mail: it is delivered and durable; or its sender keeps it and comes again. */
void load_done(enum load_protocol protocol, ULONG slot);
void load_retry(enum load_protocol protocol, ULONG slot);
/* Mail that leaves: it is in the store's temporary tables now, in this row, and no more in hand;
 * FALSE: they are full, it is refused. Then it has left. */
BOOL load_submitted(enum load_protocol protocol, ULONG slot, ULONG *row);
void load_sent(ULONG row);
/* Mail that was asked for: sent to the reader, or not to be had. */
void load_read_done(enum load_protocol protocol, ULONG slot, BOOL good);
/* A new life of the program: what its predecessor had in hand comes again, and readers see a broken
 * connection. */
void load_recover(enum load_host host);

/* What it came by; whether it is new mail or asks for mail that is there. */
enum load_protocol message_protocol(const struct message *message);
bool message_is_mail(const struct message *message);

/* Parts within parts that it has; 0: an ordinary one. */
uint32_t message_nesting(const struct message *message);

/* The stream name of a message: L"m123". */
void message_name(const struct message *message, PWSTR name);

/* ---- The programs ---------------------------------------------------------------------------- */
DWORD WINAPI store_main(LPVOID context);
DWORD WINAPI inetinfo_main(LPVOID context);
DWORD WINAPI w3wp_main(LPVOID context);
DWORD WINAPI resrcmon_main(LPVOID context);
DWORD WINAPI drwatson_main(LPVOID context);
DWORD WINAPI scm_main(LPVOID context);

#define ROOT_NAME   L"priv1"
#define ROOT_PUBLIC L"pub1"
#define ATQ_POOL    L"AtqPool"
#define DAV_WIRE    L"DavWire"
#define RPC_WIRE    L"RpcWire"
#define OUT_READY   L"SmtpOutReady"
