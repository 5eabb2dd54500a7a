/* epoxy.c - rings and calls; see epoxy.h.
 *
 * Layout of the section: a header of two rings (counters of what was put and taken, so that put -
 * taken is the length), then the slots. Counters and slots are shared memory and touched by copies
 * only. A critical section keeps the producers of one process apart; between the processes each
 * ring has one producer, one consumer, and a semaphore that counts its messages.
 *
 * KB 817051: Exchange 2000 did not notice that a queue was full. The error in its test is not
 * published. Inferred here: the test compares an index in the ring with a counter that runs on,
 * which is right until the counter has gone round once, and wrong ever after. A burst of posts then
 * overwrites messages not yet taken: some requests are served twice, others never.
 */
#include <windows.h>
#include "model/epoxy/epoxy_inside.h"
#include "model/kernel/include/nt_program.h"

enum { SECTION_BYTES = 32768, HEADER_BYTES = 512 };
enum { EPOXY_CPU_NS = 4000 }; /* Queue work of one message, estimate. */

static BOOL FullByLength(const EPOXY_RING *ring) { return ring->Put - ring->Taken >= EPOXY_SLOTS; }

static BOOL FullByPlace(const EPOXY_RING *ring)
{
    return ring->Put != ring->Taken && ring->Put % EPOXY_SLOTS == ring->Taken;
}

static const EPOXY_VERSION Exchange2003 = { FullByLength, TRUE };
static const EPOXY_VERSION Exchange2000 = { FullByPlace, FALSE };

VOID EpoxyReadHeader(PEPOXY epoxy, EPOXY_HEADER *header)
{
    CopyMemory(header, (PVOID)epoxy->View, sizeof *header);
}

static PVOID Slot(PEPOXY epoxy, EPOXY_SIDE ring, ULONG number)
{
    return (PVOID)(epoxy->View + HEADER_BYTES +
                   ((ULONG)ring * EPOXY_SLOTS + number % EPOXY_SLOTS) * EPOXY_SLOT_BYTES);
}

VOID EpoxyWriteWord(PEPOXY epoxy, SIZE_T offset, ULONG value)
{
    CopyMemory((PVOID)(epoxy->View + offset), &value, sizeof value);
}

static SIZE_T CounterOffset(EPOXY_SIDE ring, BOOL taken)
{
    return offsetof(EPOXY_HEADER, Rings) + (SIZE_T)ring * sizeof(EPOXY_RING) +
           (taken ? offsetof(EPOXY_RING, Taken) : 0);
}

VOID EpoxyMakeName(PWSTR out, EPOXY_PAIR pair, PCWSTR suffix)
{
    static const PCWSTR names[EpoxyPairs] = {
#define EPOXY_PAIR(id, instance, name, protocol) name,
#include "model/words/epoxy_pairs.def"
#undef EPOXY_PAIR
    };

    lstrcpynW(out, L"Epoxy", 40);
    lstrcpynW(out + 5, names[pair], 35 - 5);
    lstrcpynW(out + lstrlenW(out), suffix, 8);
}

/* Begins a new life of the store: empties the rings, counts the generation up. */
static VOID BeginGeneration(PEPOXY epoxy)
{
    EPOXY_HEADER header;
    ULONG generation, client;

    EpoxyReadHeader(epoxy, &header);
    generation = header.Generation + 1;
    client = header.ClientProcessId;
    ZeroMemory(&header, sizeof header);
    header.Generation = generation;
    header.ClientProcessId = client;
    header.StoreProcessId = GetCurrentProcessId();
    CopyMemory((PVOID)epoxy->View, &header, sizeof header);
    while (WaitForSingleObject(epoxy->Items[EpoxyClient], 0) == WAIT_OBJECT_0)
        continue;
}

PEPOXY EpoxyBind(const EPOXY_SETUP *setup)
{
    PEPOXY epoxy = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *epoxy);
    WCHAR full[48];

    if (epoxy == NULL)
        return NULL;
    epoxy->Setup = *setup;
    epoxy->Side = setup->Side;
    epoxy->Version = setup->Exchange2000 ? &Exchange2000 : &Exchange2003;
    epoxy->NextTicket = GetCurrentProcessId() << 16; /* No reply of an earlier client fits. */
    InitializeCriticalSection(&epoxy->PutLock);
    InitializeCriticalSection(&epoxy->TakeLock);
    EpoxyMakeName(full, setup->Pair, L"");
    epoxy->Section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, SECTION_BYTES, full);
    EpoxyMakeName(full, setup->Pair, L"Client");
    epoxy->Items[EpoxyClient] = CreateSemaphoreW(NULL, 0, 0x7fffffff, full);
    EpoxyMakeName(full, setup->Pair, L"Store");
    epoxy->Items[EpoxyStore] = CreateSemaphoreW(NULL, 0, 0x7fffffff, full);
    if (epoxy->Section != NULL)
        epoxy->View = (ULONG_PTR)MapViewOfFile(epoxy->Section, FILE_MAP_WRITE, 0, 0, 0);
    if (epoxy->View == 0 || epoxy->Items[0] == NULL || epoxy->Items[1] == NULL ||
        (setup->Blocks != 0 && !EpoxyMakeHeap(epoxy))) {
        HeapFree(GetProcessHeap(), 0, epoxy);
        return NULL;
    }
    if (setup->Side == EpoxyStore)
        BeginGeneration(epoxy);
    else if (setup->Blocks != 0)
        EpoxyClearDebris(epoxy);
    return epoxy;
}

ULONG EpoxyGeneration(PEPOXY epoxy)
{
    EPOXY_HEADER header;

    EpoxyReadHeader(epoxy, &header);
    return header.Generation;
}

ULONG EpoxyClientProcess(PEPOXY epoxy)
{
    EPOXY_HEADER header;

    EpoxyReadHeader(epoxy, &header);
    return header.ClientProcessId;
}

/* ---- Rings ----------------------------------------------------------------------------------- */

BOOL EpoxyTryPut(PEPOXY epoxy, const EPOXY_MESSAGE *message)
{
    EPOXY_SIDE ring = epoxy->Side;
    EPOXY_HEADER header;

    EnterCriticalSection(&epoxy->PutLock);
    EpoxyReadHeader(epoxy, &header);
    BOOL room =
        !epoxy->Version->IsFull(&header.Rings[ring]) && header.Generation == message->Generation;

    if (room) {
        CopyMemory(Slot(epoxy, ring, header.Rings[ring].Put), message, sizeof *message);
        EpoxyWriteWord(epoxy, CounterOffset(ring, FALSE), header.Rings[ring].Put + 1);
    }
    LeaveCriticalSection(&epoxy->PutLock);
    nt_compute(EPOXY_CPU_NS);
    if (room) {
        nt_mark_queue(2 * (uint32_t)epoxy->Setup.Pair + (uint32_t)ring,
                      header.Rings[ring].Put + 1 - header.Rings[ring].Taken);
        ReleaseSemaphore(epoxy->Items[ring], 1, NULL);
    }
    return room;
}

/* Takes one message that the semaphore announced from the other side's ring. FALSE: the ring was
 * emptied meanwhile. */
static BOOL Take(PEPOXY epoxy, PEPOXY_MESSAGE message)
{
    EPOXY_SIDE ring = epoxy->Side == EpoxyClient ? EpoxyStore : EpoxyClient;
    EPOXY_HEADER header;

    EnterCriticalSection(&epoxy->TakeLock);
    EpoxyReadHeader(epoxy, &header);
    BOOL some = header.Rings[ring].Put != header.Rings[ring].Taken;

    if (some) {
        CopyMemory(message, Slot(epoxy, ring, header.Rings[ring].Taken), sizeof *message);
        EpoxyWriteWord(epoxy, CounterOffset(ring, TRUE), header.Rings[ring].Taken + 1);
    }
    LeaveCriticalSection(&epoxy->TakeLock);
    nt_compute(EPOXY_CPU_NS);
    return some;
}

/* ---- The client ------------------------------------------------------------------------------ */

static EPOXY_CALL *ClaimCall(PEPOXY epoxy, PEPOXY_MESSAGE message)
{
    EPOXY_CALL *call = NULL;

    EnterCriticalSection(&epoxy->TakeLock);
    for (ULONG i = 0; i < EPOXY_CALLS_MAX && call == NULL; i++)
        if (epoxy->Calls[i].Message == NULL)
            call = &epoxy->Calls[i];
    if (call != NULL) {
        call->Message = message;
        call->Answered = FALSE;
        call->Ticket = ++epoxy->NextTicket;
    }
    LeaveCriticalSection(&epoxy->TakeLock);
    return call;
}

BOOL EpoxyIsAlive(DWORD process)
{
    HANDLE handle = OpenProcess(PROCESS_DUP_HANDLE, FALSE, process);
    DWORD code = 0;

    if (handle == NULL)
        return FALSE;
    BOOL alive = GetExitCodeProcess(handle, &code) && code == STILL_ACTIVE;

    CloseHandle(handle);
    return alive;
}

/* Whether the store of this generation is still there. */
BOOL EpoxyStoreLives(PEPOXY epoxy, ULONG generation)
{
    EPOXY_HEADER header;

    EpoxyReadHeader(epoxy, &header);
    return header.Generation == generation && header.StoreProcessId != 0 &&
           EpoxyIsAlive(header.StoreProcessId);
}

/* Counts a heap block more or less; does nothing if the generation is an older one. */
VOID EpoxyCountBlock(PEPOXY epoxy, ULONG generation, LONG change)
{
    EPOXY_HEADER header;

    EpoxyReadHeader(epoxy, &header);
    if (header.Generation == generation)
        EpoxyWriteWord(epoxy, offsetof(EPOXY_HEADER, Blocks), header.Blocks + (ULONG)change);
}

BOOL EpoxyCall(PEPOXY epoxy, PEPOXY_MESSAGE message)
{
    EPOXY_HEADER header;
    EPOXY_CALL *call = ClaimCall(epoxy, message);
    BOOL answered = FALSE;

    if (call == NULL)
        return FALSE;
    if (call->Done == NULL)
        call->Done = CreateEventW(NULL, FALSE, FALSE, NULL);
    EpoxyReadHeader(epoxy, &header);
    message->Generation = header.Generation;
    message->Ticket = call->Ticket;
    message->Block = 0;
    EpoxyCountBlock(epoxy, message->Generation, 1);
    ULONG generation = message->Generation; /* Saved: the reply overwrites the message. */
    BOOL lives = EpoxyStoreLives(epoxy, message->Generation), sent = FALSE;

    while (lives && !(sent = EpoxyTryPut(epoxy, message))) {
        Sleep(RING_FULL_WAIT_MS);
        lives = EpoxyStoreLives(epoxy, message->Generation);
    }
    /* Done may still be set from an earlier call whose answer came as its store ended. */
    while (sent && lives &&
           (WaitForSingleObject(call->Done, STORE_LOOK_MS) != WAIT_OBJECT_0 || !call->Answered))
        lives = EpoxyStoreLives(epoxy, generation);
    EnterCriticalSection(&epoxy->TakeLock);
    answered = call->Answered;
    call->Message = NULL;
    LeaveCriticalSection(&epoxy->TakeLock);
    EpoxyCountBlock(epoxy, generation, -1);
    return answered;
}

static VOID AnswerCall(PEPOXY epoxy, const EPOXY_MESSAGE *reply)
{
    EnterCriticalSection(&epoxy->TakeLock);
    for (ULONG i = 0; i < EPOXY_CALLS_MAX; i++) {
        EPOXY_CALL *call = &epoxy->Calls[i];

        if (call->Message == NULL || call->Ticket != reply->Ticket || call->Answered)
            continue;
        *call->Message = *reply;
        call->Answered = TRUE;
        SetEvent(call->Done);
        break;
    }
    LeaveCriticalSection(&epoxy->TakeLock);
}

VOID EpoxyDispatch(PEPOXY epoxy)
{
    DWORD look = epoxy->Heap != 0 ? STORE_LOOK_MS : INFINITE;
    EPOXY_MESSAGE reply;

    for (;;) {
        if (WaitForSingleObject(epoxy->Items[EpoxyStore], look) != WAIT_OBJECT_0) {
            EpoxyLookForStore(epoxy);
            continue;
        }
        if (!Take(epoxy, &reply))
            continue;
        if (epoxy->Heap != 0 && reply.Generation != epoxy->SeenGeneration)
            EpoxyLookForStore(epoxy);
        if (!EpoxyHandOver(epoxy, &reply))
            AnswerCall(epoxy, &reply);
    }
}

/* ---- The store ------------------------------------------------------------------------------- */

BOOL EpoxyReceive(PEPOXY epoxy, PEPOXY_MESSAGE message)
{
    do {
        if (WaitForSingleObject(epoxy->Items[EpoxyClient], INFINITE) != WAIT_OBJECT_0)
            return FALSE;
    } while (!Take(epoxy, message));
    return TRUE;
}

VOID EpoxyReply(PEPOXY epoxy, const EPOXY_MESSAGE *message)
{
    EPOXY_HEADER header;

    while (!EpoxyTryPut(epoxy, message)) {
        EpoxyReadHeader(epoxy, &header);
        if (header.Generation != message->Generation)
            return; /* The request is of an earlier life: no caller waits. */
        Sleep(RING_FULL_WAIT_MS);
    }
}
