/* io_client.c - what drivers keep at or ask of the I/O manager beside requests: extensions of their
 * driver object, stack limits (facts/ddi.md 2.9). */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include <string.h>

enum { NT_CLIENT_BYTES = 8 }; /* Charged beside the extension, as on 32-bit x86. */
enum { NT_STACK_BYTES = 0x3000, STACK_STEP = 0x400 };

struct io_client {
    _Alignas(16) struct io_client *next;
    PVOID key; /* An address of the driver's. */
};

static struct io_client *client_of(struct io_driver *driver, PVOID key)
{
    struct io_client *client = driver->clients;

    while (client != NULL && client->key != key)
        client = client->next;
    return client;
}

NTSTATUS IoAllocateDriverObjectExtension(PDRIVER_OBJECT object, PVOID key, ULONG bytes, PVOID *out)
{
    struct io_driver *driver = CONTAINING_RECORD(object, struct io_driver, public);
    struct io_client *client;

    ke_require_irql(DISPATCH_LEVEL, ob_address(object));
    *out = NULL;
    client = ex_pool_try_as(NonPagedPool, sizeof *client + bytes, NT_CLIENT_BYTES + bytes,
                            EX_TAG('D', 'r', 'v', 'E'));
    if (client == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (client_of(driver, key) != NULL) { /* Asked after the last point before the insertion. */
        ex_pool_give(client);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    memset(client, 0, sizeof *client + bytes);
    client->key = key;
    client->next = driver->clients;
    driver->clients = client;
    *out = client + 1;
    return STATUS_SUCCESS;
}

PVOID IoGetDriverObjectExtension(PDRIVER_OBJECT object, PVOID key)
{
    struct io_client *client;

    ke_require_irql(DISPATCH_LEVEL, ob_address(object));
    client = client_of(CONTAINING_RECORD(object, struct io_driver, public), key);
    return client != NULL ? client + 1 : NULL;
}

void io_clients_free(struct io_driver *driver)
{
    while (driver->clients != NULL) {
        struct io_client *client = driver->clients;

        driver->clients = client->next;
        ex_pool_give(client);
    }
}

/* ---- Stacks ---------------------------------------------------------------------------------- */

VOID IoGetStackLimits(PULONG_PTR low, PULONG_PTR high)
{
    const struct fiber *fiber = fiber_current(ke->sim->fibers);

    *low = (ULONG_PTR)fiber->stack;
    *high = (ULONG_PTR)fiber->stack + FIBER_STACK_BYTES;
}

/* A host's frames are larger than NT's on x86, and its stacks too: what is left is told as a share
 * of NT's stack, in steps that hardly depend on the compiler. */
NT_FRAME ULONG_PTR IoGetRemainingStackSize(VOID)
{
    const struct fiber *fiber = fiber_current(ke->sim->fibers);
    ULONG_PTR left = (ULONG_PTR)__builtin_frame_address(0) - (ULONG_PTR)fiber->stack;

    return left * NT_STACK_BYTES / FIBER_STACK_BYTES / STACK_STEP * STACK_STEP;
}

/* ---- Others ---------------------------------------------------------------------------------- */

ULONG IoGetRequestorProcessId(PIRP irp)
{
    PEPROCESS process = IoGetRequestorProcess(irp);

    ke_require_irql(DISPATCH_LEVEL, io_irp_address(irp));
    return process != NULL ? process->id : 0;
}
