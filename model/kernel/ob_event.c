/* ob_event.c - events by name and by handle, and waits for handles (facts/ddi.md 2.14, 2.9). */
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob_named.h"
#include <string.h>

/* ---- Events ---------------------------------------------------------------------------------- */

NTSTATUS ZwCreateEvent(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                       EVENT_TYPE type, BOOLEAN state)
{
    PKEVENT event;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (type != NotificationEvent && type != SynchronizationEvent)
        return STATUS_INVALID_PARAMETER_4;
    event = ob_new(OB_EVENT, sizeof *event, 0);
    if (event == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(event, type, state);
    return ob_insert(event, access, attributes, handle);
}

NTSTATUS ZwOpenEvent(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    return ob_open(OB_EVENT, access, attributes, handle);
}

static NTSTATUS change_event(HANDLE handle, PLONG previous, LONG (*change)(PRKEVENT event))
{
    void *event;
    NTSTATUS status = ob_reference(handle, EVENT_MODIFY_STATE, OB_EVENT, &event);
    LONG old;

    if (!NT_SUCCESS(status))
        return status;
    old = change(event);
    if (previous != NULL)
        *previous = old;
    ObDereferenceObject(event);
    return STATUS_SUCCESS;
}

static LONG set(PRKEVENT event) { return KeSetEvent(event, EVENT_INCREMENT, FALSE); }
static LONG pulse(PRKEVENT event) { return KePulseEvent(event, EVENT_INCREMENT, FALSE); }

NTSTATUS ZwSetEvent(HANDLE handle, PLONG previous) { return change_event(handle, previous, set); }

NTSTATUS ZwResetEvent(HANDLE handle, PLONG previous)
{
    return change_event(handle, previous, KeResetEvent);
}

NTSTATUS ZwPulseEvent(HANDLE handle, PLONG previous)
{
    return change_event(handle, previous, pulse);
}

NTSTATUS ZwClearEvent(HANDLE handle) { return change_event(handle, NULL, KeResetEvent); }

/* The event exists as long as somebody has a handle to it: the pointer is no reference. */
static PKEVENT named_event(PUNICODE_STRING name, PHANDLE handle, EVENT_TYPE type)
{
    OBJECT_ATTRIBUTES attributes;
    void *event;

    InitializeObjectAttributes(&attributes, name, OBJ_OPENIF | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(ZwCreateEvent(handle, EVENT_ALL_ACCESS, &attributes, type, TRUE)))
        return NULL;
    if (!NT_SUCCESS(ob_reference(*handle, 0, OB_EVENT, &event)))
        return NULL;
    ObDereferenceObject(event);
    return event;
}

PKEVENT IoCreateNotificationEvent(PUNICODE_STRING name, PHANDLE handle)
{
    return named_event(name, handle, NotificationEvent);
}

PKEVENT IoCreateSynchronizationEvent(PUNICODE_STRING name, PHANDLE handle)
{
    return named_event(name, handle, SynchronizationEvent);
}

/* ---- Waits ----------------------------------------------------------------------------------- */

/* What a wait for an object is a wait for: a part of its body, or nothing. */
static NTSTATUS waitable(void *body, void **object)
{
    const struct ob_type *type = ob_header(body)->type;

    if (!type->waitable)
        return STATUS_OBJECT_TYPE_MISMATCH;
    *object = (char *)body + type->default_header_offset;
    return STATUS_SUCCESS;
}

static NTSTATUS reference_to_wait(HANDLE handle, void **body, void **object)
{
    OBJECT_HANDLE_INFORMATION information = { 0, SYNCHRONIZE };
    NTSTATUS status = ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, body, &information);

    if (!NT_SUCCESS(status))
        return status;
    status = (information.GrantedAccess & SYNCHRONIZE) != 0 ? waitable(*body, object)
                                                            : STATUS_ACCESS_DENIED;
    if (!NT_SUCCESS(status))
        ObDereferenceObject(*body);
    return status;
}

NTSTATUS ZwWaitForSingleObject(HANDLE handle, BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    void *body, *object;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    status = reference_to_wait(handle, &body, &object);
    if (!NT_SUCCESS(status))
        return status;
    status = KeWaitForSingleObject(object, UserRequest, KernelMode, alertable, timeout);
    ObDereferenceObject(body);
    return status;
}

NTSTATUS ZwWaitForMultipleObjects(ULONG count, HANDLE handles[], WAIT_TYPE type, BOOLEAN alertable,
                                  PLARGE_INTEGER timeout)
{
    KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];
    void *bodies[MAXIMUM_WAIT_OBJECTS], *objects[MAXIMUM_WAIT_OBJECTS];
    HANDLE wanted[MAXIMUM_WAIT_OBJECTS];
    NTSTATUS status;
    ULONG held = 0;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (count == 0 || count > MAXIMUM_WAIT_OBJECTS)
        return STATUS_INVALID_PARAMETER_1;
    status = mm_copy_from_caller(wanted, handles, count * sizeof(HANDLE));
    while (NT_SUCCESS(status) && held < count) {
        status = reference_to_wait(wanted[held], &bodies[held], &objects[held]);
        held += NT_SUCCESS(status);
    }
    if (NT_SUCCESS(status))
        status = KeWaitForMultipleObjects(count, objects, type, UserRequest, KernelMode, alertable,
                                          timeout, blocks);
    while (held > 0)
        ObDereferenceObject(bodies[--held]);
    return status;
}
