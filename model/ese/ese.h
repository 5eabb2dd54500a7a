/* ese.h - the database engine, as far as ExIFS is concerned: who owns which page of the .stm.
 *
 *     ese = EseCreate(L"6.5.7651.47", proxy);
 *     EseAttachDatabase(ese, &options, &db);              handshake, space map, root registered
 *     ... in each proxy thread:
 *     while (IfsGetUpcall(worker, &upcall) == 0) {
 *         if (upcall.Kind == ExifsUpcallOpen) {
 *             Ex32ServeOpen(ex32, worker, &upcall);
 *         } else {
 *             EseServe(ese, worker, &upcall);             RESERVE and RELEASE
 *         }
 *     }
 *     ... when a client says "commit", with an EA list or, if that is too big, with a file id:
 *     EseCommit(db, L"m1", &ea);  or  EseCommitFile(db, L"m1", fileId, &ea);
 *
 * Every page of the .stm is Free, Reserved (handed to ExIFS), Committed (a message) or Deleted,
 * and moves along the edges of ese_space.c only; each illegal edge has its own error. A commit is
 * one logged transaction: a write-through record in the .log, then the driver, then the map. Safe
 * to call from many threads.
 *
 * Rows last: an attach finds every message that was committed and not deleted, however the life
 * before ended, and says which by EseGetRow.
 */
#pragma once
#include "../ifsproxy/ifsproxy.h"

typedef struct _ESE ESE, *PESE;
typedef struct _ESE_DATABASE ESE_DATABASE, *PESE_DATABASE;

/* What is known of the database's two files before it is attached. */
typedef enum _ESE_FILES {
    EseFilesAny,   /* Nothing: the .stm is see Files. */
    EseFilesExist, /* There is a .edb; without its .stm: JET_errSLVStreamingFileMissing. */
    EseFilesNew    /* There is no .edb; with a .stm: JET_errSLVDatabaseMissing. */
} ESE_FILES;

typedef struct _ESE_OPTIONS {
    PCWSTR RootName;  /* "priv1" */
    PCWSTR StmPath;   /* Win32: C:\Exchsrvr\Mdbdata\priv1.stm; made if it is not there. */
    PCWSTR LogPath;   /* Win32; opened write-through. */
    PCWSTR TablePath; /* Win32: the .edb, where the rows lie between two attaches. */
    PCWSTR TempPath;  /* Win32, of the temporary file; NULL: there is none. */
    ESE_FILES Files;
    BOOL Checksums;     /* Kept of each page of a message, and looked at by EseVerifyPage. */
    ULONG InitialPages; /* Size of a new .stm. */
    ULONG GrowPages;    /* Step by which it grows when no page is free. */
    ULONG LimitPages;   /* At most this; then JET_errSLVStreamingFileFull. */
    /* One answer to ExIFS; 512 in the product's dumps, 16 in a busy day's. */
    ULONG ReserveUnitPages;
    ULONG LowWaterPages;
    ULONG ImpatienceDepth; /* 0: the driver always waits. */
    ULONG LendingCount;    /* Entries of the lending table; at most EXIFS_LENT_MAX, 0 none. */
    ULONG LendingPages;    /* Pages in each. */
} ESE_OPTIONS, *PESE_OPTIONS;

typedef struct _ESE_COUNTS {
    ULONG FreePages, ReservedPages, CommittedPages, DeletedPages;
    ULONG LogRecords;
    ULONG LentOut; /* Lending entries out with a client. */
    /* Damaged lending entries rebuilt (the hotfix only): JET_errSLVEAListCorrupt each. */
    ULONG Repaired;
    /* Give-backs of pages that were not reserved: JET_errSLVPagesNotReserved each. */
    ULONG Refused;
} ESE_COUNTS, *PESE_COUNTS;

/* ---- Life ------------------------------------------------------------------------------------ */

/* NULL: unknown build or out of memory. */
PESE EseCreate(PCWSTR build, PIFSPROXY proxy);
VOID EseDestroy(PESE ese);

/* Reads what is in the .edb and does again what only the log has (soft recovery).
 * JET_errSLVProviderVersionMismatch: the driver in memory is older than this engine.
 * JET_errSLVRootStillOpen: somebody holds streams of this root's last life.
 * JET_errSLVFileAccessDenied: the temporary file cannot be made.
 * JET_errSLVFileIO: .edb or log cannot be read, or the .edb not written. */
LONG EseAttachDatabase(PESE ese, const ESE_OPTIONS *options, PESE_DATABASE *database);
/* The root's proxy threads go home (IfsGetUpcall: IFS_SHUT_DOWN); waits for those that are
 * serving. */
LONG EseDetachDatabase(PESE_DATABASE database);
VOID EseGetRoot(PESE_DATABASE database, PEXIFS_ROOT_ID root);

#define ESE_ROWS_MAX 2048u /* Of one database; then JET_errOutOfMemory. */

/* A message, or a part of one that has more runs than a list. */
typedef struct _ESE_ROW {
    WCHAR Name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST Ea; /* As of this life. */
} ESE_ROW, *PESE_ROW;

/* The rows from number 0 on, the oldest first; FALSE: there are no more. To be asked after an
 * attach, before anything is committed or deleted. */
BOOL EseGetRow(PESE_DATABASE database, ULONG number, PESE_ROW row);

/* ---- Serving upcalls ------------------------------------------------------------------------- */

/* Serves a RESERVE or a RELEASE and replies where a reply is due; then refills the lending
 * table. */
LONG EseServe(PESE ese, PIFSWORKER worker, const EXIFS_UPCALL *upcall);

/* ---- Messages -------------------------------------------------------------------------------- */

/* In: what the client sent. Out: where the stream lies. Old builds move the pages the client
 * named, whatever the driver says; the hotfix moves those the driver names. The name is the row's;
 * NULL: a temporary stream, whose pages are free in the next life. */
LONG EseCommit(PESE_DATABASE database, PCWSTR name, PEXIFS_EA_LIST ea);
LONG EseCommitFile(PESE_DATABASE database, PCWSTR name, ULONG fileId, PEXIFS_EA_LIST ea);

LONG EseDelete(PESE_DATABASE database, const EXIFS_EA_LIST *ea);  /* Committed -> Deleted. */
LONG EseReclaim(PESE_DATABASE database, const EXIFS_EA_LIST *ea); /* Deleted -> Free. */

/* Both for several messages: the log is entered once for all of them, and waited for once.
 * errors[i] says what became of eas[i]. */
VOID EseDeleteAll(PESE_DATABASE database, const EXIFS_EA_LIST *const *eas, ULONG count,
                  PLONG errors);

/* One page as a backup reads it: page < the four counts of EseCount together. */
typedef struct _ESE_VERIFIED {
    BOOL Kept; /* It is part of a message; else nothing was looked at. */
    ULONG Expected, Actual;
} ESE_VERIFIED, *PESE_VERIFIED;

/* JET_errSLVReadVerifyFailure: it is not what was committed (of a database with Checksums). */
LONG EseVerifyPage(PESE_DATABASE database, ULONG page, PESE_VERIFIED verified);

/* eseutil /d, of a database with Checksums that nobody has attached: its pages are compared with
 * their checksums (JET_errSLVReadVerifyFailure), or the checksums computed once more from whatever
 * is there. JET_errDatabaseDirtyShutdown: it was not detached in good order. */
LONG EseDefragment(PCWSTR stm, PCWSTR edb, ULONG limitPages, BOOL recompute);

/* Its .stm is another: what the .edb has noted of the old one is not true any more. */
VOID EseForgetTables(PCWSTR edb);

VOID EseCount(PESE_DATABASE database, PESE_COUNTS counts);
