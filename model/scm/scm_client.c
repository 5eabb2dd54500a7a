/* scm_client.c - a request to services.exe and its reply.
 *
 * The message lies in the site, where LPC would have copied it to; a semaphore counts what waits
 * for services.exe, an event of the call's own place says that the answer is there.
 */
#include <windows.h>
#include "model/scm/scm.h"

enum { MARSHAL_US = 40 }; /* Packing one request, estimate. */

void scm_reply_name(uint32_t place, PWSTR name)
{
    lstrcpynW(name, L"ScmReply", 12);
    name[8] = (WCHAR)(L'A' + place);
    name[9] = 0;
}

static struct scm_call *place_of(struct scm *scm, uint32_t *place)
{
    for (*place = 0; *place < SCM_CALLS_MAX; ++*place)
        if (!scm->calls[*place].used)
            return &scm->calls[*place];
    return NULL;
}

void scm_call(struct scm_call *call)
{
    struct scm *scm = server_site()->scm;
    struct scm_call *sent;
    WCHAR name[16];
    uint32_t place;

    nt_compute(US(MARSHAL_US));
    while ((sent = place_of(scm, &place)) == NULL)
        Sleep(SCM_POLL_MS);
    *sent = *call;
    sent->used = true;
    scm_reply_name(place, name);
    HANDLE requests = CreateSemaphoreW(NULL, 0, SCM_CALLS_MAX, SCM_REQUESTS);
    HANDLE reply = CreateEventW(NULL, FALSE, FALSE, name);

    scm->queue[(scm->queue_head + scm->queue_count++) % SCM_CALLS_MAX] = place;
    ReleaseSemaphore(requests, 1, NULL);
    WaitForSingleObject(reply, INFINITE);
    *call = *sent;
    sent->used = false;
    CloseHandle(reply);
    CloseHandle(requests);
}

uint32_t scm_ask(enum scm_call_kind kind, uint32_t service)
{
    struct scm_call call = { .kind = kind, .service = service };

    scm_call(&call);
    return call.error;
}

enum server_state scm_state(uint32_t service)
{
    struct scm_call call = { .kind = SCM_QUERY, .service = service };

    scm_call(&call);
    return (enum server_state)call.state;
}

void scm_set_status(uint32_t service, enum server_state state, uint32_t exit_code)
{
    struct scm_call call = {
        .kind = SCM_SET_STATUS, .service = service, .value = state, .value2 = exit_code
    };

    scm_call(&call);
}
