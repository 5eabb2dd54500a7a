/* tcpip.c - the part of a transport that http.sys needs: it brings requests up, and answers queries
 * at once. */
#include <ntifs.h>
#include "model/neighbours/neighbours.h"

static PTCP_HANDLER Handler(PDEVICE_OBJECT device) { return device->DeviceExtension; }

static NTSTATUS NTAPI TcpipInternalControl(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);

    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    if (location->MinorFunction == TCP_SET_RECEIVE_HANDLER)
        *Handler(device) = *(PTCP_HANDLER)location->Parameters.Others.Argument1;
    else
        irp->IoStatus.Information = TCP_ADDRESS_BYTES;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI TcpipOpenClose(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID TcpipReceive(PDEVICE_OBJECT device, ULONG bytes)
{
    PTCP_HANDLER handler = Handler(device);

    if (handler->Receive != NULL)
        handler->Receive(handler->Context, bytes);
}

NTSTATUS NTAPI TcpipEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry)
{
    UNICODE_STRING name;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(registry);
    RtlInitUnicodeString(&name, TCP_DEVICE_NAME);
    status =
        IoCreateDevice(driver, sizeof(TCP_HANDLER), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    RtlZeroMemory(Handler(device), sizeof(TCP_HANDLER));
    driver->MajorFunction[IRP_MJ_CREATE] = TcpipOpenClose;
    driver->MajorFunction[IRP_MJ_CLEANUP] = TcpipOpenClose;
    driver->MajorFunction[IRP_MJ_CLOSE] = TcpipOpenClose;
    driver->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = TcpipInternalControl;
    return STATUS_SUCCESS;
}
