/* store_mapi.c - Outlook's way: remote procedure calls to the store.
 *
 * A read asks for a message's properties. Where the message is still a stream in the .stm, the
 * store reads it through ExIFS as its own client and converts what was asked for, on demand;
 * nothing is moved by that (facts/exchange-exifs.md 2.5). A submission is kept in the .edb and
 * leaves through SMTP like all mail (store_out.c). inetinfo has no part in a read.
 */
#include <windows.h>
#include "model/store/store_inside.h"

enum {
    RPC_US = 500,
    SUBMIT_US = 1500,
    PER_PAGE_US = 60, /* MIME to properties, on demand: estimate. */
};

static LONG read_message(struct store *self, const struct message *message, PVOID buffer)
{
    WCHAR name[EXIFS_NAME_CHARS];
    PIFSFILE file;
    ULONG got = 1;

    message_name(message, name);
    nt_compute(US(RPC_US));
    LONG error = store_verify_stream(self, name);

    server_note_error(error == JET_errSLVReadVerifyFailure ? error : 0);
    if (error == 0)
        error = IfsOpen(self->proxy, ROOT_NAME, name, ExifsOpenExisting, &file);
    if (error != 0)
        return error;
    for (ULONG64 offset = 0; offset < message->bytes && got > 0 && error == 0; offset += got) {
        error = IfsRead(file, offset, buffer, EXIFS_WRITE_BYTES_MAX, &got);
        nt_compute(US(PER_PAGE_US) * (got / EXIFS_PAGE_SIZE + 1));
    }
    IfsClose(file);
    return error;
}

/* The client is answered once the message is in the temporary tables. */
static VOID submit(struct store *self, ULONG slot, const struct message *message, PVOID buffer)
{
    struct made made;
    ULONG row;

    nt_compute(US(SUBMIT_US));
    LONG error = store_out_make(self, message, buffer, &made);

    /* The client tries again, in fewer runs. */
    server_note_error(error == JET_errSLVEAListTooBig ? 0 : error);
    if (error != 0)
        load_retry(LOAD_MAPI_READ, slot);
    else if (!load_submitted(LOAD_MAPI_READ, slot, &row))
        store_out_unmake(self, &made);
    else
        store_out_announce(self, row, &made);
}

static DWORD WINAPI mapi_thread(LPVOID context);

/* The last thread that was free is at work now: one more, up to msExchMaxThreads. */
static VOID grow(struct store *self)
{
    if (++self->rpc_busy < self->rpc_threads ||
        self->rpc_threads >= server_site()->set.store.mapi_threads_max)
        return;
    self->rpc_threads++;
    server_start_threads(self, mapi_thread, 1);
}

static DWORD WINAPI mapi_thread(LPVOID context)
{
    struct store *self = context;
    PVOID buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    HANDLE wire = CreateSemaphoreW(NULL, 0, 1, RPC_WIRE);
    struct message message;
    ULONG slot;

    nt_name_thread("mapi");
    while (buffer != NULL && load_take(LOAD_MAPI_READ, wire, &message, &slot)) {
        BOOL open = store_begin_work(self);

        grow(self);

        if (message_is_mail(&message) && open)
            submit(self, slot, &message, buffer);
        else if (message_is_mail(&message))
            load_retry(LOAD_MAPI_READ, slot);
        else /* Not open, mostly: the message was deleted meanwhile. */
            load_read_done(LOAD_MAPI_READ, slot, open && read_message(self, &message, buffer) == 0);
        if (open)
            store_end_work(self);
        self->rpc_busy--;
    }
    return 0;
}

void store_mapi_serve(struct store *self)
{
    if (!load_uses(LOAD_MAPI_READ))
        return;
    load_recover(LOAD_OF_STORE);
    self->rpc_threads = server_site()->set.store.mapi_threads;
    server_start_threads(self, mapi_thread, self->rpc_threads);
}
