/* inetinfo_imap.c - IMAP4: a client looks at its folder and fetches one message (facts 2.3).
 *
 * Epoxy is asynchronous: for each message of the folder a request for its envelope is posted, one
 * behind the other, and no thread waits. When the last is answered the client goes on, in whatever
 * thread is free: the store is asked where the message can be read, and it is read through ExIFS.
 *
 *     step 0: post the headers --all answered--> FETCH: post Open --answered--> READ, Close; over
 *
 * A request that is never answered keeps its client waiting until the client gives up; its slot is
 * then free, its blocks in Epoxy's heap are not.
 */
#include <windows.h>
#include "model/inetinfo/inetinfo_inside.h"

enum { LOGON_US = 500, HEADER_US = 15, READ_US = 300, TIMER_MS = 1000, TAG_BITS = 10 };
_Static_assert(IN_FLIGHT_MAX <= 1 << TAG_BITS, "a tag holds a place and a serial number");
enum imap_step { IMAP_SELECT, IMAP_FETCH, IMAP_READ };

static ULONG tag_of(const struct imap_session *session, ULONG slot)
{
    return slot | session->serial << TAG_BITS;
}

/* Runs in the dispatching thread. */
static VOID answered(PVOID context, const EPOXY_MESSAGE *reply, ULONG tag)
{
    struct inetinfo *self = context;
    ULONG slot = tag & ((1u << TAG_BITS) - 1);
    struct imap_session *session = &self->sessions[slot];
    struct atq_work work = { LOAD_IMAP4, session->message, slot, IMAP_FETCH };

    if (tag != tag_of(session, slot))
        return; /* The client has gone. */
    if (reply->Kind == EpoxyOpen) {
        work.step = IMAP_READ;
        session->found = *reply;
    }
    if (reply->Error != 0)
        session->error = reply->Error;
    if (--session->pending == 0)
        atq_continue(self->atq, &work);
}

/* Times out clients that wait for an answer while no thread serves them. */
static DWORD WINAPI timer_thread(LPVOID context)
{
    struct inetinfo *self = context;
    uint64_t patience = MS((uint64_t)server_site()->set.inetinfo.imap_patience_ms);

    nt_name_thread("imap timer");
    for (;;) {
        Sleep(TIMER_MS);
        for (ULONG slot = 0; slot < IN_FLIGHT_MAX; slot++) {
            struct imap_session *session = &self->sessions[slot];

            if (session->pending == 0 || session->served > 0 ||
                nt_time() - session->message.at < patience)
                continue;
            session->serial++;
            session->pending = 0;
            load_read_done(LOAD_IMAP4, slot, FALSE);
            atq_over(self->atq, LOAD_IMAP4);
        }
    }
    return 0;
}

void imap_open(struct inetinfo *self)
{
    const struct inetinfo_settings *set = &server_site()->set.inetinfo;
    EPOXY_SETUP setup = { EpoxyPairIMAP,   EpoxyClient, set->epoxy_blocks,
                          set->epoxy_2000, answered,    self };

    self->sessions =
        HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, IN_FLIGHT_MAX * sizeof *self->sessions);
    if (self->sessions != NULL)
        self->imap_epoxy = client_bind(&setup);
    if (self->imap_epoxy != NULL)
        server_start_threads(self, timer_thread, 1);
}

/* pending counts one more while requests are posted, so that no answer ends the step early. */
static void look_at_folder(struct inetinfo *self, struct imap_session *session, ULONG tag)
{
    uint32_t count = server_site()->set.inetinfo.imap_browse;
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
    if (EpoxyPost(self->imap_epoxy, &request, tag))
        return TRUE;
    session->pending = 0;
    return FALSE;
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

static BOOL step(struct connection *self, struct imap_session *session, struct atq_work *work)
{
    ULONG tag;

    if (work->step == IMAP_SELECT) {
        nt_compute(US(LOGON_US));
        if (work->message.probe)
            return over(work, TRUE);
        session->message = work->message;
        session->serial++;
        session->error = 0;
        look_at_folder(self->server, session, tag_of(session, work->slot));
        return FALSE;
    }
    if (session->error != 0)
        return over(work, FALSE);
    tag = tag_of(session, work->slot);
    if (work->step == IMAP_FETCH)
        return !ask_for_message(self->server, session, tag) && over(work, FALSE);
    return over(work, read_message(self, session) == 0);
}

BOOL imap_serve(struct connection *self, struct atq_work *work)
{
    struct imap_session *session = &self->server->sessions[work->slot];

    session->served++;
    BOOL ends = step(self, session, work);

    session->served--;
    return ends;
}
