/* ese_space.c - the space map of the .stm: who may have which page.
 *
 *     Free --reserve--> Reserved --commit--> Committed --delete--> Deleted --reclaim--> Free
 *       ^---- give back ----'
 *
 * The product keeps this in two trees of the .edb; here it is two bytes a page. Every illegal edge
 * has its own error, as the engine's list of errors has it.
 *
 * Reserved pages are with the driver, or in the lending table. Old builds do not know which: a
 * page that comes back is Free, even if the lending table still offers it. The hotfix keeps an
 * owner with each.
 */
#include "ese_internal.h"

#define BIT(state) (1u << (state))

static const UCHAR Legal[EsePageStates] = {
    [EsePageFree] = BIT(EsePageReserved),
    [EsePageReserved] = BIT(EsePageCommitted) | BIT(EsePageFree),
    [EsePageCommitted] = BIT(EsePageDeleted),
    [EsePageDeleted] = BIT(EsePageFree),
};

static const LONG NotIn[EsePageStates] = {
    [EsePageFree] = JET_errSLVPagesNotFree,
    [EsePageReserved] = JET_errSLVPagesNotReserved,
    [EsePageCommitted] = JET_errSLVPagesNotCommitted,
    [EsePageDeleted] = JET_errSLVPagesNotDeleted,
};

static LONG CheckRun(PESE_DATABASE database, const EXIFS_RUN *run, ESE_PAGE_STATE from)
{
    ULONG i;

    if (run->Pages == 0 || run->FirstPage >= database->Size ||
        run->Pages > database->Size - run->FirstPage) {
        return JET_errSLVEAListCorrupt;
    }
    for (i = 0; i < run->Pages; i++) {
        if (database->Pages[run->FirstPage + i].State != from) {
            return NotIn[from];
        }
    }
    return JET_errSuccess;
}

LONG EseMoveRuns(PESE_DATABASE database, const EXIFS_RUN *runs, ULONG count, ESE_PAGE_STATE from,
                 ESE_PAGE_STATE to)
{
    ULONG i;
    ULONG page;

    if ((Legal[from] & BIT(to)) == 0) {
        return NotIn[from];
    }
    for (i = 0; i < count; i++) {
        LONG error = CheckRun(database, &runs[i], from);

        if (error != JET_errSuccess) {
            return error;
        }
    }
    for (i = 0; i < count; i++) {
        for (page = 0; page < runs[i].Pages; page++) {
            PESE_PAGE moved = &database->Pages[runs[i].FirstPage + page];

            database->InState[moved->State]--; /* Runs of one list may overlap. */
            database->InState[to]++;
            moved->State = (UCHAR)to;
        }
        if (to != EsePageReserved) {
            EseSetOwner(database, &runs[i], ESE_OWNER_NOBODY);
        }
    }
    return JET_errSuccess;
}

VOID EseSetOwner(PESE_DATABASE database, const EXIFS_RUN *run, ULONG owner)
{
    ULONG i;

    for (i = 0; i < run->Pages; i++) {
        database->Pages[run->FirstPage + i].Owner = (UCHAR)owner;
    }
}

/* ---- Reserving ------------------------------------------------------------------------------- */

static BOOL Grow(PESE_DATABASE database)
{
    ULONG size = database->Size + database->Options.GrowPages;
    LARGE_INTEGER end;

    if (size > database->Options.LimitPages) {
        size = database->Options.LimitPages;
    }
    if (size == database->Size) {
        return FALSE;
    }
    end.QuadPart = (LONGLONG)size * (LONGLONG)EXIFS_PAGE_SIZE;
    if (!SetFilePointerEx(database->Stm, end, NULL, FILE_BEGIN) || !SetEndOfFile(database->Stm)) {
        return FALSE;
    }
    database->InState[EsePageFree] += size - database->Size;
    database->Rover = database->Size;
    database->Size = size;
    return TRUE;
}

/* The next run of free pages, at most `wanted`, looking at each page once: *seen counts them. */
static BOOL NextFree(PESE_DATABASE database, ULONG wanted, PULONG seen, PEXIFS_RUN run)
{
    run->Pages = 0;
    while (*seen < database->Size) {
        ULONG page = database->Rover;
        BOOL free = database->Pages[page].State == EsePageFree;

        if (!free && run->Pages != 0) {
            return TRUE;
        }
        if (free && run->Pages == 0) {
            run->FirstPage = page;
        }
        run->Pages += free ? 1u : 0u;
        database->Rover = page + 1 == database->Size ? 0 : page + 1;
        (*seen)++;
        if (run->Pages != 0 && (run->Pages == wanted || database->Rover == 0)) {
            return TRUE;
        }
    }
    return run->Pages != 0;
}

LONG EseReserve(PESE_DATABASE database, ULONG wanted, ULONG least, ULONG owner, PEXIFS_RUN runs,
                PULONG count)
{
    ULONG pages = 0;
    ULONG seen = 0;
    ULONG i;

    *count = 0;
    while (pages < wanted && *count < EXIFS_RUNS_MAX) {
        if (NextFree(database, wanted - pages, &seen, &runs[*count])) {
            pages += runs[(*count)++].Pages;
        } else if (!Grow(database)) { /* The search goes on in the pages that Grow adds. */
            break;
        }
    }
    if (pages == 0 || pages < least) {
        return JET_errSLVStreamingFileFull;
    }
    for (i = 0; i < *count; i++) {
        (VOID) EseMoveRuns(database, &runs[i], 1, EsePageFree, EsePageReserved);
        EseSetOwner(database, &runs[i], owner);
    }
    return JET_errSuccess;
}

/* TRUE: the run is on loan. The driver commits a borrowing file and gives its spare pages back
 * before the committing thread settles the loan here. */
static BOOL IsLent(PESE_DATABASE database, const EXIFS_RUN *run)
{
    ULONG i;

    for (i = 0; i < run->Pages; i++) {
        ULONG owner = database->Pages[run->FirstPage + i].Owner;

        if (owner < ESE_OWNER_LENT || owner >= ESE_OWNER_LENT + EXIFS_LENT_MAX) {
            return FALSE;
        }
    }
    return TRUE;
}

LONG EseGiveBack(PESE_DATABASE database, const EXIFS_RUN *run)
{
    LONG error = CheckRun(database, run, EsePageReserved);
    ULONG i;

    if (error == JET_errSuccess && database->Ese->Version->CountsByOwner && IsLent(database, run)) {
        EseSetOwner(database, run, ESE_OWNER_EARLY);
        return JET_errSuccess;
    }
    for (i = 0; error == JET_errSuccess && database->Ese->Version->CountsByOwner && i < run->Pages;
         i++) {
        if (database->Pages[run->FirstPage + i].Owner != ESE_OWNER_EXIFS) {
            /* The driver does not have the page, and cannot give it back. */
            error = JET_errSLVPagesNotReserved;
        }
    }
    if (error != JET_errSuccess) {
        database->Refused++;
        return error;
    }
    return EseMoveRuns(database, run, 1, EsePageReserved, EsePageFree);
}

VOID EseCountPages(PESE_DATABASE database, PESE_COUNTS counts)
{
    counts->FreePages = database->InState[EsePageFree];
    counts->ReservedPages = database->InState[EsePageReserved];
    counts->CommittedPages = database->InState[EsePageCommitted];
    counts->DeletedPages = database->InState[EsePageDeleted];
}
