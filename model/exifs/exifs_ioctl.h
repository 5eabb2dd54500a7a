/* exifs_ioctl.h - the messages between ExIFS and the two processes it serves.
 *
 * The store registers a *root* (one mounted database) on a control handle, that is, a handle
 * opened on the bare device, and answers *upcalls* on it. A client turns another such handle into a
 * *stream* and then uses ReadFile and WriteFile on it. The conversation:
 *
 *     store                              driver                            client
 *     HANDSHAKE, REGISTER_ROOT  ------->  root alive
 *     GET_UPCALL (pends)        ------->
 *                                                  <------- OPEN_STREAM (or CREATE with a name)
 *                                                  <------- WriteFile: too few pages in reserve
 *                         <- RESERVE pages          (pends)
 *     REPLY {runs}              ------->  pages -> list -> the .stm -> completes WriteFile ------->
 *     COMMIT {file id}          ------->  Reserved -> Committed, answers with the EA list
 *
 * Every struct has one layout on i686 and x86-64: fixed-width fields, natural alignment, addresses
 * as ULONG64. Data inside a struct (the runs) is captured by the I/O manager and therefore right in
 * every context. An *address* is right in one process only: the lending table and the grant are the
 * store's, the file block is the client's. Those three are where versions of the driver differ, and
 * only under heavy load.
 *
 * This header serves both sides: control codes have their parts from the includer's own door,
 * <ntifs.h> or <windows.h>. A driver includes <ntifs.h> first.
 */
#pragma once
#include <ntdef.h>

#define EXIFS_DEVICE_NAME L"\\Device\\ExIfs"
#define EXIFS_LINK_NAME   L"\\??\\BackOfficeStorage"
#define EXIFS_WIN32_NAME  L"\\\\.\\BackOfficeStorage"

#define EXIFS_PAGE_SIZE       4096u
#define EXIFS_WRITE_BYTES_MAX 32768u /* Bytes of a WriteFile: 8 pages, the product's longest I/O. */
#define EXIFS_RUNS_MAX        16u    /* Runs that fit an EA list; a longer file goes by its id. */
#define EXIFS_NAME_CHARS      32u    /* Name of a root or a stream, with its zero. */
#define EXIFS_PATH_CHARS      64u
#define EXIFS_BUILD_CHARS     16u
#define EXIFS_LENT_MAX        64u /* Entries of a lending table; a claim word each in the driver. */
#define EXIFS_PAGES_MAX       131072u /* Pages of a root: 512 MiB; a byte of state each. */

/* ---- Statuses. The customer bit makes them pass to GetLastError() as they are. --------------- */

/* The driver's own statuses carry the engine's number: EXIFS_STATUS(2229) is JET error -2229. */
#define EXIFS_STATUS_BASE    0xE0000000u
#define EXIFS_STATUS(number) ((LONG)(EXIFS_STATUS_BASE | (ULONG)(number)))

#define EXIFS_STATUS_NOT_FREE           EXIFS_STATUS(2213) /* A page moved out of a state ... */
#define EXIFS_STATUS_NOT_RESERVED       EXIFS_STATUS(2214) /* ... it is not in. */
#define EXIFS_STATUS_NOT_COMMITTED      EXIFS_STATUS(2215)
#define EXIFS_STATUS_NOT_DELETED        EXIFS_STATUS(2216)
#define EXIFS_STATUS_ROOT_STILL_OPEN    EXIFS_STATUS(2218)
#define EXIFS_STATUS_EA_LIST_CORRUPT    EXIFS_STATUS(2220)
#define EXIFS_STATUS_ROOT_NOT_SPECIFIED EXIFS_STATUS(2221)
#define EXIFS_STATUS_ROOT_PATH_INVALID  EXIFS_STATUS(2222)
#define EXIFS_STATUS_FILE_STALE         EXIFS_STATUS(2229) /* Wrong generation, or a dead root. */
#define EXIFS_STATUS_FILE_IN_USE        EXIFS_STATUS(2230)
#define EXIFS_STATUS_STM_FULL           EXIFS_STATUS(2233)
#define EXIFS_STATUS_ACCESS_DENIED      EXIFS_STATUS(2235) /* A write to a committed stream. */
#define EXIFS_STATUS_FILE_NOT_FOUND     EXIFS_STATUS(2236)
#define EXIFS_STATUS_FILE_UNKNOWN       EXIFS_STATUS(2237)
#define EXIFS_STATUS_EA_LIST_TOO_BIG    EXIFS_STATUS(2238)
#define EXIFS_STATUS_VERSION_MISMATCH   EXIFS_STATUS(2239)

/* ---- Control codes --------------------------------------------------------------------------- */

#define EXIFS_CODE(function) \
    CTL_CODE(FILE_DEVICE_FILE_SYSTEM, function, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define IOCTL_EXIFS_HANDSHAKE       EXIFS_CODE(0x900) /* EXIFS_HANDSHAKE in and out. */
#define IOCTL_EXIFS_REGISTER_ROOT   EXIFS_CODE(0x901) /* EXIFS_REGISTER -> EXIFS_ROOT_ID. */
#define IOCTL_EXIFS_UNREGISTER_ROOT EXIFS_CODE(0x902) /* EXIFS_ROOT_ID. */
#define IOCTL_EXIFS_GET_UPCALL      EXIFS_CODE(0x903) /* -> EXIFS_UPCALL; pends, cancelable. */
#define IOCTL_EXIFS_REPLY           EXIFS_CODE(0x904) /* EXIFS_REPLY. */
#define IOCTL_EXIFS_OPEN_STREAM     EXIFS_CODE(0x905) /* EXIFS_OPEN -> EXIFS_STREAM_ID; may pend. */
#define IOCTL_EXIFS_SET_BLOCK       EXIFS_CODE(0x906) /* EXIFS_SET_BLOCK, on a stream. */
#define IOCTL_EXIFS_QUERY_RUNS      EXIFS_CODE(0x907) /* EXIFS_QUERY -> EXIFS_EA_LIST. */
#define IOCTL_EXIFS_COMMIT          EXIFS_CODE(0x908) /* EXIFS_QUERY -> EXIFS_EA_LIST, by owner. */
#define IOCTL_EXIFS_DELETE          EXIFS_CODE(0x909) /* EXIFS_EA_LIST: Committed -> Deleted. */
#define IOCTL_EXIFS_RECLAIM         EXIFS_CODE(0x90A) /* EXIFS_EA_LIST: Deleted -> Free. */
#define IOCTL_EXIFS_QUERY_STATS     EXIFS_CODE(0x90B) /* -> EXIFS_STATS. */
#define IOCTL_EXIFS_SET_ASIDE       EXIFS_CODE(0x90C) /* EXIFS_SET_ASIDE, on a new stream; pends. */
#define IOCTL_EXIFS_REPLY_LIST      EXIFS_CODE(0x90D) /* EXIFS_LIST_REPLY. */

/* ---- Runs, and lists of them ----------------------------------------------------------------- */

typedef struct _EXIFS_RUN {
    ULONG FirstPage;
    ULONG Pages;
} EXIFS_RUN, *PEXIFS_RUN;

/* A stream's place in the .stm: the scatter list that goes with a message. RunCount counts all
 * runs of the stream; Runs holds those from FirstRun on, at most EXIFS_RUNS_MAX. */
typedef struct _EXIFS_EA_LIST {
    ULONG RootId;
    ULONG FileId;
    ULONG Generation;
    ULONG FirstRun;
    ULONG RunCount;
    ULONG Reserved;
    ULONG64 Length; /* Bytes. */
    EXIFS_RUN Runs[EXIFS_RUNS_MAX];
} EXIFS_EA_LIST, *PEXIFS_EA_LIST;

/* ---- The control conversation ---------------------------------------------------------------- */

typedef struct _EXIFS_HANDSHAKE {
    /* In: number of the engine's interface. Out: of the provider's. A lower provider is refused
     * (-2239). */
    ULONG Interface;
    ULONG Reserved;
    WCHAR Build[EXIFS_BUILD_CHARS];
} EXIFS_HANDSHAKE, *PEXIFS_HANDSHAKE;

typedef struct _EXIFS_REGISTER {
    WCHAR Name[EXIFS_NAME_CHARS];    /* Name of the root; case-insensitive. */
    WCHAR StmPath[EXIFS_PATH_CHARS]; /* NT form: \??\C:\Exchsrvr\Mdbdata\priv1.stm. Must exist. */
    ULONG64 LendingTable;            /* Address in the store of EXIFS_LENT[LendingCount], or 0. */
    ULONG LendingCount;
    ULONG TotalPages;       /* Limit to which the .stm may grow; no page beyond it is accepted. */
    ULONG LowWaterPages;    /* Below this much in reserve, ask for more ahead of need. */
    ULONG ReserveUnitPages; /* Pages asked for at a time. */
    /* Unfetched RESERVE upcalls that make the driver help itself; 0 never. */
    ULONG ImpatienceDepth;
    ULONG Reserved;
} EXIFS_REGISTER, *PEXIFS_REGISTER;

typedef struct _EXIFS_ROOT_ID {
    ULONG RootId;
    ULONG Generation; /* New with every registration; never used twice. */
} EXIFS_ROOT_ID, *PEXIFS_ROOT_ID;

typedef enum _EXIFS_UPCALL_KIND {
    /* Wanted: Pages, of which the waiting file will take FilePages. REPLY. */
    ExifsUpcallReserve = 1,
    ExifsUpcallOpen = 2,    /* Wanted: the EA list of the stream called Name. REPLY. */
    ExifsUpcallRelease = 3, /* Runs come back from a file closed without commit. No reply. */
    /* Wanted: the streams that have names, from number Pages on. REPLY_LIST. */
    ExifsUpcallList = 4
} EXIFS_UPCALL_KIND;

typedef struct _EXIFS_UPCALL {
    ULONG Serial; /* Number to be repeated in the REPLY; 0 for a RELEASE. */
    ULONG Kind;
    ULONG RootId;
    ULONG FileId; /* Stream that needs the pages; 0: none, the root asks ahead of need. */
    ULONG Generation;
    ULONG Pages;
    ULONG FilePages;
    ULONG RunCount;
    ULONG64 BlockAddress; /* RESERVE: the waiting client's file block, in the CLIENT. */
    WCHAR Name[EXIFS_NAME_CHARS];
    EXIFS_RUN Runs[EXIFS_RUNS_MAX];
} EXIFS_UPCALL, *PEXIFS_UPCALL;

typedef struct _EXIFS_REPLY {
    ULONG Serial;
    LONG Status;  /* 0, or EXIFS_STATUS(number): what the waiting client gets. */
    ULONG FileId; /* OPEN: the stream's. */
    ULONG RunCount;
    ULONG64 Length;       /* OPEN: the stream's, in bytes. */
    ULONG64 GrantAddress; /* RESERVE: an EXIFS_GRANT in the STORE, ready for the client; or 0. */
    EXIFS_RUN Runs[EXIFS_RUNS_MAX];
} EXIFS_REPLY, *PEXIFS_REPLY;

/* A stream in a directory. Index: its number, rising, and the same for as long as it has the
 * name. */
typedef struct _EXIFS_LIST_ENTRY {
    ULONG64 Length;
    ULONG FileId;
    ULONG Index;
    WCHAR Name[EXIFS_NAME_CHARS];
} EXIFS_LIST_ENTRY, *PEXIFS_LIST_ENTRY;

#define EXIFS_LIST_MAX       8u      /* Entries of one answer. */
#define EXIFS_LIST_INDEX_MAX 0xFFFFu /* Numbers are below it. */

typedef struct _EXIFS_LIST_REPLY {
    ULONG Serial;
    ULONG Count; /* 0: there are no more. */
    EXIFS_LIST_ENTRY Entries[EXIFS_LIST_MAX];
} EXIFS_LIST_REPLY, *PEXIFS_LIST_REPLY;

typedef enum _EXIFS_DISPOSITION {
    ExifsCreateNew = 1,   /* A new, empty stream, invisible to others until it is committed. */
    ExifsOpenExisting = 2 /* A committed one, to read; the store is asked where it lies. */
} EXIFS_DISPOSITION;

typedef struct _EXIFS_OPEN {
    WCHAR Root[EXIFS_NAME_CHARS];
    WCHAR Name[EXIFS_NAME_CHARS];
    ULONG Disposition;
    ULONG Reserved;
} EXIFS_OPEN, *PEXIFS_OPEN;

typedef struct _EXIFS_STREAM_ID {
    ULONG RootId;
    ULONG FileId;
    ULONG Generation;
    ULONG Reserved;
    ULONG64 Length;
} EXIFS_STREAM_ID, *PEXIFS_STREAM_ID;

typedef struct _EXIFS_SET_BLOCK {
    ULONG64 BlockAddress; /* Address in the client of an EXIFS_FILE_BLOCK; 0 takes it away. */
} EXIFS_SET_BLOCK, *PEXIFS_SET_BLOCK;

/* Request for room for a conversion, before anything is written; the store supplies it. */
typedef struct _EXIFS_SET_ASIDE {
    ULONG Pages; /* 1 to EXIFS_ASIDE_PAGES_MAX. */
    ULONG Reserved;
} EXIFS_SET_ASIDE, *PEXIFS_SET_ASIDE;

#define EXIFS_ASIDE_PAGES_MAX 512u /* 2 MiB: a chunk of the space map. */

/* Names a stream. On a stream handle only FirstRun counts; on a control handle the file must be
 * open. */
typedef struct _EXIFS_QUERY {
    ULONG RootId;
    ULONG FileId;
    ULONG Generation;
    ULONG FirstRun;
} EXIFS_QUERY, *PEXIFS_QUERY;

typedef struct _EXIFS_STATS {
    ULONG Roots;          /* Roots, alive or dead, that a handle or a file holds. */
    ULONG Files;          /* Open streams. */
    ULONG Requests;       /* Requests waiting for a REPLY. */
    ULONG UpcallsQueued;  /* Upcalls not yet fetched. */
    ULONG UpcallsFetched; /* Upcalls fetched and not yet answered. */
    ULONG PagesInReserve; /* Pages granted to a root and not yet taken by a file. */
    ULONG Nodes;          /* Pool blocks tagged AuxL. */
    ULONG FilesBorrowed;  /* Files with a loan in the store. */
    ULONG FilesPosted;    /* Files with a grant or receipt in a client's file block. */
    ULONG Reserved;
} EXIFS_STATS, *PEXIFS_STATS;

/* ---- What lies in user memory and is written across processes -------------------------------- */

typedef enum _EXIFS_LENT_STATE {
    ExifsLentEmpty = 0, /* Holds no pages. */
    ExifsLentSpare = 1, /* Holds pages the driver may lend. */
    ExifsLentOut = 2    /* Lent to Owner. */
} EXIFS_LENT_STATE;

/* A link inside exposed memory: forward from where the memory begins. 31 bits, so that a link that
 * was overwritten still names a user address; one that does not exist, most likely. */
#define EXIFS_OFFSET(link) ((SIZE_T)((link)&0x7FFFFFFFu))

/* An entry of the lending table, in the STORE. The driver goes by index; ese.dll by Next. */
typedef struct _EXIFS_LENT {
    ULONG State;
    ULONG Generation;
    ULONG FirstPage;
    ULONG Next; /* EXIFS_OFFSET from the table to the next entry; 0 ends the chain. */
    ULONG Pages;
    ULONG Check; /* ExifsCheckWords over the other words. */
    ULONG Owner; /* FileId of the borrower. */
    ULONG Index;
    ULONG Reserved[8];
} EXIFS_LENT, *PEXIFS_LENT;

/* News of pages, as a client reads it in its file block. RunsOffset: offset of the runs from the
 * beginning of the block, which is that of Runs if all went well. */
typedef struct _EXIFS_GRANT {
    ULONG RunsOffset;
    ULONG RunCount;
    ULONG Pages;
    ULONG Reserved;
    EXIFS_RUN Runs[4];
} EXIFS_GRANT, *PEXIFS_GRANT;

#define EXIFS_GRANT_RUNS 4u

#define EXIFS_BLOCK_POSTED  0x1u /* A reply posted this grant. */
#define EXIFS_BLOCK_RECEIPT 0x2u /* The grant was borrowed from the lending table. */
#define EXIFS_BLOCK_STALE   0x4u /* The root died: what the block says is void. */

/* The file block, in the CLIENT: 64 bytes the driver writes to save it a QUERY_RUNS. */
typedef struct _EXIFS_FILE_BLOCK {
    ULONG Generation;
    ULONG FileId;
    ULONG Flags;
    ULONG Check; /* ExifsCheckWords over the other words; what the old driver posts has none. */
    EXIFS_GRANT Grant;
} EXIFS_FILE_BLOCK, *PEXIFS_FILE_BLOCK;

_Static_assert(sizeof(EXIFS_EA_LIST) == 160, "one layout on every compiler");
_Static_assert(sizeof(EXIFS_REGISTER) == 224, "one layout on every compiler");
_Static_assert(sizeof(EXIFS_UPCALL) == 232, "one layout on every compiler");
_Static_assert(sizeof(EXIFS_REPLY) == 160, "one layout on every compiler");
_Static_assert(sizeof(EXIFS_LIST_REPLY) == 648, "one layout on every compiler");
_Static_assert(sizeof(EXIFS_OPEN) == 136, "one layout on every compiler");
_Static_assert(sizeof(EXIFS_LENT) == 64, "a lending entry and a file block are the same size");
_Static_assert(sizeof(EXIFS_FILE_BLOCK) == 64,
               "a lending entry and a file block are the same size");

/* The check over a 64-byte block of 16 words whose word number `skip` is the check itself. */
static inline ULONG ExifsCheckWords(const ULONG *words, ULONG skip)
{
    ULONG check = 0x45784946u; /* "FIxE": an all-zero block does not pass. */
    ULONG i;

    for (i = 0; i < 16; i++) {
        if (i != skip) {
            check = ((check << 5) | (check >> 27)) ^ words[i];
        }
    }
    return check;
}

#define EXIFS_LENT_CHECK_WORD   5u
#define EXIFS_BLOCK_CHECK_WORD  3u
#define EXIFS_BLOCK_RUNS_OFFSET 32u /* Offset of Grant.Runs in a file block. */
