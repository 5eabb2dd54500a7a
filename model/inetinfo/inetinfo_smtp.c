/* inetinfo_smtp.c - SMTP in: the path is 2.1 of facts/exchange-exifs.md, steps 1-13; the processor
 * times are estimates that add up to its lab figures (7.2). */
#include <windows.h>
#include "model/inetinfo/inetinfo_inside.h"

enum { RECEIVE_US = 900, CATEGORIZE_US = 1400, DELIVER_US = 700 };

void smtp_receive(struct connection *self, const struct message *message)
{
    LARGE_INTEGER start = { .QuadPart = 0 };
    DWORD written;
    ULONG first = message->bytes < EXIFS_WRITE_BYTES_MAX ? message->bytes : EXIFS_WRITE_BYTES_MAX;
    ULONG pages = (message->bytes + EXIFS_PAGE_SIZE - 1) / EXIFS_PAGE_SIZE;

    nt_compute(US(RECEIVE_US) + (uint64_t)pages * US(CLIENT_PAGE_US));
    client_text(self->buffer, message, first);
    SetFilePointerEx(self->server->queue_disk, start, NULL, FILE_BEGIN);
    WriteFile(self->server->queue_disk, self->buffer, first, &written, NULL);
}

void smtp_categorize(void)
{
    uint32_t wait_ms = server_site()->set.inetinfo.directory_ms;

    nt_compute(US(CATEGORIZE_US));
    if (wait_ms != 0)
        Sleep(wait_ms);
}

static LONG deliver_stream(struct connection *self, const struct message *message)
{
    WCHAR name[EXIFS_NAME_CHARS];
    PIFSFILE file;

    message_name(message, name);
    LONG error = IfsOpen(self->server->proxy,
                         load_protocol_kinds[message_protocol(message)] == LOAD_POSTS ? ROOT_PUBLIC
                                                                                      : ROOT_NAME,
                         name, ExifsCreateNew, &file);

    if (error != 0)
        return error;
    error = client_write(file, self->buffer, message);
    nt_compute(US(DELIVER_US));
    if (error == 0)
        error = client_commit(self->server->epoxy, file, message);
    IfsClose(file);
    return error;
}

LONG smtp_deliver(struct connection *self, const struct message *message)
{
    struct tracking *tracking = self->server->tracking;
    ULONG_PTR mailmsg = tracking_begin(tracking, message);

    tracking_note(tracking, mailmsg);
    LONG error = deliver_stream(self, message);

    tracking_end(tracking, mailmsg);
    return error;
}
