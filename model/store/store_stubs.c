/* store_stubs.c - the store's ends of the queue pairs of POP3, IMAP4, WebDAV (exsmtp's siblings).
 *
 * Each pair in use has threads of its own. A stub answers what is in a folder from the .edb, and
 * says in which stream a message can be read. A message that is MAPI's - it came with TNEF, or a
 * MAPI client has changed it - is first made one again: a temporary stream, which goes when its
 * reader says that it has been read (facts/exchange-exifs.md 2.3), or when its reader's process has
 * ended and the next one asks. Which were changed is a share of their numbers, without chance.
 * WebDAV's stub commits what was written, too.
 */
#include <windows.h>
#include "model/store/store_inside.h"

enum {
    HEADER_US = 220, /* A row of a folder, mostly in the database's cache: estimate. */
    OPEN_US = 350,
    CONVERT_US = 2500, /* Properties to MIME, and each page of it: estimates. */
    CONVERT_PAGE_US = 90,
    PUT_US = 2600, /* Processor time of a PUT, as of SMTP's commit. */
    TEMPORARIES_MAX = 256,
    /* No read takes this long: a temporary stream older than this has lost its reader. */
    TEMPORARY_MS = 600000,
};

/* A temporary stream that has a reader. */
struct temporary {
    BOOL used;
    ULONG client; /* Process id of the reader. */
    uint64_t until;
    struct made made;
};

struct stub {
    struct store *store;
    PEPOXY epoxy;
    EPOXY_PAIR pair;
    const char *name;
    struct temporary temporaries[TEMPORARIES_MAX];
};

/* ---- Messages that are MAPI's ---------------------------------------------------------------- */

static BOOL is_mapi_only(PCWSTR name)
{
    return store_has_tnef(name) ||
           store_number_of(name) * 2654435761u % 1000000 < server_site()->set.store.mapi_only_ppm;
}

/* Copies the text of the message from its stream: the properties would give the same text. */
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

static LONG delete_pages(struct store *self, const EXIFS_EA_LIST *ea)
{
    LONG error = EseDelete(self->database, ea);

    return error != 0 ? error : EseReclaim(self->database, ea);
}

/* Takes an entry of the table for a temporary stream, and publishes its name. */
static LONG publish_temporary(struct stub *stub, const EPOXY_MESSAGE *message)
{
    struct temporary *place = NULL;

    for (ULONG i = 0; i < TEMPORARIES_MAX && place == NULL; i++)
        if (!stub->temporaries[i].used)
            place = &stub->temporaries[i];
    if (place == NULL)
        return JET_errOutOfMemory;
    *place = (struct temporary){ .used = TRUE,
                                 .client = EpoxyClientProcess(stub->epoxy),
                                 .until = nt_time() + MS(TEMPORARY_MS),
                                 .made.ea = message->Ea };
    lstrcpynW(place->made.name, message->Name, EXIFS_NAME_CHARS);
    LONG error = Ex32Publish(stub->store->ex32, message->Name, &message->Ea);

    place->used = error == 0;
    return error;
}

/* A stream of more runs than a list holds is given up: no list would find all of it again. */
static LONG keep_temporary(struct stub *stub, PIFSFILE file, EPOXY_MESSAGE *message)
{
    LONG error = IfsGetEaList(file, &message->Ea);

    if (error == 0)
        error = EseCommit(stub->store->database, NULL, &message->Ea);
    if (error != 0)
        return error;
    error = publish_temporary(stub, message);
    if (error != 0) /* No reader will close it: delete it here. */
        server_note_error(delete_pages(stub->store, &message->Ea));
    return error;
}

/* Each reader has a stream of its own, named by its pair and its request. */
static LONG convert(struct stub *stub, EPOXY_MESSAGE *message)
{
    struct store *self = stub->store;
    WCHAR from[EXIFS_NAME_CHARS];
    PVOID buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    PIFSFILE file;
    INT length = 2;

    if (buffer == NULL)
        return JET_errOutOfMemory;
    lstrcpynW(from, message->Name, EXIFS_NAME_CHARS);
    message->Name[0] = L't';
    message->Name[1] = (WCHAR)(L'0' + stub->pair); /* Clients of one process count alike. */
    for (ULONG rest = message->Ticket; rest > 0; rest /= 16)
        message->Name[length++] = L"0123456789abcdef"[rest % 16];
    message->Name[length] = 0;
    nt_compute(US(CONVERT_US));
    LONG error = IfsOpen(self->proxy, ROOT_NAME, message->Name, ExifsCreateNew, &file);

    if (error == 0) {
        error = copy_stream(self, from, file, buffer);
        if (error == 0)
            error = keep_temporary(stub, file, message);
        IfsClose(file);
    }
    VirtualFree(buffer, 0, MEM_RELEASE);
    return error;
}

/* Frees the place of a temporary stream and deletes the stream. */
static LONG end_temporary(struct stub *stub, struct temporary *place)
{
    const struct made made = place->made;

    place->used = FALSE;
    Ex32Withdraw(stub->store->ex32, made.ea.RootId, made.name);
    return delete_pages(stub->store, &made.ea);
}

static LONG give_back(struct stub *stub, const EPOXY_MESSAGE *message)
{
    for (ULONG i = 0; i < TEMPORARIES_MAX; i++)
        if (stub->temporaries[i].used &&
            lstrcmpW(stub->temporaries[i].made.name, message->Name) == 0)
            return end_temporary(stub, &stub->temporaries[i]);
    return 0; /* The stream was not a temporary one. */
}

/* Ends the streams of a reader process that has ended, and those past TEMPORARY_MS. */
static VOID end_forgotten(struct stub *stub)
{
    ULONG client = EpoxyClientProcess(stub->epoxy);

    for (ULONG i = 0; i < TEMPORARIES_MAX; i++) {
        struct temporary *place = &stub->temporaries[i];

        if (place->used && ((client != 0 && place->client != client) || nt_time() > place->until))
            server_note_error(end_temporary(stub, place));
    }
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

/* Finds the row of a message in the database, and publishes its name in exwin32's table, so that it
 * can be opened. The name is given while the row exists: the janitor deletes the row first and the
 * name last. */
static LONG publish_row(struct store *self, EPOXY_MESSAGE *message)
{
    LONG error = JET_errSLVFileNotFound;

    EnterCriticalSection(&self->lock);
    for (ULONG i = self->count; i-- > 0 && error == JET_errSLVFileNotFound;) {
        const struct kept *kept = &self->kept[(self->first + i) % MESSAGES_MAX];

        if (lstrcmpW(kept->name, message->Name) != 0)
            continue;
        message->Ea = kept->ea;
        error = is_whole(&kept->ea) ? Ex32Publish(self->ex32, message->Name, &message->Ea)
                                    : JET_errSLVEAListTooBig;
    }
    LeaveCriticalSection(&self->lock);
    return error;
}

/* exwin32's table of names holds only the latest; the rows of the .edb know the older ones. */
static LONG find_message(struct store *self, EPOXY_MESSAGE *message)
{
    EXIFS_ROOT_ID root;

    EseGetRoot(self->database, &root);
    if (Ex32Lookup(self->ex32, root.RootId, message->Name, &message->Ea) == 0)
        return 0;
    return publish_row(self, message);
}

static LONG open_message(struct stub *stub, EPOXY_MESSAGE *message)
{
    struct store *self = stub->store;

    end_forgotten(stub);
    nt_compute(US(OPEN_US));
    LONG error = find_message(self, message);

    if (error != 0 || !is_mapi_only(message->Name))
        return error;
    error = store_verify(self, &message->Ea);
    return error == 0 ? convert(stub, message) : error;
}

static void answer(struct stub *stub, EPOXY_MESSAGE *message)
{
    struct store *self = stub->store;

    switch (message->Kind) {
    case EpoxyHeader:
        nt_compute(US(HEADER_US));
        message->Error = 0;
        break;
    case EpoxyOpen:
        message->Error = open_message(stub, message);
        break;
    case EpoxyClose:
        message->Error = give_back(stub, message);
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
            answer(self, &message);
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
    const struct site_settings *set = &server_site()->set;
    struct stub *stub = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *stub);
    EPOXY_SETUP setup = { .Pair = pair,
                          .Side = EpoxyStore,
                          .Blocks = set->inetinfo.epoxy_blocks,
                          .Exchange2000 = set->inetinfo.epoxy_2000 };

    if (stub == NULL)
        return NULL;
    stub->store = self;
    stub->epoxy = EpoxyBind(&setup);
    stub->pair = pair;
    stub->name = name;
    if (stub->epoxy == NULL) {
        HeapFree(GetProcessHeap(), 0, stub);
        return NULL;
    }
    server_start_threads(stub, stub_thread, set->store.stub_threads);
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
        PEPOXY epoxy = managed == NULL ? NULL : start_pair(self, (EPOXY_PAIR)pair, names[pair]);

        if (epoxy != NULL)
            managed->pairs[managed->count++] = epoxy;
    }
    if (managed != NULL)
        server_start_threads(managed, manager_thread, 1);
}
