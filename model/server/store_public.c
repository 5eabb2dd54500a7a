/* store_public.c - the public folder store: replication comes in and is converted.
 *
 * Replication messages arrive as SMTP mail and are kept in the .stm; then each is converted to MAPI
 * (facts/exchange-exifs.md 2.6). The converter reads the stream, sets room aside for its own
 * temporary one, writes the result to the .edb and closes the temporary stream without a commit.
 * The room it had goes to the driver's list of reserved pages. Who takes from that list is the mail
 * that comes in; where little else than replication does, it grows (KB 960908,
 * model/exifs/exifs_aside.c). */
#include <windows.h>
#include "model/server/store_inside.h"

enum {
    CONVERT_US = 3000,
    PER_PAGE_US = 120, /* MIME to MAPI, a page of it: estimate. */
    CONVERTING_MAX = 256,
    CONVERTERS = 2,
    MDB_BYTES_MAX = 65536,
};

struct store_public {
    PESE_DATABASE database;
    EXIFS_ROOT_ID root;
    HANDLE work, edb;
    CRITICAL_SECTION lock; /* Guards the ring. */
    ULONG first, count;
    struct kept waiting[CONVERTING_MAX];
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

/* The temporary stream: room for all of it before it begins, and gone when it is done. */
static LONG convert_stream(struct store *self, PCWSTR name, PVOID buffer, ULONG64 bytes)
{
    ULONG run = server_site()->set.mail.conversion_pages * EXIFS_PAGE_SIZE;
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

/* What came of it is rows of the .edb. */
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

/* Once its properties are in the .edb nobody needs the stream any more. */
static LONG convert(struct store *self, const struct kept *message, PVOID buffer)
{
    ULONG64 bytes = 0;
    LONG error = read_all(self, message->name, buffer, &bytes);

    nt_compute(US(CONVERT_US));
    if (error == 0)
        error = convert_stream(self, message->name, buffer, bytes);
    if (error == 0)
        keep_properties(self->public, buffer, bytes);
    Ex32Withdraw(self->ex32, message->ea.RootId, message->name);
    if (EseDelete(self->public->database, &message->ea) == 0)
        EseReclaim(self->public->database, &message->ea);
    return error;
}

static DWORD WINAPI converter_thread(LPVOID context)
{
    struct store *self = context;
    PVOID buffer =
        VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    struct kept message;

    nt_name_thread("convert");
    while (buffer != NULL && WaitForSingleObject(self->public->work, INFINITE) == WAIT_OBJECT_0) {
        if (!store_begin_work(self))
            break;
        if (next_message(self->public, &message))
            server_note_error(convert(self, &message, buffer));
        store_end_work(self);
    }
    return 0;
}

/* ---- Deliveries ------------------------------------------------------------------------------ */

VOID store_public_commit(struct store *self, EPOXY_MESSAGE *message)
{
    struct store_public *public = self->public;

    /* A list too long for one message is rare here: the sender tries again in parts no shorter. */
    message->Error = message->Kind == EpoxyCommitFile ? JET_errSLVEAListTooBig
                                                      : EseCommit(public->database, &message->Ea);
    if (message->Error != 0)
        return;
    Ex32Publish(self->ex32, message->Name, &message->Ea);
    EnterCriticalSection(&public->lock);
    if (public->count < CONVERTING_MAX) {
        struct kept *kept = &public->waiting[(public->first + public->count++) % CONVERTING_MAX];

        kept->ea = message->Ea;
        lstrcpynW(kept->name, message->Name, EXIFS_NAME_CHARS);
    }
    LeaveCriticalSection(&public->lock);
    ReleaseSemaphore(public->work, 1, NULL);
}

/* ---- Mount, dismount ------------------------------------------------------------------------- */

static LONG attach(struct store *self)
{
    const struct site_settings *set = &server_site()->set;
    ESE_OPTIONS options = {
        .RootName = ROOT_PUBLIC,
        .StmPath = L"E:\\Exchsrvr\\Mdbdata\\pub1.stm",
        .LogPath = L"C:\\Exchsrvr\\Mdbdata\\E01.log",
        .InitialPages = set->stm_pages,
        .GrowPages = 512,
        .LimitPages = set->stm_limit_pages,
        .ReserveUnitPages = set->reserve_unit_pages,
        .LowWaterPages = 0, /* A quiet store: nothing is asked for ahead of need. */
    };

    return EseAttachDatabase(self->ese, &options, &self->public->database);
}

void store_public_mount(struct store *self)
{
    struct store_public *public;

    if (!mail_has(&server_site()->set.mail, LOAD_REPLICATION))
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
