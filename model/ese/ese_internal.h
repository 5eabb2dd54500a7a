/* ese_internal.h - what the files of ese.dll share. */
#pragma once
#include <windows.h>
#include "ese.h"
#include "ese_format.h"
#include "ese_look.h"

/* The behaviours in which builds of ese.dll differ. */
typedef struct _ESE_VERSION {
    WCHAR Build[EXIFS_BUILD_CHARS];
    ULONG Interface; /* Lowest interface number of a driver it works with. */
    /* Walks the lending table by its own links; else by index, with a private copy. */
    BOOL TrustsTable;
    /* TRUE: the owner of each reserved page is known; FALSE: only that it is reserved. */
    BOOL CountsByOwner;
} ESE_VERSION;

const ESE_VERSION *EseFindVersion(PCWSTR build);

#define ESE_OWNER_NOBODY 0u
#define ESE_OWNER_EXIFS  1u /* Handed to the driver. */
#define ESE_OWNER_LENT   2u /* Page in the lending table: this plus the entry's index. */

/* State and owner of a page of the .stm: ESE_PAGE_STATE, ESE_OWNER_. */
typedef struct _ESE_PAGE {
    UCHAR State;
    UCHAR Owner;
} ESE_PAGE, *PESE_PAGE;

/* Committed before the root was registered: the driver's map, which begins anew, has it Free. */
#define ESE_OWNER_BEFORE 255u

/* Lent, and given back by the driver before the loan it was part of was settled here. */
#define ESE_OWNER_EARLY 254u

_Static_assert(ESE_OWNER_LENT + EXIFS_LENT_MAX <= ESE_OWNER_EARLY, "an owner is a byte");

struct _ESE {
    const ESE_VERSION *Version;
    PIFSPROXY Proxy;
    CRITICAL_SECTION Lock; /* Guards the list, and the Users of each. */
    PESE_DATABASE Databases;
};

struct _ESE_DATABASE {
    PESE_DATABASE Next;
    PESE Ese;
    ULONG Users; /* Proxy threads that are in EseServe; guarded by the engine's lock. */
    EXIFS_ROOT_ID Root;
    /* The strings are the caller's; after the attach only TablePath is looked at. */
    ESE_OPTIONS Options;
    HANDLE Stm;
    /* Second handle of the .stm, for reads: a read moves a handle's position, and SetEndOfFile cuts
     * at that of Stm. */
    HANDLE Reading;

    CRITICAL_SECTION LogLock; /* Guards the log. */
    HANDLE Log;
    PUCHAR LogBuffer; /* Exposed: one record, or a piece of a new log file. */
    ULONG LogFill;    /* Bytes in LogBuffer that are not on the disk yet. */
    BOOL LogDeletes;  /* TRUE: a deletion is among these bytes. */
    ULONG LogOffset;
    ULONG LogGeneration;
    ULONG LogRecords;
    /* The messages as the log has them: the oldest row first, holes where RunCount is 0. A row
     * changes where its record is logged, so that rows and log always agree. */
    PESE_ROW Rows;
    ULONG RowFirst, RowEnd, RowCount; /* RowCount: without holes. */
    /* Number of this life, in each record: records of earlier lives are void. */
    ULONG Life;
    ULONG TableSerial; /* Serial of the tables that were written last. */

    CRITICAL_SECTION Lock; /* Guards all below. */
    PESE_PAGE Pages; /* Options.LimitPages of them; those from Size on are not in the file yet. */
    ULONG Size;
    /* Checksum per page, filled before the page becomes Committed; NULL: none are kept. */
    PULONG Sums;
    ULONG InState[EsePageStates]; /* Number of pages in each state, Size together. */
    ULONG Rover;                  /* Page at which the next search for free pages begins. */
    ULONG Repaired;
    ULONG Refused;
    PUCHAR Table; /* Exposed: EXIFS_LENT[Options.LendingCount]. */
    /* Run each lending entry holds, by the engine's own books; Pages 0: none. */
    EXIFS_RUN Lent[EXIFS_LENT_MAX];
};

/* ---- ese_log.c ------------------------------------------------------------------------------- */

#define ESE_LOG_BUFFER_BYTES 65536u

/* A commit or a reservation is durable when it returns; other records go to the disk with the next
 * of those, or when EseWriteDeletions asks for it. Callers wait while a new log file is being
 * formatted. */
LONG EseLog(PESE_DATABASE database, ESE_LOG_KIND kind, const EXIFS_EA_LIST *ea);

/* EseLog for a record with all runs of the stream and the name of its row. */
LONG EseLogRuns(PESE_DATABASE database, ESE_LOG_KIND kind, PCWSTR name, const EXIFS_EA_LIST *ea,
                const EXIFS_RUN *runs, ULONG count);

/* Every deletion that was logged is on the disk when it returns. */
LONG EseWriteDeletions(PESE_DATABASE database);

ULONG EseRecordCheck(const ESE_LOG_RECORD *record);

/* ---- ese_rows.c (log lock held) -------------------------------------------------------------- */

/* Changes the rows as a logged record says and, in a replay, the checksums too. */
VOID EseApplyRecord(PESE_DATABASE database, const ESE_LOG_RECORD *record, BOOL replay);
BOOL EseHasRoom(PESE_DATABASE database, const ESE_LOG_RECORD *record);
VOID EsePackRows(PESE_DATABASE database); /* Moves the rows to 0..RowCount: no holes remain. */
/* Sets the map by the rows (Lock held, too). */
VOID EseMapRows(PESE_DATABASE database);

/* ---- ese_replay.c (log lock held) ------------------------------------------------------------ */

/* Redoes the records of this life with numbers above `after`. */
LONG EseReplay(PESE_DATABASE database, ULONG after);

/* ---- ese_space.c: the map (lock held) -------------------------------------------------------- */

/* The one function that changes a page's state. All of the runs move, or none. */
LONG EseMoveRuns(PESE_DATABASE database, const EXIFS_RUN *runs, ULONG count, ESE_PAGE_STATE from,
                 ESE_PAGE_STATE to);
VOID EseSetOwner(PESE_DATABASE database, const EXIFS_RUN *run, ULONG owner);

/* Free -> Reserved: `wanted` pages in at most EXIFS_RUNS_MAX runs, or fewer, but not fewer than
 * `least`. Grows the file if it must. */
LONG EseReserve(PESE_DATABASE database, ULONG wanted, ULONG least, ULONG owner, PEXIFS_RUN runs,
                PULONG count);

/* Reserved -> Free, for pages that come back. */
LONG EseGiveBack(PESE_DATABASE database, const EXIFS_RUN *run);
VOID EseCountPages(PESE_DATABASE database, PESE_COUNTS counts);

/* ---- ese_checksum.c -------------------------------------------------------------------------- */

/* Reads pages and notes their checksums, before they become Committed. No lock is held. */
LONG EseSumRuns(PESE_DATABASE database, const EXIFS_RUN *runs, ULONG count);
LONG EseReadAndSum(PESE_DATABASE database, ULONG page, PULONG sum);

/* ---- ese_tables.c: what lasts of a database (log lock held) ---------------------------------- */

/* Reads the rows of the life before from the .edb and the log, and begins a new life. */
LONG EseLoadTables(PESE_DATABASE database);
/* Writes a checkpoint. clean: the database is detached, and eseutil may open it. */
LONG EseSaveTables(PESE_DATABASE database, BOOL clean);

/* ---- ese_lending.c: the table the driver borrows from (lock held) ---------------------------- */

VOID EseInitializeTable(PESE_DATABASE database);
/* Puts pages into every entry that holds none. */
VOID EseRefillTable(PESE_DATABASE database);
/* A file was committed: what it borrowed is its own, and the entry empty. */
VOID EseSettleLoans(PESE_DATABASE database, ULONG fileId, const EXIFS_RUN *runs, ULONG count);
ULONG EseCountLentOut(PESE_DATABASE database);
