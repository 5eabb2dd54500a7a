/* exifs.h - the driver's own structures, and how its files call each other.
 *
 *     EXIFS_DEVICE --+-- EXIFS_ROOT (a mounted database; owned by a control handle of the store)
 *                    |      +-- Reserve    nodes (AuxL): pages granted, not yet taken
 *                    |      +-- Released   nodes: pages on their way back to the store
 *                    |      +-- Waiting    IRPs that need a REPLY, first come first served
 *                    |      +-- Queued     upcalls nobody has fetched yet      } WinFsp's pending
 *                    |      +-- Fetched    upcalls fetched, not yet answered   } and process queues
 *                    |      '-- Files      streams; each has its own list of nodes
 *                    '-- Fetchers          GET_UPCALL IRPs of idle proxy threads
 *
 * One spin lock guards all of these. No code under the lock waits, faults or calls out: pages are
 * moved in memory, and then the .stm is written, the peer visited, the IRP completed without the
 * lock. A file object lives as long as an IRP on it; a root as long as a file in it. So only roots
 * have a reference count, and files a count of transfers in flight (for a CLEANUP that overtakes a
 * write).
 *
 * Every entry into a foreign process goes through the version's row: exifs_version_*.c.
 */
#pragma once
#include <ntifs.h>
#include "exifs_ioctl.h"
#include "exifs_look.h"
#include "exifs_version.h"

/* A synchronous handle serves one transfer at a time; four let four proceed. */
#define EXIFS_STM_HANDLES 4u

typedef enum _EXIFS_PAGE_STATE {
    ExifsPageFree,
    ExifsPageReserved,
    ExifsPageCommitted,
    ExifsPageDeleted,
    ExifsPageStates
} EXIFS_PAGE_STATE;

/* A run of pages on one of a root's or a file's lists. */
typedef struct _EXIFS_NODE {
    LIST_ENTRY Link;
    EXIFS_RUN Run;
    ULONG FileId;   /* Stream that gave the pages back, once Released. */
    LONG LentIndex; /* Lending entry the run was borrowed from; -1: it came by a REPLY. */
} EXIFS_NODE, *PEXIFS_NODE;

/* A cancel-safe queue of IRPs: exifs_queue.c. */
typedef struct _EXIFS_QUEUE {
    LIST_ENTRY Irps; /* Irp->Tail.Overlay.ListEntry */
    PEXIFS_DEVICE Exifs;
    VOID (*Unlinked)(PIRP irp); /* Called with the lock when an IRP was cancelled. */
    VOID(*Cancelled)
    /* Called after Unlinked, without the lock: finishes the cancelled IRP. */
    (PEXIFS_DEVICE exifs, PIRP irp);
} EXIFS_QUEUE, *PEXIFS_QUEUE;

struct _EXIFS_DEVICE {
    PDEVICE_OBJECT Device;
    const EXIFS_VERSION *Version;
    KSPIN_LOCK Lock; /* Guards the fields below and everything reached through them. */
    LIST_ENTRY Roots;
    EXIFS_QUEUE Fetchers;
    ULONG LastRootId;
    ULONG LastGeneration;
    ULONG LastFileId;
    ULONG LastSerial;
    ULONG Nodes;    /* AuxL blocks allocated. */
    HANDLE Witness; /* Handle that lesson H2 left in the store. */
};

typedef enum _EXIFS_UPCALL_STATE {
    ExifsUpcallIdle,
    ExifsUpcallQueued,
    ExifsUpcallFetched,
    ExifsUpcallStates
} EXIFS_UPCALL_STATE;

typedef struct _EXIFS_ASK {
    LIST_ENTRY Link; /* Entry in Root->Queued or Root->Fetched, by State. */
    EXIFS_UPCALL_STATE State;
    struct _EXIFS_ROOT *Root;
    /* Request that waits for the answer; NULL: none (yet, or any more). */
    struct _EXIFS_REQUEST *Request;
    /* Control handle on which the upcall was fetched. Compared, never used. */
    PFILE_OBJECT Fetcher;
    EXIFS_UPCALL Message;
} EXIFS_ASK, *PEXIFS_ASK;

typedef struct _EXIFS_ROOT {
    LIST_ENTRY Link;
    LONG References; /* Number of files, and one more while the root is alive. */
    BOOLEAN Alive;
    ULONG RootId;
    ULONG Generation;
    WCHAR Name[EXIFS_NAME_CHARS];
    PFILE_OBJECT Owner; /* Control handle on which the root was registered. Compared, never used. */
    PEPROCESS Process;  /* The store. Valid while Alive: the owner's CLEANUP ends both. */
    HANDLE Stm[EXIFS_STM_HANDLES];
    EXIFS_REGISTER Setup;
    LIST_ENTRY Reserve;
    ULONG ReservePages;
    LIST_ENTRY Released;
    EXIFS_QUEUE Waiting;
    LIST_ENTRY Queued;
    LIST_ENTRY Fetched;
    /* Number of RESERVE upcalls in Queued: a measure of how busy the store's proxy threads are. */
    ULONG QueuedReserves;
    /* Upcall by which the root itself asks for pages ahead of need; one at a time. */
    EXIFS_ASK Ahead;
    LIST_ENTRY Files;
    ULONG Claims[EXIFS_LENT_MAX]; /* By lending entry: FileId of the borrower; 0: not lent. */
    PUCHAR Pages;                 /* EXIFS_PAGE_STATE of each page of the .stm. */
} EXIFS_ROOT, *PEXIFS_ROOT;

typedef enum _EXIFS_FILE_KIND {
    ExifsFileControl, /* A handle on the bare device. */
    ExifsFileOpening, /* Waits for the store to say where the stream lies. */
    ExifsFileStream,
    ExifsFileDirectory /* A directory: of a root, or (Root NULL) of the device. */
} EXIFS_FILE_KIND;

struct _EXIFS_FILE {
    LIST_ENTRY Link; /* Entry in Root->Files, except for a control handle. */
    EXIFS_FILE_KIND Kind;
    BOOLEAN Cleaned;   /* CLEANUP has run for this file. */
    BOOLEAN Committed; /* The pages are a message's: the stream is read-only. */
    /* A grant or receipt stands in the client's file block and must be undone there. */
    BOOLEAN Posted;
    /* Control handle: a root was registered on it; with no root left, its proxy threads may end. */
    BOOLEAN HadRoots;
    PFILE_OBJECT FileObject;
    PEPROCESS Process; /* Process that opened the handle. */
    PEXIFS_ROOT Root;
    ULONG FileId;
    BOOLEAN SetAside; /* SET_ASIDE asked for room ahead: pages left of it stay with the root. */
    USHORT ListNext;  /* Directory: number of the next entry. */
    ULONG64 Length;   /* Bytes written. */
    ULONG64 Extent;   /* Bytes of the stream once the writes that have their pages are done. */
    LIST_ENTRY Runs;
    ULONG RunCount;
    ULONG Pages; /* Number of pages in Runs. */
    /* Runs with a LentIndex: loans in the store, to be undone when the file is closed. */
    ULONG BorrowedRuns;
    ULONG Transfers; /* Reads and writes of the .stm in flight. */
    ULONG64 BlockAddress;
};

/* NEW --wait--> WAITING --grant--> READY --finish--> DONE
 *   |                '----- cancel, death, refusal ----^
 *   '------ grant ------> READY                            exifs_request.c has the table. */
typedef enum _EXIFS_REQUEST_STATE {
    ExifsRequestNew,
    ExifsRequestWaiting,
    ExifsRequestReady,
    ExifsRequestDone,
    ExifsRequestStates
} EXIFS_REQUEST_STATE;

typedef struct _EXIFS_REQUEST {
    EXIFS_REQUEST_STATE State;
    EXIFS_UPCALL_KIND Kind; /* Reserve: a write; Open: an open; List: a directory query. */
    PEXIFS_DEVICE Exifs;
    PIRP Irp;
    PEXIFS_FILE File;
    PEXIFS_ASK Ask; /* Never NULL while WAITING: so every wait has an end. */
    /* Allocated with the request, so that its end cannot fail for want of memory. */
    PIO_WORKITEM Work;
    NTSTATUS Status;
    ULONG64 Offset;   /* Write: first byte. */
    ULONG Length;     /* Directory query: bytes of the buffer, then bytes in it. */
    BOOLEAN SetAside; /* SET_ASIDE: room for Length bytes, out of its own reply only. */
} EXIFS_REQUEST, *PEXIFS_REQUEST;

/* ---- exifs_main.c: coming, going, and who does what ------------------------------------------ */

/* The common part of the three DriverEntry functions: picks the row named by Parameters\Build, or
 * the default, and makes the device. */
NTSTATUS ExifsStart(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath, const EXIFS_VERSION *rows,
                    ULONG count, const EXIFS_VERSION *otherwise);
NTSTATUS ExifsComplete(PIRP irp, NTSTATUS status, ULONG_PTR information);

/* The buffer of an IOCTL, for input and output; NULL: the caller sent fewer than `bytes`. */
PVOID ExifsInput(PIRP irp, ULONG bytes);
BOOLEAN ExifsHasOutput(PIRP irp, ULONG bytes);

static inline PEXIFS_DEVICE ExifsOfDevice(PDEVICE_OBJECT device)
{
    return (PEXIFS_DEVICE)device->DeviceExtension;
}

static inline PEXIFS_FILE ExifsOfIrp(PIRP irp)
{
    return (PEXIFS_FILE)IoGetCurrentIrpStackLocation(irp)->FileObject->FsContext;
}

/* ---- exifs_queue.c: IRPs that wait, and may be cancelled (lock held, but for Initialize) ----- */

VOID ExifsInitializeQueue(PEXIFS_QUEUE queue, PEXIFS_DEVICE exifs, VOID (*unlinked)(PIRP irp),
                          VOID (*cancelled)(PEXIFS_DEVICE exifs, PIRP irp));

/* Queues an IRP. STATUS_PENDING: it is marked pending and queued. STATUS_CANCELLED: it had been
 * cancelled, and remains the caller's. */
NTSTATUS ExifsInsertIrp(PEXIFS_QUEUE queue, PIRP irp, PVOID context);

/* Takes an IRP out of its queue: it is then the caller's. FALSE: its cancel routine has it. */
BOOLEAN ExifsRemoveIrp(PIRP irp);
/* The IRP behind `after` (NULL: the first); NULL: no more. */
PIRP ExifsNextIrp(PEXIFS_QUEUE queue, PIRP after);
PVOID ExifsContextOfIrp(PIRP irp);

/* ---- exifs_space.c: pages and nodes (lock held) ---------------------------------------------- */

/* The one function that changes a page's state. All of the run moves, or none of it. */
NTSTATUS ExifsMovePages(PEXIFS_ROOT root, const EXIFS_RUN *run, EXIFS_PAGE_STATE from,
                        EXIFS_PAGE_STATE to);
NTSTATUS ExifsMoveRuns(PEXIFS_ROOT root, const EXIFS_RUN *runs, ULONG count, EXIFS_PAGE_STATE from,
                       EXIFS_PAGE_STATE to);
/* True if no file holds these pages or awaits their return: they may be a committed stream's. */
BOOLEAN ExifsMayBeCommitted(PEXIFS_ROOT root, const EXIFS_RUN *run);

PEXIFS_NODE ExifsNewNode(PEXIFS_DEVICE exifs, const EXIFS_RUN *run);
VOID ExifsFreeNode(PEXIFS_DEVICE exifs, PEXIFS_NODE node);
VOID ExifsFreeNodes(PEXIFS_DEVICE exifs, PLIST_ENTRY nodes);

/* Takes pages over from the store, to the head of the reserve. */
NTSTATUS ExifsAddToReserve(PEXIFS_DEVICE exifs, PEXIFS_ROOT root, const EXIFS_RUN *runs,
                           ULONG count);
/* Moves pages from the reserve to a file; *grant, if wanted, says which. */
NTSTATUS ExifsTakeFromReserve(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG pages,
                              PEXIFS_GRANT grant);
VOID ExifsAppendNode(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PEXIFS_NODE node);
/* Finds page number `index` of the file, and how many follow it in a row. */
BOOLEAN ExifsFindPage(PEXIFS_FILE file, ULONG index, PEXIFS_RUN run);
/* Moves an uncommitted file's pages to Released; pages on loan go back with their entry. */
VOID ExifsReleaseRuns(PEXIFS_DEVICE exifs, PEXIFS_FILE file);
NTSTATUS ExifsCommitRuns(PEXIFS_DEVICE exifs, PEXIFS_FILE file);
VOID ExifsFillEaList(PEXIFS_FILE file, ULONG firstRun, PEXIFS_EA_LIST ea);

/* ---- exifs_root.c: mounted databases --------------------------------------------------------- */

NTSTATUS ExifsRegisterRoot(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsUnregisterRoot(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsCommit(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsDelete(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsReclaim(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsQueryStats(PEXIFS_DEVICE exifs, PIRP irp);

/* Ends a root, orderly or not: fails the waiting requests, drops the upcalls, undoes the posts. */
VOID ExifsKillRoot(PEXIFS_DEVICE exifs, PEXIFS_ROOT root);
PEXIFS_ROOT ExifsFindRoot(PEXIFS_DEVICE exifs, const WCHAR *name); /* Lock held. */
PEXIFS_ROOT ExifsRootOwnedBy(PEXIFS_DEVICE exifs,
                             /* A living root of this owner. Lock held. */
                             const FILE_OBJECT *owner);
PEXIFS_ROOT ExifsOwnedRoot(PEXIFS_DEVICE exifs, const FILE_OBJECT *owner, ULONG rootId,
                           ULONG generation);
VOID ExifsDereferenceRoot(PEXIFS_DEVICE exifs, PEXIFS_ROOT root); /* Lock not held; PASSIVE. */

/* ---- exifs_file.c: handles and streams ------------------------------------------------------- */

NTSTATUS NTAPI ExifsDispatchCreate(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI ExifsDispatchClose(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS ExifsOpenStream(PEXIFS_DEVICE exifs, PIRP irp);
/* Copies a name of at most EXIFS_NAME_CHARS - 1 characters. FALSE: it is empty or too long. */
BOOLEAN ExifsCopyName(PWCHAR to, const WCHAR *from, ULONG chars);
NTSTATUS ExifsSetBlock(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsQueryRuns(PEXIFS_DEVICE exifs, PIRP irp);
/* Takes the store's answer to an OPEN into the file. Lock held. */
NTSTATUS ExifsFillStream(PEXIFS_DEVICE exifs, PEXIFS_FILE file, const EXIFS_REPLY *reply);
/* Ends an open that waited: completes the IRP. */
VOID ExifsFinishOpen(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, NTSTATUS status);
PEXIFS_FILE ExifsFindFile(PEXIFS_ROOT root, ULONG fileId); /* Lock held. */

/* ---- exifs_request.c: work that waits for the store ------------------------------------------ */

PEXIFS_REQUEST ExifsNewRequest(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp,
                               EXIFS_UPCALL_KIND kind);
VOID ExifsFreeRequest(PEXIFS_REQUEST request);
/* Lets a request wait for the store. STATUS_PENDING: it waits, and its upcall is queued. Any other
 * status: the request is still the caller's. Lock held. */
NTSTATUS ExifsWait(PEXIFS_REQUEST request);
/* Ends the wait of a request whose IRP is out of the queue: it becomes READY, or DONE with a
 * status; the caller then hands it over. Lock held. */
VOID ExifsEndWait(PEXIFS_REQUEST request, EXIFS_REQUEST_STATE next, NTSTATUS status);
VOID ExifsHandOver(PEXIFS_REQUEST request); /* Has a system worker thread finish the request. */
/* Finishes a request in this thread: writes, completes the IRP, frees. PASSIVE_LEVEL. */
VOID ExifsFinishRequest(PEXIFS_REQUEST request);
/* Ends the wait of every request of a root (file NULL) or of one file. Lock not held. */
VOID ExifsFailWaiters(PEXIFS_DEVICE exifs, PEXIFS_ROOT root, PEXIFS_FILE file, NTSTATUS status);
VOID ExifsRequestUnlinked(PIRP irp);
VOID ExifsRequestCancelled(PEXIFS_DEVICE exifs, PIRP irp);

/* ---- exifs_upcall.c: the inverted call ------------------------------------------------------- */

NTSTATUS ExifsGetUpcall(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsReply(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsReplyList(PEXIFS_DEVICE exifs, PIRP irp);
VOID ExifsQueueAsk(PEXIFS_DEVICE exifs, PEXIFS_ASK ask); /* Lock held. */
/* The ask is idle afterwards. Lock held. */
VOID ExifsDropAsk(PEXIFS_ASK ask);
/* Drops all asks of a dead root. Lock held. */
VOID ExifsForgetAsks(PEXIFS_ROOT root);
VOID ExifsAskAhead(PEXIFS_DEVICE exifs, PEXIFS_ROOT root); /* Lock held. */
/* Hands queued upcalls to waiting fetchers. */
VOID ExifsPump(PEXIFS_DEVICE exifs);
VOID ExifsReturnFetched(PEXIFS_DEVICE exifs, const FILE_OBJECT *fetcher); /* Lock held. */
BOOLEAN ExifsIsImpatient(const EXIFS_ROOT *root);                         /* Lock held. */
VOID ExifsFetcherCancelled(PEXIFS_DEVICE exifs, PIRP irp);
VOID ExifsFetcherUnlinked(PIRP irp);
/* Completes the GET_UPCALL IRPs that wait on this control handle: their proxy threads end. Lock not
 * held. */
VOID ExifsFailFetchers(PEXIFS_DEVICE exifs, const FILE_OBJECT *fetcher);

/* ---- exifs_transfer.c: the write path; the story --------------------------------------------- */

NTSTATUS NTAPI ExifsDispatchWrite(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI ExifsDispatchRead(PDEVICE_OBJECT device, PIRP irp);
/* Number of pages a file lacks for a write. Lock held. */
ULONG ExifsPagesWanted(const EXIFS_FILE *file, ULONG64 offset, ULONG length);
/* Takes the pages for a write. STATUS_SUCCESS: they are there, and a transfer is begun.
 * STATUS_PENDING: the reserve has too few. Lock held. */
NTSTATUS ExifsClaimPages(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG64 offset, ULONG length,
                         PEXIFS_GRANT grant);
/* Writes the captured data of a request that has its pages; ends the transfer. */
NTSTATUS ExifsWriteClaimed(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, ULONG64 offset,
                           ULONG length);
/* Called in REPLY by an impatient driver: finishes the waiting client's request at once, and posts
 * the grant to the client's file block. */
VOID ExifsPost(PEXIFS_REQUEST request, const EXIFS_GRANT *grant, ULONG64 grantAddress);

/* ---- exifs_directory.c: paths by name, M: ---------------------------------------------------- */

/* Opens a handle on "\root" or "\", which can only list. */
NTSTATUS ExifsOpenDirectory(PEXIFS_DEVICE exifs, PEXIFS_FILE file, const UNICODE_STRING *path);
NTSTATUS NTAPI ExifsDispatchDirectory(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI ExifsDispatchVolume(PDEVICE_OBJECT device, PIRP irp);
/* Copies the store's answer to a LIST into the request's buffer. Lock held. */
NTSTATUS ExifsFillDirectory(PEXIFS_REQUEST request, const EXIFS_LIST_REPLY *reply);

/* ---- exifs_aside.c: room for a conversion ---------------------------------------------------- */

NTSTATUS ExifsSetAside(PEXIFS_DEVICE exifs, PIRP irp);
VOID ExifsTakeSetAside(PEXIFS_DEVICE exifs, PEXIFS_REQUEST request); /* Lock held. */
VOID ExifsKeepNode(PEXIFS_ROOT root, PEXIFS_NODE node);              /* Lock held. */

/* ---- exifs_cleanup.c: a handle goes, and with it perhaps a process --------------------------- */

NTSTATUS NTAPI ExifsDispatchCleanup(PDEVICE_OBJECT device, PIRP irp);
VOID ExifsCleanup(PEXIFS_DEVICE exifs, PEXIFS_FILE file);
VOID ExifsUndoPosts(PEXIFS_DEVICE exifs, PEXIFS_ROOT root);

/* ---- exifs_user.c: the only file that touches user addresses --------------------------------- */

/* Check an address, and copy. All work in the thread's current process: a caller that has entered a
 * peer reads and writes the peer. */
BOOLEAN ExifsIsUserRange(ULONG64 address, ULONG bytes);
NTSTATUS ExifsGetUser(PVOID to, ULONG64 from, ULONG bytes);
NTSTATUS ExifsPutUser(ULONG64 to, const VOID *from, ULONG bytes);
NTSTATUS ExifsCopyUser(ULONG64 to, ULONG64 from, ULONG bytes);
