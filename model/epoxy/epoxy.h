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
 * that starts anew gives the pair a new generation, and what belongs to an older one fails. What a
 * client leaves behind that ended without a word, the Central Queue Manager clears away: a thread
 * of the store in EpoxyManage, or the client's next life as it binds.
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
    EpoxyCommitFile = 2, /* The same by its file id, for a list that is too long. */
    EpoxyHeader = 3,     /* One row of a folder: the envelope of a message. */
    EpoxyOpen = 4,       /* Reply: Name and Ea of the stream in which the message can be read ... */
    EpoxyClose = 5,      /* ... and it was read: a temporary stream goes. */
    EpoxyOutNext = 7,    /* The next row of mail that leaves: Row, its Stamp, Name, Ea.Length. */
    EpoxyOutSent = 8,    /* Row is sent, and goes. */
    EpoxyOutBack = 9,    /* Row could not be sent, and waits again. */
    EpoxyOutAgain = 10,  /* SMTP begins anew: whatever it was handed waits again. */
    EpoxyOutStamp = 11   /* Nothing but the store's stamp, which every reply of these has. */
} EPOXY_KIND;

#define EPOXY_SLOT_BYTES  256u
#define EPOXY_SLOTS       60u  /* Two rings of 60 and a header fit 32 KB. */
#define EPOXY_CALLS_MAX   256u /* Threads of one client that may wait at once: the pool's limit. */
#define EPOXY_BLOCK_BYTES 64u
#define EPOXY_STORE_GONE  (-2231) /* Error of what was posted to a store that ended. */

typedef struct _EPOXY_MESSAGE {
    ULONG Generation, Ticket; /* Filled by EpoxyCall, EpoxyPost; a reply carries them back. */
    ULONG Kind;
    LONG Error; /* Reply: 0 or an SLV error. */
    WCHAR Name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST Ea;
    ULONG Block; /* Of the heap; 0: none. As the ticket. */
    ULONG Row; /* Mail that leaves (store_out.c); of a commit, parts within parts of the message. */
    union {
        struct {
            ULONG Stamp, StoreStamp; /* Of the store's life it was submitted in; of this life. */
        };
        ULONG Replication; /* A commit: the message replicates a folder. */
    };
} EPOXY_MESSAGE, *PEPOXY_MESSAGE;
C_ASSERT(sizeof(EPOXY_MESSAGE) <= EPOXY_SLOT_BYTES);

/* What the section begins with; counters run on, so put - taken is a ring's length. */
typedef struct _EPOXY_RING {
    ULONG Put, Taken;
} EPOXY_RING;
typedef struct _EPOXY_HEADER {
    ULONG Generation; /* Of the store's life; 0: no store yet. */
    ULONG StoreProcessId;
    EPOXY_RING Rings[2];   /* [EpoxyClient]: client out, [EpoxyStore]: store out. */
    ULONG Blocks;          /* Allocated: requests that were not answered yet. */
    ULONG ClientProcessId; /* Who is bound; 0: nobody, or nobody who posts. */
} EPOXY_HEADER;

typedef struct _EPOXY EPOXY, *PEPOXY;

typedef struct _EPOXY_SETUP {
    EPOXY_PAIR Pair;
    EPOXY_SIDE Side;
    ULONG Blocks;      /* What the heap may come to; 0: no heap, and nothing can be posted. */
    BOOL Exchange2000; /* Without the correction of KB 817051. */

    /* The client: something posted is answered, or will not be (EPOXY_STORE_GONE). In the thread
     * that dispatches. */
    VOID (*Answered)(PVOID context, const EPOXY_MESSAGE *reply, ULONG tag);
    PVOID Context;
} EPOXY_SETUP;

/* Maps the section (making it if need be). The store's side empties the rings and starts a
 * generation; a client clears away what its predecessor left. NULL: no memory. */
PEPOXY EpoxyBind(const EPOXY_SETUP *setup);

/* Of the store's life; it changes when a store starts. */
ULONG EpoxyGeneration(PEPOXY epoxy);

/* Who is bound as the client and posts; 0: nobody, for now. */
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

/* The store: the next request. FALSE: the pair is being closed. */
BOOL EpoxyReceive(PEPOXY epoxy, PEPOXY_MESSAGE message);
VOID EpoxyReply(PEPOXY epoxy, const EPOXY_MESSAGE *message);

/* The Central Queue Manager, a thread of the store: watches the clients of these pairs for ever. */
VOID EpoxyManage(const PEPOXY *pairs, ULONG count);
