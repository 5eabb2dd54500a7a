/* inetinfo_atq.c - inetinfo's one pool of threads, and each protocol's steps in it.
 *
 * SMTP has work queues that take threads of the pool: what comes in, up to the categorizer, and
 * local delivery. Each may hold the share that MaxPercentPoolThreads gives it, 90 % by default; two
 * full queues therefore hold the whole pool (facts/exchange-exifs.md 7.7, KB 281868: of five such
 * queues two may do so). POP3 and IMAP4 take what they find.
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

struct atq *inetinfo_pool(struct inetinfo *self)
{
    const struct inetinfo_settings *set = &server_site()->set.inetinfo;
    uint32_t most = (uint32_t)((uint64_t)set->atq_threads * set->smtp_pool_ppm / 1000000);
    struct atq *atq = atq_new(ATQ_POOL);

    if (atq == NULL)
        return NULL;
    atq->name = "atq";
    atq->context = self;
    atq->serve = serve;
    atq->limit[LOAD_SMTP][0] = atq->limit[LOAD_SMTP][1] = most > 0 ? most : 1;
    atq_start(atq, set->atq_threads);
    return atq;
}
