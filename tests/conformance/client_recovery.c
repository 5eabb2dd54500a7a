/* client_recovery.c - a database as a crash leaves it: its files are copied while it is attached,
 * and the copy is attached beside it. Its rows come from the log; after an orderly detach, from the
 * .edb.
 */
#include "client_inside.h"

#define TABLES_AT 0x1000000u /* In the .edb: nothing lies before them here. */

static BOOL CopyPart(HANDLE from, HANDLE to, ULONG offset, PVOID piece, ULONG bytes)
{
    OVERLAPPED at;
    DWORD got = 0;
    DWORD written = 0;

    ZeroMemory(&at, sizeof(at));
    at.Offset = offset;
    if (!ReadFile(from, piece, bytes, &got, &at) || got == 0) {
        return FALSE;
    }
    return WriteFile(to, piece, got, &written, &at) && written == got;
}

static VOID Copy(PCWSTR from, PCWSTR to, ULONG offset)
{
    HANDLE source = CreateFileW(from, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, 0, NULL);
    HANDLE target = CreateFileW(to, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    PVOID piece = HeapAlloc(GetProcessHeap(), 0, 16384);

    while (piece != NULL && CopyPart(source, target, offset, piece, 16384)) {
        offset += 16384;
    }
    if (piece != NULL) {
        (VOID) HeapFree(GetProcessHeap(), 0, piece);
    }
    (VOID) CloseHandle(source);
    (VOID) CloseHandle(target);
}

static LONG AttachCopy(struct stage *stage, PESE_DATABASE *copy)
{
    ESE_OPTIONS options;

    FillOptions(&options, L"copied", L"C:\\conform4.stm", L"C:\\conform4.log", L"C:\\conform4.edb",
                256, 1024);
    options.Files = EseFilesExist;
    options.Checksums = TRUE;
    return EseAttachDatabase(stage->ese, &options, copy);
}

/* What the rows say, and whether each page of theirs is as it was committed. */
static VOID TellRows(struct stage *stage, PESE_DATABASE copy, const char *call, PESE_ROW last)
{
    PESE_DATABASE attached = stage->database;
    ULONG rows = 0;
    ULONG kept = 0;
    ULONG page = 0;
    LONG error;

    while (EseGetRow(copy, rows, last)) {
        rows++;
    }
    Tell(stage, call, 0, rows,
         rows == 0 ? 0
                   : HashPlain(FNV_START, (const UCHAR *)last->Ea.Runs,
                               last->Ea.RunCount * (ULONG)sizeof(EXIFS_RUN)));
    stage->database = copy;
    error = VerifyAll(stage, &kept, &page);
    stage->database = attached;
    Tell(stage, "verify what was recovered", error, kept, 0);
}

VOID RecoverCopy(struct stage *stage)
{
    PESE_DATABASE copy = NULL;
    ESE_ROW row;
    LONG error;

    Copy(L"C:\\conform1.stm", L"C:\\conform4.stm", 0);
    Copy(L"C:\\conform1.log", L"C:\\conform4.log", 0);
    Copy(L"C:\\conform1.edb", L"C:\\conform4.edb", TABLES_AT);
    error = AttachCopy(stage, &copy);
    Tell(stage, "attach what a crash leaves", error, 0, 0);
    if (error != 0) {
        return;
    }
    TellRows(stage, copy, "rows of the life before", &row);
    Tell(stage, "delete one of them", EseDelete(copy, &row.Ea), 0, 0);
    Tell(stage, "reclaim it", EseReclaim(copy, &row.Ea), 0, 0);
    Tell(stage, "detach in good order", EseDetachDatabase(copy), 0, 0);
    Tell(stage, "attach once more", AttachCopy(stage, &copy), 0, 0);
    TellRows(stage, copy, "rows without it", &row);
    Tell(stage, "detach", EseDetachDatabase(copy), 0, 0);
}
