/* store_inside.h - what the files of store.exe share: its state; how its database comes and goes.
 *
 * store.c serves (proxies, workers, the janitor, controls); store_mount.c attaches the database,
 * brings it up to date and dismounts it. The other files are a way of mail each, or a tool; they
 * are below.
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
    DATABASE_MAKING = 0x4d414b45, /* Running, and not attached yet for the first time. */
    DATABASE_NONE = 0,
};

struct store {
    PIFSPROXY proxy;
    PEX32 ex32;
    PESE ese;
    PESE_DATABASE database;
    PEPOXY epoxy;
    CRITICAL_SECTION lock; /* Guards the ring of messages kept. */
    ULONG first, count, pages;
    ULONG rpc_threads, rpc_busy;
    PEPOXY out_queue; /* Mail that leaves. */
    HANDLE out_ready;
    ULONG stamp;                 /* Of this life. */
    struct made *out_made;       /* By row of the temporary tables. */
    struct store_public *public; /* NULL: there is no public folder store. */
    BOOL stopping;               /* No new work. */
    LONG busy;                   /* Commits, deletions and mounts in hand. */
    LONG mount_error;
    ESE_FILES files; /* What is known of them before the next try. */
    BOOL attached;   /* At least once. */
    WCHAR temp[64];  /* The temporary file, by TMP of the environment; "": none. */
    char builds[PRODUCT_FILES][FILE_BUILD_CHARS]; /* Of the DLLs this process has loaded. */
    struct kept {
        EXIFS_EA_LIST ea;
        WCHAR name[EXIFS_NAME_CHARS];
    } * kept;
};

/* ---- store_mime.c ---------------------------------------------------------------------------- */

#define STORE_PARSER_ADDRESS 0x004a1c60u /* Of its image, as event 9673 has it: invented. */

/* Looks into a message that is kept (Row of the request: parts within parts, 0 an ordinary one),
 * and converts it where it has a TNEF part. */
LONG store_phase_two(struct store *self, const EPOXY_MESSAGE *message);
/* Has the message called so a TNEF part? Then it is MAPI's since it came. Its number. */
BOOL store_has_tnef(PCWSTR name);
ULONG store_number_of(PCWSTR name);

/* ---- store_mapi.c, store_out.c --------------------------------------------------------------- */

/* A temporary stream, of a message on its way out. */
struct made {
    WCHAR name[EXIFS_NAME_CHARS];
    EXIFS_EA_LIST ea;
};

/* Begin to serve RPC, and inetinfo's questions for mail that leaves; in a machine that has it. */
void store_mapi_serve(struct store *self);
void store_out_serve(struct store *self);

/* The stream of a message on its way out is written, committed and named; it is deleted; it waits
 * in its row of the temporary tables. */
LONG store_out_make(struct store *self, const struct message *message, PVOID buffer,
                    struct made *made);
VOID store_out_unmake(struct store *self, const struct made *made);
VOID store_out_announce(struct store *self, ULONG row, const struct made *made);

/* ---- store_public.c -------------------------------------------------------------------------- */

/* The public folder store, in a machine that replication comes to. */
void store_public_mount(struct store *self);
/* Told to stop: whoever waits in the driver for the public store waits no longer. Then, when no
 * work is in hand, it is dismounted. */
void store_public_close(struct store *self);
void store_public_dismount(struct store *self);
BOOL store_is_public(const struct store *self, ULONG rootId);
/* A replication message is kept, and waits for its conversion; fills message->Error. */
VOID store_public_commit(struct store *self, EPOXY_MESSAGE *message);

/* ---- store.c --------------------------------------------------------------------------------- */

/* What a client wrote is kept under its name; the message is the reply, too. */
void store_commit(struct store *self, EPOXY_MESSAGE *message);

ULONG store_pages_of(const EXIFS_EA_LIST *ea);

/* Messages are forgotten, at most STORE_BATCH: their names, their rows, and then their pages, so
 * that the log is waited for once. Returns the first error. */
LONG store_delete(struct store *self, PESE_DATABASE database, const struct kept *kept, ULONG count);

/* A row, in the order in which the janitor takes them. */
void store_keep(struct store *self, PCWSTR name, const EXIFS_EA_LIST *ea);

/* store_stubs.c: the ends of the queue pairs that this run uses, but SMTP's. */
void store_stubs_start(struct store *self);

/* FALSE: the database is being dismounted. */
BOOL store_begin_work(struct store *self);
VOID store_end_work(struct store *self);

/* store_backup.c: reads the database for ntbackup, if somebody has asked. */
void store_backup_if_wanted(struct store *self);

/* Before the store itself reads a stream: is each page what was committed? Writes event 478. */
LONG store_verify(struct store *self, const EXIFS_EA_LIST *ea);
LONG store_verify_stream(struct store *self, PCWSTR name);

/* ---- store_mount.c --------------------------------------------------------------------------- */

/* One try, with the libraries this process has loaded. Writes the events of a failure other than
 * `last`. */
LONG store_try_mount(struct store *self, LONG last);

/* store_interfaces.c: FALSE, and their events: an external interface does not find its folder. */
BOOL store_start_interfaces(void);

/* Is each DLL there, and a build that anybody knows? */
BOOL store_libraries_load(struct store *self);

/* The first word of the .edb says whether the database was dismounted in good order; brings it up
 * to date where it was not, and marks it as running. */
void store_open_database(struct store *self);

/* The messages that the database has from earlier lives, before anybody asks for one. */
void store_remember(struct store *self);

/* As it is dismounted. */
void store_close_database(const struct store *self);

/* TMP of the machine's environment, read as the process starts. */
void store_read_environment(struct store *self);

/* What was committed since the start and is still only in the log goes to the .edb. */
void store_flush_database(struct store *self);
