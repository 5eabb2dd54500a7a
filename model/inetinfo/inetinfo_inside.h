/* inetinfo_inside.h - what the files of inetinfo.exe share: its state, and one engine a protocol.
 *
 * inetinfo.c is the process and its services; inetinfo_smtp.c, inetinfo_pop.c and inetinfo_imap.c
 * are the protocols, inetinfo_atq.c the pool they share where a scenario has one.
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
    PEPOXY epoxy;
    HANDLE smtp_wire, pop_wire, queue_disk;

    /* As services: a protocol that was stopped answers nobody, its threads stay. */
    BOOL smtp_closed, pop_closed, smtp_started, pop_started, imap_started, opened;
    LONG smtp_busy, pop_busy;
    char build[FILE_BUILD_CHARS]; /* Of the ifsproxy.dll this process has loaded. */

    struct tracking *tracking; /* NULL: none. */
    struct out *out;           /* NULL: no mail leaves. */
    struct atq *atq;           /* NULL: each protocol has threads of its own. */
    struct atq *imap_atq;      /* IMAP4's are a pool even then. NULL: no IMAP4. */
    PEPOXY pop_epoxy, imap_epoxy;
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
DWORD WINAPI smtp_thread(LPVOID context); /* struct inetinfo * */

/* ---- inetinfo_pop.c -------------------------------------------------------------------------- */
LONG pop_send(struct connection *self, const struct message *message);
DWORD WINAPI pop_thread(LPVOID context);

/* ---- inetinfo_imap.c ------------------------------------------------------------------------- */
void imap_open(struct inetinfo *self); /* Binds its queues; once, before it serves. */
/* One step of a client; TRUE: it is over. */
BOOL imap_serve(struct connection *self, struct atq_work *work);

/* ---- inetinfo_atq.c -------------------------------------------------------------------------- */
/* Makes what a scenario asks for: one pool for all, or none. */
void atq_of_inetinfo(struct inetinfo *self);
struct atq *atq_of(struct inetinfo *self, enum load_protocol protocol); /* NULL: none. */
/* A protocol is started, or stopped. In the pool, or with threads of its own (FALSE). */
BOOL atq_serves(struct inetinfo *self, enum load_protocol protocol, BOOL open);

DWORD WINAPI epoxy_thread(LPVOID epoxy); /* Hands out the replies of one pair. */
