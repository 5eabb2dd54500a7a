/* inetinfo_inside.h - what the files of inetinfo.exe share: its state, and one engine a protocol.
 *
 * inetinfo.c is the process and its services; inetinfo_smtp.c, inetinfo_pop.c and inetinfo_imap.c
 * are the protocols, inetinfo_atq.c the pool they share.
 */
#pragma once
#include "model/inetinfo/atq.h"
#include "model/outside/clients.h"
#include "model/setup/files.h"
#include "model/inetinfo/inetinfo_out.h"
#include "model/inetinfo/inetinfo_tracking.h"

struct imap_session {
    struct message message;
    /* Number of the client; answers that carry another serial belong to a client that has gone, and
     * are dropped. */
    ULONG serial;
    ULONG pending; /* Requests posted and not answered. */
    ULONG served;  /* Threads that serve it now. */
    LONG error;
    EPOXY_MESSAGE found;
};

struct inetinfo {
    PIFSPROXY proxy;
    PEPOXY epoxy; /* SMTP's pair. */
    /* Pairs of POP3 and IMAP4; NULL: not used in this run, or no memory. */
    PEPOXY pop_epoxy, imap_epoxy;
    HANDLE queue_disk;
    BOOL started[LOAD_PROTOCOLS]; /* By protocol: its service runs. */
    BOOL smtp_before;             /* SMTP was started in this process before. */
    char build[FILE_BUILD_CHARS]; /* Build of the ifsproxy.dll this process has loaded. */

    struct tracking *tracking;     /* NULL: none. */
    struct out *out;               /* NULL: no mail leaves. */
    struct atq *atq;               /* NULL: not opened yet. */
    struct imap_session *sessions; /* By slot in flight. */
};

struct connection {
    struct inetinfo *server;
    PVOID buffer; /* EXIFS_WRITE_BYTES_MAX of exposed memory. */
};

/* ---- inetinfo_smtp.c ------------------------------------------------------------------------- */
/* DATA: the bytes land in \Exchsrvr\Mailroot\vsi 1\Queue and are durable before the 250 reply. */
void smtp_receive(struct connection *self, const struct message *message);
/* Asks a global catalog for the recipient's mailbox. */
void smtp_categorize(void);
/* Local delivery: writes the message into the store by ExIFS and commits it by one Epoxy request. 0
 * or an SLV error. */
LONG smtp_deliver(struct connection *self, const struct message *message);

/* ---- inetinfo_pop.c -------------------------------------------------------------------------- */
void pop_open(struct inetinfo *self); /* Binds its queues; once, before it serves. */
LONG pop_send(struct connection *self, const struct message *message);

/* ---- inetinfo_imap.c ------------------------------------------------------------------------- */
void imap_open(struct inetinfo *self); /* Binds its queues; once, before it serves. */
/* Does one step of an IMAP4 client. TRUE: the client is done. */
BOOL imap_serve(struct connection *self, struct atq_work *work);

/* ---- inetinfo_atq.c -------------------------------------------------------------------------- */
/* Makes the pool and its threads; no protocol is admitted yet. NULL: no memory. */
struct atq *inetinfo_pool(struct inetinfo *self);
