/* inetinfo_pop.c - POP3 out (facts/exchange-exifs.md 2.3): the store is asked by Epoxy in which
 * stream the message can be read, and it is read through ExIFS. */
#include <windows.h>
#include "model/inetinfo/inetinfo_inside.h"

enum { POP_US = 600 };

void pop_open(struct inetinfo *self)
{
    const struct inetinfo_settings *set = &server_site()->set.inetinfo;

    self->pop_epoxy = client_bind(&(EPOXY_SETUP){ .Pair = EpoxyPairPOP,
                                                  .Side = EpoxyClient,
                                                  .Blocks = set->epoxy_blocks,
                                                  .Exchange2000 = set->epoxy_2000 });
}

LONG pop_send(struct connection *self, const struct message *message)
{
    EPOXY_MESSAGE found;

    nt_compute(US(POP_US));
    if (message->probe)
        return 0; /* USER, PASS, QUIT. */
    LONG error = client_find(self->server->pop_epoxy, message, &found);

    if (error != 0)
        return error;
    error = client_read(self->server->proxy, found.Name, message->bytes, self->buffer);
    client_close(self->server->pop_epoxy, &found);
    return error;
}
