/* ese_rows.c - the rows: where each message lies, as the log has it.
 *
 *     commit --> a row (or several, for a stream of more runs than a list holds)
 *     delete --> the row is gone; its place is a hole until the rows are packed
 *
 * A record changes the rows when it is in the log, and a replay changes them in the same way; so
 * the rows always equal the result of a recovery from the log. The map is ahead of them where pages
 * are reserved, and behind where a commit is on its way from the log to the driver. Pages that no
 * row names are Free in the next life.
 */
#include "ese_internal.h"

#define OLD_FILE 0x80000000u /* Bit of the file ids of an earlier life: the driver counts from 1. */

VOID EsePackRows(PESE_DATABASE database)
{
    ULONG to = 0;
    ULONG i;

    for (i = database->RowFirst; i < database->RowEnd; i++) {
        if (database->Rows[i].Ea.RunCount != 0) {
            if (to != i) {
                database->Rows[to] = database->Rows[i];
            }
            to++;
        }
    }
    database->RowFirst = 0;
    database->RowEnd = to;
}

/* The row that begins at a page: each page is in one row at most. */
static PESE_ROW FindRow(PESE_DATABASE database, ULONG firstPage)
{
    ULONG i;

    for (i = database->RowFirst; i < database->RowEnd; i++) {
        PESE_ROW row = &database->Rows[i];

        if (row->Ea.RunCount != 0 && row->Ea.Runs[0].FirstPage == firstPage) {
            return row;
        }
    }
    return NULL;
}

static PESE_ROW NewRow(PESE_DATABASE database)
{
    if (database->RowEnd == ESE_ROWS_MAX) {
        EsePackRows(database);
    }
    if (database->RowEnd == ESE_ROWS_MAX) {
        return NULL;
    }
    database->RowCount++;
    return &database->Rows[database->RowEnd++];
}

static VOID AddRow(PESE_DATABASE database, const ESE_LOG_RECORD *record, const EXIFS_RUN *runs,
                   ULONG count)
{
    PESE_ROW row = FindRow(database, runs[0].FirstPage); /* Not NULL: a second commit. */

    if (row == NULL) {
        row = NewRow(database);
    }
    if (row == NULL) {
        return;
    }
    ZeroMemory(row, sizeof(*row));
    CopyMemory(row->Name, record->Name, sizeof(row->Name));
    row->Ea = record->Ea;
    row->Ea.FirstRun = 0;
    row->Ea.RunCount = count;
    ZeroMemory(row->Ea.Runs, sizeof(row->Ea.Runs));
    CopyMemory(row->Ea.Runs, runs, count * sizeof(*runs));
}

static VOID RemoveRow(PESE_DATABASE database, ULONG firstPage)
{
    PESE_ROW row = FindRow(database, firstPage);

    if (row == NULL) {
        return; /* A temporary stream has no row. */
    }
    row->Ea.RunCount = 0;
    database->RowCount--;
    while (database->RowFirst < database->RowEnd &&
           database->Rows[database->RowFirst].Ea.RunCount == 0) {
        database->RowFirst++;
    }
}

static VOID KeepSums(PESE_DATABASE database, const ESE_LOG_RECORD *record, const EXIFS_RUN *runs)
{
    const ULONG *sums = (const ULONG *)(runs + record->RunCount);
    ULONG left = record->SumCount;
    ULONG i;
    ULONG page;

    for (i = 0; i < record->RunCount; i++) {
        for (page = 0; page < runs[i].Pages && left != 0; page++, left--, sums++) {
            if (runs[i].FirstPage + page < database->Options.LimitPages) {
                database->Sums[runs[i].FirstPage + page] = *sums;
            }
        }
    }
}

VOID EseApplyRecord(PESE_DATABASE database, const ESE_LOG_RECORD *record, BOOL replay)
{
    const EXIFS_RUN *runs = (const EXIFS_RUN *)(record + 1);
    ULONG done;

    if (record->RunCount == 0) {
        return;
    }
    for (done = 0; record->Kind == EseLogDelete && done < record->RunCount;
         done += EXIFS_RUNS_MAX) {
        RemoveRow(database, runs[done].FirstPage);
    }
    if (record->Kind != EseLogCommit || record->Name[0] == 0) {
        return;
    }
    for (done = 0; done < record->RunCount; done += EXIFS_RUNS_MAX) {
        ULONG rest = record->RunCount - done;

        AddRow(database, record, runs + done, rest < EXIFS_RUNS_MAX ? rest : EXIFS_RUNS_MAX);
    }
    if (replay && database->Sums != NULL) {
        KeepSums(database, record, runs);
    }
}

BOOL EseHasRoom(PESE_DATABASE database, const ESE_LOG_RECORD *record)
{
    ULONG rows = (record->RunCount + EXIFS_RUNS_MAX - 1) / EXIFS_RUNS_MAX;

    return record->Kind != EseLogCommit || record->Name[0] == 0 ||
           database->RowCount + rows <= ESE_ROWS_MAX;
}

/* ---- The next life --------------------------------------------------------------------------- */

static VOID MapRun(PESE_DATABASE database, const EXIFS_RUN *run)
{
    ULONG page;

    for (page = run->FirstPage;
         page < database->Options.LimitPages && page - run->FirstPage < run->Pages; page++) {
        database->Pages[page].State = EsePageCommitted;
        database->Pages[page].Owner = ESE_OWNER_BEFORE;
        if (page >= database->Size) { /* The file grew after the last checkpoint. */
            database->Size = page + 1;
        }
    }
}

VOID EseMapRows(PESE_DATABASE database)
{
    ULONG i;
    ULONG k;

    for (i = database->RowFirst; i < database->RowEnd; i++) {
        for (k = 0; k < database->Rows[i].Ea.RunCount; k++) {
            MapRun(database, &database->Rows[i].Ea.Runs[k]);
        }
    }
    ZeroMemory(database->InState, sizeof(database->InState));
    for (i = 0; i < database->Size; i++) {
        database->InState[database->Pages[i].State]++;
    }
}

BOOL EseGetRow(PESE_DATABASE database, ULONG number, PESE_ROW row)
{
    BOOL found = FALSE;

    EnterCriticalSection(&database->LogLock);
    if (number < database->RowCount) {
        EsePackRows(database);
        *row = database->Rows[number];
        row->Ea.RootId = database->Root.RootId;
        row->Ea.Generation = database->Root.Generation;
        row->Ea.FileId |= OLD_FILE;
        found = TRUE;
    }
    LeaveCriticalSection(&database->LogLock);
    return found;
}
