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
    ULONG serial;  /* New for each client: what is answered to one that went is nobody's. */
    ULONG pending; /* Posted, not answered. */
    ULONG served;  /* Threads that have it. */
    LONG error;
    EPOXY_MESSAGE found;
};

struct inetinfo {
    PIFSPROXY proxy;
    PEPOXY epoxy;                 /* SMTP's pair. */
    PEPOXY pop_epoxy, imap_epoxy; /* NULL: nobody comes by it, or no memory was left. */
    HANDLE queue_disk;
    BOOL started[LOAD_PROTOCOLS]; /* Its service runs. */
    BOOL smtp_before;             /* SMTP was started in this process before. */
    char build[FILE_BUILD_CHARS]; /* Of the ifsproxy.dll this process has loaded. */

    struct tracking *tracking;     /* NULL: none. */
    struct out *out;               /* NULL: no mail leaves. */
    struct atq *atq;               /* NULL: not opened yet. */
    struct imap_session *sessions; /* By the place in flight. */
};

struct connection {
    struct inetinfo *server;
    PVOID buffer; /* EXIFS_WRITE_BYTES_MAX of exposed memory. */
};

/* ---- inetinfo_smtp.c ------------------------------------------------------------------------- */
/* DATA: the bytes land in \Exchsrvr\Mailroot\vsi 1\Queue and are durable before the 250 reply. */
void smtp_receive(struct connection *self, const struct message *message);
/* Whose it is, says a global catalog. */
void smtp_categorize(void);
/* Local delivery: into the store, by ExIFS and one Epoxy request. */
LONG smtp_deliver(struct connection *self, const struct message *message);

/* ---- inetinfo_pop.c -------------------------------------------------------------------------- */
void pop_open(struct inetinfo *self); /* Binds its queues; once, before it serves. */
LONG pop_send(struct connection *self, const struct message *message);

/* ---- inetinfo_imap.c ------------------------------------------------------------------------- */
void imap_open(struct inetinfo *self); /* Binds its queues; once, before it serves. */
/* One step of a client; TRUE: it is over. */
BOOL imap_serve(struct connection *self, struct atq_work *work);

/* ---- inetinfo_atq.c -------------------------------------------------------------------------- */
/* The pool, and its threads; nothing is admitted yet. NULL: no memory. */
struct atq *inetinfo_pool(struct inetinfo *self);
