/* settings.h - the scenario's settings of the machine's programs, one structure for each program.
 *
 * Plain data: the reader fills it (scenario_processes.c), a scenario contains it, and the programs
 * read the very same structure in the site (model/outside/site.h). A key is declared here and
 * nowhere else. Shares are in millionths (ppm), sizes in pages of 4 KiB unless a name says
 * otherwise. facts/exchange-exifs.md 7 and 12 have the figures.
 */
#pragma once
#include "sim/base.h"
#include "sim/clock.h"

/* The four files of the hotfix; each has its own version. */
enum scenario_file { FILE_EXIFS, FILE_IFSPROXY, FILE_EXWIN32, FILE_ESE, FILE_COUNT };

/* Versions of drviis.dll, before and after the fix for a restarted store (KB 950757), and of
 * message tracking, before and after the fix for a message that is gone (KB 910618). */
enum drviis_version { DRVIIS_SP2, DRVIIS_KB950757, DRVIIS_VERSIONS };
enum tracking_version { TRACKING_OFF, TRACKING_SP2, TRACKING_KB910618, TRACKING_VERSIONS };

struct store_settings { /* [process store] */
    /* Threads: proxies, workers, and stubs for each Epoxy pair but SMTP's. */
    uint32_t proxies, workers, stub_threads;
    /* Threads for MAPI over RPC: at the start, and at most. */
    uint32_t mapi_threads, mapi_threads_max;
    /* Pages of one reservation; reserved pages below which the driver asks for more. */
    uint32_t reserve_unit_pages, low_water_pages;
    /* Queued upcalls beyond which the old driver takes pages of the lending table; 0: never. */
    uint32_t impatience;
    uint32_t lending_entries, lending_pages;
    /* Size of the .stm, its limit, and the mail kept before the oldest is deleted. */
    uint32_t stm_pages, stm_limit_pages, retention_pages;
    uint32_t conversion_pages; /* Pages in the run that a conversion sets aside. */
    uint32_t other_pages;      /* Address space in use by modules that are not modelled. */
    uint32_t mapi_only_ppm;    /* Share of messages that are no longer in the .stm. */
    uint32_t tnef_ppm;         /* Share of mail with a TNEF part. */
    bool checksums;            /* The mailbox store keeps a checksum of each page of its .stm. */
    /* eseutil /d computes checksums anew without comparing (KB 288651). */
    bool defrag_recomputes;
};

struct inetinfo_settings { /* [process inetinfo] */
    uint32_t atq_threads;  /* Threads of the pool that SMTP, POP3 and IMAP4 share. */
    /* Share of the ATQ pool's threads that each work queue of SMTP may hold. */
    uint32_t smtp_pool_ppm;
    uint32_t directory_ms;     /* The categorizer's wait for a global catalog, each message. */
    uint32_t imap_browse;      /* Headers that an IMAP4 client asks for at once. */
    uint32_t imap_patience_ms; /* Wait after which an IMAP4 client disconnects. */
    uint32_t epoxy_blocks;     /* Most blocks in the heap of one queue pair. */
    uint32_t out_threads;      /* Outbound messages in transfer at a time. */
    uint32_t link_us;          /* Transfer time of an outbound message to the next server. */
    uint32_t other_pages;
    bool epoxy_2000; /* The queues are Exchange 2000's, with KB 817051. */
    enum drviis_version drviis;
    enum tracking_version tracking;
};

struct w3wp_settings { /* [process w3wp] */
    uint32_t dav_threads, other_pages;
};

struct services_settings { /* [process services], and [machine] where it is about services */
    uint32_t automatic;    /* Services to start at boot; bits of enum server_service. */
    bool recovery;         /* Recovery actions are configured as services.def has them. */
    bool has_delay;        /* True: the delay is delay_ms; false: as in services.def. */
    uint32_t delay_ms;     /* Time from the end of a service to its recovery action. */
    /* Time without a failure after which the failure count restarts at zero. */
    uint32_t reset_ms;
    uint32_t wait_kill_ms; /* Time that a shutdown waits for services (WaitToKillServiceTimeout). */
};

struct cluster_settings { /* [machine] cluster */
    bool there;
    /* Interval of the resource monitor's IsAlive calls; its time-out for an answer. */
    uint32_t is_alive_ms, wait_ms;
};

struct site_settings {
    char versions[FILE_COUNT][16]; /* [versions]: "6.5.7638.1". */
    sim_time duration;
    /* Protocols in use by a load or by outbound mail; bits of enum load_protocol. */
    uint32_t protocols;
    struct store_settings store;
    struct inetinfo_settings inetinfo;
    struct w3wp_settings w3wp;
    struct services_settings services;
    struct cluster_settings cluster;
    uint32_t dump_ms;       /* [process drwtsn32]: duration of writing a user dump. */
    uint32_t come_again_ms; /* Time within which a sender that found the server down retries. */
    char drive_letter;      /* DriveLetter in the registry; 0: none. */
};
