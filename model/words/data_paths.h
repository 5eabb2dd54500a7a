/* data_paths.h - what a scenario says of the ways that mail takes besides SMTP in and POP3 out.
 *
 * Plain data, read once (scenario_paths.c) and handed to the programs as it is
 * (model/outside/site.h). Nothing of it changes a run that does not ask for it.
 */
#pragma once
#include "sim/base.h"

struct data_paths {
    uint32_t atq_threads;      /* inetinfo's one pool; 0: each protocol has threads of its own. */
    uint32_t smtp_pool_ppm;    /* Share of the pool that each work queue of SMTP may hold. */
    uint32_t directory_ms;     /* The categorizer waits for a global catalog, each message. */
    uint32_t imap_threads;     /* Without the pool. */
    uint32_t imap_browse;      /* Headers that an IMAP4 client asks for at once. */
    uint32_t imap_patience_ms; /* After that an IMAP4 client goes. */
    bool epoxy_2000;           /* The queues are Exchange 2000's, with KB 817051. */
    uint32_t epoxy_blocks;     /* Blocks that the heap of one pair may come to. */
    uint32_t stub_threads;     /* The store's, for each pair but SMTP's. */
    uint32_t mapi_only_ppm;    /* Share of messages that are no longer in the .stm. */
    uint32_t dav_threads;      /* w3wp's. */
    uint32_t dav_other_pages;  /* Address space of w3wp that others took before. */
    bool cluster;              /* A resource monitor asks whether the virtual servers are alive. */
    uint32_t is_alive_ms;      /* How often ... */
    uint32_t alive_wait_ms;    /* ... and how long it waits for the answer. */
};
