/* exifs_file.c - handles: on the bare device, and on streams.
 *
 * A handle on the bare device (\\.\BackOfficeStorage) is a control handle. OPEN_STREAM makes a
 * stream of it; opening \\.\BackOfficeStorage\<root>\<name> gives one at once. The store is not
 * asked about a new stream, which has no name to look up until it is committed. Only the store can
 * find an existing stream, so its open waits for an OPEN upcall. Directories are
 * exifs_directory.c's.
 */
#include "exifs.h"

PEXIFS_FILE ExifsFindFile(PEXIFS_ROOT root, ULONG fileId)
{
    PLIST_ENTRY link;

    for (link = root->Files.Flink; link != &root->Files; link = link->Flink) {
        PEXIFS_FILE file = CONTAINING_RECORD(link, EXIFS_FILE, Link);

        if (file->FileId == fileId && file->Kind == ExifsFileStream && !file->Cleaned) {
            return file;
        }
    }
    return NULL;
}

/* ---- Binding a handle to a root -------------------------------------------------------------- */

/* Lock held. */
static VOID BindFile(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PEXIFS_ROOT root,
                     EXIFS_DISPOSITION disposition)
{
    file->Root = root;
    root->References++;
    InsertTailList(&root->Files, &file->Link);
    if (disposition == ExifsCreateNew) {
        do {
            file->FileId = ++exifs->LastFileId;
        } while (file->FileId == 0);
        file->Kind = ExifsFileStream;
    } else {
        file->Kind = ExifsFileOpening;
    }
}

/* Takes a file off its root; after CLEANUP only if closing, for CLEANUP may still be looking at the
 * root. */
static VOID UnbindFile(PEXIFS_DEVICE exifs, PEXIFS_FILE file, BOOLEAN closing)
{
    PEXIFS_ROOT root = file->Root;
    BOOLEAN unbind;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    unbind = closing || !file->Cleaned;
    if (unbind) {
        RemoveEntryList(&file->Link);
        ExifsFreeNodes(exifs, &file->Runs);
        file->RunCount = 0;
        file->Pages = 0;
        file->Root = NULL;
        file->Kind = ExifsFileControl;
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    if (unbind) {
        ExifsDereferenceRoot(exifs, root);
    }
}

NTSTATUS ExifsFillStream(PEXIFS_DEVICE exifs, PEXIFS_FILE file, const EXIFS_REPLY *reply)
{
    ULONG64 pages = 0;
    ULONG i;

    if (reply->RunCount > EXIFS_RUNS_MAX) {
        return EXIFS_STATUS_EA_LIST_TOO_BIG;
    }
    for (i = 0; i < reply->RunCount; i++) {
        if (!ExifsMayBeCommitted(file->Root, &reply->Runs[i])) {
            return EXIFS_STATUS_EA_LIST_CORRUPT;
        }
        pages += reply->Runs[i].Pages;
    }
    if (reply->Length > pages * EXIFS_PAGE_SIZE) {
        return EXIFS_STATUS_EA_LIST_CORRUPT;
    }
    for (i = 0; i < reply->RunCount; i++) {
        PEXIFS_NODE node = ExifsNewNode(exifs, &reply->Runs[i]);

        if (node == NULL) {
            return STATUS_INSUFFICIENT_RESOURCES; /* UnbindFile frees the others. */
        }
        ExifsAppendNode(exifs, file, node);
    }
    file->FileId = reply->FileId;
    file->Length = reply->Length;
    file->Extent = reply->Length;
    file->Committed = TRUE;
    file->Kind = ExifsFileStream;
    return STATUS_SUCCESS;
}

/* ---- Opening --------------------------------------------------------------------------------- */

BOOLEAN ExifsCopyName(PWCHAR to, const WCHAR *from, ULONG chars)
{
    ULONG i;

    for (i = 0; i < chars && i < EXIFS_NAME_CHARS && from[i] != 0; i++) {
        to[i] = from[i];
    }
    if (i == 0 || i >= EXIFS_NAME_CHARS) {
        return FALSE;
    }
    for (; i < EXIFS_NAME_CHARS; i++) {
        to[i] = 0;
    }
    return TRUE;
}

/* Binds the file and, for an existing stream, sends the upcall. STATUS_PENDING: ExifsFinishOpen
 * will complete the IRP. */
static NTSTATUS OpenFile(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, const EXIFS_OPEN *open)
{
    PEXIFS_REQUEST request = NULL;
    NTSTATUS status = STATUS_SUCCESS;
    PEXIFS_ROOT root;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    root = ExifsFindRoot(exifs, open->Root);
    if (root == NULL || !root->Alive || file->Kind != ExifsFileControl || file->HadRoots ||
        file->Cleaned) {
        KeReleaseSpinLock(&exifs->Lock, irql);
        return root == NULL || !root->Alive ? EXIFS_STATUS_ROOT_NOT_SPECIFIED
                                            : STATUS_INVALID_DEVICE_REQUEST;
    }
    BindFile(exifs, file, root, (EXIFS_DISPOSITION)open->Disposition);
    if (file->Kind == ExifsFileOpening) {
        request = ExifsNewRequest(exifs, file, irp, ExifsUpcallOpen);
        if (request == NULL) {
            status = STATUS_INSUFFICIENT_RESOURCES;
        } else {
            RtlCopyMemory(request->Ask->Message.Name, open->Name, sizeof(open->Name));
            status = ExifsWait(request);
        }
    }
    KeReleaseSpinLock(&exifs->Lock, irql);

    if (!NT_SUCCESS(status)) {
        if (request != NULL) {
            ExifsFreeRequest(request);
        }
        UnbindFile(exifs, file, FALSE);
    } else if (status == STATUS_PENDING) {
        ExifsPump(exifs);
    }
    return status;
}

static NTSTATUS CompleteStreamId(PEXIFS_FILE file, PIRP irp)
{
    PEXIFS_STREAM_ID id = irp->AssociatedIrp.SystemBuffer;

    RtlZeroMemory(id, sizeof(*id));
    id->RootId = file->Root->RootId;
    id->FileId = file->FileId;
    id->Generation = file->Root->Generation;
    id->Length = file->Length;
    return ExifsComplete(irp, STATUS_SUCCESS, sizeof(*id));
}

NTSTATUS ExifsOpenStream(PEXIFS_DEVICE exifs, PIRP irp)
{
    PEXIFS_OPEN input = ExifsInput(irp, sizeof(*input));
    PEXIFS_FILE file = ExifsOfIrp(irp);
    EXIFS_OPEN open;
    NTSTATUS status;

    if (input == NULL || !ExifsHasOutput(irp, sizeof(EXIFS_STREAM_ID)) ||
        (input->Disposition != ExifsCreateNew && input->Disposition != ExifsOpenExisting) ||
        !ExifsCopyName(open.Root, input->Root, EXIFS_NAME_CHARS) ||
        !ExifsCopyName(open.Name, input->Name, EXIFS_NAME_CHARS)) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    open.Disposition = input->Disposition;
    status = OpenFile(exifs, file, irp, &open);
    if (status == STATUS_SUCCESS) {
        return CompleteStreamId(file, irp);
    }
    return status == STATUS_PENDING ? status : ExifsComplete(irp, status, 0);
}

static VOID FreeFile(PEXIFS_FILE file) { ExFreePoolWithTag(file, EXIFS_TAG_OBJECT); }

/* PASSIVE. A failed CREATE leaves no file object to CLOSE; a failed OPEN_STREAM leaves a control
 * handle. */
VOID ExifsFinishOpen(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, NTSTATUS status)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);

    if (!NT_SUCCESS(status)) {
        UnbindFile(exifs, file, FALSE);
    }
    if (stack->MajorFunction != IRP_MJ_CREATE) {
        if (NT_SUCCESS(status)) {
            (VOID) CompleteStreamId(file, irp);
        } else {
            (VOID) ExifsComplete(irp, status, 0);
        }
        return;
    }
    if (!NT_SUCCESS(status)) {
        stack->FileObject->FsContext = NULL;
        FreeFile(file);
    }
    (VOID) ExifsComplete(irp, status, NT_SUCCESS(status) ? FILE_OPENED : 0);
}

/* "\root\name" in two. */
static BOOLEAN SplitPath(const UNICODE_STRING *path, PEXIFS_OPEN open)
{
    const WCHAR *text = path->Buffer;
    ULONG chars = path->Length / (ULONG)sizeof(WCHAR);
    ULONG start = chars != 0 && text[0] == L'\\';
    ULONG slash = start;

    while (slash < chars && text[slash] != L'\\') {
        slash++;
    }
    return slash < chars && ExifsCopyName(open->Root, text + start, slash - start) &&
           ExifsCopyName(open->Name, text + slash + 1, chars - slash - 1);
}

NTSTATUS NTAPI ExifsDispatchCreate(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PEXIFS_DEVICE exifs = ExifsOfDevice(device);
    PEXIFS_FILE file = ExAllocatePoolWithTag(NonPagedPool, sizeof(*file), EXIFS_TAG_OBJECT);
    NTSTATUS status = STATUS_SUCCESS;
    EXIFS_OPEN open;

    if (file == NULL) {
        return ExifsComplete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    RtlZeroMemory(file, sizeof(*file));
    InitializeListHead(&file->Runs);
    file->Kind = ExifsFileControl;
    file->FileObject = stack->FileObject;
    file->Process = IoGetRequestorProcess(irp);
    stack->FileObject->FsContext = file;

    open.Disposition =
        stack->Parameters.Create.Options >> 24 == FILE_CREATE ? ExifsCreateNew : ExifsOpenExisting;
    if ((stack->Parameters.Create.Options & FILE_DIRECTORY_FILE) != 0) {
        status = ExifsOpenDirectory(exifs, file, &stack->FileObject->FileName);
    } else if (stack->FileObject->FileName.Length > sizeof(WCHAR)) {
        status = SplitPath(&stack->FileObject->FileName, &open) ? OpenFile(exifs, file, irp, &open)
                                                                : STATUS_OBJECT_NAME_INVALID;
    }
    if (status == STATUS_PENDING) {
        return status;
    }
    if (!NT_SUCCESS(status)) {
        stack->FileObject->FsContext = NULL;
        FreeFile(file);
        return ExifsComplete(irp, status, 0);
    }
    return ExifsComplete(irp, STATUS_SUCCESS,
                         open.Disposition == ExifsCreateNew ? FILE_CREATED : FILE_OPENED);
}

/* Does the CLEANUP, too, for hosts that send none (Wine). */
NTSTATUS NTAPI ExifsDispatchClose(PDEVICE_OBJECT device, PIRP irp)
{
    PEXIFS_DEVICE exifs = ExifsOfDevice(device);
    PEXIFS_FILE file = ExifsOfIrp(irp);

    ExifsCleanup(exifs, file);
    if (file->Root != NULL) {
        UnbindFile(exifs, file, TRUE);
    }
    FreeFile(file);
    return ExifsComplete(irp, STATUS_SUCCESS, 0);
}

/* ---- Small talk on a stream ------------------------------------------------------------------ */

NTSTATUS ExifsSetBlock(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_SET_BLOCK *set = ExifsInput(irp, sizeof(*set));
    PEXIFS_FILE file = ExifsOfIrp(irp);
    KIRQL irql;

    if (set == NULL || (set->BlockAddress != 0 &&
                        !ExifsIsUserRange(set->BlockAddress, sizeof(EXIFS_FILE_BLOCK)))) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    /* The block's address is valid only in the process that opened the stream. */
    if (file->Kind != ExifsFileStream || IoGetRequestorProcess(irp) != file->Process) {
        return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    file->BlockAddress = set->BlockAddress;
    file->Posted = file->Posted && set->BlockAddress != 0;
    KeReleaseSpinLock(&exifs->Lock, irql);
    return ExifsComplete(irp, STATUS_SUCCESS, 0);
}

/* Finds the stream a query names: on a stream handle, itself; on a control handle, an open stream
 * of a root it owns. Lock held. */
static NTSTATUS FindQueried(PEXIFS_DEVICE exifs, PEXIFS_FILE handle, const EXIFS_QUERY *query,
                            PEXIFS_FILE *file)
{
    PEXIFS_ROOT root = handle->Root;

    *file = handle;
    if (handle->Kind == ExifsFileControl) {
        root = ExifsOwnedRoot(exifs, handle->FileObject, query->RootId, query->Generation);
        *file = root == NULL ? NULL : ExifsFindFile(root, query->FileId);
    }
    if (handle->Kind == ExifsFileDirectory) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (root == NULL || !root->Alive) {
        return EXIFS_STATUS_FILE_STALE;
    }
    return *file == NULL ? EXIFS_STATUS_FILE_UNKNOWN : STATUS_SUCCESS;
}

NTSTATUS ExifsQueryRuns(PEXIFS_DEVICE exifs, PIRP irp)
{
    const EXIFS_QUERY *input = ExifsInput(irp, sizeof(*input));
    EXIFS_QUERY query;
    NTSTATUS status;
    PEXIFS_FILE file;
    KIRQL irql;

    if (input == NULL || !ExifsHasOutput(irp, sizeof(EXIFS_EA_LIST))) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    query = *input; /* Copied, because the answer goes to the same buffer. */

    KeAcquireSpinLock(&exifs->Lock, &irql);
    status = FindQueried(exifs, ExifsOfIrp(irp), &query, &file);
    if (NT_SUCCESS(status)) {
        ExifsFillEaList(file, query.FirstRun, irp->AssociatedIrp.SystemBuffer);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return ExifsComplete(irp, status, NT_SUCCESS(status) ? sizeof(EXIFS_EA_LIST) : 0);
}
