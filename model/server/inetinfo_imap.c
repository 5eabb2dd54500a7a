/* inetinfo_imap.c - IMAP4: a client looks at its folder and fetches one message (facts 2.3).
 *
 * Epoxy is asynchronous: for each message of the folder a request for its envelope is posted, one
 * behind the other, and no thread waits. When the last is answered the client goes on, in whatever
 * thread is free: the store is asked where the message can be read, and it is read through ExIFS.
 *
 *     step 0: post the headers --all answered--> FETCH: post Open --answered--> READ, Close; over
 *
 * What is never answered keeps its client waiting for ever.
 */
#include <windows.h>
#include "model/server/inetinfo_inside.h"

enum { LOGON_US = 500, HEADER_US = 15, READ_US = 300 };
enum imap_step { IMAP_SELECT, IMAP_FETCH, IMAP_READ };

/* In the thread that dispatches. tag: the session. */
static VOID answered(PVOID context, const EPOXY_MESSAGE *reply, ULONG tag)
{
    struct inetinfo *self = context;
    struct imap_session *session = &self->sessions[tag];
    struct atq_work work = { LOAD_IMAP4, session->message, tag, IMAP_FETCH };

    if (reply->Kind == EpoxyOpen) {
        work.step = IMAP_READ;
        session->found = *reply;
    }
    if (reply->Error != 0)
        session->error = reply->Error;
    if (--session->pending == 0)
        atq_continue(self->imap_atq, &work);
}

void imap_open(struct inetinfo *self)
{
    const struct data_paths *paths = &server_site()->set.paths;
    EPOXY_SETUP setup = { EpoxyPairIMAP,     EpoxyClient, paths->epoxy_blocks,
                          paths->epoxy_2000, answered,    self };

    self->sessions =
        HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, IN_FLIGHT_MAX * sizeof *self->sessions);
    self->imap_epoxy = EpoxyBind(&setup);
    server_start_threads(self->imap_epoxy, epoxy_thread, 1);
}

/* Nothing is answered before all is posted, as far as the session is concerned. */
static void look_at_folder(struct inetinfo *self, struct imap_session *session, ULONG tag)
{
    uint32_t count = server_site()->set.paths.imap_browse;
    EPOXY_MESSAGE request;

    session->pending = count + 1;
    for (uint32_t i = 0; i < count; i++) {
        ZeroMemory(&request, sizeof request);
        request.Kind = EpoxyHeader;
        message_name(&session->message, request.Name);
        nt_compute(US(HEADER_US));
        if (!EpoxyPost(self->imap_epoxy, &request, tag)) {
            session->error = EPOXY_WAIT_ERROR;
            session->pending--;
        }
    }
    request = (EPOXY_MESSAGE){ .Kind = EpoxyHeader };
    answered(self, &request, tag);
}

static BOOL ask_for_message(struct inetinfo *self, struct imap_session *session, ULONG tag)
{
    EPOXY_MESSAGE request;

    ZeroMemory(&request, sizeof request);
    request.Kind = EpoxyOpen;
    message_name(&session->message, request.Name);
    session->pending = 1;
    return EpoxyPost(self->imap_epoxy, &request, tag);
}

static LONG read_message(struct connection *self, struct imap_session *session)
{
    LONG error =
        client_read(self->server->proxy, session->found.Name, session->message.bytes, self->buffer);

    nt_compute(US(READ_US));
    client_close(self->server->imap_epoxy, &session->found);
    return error;
}

static BOOL over(const struct atq_work *work, BOOL good)
{
    load_read_done(LOAD_IMAP4, work->slot, good);
    return TRUE;
}

BOOL imap_serve(struct connection *self, struct atq_work *work)
{
    struct imap_session *session = &self->server->sessions[work->slot];

    if (work->step == IMAP_SELECT) {
        nt_compute(US(LOGON_US));
        if (work->message.probe)
            return over(work, TRUE);
        *session = (struct imap_session){ .message = work->message };
        look_at_folder(self->server, session, work->slot);
        return FALSE;
    }
    if (session->error != 0)
        return over(work, FALSE);
    if (work->step == IMAP_FETCH)
        return !ask_for_message(self->server, session, work->slot) && over(work, FALSE);
    return over(work, read_message(self, session) == 0);
}
