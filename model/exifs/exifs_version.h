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
    BOOLEAN LeavesOnError;                /* FALSE: an error path forgets to leave (lesson H3). */
    VOID (*Undo)(const EXIFS_UNDO *undo); /* ExifsUndoNow, or later. */
    VOID(*WhileAway)
    /* Called in the store, just after a loan. */
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

/* The plain answers to the last four columns. Undo: the peer is held already. */
VOID ExifsUndoNow(const EXIFS_UNDO *undo);
VOID ExifsStayCalm(PEXIFS_VISIT visit, PEXIFS_FILE file);
VOID ExifsRetireNothing(PEXIFS_DEVICE exifs, PEXIFS_FILE file);
PVOID ExifsTakeBlock(ULONG bytes, PULONG room);
