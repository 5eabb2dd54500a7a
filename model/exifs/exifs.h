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
 * One spin lock guards all of it. Nothing that can wait, fault or call out is done under it: pages
 * are moved in memory, and then the .stm is written, the peer visited, the IRP completed without
 * the lock. A file object lives as long as an IRP on it; a root as long as a file in it. So nothing
 * else is counted but roots, and transfers in flight (for a CLEANUP that overtakes a write).
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
    (PEXIFS_DEVICE exifs, PIRP irp); /* Called after it without the lock: finishes the IRP. */
} EXIFS_QUEUE, *PEXIFS_QUEUE;

struct _EXIFS_DEVICE {
    PDEVICE_OBJECT Device;
    const EXIFS_VERSION *Version;
    KSPIN_LOCK Lock; /* Guards all that follows, and all that hangs from it. */
    LIST_ENTRY Roots;
    EXIFS_QUEUE Fetchers;
    ULONG LastRootId;
    ULONG LastGeneration;
    ULONG LastFileId;
    ULONG LastSerial;
    ULONG Nodes;    /* AuxL blocks in being. */
    HANDLE Witness; /* Lesson H2's: a handle it left in the store. */
};

typedef enum _EXIFS_UPCALL_STATE {
    ExifsUpcallIdle,
    ExifsUpcallQueued,
    ExifsUpcallFetched,
    ExifsUpcallStates
} EXIFS_UPCALL_STATE;

typedef struct _EXIFS_ASK {
    LIST_ENTRY Link; /* In Root->Queued or Root->Fetched, by State. */
    EXIFS_UPCALL_STATE State;
    struct _EXIFS_ROOT *Root;
    /* Request that waits for the answer; NULL: none yet, or none any more. */
    struct _EXIFS_REQUEST *Request;
    PFILE_OBJECT Fetcher; /* The control handle it was fetched on. Compared, never used. */
    EXIFS_UPCALL Message;
} EXIFS_ASK, *PEXIFS_ASK;

typedef struct _EXIFS_ROOT {
    LIST_ENTRY Link;
    LONG References; /* One for the owner while alive, one for each file. */
    BOOLEAN Alive;
    ULONG RootId;
    ULONG Generation;
    WCHAR Name[EXIFS_NAME_CHARS];
    PFILE_OBJECT Owner; /* The control handle it was registered on. Compared, never used. */
    PEPROCESS Process;  /* The store. Good while Alive: the owner's CLEANUP ends both. */
    HANDLE Stm[EXIFS_STM_HANDLES];
    EXIFS_REGISTER Setup;
    LIST_ENTRY Reserve;
    ULONG ReservePages;
    LIST_ENTRY Released;
    EXIFS_QUEUE Waiting;
    LIST_ENTRY Queued;
    LIST_ENTRY Fetched;
    ULONG QueuedReserves; /* RESERVE upcalls in Queued: how busy the store's proxy threads are. */
    EXIFS_ASK Ahead;      /* The root's own asking ahead of need; one at a time. */
    LIST_ENTRY Files;
    ULONG Claims[EXIFS_LENT_MAX]; /* FileId to which that lending entry is lent; 0: to nobody. */
    PUCHAR Pages;                 /* EXIFS_PAGE_STATE of each page of the .stm. */
} EXIFS_ROOT, *PEXIFS_ROOT;

typedef enum _EXIFS_FILE_KIND {
    ExifsFileControl, /* A handle on the bare device. */
    ExifsFileOpening, /* Waits for the store to say where the stream lies. */
    ExifsFileStream,
    ExifsFileDirectory /* A directory: of a root, or (Root NULL) of the device. */
} EXIFS_FILE_KIND;

struct _EXIFS_FILE {
    LIST_ENTRY Link; /* In Root->Files, unless a control handle. */
    EXIFS_FILE_KIND Kind;
    BOOLEAN Cleaned;   /* CLEANUP has run for this file. */
    BOOLEAN Committed; /* The pages are kept: the stream is read-only from now on. */
    BOOLEAN Posted;    /* A grant or receipt stands in the client's file block: half-done there. */
    /* Control handle: it has had a root; with none left its proxy threads may go home. */
    BOOLEAN HadRoots;
    PFILE_OBJECT FileObject;
    PEPROCESS Process; /* Process that opened the handle. */
    PEXIFS_ROOT Root;
    ULONG FileId;
    BOOLEAN SetAside; /* Room was asked for ahead: what is left of it stays with the root. */
    USHORT ListNext;  /* Directory: number of the next entry. */
    ULONG64 Length;   /* Bytes written. */
    ULONG64 Extent;   /* Bytes promised to writes that have their pages. */
    LIST_ENTRY Runs;
    ULONG RunCount;
    ULONG Pages;        /* In Runs. */
    ULONG BorrowedRuns; /* Runs with a LentIndex: half-done in the store until closed. */
    ULONG Transfers;    /* Reads and writes of the .stm in flight. */
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
    PEXIFS_ASK Ask;    /* Never NULL while WAITING: so every wait has an end. */
    PIO_WORKITEM Work; /* Made beforehand: an end must not fail for want of memory. */
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

/* The input of an IOCTL, if the caller sent all of it; else NULL. It is also where the output
 * goes. */
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

/* STATUS_PENDING: the IRP is marked and queued. STATUS_CANCELLED: it was cancelled before and is
 * still the caller's. */
NTSTATUS ExifsInsertIrp(PEXIFS_QUEUE queue, PIRP irp, PVOID context);

/* The IRP is the caller's from here on; FALSE: its cancel routine has it. */
BOOLEAN ExifsRemoveIrp(PIRP irp);
PIRP ExifsNextIrp(PEXIFS_QUEUE queue, PIRP after); /* NULL starts; NULL ends. */
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
/* Sends an uncommitted file's pages on their way back; lent ones go back with their entry. */
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

/* Ends a root, orderly or not: waiters fail, upcalls are forgotten, what was posted is undone. */
VOID ExifsKillRoot(PEXIFS_DEVICE exifs, PEXIFS_ROOT root);
PEXIFS_ROOT ExifsFindRoot(PEXIFS_DEVICE exifs, const WCHAR *name); /* Lock held. */
PEXIFS_ROOT ExifsRootOwnedBy(PEXIFS_DEVICE exifs,
                             const FILE_OBJECT *owner); /* Lock held. Any living one. */
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
/* The store's answer to an OPEN. Lock held. */
NTSTATUS ExifsFillStream(PEXIFS_DEVICE exifs, PEXIFS_FILE file, const EXIFS_REPLY *reply);
/* The end of an open that waited: completes the IRP. */
VOID ExifsFinishOpen(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, NTSTATUS status);
PEXIFS_FILE ExifsFindFile(PEXIFS_ROOT root, ULONG fileId); /* Lock held. */

/* ---- exifs_request.c: work that waits for the store ------------------------------------------ */

PEXIFS_REQUEST ExifsNewRequest(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp,
                               EXIFS_UPCALL_KIND kind);
VOID ExifsFreeRequest(PEXIFS_REQUEST request);
/* Lock held. STATUS_PENDING: the request waits, and its upcall is queued. Any other status: the
 * request is still the caller's. */
NTSTATUS ExifsWait(PEXIFS_REQUEST request);
/* Lock held; the IRP is out of the queue. READY, or DONE with a status. The caller then hands it
 * over. */
VOID ExifsEndWait(PEXIFS_REQUEST request, EXIFS_REQUEST_STATE next, NTSTATUS status);
VOID ExifsHandOver(PEXIFS_REQUEST request); /* To a system worker thread, which finishes it. */
/* Here and now: writes, completes, frees. PASSIVE. */
VOID ExifsFinishRequest(PEXIFS_REQUEST request);
/* Ends the wait of every request of a root (file NULL) or of one file. Lock not held. */
VOID ExifsFailWaiters(PEXIFS_DEVICE exifs, PEXIFS_ROOT root, PEXIFS_FILE file, NTSTATUS status);
VOID ExifsRequestUnlinked(PIRP irp);
VOID ExifsRequestCancelled(PEXIFS_DEVICE exifs, PIRP irp);

/* ---- exifs_upcall.c: the inverted call ------------------------------------------------------- */

NTSTATUS ExifsGetUpcall(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsReply(PEXIFS_DEVICE exifs, PIRP irp);
NTSTATUS ExifsReplyList(PEXIFS_DEVICE exifs, PIRP irp);
VOID ExifsQueueAsk(PEXIFS_DEVICE exifs, PEXIFS_ASK ask);   /* Lock held. */
VOID ExifsDropAsk(PEXIFS_ASK ask);                         /* Lock held. Idle afterwards. */
VOID ExifsForgetAsks(PEXIFS_ROOT root);                    /* Lock held. The root is dead. */
VOID ExifsAskAhead(PEXIFS_DEVICE exifs, PEXIFS_ROOT root); /* Lock held. */
VOID ExifsPump(PEXIFS_DEVICE exifs);                       /* Upcalls meet fetchers. */
VOID ExifsReturnFetched(PEXIFS_DEVICE exifs, const FILE_OBJECT *fetcher); /* Lock held. */
BOOLEAN ExifsIsImpatient(const EXIFS_ROOT *root);                         /* Lock held. */
VOID ExifsFetcherCancelled(PEXIFS_DEVICE exifs, PIRP irp);
VOID ExifsFetcherUnlinked(PIRP irp);
/* Sends home the proxy threads that wait on this control handle. Lock not held. */
VOID ExifsFailFetchers(PEXIFS_DEVICE exifs, const FILE_OBJECT *fetcher);

/* ---- exifs_transfer.c: the write path; the story --------------------------------------------- */

NTSTATUS NTAPI ExifsDispatchWrite(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI ExifsDispatchRead(PDEVICE_OBJECT device, PIRP irp);
/* Lock held. How many pages more than it has the file needs for this. */
ULONG ExifsPagesWanted(const EXIFS_FILE *file, ULONG64 offset, ULONG length);
/* Lock held. STATUS_SUCCESS: the pages are there and a transfer is begun. STATUS_PENDING: too
 * few. */
NTSTATUS ExifsClaimPages(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG64 offset, ULONG length,
                         PEXIFS_GRANT grant);
/* Writes the captured data of a request that has its pages; ends the transfer. */
NTSTATUS ExifsWriteClaimed(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PIRP irp, ULONG64 offset,
                           ULONG length);
/* In REPLY, impatient: finishes the waiting client's request at once, and tells the client
 * where. */
VOID ExifsPost(PEXIFS_REQUEST request, const EXIFS_GRANT *grant, ULONG64 grantAddress);

/* ---- exifs_directory.c: paths by name, M: ---------------------------------------------------- */

/* A handle on "\root" or "\": lists what is there, and nothing else. */
NTSTATUS ExifsOpenDirectory(PEXIFS_DEVICE exifs, PEXIFS_FILE file, const UNICODE_STRING *path);
NTSTATUS NTAPI ExifsDispatchDirectory(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI ExifsDispatchVolume(PDEVICE_OBJECT device, PIRP irp);
/* The store's answer to a LIST goes to its request's buffer. Lock held. */
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

/* Copies in the process in force: a caller that has entered a peer reads and writes the peer. */
BOOLEAN ExifsIsUserRange(ULONG64 address, ULONG bytes);
NTSTATUS ExifsGetUser(PVOID to, ULONG64 from, ULONG bytes);
NTSTATUS ExifsPutUser(ULONG64 to, const VOID *from, ULONG bytes);
NTSTATUS ExifsCopyUser(ULONG64 to, ULONG64 from, ULONG bytes);
