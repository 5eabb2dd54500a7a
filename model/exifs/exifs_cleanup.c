/* exifs_cleanup.c - a handle goes, and with it perhaps a process.
 *
 * CLEANUP comes when the last handle to a file object is closed, in the thread that closes it. That
 * may be the thread that opened it; or the last thread of a dying process, sweeping its own table;
 * or a debugger's thread that terminates the process and sweeps the table *attached to it*. Dr.
 * Watson is such a debugger. The driver is not told which thread it is.
 *
 * The work is the same in each case: end the waits, give the pages back, and undo the loans and
 * posts in the other process. Undoing needs a visit:
 *
 *     a stream that borrowed     its loans in the STORE end; what is still lent becomes Spare
 *     a root that posted         the blocks of its files, in living CLIENTS, become stale
 *
 * With nothing borrowed or posted no process is entered. Therefore the crash that stops a loaded
 * server leaves a quiet one up.
 */
#include "exifs.h"

/* ---- A stream -------------------------------------------------------------------------------- */

/* Takes the next lending entry that must go back for this file off the driver's books; FALSE: none.
 * A dead root's table went with its process. */
static BOOLEAN NextLoan(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PEXIFS_UNDO undo)
{
    PEXIFS_ROOT root = file->Root;
    BOOLEAN found = FALSE;
    KIRQL irql;
    ULONG i;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    for (i = 0; i < root->Setup.LendingCount && root->Alive && !found; i++) {
        if (root->Claims[i] == file->FileId) {
            root->Claims[i] = 0;
            undo->Exifs = exifs;
            undo->Peer = root->Process;
            undo->Lent = TRUE;
            undo->Address = root->Setup.LendingTable + i * sizeof(EXIFS_LENT);
            undo->FileId = file->FileId;
            undo->Generation = root->Generation;
            ExifsHoldPeer(exifs, root->Process);
            found = TRUE;
        }
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return found;
}

static VOID CleanupStream(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    EXIFS_UNDO undo;
    KIRQL irql;

    ExifsFailWaiters(exifs, file->Root, file, STATUS_CANCELLED);

    KeAcquireSpinLock(&exifs->Lock, &irql);
    file->Posted = FALSE; /* The client frees its block with the handle. */
    file->BlockAddress = 0;
    KeReleaseSpinLock(&exifs->Lock, irql);

    while (NextLoan(exifs, file, &undo)) {
        exifs->Version->Undo(&undo);
    }

    KeAcquireSpinLock(&exifs->Lock, &irql);
    if (file->Transfers == 0) {
        ExifsReleaseRuns(exifs, file);
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
}

/* ---- A control handle ------------------------------------------------------------------------ */

/* Finds the next living client with a file block that speaks of this root. */
static BOOLEAN NextPost(PEXIFS_DEVICE exifs, PEXIFS_ROOT root, PEXIFS_UNDO undo)
{
    BOOLEAN found = FALSE;
    PLIST_ENTRY link;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    for (link = root->Files.Flink; link != &root->Files && !found; link = link->Flink) {
        PEXIFS_FILE file = CONTAINING_RECORD(link, EXIFS_FILE, Link);

        if (file->Posted && !file->Cleaned) {
            file->Posted = FALSE;
            undo->Exifs = exifs;
            undo->Peer = file->Process;
            undo->Lent = FALSE;
            undo->Address = file->BlockAddress;
            undo->FileId = file->FileId;
            undo->Generation = root->Generation;
            ExifsHoldPeer(exifs, file->Process);
            found = TRUE;
        }
    }
    KeReleaseSpinLock(&exifs->Lock, irql);
    return found;
}

VOID ExifsUndoPosts(PEXIFS_DEVICE exifs, PEXIFS_ROOT root)
{
    EXIFS_UNDO undo;

    while (NextPost(exifs, root, &undo)) {
        exifs->Version->Undo(&undo);
    }
}

static VOID CleanupControl(PEXIFS_DEVICE exifs, PEXIFS_FILE control)
{
    PEXIFS_ROOT root;
    KIRQL irql;

    ExifsFailFetchers(exifs, control->FileObject);
    do {
        KeAcquireSpinLock(&exifs->Lock, &irql);
        root = ExifsRootOwnedBy(exifs, control->FileObject);
        if (root != NULL) {
            root->References++; /* Keeps the root: an UNREGISTER_ROOT may be under way. */
        }
        KeReleaseSpinLock(&exifs->Lock, irql);
        if (root != NULL) {
            ExifsKillRoot(exifs, root);
            ExifsDereferenceRoot(exifs, root);
        }
    } while (root != NULL);

    KeAcquireSpinLock(&exifs->Lock, &irql);
    ExifsReturnFetched(exifs, control->FileObject);
    KeReleaseSpinLock(&exifs->Lock, irql);
}

/* ---- CLEANUP --------------------------------------------------------------------------------- */

VOID ExifsCleanup(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    BOOLEAN done;
    KIRQL irql;

    KeAcquireSpinLock(&exifs->Lock, &irql);
    done = file->Cleaned;
    file->Cleaned = TRUE;
    KeReleaseSpinLock(&exifs->Lock, irql);
    if (done) {
        return;
    }
    if (file->Kind == ExifsFileControl) {
        CleanupControl(exifs, file);
    } else if (file->Kind == ExifsFileDirectory) {
        if (file->Root != NULL) {
            ExifsFailWaiters(exifs, file->Root, file, STATUS_CANCELLED);
        }
    } else {
        exifs->Version->Retire(exifs, file);
        CleanupStream(exifs, file);
    }
    ExifsPump(exifs);
}

NTSTATUS NTAPI ExifsDispatchCleanup(PDEVICE_OBJECT device, PIRP irp)
{
    ExifsCleanup(ExifsOfDevice(device), ExifsOfIrp(irp));
    return ExifsComplete(irp, STATUS_SUCCESS, 0);
}
