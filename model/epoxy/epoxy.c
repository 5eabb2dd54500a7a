/* epoxy.c - see epoxy.h.
 *
 * Layout of the section: a header of two rings (counters of what was put and taken, so that put -
 * taken is the length), then the slots. Counters and slots are shared memory and touched by copies
 * only. Producers of one process are kept apart by a critical section; between the processes there
 * is one producer and one consumer a ring, and a semaphore that counts.
 */
#include <windows.h>
#include "model/epoxy/epoxy.h"
#include "model/kernel/include/nt_program.h"

enum { SECTION_BYTES = 32768, HEADER_BYTES = 512, RING_FULL_WAIT_MS = 16, STORE_LOOK_MS = 250 };
enum { EPOXY_CPU_NS = 4000 }; /* Queue work of one message, estimate. */

typedef struct _EPOXY_CALL {
    PEPOXY_MESSAGE Message; /* NULL: this place is free. */
    HANDLE Done;
    ULONG Ticket;
    BOOL Answered;
} EPOXY_CALL;

struct _EPOXY {
    EPOXY_SIDE Side;
    HANDLE Section, Items[2]; /* Items[ring]: counts what the ring holds. */
    ULONG_PTR View;
    CRITICAL_SECTION PutLock, TakeLock;
    ULONG NextTicket;
    EPOXY_CALL Calls[EPOXY_CALLS_MAX];
};

static VOID ReadHeader(PEPOXY epoxy, EPOXY_HEADER *header)
{
    CopyMemory(header, (PVOID)epoxy->View, sizeof *header);
}

static PVOID Slot(PEPOXY epoxy, EPOXY_SIDE ring, ULONG number)
{
    return (PVOID)(epoxy->View + HEADER_BYTES +
                   ((ULONG)ring * EPOXY_SLOTS + number % EPOXY_SLOTS) * EPOXY_SLOT_BYTES);
}

static VOID WriteCounter(PEPOXY epoxy, SIZE_T offset, ULONG value)
{
    CopyMemory((PVOID)(epoxy->View + offset), &value, sizeof value);
}

static SIZE_T CounterOffset(EPOXY_SIDE ring, BOOL taken)
{
    return offsetof(EPOXY_HEADER, Rings) + (SIZE_T)ring * sizeof(EPOXY_RING) +
           (taken ? offsetof(EPOXY_RING, Taken) : 0);
}

static VOID MakeName(PWSTR out, PCWSTR name, PCWSTR suffix)
{
    lstrcpynW(out, L"Epoxy", 40);
    lstrcpynW(out + 5, name, 35 - 5);
    lstrcpynW(out + lstrlenW(out), suffix, 8);
}

/* A new life of the store: empty rings, the next generation. */
static VOID BeginGeneration(PEPOXY epoxy)
{
    EPOXY_HEADER header;
    ULONG generation;

    ReadHeader(epoxy, &header);
    generation = header.Generation + 1;
    ZeroMemory(&header, sizeof header);
    header.Generation = generation;
    header.StoreProcessId = GetCurrentProcessId();
    CopyMemory((PVOID)epoxy->View, &header, sizeof header);
    while (WaitForSingleObject(epoxy->Items[EpoxyClient], 0) == WAIT_OBJECT_0)
        continue;
}

PEPOXY EpoxyCreate(PCWSTR name, EPOXY_SIDE side)
{
    PEPOXY epoxy = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *epoxy);
    WCHAR full[48];

    if (epoxy == NULL)
        return NULL;
    epoxy->Side = side;
    epoxy->NextTicket = GetCurrentProcessId() << 16; /* No reply of an earlier client fits. */
    InitializeCriticalSection(&epoxy->PutLock);
    InitializeCriticalSection(&epoxy->TakeLock);
    MakeName(full, name, L"");
    epoxy->Section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, SECTION_BYTES, full);
    MakeName(full, name, L"Client");
    epoxy->Items[EpoxyClient] = CreateSemaphoreW(NULL, 0, 0x7fffffff, full);
    MakeName(full, name, L"Store");
    epoxy->Items[EpoxyStore] = CreateSemaphoreW(NULL, 0, 0x7fffffff, full);
    if (epoxy->Section != NULL)
        epoxy->View = (ULONG_PTR)MapViewOfFile(epoxy->Section, FILE_MAP_WRITE, 0, 0, 0);
    if (epoxy->View == 0 || epoxy->Items[0] == NULL || epoxy->Items[1] == NULL) {
        HeapFree(GetProcessHeap(), 0, epoxy);
        return NULL;
    }
    if (side == EpoxyStore)
        BeginGeneration(epoxy);
    return epoxy;
}

/* ---- Rings ----------------------------------------------------------------------------------- */

/* Puts one message into the own ring. FALSE: full, or the generation is not the message's. */
static BOOL TryPut(PEPOXY epoxy, const EPOXY_MESSAGE *message)
{
    EPOXY_SIDE ring = epoxy->Side;
    EPOXY_HEADER header;

    EnterCriticalSection(&epoxy->PutLock);
    ReadHeader(epoxy, &header);
    BOOL room = header.Rings[ring].Put - header.Rings[ring].Taken < EPOXY_SLOTS &&
                header.Generation == message->Generation;

    if (room) {
        CopyMemory(Slot(epoxy, ring, header.Rings[ring].Put), message, sizeof *message);
        WriteCounter(epoxy, CounterOffset(ring, FALSE), header.Rings[ring].Put + 1);
    }
    LeaveCriticalSection(&epoxy->PutLock);
    nt_compute(EPOXY_CPU_NS);
    if (room) {
        nt_mark_queue((uint32_t)ring, header.Rings[ring].Put + 1 - header.Rings[ring].Taken);
        ReleaseSemaphore(epoxy->Items[ring], 1, NULL);
    }
    return room;
}

/* Takes one message from the other side's ring, which its semaphore has announced. FALSE: it was
 * emptied meanwhile. */
static BOOL Take(PEPOXY epoxy, PEPOXY_MESSAGE message)
{
    EPOXY_SIDE ring = epoxy->Side == EpoxyClient ? EpoxyStore : EpoxyClient;
    EPOXY_HEADER header;

    EnterCriticalSection(&epoxy->TakeLock);
    ReadHeader(epoxy, &header);
    BOOL some = header.Rings[ring].Put != header.Rings[ring].Taken;

    if (some) {
        CopyMemory(message, Slot(epoxy, ring, header.Rings[ring].Taken), sizeof *message);
        WriteCounter(epoxy, CounterOffset(ring, TRUE), header.Rings[ring].Taken + 1);
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

/* Is the store that this generation belongs to still there? */
static BOOL StoreLives(PEPOXY epoxy, ULONG generation)
{
    EPOXY_HEADER header;
    DWORD code = 0;

    ReadHeader(epoxy, &header);
    if (header.Generation != generation || header.StoreProcessId == 0)
        return FALSE;
    HANDLE store = OpenProcess(PROCESS_DUP_HANDLE, FALSE, header.StoreProcessId);

    if (store == NULL)
        return FALSE;
    BOOL lives = GetExitCodeProcess(store, &code) && code == STILL_ACTIVE;

    CloseHandle(store);
    return lives;
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
    ReadHeader(epoxy, &header);
    message->Generation = header.Generation;
    message->Ticket = call->Ticket;
    BOOL lives = StoreLives(epoxy, message->Generation), sent = FALSE;

    while (lives && !(sent = TryPut(epoxy, message))) {
        Sleep(RING_FULL_WAIT_MS);
        lives = StoreLives(epoxy, message->Generation);
    }
    while (sent && lives && WaitForSingleObject(call->Done, STORE_LOOK_MS) != WAIT_OBJECT_0)
        lives = StoreLives(epoxy, message->Generation);
    EnterCriticalSection(&epoxy->TakeLock);
    answered = call->Answered;
    call->Message = NULL;
    LeaveCriticalSection(&epoxy->TakeLock);
    return answered;
}

VOID EpoxyDispatch(PEPOXY epoxy)
{
    EPOXY_MESSAGE reply;

    for (;;) {
        WaitForSingleObject(epoxy->Items[EpoxyStore], INFINITE);
        if (!Take(epoxy, &reply))
            continue;
        EnterCriticalSection(&epoxy->TakeLock);
        for (ULONG i = 0; i < EPOXY_CALLS_MAX; i++) {
            EPOXY_CALL *call = &epoxy->Calls[i];

            if (call->Message == NULL || call->Ticket != reply.Ticket || call->Answered)
                continue;
            *call->Message = reply;
            call->Answered = TRUE;
            SetEvent(call->Done);
            break;
        }
        LeaveCriticalSection(&epoxy->TakeLock);
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

    while (!TryPut(epoxy, message)) {
        ReadHeader(epoxy, &header);
        if (header.Generation != message->Generation)
            return; /* A request of an earlier life: nobody waits. */
        Sleep(RING_FULL_WAIT_MS);
    }
}
