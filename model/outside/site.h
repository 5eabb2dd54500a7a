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
    uint32_t held;       /* Rows of outbound mail that drviis.dll rejected. */
    int32_t first_error; /* First SLV error that reached a program. */
    sim_time first_error_at;
    /* Different SLV errors, in the order in which programs met them. */
    int32_t errors_met[ERRORS_MET_MAX];
    uint32_t errors_met_count, killed_at_shutdown;

    /* Messages that arrive after the warm-up: */
    uint64_t measured; /* Number delivered, and the histogram of their delivery times. */
    uint32_t latency[LATENCY_BUCKETS];
};

/* The first time that the machine was down, in times since the first boot; 0: not yet. */
struct outage {
    bool dark;      /* The machine is off; a boot is planned or the run ends so. */
    uint32_t boots; /* Times the machine has been started again. */
    bool cut;       /* The current is cut just now. */
    bool dirty;     /* The present boot follows a stop, or a cut (code 0); code and args are its. */
    uint32_t code, args[4];
    sim_time off_at, on_at; /* Power goes off; the kernel runs again. */
    sim_time flows_at;      /* First delivery after power-on. */
    sim_time drained_at;    /* First time no message waits. */
    uint32_t queue_most;    /* Most messages that waited at once. */
};

struct site {
    struct site_settings set;
    struct site_statistics stats;

    /* The world outside (load.h). */
    struct load_source sources[LOADS_MAX];
    uint32_t source_count;
    sim_time began; /* Time at which the load began; 0: not yet. */
    uint32_t next_message;
    struct load_wire wires[LOAD_PROTOCOLS];
    /* Delivered messages whose planned reader has not come yet. */
    struct message to_read[READ_QUEUE_MAX];
    uint32_t read_head, read_count;
    /* Latest delivered messages; number n lies at n % MAILBOX_MAX. */
    struct message mailbox[MAILBOX_MAX];
    /* OUTBOX_MAX rows of outbound mail; NULL: no mail leaves. */
    struct outbound *outbox;
    uint32_t outbox_count, store_lives; /* Rows in use; starts of store.exe that mounted. */
    uint32_t mailbox_count;
    uint32_t pool_busy[LOAD_PROTOCOLS]; /* Busy threads of a pool (atq.h), for onlookers. */
    /* Probes sent, and number of the last one answered. */
    uint16_t probes_asked[LOAD_PROTOCOLS], probe_answered[LOAD_PROTOCOLS];

    /* The mounted database, for onlookers; ese.dll owns it, and it is valid while the process
     * lives. */
    void *database;
    uint32_t database_process; /* Id. */

    /* scm.h, files.h, console.h; made with the site. */
    struct scm *scm;
    struct modules *modules;
    struct console *console;

    /* Called once a run, when the services run after the first boot: the load begins. */
    void (*services_run)(void *world);
    void *world;

    struct outage outage;
    bool off;    /* The machine has no power ... */
    bool closed; /* ... or no protocol answers yet: senders keep their mail and try again. */
    struct load_event *events, *free_events; /* Planned acts of the world outside (load.c). */
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

/* Takes pages of address space as other modules of a process do (a filter, an add-in), so that
 * later allocations lie higher. */
void server_take_addresses(uint32_t pages);

/* Whether this run uses a queue pair (index of epoxy_pairs.def). */
bool server_uses_pair(uint32_t pair);

/* Widens a build string for the libraries; out holds 16 characters and is returned. */
PCWSTR server_build(const char *build, PWSTR out);

/* ---- load.c: the wire ------------------------------------------------------------------------ */
/* Makes the wires and the sources of these plans; once, before time runs. */
void load_start(struct site *site, const struct load_plan *plans, uint32_t count, uint64_t seed);

/* Starts all sources. */
void load_begin(struct site *site);

/* Power off: senders keep their mail. Power on: the wires get new semaphores. */
void load_power_off(struct site *site);
void load_power_on(struct site *site);

/* All sources draw from this seed's streams from now on. */
void load_reseed(struct site *site, uint64_t seed);

/* Queue length of a wire over time since the warm-up, in messages times ns. */
uint64_t load_queue_area(struct load_wire *wire);

/* Waits for a message of a protocol, or a reader, and takes it. wire: the caller's handle of the
 * semaphore; slot: index of the message among those in flight. FALSE: the wire is gone. */
BOOL load_take(enum load_protocol protocol, HANDLE wire, struct message *message, ULONG *slot);
/* For a program that takes from several wires: a look at the first waiting message (NULL: none),
 * and taking it without a wait. The caller keeps at most IN_FLIGHT_MAX in flight. */
const struct message *load_first(enum load_protocol protocol);
void load_take_first(enum load_protocol protocol, struct message *message, ULONG *slot);
/* Whether a source of this run uses the protocol. */
static inline bool load_uses(enum load_protocol protocol)
{
    return (server_site()->set.protocols >> protocol & 1) != 0;
}
/* Whether any protocol of this kind is used in this run. */
bool load_uses_kind(enum load_kind kind);
/* Sends a probe from a program of the machine itself; answered: the last one was served. FALSE: the
 * wire is full. */
BOOL load_probe(enum load_protocol protocol);
bool load_probe_answered(enum load_protocol protocol);
/* End of new mail in a slot. done: it is delivered and durable. retry: its sender keeps it and
 * tries again. */
void load_done(enum load_protocol protocol, ULONG slot);
void load_retry(enum load_protocol protocol, ULONG slot);
/* End of outbound mail. submitted: the message moves from its slot to a row of the store's
 * temporary tables; FALSE: they are full, it is refused. sent: the row has left the machine. */
BOOL load_submitted(enum load_protocol protocol, ULONG slot, ULONG *row);
void load_sent(ULONG row);
/* End of a reader's request: the mail was sent to the reader, or could not be read. */
void load_read_done(enum load_protocol protocol, ULONG slot, BOOL good);
/* Called by a new process of a program: its predecessor's messages in flight are sent again, and
 * readers see a broken connection. */
void load_recover(enum load_host host);

/* The protocol a message came by; whether it is new mail (FALSE: a request to read mail). */
enum load_protocol message_protocol(const struct message *message);
bool message_is_mail(const struct message *message);

/* How deep the parts of a message nest; 0: an ordinary message. */
uint32_t message_nesting(const struct message *message);

/* Writes the stream name of a message, L"m123"; out holds EXIFS_NAME_CHARS. */
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
