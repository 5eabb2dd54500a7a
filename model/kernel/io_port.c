/* io_port.c - completion ports, where completed I/O waits for a thread of a pool
 * (facts/nt-kernel.md 5.4 step 5, 5.1).
 *
 * A port is a kernel queue whose entries are packets: the latest waiter runs first, and no more
 * threads work at once than the port's limit. A file is bound once; from then on every request on
 * the file with a context value (the OVERLAPPED) leaves a packet, unless the request failed at once
 * or asked for an APC.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"

static const uint32_t packet_tag = EX_TAG('I', 'c', 'p', ' '),
                      binding_tag = EX_TAG('I', 'o', 'C', 'b');

struct io_port {
    KQUEUE queue;
};

struct packet {
    LIST_ENTRY link;
    void *key, *context;
    IO_STATUS_BLOCK iosb;
};

static POBJECT_TYPE port_type(void) { return (POBJECT_TYPE)(uintptr_t)ob_type_of(OB_COMPLETION); }

NTSTATUS io_port_new(ULONG concurrency, HANDLE *out)
{
    struct io_port *port = ob_new(OB_COMPLETION, sizeof *port, 0);
    NTSTATUS status;

    if (port == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ki_queue_init(&port->queue, concurrency);
    status = ob_create_handle(port, GENERIC_ALL, 0, ke_current_thread()->previous_mode, out);
    ObDereferenceObject(port);
    return status;
}

void IopDeleteCompletion(void *body)
{
    struct io_port *port = body;

    while (!IsListEmpty(&port->queue.EntryListHead))
        ex_pool_give(
            CONTAINING_RECORD(RemoveHeadList(&port->queue.EntryListHead), struct packet, link));
    ki_queue_rundown(&port->queue);
}

NTSTATUS io_port_bind(HANDLE file_handle, HANDLE port_handle, void *key)
{
    KPROCESSOR_MODE mode = ke_current_thread()->previous_mode;
    PVOID file, port;
    NTSTATUS status =
        ObReferenceObjectByHandle(file_handle, 0, *IoFileObjectType, mode, &file, NULL);

    if (!NT_SUCCESS(status))
        return status;
    status = ObReferenceObjectByHandle(port_handle, 0, port_type(), mode, &port, NULL);
    if (NT_SUCCESS(status)) {
        PIO_COMPLETION_CONTEXT binding = ex_pool_take_as(NonPagedPool, sizeof *binding,
                                                         NT_COMPLETION_CONTEXT_BYTES, binding_tag);
        PFILE_OBJECT object = file;

        if (binding != NULL && object->CompletionContext == NULL &&
            (object->Flags & FO_SYNCHRONOUS_IO) == 0) {
            *binding = (IO_COMPLETION_CONTEXT){ port, key };
            /* The file takes over the reference to the port. */
            object->CompletionContext = binding;
        } else {
            status = binding == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_INVALID_PARAMETER;
            if (binding != NULL)
                ex_pool_give(binding);
            ObDereferenceObject(port);
        }
    }
    ObDereferenceObject(file);
    return status;
}

static NTSTATUS post(struct io_port *port, void *key, void *context, const IO_STATUS_BLOCK *iosb)
{
    struct packet *packet =
        ex_pool_take_as(NonPagedPool, sizeof *packet, NT_PACKET_BYTES, packet_tag);

    if (packet == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    packet->key = key;
    packet->context = context;
    packet->iosb = *iosb;
    ki_queue_insert(&port->queue, &packet->link, false);
    return STATUS_SUCCESS;
}

void io_port_complete(PIO_COMPLETION_CONTEXT completion, PVOID context, const IO_STATUS_BLOCK *iosb)
{
    post(completion->Port, completion->Key, context, iosb);
}

NTSTATUS io_port_post(HANDLE handle, void *key, void *context, NTSTATUS result,
                      ULONG_PTR information)
{
    IO_STATUS_BLOCK iosb = { .Pointer = NULL, .Information = information };
    PVOID port;
    NTSTATUS status = ObReferenceObjectByHandle(handle, 0, port_type(),
                                                ke_current_thread()->previous_mode, &port, NULL);

    if (!NT_SUCCESS(status))
        return status;
    iosb.Status = result;
    status = post(port, key, context, &iosb);
    ObDereferenceObject(port);
    return status;
}

NTSTATUS io_port_remove(HANDLE handle, void **key, void **context, IO_STATUS_BLOCK *iosb,
                        LARGE_INTEGER *timeout)
{
    KPROCESSOR_MODE mode = ke_current_thread()->previous_mode;
    PVOID port;
    NTSTATUS status = ObReferenceObjectByHandle(handle, 0, port_type(), mode, &port, NULL);

    if (!NT_SUCCESS(status))
        return status;
    PLIST_ENTRY entry = ki_queue_remove(&((struct io_port *)port)->queue, mode, timeout, &status);

    if (entry != NULL) {
        struct packet *packet = CONTAINING_RECORD(entry, struct packet, link);

        mm_copy_to_caller(key, &packet->key, sizeof packet->key);
        mm_copy_to_caller(context, &packet->context, sizeof packet->context);
        mm_copy_to_caller(iosb, &packet->iosb, sizeof packet->iosb);
        ex_pool_give(packet);
    }
    ObDereferenceObject(port);
    return status;
}
