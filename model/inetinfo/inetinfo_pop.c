/* inetinfo_pop.c - POP3 out (facts/exchange-exifs.md 2.3). With threads of its own it opens the
 * stream by its name, an upcall to exwin32.dll; in the pool it asks the store by its Epoxy pair, as
 * IMAP4 does. */
#include <windows.h>
#include "model/inetinfo/inetinfo_inside.h"

enum { POP_US = 600 };

static LONG find_and_read(struct connection *self, const struct message *message)
{
    EPOXY_MESSAGE found;
    LONG error = client_find(self->server->pop_epoxy, message, &found);

    if (error != 0)
        return error;
    error = client_read(self->server->proxy, found.Name, message->bytes, self->buffer);
    client_close(self->server->pop_epoxy, &found);
    return error;
}

LONG pop_send(struct connection *self, const struct message *message)
{
    WCHAR name[EXIFS_NAME_CHARS];

    nt_compute(US(POP_US));
    if (message->probe)
        return 0; /* USER, PASS, QUIT. */
    if (self->server->pop_epoxy != NULL)
        return find_and_read(self, message);
    message_name(message, name);
    return client_read(self->server->proxy, name, message->bytes, self->buffer);
}

DWORD WINAPI pop_thread(LPVOID context)
{
    struct connection self = { context, VirtualAlloc(NULL, EXIFS_WRITE_BYTES_MAX,
                                                     MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) };
    struct message message;
    ULONG slot;

    nt_name_thread("pop3");
    while (self.buffer != NULL && load_take(LOAD_POP3, self.server->pop_wire, &message, &slot)) {
        self.server->pop_busy++;
        /* Else it was deleted meanwhile, mostly. */
        load_read_done(LOAD_POP3, slot, !self.server->pop_closed && pop_send(&self, &message) == 0);
        self.server->pop_busy--;
    }
    return 0;
}
