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
 * Every page of the .stm is Free, Reserved (handed to ExIFS), Committed (a message) or Deleted, and
 * moves along the edges of ese_space.c only; each illegal edge has its own error. A commit is one
 * logged transaction: a write-through record in the .log, then the driver, then the map. Safe to
 * call from many threads.
 *
 * Rows last: an attach finds every message that was committed and not deleted, however the life
 * before ended; EseGetRow lists them.
 */
#pragma once
#include "../ifsproxy/ifsproxy.h"

typedef struct _ESE ESE, *PESE;
typedef struct _ESE_DATABASE ESE_DATABASE, *PESE_DATABASE;

/* State of the database's two files, as the caller knows it before an attach. */
typedef enum _ESE_FILES {
    EseFilesAny,   /* Unknown: a missing .stm is made. */
    EseFilesExist, /* The .edb exists; without its .stm: JET_errSLVStreamingFileMissing. */
    EseFilesNew    /* No .edb exists; with a .stm: JET_errSLVDatabaseMissing. */
} ESE_FILES;

typedef struct _ESE_OPTIONS {
    PCWSTR RootName;  /* "priv1" */
    PCWSTR StmPath;   /* Win32: C:\Exchsrvr\Mdbdata\priv1.stm; made if missing, see Files. */
    PCWSTR LogPath;   /* Win32; opened write-through. */
    PCWSTR TablePath; /* Win32: the .edb, where the rows lie between two attaches. */
    PCWSTR TempPath;  /* Win32: the temporary file; NULL: none. */
    ESE_FILES Files;
    BOOL Checksums;     /* TRUE: a checksum is kept of each page of a message, for EseVerifyPage. */
    ULONG InitialPages; /* Size of a new .stm, pages. */
    ULONG GrowPages;    /* Growth of the .stm when no page is free, pages. */
    ULONG LimitPages;   /* Largest .stm, pages; then JET_errSLVStreamingFileFull. */
    /* Pages of one answer to ExIFS; 512 in the product's dumps, 16 in a busy day's. */
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

/* Makes an engine of a build on the caller's proxy, which must outlive it. NULL: unknown build or
 * no memory. Destroy it after its databases are detached. */
PESE EseCreate(PCWSTR build, PIFSPROXY proxy);
VOID EseDestroy(PESE ese);

/* Reads the .edb and redoes the records that only the log has (soft recovery). The caller owns the
 * database and detaches it. Errors:
 *
 *     JET_errSLVProviderVersionMismatch  the driver in memory is older than this engine
 *     JET_errSLVRootStillOpen            a client still holds streams of this root's last life
 *     JET_errSLVFileAccessDenied         the temporary file cannot be made
 *     JET_errSLVFileIO                   .edb or log cannot be read, or the .edb not written
 */
LONG EseAttachDatabase(PESE ese, const ESE_OPTIONS *options, PESE_DATABASE *database);
/* Ends the root: its proxy threads get IFS_SHUT_DOWN from IfsGetUpcall; waits for those that are in
 * EseServe. */
LONG EseDetachDatabase(PESE_DATABASE database);
VOID EseGetRoot(PESE_DATABASE database, PEXIFS_ROOT_ID root);

#define ESE_ROWS_MAX 2048u /* Most rows of one database; then JET_errOutOfMemory. */

/* A row: a message, or a part of one that has more runs than an EA list. */
typedef struct _ESE_ROW {
    WCHAR Name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST Ea; /* Place of the stream, with this life's ids. */
} ESE_ROW, *PESE_ROW;

/* Copies a row, number 0 the oldest; FALSE: no such row. Valid after an attach until the first
 * commit or delete. */
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

/* EseDelete, then EseReclaim, for several messages: enters the log once for all, and waits for it
 * once. errors[i] is the result for eas[i]. */
VOID EseDeleteAll(PESE_DATABASE database, const EXIFS_EA_LIST *const *eas, ULONG count,
                  PLONG errors);

/* Result of EseVerifyPage for one page; page numbers lie below the sum of EseCount's four page
 * counts. */
typedef struct _ESE_VERIFIED {
    BOOL Kept; /* The page is part of a message; FALSE: it was not compared. */
    ULONG Expected, Actual;
} ESE_VERIFIED, *PESE_VERIFIED;

/* Reads a page as a backup does. JET_errSLVReadVerifyFailure: the page differs from its checksum
 * (only a database with Checksums has any). */
LONG EseVerifyPage(PESE_DATABASE database, ULONG page, PESE_VERIFIED verified);

/* eseutil /d, on a database with Checksums that is not attached: compares its pages with their
 * checksums (JET_errSLVReadVerifyFailure) or, with recompute, computes the checksums anew from the
 * pages. JET_errDatabaseDirtyShutdown: it was not detached cleanly. */
LONG EseDefragment(PCWSTR stm, PCWSTR edb, ULONG limitPages, BOOL recompute);

/* To be called after eseutil /createstm: discards the rows in the .edb, which describe the old
 * .stm. */
VOID EseForgetTables(PCWSTR edb);

VOID EseCount(PESE_DATABASE database, PESE_COUNTS counts);
