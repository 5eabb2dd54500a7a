/* mail.h - what a scenario says of the ways of mail beyond SMTP in and POP3 out: the public store's
 * replication, MAPI, SMTP out, message tracking.
 *
 * Nothing of them is there in a run that has no load of theirs and does not ask for it.
 */
#pragma once
#include "sim/base.h"

/* The two states of knowledge of drviis.dll about a store that was restarted (KB 950757), and of
 * message tracking about a message that is gone (KB 910618). */
enum drviis_version { DRVIIS_SP2, DRVIIS_KB950757, DRVIIS_VERSIONS };
enum tracking_version { TRACKING_OFF, TRACKING_SP2, TRACKING_KB910618, TRACKING_VERSIONS };

struct mail_settings {
    uint32_t tnef_ppm;                       /* Share of mail with a TNEF part. */
    uint32_t mapi_threads, mapi_threads_max; /* Of the store, for RPC. */
    uint32_t conversion_pages;               /* What a conversion sets aside, at least: a run. */
    uint32_t out_threads;                    /* Of inetinfo: messages on their way out at a time. */
    uint32_t link_us;                        /* How long one takes on the way to the next server. */
    uint32_t nonpaged_kib;                   /* The limit of nonpaged pool; 0: limits.h. */
    uint8_t drviis, tracking;                /* enum drviis_version, tracking_version. */
    uint32_t protocols; /* Bits of the protocols that this scenario has loads of. */
};

static inline bool mail_has(const struct mail_settings *mail, uint32_t protocol)
{
    return (mail->protocols >> protocol & 1) != 0;
}
