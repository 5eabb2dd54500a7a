/* ese_checksum.c - a checksum for each page of the .stm, kept beside the space map.
 *
 *     commit:  the pages are read once more, and their checksums noted   (EseSumRuns)
 *     backup:  a page is read and must have its checksum: else -613      (EseVerifyPage)
 *
 * The product keeps these in a table of the .edb, not in the page itself, so that a page is all
 * mail; a stale copy of either file does not fit the other. Here they lie beside the map. Reads of
 * a client by way of the driver are not verified: the engine does not see them.
 *
 * A page's sum is noted before the page becomes Committed, and stays until it is committed again;
 * so a reader that finds the page Committed before and after its read may trust the sum.
 */
#include "ese_internal.h"

#define SUM_SEED  0x89ABCDEFu
#define SUM_PRIME 16777619u

/* Our own formula. The page's number is part of it: a good page in another's place is bad. */
static ULONG SumOf(ULONG page, const ULONG *words)
{
    ULONG sum = SUM_SEED ^ page;
    ULONG i;

    for (i = 0; i < EXIFS_PAGE_SIZE / sizeof(ULONG); i++) {
        sum = (sum ^ words[i]) * SUM_PRIME;
        sum ^= sum >> 15;
    }
    return sum;
}

LONG EseReadAndSum(PESE_DATABASE database, ULONG page, PULONG sum)
{
    PULONG buffer = HeapAlloc(GetProcessHeap(), 0, EXIFS_PAGE_SIZE);
    ULONG64 offset = (ULONG64)page * EXIFS_PAGE_SIZE;
    LONG error = JET_errOutOfMemory;
    OVERLAPPED overlapped;
    DWORD got = 0;

    if (buffer == NULL) {
        return error;
    }
    ZeroMemory(&overlapped, sizeof(overlapped));
    overlapped.Offset = (DWORD)offset;
    overlapped.OffsetHigh = (DWORD)(offset >> 32);
    error = JET_errSLVFileIO;
    if (ReadFile(database->Reading, buffer, EXIFS_PAGE_SIZE, &got, &overlapped) &&
        got == EXIFS_PAGE_SIZE) {
        *sum = SumOf(page, buffer);
        error = JET_errSuccess;
    }
    (VOID) HeapFree(GetProcessHeap(), 0, buffer);
    return error;
}

LONG EseSumRuns(PESE_DATABASE database, const EXIFS_RUN *runs, ULONG count)
{
    LONG error = JET_errSuccess;
    ULONG i;
    ULONG page;

    if (database->Sums == NULL) {
        return JET_errSuccess;
    }
    for (i = 0; i < count && error == JET_errSuccess; i++) {
        if (runs[i].FirstPage >= database->Options.LimitPages ||
            runs[i].Pages > database->Options.LimitPages - runs[i].FirstPage) {
            return JET_errSLVEAListCorrupt;
        }
        for (page = runs[i].FirstPage;
             page < runs[i].FirstPage + runs[i].Pages && error == JET_errSuccess; page++) {
            error = EseReadAndSum(database, page, &database->Sums[page]);
        }
    }
    return error;
}

static BOOL IsCommitted(PESE_DATABASE database, ULONG page)
{
    BOOL is;

    EnterCriticalSection(&database->Lock);
    is = page < database->Size && database->Pages[page].State == EsePageCommitted;
    LeaveCriticalSection(&database->Lock);
    return is;
}

LONG EseVerifyPage(PESE_DATABASE database, ULONG page, PESE_VERIFIED verified)
{
    LONG error;

    ZeroMemory(verified, sizeof(*verified));
    if (!IsCommitted(database, page)) {
        return JET_errSuccess;
    }
    error = EseReadAndSum(database, page, &verified->Actual);
    verified->Kept = IsCommitted(database, page); /* FALSE: the page was deleted during the read. */
    if (error != JET_errSuccess || !verified->Kept || database->Sums == NULL) {
        return error;
    }
    verified->Expected = database->Sums[page];
    return verified->Actual == verified->Expected ? JET_errSuccess : JET_errSLVReadVerifyFailure;
}
