/* ifsproxy_serve.c - the store's side: roots, and the loop of a proxy thread.
 *
 * Each proxy thread has a worker of its own. Its event lets many threads wait on the one control
 * handle; its page of exposed memory holds the grant that an impatient driver may want to hand on.
 */
#include "ifsproxy_internal.h"

struct _IFSWORKER {
    PIFSPROXY Proxy;
    HANDLE Event;
    PUCHAR Grant; /* Exposed: an EXIFS_GRANT. */
};

LONG IfsHandshake(PIFSPROXY proxy, ULONG interfaceNumber, PEXIFS_HANDSHAKE provider)
{
    EXIFS_HANDSHAKE ours;

    ZeroMemory(&ours, sizeof(ours));
    ours.Interface = interfaceNumber;
    CopyMemory(ours.Build, proxy->Version->Build, sizeof(ours.Build));
    return IfsControl(proxy->Control, IOCTL_EXIFS_HANDSHAKE, &ours, sizeof(ours), provider,
                      sizeof(*provider));
}

LONG IfsRegisterRoot(PIFSPROXY proxy, const EXIFS_REGISTER *setup, PEXIFS_ROOT_ID root)
{
    EXIFS_REGISTER copy = *setup;

    return IfsControl(proxy->Control, IOCTL_EXIFS_REGISTER_ROOT, &copy, sizeof(copy), root,
                      sizeof(*root));
}

LONG IfsUnregisterRoot(PIFSPROXY proxy, const EXIFS_ROOT_ID *root)
{
    EXIFS_ROOT_ID copy = *root;

    return IfsControl(proxy->Control, IOCTL_EXIFS_UNREGISTER_ROOT, &copy, sizeof(copy), NULL, 0);
}

/* ---- Workers --------------------------------------------------------------------------------- */

PIFSWORKER IfsCreateWorker(PIFSPROXY proxy)
{
    PIFSWORKER worker = IfsAllocate(sizeof(*worker));

    if (worker == NULL) {
        return NULL;
    }
    worker->Proxy = proxy;
    worker->Event = CreateEventW(NULL, TRUE, FALSE, NULL);
    worker->Grant =
        VirtualAlloc(NULL, sizeof(EXIFS_GRANT), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (worker->Event == NULL || worker->Grant == NULL) {
        IfsDestroyWorker(worker);
        return NULL;
    }
    return worker;
}

VOID IfsDestroyWorker(PIFSWORKER worker)
{
    if (worker->Event != NULL) {
        (VOID) CloseHandle(worker->Event);
    }
    if (worker->Grant != NULL) {
        (VOID) VirtualFree(worker->Grant, 0, MEM_RELEASE);
    }
    IfsFree(worker);
}

LONG IfsGetUpcall(PIFSWORKER worker, PEXIFS_UPCALL upcall)
{
    HANDLE control = worker->Proxy->Control;
    OVERLAPPED overlapped;
    DWORD got = 0;

    ZeroMemory(&overlapped, sizeof(overlapped));
    overlapped.hEvent = worker->Event;
    (VOID) ResetEvent(worker->Event);
    if (!DeviceIoControl(control, IOCTL_EXIFS_GET_UPCALL, NULL, 0, upcall, sizeof(*upcall), &got,
                         &overlapped) &&
        (GetLastError() != ERROR_IO_PENDING ||
         !GetOverlappedResult(control, &overlapped, &got, TRUE))) {
        return IFS_SHUT_DOWN;
    }
    return got == sizeof(*upcall) ? JET_errSuccess : IFS_SHUT_DOWN;
}

/* The pages of these runs that the waiting file will take: its first ones. The client finds the
 * runs in its block. */
static VOID BuildGrant(PIFSWORKER worker, const EXIFS_UPCALL *upcall, const EXIFS_EA_LIST *answer)
{
    ULONG wanted = upcall->FilePages;
    EXIFS_GRANT grant;

    ZeroMemory(&grant, sizeof(grant));
    grant.RunsOffset = EXIFS_BLOCK_RUNS_OFFSET;
    while (wanted != 0 && grant.RunCount < answer->RunCount && grant.RunCount < EXIFS_GRANT_RUNS) {
        PEXIFS_RUN run = &grant.Runs[grant.RunCount];

        *run = answer->Runs[grant.RunCount++];
        if (run->Pages > wanted) {
            run->Pages = wanted;
        }
        grant.Pages += run->Pages;
        wanted -= run->Pages;
    }
    CopyMemory(worker->Grant, &grant, sizeof(grant));
}

LONG IfsReply(PIFSWORKER worker, const EXIFS_UPCALL *upcall, LONG error,
              const EXIFS_EA_LIST *answer)
{
    EXIFS_REPLY reply;

    ZeroMemory(&reply, sizeof(reply));
    reply.Serial = upcall->Serial;
    reply.Status = IfsStatusFromError(error);
    if (error == JET_errSuccess && answer != NULL) {
        if (answer->RunCount > EXIFS_RUNS_MAX) {
            return JET_errSLVEAListTooBig;
        }
        reply.FileId = answer->FileId;
        reply.Length = answer->Length;
        reply.RunCount = answer->RunCount;
        CopyMemory(reply.Runs, answer->Runs, sizeof(reply.Runs));
        if (upcall->BlockAddress != 0) {
            BuildGrant(worker, upcall, answer);
            reply.GrantAddress = (ULONG64)(ULONG_PTR)worker->Grant;
        }
    }
    return IfsControl(worker->Proxy->Control, IOCTL_EXIFS_REPLY, &reply, sizeof(reply), NULL, 0);
}

LONG IfsReplyList(PIFSWORKER worker, const EXIFS_LIST_REPLY *answer)
{
    EXIFS_LIST_REPLY copy = *answer;

    return IfsControl(worker->Proxy->Control, IOCTL_EXIFS_REPLY_LIST, &copy, sizeof(copy), NULL, 0);
}

/* ---- Files and runs -------------------------------------------------------------------------- */

static LONG AskAboutFile(PIFSPROXY proxy, ULONG code, const EXIFS_ROOT_ID *root, ULONG fileId,
                         ULONG firstRun, PEXIFS_EA_LIST ea)
{
    EXIFS_QUERY query;

    query.RootId = root->RootId;
    query.Generation = root->Generation;
    query.FileId = fileId;
    query.FirstRun = firstRun;
    return IfsControl(proxy->Control, code, &query, sizeof(query), ea, sizeof(*ea));
}

LONG IfsCommitFile(PIFSPROXY proxy, const EXIFS_ROOT_ID *root, ULONG fileId, PEXIFS_EA_LIST ea)
{
    return AskAboutFile(proxy, IOCTL_EXIFS_COMMIT, root, fileId, 0, ea);
}

LONG IfsQueryFile(PIFSPROXY proxy, const EXIFS_ROOT_ID *root, ULONG fileId, ULONG firstRun,
                  PEXIFS_EA_LIST ea)
{
    return AskAboutFile(proxy, IOCTL_EXIFS_QUERY_RUNS, root, fileId, firstRun, ea);
}

static LONG SendRuns(PIFSPROXY proxy, ULONG code, const EXIFS_EA_LIST *ea)
{
    EXIFS_EA_LIST copy = *ea;

    return IfsControl(proxy->Control, code, &copy, sizeof(copy), NULL, 0);
}

LONG IfsDeleteRuns(PIFSPROXY proxy, const EXIFS_EA_LIST *ea)
{
    return SendRuns(proxy, IOCTL_EXIFS_DELETE, ea);
}

LONG IfsReclaimRuns(PIFSPROXY proxy, const EXIFS_EA_LIST *ea)
{
    return SendRuns(proxy, IOCTL_EXIFS_RECLAIM, ea);
}

LONG IfsQueryStats(PIFSPROXY proxy, PEXIFS_STATS stats)
{
    return IfsControl(proxy->Control, IOCTL_EXIFS_QUERY_STATS, NULL, 0, stats, sizeof(*stats));
}
