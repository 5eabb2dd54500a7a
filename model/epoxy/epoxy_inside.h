/* epoxy_inside.h - what the files of the queue pairs share: epoxy.c has the rings and calls,
 * epoxy_post.c the heap, what is posted, and the Central Queue Manager. */
#pragma once
#include <windows.h>
#include "model/epoxy/epoxy.h"

enum { RING_FULL_WAIT_MS = 16, STORE_LOOK_MS = 250 };

typedef struct _EPOXY_CALL {
    PEPOXY_MESSAGE Message; /* The caller's message; NULL: this entry is free. */
    HANDLE Done;
    ULONG Ticket;
    BOOL Answered;
} EPOXY_CALL;

/* The two behaviours that differ between Exchange 2000 and 2003 (KB 817051). */
typedef struct _EPOXY_VERSION {
    BOOL (*IsFull)(const EPOXY_RING *ring);
    BOOL ChecksBlocks; /* TRUE: checks whether the heap had a free block. */
} EPOXY_VERSION;

struct _EPOXY {
    EPOXY_SETUP Setup;
    const EPOXY_VERSION *Version;
    EPOXY_SIDE Side;
    HANDLE Section, Items[2]; /* Items[ring]: semaphore that counts the ring's messages. */
    ULONG_PTR View;
    CRITICAL_SECTION PutLock, TakeLock;
    ULONG NextTicket;
    EPOXY_CALL Calls[EPOXY_CALLS_MAX];

    HANDLE HeapSection; /* This and the fields below: only in a pair with a heap. */
    ULONG_PTR Heap;
    CRITICAL_SECTION HeapLock;
    ULONG SeenGeneration; /* Generation up to which no posted request of an older one is left. */
};

/* ---- epoxy.c --------------------------------------------------------------------------------- */
VOID EpoxyReadHeader(PEPOXY epoxy, EPOXY_HEADER *header);
VOID EpoxyWriteWord(PEPOXY epoxy, SIZE_T offset, ULONG value); /* Writes a field of the header. */
VOID EpoxyMakeName(PWSTR out, EPOXY_PAIR pair, PCWSTR suffix); /* out: 48 characters. */
/* Puts one message into the own ring. FALSE: full, or the generation is not the message's. */
BOOL EpoxyTryPut(PEPOXY epoxy, const EPOXY_MESSAGE *message);
BOOL EpoxyIsAlive(DWORD process);
BOOL EpoxyStoreLives(PEPOXY epoxy, ULONG generation);
VOID EpoxyCountBlock(PEPOXY epoxy, ULONG generation, LONG change);

/* ---- epoxy_post.c ---------------------------------------------------------------------------- */
BOOL EpoxyMakeHeap(PEPOXY epoxy); /* Maps the heap if the setup asks for one. FALSE: no memory. */
/* Gives the reply to a posted request to Answered. FALSE: the reply is not to a posted one. */
BOOL EpoxyHandOver(PEPOXY epoxy, const EPOXY_MESSAGE *reply);
/* Called when no reply has come for a while: fails the requests posted to a store that is gone. */
VOID EpoxyLookForStore(PEPOXY epoxy);
/* Clears away the requests and blocks of a client that has ended. */
VOID EpoxyClearDebris(PEPOXY epoxy);
