/* exifs_look.c - see exifs_look.h. */
#include "exifs_look.h"
#include "exifs.h"

static ULONG Length(const LIST_ENTRY *head)
{
    const LIST_ENTRY *pos;
    ULONG count = 0;

    for (pos = head->Flink; pos != head; pos = pos->Flink) {
        count++;
    }
    return count;
}

static const EXIFS_ROOT *LivingRoot(PDEVICE_OBJECT device)
{
    const LIST_ENTRY *roots = &ExifsOfDevice(device)->Roots;
    const LIST_ENTRY *pos;

    for (pos = roots->Flink; pos != roots; pos = pos->Flink) {
        if (CONTAINING_RECORD(pos, EXIFS_ROOT, Link)->Alive) {
            return CONTAINING_RECORD(pos, EXIFS_ROOT, Link);
        }
    }
    return NULL;
}

/* ---- Roots ----------------------------------------------------------------------------------- */

static VOID LookAtRoot(const EXIFS_ROOT *root, EXIFS_LOOK_ROOT *out)
{
    ULONG i;

    out->RootId = root->RootId;
    out->Alive = root->Alive;
    out->ReservePages = root->ReservePages;
    out->Queued = Length(&root->Queued);
    out->Fetched = Length(&root->Fetched);
    out->Waiting = Length(&root->Waiting.Irps);
    out->LentOut = 0;
    for (i = 0; root->Alive && i < EXIFS_LENT_MAX; i++) {
        out->LentOut += root->Claims[i] != 0;
    }
}

/* ---- Requests -------------------------------------------------------------------------------- */

static VOID FillAsk(EXIFS_LOOK_REQUEST *out, const EXIFS_ASK *ask)
{
    out->Kind = ask->Message.Kind;
    out->Asked = (ULONG)ask->State;
    out->Serial = ask->Message.Serial;
    out->FileId = ask->Message.FileId;
    out->Pages = ask->Message.Pages;
}

static VOID LookAtWaiting(const EXIFS_ROOT *root, const EXIFS_LOOKER *looker)
{
    const LIST_ENTRY *head = &root->Waiting.Irps;
    const LIST_ENTRY *pos;

    for (pos = head->Flink; pos != head; pos = pos->Flink) {
        PIRP irp = CONTAINING_RECORD(pos, IRP, Tail.Overlay.ListEntry);
        const EXIFS_REQUEST *request = ExifsContextOfIrp(irp);
        EXIFS_LOOK_REQUEST out = { 0 };

        if (request->Ask != NULL) {
            FillAsk(&out, request->Ask);
        }
        out.Irp = irp;
        out.Owner = request->File->Process;
        out.Peer = root->Alive ? root->Process : NULL;
        out.Kind = (ULONG)request->Kind;
        out.State = (ULONG)request->State;
        out.FileId = request->File->FileId;
        out.Offset = request->Offset;
        out.Length = request->Length;
        looker->Request(looker->Context, &out);
    }
}

/* Shows the asks for which no request waits. */
static VOID LookAtAsks(const EXIFS_ROOT *root, const LIST_ENTRY *head, const EXIFS_LOOKER *looker)
{
    const LIST_ENTRY *pos;

    for (pos = head->Flink; pos != head; pos = pos->Flink) {
        const EXIFS_ASK *ask = CONTAINING_RECORD(pos, EXIFS_ASK, Link);
        EXIFS_LOOK_REQUEST out = { 0 };

        if (ask->Request == NULL) {
            FillAsk(&out, ask);
            out.Peer = root->Alive ? root->Process : NULL;
            looker->Request(looker->Context, &out);
        }
    }
}

/* ---- Streams --------------------------------------------------------------------------------- */

static VOID LookAtRuns(EXIFS_LOOK_STREAM *out, const EXIFS_FILE *file)
{
    const LIST_ENTRY *pos;
    ULONG count = 0;

    for (pos = file->Runs.Flink; pos != &file->Runs && count < EXIFS_LOOK_RUNS; pos = pos->Flink) {
        const EXIFS_NODE *node = CONTAINING_RECORD(pos, EXIFS_NODE, Link);

        out->Runs[count] = node->Run;
        out->Lent[count++] = node->LentIndex;
    }
}

static VOID LookAtStream(const EXIFS_FILE *file, const EXIFS_LOOKER *looker)
{
    EXIFS_LOOK_STREAM out = { 0 };

    out.FileObject = file->FileObject;
    out.Process = file->Process;
    out.FileId = file->FileId;
    out.Opening = file->Kind == ExifsFileOpening;
    out.Cleaned = file->Cleaned;
    out.Committed = file->Committed;
    out.Posted = file->Posted;
    out.BorrowedRuns = file->BorrowedRuns;
    out.Transfers = file->Transfers;
    out.Pages = file->Pages;
    out.RunCount = file->RunCount;
    out.Length = file->Length;
    out.BlockAddress = file->BlockAddress;
    LookAtRuns(&out, file);
    looker->Stream(looker->Context, &out);
}

static VOID LookAtStreams(const EXIFS_ROOT *root, const EXIFS_LOOKER *looker)
{
    const LIST_ENTRY *pos;

    for (pos = root->Files.Flink; pos != &root->Files; pos = pos->Flink) {
        const EXIFS_FILE *file = CONTAINING_RECORD(pos, EXIFS_FILE, Link);

        if (file->Kind != ExifsFileDirectory) {
            LookAtStream(file, looker);
        }
    }
}

VOID ExifsLook(PDEVICE_OBJECT device, const EXIFS_LOOKER *looker)
{
    const LIST_ENTRY *roots = &ExifsOfDevice(device)->Roots;
    const LIST_ENTRY *pos;

    for (pos = roots->Flink; pos != roots; pos = pos->Flink) {
        const EXIFS_ROOT *root = CONTAINING_RECORD(pos, EXIFS_ROOT, Link);
        EXIFS_LOOK_ROOT out;

        if (looker->Root != NULL) {
            LookAtRoot(root, &out);
            looker->Root(looker->Context, &out);
        }
        if (looker->Request != NULL) {
            LookAtWaiting(root, looker);
            LookAtAsks(root, &root->Queued, looker);
            LookAtAsks(root, &root->Fetched, looker);
        }
        if (looker->Stream != NULL) {
            LookAtStreams(root, looker);
        }
    }
}

/* ---- The rest -------------------------------------------------------------------------------- */

PCWSTR ExifsLookBuild(PDEVICE_OBJECT device) { return ExifsOfDevice(device)->Version->Build; }

ULONG ExifsLookIdleProxies(PDEVICE_OBJECT device)
{
    return Length(&ExifsOfDevice(device)->Fetchers.Irps);
}

BOOLEAN ExifsLookMap(PDEVICE_OBJECT device, EXIFS_LOOK_MAP *map)
{
    const EXIFS_ROOT *root = LivingRoot(device);

    if (root == NULL) {
        return FALSE;
    }
    map->RootId = root->RootId;
    map->Fetched = Length(&root->Fetched);
    map->States = root->Pages;
    map->PageCount = root->Setup.TotalPages;
    return TRUE;
}

BOOLEAN ExifsLookReleased(PDEVICE_OBJECT device, ULONG number, PEXIFS_RUN run)
{
    const EXIFS_ROOT *root = LivingRoot(device);
    const LIST_ENTRY *pos;

    if (root == NULL) {
        return FALSE;
    }
    for (pos = root->Released.Flink; pos != &root->Released; pos = pos->Flink) {
        if (number-- == 0) {
            *run = CONTAINING_RECORD(pos, EXIFS_NODE, Link)->Run;
            return TRUE;
        }
    }
    return FALSE;
}

ULONG ExifsLookBorrower(PDEVICE_OBJECT device, ULONG entry)
{
    const EXIFS_ROOT *root = LivingRoot(device);

    return root != NULL && entry < EXIFS_LENT_MAX ? root->Claims[entry] : 0;
}
