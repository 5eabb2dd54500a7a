/* ifsproxy_stream.c - the client's side: streams, and the file block.
 *
 * A client must tell the store where its message lies. It could ask the driver; on a busy day the
 * driver has told it already, in a 64-byte *file block* it keeps for each stream in its own memory.
 * After each write the block is looked at: news of pages is added to what is known of the stream,
 * and if all of the stream is known, IfsGetEaList needs no call.
 *
 * Builds before the hotfix trust the block. When another process's bytes were posted there, its
 * RunsOffset leads anywhere; the CopyMemory in TrustBlock is where Inetinfo dies.
 */
#include "ifsproxy_internal.h"

#define NO_BLOCK IFS_BLOCKS

struct _IFSFILE {
    PIFSPROXY Proxy;
    HANDLE Handle;
    EXIFS_STREAM_ID Id;
    ULONG64 Length;
    ULONG Block; /* Index of the file block, or NO_BLOCK. */
    EXIFS_EA_LIST Known;
    ULONG KnownPages;
    BOOL Gap; /* Some write had pages of which no news came: what is known is not all, whatever it
               * adds up to. */
};

/* ---- Blocks ---------------------------------------------------------------------------------- */

static ULONG TakeBlock(PIFSPROXY proxy)
{
    ULONG taken = NO_BLOCK;
    ULONG i;

    EnterCriticalSection(&proxy->Lock);
    if (proxy->Blocks == NULL) {
        proxy->Blocks = VirtualAlloc(NULL, IFS_BLOCKS * sizeof(EXIFS_FILE_BLOCK),
                                     MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    }
    for (i = 0; i < IFS_BLOCKS && proxy->Blocks != NULL && taken == NO_BLOCK; i++) {
        if ((proxy->Used[i / 32] & (1u << (i % 32))) == 0) {
            proxy->Used[i / 32] |= 1u << (i % 32);
            taken = i;
        }
    }
    LeaveCriticalSection(&proxy->Lock);
    return taken;
}

static VOID GiveBlock(PIFSPROXY proxy, ULONG block)
{
    EnterCriticalSection(&proxy->Lock);
    proxy->Used[block / 32] &= ~(1u << (block % 32));
    LeaveCriticalSection(&proxy->Lock);
}

static PUCHAR BlockOf(PIFSFILE file)
{
    return file->Proxy->Blocks + (SIZE_T)file->Block * sizeof(EXIFS_FILE_BLOCK);
}

static VOID AddRuns(PIFSFILE file, const EXIFS_RUN *runs, ULONG count)
{
    PEXIFS_EA_LIST known = &file->Known;
    ULONG i;

    for (i = 0; i < count && known->RunCount < EXIFS_RUNS_MAX; i++) {
        known->Runs[known->RunCount++] = runs[i];
        file->KnownPages += runs[i].Pages;
    }
}

/* SP2 and before: follows the block unchecked. */
static VOID TrustBlock(PIFSFILE file, const EXIFS_FILE_BLOCK *block)
{
    ULONG count = block->Grant.RunCount < EXIFS_RUNS_MAX ? block->Grant.RunCount : EXIFS_RUNS_MAX;
    EXIFS_RUN runs[EXIFS_RUNS_MAX];

    CopyMemory(runs, BlockOf(file) + EXIFS_OFFSET(block->Grant.RunsOffset),
               count * sizeof(EXIFS_RUN));
    AddRuns(file, runs, count);
}

/* The hotfix: uses the block only if it is for this stream and this life of the root, is whole, and
 * refers to itself; otherwise the driver will be asked. */
static VOID CheckBlock(PIFSFILE file, const EXIFS_FILE_BLOCK *block)
{
    if (block->Generation == file->Id.Generation && block->FileId == file->Id.FileId &&
        block->Check == ExifsCheckWords((const ULONG *)block, EXIFS_BLOCK_CHECK_WORD) &&
        block->Grant.RunsOffset == EXIFS_BLOCK_RUNS_OFFSET &&
        block->Grant.RunCount <= EXIFS_GRANT_RUNS) {
        AddRuns(file, block->Grant.Runs, block->Grant.RunCount);
    }
}

static VOID ReadBlock(PIFSFILE file)
{
    EXIFS_FILE_BLOCK block;

    if (file->Block == NO_BLOCK) {
        return;
    }
    CopyMemory(&block, BlockOf(file), sizeof(block));
    if ((block.Flags & (EXIFS_BLOCK_POSTED | EXIFS_BLOCK_RECEIPT)) == 0) {
        return;
    }
    ZeroMemory(BlockOf(file), sizeof(block));
    if (file->Proxy->Version->TrustsBlock) {
        TrustBlock(file, &block);
    } else {
        CheckBlock(file, &block);
    }
}

/* Tells the driver where the block is. A stream can do without: it only asks more. */
static VOID AttachBlock(PIFSFILE file)
{
    EXIFS_SET_BLOCK set;

    file->Block = TakeBlock(file->Proxy);
    if (file->Block == NO_BLOCK) {
        return;
    }
    ZeroMemory(BlockOf(file), sizeof(EXIFS_FILE_BLOCK));
    set.BlockAddress = (ULONG64)(ULONG_PTR)BlockOf(file);
    if (IfsControl(file->Handle, IOCTL_EXIFS_SET_BLOCK, &set, sizeof(set), NULL, 0) !=
        JET_errSuccess) {
        GiveBlock(file->Proxy, file->Block);
        file->Block = NO_BLOCK;
    }
}

/* ---- Streams --------------------------------------------------------------------------------- */

static LONG OpenStream(PIFSFILE file, PCWSTR root, PCWSTR name, EXIFS_DISPOSITION disposition)
{
    EXIFS_OPEN open;

    ZeroMemory(&open, sizeof(open));
    (VOID) lstrcpynW(open.Root, root, EXIFS_NAME_CHARS);
    (VOID) lstrcpynW(open.Name, name, EXIFS_NAME_CHARS);
    open.Disposition = (ULONG)disposition;
    return IfsControl(file->Handle, IOCTL_EXIFS_OPEN_STREAM, &open, sizeof(open), &file->Id,
                      sizeof(file->Id));
}

/* Opens in two steps, control handle first: some hosts know no names below a device. */
LONG IfsOpen(PIFSPROXY proxy, PCWSTR root, PCWSTR name, EXIFS_DISPOSITION disposition,
             PIFSFILE *file)
{
    PIFSFILE made = IfsAllocate(sizeof(*made));
    LONG error;

    if (made == NULL) {
        return JET_errOutOfMemory;
    }
    made->Proxy = proxy;
    made->Block = NO_BLOCK;
    made->Handle = IfsOpenDevice(0);
    if (made->Handle == INVALID_HANDLE_VALUE) {
        error = IfsLastError();
        IfsFree(made);
        return error;
    }
    error = OpenStream(made, root, name, disposition);
    if (error != JET_errSuccess) {
        (VOID) CloseHandle(made->Handle);
        IfsFree(made);
        return error;
    }
    made->Length = made->Id.Length;
    if (disposition == ExifsCreateNew) {
        AttachBlock(made);
    }
    *file = made;
    return JET_errSuccess;
}

static ULONG64 PagesOf(ULONG64 bytes) { return (bytes + EXIFS_PAGE_SIZE - 1) / EXIFS_PAGE_SIZE; }

static VOID SetOffset(LPOVERLAPPED overlapped, ULONG64 offset)
{
    ZeroMemory(overlapped, sizeof(*overlapped));
    overlapped->Offset = (DWORD)(offset & 0xFFFFFFFFu);
    overlapped->OffsetHigh = (DWORD)(offset >> 32);
}

LONG IfsWrite(PIFSFILE file, PVOID buffer, ULONG bytes)
{
    PUCHAR from = buffer;

    while (bytes != 0) {
        DWORD piece = bytes < EXIFS_WRITE_BYTES_MAX ? bytes : EXIFS_WRITE_BYTES_MAX;
        OVERLAPPED overlapped;
        DWORD written = 0;

        SetOffset(&overlapped, file->Length);
        if (!WriteFile(file->Handle, from, piece, &written, &overlapped)) {
            return IfsLastError();
        }
        if (written != piece) {
            return JET_errSLVFileIO;
        }
        ReadBlock(file);
        file->Length += piece;
        file->Gap = file->Gap || file->KnownPages < PagesOf(file->Length);
        from += piece;
        bytes -= piece;
    }
    return JET_errSuccess;
}

LONG IfsSetAside(PIFSFILE file, ULONG bytes)
{
    EXIFS_SET_ASIDE room;

    ZeroMemory(&room, sizeof(room));
    room.Pages = (ULONG)PagesOf(bytes);
    return IfsControl(file->Handle, IOCTL_EXIFS_SET_ASIDE, &room, sizeof(room), NULL, 0);
}

LONG IfsRead(PIFSFILE file, ULONG64 offset, PVOID buffer, ULONG bytes, PULONG bytesRead)
{
    OVERLAPPED overlapped;
    DWORD got = 0;

    *bytesRead = 0;
    SetOffset(&overlapped, offset);
    if (!ReadFile(file->Handle, buffer, bytes, &got, &overlapped)) {
        return GetLastError() == ERROR_HANDLE_EOF ? JET_errSuccess : IfsLastError();
    }
    *bytesRead = got;
    return JET_errSuccess;
}

LONG IfsGetEaList(PIFSFILE file, PEXIFS_EA_LIST ea)
{
    ULONG64 pages = PagesOf(file->Length);
    EXIFS_QUERY query;
    LONG error;

    if (pages != 0 && file->KnownPages == pages && !file->Gap) {
        *ea = file->Known;
        ea->RootId = file->Id.RootId;
        ea->FileId = file->Id.FileId;
        ea->Generation = file->Id.Generation;
        ea->Length = file->Length;
        return JET_errSuccess;
    }
    ZeroMemory(&query, sizeof(query));
    error =
        IfsControl(file->Handle, IOCTL_EXIFS_QUERY_RUNS, &query, sizeof(query), ea, sizeof(*ea));
    if (error == JET_errSuccess && ea->RunCount > EXIFS_RUNS_MAX) {
        error = JET_errSLVEAListTooBig;
    }
    return error;
}

VOID IfsGetStreamId(PIFSFILE file, PEXIFS_STREAM_ID id)
{
    *id = file->Id;
    id->Length = file->Length;
}

VOID IfsClose(PIFSFILE file)
{
    (VOID) CloseHandle(file->Handle);
    if (file->Block != NO_BLOCK) {
        GiveBlock(file->Proxy, file->Block);
    }
    IfsFree(file);
}
