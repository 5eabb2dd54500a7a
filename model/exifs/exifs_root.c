/* exifs_root.c - roots: one mounted database each, from registration to the last handle.
 *
 *     REGISTER_ROOT --> alive --(UNREGISTER_ROOT, owner's CLEANUP)--> dead --(last file)--> gone
 *
 * A root belongs to the control handle it was registered on, and dies when that handle is closed
 * for whatever reason. Its files belong to other processes and stay open, but answer "stale" from
 * then on; as long as one is open the name cannot be registered again (-2218 in the engine's
 * words). A new registration has a new generation, so nothing of the old life can be taken for the
 * new.
 */
#include "exifs.h"

static WCHAR Folded(WCHAR c) { return c >= L'a' && c <= L'z' ? (WCHAR)(c - L'a' + L'A') : c; }

/* The names of roots are ASCII. Rtl's comparison without case is for PASSIVE_LEVEL: its table is
 * pageable, and the caller holds the device's lock. */
static BOOLEAN SameName(const WCHAR *one, const WCHAR *other)
{
    while (*one != 0 && Folded(*one) == Folded(*other)) {
        one++;
        other++;
    }
    return Folded(*one) == Folded(*other);
}

PEXIFS_ROOT ExifsFindRoot(PEXIFS_DEVICE exifs, const WCHAR *name)
{
    PLIST_ENTRY link;

    for (link = exifs->Roots.Flink; link != &exifs->Roots; link = link->Flink) {
        PEXIFS_ROOT root = CONTAINING_RECORD(link, EXIFS_ROOT, Link);

        if (SameName(root->Name, name)) {
            return root;
        }
    }
    return NULL;
}

PEXIFS_ROOT ExifsRootOwnedBy(PEXIFS_DEVICE exifs, const FILE_OBJECT *owner)
{
    PLIST_ENTRY link;

    for (link = exifs->Roots.Flink; link != &exifs->Roots; link = link->Flink) {
        PEXIFS_ROOT root = CONTAINING_RECORD(link, EXIFS_ROOT, Link);

        if (root->Alive && root->Owner == owner) {
            return root;
        }
    }
    return NULL;
}

PEXIFS_ROOT ExifsOwnedRoot(PEXIFS_DEVICE exifs, const FILE_OBJECT *owner, ULONG rootId,
                           ULONG generation)
{
    PLIST_ENTRY link;

    for (link = exifs->Roots.Flink; link != &exifs->Roots; link = link->Flink) {
        PEXIFS_ROOT root = CONTAINING_RECORD(link, EXIFS_ROOT, Link);

        if (root->Alive && root->Owner == owner && root->RootId == rootId &&
            root->Generation == generation) {
            return root;
        }
    }
    return NULL;
}

static VOID FreeRoot(PEXIFS_ROOT root)
{
    ULONG i;

    for (i = 0; i < EXIFS_STM_HANDLES; i++) {
        if (root->Stm[i] != NULL) {
            (VOID) ZwClose(root->Stm[i]);
        }
    }
    if (root->Pages != NULL) {
        ExFreePoolWithTag(root->Pages, EXIFS_TAG_OBJECT);
    }
    ExFreePoolWithTag(root, EXIFS_TAG_OBJECT);
}

VOID ExifsDereferenceRoot(PEXIFS_DEVICE exifs, PEXIFS_ROOT root)
{
    BOOLEAN last;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    last = --root->References == 0;
    if (last) {
        RemoveEntryList(&root->Link);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    if (last) {
        FreeRoot(root);
    }
}

/* ---- Registration ---------------------------------------------------------------------------- */

static BOOLEAN IsTerminated(const WCHAR *text, ULONG chars)
{
    return text[0] != 0 && text[chars - 1] == 0;
}

static NTSTATUS CheckSetup(const EXIFS_REGISTER *setup)
{
    if (!IsTerminated(setup->Name, EXIFS_NAME_CHARS)) {
        return EXIFS_STATUS_ROOT_NOT_SPECIFIED;
    }
    if (!IsTerminated(setup->StmPath, EXIFS_PATH_CHARS)) {
        return EXIFS_STATUS_ROOT_PATH_INVALID;
    }
    if (setup->TotalPages == 0 || setup->TotalPages > EXIFS_PAGES_MAX ||
        setup->ReserveUnitPages == 0 || setup->ReserveUnitPages > setup->TotalPages ||
        setup->LendingCount > EXIFS_LENT_MAX) {
        return STATUS_INVALID_PARAMETER;
    }
    if (setup->LendingCount != 0 &&
        !ExifsIsUserRange(setup->LendingTable, setup->LendingCount * (ULONG)sizeof(EXIFS_LENT))) {
        return STATUS_INVALID_PARAMETER;
    }
    return STATUS_SUCCESS;
}

/* Opens the .stm by kernel handles of the driver: they work in any process, and outlive the
 * store. */
static NTSTATUS OpenStm(PEXIFS_ROOT root)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING path;
    ULONG i;

    RtlInitUnicodeString(&path, root->Setup.StmPath);
    InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    for (i = 0; i < EXIFS_STM_HANDLES; i++) {
        IO_STATUS_BLOCK done;
        NTSTATUS status = ZwCreateFile(
            &root->Stm[i], GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes, &done, NULL,
            FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN,
            FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE, NULL, 0);

        if (!NT_SUCCESS(status)) {
            root->Stm[i] = NULL;
            return EXIFS_STATUS_ROOT_PATH_INVALID;
        }
    }
    return STATUS_SUCCESS;
}

static NTSTATUS MakeRoot(PEXIFS_DEVICE exifs, PEXIFS_FILE control, const EXIFS_REGISTER *setup,
                         PEXIFS_ROOT *made)
{
    PEXIFS_ROOT root = ExAllocatePoolWithTag(NonPagedPool, sizeof(*root), EXIFS_TAG_OBJECT);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;

    if (root == NULL) {
        return status;
    }
    RtlZeroMemory(root, sizeof(*root));
    root->References = 1;
    root->Alive = TRUE;
    root->Owner = control->FileObject;
    root->Process = control->Process;
    root->Setup = *setup;
    RtlCopyMemory(root->Name, setup->Name, sizeof(root->Name));
    InitializeListHead(&root->Reserve);
    InitializeListHead(&root->Released);
    InitializeListHead(&root->Queued);
    InitializeListHead(&root->Fetched);
    InitializeListHead(&root->Files);
    ExifsInitializeQueue(&root->Waiting, exifs, ExifsRequestUnlinked, ExifsRequestCancelled);

    root->Pages = ExAllocatePoolWithTag(NonPagedPool, setup->TotalPages, EXIFS_TAG_OBJECT);
    if (root->Pages == NULL) {
        goto Fail;
    }
    RtlFillMemory(root->Pages, setup->TotalPages, (UCHAR)ExifsPageFree);
    status = OpenStm(root);
    if (!NT_SUCCESS(status)) {
        goto Fail;
    }
    *made = root;
    return STATUS_SUCCESS;

Fail:
    FreeRoot(root);
    return status;
}

/* Publishes the root, unless its name is taken by a living root, or by a dead one with open
 * files. */
static NTSTATUS InsertRoot(PEXIFS_DEVICE exifs, PEXIFS_FILE control, PEXIFS_ROOT root,
                           PEXIFS_ROOT_ID id)
{
    NTSTATUS status = STATUS_SUCCESS;
    PEXIFS_ROOT other;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    other = ExifsFindRoot(exifs, root->Name);
    if (control->Cleaned || control->Kind != ExifsFileControl) {
        status = STATUS_INVALID_DEVICE_REQUEST;
    } else if (other != NULL) {
        status = other->Alive ? STATUS_OBJECT_NAME_COLLISION : EXIFS_STATUS_ROOT_STILL_OPEN;
    } else {
        root->RootId = ++exifs->LastRootId;
        root->Generation = ++exifs->LastGeneration;
        id->RootId = root->RootId;
        id->Generation = root->Generation;
        control->HadRoots = TRUE;
        InsertTailList(&exifs->Roots, &root->Link);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return status;
}

NTSTATUS ExifsRegisterRoot(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_REGISTER *setup = ExifsInput(irp, sizeof(*setup));
    PEXIFS_FILE control = ExifsOfIrp(irp);
    PEXIFS_ROOT_ID answer = irp->AssociatedIrp.SystemBuffer;
    PEXIFS_ROOT root;
    NTSTATUS status;

    if (setup == NULL || !ExifsHasOutput(irp, sizeof(*answer))) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    status = CheckSetup(setup);
    if (NT_SUCCESS(status)) {
        status = MakeRoot(exifs, control, setup, &root);
    }
    if (!NT_SUCCESS(status)) {
        return ExifsComplete(irp, status, 0);
    }
    status = InsertRoot(exifs, control, root, answer);
    if (!NT_SUCCESS(status)) {
        FreeRoot(root);
        return ExifsComplete(irp, status, 0);
    }
    return ExifsComplete(irp, STATUS_SUCCESS, sizeof(*answer));
}

/* ---- The end --------------------------------------------------------------------------------- */

VOID ExifsKillRoot(PEXIFS_DEVICE exifs, PEXIFS_ROOT root)
{
    const FILE_OBJECT *owner = root->Owner;
    BOOLEAN idle;
    BOOLEAN first;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    first = root->Alive;
    root->Alive = FALSE; /* A dead root's queue takes no more requests. */
    idle = ExifsRootOwnedBy(exifs, owner) == NULL;
    KeReleaseSpinLock(&exifs->Lock, irql);
    if (!first) {
        return;
    }

    ExifsFailWaiters(exifs, root, NULL, EXIFS_STATUS_FILE_STALE);

    KeAcquireSpinLock(&exifs->Lock, &irql);
    ExifsForgetAsks(root);
    ExifsFreeNodes(exifs, &root->Reserve);
    ExifsFreeNodes(exifs, &root->Released);
    root->ReservePages = 0;
    KeReleaseSpinLock(&exifs->Lock, irql);

    ExifsUndoPosts(exifs, root);
    if (idle) {
        ExifsFailFetchers(exifs, owner);
    }
    ExifsDereferenceRoot(exifs, root);
}

NTSTATUS ExifsUnregisterRoot(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_ROOT_ID *id = ExifsInput(irp, sizeof(*id));
    PEXIFS_FILE control = ExifsOfIrp(irp);
    PEXIFS_ROOT root;
    KIRQL irql;

    if (id == NULL) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    root = ExifsOwnedRoot(exifs, control->FileObject, id->RootId, id->Generation);
    if (root != NULL) {
        root->References++; /* Keeps the root: another thread may be ending it, too. */
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    if (root == NULL) {
        return ExifsComplete(irp, EXIFS_STATUS_FILE_STALE, 0);
    }
    ExifsKillRoot(exifs, root);
    ExifsDereferenceRoot(exifs, root);
    return ExifsComplete(irp, STATUS_SUCCESS, 0);
}

/* ---- What the owner says of a file or of pages ----------------------------------------------- */

/* Makes the file a message: its pages are committed, and no undo concerns them any more. Lock
 * held. */
static NTSTATUS CommitFile(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    NTSTATUS status;

    if (file->Transfers != 0) {
        return EXIFS_STATUS_FILE_IN_USE;
    }
    if (!file->Committed) {
        status = ExifsCommitRuns(exifs, file);
        if (!NT_SUCCESS(status)) {
            return status;
        }
        file->Committed = TRUE;
        file->Posted = FALSE;
    }
    return STATUS_SUCCESS;
}

NTSTATUS ExifsCommit(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_QUERY *query = ExifsInput(irp, sizeof(*query));
    NTSTATUS status = EXIFS_STATUS_FILE_STALE;
    PEXIFS_FILE file = NULL;
    PEXIFS_ROOT root;
    KIRQL irql;

    if (query == NULL || !ExifsHasOutput(irp, sizeof(EXIFS_EA_LIST))) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    root = ExifsOwnedRoot(exifs, ExifsOfIrp(irp)->FileObject, query->RootId, query->Generation);
    if (root != NULL) {
        file = ExifsFindFile(root, query->FileId);
        status = file == NULL ? EXIFS_STATUS_FILE_UNKNOWN : CommitFile(exifs, file);
    }
    if (NT_SUCCESS(status)) {
        ExifsFillEaList(file, 0, irp->AssociatedIrp.SystemBuffer);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);

    ExifsPump(exifs); /* Sends the RELEASE upcall for the tail of a loan, if there is one. */
    return ExifsComplete(irp, status, NT_SUCCESS(status) ? sizeof(EXIFS_EA_LIST) : 0);
}

static NTSTATUS MoveListed(PEXIFS_DEVICE exifs, PIRP irp, EXIFS_PAGE_STATE from,
                           EXIFS_PAGE_STATE to)
{
    const EXIFS_EA_LIST *ea = ExifsInput(irp, sizeof(*ea));
    NTSTATUS status = EXIFS_STATUS_FILE_STALE;
    PEXIFS_ROOT root;
    KIRQL irql;

    if (ea == NULL || ea->RunCount > EXIFS_RUNS_MAX) {
        return ExifsComplete(
            irp, ea == NULL ? STATUS_INVALID_PARAMETER : EXIFS_STATUS_EA_LIST_TOO_BIG, 0);
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    root = ExifsOwnedRoot(exifs, ExifsOfIrp(irp)->FileObject, ea->RootId, ea->Generation);
    if (root != NULL) {
        status = ExifsMoveRuns(root, ea->Runs, ea->RunCount, from, to);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return ExifsComplete(irp, status, 0);
}

NTSTATUS ExifsDelete(PEXIFS_DEVICE exifs, PIRP irp)
{
    return MoveListed(exifs, irp, ExifsPageCommitted, ExifsPageDeleted);
}

NTSTATUS ExifsReclaim(PEXIFS_DEVICE exifs, PIRP irp)
{
    return MoveListed(exifs, irp, ExifsPageDeleted, ExifsPageFree);
}

/* ---- Statistics ------------------------------------------------------------------------------ */

static ULONG Count(const LIST_ENTRY *list)
{
    const LIST_ENTRY *link;
    ULONG count = 0;

    for (link = list->Flink; link != list; link = link->Flink) {
        count++;
    }
    return count;
}

static VOID AddRoot(PEXIFS_STATS stats, PEXIFS_ROOT root)
{
    PLIST_ENTRY link;

    stats->Roots++;
    stats->Requests += Count(&root->Waiting.Irps);
    stats->UpcallsQueued += Count(&root->Queued);
    stats->UpcallsFetched += Count(&root->Fetched);
    stats->PagesInReserve += root->ReservePages;
    for (link = root->Files.Flink; link != &root->Files; link = link->Flink) {
        const EXIFS_FILE *file = CONTAINING_RECORD(link, EXIFS_FILE, Link);

        stats->Files += file->Kind != ExifsFileDirectory;
        stats->FilesBorrowed += file->BorrowedRuns != 0;
        stats->FilesPosted += file->Posted != FALSE;
    }
}

NTSTATUS ExifsQueryStats(PEXIFS_DEVICE exifs, PIRP irp)
{
    PEXIFS_STATS stats = irp->AssociatedIrp.SystemBuffer;
    PLIST_ENTRY link;
    KIRQL irql;

    if (!ExifsHasOutput(irp, sizeof(*stats))) {
        return ExifsComplete(irp, STATUS_BUFFER_TOO_SMALL, 0);
    }
    RtlZeroMemory(stats, sizeof(*stats));
    KeAcquireSpinLock(&exifs->Lock, &irql);
    stats->Nodes = exifs->Nodes;
    for (link = exifs->Roots.Flink; link != &exifs->Roots; link = link->Flink) {
        AddRoot(stats, CONTAINING_RECORD(link, EXIFS_ROOT, Link));
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return ExifsComplete(irp, STATUS_SUCCESS, sizeof(*stats));
}
