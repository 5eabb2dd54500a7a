/* client.c - load, handshake, root, upcalls, open, write, commit, read back, errors, close.
 *
 * See client.h. Chapters below are in the order they run. Paths are in the root of C:, which every
 * host has. The reserve unit is 16 pages, so most writes make the driver ask; the low-water mark is
 * 0, so that it asks for nothing ahead and each step finds the same pages.
 */
#include "client_inside.h"

/* ---- Telling --------------------------------------------------------------------------------- */

#define FNV_PRIME 1099511628211ull

ULONG64 HashPlain(ULONG64 hash, const UCHAR *data, ULONG bytes)
{
    ULONG i;

    for (i = 0; i < bytes; i++) {
        hash = (hash ^ data[i]) * FNV_PRIME;
    }
    return hash;
}

static ULONG64 HashBuffer(const struct stage *stage, ULONG bytes)
{
    ULONG64 hash = FNV_START;
    UCHAR piece[256];
    ULONG at;

    for (at = 0; at < bytes; at += sizeof(piece)) {
        ULONG length = bytes - at < sizeof(piece) ? bytes - at : (ULONG)sizeof(piece);

        CopyMemory(piece, stage->buffer + at, length);
        hash = HashPlain(hash, piece, length);
    }
    return hash;
}

VOID Tell(struct stage *stage, const char *call, LONG status, ULONG64 bytes, ULONG64 hash)
{
    struct transcript_line line;

    line.step = ++stage->out->steps;
    line.call = call;
    line.status = status;
    line.bytes = bytes;
    line.hash = hash;
    stage->out->tell(stage->out->context, &line);
}

/* Where a stream lies: its length, and the hash of its runs. */
static VOID TellEaList(struct stage *stage, const char *call, LONG status, const EXIFS_EA_LIST *ea)
{
    ULONG here = ea->RunCount < EXIFS_RUNS_MAX ? ea->RunCount : EXIFS_RUNS_MAX;

    if (status != 0) {
        Tell(stage, call, status, 0, 0);
        return;
    }
    Tell(stage, call, status, ea->Length,
         HashPlain(FNV_START, (const UCHAR *)ea->Runs, here * (ULONG)sizeof(EXIFS_RUN)));
}

static VOID Fill(struct stage *stage, ULONG seed)
{
    UCHAR piece[256];
    ULONG state = seed * 2654435761u + 1;
    ULONG at;
    ULONG i;

    for (at = 0; at < BUFFER_BYTES; at += sizeof(piece)) {
        for (i = 0; i < sizeof(piece); i++) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            piece[i] = (UCHAR)(state & 0xFFu);
        }
        CopyMemory(stage->buffer + at, piece, sizeof(piece));
    }
}

/* ---- The store's proxy threads --------------------------------------------------------------- */

struct thread_start {
    struct stage *stage;
    PIFSWORKER worker;
};

static DWORD WINAPI ProxyThread(LPVOID context)
{
    struct thread_start start = *(struct thread_start *)context;
    EXIFS_UPCALL upcall;

    (VOID) HeapFree(GetProcessHeap(), 0, context);
    while (IfsGetUpcall(start.worker, &upcall) == 0) {
        if (upcall.Kind == ExifsUpcallOpen) {
            (VOID) Ex32ServeOpen(start.stage->ex32, start.worker, &upcall);
        } else {
            (VOID) EseServe(start.stage->ese, start.worker, &upcall);
        }
    }
    return 0;
}

static BOOL StartWorkers(struct stage *stage)
{
    ULONG i;

    for (i = 0; i < WORKERS; i++) {
        struct thread_start *start = HeapAlloc(GetProcessHeap(), 0, sizeof(*start));

        stage->workers[i] = IfsCreateWorker(stage->proxy);
        if (start == NULL || stage->workers[i] == NULL) {
            return FALSE;
        }
        start->stage = stage;
        start->worker = stage->workers[i];
        stage->threads[i] = CreateThread(NULL, 0, ProxyThread, start, 0, NULL);
        if (stage->threads[i] == NULL) {
            return FALSE;
        }
    }
    return TRUE;
}

static VOID JoinWorkers(struct stage *stage)
{
    DWORD ended = WaitForMultipleObjects(WORKERS, stage->threads, TRUE, 10000);
    ULONG i;

    Tell(stage, "proxy threads end", ended == WAIT_OBJECT_0 ? 0 : 1, WORKERS, 0);
    for (i = 0; i < WORKERS; i++) {
        (VOID) CloseHandle(stage->threads[i]);
        IfsDestroyWorker(stage->workers[i]);
    }
}

/* ---- Chapter 1: arriving --------------------------------------------------------------------- */

VOID FillOptions(PESE_OPTIONS options, PCWSTR name, PCWSTR stm, PCWSTR log, PCWSTR tables,
                 ULONG initialPages, ULONG limitPages)
{
    ZeroMemory(options, sizeof(*options));
    options->RootName = name;
    options->StmPath = stm;
    options->LogPath = log;
    options->TablePath = tables;
    options->InitialPages = initialPages;
    options->GrowPages = 64;
    options->LimitPages = limitPages;
    options->ReserveUnitPages = 16;
}

static LONG AttachMain(struct stage *stage)
{
    ESE_OPTIONS options;
    LONG error;

    FillOptions(&options, L"priv1", L"C:\\conform1.stm", L"C:\\conform1.log", L"C:\\conform1.edb",
                256, 1024);
    options.LendingCount = 4;
    options.LendingPages = 8;
    options.Checksums = TRUE;
    error = EseAttachDatabase(stage->ese, &options, &stage->database);
    if (error == 0) {
        EseGetRoot(stage->database, &stage->root);
    }
    return error;
}

static BOOL Arrive(struct stage *stage)
{
    EXIFS_HANDSHAKE provider;
    LONG error;

    Tell(stage, "proxy of an unknown build", IfsCreate(L"1.2.3") == NULL ? IfsLastError() : 0, 0,
         0);
    stage->proxy = IfsCreate(stage->build);
    Tell(stage, "proxy", stage->proxy == NULL ? IfsLastError() : 0, 0, 0);
    if (stage->proxy == NULL) {
        return FALSE;
    }
    error = IfsHandshake(stage->proxy, 1, &provider);
    Tell(stage, "handshake", error, 0, 0);
    stage->ex32 = Ex32Create(stage->build, stage->proxy);
    stage->ese = EseCreate(stage->build, stage->proxy);
    stage->buffer = VirtualAlloc(NULL, BUFFER_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return error == 0 && stage->ex32 != NULL && stage->ese != NULL && stage->buffer != NULL;
}

static VOID RegisterBadly(struct stage *stage)
{
    EXIFS_REGISTER setup;
    EXIFS_ROOT_ID root;

    ZeroMemory(&setup, sizeof(setup));
    Tell(stage, "register without a name", IfsRegisterRoot(stage->proxy, &setup, &root), 0, 0);
    (VOID) lstrcpynW(setup.Name, L"nowhere", EXIFS_NAME_CHARS);
    (VOID) lstrcpynW(setup.StmPath, L"\\??\\C:\\no such folder\\x.stm", EXIFS_PATH_CHARS);
    Tell(stage, "register without pages", IfsRegisterRoot(stage->proxy, &setup, &root), 0, 0);
    setup.TotalPages = 16;
    setup.ReserveUnitPages = 4;
    Tell(stage, "register a missing file", IfsRegisterRoot(stage->proxy, &setup, &root), 0, 0);
}

static BOOL Mount(struct stage *stage)
{
    PESE_DATABASE first;
    LONG error = AttachMain(stage);

    Tell(stage, "attach", error, 0, 0);
    if (error != 0) {
        return FALSE;
    }
    first = stage->database;
    Tell(stage, "attach again", AttachMain(stage), 0, 0);
    stage->database = first;
    if (!StartWorkers(stage)) {
        return FALSE;
    }
    Tell(stage, "proxy threads begin", 0, WORKERS, 0);
    return TRUE;
}

/* ---- Chapter 2: a message -------------------------------------------------------------------- */

static VOID Write(struct stage *stage, PIFSFILE file, const char *call, ULONG seed, ULONG bytes)
{
    Fill(stage, seed);
    Tell(stage, call, IfsWrite(file, stage->buffer, bytes), bytes, HashBuffer(stage, bytes));
}

static VOID Read(struct stage *stage, PIFSFILE file, const char *call, ULONG64 offset, ULONG bytes)
{
    ULONG got;
    LONG error;

    ZeroMemory(stage->buffer, BUFFER_BYTES);
    error = IfsRead(file, offset, stage->buffer, bytes, &got);
    Tell(stage, call, error, got, HashBuffer(stage, got));
}

/* Writes as a careless client would: not by ifsproxy. */
static VOID WriteRaw(struct stage *stage, const char *call, ULONG bytes, ULONG offset)
{
    HANDLE handle = CreateFileW(EXIFS_WIN32_NAME, GENERIC_READ | GENERIC_WRITE,
                                FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    EXIFS_STREAM_ID id;
    OVERLAPPED overlapped;
    EXIFS_OPEN open;
    DWORD got = 0;
    LONG status = 0;

    ZeroMemory(&open, sizeof(open));
    (VOID) lstrcpynW(open.Root, L"priv1", EXIFS_NAME_CHARS);
    (VOID) lstrcpynW(open.Name, L"raw", EXIFS_NAME_CHARS);
    open.Disposition = ExifsCreateNew;
    if (!DeviceIoControl(handle, IOCTL_EXIFS_OPEN_STREAM, &open, sizeof(open), &id, sizeof(id),
                         &got, NULL)) {
        status = (LONG)GetLastError();
    }
    ZeroMemory(&overlapped, sizeof(overlapped));
    overlapped.Offset = offset;
    if (status == 0 && !WriteFile(handle, stage->buffer, bytes, &got, &overlapped)) {
        status = (LONG)GetLastError();
    }
    Tell(stage, call, status, 0, 0);
    (VOID) CloseHandle(handle);
}

static PIFSFILE WriteMessage(struct stage *stage, PEXIFS_EA_LIST ea)
{
    PIFSFILE file = NULL;

    Tell(stage, "open on no root", IfsOpen(stage->proxy, L"priv9", L"m1", ExifsCreateNew, &file), 0,
         0);
    Tell(stage, "open new", IfsOpen(stage->proxy, L"priv1", L"m1", ExifsCreateNew, &file), 0, 0);
    if (file == NULL) {
        return NULL;
    }
    Write(stage, file, "write a little", 1, 1000);
    Write(stage, file, "write a page", 2, 4096);
    Write(stage, file, "write eight pages", 3, 32768);
    Write(stage, file, "write more than the reserve", 4, 100000);
    TellEaList(stage, "where it lies", IfsGetEaList(file, ea), ea);
    Read(stage, file, "read all back", 0, 137864);
    Read(stage, file, "read across pages", 4000, 10000);
    Read(stage, file, "read past the end", 137864, 100);
    WriteRaw(stage, "write leaving a hole", 100, 5000);
    WriteRaw(stage, "write too much at once", EXIFS_WRITE_BYTES_MAX + 1, 0);
    return file;
}

static VOID Commit(struct stage *stage, PIFSFILE file, PEXIFS_EA_LIST ea)
{
    EXIFS_EA_LIST wrong = *ea;

    wrong.Generation++;
    TellEaList(stage, "commit, wrong generation", EseCommit(stage->database, L"m1", &wrong),
               &wrong);
    wrong = *ea;
    wrong.RunCount = 0;
    TellEaList(stage, "commit of no pages", EseCommit(stage->database, L"m1", &wrong), &wrong);
    wrong = *ea;
    wrong.FileId += 1000;
    TellEaList(stage, "commit, unknown file", EseCommit(stage->database, L"m1", &wrong), &wrong);
    TellEaList(stage, "commit", EseCommit(stage->database, L"m1", ea), ea);
    TellEaList(stage, "commit again", EseCommit(stage->database, L"m1", ea), ea);
    Write(stage, file, "write after commit", 5, 10);
    IfsClose(file);
    Tell(stage, "close", 0, 0, 0);
}

/* ---- Chapter 3: found again, and thrown away ------------------------------------------------- */

static VOID Reopen(struct stage *stage, const EXIFS_EA_LIST *ea)
{
    PIFSFILE file = NULL;

    Tell(stage, "publish", Ex32Publish(stage->ex32, L"m1", ea), 0, 0);
    Tell(stage, "open, unknown name",
         IfsOpen(stage->proxy, L"priv1", L"m7", ExifsOpenExisting, &file), 0, 0);
    Tell(stage, "open existing", IfsOpen(stage->proxy, L"PRIV1", L"M1", ExifsOpenExisting, &file),
         0, 0);
    if (file != NULL) {
        Read(stage, file, "read it", 0, 137864);
        Write(stage, file, "write to it", 6, 10);
        IfsClose(file);
    }
}

static VOID ThrowAway(struct stage *stage, const EXIFS_EA_LIST *ea)
{
    Tell(stage, "reclaim before delete", EseReclaim(stage->database, ea), 0, 0);
    Tell(stage, "delete", EseDelete(stage->database, ea), 0, 0);
    Tell(stage, "delete again", EseDelete(stage->database, ea), 0, 0);
    Tell(stage, "reclaim", EseReclaim(stage->database, ea), 0, 0);
    Tell(stage, "withdraw", Ex32Withdraw(stage->ex32, stage->root.RootId, L"m1"), 0, 0);
}

/* Waits until the engine has so many pages reserved: what was given back arrives by a proxy
 * thread. */
static VOID AwaitReserved(struct stage *stage, const char *call, ULONG pages)
{
    ESE_COUNTS counts;
    ULONG tries;

    EseCount(stage->database, &counts);
    for (tries = 0; tries < 1000 && counts.ReservedPages != pages; tries++) {
        Sleep(5);
        EseCount(stage->database, &counts);
    }
    Tell(stage, call, counts.Refused == 0 ? 0 : JET_errSLVPagesNotReserved, counts.ReservedPages,
         0);
}

static VOID Abandon(struct stage *stage)
{
    PIFSFILE file = NULL;
    EXIFS_STATS stats;
    ESE_COUNTS before;
    LONG error;

    Tell(stage, "open another", IfsOpen(stage->proxy, L"priv1", L"m2", ExifsCreateNew, &file), 0,
         0);
    if (file == NULL) {
        return;
    }
    Write(stage, file, "write twelve pages", 7, 12 * 4096);
    EseCount(stage->database, &before);
    IfsClose(file);
    AwaitReserved(stage, "abandoned: pages come back", before.ReservedPages - 12);
    error = IfsQueryStats(stage->proxy, &stats);
    Tell(stage, "statistics: reserve", error, stats.PagesInReserve, 0);
    Tell(stage, "statistics: open streams", error, stats.Files, 0);
}

/* Room set aside stays with the driver when its stream is abandoned; the next write takes it. */
static VOID SetAside(struct stage *stage)
{
    PIFSFILE file = NULL;
    ESE_COUNTS before;
    ESE_COUNTS after;
    EXIFS_STATS stats;
    LONG error;

    EseCount(stage->database, &before);
    (VOID) IfsOpen(stage->proxy, L"priv1", L"t1", ExifsCreateNew, &file);
    if (file == NULL) {
        Tell(stage, "open a temporary one", JET_errOutOfMemory, 0, 0);
        return;
    }
    Tell(stage, "set no room aside", IfsSetAside(file, 0), 0, 0);
    Tell(stage, "set room aside", IfsSetAside(file, 10 * 4096), 0, 0);
    Tell(stage, "set room aside again", IfsSetAside(file, 4096), 0, 0);
    Write(stage, file, "write three pages of it", 9, 3 * 4096);
    IfsClose(file);
    EseCount(stage->database, &after);
    error = IfsQueryStats(stage->proxy, &stats);
    Tell(stage, "statistics: stays in reserve", error, stats.PagesInReserve, 0);
    Tell(stage, "and reserved in the map", 0, after.ReservedPages - before.ReservedPages, 0);
    (VOID) IfsOpen(stage->proxy, L"priv1", L"t2", ExifsCreateNew, &file);
    Write(stage, file, "write twelve pages more", 10, 12 * 4096);
    EseCount(stage->database, &after);
    Tell(stage, "nothing more was reserved", 0, after.ReservedPages - before.ReservedPages, 0);
    before = after;
    IfsClose(file);
    AwaitReserved(stage, "they come back", before.ReservedPages - 12);
}

/* Two streams take single pages in turn, so that each is in more runs than an EA list can hold. */
static VOID Scatter(struct stage *stage)
{
    PIFSFILE one = NULL;
    PIFSFILE other = NULL;
    EXIFS_STREAM_ID id;
    EXIFS_EA_LIST ea;
    LONG error = 0;
    ULONG i;

    (VOID) IfsOpen(stage->proxy, L"priv1", L"m3", ExifsCreateNew, &one);
    (VOID) IfsOpen(stage->proxy, L"priv1", L"m4", ExifsCreateNew, &other);
    if (one == NULL || other == NULL) {
        Tell(stage, "open two", JET_errOutOfMemory, 0, 0);
        return;
    }
    Fill(stage, 8);
    for (i = 0; i < 20 && error == 0; i++) {
        error = IfsWrite(one, stage->buffer + i * 4096, 4096);
        error = error != 0 ? error : IfsWrite(other, stage->buffer, 4096);
    }
    Tell(stage, "write two in turn", error, 20 * 4096, HashBuffer(stage, 20 * 4096));
    error = IfsGetEaList(one, &ea);
    Tell(stage, "too long for an EA list", error, ea.RunCount, 0);
    IfsGetStreamId(one, &id);
    error = EseCommitFile(stage->database, L"m3", id.FileId, &ea);
    Tell(stage, "commit by file id", error, ea.RunCount, 0);
    Read(stage, one, "read the scattered", 0, 20 * 4096);
    IfsClose(one);
    IfsClose(other);
}

/* ---- Chapter 4: what must not work ----------------------------------------------------------- */

static VOID CancelFetch(struct stage *stage)
{
    HANDLE handle = CreateFileW(EXIFS_WIN32_NAME, GENERIC_READ | GENERIC_WRITE,
                                FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                                FILE_FLAG_OVERLAPPED, NULL);
    EXIFS_UPCALL upcall;
    OVERLAPPED overlapped;
    DWORD got = 0;
    LONG status;

    ZeroMemory(&overlapped, sizeof(overlapped));
    overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    status = DeviceIoControl(handle, IOCTL_EXIFS_GET_UPCALL, NULL, 0, &upcall, sizeof(upcall), &got,
                             &overlapped)
                 ? 0
                 : (LONG)GetLastError();
    Tell(stage, "fetch with nothing to fetch", status, 0, 0);
    (VOID) CancelIo(handle);
    status = GetOverlappedResult(handle, &overlapped, &got, TRUE) ? 0 : (LONG)GetLastError();
    Tell(stage, "cancel the fetch", status, 0, 0);
    (VOID) CloseHandle(overlapped.hEvent);
    (VOID) CloseHandle(handle);
}

static VOID Misuse(struct stage *stage)
{
    EXIFS_UPCALL nothing;
    EXIFS_STATS stats;
    EXIFS_EA_LIST ea;
    EXIFS_ROOT_ID stale = stage->root;
    HANDLE handle = CreateFileW(EXIFS_WIN32_NAME, GENERIC_READ | GENERIC_WRITE,
                                FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    DWORD got = 0;
    BOOL ok;

    ok = DeviceIoControl(handle, EXIFS_CODE(0x9FF), NULL, 0, NULL, 0, &got, NULL);
    Tell(stage, "no such control code", ok ? 0 : (LONG)GetLastError(), 0, 0);
    ok = DeviceIoControl(handle, IOCTL_EXIFS_QUERY_STATS, NULL, 0, &stats, 4, &got, NULL);
    Tell(stage, "too small a buffer", ok ? 0 : (LONG)GetLastError(), 0, 0);
    ok = WriteFile(handle, stage->buffer, 10, &got, NULL);
    Tell(stage, "write to a control handle", ok ? 0 : (LONG)GetLastError(), 0, 0);
    (VOID) CloseHandle(handle);

    ZeroMemory(&nothing, sizeof(nothing));
    nothing.Serial = 4000000000u;
    Tell(stage, "reply to nothing",
         IfsReply(stage->workers[0], &nothing, JET_errSLVFileNotFound, NULL), 0, 0);
    stale.Generation += 7;
    Tell(stage, "query, wrong generation", IfsQueryFile(stage->proxy, &stale, 1, 0, &ea), 0, 0);
    Tell(stage, "unregister, wrong generation", IfsUnregisterRoot(stage->proxy, &stale), 0, 0);
    CancelFetch(stage);
}

static VOID FillUp(struct stage *stage)
{
    PESE_DATABASE small = NULL;
    PIFSFILE file = NULL;
    ESE_OPTIONS options;

    FillOptions(&options, L"small", L"C:\\conform2.stm", L"C:\\conform2.log", L"C:\\conform2.edb",
                8, 16);
    options.ReserveUnitPages = 4;
    Tell(stage, "attach a small one", EseAttachDatabase(stage->ese, &options, &small), 0, 0);
    Tell(stage, "open on it", IfsOpen(stage->proxy, L"small", L"s1", ExifsCreateNew, &file), 0, 0);
    if (small == NULL || file == NULL) {
        return;
    }
    Write(stage, file, "write all of it", 9, 16 * 4096);
    Write(stage, file, "write one byte more", 10, 1);
    IfsClose(file);
    Tell(stage, "detach the small one", EseDetachDatabase(small), 0, 0);
}

/* ---- Files: what is missing, and what is not what it was ------------------------------------- */

static VOID AttachBadly(struct stage *stage)
{
    PESE_DATABASE other = NULL;
    ESE_OPTIONS options;
    LONG error;

    FillOptions(&options, L"other", L"C:\\conform3.stm", L"C:\\conform3.log", L"C:\\conform3.edb",
                8, 16);
    options.Files = EseFilesExist;
    error = EseAttachDatabase(stage->ese, &options, &other);
    Tell(stage, "attach without its .stm", error, 0, 0);
    options.Files = EseFilesNew;
    options.TempPath = L"Q:\\conform.tmp"; /* No host has such a drive. */
    error = EseAttachDatabase(stage->ese, &options, &other);
    Tell(stage, "attach without a temp folder", error, 0, 0);
    options.TempPath = L"C:\\conform.tmp";
    error = EseAttachDatabase(stage->ese, &options, &other);
    Tell(stage, "attach without its .edb", error, 0, 0);
    options.Files = EseFilesExist;
    error = EseAttachDatabase(stage->ese, &options, &other);
    Tell(stage, "attach with all it needs", error, 0, 0);
    if (error == 0) {
        Tell(stage, "detach it", EseDetachDatabase(other), 0, 0);
    }
}

LONG VerifyAll(struct stage *stage, PULONG kept, PULONG last)
{
    ESE_COUNTS counts;
    LONG error = 0;
    ULONG page;
    ULONG size;

    *kept = 0;
    EseCount(stage->database, &counts);
    size = counts.FreePages + counts.ReservedPages + counts.CommittedPages + counts.DeletedPages;
    for (page = 0; page < size && error == 0; page++) {
        ESE_VERIFIED verified;

        error = EseVerifyPage(stage->database, page, &verified);
        if (verified.Kept) {
            (*kept)++;
            *last = page;
        }
    }
    return error;
}

/* Somebody else than the driver changes one byte of the .stm. */
static VOID Spoil(ULONG page, UCHAR change)
{
    HANDLE stm = CreateFileW(L"C:\\conform1.stm", GENERIC_READ | GENERIC_WRITE,
                             FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    OVERLAPPED at;
    UCHAR byte = 0;
    DWORD got;

    ZeroMemory(&at, sizeof(at));
    at.Offset = page * 4096 + 2000;
    (VOID) ReadFile(stm, &byte, 1, &got, &at);
    byte ^= change;
    (VOID) WriteFile(stm, &byte, 1, &got, &at);
    (VOID) CloseHandle(stm);
}

static VOID Verify(struct stage *stage)
{
    ULONG kept = 0;
    ULONG last = 0;
    LONG error = VerifyAll(stage, &kept, &last);

    Tell(stage, "verify every page", error, kept, 0);
    Spoil(last, 0x10);
    error = VerifyAll(stage, &kept, &last);
    Tell(stage, "verify: one bit is another", error, kept, 0);
    Spoil(last, 0x10);
    error = VerifyAll(stage, &kept, &last);
    Tell(stage, "verify: it is back", error, kept, 0);
}

static VOID Defragment(struct stage *stage, const char *call)
{
    Tell(stage, call, EseDefragment(L"C:\\conform1.stm", L"C:\\conform1.edb", 1024, FALSE), 0, 0);
}

/* ---- Chapter 5: leaving ---------------------------------------------------------------------- */

static VOID Leave(struct stage *stage)
{
    PIFSFILE late = NULL;
    EXIFS_EA_LIST ea;
    EXIFS_STATS stats;
    ULONG kept = 0;
    ULONG last = 0;
    LONG error;

    Tell(stage, "open a last one", IfsOpen(stage->proxy, L"priv1", L"m5", ExifsCreateNew, &late), 0,
         0);
    if (late == NULL) {
        return;
    }
    Write(stage, late, "write to it", 11, 5000);
    Tell(stage, "detach", EseDetachDatabase(stage->database), 0, 0);
    JoinWorkers(stage);
    Write(stage, late, "write: stale", 12, 5000);
    Read(stage, late, "read: stale", 0, 100);
    Tell(stage, "query: stale", IfsGetEaList(late, &ea), 0, 0);
    Tell(stage, "attach: root still open", AttachMain(stage), 0, 0);
    IfsClose(late);
    Tell(stage, "attach: it is free", AttachMain(stage), 0, 0);
    error = VerifyAll(stage, &kept, &last);
    Tell(stage, "verify: what the table kept", error, kept, 0);
    Defragment(stage, "defragment: it is attached");
    Tell(stage, "detach", EseDetachDatabase(stage->database), 0, 0);
    Spoil(last, 0x10);
    Defragment(stage, "defragment: another bit");
    Spoil(last, 0x10);
    Defragment(stage, "defragment: it is back");
    EseForgetTables(L"C:\\conform1.edb");
    Defragment(stage, "defragment: no table");
    error = IfsQueryStats(stage->proxy, &stats);
    Tell(stage, "statistics: nothing is left", error, stats.Roots + stats.Files + stats.Nodes, 0);
    EseDestroy(stage->ese);
    Ex32Destroy(stage->ex32);
    IfsDestroy(stage->proxy);
    (VOID) VirtualFree(stage->buffer, 0, MEM_RELEASE);
    Tell(stage, "all closed", 0, 0, 0);
}

DWORD ConformanceMain(struct transcript *out, PCWSTR build)
{
    struct stage stage;
    EXIFS_EA_LIST ea;
    PIFSFILE file;

    ZeroMemory(&stage, sizeof(stage));
    out->steps = 0;
    stage.out = out;
    stage.build = build;
    if (!Arrive(&stage)) {
        return 1;
    }
    RegisterBadly(&stage);
    if (!Mount(&stage)) {
        return 2;
    }
    file = WriteMessage(&stage, &ea);
    if (file == NULL) {
        return 3;
    }
    Commit(&stage, file, &ea);
    Reopen(&stage, &ea);
    ThrowAway(&stage, &ea);
    Abandon(&stage);
    SetAside(&stage);
    Scatter(&stage);
    Misuse(&stage);
    FillUp(&stage);
    AttachBadly(&stage);
    Verify(&stage);
    RecoverCopy(&stage);
    Leave(&stage);
    return 0;
}
