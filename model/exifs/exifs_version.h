/* exifs_version.h - the behaviours in which builds of the driver differ: one row per build.
 *
 * A row gives how the driver enters and leaves another process, which memory it touches there, and
 * which steps it omits. The product's rows are in exifs_version_old.c and exifs_version_new.c; rows
 * that show one fault mechanism each, for teaching, in exifs_version_lessons.c. Everything else of
 * the driver is the same in all builds.
 */
#pragma once
#include <ntifs.h>
#include "exifs_ioctl.h"

typedef struct _EXIFS_DEVICE EXIFS_DEVICE, *PEXIFS_DEVICE;
typedef struct _EXIFS_FILE EXIFS_FILE, *PEXIFS_FILE;
typedef struct _EXIFS_VERSION EXIFS_VERSION;

typedef enum _EXIFS_TOUCHES {
    CallersBuffer, /* The driver uses an address of its own process while it is in the other one. */
    NonpagedCopy   /* The driver copies beforehand, or afterwards at home. */
} EXIFS_TOUCHES;

/* A visit to another process; lies on the visiting thread's stack. */
typedef struct _EXIFS_VISIT {
    PEXIFS_DEVICE Exifs;
    PEPROCESS Peer;
    ULONG64 Notes[2]; /* Lesson H7 writes past these. */
    KAPC_STATE
    Saved; /* State to return to. The legacy calls keep this in the thread instead. */
} EXIFS_VISIT, *PEXIFS_VISIT;

/* A loan or a post in another process that must be undone there. */
typedef struct _EXIFS_UNDO {
    PEXIFS_DEVICE Exifs;
    PEPROCESS Peer;
    /* TRUE: a lending entry in the store becomes Spare again. FALSE: a file block becomes stale. */
    BOOLEAN Lent;
    ULONG64 Address; /* Address in Peer. */
    ULONG FileId;
    ULONG Generation;
} EXIFS_UNDO, *PEXIFS_UNDO;

struct _EXIFS_VERSION {
    WCHAR Build[EXIFS_BUILD_CHARS];
    /* Interface number told in the handshake; an engine refuses a number lower than its own. */
    ULONG Interface;
    VOID (*Enter)(PEXIFS_VISIT visit);
    VOID (*Leave)(PEXIFS_VISIT visit);
    EXIFS_TOUCHES Touches;
    BOOLEAN HoldsPeer; /* TRUE: the peer is referenced for the length of the visit. */
    /* TRUE: a posted request is finished before the driver leaves the client. */
    BOOLEAN CompletesAttached;
    /* Borrows pages from the store, in the client's thread. TRUE: the file has at least `wanted`
     * more. The store is held already. */
    BOOLEAN (*Borrow)(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted);
    VOID (*Undo)(const EXIFS_UNDO *undo); /* ExifsUndoNow, or later. */
    VOID(*WhileAway)
    /* Called by ExifsBorrow in the store, just after a loan. */
    (PEXIFS_VISIT visit, PEXIFS_FILE file);
    VOID (*Retire)(PEXIFS_DEVICE exifs, PEXIFS_FILE file); /* Called in CLEANUP, before any undo. */
    /* Allocates a block of at least `bytes` for a directory listing; *room: its bytes. */
    PVOID (*TakeBlock)(ULONG bytes, PULONG room);
};

/* Enters a process as the row does it. The peer is alive and, if the row holds it, was referenced
 * by ExifsHoldPeer under the lock that showed it so. Exactly one ExifsLeave for each. */
VOID ExifsHoldPeer(PEXIFS_DEVICE exifs, PEPROCESS peer);
VOID ExifsEnter(PEXIFS_VISIT visit, PEXIFS_DEVICE exifs, PEPROCESS peer);
VOID ExifsLeave(PEXIFS_VISIT visit);

/* The plain answers to the last five columns. Undo: the peer is held already. */
BOOLEAN ExifsBorrow(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted); /* exifs_transfer.c */
VOID ExifsUndoNow(const EXIFS_UNDO *undo);
VOID ExifsStayCalm(PEXIFS_VISIT visit, PEXIFS_FILE file);
VOID ExifsRetireNothing(PEXIFS_DEVICE exifs, PEXIFS_FILE file);
PVOID ExifsTakeBlock(ULONG bytes, PULONG room);

/* The steps of a borrow and of an undo, for rows that take them in a way of their own. */

/* Lends the file the first spare entry of the store's table that is big enough; runs in the store.
 * Returns the entry's index and fills *entry, or returns a negative number. */
LONG ExifsLendTo(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG wanted, PEXIFS_LENT entry);
/* Writes the receipt for an entry to the client's file block, in the process in force. */
VOID ExifsWriteReceipt(const EXIFS_FILE *file, const EXIFS_LENT *entry);
/* Undoes a loan or a post in the process in force, which must be the peer. */
NTSTATUS ExifsUndoThere(const EXIFS_UNDO *undo);
