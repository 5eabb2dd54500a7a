/* inetinfo_atq.c - inetinfo's threads: one pool for all protocols, or threads of their own.
 *
 * SMTP has work queues that take threads of the pool: what comes in, up to the categorizer, and
 * local delivery. Each may hold the share that MaxPercentPoolThreads gives it, 90 % unless somebody
 * changed it, and twice 90 % is all of it (facts/exchange-exifs.md 7.7, KB 281868: of five such
 * queues two may do so). POP3 and IMAP4 take what they find. IMAP4 is a pool even by itself, for
 * its clients do not hold a thread while they wait.
 */
#include <windows.h>
#include "model/inetinfo/inetinfo_inside.h"

enum smtp_step { SMTP_RECEIVE, SMTP_DELIVER };

static BOOL smtp_serve(struct connection *self, struct atq_work *work)
{
    if (work->step == SMTP_RECEIVE) {
        smtp_receive(self, &work->message);
        smtp_categorize();
        work->step = SMTP_DELIVER;
        atq_continue(self->server->atq, work);
        return FALSE;
    }
    LONG error = smtp_deliver(self, &work->message);

    server_note_error(error);
    if (error == 0)
        load_done(LOAD_SMTP, work->slot);
    else
        load_retry(LOAD_SMTP, work->slot);
    return TRUE;
}

static BOOL serve(struct atq_connection *connection, struct atq_work *work)
{
    struct connection self = { connection->context, connection->buffer };

    switch (work->protocol) {
    case LOAD_SMTP:
        return smtp_serve(&self, work);
    case LOAD_IMAP4:
        return imap_serve(&self, work);
    default:
        load_read_done(LOAD_POP3, work->slot, pop_send(&self, &work->message) == 0);
        return TRUE;
    }
}

static struct atq *new_pool(struct inetinfo *self, PCWSTR semaphore, const char *name)
{
    struct atq *atq = atq_new(semaphore);

    if (atq == NULL)
        return NULL;
    atq->name = name;
    atq->context = self;
    atq->serve = serve;
    return atq;
}

static void make_pool(struct inetinfo *self, uint32_t threads, uint32_t share_ppm)
{
    uint32_t most = (uint32_t)((uint64_t)threads * share_ppm / 1000000);
    EPOXY_SETUP setup = { .Pair = EpoxyPairPOP,
                          .Side = EpoxyClient,
                          .Blocks = server_site()->set.paths.epoxy_blocks,
                          .Exchange2000 = server_site()->set.paths.epoxy_2000 };

    self->atq = new_pool(self, ATQ_POOL, "atq");
    if (self->atq == NULL)
        return;
    self->atq->limit[LOAD_SMTP][0] = self->atq->limit[LOAD_SMTP][1] = most > 0 ? most : 1;
    self->pop_epoxy = EpoxyBind(&setup);
    server_start_threads(self->pop_epoxy, epoxy_thread, 1);
    atq_start(self->atq, threads);
}

void atq_of_inetinfo(struct inetinfo *self)
{
    const struct data_paths *paths = &server_site()->set.paths;

    if (paths->atq_threads != 0)
        make_pool(self, paths->atq_threads, paths->smtp_pool_ppm);
    if (!load_uses(LOAD_IMAP4))
        return;
    imap_open(self);
    self->imap_atq = self->atq;
    if (self->imap_atq != NULL)
        return;
    self->imap_atq = new_pool(self, IMAP_WIRE, "imap4");
    if (self->imap_atq != NULL)
        atq_start(self->imap_atq, paths->imap_threads);
}

struct atq *atq_of(struct inetinfo *self, enum load_protocol protocol)
{
    return protocol == LOAD_IMAP4 ? self->imap_atq : self->atq;
}

BOOL atq_serves(struct inetinfo *self, enum load_protocol protocol, BOOL open)
{
    struct atq *atq = atq_of(self, protocol);

    if (atq != NULL)
        atq_admit(atq, protocol, open);
    return atq != NULL;
}
