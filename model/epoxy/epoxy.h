/* epoxy.h - ExIPC: the shared-memory queue pair between inetinfo.exe and store.exe.
 *
 * One 32 KB section holds two rings, client out and store out (facts/exchange-exifs.md 1.7). A
 * client thread sends a request and waits; a store thread receives, works and replies; a thread of
 * the client hands replies to their waiters. The small control message goes here, the bytes of the
 * mail go through ExIFS.
 *
 *     store:   epoxy = EpoxyCreate(L"Smtp", EpoxyStore);
 *              while (EpoxyReceive(epoxy, &m)) { ...; EpoxyReply(epoxy, &m); }
 *     client:  epoxy = EpoxyCreate(L"Smtp", EpoxyClient);       (and one thread in EpoxyDispatch)
 *              EpoxyCall(epoxy, &m);
 *
 * Rings live in shared memory and survive either process as long as the other maps them; a store
 * that starts anew gives the pair a new generation, and calls of an older one fail. Include after
 * <windows.h>.
 */
#pragma once
#include "model/exifs/exifs_ioctl.h"

typedef enum _EPOXY_SIDE { EpoxyClient, EpoxyStore } EPOXY_SIDE;
typedef enum _EPOXY_KIND { EpoxyCommit = 1, EpoxyCommitFile = 2 } EPOXY_KIND;

#define EPOXY_SLOT_BYTES 256u
#define EPOXY_SLOTS      60u  /* Two rings of 60 and a header fit 32 KB. */
#define EPOXY_CALLS_MAX  256u /* Threads of one client that may wait at once: the pool's limit. */

typedef struct _EPOXY_MESSAGE {
    ULONG Generation, Ticket; /* Filled by EpoxyCall; a reply carries them back. */
    ULONG Kind;
    LONG Error; /* Reply: 0 or an SLV error. */
    WCHAR Name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST Ea;
} EPOXY_MESSAGE, *PEPOXY_MESSAGE;
C_ASSERT(sizeof(EPOXY_MESSAGE) <= EPOXY_SLOT_BYTES);

/* What the section begins with; counters run on, so put - taken is a ring's length. */
typedef struct _EPOXY_RING {
    ULONG Put, Taken;
} EPOXY_RING;
typedef struct _EPOXY_HEADER {
    ULONG Generation; /* Of the store's life; 0: no store yet. */
    ULONG StoreProcessId;
    EPOXY_RING Rings[2]; /* [EpoxyClient]: client out, [EpoxyStore]: store out. */
} EPOXY_HEADER;

typedef struct _EPOXY EPOXY, *PEPOXY;

/* Maps the section (making it if need be). The store's side empties the rings and starts a
 * generation. NULL: no memory. */
PEPOXY EpoxyCreate(PCWSTR name, EPOXY_SIDE side);

/* Sends and waits for the reply, in place. FALSE: the store is gone or was replaced meanwhile;
 * Error is then the caller's to choose. A full ring makes the caller wait. */
BOOL EpoxyCall(PEPOXY epoxy, PEPOXY_MESSAGE message);

/* The client's dispatcher: hands replies to waiting calls, for ever; fails the calls of a dead
 * store. */
VOID EpoxyDispatch(PEPOXY epoxy);

/* The store: the next request. FALSE: the pair is being closed. */
BOOL EpoxyReceive(PEPOXY epoxy, PEPOXY_MESSAGE message);
VOID EpoxyReply(PEPOXY epoxy, const EPOXY_MESSAGE *message);
