/* store_out.c - mail that leaves: the store's end of SMTP out.
 *
 * No message bypasses the queuing engine (facts/exchange-exifs.md 2.2). What a MAPI client submits
 * is a row of the store's temporary tables in the .edb, and beside it a temporary stream in the
 * .stm with the message in Internet form. inetinfo asks for rows by Epoxy, reads the stream through
 * ExIFS and says when it is sent; then stream and row are deleted.
 *
 * Rows outlive the store. A store that starts finds them there, makes their streams anew from the
 * .edb, and announces them again. Each row carries the time stamp of the life in which it was
 * submitted; inetinfo_out.c tells how drviis.dll judges the stamp.
 */
#include <windows.h>
#include "model/store/store_inside.h"

enum {
    OUT_US = 400,
    PER_PAGE_US = 80,
    LONG_BYTES = EXIFS_RUNS_MAX * EXIFS_PAGE_SIZE, /* May be more runs than an EA list holds. */
    ROOM_BYTES_MAX = EXIFS_ASIDE_PAGES_MAX * EXIFS_PAGE_SIZE,
};

/* ---- The stream ------------------------------------------------------------------------------ */

static VOID stream_name(const struct message *message, PWSTR name)
{
    message_name(message, name);
    name[0] = L'o';
}

/* Space is reserved first, so that the stream lies in few runs: SMTP opens it by name, and a name's
 * entry holds one EA list. A stream of more runs is not committed, and its client tries again. */
static LONG write_stream(struct store *self, PCWSTR name, ULONG bytes, PVOID buffer,
                         PEXIFS_EA_LIST ea)
{
    PIFSFILE file;
    LONG error = IfsOpen(self->proxy, ROOT_NAME, name, ExifsCreateNew, &file);

    if (error != 0)
        return error;
    if (bytes > LONG_BYTES)
        error = IfsSetAside(file, bytes < ROOM_BYTES_MAX ? bytes : ROOM_BYTES_MAX);
    for (ULONG done = 0; error == 0 && done < bytes;) {
        ULONG part = bytes - done < EXIFS_WRITE_BYTES_MAX ? bytes - done : EXIFS_WRITE_BYTES_MAX;

        nt_compute(US(PER_PAGE_US) * (part / EXIFS_PAGE_SIZE + 1));
        error = IfsWrite(file, buffer, part);
        done += part;
    }
    if (error == 0)
        error = IfsGetEaList(file, ea);
    if (error == 0)
        error = EseCommit(self->database, NULL, ea);
    IfsClose(file);
    return error;
}

LONG store_out_make(struct store *self, const struct message *message, PVOID buffer,
                    struct made *made)
{
    stream_name(message, made->name);
    return write_stream(self, made->name, message->bytes, buffer, &made->ea);
}

VOID store_out_unmake(struct store *self, const struct made *made)
{
    Ex32Withdraw(self->ex32, made->ea.RootId, made->name);
    if (EseDelete(self->database, &made->ea) == 0)
        EseReclaim(self->database, &made->ea);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

VOID store_out_announce(struct store *self, ULONG row, const struct made *made)
{
    struct outbound *out = &server_site()->outbox[row];

    self->out_made[row] = *made;
    out->state = OUTBOUND_WAITS;
    if (out->stamp == 0)
        out->stamp = self->stamp;
    ReleaseSemaphore(self->out_ready, 1, NULL);
}

/* Finds the oldest row not handed out in this life of inetinfo. */
static LONG next_row(ULONG *row)
{
    const struct outbound *outbox = server_site()->outbox;

    *row = OUTBOX_MAX;
    for (ULONG i = 0; i < OUTBOX_MAX; i++)
        if (outbox[i].message.id != 0 && outbox[i].state == OUTBOUND_WAITS &&
            (*row == OUTBOX_MAX || outbox[i].message.id < outbox[*row].message.id))
            *row = i;
    return *row < OUTBOX_MAX ? 0 : JET_errSLVFileNotFound;
}

/* Publishes the stream only now: exwin32's table has 256 entries, used in turn, and a name
 * published early would be evicted before the message is sent. */
static VOID hand_out(struct store *self, EPOXY_MESSAGE *message)
{
    struct outbound *out;
    ULONG row;

    message->Error = next_row(&row);
    if (message->Error != 0)
        return;
    out = &server_site()->outbox[row];
    out->state = OUTBOUND_HANDED;
    Ex32Publish(self->ex32, self->out_made[row].name, &self->out_made[row].ea);
    message->Row = row;
    message->Stamp = out->stamp;
    message->Ea.Length = out->message.bytes;
    lstrcpynW(message->Name, self->out_made[row].name, EXIFS_NAME_CHARS);
}

/* TRUE: the sender of this name still has its row. FALSE: the row was handed out again or is
 * another message's, or the store has just started and made no stream yet. */
static BOOL is_handed(const struct store *self, const EPOXY_MESSAGE *message)
{
    ULONG row = message->Row % OUTBOX_MAX;
    const struct outbound *out = &server_site()->outbox[row];

    return out->message.id != 0 && out->state == OUTBOUND_HANDED &&
           lstrcmpW(self->out_made[row].name, message->Name) == 0;
}

static VOID forget(struct store *self, EPOXY_MESSAGE *message)
{
    ULONG row = message->Row % OUTBOX_MAX;
    const struct made made = self->out_made[row];

    message->Error = 0;
    if (!is_handed(self, message))
        return; /* The present holder of the row will report it sent. */
    server_site()->outbox[row].state = OUTBOUND_SENT;
    store_out_unmake(self, &made);
    load_sent(row);
}

/* SMTP begins anew: every row it had been handed waits again. */
static VOID announce_again(struct store *self, EPOXY_MESSAGE *message)
{
    struct outbound *outbox = server_site()->outbox;

    for (ULONG i = 0; i < OUTBOX_MAX; i++)
        if (outbox[i].message.id != 0 && outbox[i].state == OUTBOUND_HANDED) {
            outbox[i].state = OUTBOUND_WAITS;
            ReleaseSemaphore(self->out_ready, 1, NULL);
        }
    message->Error = 0;
}

static VOID back(struct store *self, EPOXY_MESSAGE *message)
{
    message->Error = 0;
    if (!is_handed(self, message))
        return;
    server_site()->outbox[message->Row % OUTBOX_MAX].state = OUTBOUND_WAITS;
    ReleaseSemaphore(self->out_ready, 1, NULL);
}

static VOID serve_request(struct store *self, EPOXY_MESSAGE *message)
{
    switch (message->Kind) {
    case EpoxyOutNext:
        hand_out(self, message);
        break;
    case EpoxyOutSent:
        forget(self, message);
        break;
    case EpoxyOutBack:
        back(self, message);
        break;
    case EpoxyOutAgain:
        announce_again(self, message);
        break;
    case EpoxyOutStamp:
        message->Error = 0;
        break;
    default:
        message->Error = JET_errInvalidParameter;
        break;
    }
}

static DWORD WINAPI out_thread(LPVOID context)
{
    struct store *self = context;
    EPOXY_MESSAGE message;

    nt_name_thread("out");
    while (EpoxyReceive(self->out_queue, &message)) {
        nt_compute(US(OUT_US));
        message.Error = JET_errSLVFileStale;
        if (store_begin_work(self)) {
            serve_request(self, &message);
            store_end_work(self);
        }
        message.StoreStamp = self->stamp;
        EpoxyReply(self->out_queue, &message);
    }
    return 0;
}

/* ---- Start ----------------------------------------------------------------------------------- */

/* Makes the streams of rows of earlier lives again, from the messages in the .edb. */
static DWORD WINAPI restore_thread(LPVOID context)
{
    struct store *self = context;
    struct outbound *outbox = server_site()->outbox;
    PVOID buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

    nt_name_thread("restore");
    for (ULONG i = 0; buffer != NULL && i < OUTBOX_MAX; i++) {
        struct made made;

        if (outbox[i].message.id == 0 || outbox[i].stamp == self->stamp || !store_begin_work(self))
            continue;
        if (store_out_make(self, &outbox[i].message, buffer, &made) == 0)
            store_out_announce(self, i, &made);
        store_end_work(self);
    }
    return 0;
}

void store_out_serve(struct store *self)
{
    struct site *site = server_site();

    if (!load_uses_kind(LOAD_SUBMITS))
        return;
    self->stamp = ++site->store_lives;
    self->out_made =
        HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, OUTBOX_MAX * sizeof *self->out_made);
    self->out_ready = CreateSemaphoreW(NULL, 0, 0x7fffffff, OUT_READY);
    while (WaitForSingleObject(self->out_ready, 0) == WAIT_OBJECT_0)
        continue; /* Drain the counts that an earlier life of the store announced. */
    for (ULONG i = 0; i < OUTBOX_MAX; i++)
        /* No row waits for SMTP until its stream is made again. */
        site->outbox[i].state = OUTBOUND_MADE;
    self->out_queue = EpoxyBind(&(EPOXY_SETUP){ .Pair = EpoxyPairOUT, .Side = EpoxyStore });
    server_start_threads(self, out_thread, 2);
    server_start_threads(self, restore_thread, 1);
}
