/* exifs_look.h - the driver's roots, requests and streams, as plain data, for onlookers.
 *
 *     EXIFS_LOOKER looker = { context, RootSeen, RequestSeen, StreamSeen };
 *
 *     ExifsLook(device, &looker);                root by root: the root, who waits, its streams
 *
 * A look takes place where nothing runs, so the driver's lock is not taken and nothing changes.
 * Lists are whole wherever a record is written. A root that has died and that files still hold is
 * shown like a living one. Only the simulator has onlookers: no Windows image holds this file.
 */
#pragma once
#include <ntifs.h>
#include "exifs_ioctl.h"

#define EXIFS_TAG_NODE   0x4C787541u /* 'AuxL' in a pool listing. */
#define EXIFS_TAG_OBJECT 0x73664945u /* 'EIfs' */

#define EXIFS_LOOK_RUNS 8u

typedef struct _EXIFS_LOOK_ROOT {
    ULONG RootId;
    BOOLEAN Alive;
    ULONG ReservePages;
    ULONG Queued, Fetched; /* Upcalls waiting for a proxy thread, and fetched by one. */
    ULONG Waiting;         /* Requests that wait for a REPLY. */
    ULONG LentOut;         /* Lending entries out with a client. */
} EXIFS_LOOK_ROOT;

/* A request that needs the store: its client, and what is asked. */
typedef struct _EXIFS_LOOK_REQUEST {
    /* NULL: no client waits; the root asks ahead of need, or the request has gone. */
    PIRP Irp;
    PEPROCESS Owner; /* Process of the request; NULL as above. */
    PEPROCESS Peer;  /* The store, while the root is alive. */
    ULONG Kind;      /* EXIFS_UPCALL_KIND. */
    ULONG State;     /* State of the request: 0 new, 1 waiting, 2 ready, 3 done. */
    ULONG Asked;     /* State of the upcall: 0 none, 1 queued, 2 fetched. */
    ULONG Serial, FileId, Pages;
    ULONG64 Offset;
    ULONG Length;
} EXIFS_LOOK_REQUEST;

typedef struct _EXIFS_LOOK_STREAM {
    PFILE_OBJECT FileObject;
    PEPROCESS Process; /* Process that opened the stream. */
    ULONG FileId;
    BOOLEAN Opening, Cleaned, Committed;
    BOOLEAN Posted;     /* A grant or receipt stands in the client's file block. */
    ULONG BorrowedRuns; /* Runs on loan from the store's lending table. */
    ULONG Transfers;    /* Reads and writes of the .stm in flight. */
    ULONG Pages, RunCount;
    ULONG64 Length, BlockAddress;
    EXIFS_RUN Runs[EXIFS_LOOK_RUNS]; /* The first runs, at most RunCount. */
    LONG Lent[EXIFS_LOOK_RUNS];      /* By run: lending entry it was borrowed from; -1: none. */
} EXIFS_LOOK_STREAM;

typedef struct _EXIFS_LOOKER {
    PVOID Context;
    /* Callbacks for each root, request and stream; each may be NULL. */
    VOID (*Root)(PVOID context, const EXIFS_LOOK_ROOT *root);
    VOID (*Request)(PVOID context, const EXIFS_LOOK_REQUEST *request);
    VOID (*Stream)(PVOID context, const EXIFS_LOOK_STREAM *stream);
} EXIFS_LOOKER;

VOID ExifsLook(PDEVICE_OBJECT device, const EXIFS_LOOKER *looker);

PCWSTR ExifsLookBuild(PDEVICE_OBJECT device);
ULONG ExifsLookIdleProxies(PDEVICE_OBJECT device);

/* The space map of the living root, one per store. */
typedef struct _EXIFS_LOOK_MAP {
    ULONG RootId;
    ULONG Fetched; /* Upcalls that the store has fetched and not answered. */
    /* Byte per page, valid until a thread runs: 0 free, 1 reserved, 2 committed, 3 deleted. */
    const UCHAR *States;
    ULONG PageCount;
} EXIFS_LOOK_MAP;
BOOLEAN ExifsLookMap(PDEVICE_OBJECT device, EXIFS_LOOK_MAP *map);
/* A run of this root on its way back to the store, by number from 0. FALSE: no more. */
BOOLEAN ExifsLookReleased(PDEVICE_OBJECT device, ULONG number, PEXIFS_RUN run);
/* FileId of the stream that borrowed a lending entry, by the driver's books; 0: not lent. */
ULONG ExifsLookBorrower(PDEVICE_OBJECT device, ULONG entry);
