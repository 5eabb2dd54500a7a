/* inetinfo.c - IIS Admin and its protocol engines: SMTP in, POP3 out.
 *
 * A pool thread (ATQ) takes one message off the wire, makes it durable in the NTFS queue,
 * categorizes it and delivers it: the body goes through ExIFS page by page, then one small Epoxy
 * request asks the store to commit it. The path is 2.1 of facts/exchange-exifs.md, steps 1-13; the
 * processor times are estimates that add up to its lab figures (7.2).
 */
#include <windows.h>
#include "model/server/server.h"
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
};

struct inetinfo {
    PIFSPROXY proxy;
    PEPOXY epoxy;
    HANDLE smtp_wire, pop_wire, queue_disk;
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
    LONG error = IfsOpen(self->server->proxy, ROOT_NAME, name, ExifsCreateNew, &file);

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
    while (self.buffer != NULL && load_next(self.server->smtp_wire, &message, &slot)) {
        receive(&self, &message);
        LONG error = deliver(&self, &message);

        server_note_error(error);
        if (error == 0)
            load_done(slot);
        else
            load_retry(slot);
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

    nt_name_thread("pop3");
    while (self.buffer != NULL && load_next_read(self.server->pop_wire, &message)) {
        if (send_message(&self, &message) == 0)
            server_site()->stats.reads++;
        else
            server_site()->stats.read_errors++; /* Deleted meanwhile, mostly. */
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

DWORD WINAPI inetinfo_main(LPVOID context)
{
    struct inetinfo *self = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *self);
    struct site *site = server_site();
    WCHAR build[EXIFS_BUILD_CHARS];

    (void)context;
    nt_name_thread("main");
    self->epoxy = EpoxyCreate(EPOXY_SMTP, EpoxyClient);
    server_take_addresses(site->set.inetinfo_other_pages);
    while ((self->proxy = IfsCreate(server_build(site->set.builds[1], build))) == NULL)
        Sleep(OPEN_RETRY_MS);
    while (!store_answers(self))
        Sleep(OPEN_RETRY_MS);
    self->smtp_wire = CreateSemaphoreW(NULL, 0, 1, SMTP_WIRE);
    self->pop_wire = CreateSemaphoreW(NULL, 0, 1, POP_WIRE);
    self->queue_disk = CreateFileW(L"C:\\Exchsrvr\\Mailroot\\vsi 1\\Queue\\mail", GENERIC_WRITE,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    load_recover();
    server_start_threads(self, epoxy_thread, 1);
    server_start_threads(self, smtp_thread, site->set.smtp_threads);
    server_start_threads(self, pop_thread, site->set.pop_threads);
    nt_mark_service(SERVER_INETINFO, SERVICE_RUNNING);
    Sleep(INFINITE);
    return 0;
}
