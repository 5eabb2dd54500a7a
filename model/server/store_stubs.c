/* store_stubs.c - the store's ends of the queue pairs of POP3, IMAP4, WebDAV (exsmtp's siblings).
 *
 * Each pair in use has threads of its own. A stub answers what is in a folder from the .edb, and
 * says in which stream a message can be read. A message that is MAPI's - it came with TNEF, or a
 * MAPI client has changed it - is first made one again: a temporary stream, which goes when its
 * reader says that it has been read (facts/exchange-exifs.md 2.3). Which were changed is a share of
 * their numbers, without chance. WebDAV's stub commits what was written, too.
 */
#include <windows.h>
#include "model/server/store_inside.h"

enum {
    HEADER_US = 220, /* A row of a folder, mostly in the database's cache: estimate. */
    OPEN_US = 350,
    CONVERT_US = 2500, /* Properties to MIME, and each page of it: estimates. */
    CONVERT_PAGE_US = 90,
    PUT_US = 2600, /* As SMTP's commit. */
};

struct stub {
    struct store *store;
    PEPOXY epoxy;
    const char *name;
};

/* ---- Messages that are MAPI's ---------------------------------------------------------------- */

static BOOL is_mapi_only(PCWSTR name)
{
    return store_has_tnef(name) ||
           store_number_of(name) * 2654435761u % 1000000 < server_site()->set.paths.mapi_only_ppm;
}

/* The text of the message that is a stream already, as the properties would give it back. */
static LONG copy_stream(struct store *self, PCWSTR from, PIFSFILE to, PVOID buffer)
{
    ULONG got = 1;
    PIFSFILE file;
    LONG error = IfsOpen(self->proxy, ROOT_NAME, from, ExifsOpenExisting, &file);

    if (error != 0)
        return error;
    for (ULONG64 at = 0; error == 0 && got > 0; at += got) {
        error = IfsRead(file, at, buffer, EXIFS_WRITE_BYTES_MAX, &got);
        if (error != 0 || got == 0)
            break;
        nt_compute((uint64_t)(got / EXIFS_PAGE_SIZE + 1) * US(CONVERT_PAGE_US));
        error = IfsWrite(to, buffer, got);
    }
    IfsClose(file);
    return error;
}

/* One of more runs than a list holds is given up: nothing would find all of it again. */
static LONG keep_temporary(struct store *self, PIFSFILE file, EPOXY_MESSAGE *message)
{
    LONG error = IfsGetEaList(file, &message->Ea);

    if (error == 0)
        error = EseCommit(self->database, &message->Ea);
    if (error == 0)
        error = Ex32Publish(self->ex32, message->Name, &message->Ea);
    return error;
}

/* Each reader has a stream of its own, named by its request. */
static LONG convert(struct store *self, EPOXY_MESSAGE *message)
{
    WCHAR from[EXIFS_NAME_CHARS];
    PVOID buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    PIFSFILE file;
    INT length = 1;

    if (buffer == NULL)
        return JET_errOutOfMemory;
    lstrcpynW(from, message->Name, EXIFS_NAME_CHARS);
    message->Name[0] = L't';
    for (ULONG rest = message->Ticket; rest > 0; rest /= 16)
        message->Name[length++] = L"0123456789abcdef"[rest % 16];
    message->Name[length] = 0;
    nt_compute(US(CONVERT_US));
    LONG error = IfsOpen(self->proxy, ROOT_NAME, message->Name, ExifsCreateNew, &file);

    if (error == 0) {
        error = copy_stream(self, from, file, buffer);
        if (error == 0)
            error = keep_temporary(self, file, message);
        IfsClose(file);
    }
    VirtualFree(buffer, 0, MEM_RELEASE);
    return error;
}

static LONG give_back(struct store *self, const EPOXY_MESSAGE *message)
{
    if (message->Name[0] != L't')
        return 0;
    Ex32Withdraw(self->ex32, message->Ea.RootId, message->Name);
    LONG error = EseDelete(self->database, &message->Ea);

    return error != 0 ? error : EseReclaim(self->database, &message->Ea);
}

/* ---- Requests -------------------------------------------------------------------------------- */

/* False: a part of a message of more runs than one list holds. */
static BOOL is_whole(const EXIFS_EA_LIST *ea)
{
    ULONG64 pages = 0;

    for (ULONG i = 0; i < ea->RunCount; i++)
        pages += ea->Runs[i].Pages;
    return pages * EXIFS_PAGE_SIZE >= ea->Length;
}

/* The row of a message in the database; a name in exwin32's table is only for who opens it. */
static LONG find_row(struct store *self, EPOXY_MESSAGE *message)
{
    LONG error = JET_errSLVFileNotFound;

    EnterCriticalSection(&self->lock);
    for (ULONG i = self->count; i-- > 0 && error == JET_errSLVFileNotFound;) {
        const struct kept *kept = &self->kept[(self->first + i) % MESSAGES_MAX];

        if (lstrcmpW(kept->name, message->Name) != 0)
            continue;
        message->Ea = kept->ea;
        error = is_whole(&kept->ea) ? 0 : JET_errSLVEAListTooBig;
    }
    LeaveCriticalSection(&self->lock);
    return error;
}

/* Its name may have been forgotten: the table holds the latest. */
static LONG find_message(struct store *self, EPOXY_MESSAGE *message)
{
    EXIFS_ROOT_ID root;

    EseGetRoot(self->database, &root);
    if (Ex32Lookup(self->ex32, root.RootId, message->Name, &message->Ea) == 0)
        return 0;
    LONG error = find_row(self, message);

    return error == 0 ? Ex32Publish(self->ex32, message->Name, &message->Ea) : error;
}

static LONG open_message(struct store *self, EPOXY_MESSAGE *message)
{
    nt_compute(US(OPEN_US));
    LONG error = find_message(self, message);

    if (error != 0 || !is_mapi_only(message->Name))
        return error;
    error = store_verify(self, &message->Ea);
    return error == 0 ? convert(self, message) : error;
}

static void answer(struct store *self, EPOXY_MESSAGE *message)
{
    switch (message->Kind) {
    case EpoxyHeader:
        nt_compute(US(HEADER_US));
        message->Error = 0;
        break;
    case EpoxyOpen:
        message->Error = open_message(self, message);
        break;
    case EpoxyClose:
        message->Error = give_back(self, message);
        break;
    case EpoxyCommit:
    case EpoxyCommitFile:
        nt_compute(US(PUT_US));
        store_commit(self, message);
        break;
    default:
        message->Error = JET_errSLVFileUnknown;
        break;
    }
}

static DWORD WINAPI stub_thread(LPVOID context)
{
    struct stub *self = context;
    EPOXY_MESSAGE message;

    nt_name_thread(self->name);
    while (EpoxyReceive(self->epoxy, &message)) {
        message.Error = JET_errSLVFileStale;
        if (store_begin_work(self->store)) {
            answer(self->store, &message);
            store_end_work(self->store);
        }
        EpoxyReply(self->epoxy, &message);
    }
    return 0;
}

/* ---- Start ----------------------------------------------------------------------------------- */

struct managed {
    PEPOXY pairs[EpoxyPairs];
    ULONG count;
};

static DWORD WINAPI manager_thread(LPVOID context)
{
    struct managed *self = context;

    nt_name_thread("queues");
    EpoxyManage(self->pairs, self->count);
    return 0;
}

static PEPOXY start_pair(struct store *self, EPOXY_PAIR pair, const char *name)
{
    const struct data_paths *paths = &server_site()->set.paths;
    struct stub *stub = HeapAlloc(GetProcessHeap(), 0, sizeof *stub);
    EPOXY_SETUP setup = { .Pair = pair,
                          .Side = EpoxyStore,
                          .Blocks = paths->epoxy_blocks,
                          .Exchange2000 = paths->epoxy_2000 };

    if (stub == NULL)
        return NULL;
    *stub = (struct stub){ self, EpoxyBind(&setup), name };
    if (stub->epoxy != NULL)
        server_start_threads(stub, stub_thread, paths->stub_threads);
    return stub->epoxy;
}

void store_stubs_start(struct store *self)
{
    static const char *const names[EpoxyPairs] = {
        [EpoxyPairPOP] = "pop stub", [EpoxyPairIMAP] = "imap stub", [EpoxyPairWEBDAV] = "dav stub"
    };
    struct managed *managed = NULL;

    for (uint32_t pair = 0; pair < EpoxyPairs; pair++) {
        if (names[pair] == NULL || !server_uses_pair(pair))
            continue;
        if (managed == NULL)
            managed = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *managed);
        if (managed != NULL)
            managed->pairs[managed->count++] = start_pair(self, (EPOXY_PAIR)pair, names[pair]);
    }
    if (managed != NULL)
        server_start_threads(managed, manager_thread, 1);
}
