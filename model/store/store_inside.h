/* store_inside.h - what the files of store.exe share: its state and the life of its database.
 *
 * store.c serves (proxies, workers, the janitor, controls); store_mount.c attaches the database,
 * brings it up to date and dismounts it. Each other file is a way of mail or a tool; their
 * functions are below.
 */
#pragma once
#include "model/setup/files.h"
#include "model/epoxy/epoxy.h"
#include "model/ese/ese.h"
#include "model/exwin32/exwin32.h"

enum {
    MESSAGES_MAX = 2048,
    MOUNT_RETRY_MS = 2000,
    STORE_BATCH = 32, /* Messages that are deleted together. */
    DATABASE_DIRTY = 0x44495254,
    DATABASE_CLEAN = 0x4c45414e,
    /* The database is being made: running, and not attached yet for the first time. */
    DATABASE_MAKING = 0x4d414b45,
    DATABASE_NONE = 0,
};

struct store {
    PIFSPROXY proxy;
    PEX32 ex32;
    PESE ese;
    PESE_DATABASE database;
    PEPOXY epoxy;
    CRITICAL_SECTION lock; /* Guards kept, first, count and pages: the ring of messages kept. */
    ULONG first, count, pages;
    ULONG rpc_threads, rpc_busy;
    PEPOXY out_queue; /* Queue pair of outbound mail; NULL: no mail leaves. */
    HANDLE out_ready;
    /* Number of this life of the store, in every reply on out_queue. */
    ULONG stamp;
    struct made *out_made;       /* Streams of outbound messages, by row of the temporary tables. */
    struct store_public *public; /* NULL: there is no public folder store. */
    BOOL stopping;               /* TRUE: no new work begins. */
    LONG busy;                   /* Commits, deletions and mounts in hand. */
    LONG mount_error;
    ESE_FILES files; /* State of the .edb and .stm, known before the next try to mount. */
    BOOL attached;   /* TRUE: the database was attached at least once. */
    WCHAR temp[64];  /* Path of the temporary file, from TMP of the environment; "": none. */
    char builds[PRODUCT_FILES][FILE_BUILD_CHARS]; /* Builds of the DLLs this process has loaded. */
    struct kept {
        EXIFS_EA_LIST ea;
        WCHAR name[EXIFS_NAME_CHARS];
    } * kept;
};

/* ---- store_mime.c ---------------------------------------------------------------------------- */

#define STORE_PARSER_ADDRESS 0x004a1c60u /* Address in store.exe that event 9673 names: invented. */

/* Parses a kept message (Row of the request: how deep its parts nest, 0 an ordinary one) and
 * converts it if it has a TNEF part. Returns 0 or an SLV error. */
LONG store_phase_two(struct store *self, const EPOXY_MESSAGE *message);
/* Whether the message of this name has a TNEF part: MAPI then has it from delivery on. The number
 * in a message's name. */
BOOL store_has_tnef(PCWSTR name);
ULONG store_number_of(PCWSTR name);

/* ---- store_mapi.c, store_out.c --------------------------------------------------------------- */

/* A temporary stream: a message on its way out. */
struct made {
    WCHAR name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST ea;
};

/* Start the threads that serve RPC, and inetinfo's requests for outbound mail; nothing in a machine
 * without them. */
void store_mapi_serve(struct store *self);
void store_out_serve(struct store *self);

/* Writes and commits the stream of an outbound message and fills made (0 or an SLV error); deletes
 * it; lets it wait for SMTP in its row of the temporary tables. */
LONG store_out_make(struct store *self, const struct message *message, PVOID buffer,
                    struct made *made);
VOID store_out_unmake(struct store *self, const struct made *made);
VOID store_out_announce(struct store *self, ULONG row, const struct made *made);

/* ---- store_public.c -------------------------------------------------------------------------- */

/* Mounts the public folder store, in a machine that replication or public posts come to. */
void store_public_mount(struct store *self);
/* Close, as the store is told to stop: ends the waits in the driver for the public store. Dismount
 * follows when no work is in hand. */
void store_public_close(struct store *self);
void store_public_dismount(struct store *self);
BOOL store_is_public(const struct store *self, ULONG rootId);
/* Keeps a replication message and queues its conversion; fills message->Error. */
VOID store_public_commit(struct store *self, EPOXY_MESSAGE *message);

/* ---- store.c --------------------------------------------------------------------------------- */

/* Commits the stream a client wrote, and keeps it under the message's name. message is request and
 * reply: Error is filled in. */
void store_commit(struct store *self, EPOXY_MESSAGE *message);

ULONG store_pages_of(const EXIFS_EA_LIST *ea);

/* Deletes at most STORE_BATCH messages: their names, their rows, then their pages, so that it waits
 * for the log once. Returns the first error. */
LONG store_delete(struct store *self, PESE_DATABASE database, const struct kept *kept, ULONG count);

/* Adds a message to the ring from which the janitor deletes the oldest. */
void store_keep(struct store *self, PCWSTR name, const EXIFS_EA_LIST *ea);

/* store_stubs.c: serves the store's ends of the queue pairs that this run uses, except SMTP's. */
void store_stubs_start(struct store *self);

/* Bracket work on the database. Begin returns FALSE while the database is being dismounted: the
 * caller must then not work, nor call end. */
BOOL store_begin_work(struct store *self);
VOID store_end_work(struct store *self);

/* store_backup.c: reads the database for ntbackup, if the console has asked for a backup. */
void store_backup_if_wanted(struct store *self);

/* Compare each page of a stream with its checksum before the store itself reads it; a page that
 * differs gets event 478. 0 or the SLV error. */
LONG store_verify(struct store *self, const EXIFS_EA_LIST *ea);
LONG store_verify_stream(struct store *self, PCWSTR name);

/* ---- store_mount.c --------------------------------------------------------------------------- */

/* Tries once to mount, with the libraries this process has loaded. Returns 0 or the error; writes
 * the events of an error that differs from `last`. */
LONG store_try_mount(struct store *self, LONG last);

/* store_interfaces.c: starts the external interfaces. FALSE: one does not find its folder; its
 * events are written. */
BOOL store_start_interfaces(void);

/* Loads the DLLs. FALSE: one is missing or of an unknown build. */
BOOL store_libraries_load(struct store *self);

/* Reads the first word of the .edb: was the database dismounted cleanly? If not, brings it up to
 * date from the log; marks it as running. */
void store_open_database(struct store *self);

/* Names the messages of earlier lives, before any client asks for one. */
void store_remember(struct store *self);

/* Marks the .edb as cleanly dismounted. */
void store_close_database(const struct store *self);

/* Reads TMP of the machine's environment as the process starts; fills temp. */
void store_read_environment(struct store *self);

/* Writes to the .edb what was committed since the start and is only in the log. */
void store_flush_database(struct store *self);
