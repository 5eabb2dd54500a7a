/* epoxy_inside.h - what the files of the queue pairs share: epoxy.c has the rings and calls,
 * epoxy_post.c the heap, what is posted, and the Central Queue Manager. */
#pragma once
#include <windows.h>
#include "model/epoxy/epoxy.h"

enum { RING_FULL_WAIT_MS = 16, STORE_LOOK_MS = 250 };

typedef struct _EPOXY_CALL {
    PEPOXY_MESSAGE Message; /* NULL: this place is free. */
    HANDLE Done;
    ULONG Ticket;
    BOOL Answered;
} EPOXY_CALL;

/* What Exchange 2000 and 2003 do differently (KB 817051). */
typedef struct _EPOXY_VERSION {
    BOOL (*IsFull)(const EPOXY_RING *ring);
    BOOL ChecksBlocks; /* Looks whether the heap had a block to give. */
} EPOXY_VERSION;

struct _EPOXY {
    EPOXY_SETUP Setup;
    const EPOXY_VERSION *Version;
    EPOXY_SIDE Side;
    HANDLE Section, Items[2]; /* Items[ring]: counts what the ring holds. */
    ULONG_PTR View;
    CRITICAL_SECTION PutLock, TakeLock;
    ULONG NextTicket;
    EPOXY_CALL Calls[EPOXY_CALLS_MAX];

    HANDLE HeapSection; /* Only of a pair with a heap, as what follows. */
    ULONG_PTR Heap;
    CRITICAL_SECTION HeapLock;
    ULONG SeenGeneration; /* Nothing posted to an older one is left. */
};

/* ---- epoxy.c --------------------------------------------------------------------------------- */
VOID EpoxyReadHeader(PEPOXY epoxy, EPOXY_HEADER *header);
VOID EpoxyWriteWord(PEPOXY epoxy, SIZE_T offset, ULONG value); /* Of the header. */
VOID EpoxyMakeName(PWSTR out, EPOXY_PAIR pair, PCWSTR suffix); /* 48 characters. */
/* Puts one message into the own ring. FALSE: full, or the generation is not the message's. */
BOOL EpoxyTryPut(PEPOXY epoxy, const EPOXY_MESSAGE *message);
BOOL EpoxyIsAlive(DWORD process);
BOOL EpoxyStoreLives(PEPOXY epoxy, ULONG generation);
VOID EpoxyCountBlock(PEPOXY epoxy, ULONG generation, LONG change);

/* ---- epoxy_post.c ---------------------------------------------------------------------------- */
BOOL EpoxyMakeHeap(PEPOXY epoxy); /* Of a pair whose setup asks for it. FALSE: no memory. */
/* A reply to something posted; FALSE: it was none. */
BOOL EpoxyHandOver(PEPOXY epoxy, const EPOXY_MESSAGE *reply);
/* Nothing came for a while: what was posted to a store that is gone, fails. */
VOID EpoxyLookForStore(PEPOXY epoxy);
/* Clears away what a client left that has ended. */
VOID EpoxyClearDebris(PEPOXY epoxy);
