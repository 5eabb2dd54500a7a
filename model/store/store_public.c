/* store_public.c - the public folder store: replication comes in and is converted.
 *
 * Replication messages arrive as SMTP mail and are kept in the .stm; then each is converted to MAPI
 * (facts/exchange-exifs.md 2.6). The converter reads the stream, sets room aside for its own
 * temporary one, writes the result to the .edb and closes the temporary stream without a commit.
 * The room it had goes to the driver's list of reserved pages. Incoming mail takes from that list:
 * replication itself a little, and posts, which stay as they came. If little but replication comes
 * in, the list grows (KB 960908, model/exifs/exifs_aside.c).
 */
#include <windows.h>
#include "model/store/store_inside.h"

enum {
    CONVERT_US = 3000,
    PER_PAGE_US = 120, /* MIME to MAPI, a page of it: estimate. */
    CONVERTING_MAX = 256,
    CONVERTERS = 2,
    POSTS_KEPT = 256, /* Streams, or parts of one; then the oldest go. */
    ROW_US = 20,
};

struct store_public {
    PESE_DATABASE database;
    EXIFS_ROOT_ID root;
    HANDLE work, edb;
    CRITICAL_SECTION lock; /* Guards the ring. */
    ULONG first, count;
    struct kept waiting[CONVERTING_MAX];
    ULONG first_post, posts;
    struct kept posted[POSTS_KEPT];
};

BOOL store_is_public(const struct store *self, ULONG rootId)
{
    return self->public != NULL && self->public->database != NULL &&
           rootId == self->public->root.RootId;
}

/* ---- Conversion ------------------------------------------------------------------------------ */

static LONG read_all(struct store *self, PCWSTR name, PVOID buffer, ULONG64 *bytes)
{
    PIFSFILE file;
    ULONG got = 1;
    LONG error = IfsOpen(self->proxy, ROOT_PUBLIC, name, ExifsOpenExisting, &file);

    if (error != 0)
        return error;
    for (*bytes = 0; error == 0 && got > 0; *bytes += got)
        error = IfsRead(file, *bytes, buffer, EXIFS_WRITE_BYTES_MAX, &got);
    IfsClose(file);
    return error;
}

/* Writes the temporary stream: reserves room for all of it first, and closes it without a
 * commit. */
static LONG convert_stream(struct store *self, PCWSTR name, PVOID buffer, ULONG64 bytes)
{
    ULONG run = server_site()->set.store.conversion_pages * EXIFS_PAGE_SIZE;
    ULONG room = ((ULONG)bytes / run + 1) * run;
    WCHAR temporary[EXIFS_NAME_CHARS] = L"t";
    PIFSFILE file;

    lstrcpynW(temporary + 1, name, EXIFS_NAME_CHARS - 1);
    LONG error = IfsOpen(self->proxy, ROOT_PUBLIC, temporary, ExifsCreateNew, &file);

    if (error != 0)
        return error;
    if (room > EXIFS_ASIDE_PAGES_MAX * EXIFS_PAGE_SIZE)
        room = EXIFS_ASIDE_PAGES_MAX * EXIFS_PAGE_SIZE;
    error = IfsSetAside(file, room);
    for (ULONG64 done = 0; error == 0 && done < bytes && done < room;) {
        ULONG part =
            bytes - done < EXIFS_WRITE_BYTES_MAX ? (ULONG)(bytes - done) : EXIFS_WRITE_BYTES_MAX;

        nt_compute(US(PER_PAGE_US) * (part / EXIFS_PAGE_SIZE + 1));
        error = IfsWrite(file, buffer, part);
        done += part;
    }
    IfsClose(file);
    return error;
}

/* Writes the converted message as rows of the .edb. */
static VOID keep_properties(struct store_public *public, PVOID buffer, ULONG64 bytes)
{
    DWORD written;
    DWORD part = bytes < EXIFS_WRITE_BYTES_MAX ? (DWORD)bytes : EXIFS_WRITE_BYTES_MAX;

    if (public->edb != INVALID_HANDLE_VALUE)
        WriteFile(public->edb, buffer, part, &written, NULL);
}

static BOOL next_message(struct store_public *public, struct kept *out)
{
    BOOL some;

    EnterCriticalSection(&public->lock);
    some = public->count > 0;
    if (some) {
        *out = public->waiting[public->first];
        public->first = (public->first + 1) % CONVERTING_MAX;
        public->count--;
    }
    LeaveCriticalSection(&public->lock);
    return some;
}

/* Keeps a message in the .stm as it came; with too many kept, deletes a batch of the oldest.
 * Returns the number of rows deleted. */
static ULONG keep_post(struct store *self, const struct kept *kept)
{
    struct store_public *public = self->public;
    struct kept oldest[STORE_BATCH];
    ULONG count = 0;

    EnterCriticalSection(&public->lock);
    for (bool full = public->posts == POSTS_KEPT; full && count < STORE_BATCH; public->posts--) {
        oldest[count++] = public->posted[public->first_post];
        public->first_post = (public->first_post + 1) % POSTS_KEPT;
    }
    public->posted[(public->first_post + public->posts++) % POSTS_KEPT] = *kept;
    LeaveCriticalSection(&public->lock);
    return count > 0 && store_delete(self, public->database, oldest, count) == 0 ? count : 0;
}

/* Converts a message. TRUE: its properties are in the .edb, and the stream is no longer needed. The
 * sender has been told that the message is here, so one that cannot be converted is kept. */
static BOOL convert(struct store *self, const struct kept *message, PVOID buffer)
{
    ULONG64 bytes = 0;
    LONG error = read_all(self, message->name, buffer, &bytes);

    nt_compute(US(CONVERT_US));
    if (error == 0)
        error = convert_stream(self, message->name, buffer, bytes);
    server_note_error(error);
    if (error != 0)
        keep_post(self, message);
    else
        keep_properties(self->public, buffer, bytes);
    return error == 0;
}

/* Converts the waiting messages, at most a batch, and deletes the converted ones together. */
static void convert_batch(struct store *self, struct kept *batch, PVOID buffer)
{
    struct store_public *public = self->public;
    ULONG count = 0;

    do {
        if (next_message(public, &batch[count]))
            count += convert(self, &batch[count], buffer) != FALSE;
    } while (count < STORE_BATCH && WaitForSingleObject(public->work, 0) == WAIT_OBJECT_0);
    server_note_error(store_delete(self, public->database, batch, count));
}

static DWORD WINAPI converter_thread(LPVOID context)
{
    struct store *self = context;
    PVOID buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    struct kept *batch = HeapAlloc(GetProcessHeap(), 0, STORE_BATCH * sizeof *batch);

    nt_name_thread("convert");
    while (buffer != NULL && batch != NULL &&
           WaitForSingleObject(self->public->work, INFINITE) == WAIT_OBJECT_0) {
        if (!store_begin_work(self))
            break;
        convert_batch(self, batch, buffer);
        store_end_work(self);
    }
    return 0;
}

/* ---- Deliveries ------------------------------------------------------------------------------ */

/* Queues a message for conversion. FALSE: the queue is full. */
static BOOL queue_conversion(struct store_public *public, const struct kept *kept)
{
    BOOL room;

    EnterCriticalSection(&public->lock);
    room = public->count < CONVERTING_MAX;
    if (room)
    public->waiting[(public->first + public->count++) % CONVERTING_MAX] = *kept;
    LeaveCriticalSection(&public->lock);
    if (room)
        ReleaseSemaphore(public->work, 1, NULL);
    return room;
}

/* Keeps a message of more runs than a list holds in parts, as a post: no request finds the
 * whole. */
static VOID keep_in_parts(struct store *self, struct kept *kept)
{
    EXIFS_EA_LIST part = kept->ea;
    ULONG runs = part.RunCount;

    for (ULONG done = 0; done < runs;) {
        kept->ea = part;
        kept->ea.FirstRun = 0;
        kept->ea.RunCount = runs - done < EXIFS_RUNS_MAX ? runs - done : EXIFS_RUNS_MAX;
        done += kept->ea.RunCount;
        keep_post(self, kept);
        if (done < runs &&
            IfsQueryFile(self->proxy, &self->public->root, part.FileId, done, &part) != 0)
            return;
    }
}

VOID store_public_commit(struct store *self, EPOXY_MESSAGE *message)
{
    PESE_DATABASE database = self->public->database;
    struct kept kept;

    message->Error = message->Kind == EpoxyCommitFile
                         ? EseCommitFile(database, message->Name, message->Ea.FileId, &message->Ea)
                         : EseCommit(database, message->Name, &message->Ea);
    if (message->Error != 0)
        return;
    kept.ea = message->Ea;
    lstrcpynW(kept.name, message->Name, EXIFS_NAME_CHARS);
    if (kept.ea.RunCount > EXIFS_RUNS_MAX) {
        keep_in_parts(self, &kept);
        return;
    }
    Ex32Publish(self->ex32, kept.name, &kept.ea);
    if (!message->Replication || !queue_conversion(self->public, &kept))
        keep_post(self, &kept);
}

/* ---- Mount, dismount ------------------------------------------------------------------------- */

static LONG attach(struct store *self)
{
    const struct store_settings *set = &server_site()->set.store;
    ESE_OPTIONS options = {
        .RootName = ROOT_PUBLIC,
        .StmPath = L"E:\\Exchsrvr\\Mdbdata\\pub1.stm",
        .LogPath = L"C:\\Exchsrvr\\Mdbdata\\E01.log",
        .TablePath = L"D:\\Exchsrvr\\Mdbdata\\pub1.edb",
        .InitialPages = set->stm_pages,
        .GrowPages = 512,
        .LimitPages = set->stm_limit_pages,
        .ReserveUnitPages = set->reserve_unit_pages,
        .LowWaterPages = 0, /* A quiet store asks for no pages ahead of need. */
    };

    return EseAttachDatabase(self->ese, &options, &self->public->database);
}

/* Messages of earlier lives stay as they came, even those that waited for conversion: no record
 * says which they were. */
static VOID remember(struct store *self)
{
    ESE_ROW row;

    for (ULONG i = 0; EseGetRow(self->public->database, i, &row);) {
        struct kept kept = { .ea = row.Ea };

        nt_compute(US(ROW_US));
        lstrcpynW(kept.name, row.Name, EXIFS_NAME_CHARS);
        i = i + 1 - keep_post(self, &kept);
    }
}

void store_public_mount(struct store *self)
{
    struct store_public *public;

    if (!load_uses_kind(LOAD_POSTS))
        return;
    public = self->public = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *public);
    InitializeCriticalSection(&public->lock);
    public->work = CreateSemaphoreW(NULL, 0, 0x7fffffff, NULL);
    public->edb = CreateFileW(L"D:\\Exchsrvr\\Mdbdata\\pub1.edb", GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    LONG error = attach(self);

    server_note_error(error);
    if (error != 0) {
        public->database = NULL;
        nt_report_event(1, 2, "MSExchangeIS", 9519,
                        "Error 0x%x starting database \"First Storage Group\\Public Folder "
                        "Store\".",
                        (unsigned)error);
        return;
    }
    EseGetRoot(public->database, &public->root);
    remember(self);
    server_start_threads(self, converter_thread, CONVERTERS);
}

void store_public_close(struct store *self)
{
    if (self->public != NULL && self->public->database != NULL)
        (void)IfsUnregisterRoot(self->proxy, &self->public->root);
}

void store_public_dismount(struct store *self)
{
    if (self->public == NULL || self->public->database == NULL)
        return;
    EseDetachDatabase(self->public->database);
    self->public->database = NULL;
}
