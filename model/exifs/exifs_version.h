/* exifs_version.h - what one build of the driver does differently from another: one row each.
 *
 * A row says how the driver enters a foreign process and leaves it, which memory it touches there,
 * and what it forgets. The product's rows are in exifs_version_old.c and exifs_version_new.c; rows
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
    CallersBuffer, /* An address of the process the driver came from, while in the other one. */
    NonpagedCopy   /* A copy made beforehand, or afterwards at home. */
} EXIFS_TOUCHES;

/* A stay in another process; lives on the visitor's stack. */
typedef struct _EXIFS_VISIT {
    PEXIFS_DEVICE Exifs;
    PEPROCESS Peer;
    ULONG64 Notes[2]; /* Lesson H7 writes past these. */
    KAPC_STATE
    Saved; /* State to return to. The legacy calls keep this in the thread instead. */
} EXIFS_VISIT, *PEXIFS_VISIT;

/* Something half-done in another process, to be taken back there. */
typedef struct _EXIFS_UNDO {
    PEXIFS_DEVICE Exifs;
    PEPROCESS Peer;
    /* A lending entry in the store, to be Spare again; else a file block, to be stale. */
    BOOLEAN Lent;
    ULONG64 Address; /* In Peer. */
    ULONG FileId;
    ULONG Generation;
} EXIFS_UNDO, *PEXIFS_UNDO;

struct _EXIFS_VERSION {
    WCHAR Build[EXIFS_BUILD_CHARS];
    ULONG Interface; /* Number told in the handshake; an engine refuses a lower one than its own. */
    VOID (*Enter)(PEXIFS_VISIT visit);
    VOID (*Leave)(PEXIFS_VISIT visit);
    EXIFS_TOUCHES Touches;
    BOOLEAN HoldsPeer;         /* References the peer for the length of the visit. */
    BOOLEAN CompletesAttached; /* Finishes a posted request before it leaves the client again. */
    BOOLEAN LeavesOnError;     /* FALSE: an error path forgets to leave (lesson H3). */
    VOID (*Undo)(const EXIFS_UNDO *undo); /* ExifsUndoNow, or later. */
    VOID(*WhileAway)
    (PEXIFS_VISIT visit, PEXIFS_FILE file);                /* In the store, a page just borrowed. */
    VOID (*Retire)(PEXIFS_DEVICE exifs, PEXIFS_FILE file); /* In CLEANUP, nothing undone yet. */
    /* A block of at least so many bytes to gather a listing in; how many there are. */
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
