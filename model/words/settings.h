/* settings.h - what a scenario sets of the machine's programs, a structure a program.
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

/* The two states of knowledge of drviis.dll about a store that was restarted (KB 950757), and of
 * message tracking about a message that is gone (KB 910618). */
enum drviis_version { DRVIIS_SP2, DRVIIS_KB950757, DRVIIS_VERSIONS };
enum tracking_version { TRACKING_OFF, TRACKING_SP2, TRACKING_KB910618, TRACKING_VERSIONS };

struct store_settings { /* [process store] */
    uint32_t proxies, workers, stub_threads;
    uint32_t mapi_threads, mapi_threads_max; /* For RPC: at first, and as it grows. */
    uint32_t reserve_unit_pages, low_water_pages;
    uint32_t impatience; /* Upcalls in the queue; 0: the driver always waits. */
    uint32_t lending_entries, lending_pages;
    uint32_t stm_pages, stm_limit_pages, retention_pages;
    uint32_t conversion_pages; /* A run that a conversion sets aside. */
    uint32_t other_pages;      /* Address space that others took before. */
    uint32_t mapi_only_ppm;    /* Messages that are no longer in the .stm. */
    uint32_t tnef_ppm;         /* Mail with a TNEF part. */
    bool checksums;            /* One of each page of the mailbox store's .stm. */
    bool defrag_recomputes;    /* eseutil /d does not compare them (KB 288651). */
};

struct inetinfo_settings { /* [process inetinfo] */
    uint32_t atq_threads;
    uint32_t smtp_pool_ppm;    /* Of the pool: what each work queue of SMTP may hold. */
    uint32_t directory_ms;     /* The categorizer's wait for a global catalog, each message. */
    uint32_t imap_browse;      /* Headers that an IMAP4 client asks for at once. */
    uint32_t imap_patience_ms; /* After that an IMAP4 client goes. */
    uint32_t epoxy_blocks;     /* Blocks that the heap of one pair may come to. */
    uint32_t out_threads;      /* Messages on their way out at a time. */
    uint32_t link_us;          /* How long one takes to the next server. */
    uint32_t other_pages;
    bool epoxy_2000; /* The queues are Exchange 2000's, with KB 817051. */
    enum drviis_version drviis;
    enum tracking_version tracking;
};

struct w3wp_settings { /* [process w3wp] */
    uint32_t dav_threads, other_pages;
};

struct services_settings { /* [process services], and [machine] where it is about services */
    uint32_t automatic;    /* Bits of services.def: the services to start at boot. */
    bool recovery;         /* Recovery actions are configured as services.def has them. */
    bool has_delay;        /* The scenario says their delay; else services.def does. */
    uint32_t delay_ms;     /* From a service's end to its recovery action. */
    uint32_t reset_ms;     /* Without a failure: then they are counted anew. */
    uint32_t wait_kill_ms; /* How long a shutdown waits for services. */
};

struct cluster_settings { /* [machine] cluster */
    bool there;
    uint32_t is_alive_ms, wait_ms; /* How often the monitor asks; how long it waits. */
};

struct site_settings {
    char versions[FILE_COUNT][16]; /* [versions]: "6.5.7638.1". */
    sim_time duration;
    uint32_t protocols; /* Bits of protocols.def by which somebody comes, or mail goes. */
    struct store_settings store;
    struct inetinfo_settings inetinfo;
    struct w3wp_settings w3wp;
    struct services_settings services;
    struct cluster_settings cluster;
    uint32_t dump_ms;       /* [process drwtsn32]: how long the dump takes. */
    uint32_t come_again_ms; /* Senders that found nobody come again within that time. */
    char drive_letter;      /* The registry's DriveLetter; 0: none. */
};
