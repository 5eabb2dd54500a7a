/* inetinfo.c - IIS Admin and its protocol engines: SMTP in, POP3 out.
 *
 * A pool thread (ATQ) takes one message off the wire, makes it durable in the NTFS queue,
 * categorizes it and delivers it: the body goes through ExIFS page by page, then one small Epoxy
 * request asks the store to commit it. The path is 2.1 of facts/exchange-exifs.md, steps 1-13; the
 * processor times are estimates that add up to its lab figures (7.2).
 */
#include <windows.h>
#include "model/server/scm.h"
#include "model/server/files.h"
#include "model/epoxy/epoxy.h"
#include "model/ifsproxy/ifsproxy.h"

enum {
    RECEIVE_US = 900,
    CATEGORIZE_US = 1400,
    DELIVER_US = 700,
    PER_PAGE_US = 25,
    POP_US = 600,
    /* The store went away under a call: the streaming file is not to be had now. */
    EPOXY_WAIT_ERROR = -2231,
    OPEN_RETRY_MS = 1000,
    STOP_POLL_MS = 20,
    STOP_TRIES = 500,
};

struct inetinfo {
    PIFSPROXY proxy;
    PEPOXY epoxy;
    HANDLE smtp_wire, pop_wire, queue_disk;

    /* As services: a protocol that was stopped answers nobody, its threads stay. */
    BOOL smtp_closed, pop_closed, smtp_started, pop_started, opened;
    LONG smtp_busy, pop_busy;
    char build[FILE_BUILD_CHARS]; /* Of the ifsproxy.dll this process has loaded. */
};

struct connection {
    struct inetinfo *server;
    PVOID buffer; /* EXIFS_WRITE_BYTES_MAX of exposed memory. */
};

/* A mail's text: one line over and over, with the message's number in it. */
static void write_text(PVOID to, const struct message *message, ULONG bytes)
{
    CHAR page[EXIFS_PAGE_SIZE];
    CHAR line[64] = "Received: by exifsim; message           the quick brown fox.  \r";
    uint32_t rest = message->id;

    line[63] = '\n';
    for (int digit = 38; digit > 29 && rest > 0; digit--, rest /= 10)
        line[digit] = (CHAR)('0' + rest % 10);
    for (ULONG at = 0; at < sizeof page; at += sizeof line)
        CopyMemory(page + at, line, sizeof line);
    for (ULONG at = 0; at < bytes; at += sizeof page)
        CopyMemory((PUCHAR)to + at, page, bytes - at < sizeof page ? bytes - at : sizeof page);
}

/* DATA: the bytes land in \Exchsrvr\Mailroot\vsi 1\Queue and are durable before the 250 reply. */
static void receive(struct connection *self, const struct message *message)
{
    LARGE_INTEGER start = { .QuadPart = 0 };
    DWORD written;
    ULONG first = message->bytes < EXIFS_WRITE_BYTES_MAX ? message->bytes : EXIFS_WRITE_BYTES_MAX;
    ULONG pages = (message->bytes + EXIFS_PAGE_SIZE - 1) / EXIFS_PAGE_SIZE;

    nt_compute(US(RECEIVE_US) + (uint64_t)pages * US(PER_PAGE_US));
    write_text(self->buffer, message, first);
    SetFilePointerEx(self->server->queue_disk, start, NULL, FILE_BEGIN);
    WriteFile(self->server->queue_disk, self->buffer, first, &written, NULL);
}

static LONG write_body(struct connection *self, PIFSFILE file, const struct message *message)
{
    LONG error = 0;

    for (ULONG done = 0; done < message->bytes && error == 0;) {
        ULONG part = message->bytes - done < EXIFS_WRITE_BYTES_MAX ? message->bytes - done
                                                                   : EXIFS_WRITE_BYTES_MAX;

        write_text(self->buffer, message, part);
        nt_compute((uint64_t)((part + EXIFS_PAGE_SIZE - 1) / EXIFS_PAGE_SIZE) * US(PER_PAGE_US));
        error = IfsWrite(file, self->buffer, part);
        done += part;
    }
    return error;
}

/* Where the stream lies, then the store's commit. A list that is too long goes by the file's id. */
static LONG commit(struct inetinfo *server, PIFSFILE file, const WCHAR *name)
{
    EPOXY_MESSAGE request;

    ZeroMemory(&request, sizeof request);
    request.Kind = EpoxyCommit;
    lstrcpynW(request.Name, name, EXIFS_NAME_CHARS);
    LONG error = IfsGetEaList(file, &request.Ea);

    if (error == JET_errSLVEAListTooBig) {
        EXIFS_STREAM_ID id;

        IfsGetStreamId(file, &id);
        request.Kind = EpoxyCommitFile;
        request.Ea.RootId = id.RootId;
        request.Ea.FileId = id.FileId;
        error = 0;
    }
    if (error != 0)
        return error;
    return EpoxyCall(server->epoxy, &request) ? request.Error : EPOXY_WAIT_ERROR;
}

static LONG deliver(struct connection *self, const struct message *message)
{
    WCHAR name[EXIFS_NAME_CHARS];
    PIFSFILE file;

    message_name(message, name);
    nt_compute(US(CATEGORIZE_US));
    LONG error = IfsOpen(self->server->proxy,
                         message_protocol(message) == LOAD_REPLICATION ? ROOT_PUBLIC : ROOT_NAME,
                         name, ExifsCreateNew, &file);

    if (error != 0)
        return error;
    error = write_body(self, file, message);
    nt_compute(US(DELIVER_US));
    if (error == 0)
        error = commit(self->server, file, name);
    IfsClose(file);
    return error;
}

static DWORD WINAPI smtp_thread(LPVOID context)
{
    struct connection self = { context, VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX,
                                                     MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) };
    struct message message;
    ULONG slot;

    nt_name_thread("smtp");
    while (self.buffer != NULL && load_take(LOAD_SMTP, self.server->smtp_wire, &message, &slot)) {
        if (self.server->smtp_closed) { /* No connection: the sender comes again. */
            load_retry(LOAD_SMTP, slot);
            continue;
        }
        self.server->smtp_busy++;
        receive(&self, &message);
        LONG error = deliver(&self, &message);

        self.server->smtp_busy--;
        server_note_error(error);
        if (error == 0)
            load_done(LOAD_SMTP, slot);
        else
            load_retry(LOAD_SMTP, slot);
    }
    return 0;
}

/* RETR: opens the stream by name (an upcall to exwin32.dll) and sends it to the client. */
static LONG send_message(struct connection *self, const struct message *message)
{
    WCHAR name[EXIFS_NAME_CHARS];
    PIFSFILE file;
    ULONG got = 1;

    message_name(message, name);
    nt_compute(US(POP_US));
    LONG error = IfsOpen(self->server->proxy, ROOT_NAME, name, ExifsOpenExisting, &file);

    if (error != 0)
        return error;
    for (ULONG64 offset = 0; offset < message->bytes && got > 0 && error == 0; offset += got) {
        error = IfsRead(file, offset, self->buffer, EXIFS_WRITE_BYTES_MAX, &got);
        nt_compute(US(PER_PAGE_US) * (got / EXIFS_PAGE_SIZE + 1));
    }
    IfsClose(file);
    return error;
}

static DWORD WINAPI pop_thread(LPVOID context)
{
    struct connection self = { context, VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX,
                                                     MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) };
    struct message message;
    ULONG slot;

    nt_name_thread("pop3");
    while (self.buffer != NULL && load_take(LOAD_POP3, self.server->pop_wire, &message, &slot)) {
        self.server->pop_busy++;
        /* Else it was deleted meanwhile, mostly. */
        load_read_done(LOAD_POP3, slot,
                       !self.server->pop_closed && send_message(&self, &message) == 0);
        self.server->pop_busy--;
    }
    return 0;
}

static DWORD WINAPI epoxy_thread(LPVOID context)
{
    nt_name_thread("epoxy");
    EpoxyDispatch(((struct inetinfo *)context)->epoxy);
    return 0;
}

/* Can a stream be made in the database? Protocols are not started before that. */
static BOOL store_answers(struct inetinfo *self)
{
    PIFSFILE file;
    LONG error = IfsOpen(self->proxy, ROOT_NAME, L"hello", ExifsCreateNew, &file);

    server_note_error(error);
    if (error == 0)
        IfsClose(file);
    return error == 0;
}

/* The two wires, the queue's disk, and what a predecessor had in hand. */
static void open_wires(struct inetinfo *self)
{
    self->smtp_wire = CreateSemaphoreW(NULL, 0, 1, SMTP_WIRE);
    self->pop_wire = CreateSemaphoreW(NULL, 0, 1, POP_WIRE);
    self->queue_disk = CreateFileW(L"C:\\Exchsrvr\\Mailroot\\vsi 1\\Queue\\mail", GENERIC_WRITE,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    load_recover(LOAD_OF_INETINFO);
    server_start_threads(self, epoxy_thread, 1);
}

/* ---- As services ----------------------------------------------------------------------------- */

/* Waits for the driver and for a store that answers; then the protocols that were started serve. */
static DWORD WINAPI opener(LPVOID context)
{
    struct inetinfo *self = context;
    WCHAR build[EXIFS_BUILD_CHARS];

    nt_name_thread("opener");
    while ((self->proxy = IfsCreate(server_build(self->build, build))) == NULL)
        Sleep(OPEN_RETRY_MS);
    while (!store_answers(self))
        Sleep(OPEN_RETRY_MS);
    open_wires(self);
    self->opened = TRUE;
    if (self->smtp_started)
        server_start_threads(self, smtp_thread, server_site()->set.smtp_threads);
    if (self->pop_started)
        server_start_threads(self, pop_thread, server_site()->set.pop_threads);
    return 0;
}

static DWORD start_iis(void *context)
{
    server_start_threads(context, opener, 1);
    return 0;
}

/* Messages in hand are brought to an end; the process goes with its last service. */
static DWORD wait_for_end(const LONG *busy)
{
    for (int tries = 0; *busy != 0 && tries < STOP_TRIES; tries++)
        Sleep(STOP_POLL_MS);
    return 0;
}

static DWORD start_smtp(void *context)
{
    struct inetinfo *self = context;

    self->smtp_closed = FALSE;
    if (self->opened && !self->smtp_started)
        server_start_threads(self, smtp_thread, server_site()->set.smtp_threads);
    self->smtp_started = TRUE;
    return 0;
}

static DWORD stop_smtp(void *context)
{
    struct inetinfo *self = context;

    self->smtp_closed = TRUE;
    return wait_for_end(&self->smtp_busy);
}

static DWORD start_pop(void *context)
{
    struct inetinfo *self = context;

    self->pop_closed = FALSE;
    if (self->opened && !self->pop_started)
        server_start_threads(self, pop_thread, server_site()->set.pop_threads);
    self->pop_started = TRUE;
    return 0;
}

static DWORD stop_pop(void *context)
{
    struct inetinfo *self = context;

    self->pop_closed = TRUE;
    return wait_for_end(&self->pop_busy);
}

static DWORD inetinfo_services(struct inetinfo *self)
{
    static const struct hosted rows[] = {
        { SERVER_INETINFO, start_iis, NULL },
        { SERVER_SMTP, start_smtp, stop_smtp },
        { SERVER_POP3, start_pop, stop_pop },
    };
    WCHAR build[EXIFS_BUILD_CHARS];

    files_load(FILE_DLL_IFSPROXY, "inetinfo.exe", build);
    for (int i = 0; i < FILE_BUILD_CHARS; i++)
        self->build[i] = (char)build[i];
    return service_dispatcher(rows, ARRAYSIZE(rows), self);
}

DWORD WINAPI inetinfo_main(LPVOID context)
{
    struct inetinfo *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    struct site *site = server_site();
    WCHAR build[EXIFS_BUILD_CHARS];

    (void)context;
    nt_name_thread("main");
    self->epoxy = EpoxyCreate(EPOXY_SMTP, EpoxyClient);
    server_take_addresses(site->set.inetinfo_other_pages);
    if (site->scm != NULL)
        return inetinfo_services(self);
    while ((self->proxy = IfsCreate(server_build(site->set.builds[1], build))) == NULL)
        Sleep(OPEN_RETRY_MS);
    while (!store_answers(self))
        Sleep(OPEN_RETRY_MS);
    open_wires(self);
    server_start_threads(self, smtp_thread, site->set.smtp_threads);
    server_start_threads(self, pop_thread, site->set.pop_threads);
    nt_mark_service(SERVER_INETINFO, SERVICE_RUNNING);
    Sleep(INFINITE);
    return 0;
}
