/* epoxy.h - ExIPC: the shared-memory queue pairs between store.exe and its clients.
 *
 * Per protocol one 32 KB section holds two rings, client out and store out, and a shared heap holds
 * blocks (facts/exchange-exifs.md 1.7). The small control message goes here, the bytes of the mail
 * go through ExIFS. A client calls and waits, or posts and goes on; a store thread receives, works
 * and replies; a thread of the client hands replies to their waiters.
 *
 *     store:   epoxy = EpoxyBind(&(EPOXY_SETUP){ EpoxyPairSMTP, EpoxyStore });
 *              while (EpoxyReceive(epoxy, &m)) { ...; EpoxyReply(epoxy, &m); }
 *     client:  epoxy = EpoxyBind(&(EPOXY_SETUP){ EpoxyPairSMTP, EpoxyClient });
 *              EpoxyDispatch(epoxy);                                  (in one thread, for ever)
 *              EpoxyCall(epoxy, &m);          EpoxyPost(epoxy, &m, tag);
 *
 * Rings live in shared memory and survive either process as long as the other maps them. A store
 * that starts anew gives the pair a new generation, and requests of an older one fail. If a
 * client's process ends with requests in the rings, the Central Queue Manager clears them away: a
 * thread of the store in EpoxyManage, or the client's next process as it binds.
 */
#pragma once
#include <windows.h>
#include "model/exifs/exifs_ioctl.h"

typedef enum _EPOXY_PAIR {
#define EPOXY_PAIR(id, instance, name, protocol) EpoxyPair##id,
#include "model/words/epoxy_pairs.def"
#undef EPOXY_PAIR
    EpoxyPairs
} EPOXY_PAIR;

typedef enum _EPOXY_SIDE { EpoxyClient, EpoxyStore } EPOXY_SIDE;
typedef enum _EPOXY_KIND {
    EpoxyCommit = 1,     /* Ea: where the stream lies. Reply: kept as Name, or an error. */
    EpoxyCommitFile = 2, /* The same by the stream's file id, for an EA list that is too long. */
    EpoxyHeader = 3,     /* Asks for one row of a folder: the envelope of a message. */
    EpoxyOpen = 4,       /* Reply: Name and Ea of the stream in which the message can be read ... */
    EpoxyClose = 5,      /* ... and tells that it was read: a temporary stream is deleted. */
    /* Reply: the next row of outbound mail: Row, its Stamp, Name, Ea.Length. */
    EpoxyOutNext = 7,
    EpoxyOutSent = 8,   /* Tells that Row is sent: the store deletes it. */
    EpoxyOutBack = 9,   /* Tells that Row could not be sent: it waits again. */
    EpoxyOutAgain = 10, /* Tells that SMTP begins anew: every row it was handed waits again. */
    /* Reply: the store's stamp alone; the other Out replies carry it as well. */
    EpoxyOutStamp = 11
} EPOXY_KIND;

#define EPOXY_SLOT_BYTES  256u
#define EPOXY_SLOTS       60u  /* Two rings of 60 and a header fit 32 KB. */
#define EPOXY_CALLS_MAX   256u /* Threads of one client that may wait at once: the pool's limit. */
#define EPOXY_BLOCK_BYTES 64u
#define EPOXY_STORE_GONE  (-2231) /* Error of a request posted to a store that ended. */

typedef struct _EPOXY_MESSAGE {
    ULONG Generation, Ticket; /* Filled by EpoxyCall, EpoxyPost; a reply carries them back. */
    ULONG Kind;
    LONG Error; /* Reply: 0 or an SLV error. */
    WCHAR Name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST Ea;
    /* Heap block this request holds; 0: none. The store copies it into the reply, like Ticket. */
    ULONG Block;
    /* Outbound mail: row of the temporary tables (store_out.c). Commit: how deep the parts nest. */
    ULONG Row;
    union {
        struct {
            /* Numbers of store lives: that in which the row was submitted, and the present one. */
            ULONG Stamp, StoreStamp;
        };
        ULONG Replication; /* Commit: not 0 if the message replicates a folder. */
    };
} EPOXY_MESSAGE, *PEPOXY_MESSAGE;
C_ASSERT(sizeof(EPOXY_MESSAGE) <= EPOXY_SLOT_BYTES);

/* Counters of a ring, in messages. They run on, so Put - Taken is the ring's length. */
typedef struct _EPOXY_RING {
    ULONG Put, Taken;
} EPOXY_RING;
typedef struct _EPOXY_HEADER {
    ULONG Generation; /* Number of the store's life on this pair; 0: no store yet. */
    ULONG StoreProcessId;
    EPOXY_RING Rings[2];   /* [EpoxyClient]: client out, [EpoxyStore]: store out. */
    ULONG Blocks;          /* Heap blocks in use: posted requests not yet answered. */
    ULONG ClientProcessId; /* Process of the bound client; 0: none, or one that does not post. */
} EPOXY_HEADER;

typedef struct _EPOXY EPOXY, *PEPOXY;

typedef struct _EPOXY_SETUP {
    EPOXY_PAIR Pair;
    EPOXY_SIDE Side;
    ULONG Blocks;      /* Most blocks of the heap; 0: no heap, and EpoxyPost may not be called. */
    BOOL Exchange2000; /* TRUE: the behaviour before the correction of KB 817051. */

    /* Client only: called in the dispatching thread for each posted request, with the reply or, if
     * the store ended, with Error EPOXY_STORE_GONE. */
    VOID (*Answered)(PVOID context, const EPOXY_MESSAGE *reply, ULONG tag);
    PVOID Context;
} EPOXY_SETUP;

/* Maps the section (making it if need be). The store's side empties the rings and starts a
 * generation; a client clears away what its predecessor left. NULL: no memory. */
PEPOXY EpoxyBind(const EPOXY_SETUP *setup);

/* Generation of the pair: it changes when a store starts; 0: no store yet. */
ULONG EpoxyGeneration(PEPOXY epoxy);

/* Process id of the bound client that posts; 0: none at present. */
ULONG EpoxyClientProcess(PEPOXY epoxy);

/* Sends and waits for the reply, in place. FALSE: the store is gone or was replaced meanwhile;
 * Error is then the caller's to choose. A full ring makes the caller wait. */
BOOL EpoxyCall(PEPOXY epoxy, PEPOXY_MESSAGE message);

/* Sends and does not wait: Answered gets the reply, with the tag. FALSE: the store is gone. A full
 * ring or heap makes the caller wait; those of Exchange 2000 were not seen to be full. */
BOOL EpoxyPost(PEPOXY epoxy, PEPOXY_MESSAGE message, ULONG tag);

/* The client's dispatcher: hands replies to waiting calls and what was posted, for ever; fails what
 * was posted to a dead store. */
VOID EpoxyDispatch(PEPOXY epoxy);

/* Store: waits for the next request; FALSE: the pair is being closed. Reply sends the answer to a
 * request that was received. */
BOOL EpoxyReceive(PEPOXY epoxy, PEPOXY_MESSAGE message);
VOID EpoxyReply(PEPOXY epoxy, const EPOXY_MESSAGE *message);

/* The Central Queue Manager, a thread of the store: watches the clients of these pairs for ever. */
VOID EpoxyManage(const PEPOXY *pairs, ULONG count);
