/* exifs_transfer.c - bytes go into the .stm: the story this driver is known for.
 *
 * A quiet day. A client writes; the I/O manager has captured its data; the root has pages in
 * reserve; the driver takes some, writes the .stm in the client's own thread and is done. No other
 * process is involved, and nothing can go wrong. If the reserve is short the write waits, the store
 * is asked, a proxy thread replies, and a worker finishes the write. Slower; still nothing can go
 * wrong.
 *
 * A busy day. Every proxy thread of the store is at work and upcalls pile up unfetched. The driver
 * grows impatient and helps itself, in two ways:
 *
 *   Borrow   in the client's thread: go into the store, find a spare entry in its lending table,
 *            mark it lent, and leave the client a receipt in its file block.
 *   Post     in a proxy thread, in REPLY: the waiting client is finished at once, and the grant
 *            posted to its file block, which is in the client.
 *
 * Both touch two processes, and an address means something in one process only. The receipt's
 * address is the client's; it must be written at home:
 *
 *        client's thread     --Enter-->  store              --Leave-->  client
 *   SP2                                  lend, RECEIPT (!)
 *   hotfix                               lend                           receipt
 *
 * What SP2 writes at (!) lands in the store, at the same number: on a lending entry, a name, a
 * mail buffer, wherever that address happens to be in use there. The grant's address is the
 * store's; SP2 reads it while in the client, and posts whatever the client has at that number. Some
 * time later the process that owns those 64 bytes follows a pointer out of them and dies of an
 * access violation: "ExIFS makes Store.exe or Inetinfo.exe crash". What happens next is in
 * exifs_cleanup.c.
 */
#include "exifs.h"

/* ---- Between the pages and the .stm ---------------------------------------------------------- */

static VOID EndTransfer(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG64 writtenTo)
{
    BOOLEAN released = FALSE;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    if (writtenTo > file->Length) {
        file->Length = writtenTo;
    }
    file->Transfers--;
    if (file->Cleaned && file->Transfers == 0) {
        /* A CLEANUP that overtook this transfer left the pages to it. */
        ExifsReleaseRuns(exifs, file);
        released = TRUE;
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    if (released) {
        ExifsPump(exifs);
    }
}

/* Moves bytes between the captured buffer and the .stm, a run at a time. PASSIVE, without the
 * lock; the transfer in flight keeps the runs in place. */
static NTSTATUS MoveBytes(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PUCHAR buffer, ULONG64 offset,
                          ULONG length, BOOLEAN write)
{
    HANDLE stm = file->Root->Stm[file->FileId % EXIFS_STM_HANDLES];
    NTSTATUS status = STATUS_SUCCESS;

    while (length != 0 && NT_SUCCESS(status)) {
        ULONG within = (ULONG)(offset % EXIFS_PAGE_SIZE);
        IO_STATUS_BLOCK done;
        LARGE_INTEGER at;
        EXIFS_RUN run;
        BOOLEAN found;
        ULONG bytes;
        KIRQL irql;

        KeAcquireSpinLock(&exifs->Lock, &irql);
        found = ExifsFindPage(file, (ULONG)(offset / EXIFS_PAGE_SIZE), &run);
        KeReleaseSpinLock(&exifs->Lock, irql);
        if (!found) {
            return EXIFS_STATUS_FILE_STALE;
        }
        bytes = run.Pages * EXIFS_PAGE_SIZE - within; /* At most 512 MiB: no overflow. */
        if (bytes > length) {
            bytes = length;
        }
        at.QuadPart = (LONGLONG)run.FirstPage * (LONGLONG)EXIFS_PAGE_SIZE + (LONGLONG)within;
        done.Information = 0;
        status = write ? ZwWriteFile(stm, NULL, NULL, NULL, &done, buffer, bytes, &at, NULL)
                       : ZwReadFile(stm, NULL, NULL, NULL, &done, buffer, bytes, &at, NULL);
        if (NT_SUCCESS(status) && done.Information != bytes) {
            status = STATUS_UNEXPECTED_IO_ERROR;
        }
        buffer += bytes;
        offset += bytes;
        length -= bytes;
    }
    return status;
}

NTSTATUS ExifsWriteClaimed(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, ULONG64 offset,
                           ULONG length)
{
    NTSTATUS status = MoveBytes(exifs, file, irp->AssociatedIrp.SystemBuffer, offset, length, TRUE);

    EndTransfer(exifs, file, NT_SUCCESS(status) ? offset + length : 0);
    return status;
}

/* ---- Pages for a write ----------------------------------------------------------------------- */

ULONG ExifsPagesWanted(const EXIFS_FILE *file, ULONG64 offset, ULONG length)
{
    ULONG64 pages = (offset + length + EXIFS_PAGE_SIZE - 1) / EXIFS_PAGE_SIZE;

    return pages > file->Pages ? (ULONG)(pages - file->Pages) : 0;
}

static NTSTATUS CheckWrite(const EXIFS_FILE *file, ULONG64 offset, ULONG length)
{
    if (file->Cleaned || !file->Root->Alive) {
        return EXIFS_STATUS_FILE_STALE;
    }
    if (file->Committed) {
        return EXIFS_STATUS_ACCESS_DENIED;
    }
    if (offset > file->Extent ||
        ExifsPagesWanted(file, offset, length) > file->Root->Setup.TotalPages) {
        return STATUS_INVALID_PARAMETER; /* A stream has no holes. */
    }
    return STATUS_SUCCESS;
}

static VOID BeginTransfer(PEXIFS_FILE file, ULONG64 end)
{
    if (end > file->Extent) {
        file->Extent = end;
    }
    file->Transfers++;
}

NTSTATUS ExifsClaimPages(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG64 offset, ULONG length,
                         PEXIFS_GRANT grant)
{
    ULONG wanted = ExifsPagesWanted(file, offset, length);
    NTSTATUS status = CheckWrite(file, offset, length);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (wanted > file->Root->ReservePages) {
        return STATUS_PENDING;
    }
    status = ExifsTakeFromReserve(exifs, file, wanted, grant);
    if (NT_SUCCESS(status)) {
        BeginTransfer(file, offset + length);
        ExifsAskAhead(exifs, file->Root);
    }
    return status;
}

/* ---- Borrow ---------------------------------------------------------------------------------- */

/* Claims a lending entry on the driver's own books, which no stray write in the store can reach.
 * Two borrowers never get the same entry, and CLEANUP knows which entries to undo. */
static BOOLEAN ClaimEntry(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG index,
                          const EXIFS_LENT *entry, ULONG wanted)
{
    PEXIFS_ROOT root = file->Root;
    EXIFS_RUN run = { entry->FirstPage, entry->Pages };
    BOOLEAN claimed = FALSE;
    PEXIFS_NODE node;
    KIRQL irql;

    if (entry->State != ExifsLentSpare || entry->Generation != root->Generation ||
        entry->Pages < wanted) {
        return FALSE;
    }
    KeAcquireSpinLock(&exifs->Lock, &irql);
    node = ExifsNewNode(exifs, &run);
    if (node != NULL && root->Alive && !file->Cleaned && root->Claims[index] == 0 &&
        NT_SUCCESS(ExifsMovePages(root, &run, ExifsPageFree, ExifsPageReserved))) {
        root->Claims[index] = file->FileId;
        file->Posted = TRUE; /* A receipt will stand in the client's file block. */
        node->LentIndex = (LONG)index;
        ExifsAppendNode(exifs, file, node);
        claimed = TRUE;
    } else if (node != NULL) {
        ExifsFreeNode(exifs, node);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return claimed;
}

/* If marking the entry fails the claim stands: the pages are the file's, whatever the table
 * says. */
LONG ExifsLendTo(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted, PEXIFS_LENT entry)
{
    PEXIFS_ROOT root = file->Root;
    ULONG i;

    for (i = 0; i < root->Setup.LendingCount; i++) {
        ULONG64 address = root->Setup.LendingTable + i * sizeof(*entry);

        if (!NT_SUCCESS(ExifsGetUser(entry, address, sizeof(*entry)))) {
            break;
        }
        if (ClaimEntry(exifs, file, i, entry, wanted)) {
            entry->State = ExifsLentOut;
            entry->Owner = file->FileId;
            entry->Check = ExifsCheckWords((const ULONG *)entry, EXIFS_LENT_CHECK_WORD);
            (VOID) ExifsPutUser(address, entry, sizeof(*entry));
            return (LONG)i;
        }
    }
    return -1;
}

/* Fills a file block with a grant. The receiver finds the runs in the block itself. */
static VOID FillBlock(const EXIFS_FILE *file, ULONG flags, const EXIFS_GRANT *grant,
                      PEXIFS_FILE_BLOCK block)
{
    RtlZeroMemory(block, sizeof(*block));
    block->Generation = file->Root->Generation;
    block->FileId = file->FileId;
    block->Flags = flags;
    block->Grant = *grant;
    block->Grant.RunsOffset = EXIFS_BLOCK_RUNS_OFFSET;
    block->Check = ExifsCheckWords((const ULONG *)block, EXIFS_BLOCK_CHECK_WORD);
}

VOID ExifsWriteReceipt(const EXIFS_FILE *file, const EXIFS_LENT *entry)
{
    EXIFS_GRANT grant;
    EXIFS_FILE_BLOCK block;

    RtlZeroMemory(&grant, sizeof(grant));
    grant.RunCount = 1;
    grant.Pages = entry->Pages;
    grant.Runs[0].FirstPage = entry->FirstPage;
    grant.Runs[0].Pages = entry->Pages;
    FillBlock(file, EXIFS_BLOCK_RECEIPT, &grant, &block);
    (VOID) ExifsPutUser(file->BlockAddress, &block, sizeof(block));
}

BOOLEAN ExifsBorrow(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted)
{
    const EXIFS_VERSION *version = exifs->Version;
    EXIFS_VISIT visit;
    EXIFS_LENT entry;
    LONG index;

    ExifsEnter(&visit, exifs, file->Root->Process);
    index = ExifsLendTo(exifs, file, wanted, &entry);
    if (index >= 0) {
        version->WhileAway(&visit, file);
        if (version->Touches == CallersBuffer) {
            ExifsWriteReceipt(file, &entry); /* (!) The client's address, in the store. */
        }
    }
    ExifsLeave(&visit);
    if (index >= 0 && version->Touches == NonpagedCopy) {
        ExifsWriteReceipt(file, &entry); /* The client's address, in the client. */
    }
    return index >= 0;
}

/* Whether the driver is impatient and the store lives; if so, holds the store for the visit. */
static BOOLEAN MayBorrow(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    PEXIFS_ROOT root = file->Root;
    BOOLEAN may;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    may = root->Alive && file->BlockAddress != 0 && root->Setup.LendingCount != 0 &&
          ExifsIsImpatient(root);
    if (may) {
        ExifsHoldPeer(exifs, root->Process);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return may;
}

/* ---- Post ------------------------------------------------------------------------------------ */

/* SP2: reads the grant, while in the client, at the proxy thread's address. (!) That is an address
 * in the store. */
static NTSTATUS PostFromThere(const EXIFS_FILE *file, ULONG64 grantAddress)
{
    EXIFS_FILE_BLOCK block;

    RtlZeroMemory(&block, sizeof(block));
    block.Generation = file->Root->Generation;
    block.FileId = file->FileId;
    block.Flags = EXIFS_BLOCK_POSTED;
    if (!NT_SUCCESS(
            ExifsCopyUser(file->BlockAddress + (ULONG64)FIELD_OFFSET(EXIFS_FILE_BLOCK, Grant),
                          grantAddress, sizeof(block.Grant)))) {
        return STATUS_ACCESS_VIOLATION;
    }
    return ExifsPutUser(file->BlockAddress, &block, (ULONG)FIELD_OFFSET(EXIFS_FILE_BLOCK, Grant));
}

/* The hotfix: posts a copy of the grant. A grant of more runs than a block holds is not posted: the
 * client will ask. */
static NTSTATUS PostFromHere(const EXIFS_FILE *file, const EXIFS_GRANT *grant)
{
    EXIFS_FILE_BLOCK block;

    if (grant->RunCount == 0 || grant->RunCount > EXIFS_GRANT_RUNS) {
        return STATUS_BUFFER_OVERFLOW;
    }
    FillBlock(file, EXIFS_BLOCK_POSTED, grant, &block);
    return ExifsPutUser(file->BlockAddress, &block, sizeof(block));
}

VOID ExifsPost(PEXIFS_REQUEST request, const EXIFS_GRANT *grant, ULONG64 grantAddress)
{
    const EXIFS_VERSION *version = request->Exifs->Version;
    PEXIFS_FILE file = request->File;
    EXIFS_VISIT visit;

    ExifsEnter(&visit, request->Exifs, file->Process);
    if (version->Touches == CallersBuffer) {
        (VOID) PostFromThere(file, grantAddress);
    } else {
        (VOID) PostFromHere(file, grant);
    }
    if (version->CompletesAttached) {
        ExifsFinishRequest(request); /* I/O and completion while still in the client. */
    }
    ExifsLeave(&visit);
    if (!version->CompletesAttached) {
        ExifsHandOver(request);
    }
}

/* ---- WRITE ----------------------------------------------------------------------------------- */

/* Lets a write wait for the store. A reply may have come since the first look, so it looks
 * again. */
static NTSTATUS WaitForPages(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, ULONG64 offset,
                             ULONG length)
{
    PEXIFS_REQUEST request = ExifsNewRequest(exifs, file, irp, ExifsUpcallReserve);
    NTSTATUS status;
    KIRQL irql;

    if (request == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    request->Offset = offset;
    request->Length = length;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    status = ExifsClaimPages(exifs, file, offset, length, NULL);
    if (status == STATUS_PENDING) {
        PEXIFS_UPCALL message = &request->Ask->Message;

        message->FilePages = ExifsPagesWanted(file, offset, length);
        message->Pages = file->Root->Setup.ReserveUnitPages;
        if (message->Pages < message->FilePages) {
            message->Pages = message->FilePages;
        }
        message->BlockAddress = file->BlockAddress;
        status = ExifsWait(request);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);

    if (status != STATUS_PENDING) {
        ExifsFreeRequest(request);
    }
    return status;
}

/* Takes the pages, or queues the write behind those that wait already. */
static NTSTATUS ClaimOrQueue(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG64 offset, ULONG length)
{
    NTSTATUS status;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    status = CheckWrite(file, offset, length);
    if (NT_SUCCESS(status)) {
        if (ExifsPagesWanted(file, offset, length) != 0 &&
            !IsListEmpty(&file->Root->Waiting.Irps)) {
            status = STATUS_PENDING;
        } else {
            status = ExifsClaimPages(exifs, file, offset, length, NULL);
        }
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return status;
}

static NTSTATUS ClaimBorrowed(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG64 offset, ULONG length)
{
    NTSTATUS status;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    status = ExifsClaimPages(exifs, file, offset, length, NULL);
    KeReleaseSpinLock(&exifs->Lock, irql);
    return status;
}

NTSTATUS NTAPI ExifsDispatchWrite(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PEXIFS_DEVICE exifs = ExifsOfDevice(device);
    PEXIFS_FILE file = ExifsOfIrp(irp);
    ULONG64 offset = (ULONG64)stack->Parameters.Write.ByteOffset.QuadPart;
    ULONG length = stack->Parameters.Write.Length;
    NTSTATUS status;

    if (file->Kind != ExifsFileStream) {
        return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (length == 0 || length > EXIFS_WRITE_BYTES_MAX ||
        offset > (ULONG64)EXIFS_PAGES_MAX * EXIFS_PAGE_SIZE) {
        return ExifsComplete(irp, length == 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER, 0);
    }

    status = ClaimOrQueue(exifs, file, offset, length);
    if (status == STATUS_PENDING && MayBorrow(exifs, file) &&
        exifs->Version->Borrow(exifs, file, ExifsPagesWanted(file, offset, length))) {
        status = ClaimBorrowed(exifs, file, offset, length);
    }
    if (status == STATUS_PENDING) {
        status = WaitForPages(exifs, file, irp, offset, length);
    }
    ExifsPump(exifs);
    if (status == STATUS_PENDING) {
        return STATUS_PENDING;
    }
    if (NT_SUCCESS(status)) {
        status = ExifsWriteClaimed(exifs, file, irp, offset, length);
    }
    return ExifsComplete(irp, status, NT_SUCCESS(status) ? length : 0);
}

/* ---- READ ------------------------------------------------------------------------------------ */

NTSTATUS NTAPI ExifsDispatchRead(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PEXIFS_DEVICE exifs = ExifsOfDevice(device);
    PEXIFS_FILE file = ExifsOfIrp(irp);
    ULONG64 offset = (ULONG64)stack->Parameters.Read.ByteOffset.QuadPart;
    ULONG length = stack->Parameters.Read.Length;
    NTSTATUS status = STATUS_SUCCESS;
    KIRQL irql;

    if (file->Kind != ExifsFileStream) {
        return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }

    KeAcquireSpinLock(&exifs->Lock, &irql);
    if (file->Cleaned || !file->Root->Alive) {
        status = EXIFS_STATUS_FILE_STALE;
    } else if (offset >= file->Length) {
        status = STATUS_END_OF_FILE;
    } else {
        if (length > file->Length - offset) {
            length = (ULONG)(file->Length - offset);
        }
        BeginTransfer(file, 0);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);

    if (NT_SUCCESS(status)) {
        status = MoveBytes(exifs, file, irp->AssociatedIrp.SystemBuffer, offset, length, FALSE);
        EndTransfer(exifs, file, 0);
    }
    if (NT_SUCCESS(status) && (stack->FileObject->Flags & FO_SYNCHRONOUS_IO) != 0) {
        stack->FileObject->CurrentByteOffset.QuadPart = (LONGLONG)(offset + length);
    }
    return ExifsComplete(irp, status, NT_SUCCESS(status) ? length : 0);
}
