/* epoxy_post.c - the shared heap, what is posted, and the Central Queue Manager; see epoxy.h.
 *
 * A posted request holds a heap block with its tag and ticket until it is answered. The client
 * alone takes and gives blocks, so its critical section guards them; the heap is shared memory so
 * that the store can clear it when the client is gone.
 *
 *     free --EpoxyPost--> waiting --EpoxyHandOver--> free
 *                            '-- the store is gone: EpoxyLookForStore; the client: EpoxyClearDebris
 */
#include <windows.h>
#include "model/epoxy/epoxy_inside.h"

enum { HEAP_HEADER_BYTES = 64, MANAGER_LOOK_MS = 250 };

typedef struct _EPOXY_HEAP {
    ULONG Free; /* First of the chain; 0: none. */
    ULONG Used; /* Blocks ever taken: numbers 1 to Used. */
} EPOXY_HEAP;

typedef struct _EPOXY_BLOCK {
    ULONG Waiting, Ticket, Tag, Next;
    ULONG Kind, Generation;
    ULONG Reserved[10];
} EPOXY_BLOCK;
C_ASSERT(sizeof(EPOXY_BLOCK) == EPOXY_BLOCK_BYTES);

/* ---- The heap -------------------------------------------------------------------------------- */

BOOL EpoxyMakeHeap(PEPOXY epoxy)
{
    ULONG bytes = HEAP_HEADER_BYTES + (epoxy->Setup.Blocks + 1) * EPOXY_BLOCK_BYTES;
    WCHAR full[48];

    InitializeCriticalSection(&epoxy->HeapLock);
    EpoxyMakeName(full, epoxy->Setup.Pair, L"Heap");
    epoxy->HeapSection =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, bytes, full);
    if (epoxy->HeapSection != NULL)
        epoxy->Heap = (ULONG_PTR)MapViewOfFile(epoxy->HeapSection, FILE_MAP_WRITE, 0, 0, 0);
    return epoxy->Heap != 0;
}

/* Address of a block; NULL for block 0. */
static PVOID BlockAddress(PEPOXY epoxy, ULONG block)
{
    return block == 0
               ? NULL
               : (PVOID)(epoxy->Heap + HEAP_HEADER_BYTES + (ULONG_PTR)block * EPOXY_BLOCK_BYTES);
}

static ULONG TakeBlock(PEPOXY epoxy, ULONG generation)
{
    EPOXY_HEAP heap;
    EPOXY_BLOCK block;
    ULONG taken = 0;

    EnterCriticalSection(&epoxy->HeapLock);
    CopyMemory(&heap, (PVOID)epoxy->Heap, sizeof heap);
    if (heap.Free != 0) {
        taken = heap.Free;
        CopyMemory(&block, BlockAddress(epoxy, taken), sizeof block);
        heap.Free = block.Next;
    } else if (heap.Used < epoxy->Setup.Blocks) {
        taken = ++heap.Used;
    }
    CopyMemory((PVOID)epoxy->Heap, &heap, sizeof heap);
    if (taken != 0)
        EpoxyCountBlock(epoxy, generation, 1);
    LeaveCriticalSection(&epoxy->HeapLock);
    return taken;
}

/* Frees a block and fills in its entry. FALSE: no request holds it with this ticket. */
static BOOL GiveBlock(PEPOXY epoxy, ULONG number, ULONG ticket, EPOXY_BLOCK *was)
{
    EPOXY_HEAP heap;
    EPOXY_BLOCK block;

    EnterCriticalSection(&epoxy->HeapLock);
    CopyMemory(&heap, (PVOID)epoxy->Heap, sizeof heap);
    BOOL waits = number <= heap.Used;

    if (waits) {
        CopyMemory(&block, BlockAddress(epoxy, number), sizeof block);
        waits = block.Waiting && (ticket == 0 || block.Ticket == ticket);
    }
    if (waits) {
        *was = block;
        block.Waiting = FALSE;
        block.Next = heap.Free;
        heap.Free = number;
        CopyMemory(BlockAddress(epoxy, number), &block, sizeof block);
        CopyMemory((PVOID)epoxy->Heap, &heap, sizeof heap);
        EpoxyCountBlock(epoxy, was->Generation, -1);
    }
    LeaveCriticalSection(&epoxy->HeapLock);
    return waits;
}

/* ---- Posting --------------------------------------------------------------------------------- */

/* Takes a block, waiting if the heap is full. 0: the store is gone; Exchange 2000 also gets 0 from
 * a full heap, which it does not check. */
static ULONG WaitForBlock(PEPOXY epoxy, ULONG generation)
{
    ULONG block = TakeBlock(epoxy, generation);

    while (block == 0 && epoxy->Version->ChecksBlocks && EpoxyStoreLives(epoxy, generation)) {
        Sleep(RING_FULL_WAIT_MS);
        block = TakeBlock(epoxy, generation);
    }
    return block;
}

BOOL EpoxyPost(PEPOXY epoxy, PEPOXY_MESSAGE message, ULONG tag)
{
    EPOXY_HEADER header;
    EPOXY_BLOCK block = { .Waiting = TRUE, .Tag = tag, .Kind = message->Kind }, was;

    EpoxyReadHeader(epoxy, &header);
    message->Generation = block.Generation = header.Generation;
    message->Block = WaitForBlock(epoxy, header.Generation);
    if (message->Block == 0 && epoxy->Version->ChecksBlocks)
        return FALSE;
    EnterCriticalSection(&epoxy->TakeLock);
    message->Ticket = block.Ticket = ++epoxy->NextTicket;
    LeaveCriticalSection(&epoxy->TakeLock);
    CopyMemory(BlockAddress(epoxy, message->Block), &block, sizeof block);
    while (!EpoxyTryPut(epoxy, message)) {
        if (!EpoxyStoreLives(epoxy, message->Generation))
            return !GiveBlock(epoxy, message->Block, message->Ticket, &was);
        Sleep(RING_FULL_WAIT_MS);
    }
    return TRUE;
}

/* Tells the client that a request of its own is answered. A client that posts none has no routine
 * for it: a block that says otherwise has been written over by somebody. */
static VOID TellAnswer(PEPOXY epoxy, const EPOXY_MESSAGE *reply, ULONG tag)
{
    if (epoxy->Setup.Answered != NULL)
        epoxy->Setup.Answered(epoxy->Setup.Context, reply, tag);
}

BOOL EpoxyHandOver(PEPOXY epoxy, const EPOXY_MESSAGE *reply)
{
    EPOXY_BLOCK was;

    if (reply->Block == 0)
        return FALSE;
    if (GiveBlock(epoxy, reply->Block, reply->Ticket, &was))
        TellAnswer(epoxy, reply, was.Tag);
    return TRUE;
}

VOID EpoxyLookForStore(PEPOXY epoxy)
{
    EPOXY_MESSAGE reply = { .Error = EPOXY_STORE_GONE };
    EPOXY_HEADER header;
    EPOXY_BLOCK block;
    EPOXY_HEAP heap;

    EpoxyReadHeader(epoxy, &header);
    BOOL lives = EpoxyStoreLives(epoxy, header.Generation);

    if (lives && header.Generation == epoxy->SeenGeneration)
        return;
    epoxy->SeenGeneration = header.Generation;
    CopyMemory(&heap, (PVOID)epoxy->Heap, sizeof heap);
    for (ULONG number = 1; number <= heap.Used; number++) {
        CopyMemory(&block, BlockAddress(epoxy, number), sizeof block);
        if ((lives && block.Generation == header.Generation) ||
            !GiveBlock(epoxy, number, 0, &block))
            continue;
        reply.Kind = block.Kind;
        TellAnswer(epoxy, &reply, block.Tag);
    }
}

/* ---- The Central Queue Manager --------------------------------------------------------------- */

/* Drops the requests of a dead client, the answers to them, and its blocks. */
static VOID ClearClient(PEPOXY epoxy, const EPOXY_HEADER *header)
{
    EPOXY_HEAP empty = { 0, 0 };

    for (ULONG ring = EpoxyClient; ring <= EpoxyStore; ring++)
        EpoxyWriteWord(epoxy,
                       offsetof(EPOXY_HEADER, Rings) + ring * sizeof(EPOXY_RING) +
                           offsetof(EPOXY_RING, Taken),
                       header->Rings[ring].Put);
    EpoxyWriteWord(epoxy, offsetof(EPOXY_HEADER, Blocks), 0);
    EpoxyWriteWord(epoxy, offsetof(EPOXY_HEADER, ClientProcessId), 0);
    CopyMemory((PVOID)epoxy->Heap, &empty, sizeof empty);
}

VOID EpoxyClearDebris(PEPOXY epoxy)
{
    EPOXY_HEADER header;

    EpoxyReadHeader(epoxy, &header);
    DWORD client = header.ClientProcessId;

    if (client != 0 && !EpoxyIsAlive(client)) {
        EpoxyReadHeader(epoxy, &header);
        /* The client's next process may have bound meanwhile. */
        if (header.ClientProcessId == client)
            ClearClient(epoxy, &header);
    }
    if (epoxy->Side == EpoxyClient)
        EpoxyWriteWord(epoxy, offsetof(EPOXY_HEADER, ClientProcessId), GetCurrentProcessId());
}

VOID EpoxyManage(const PEPOXY *pairs, ULONG count)
{
    for (;;) {
        Sleep(MANAGER_LOOK_MS);
        for (ULONG i = 0; i < count; i++)
            EpoxyClearDebris(pairs[i]);
    }
}
