/* neighbours.h - drivers that share the kernel with ExIFS and have nothing to do with it.
 *
 *     w3wp.exe --RECEIVE--> http.sys <--receive handler-- \Device\Tcp <--the wire
 *                           http.sys --query--> [tdifilter.sys] --> \Device\Tcp
 *
 * These drivers are modelled for KB 887742, the other cause of stop 0x5: Http.sys keeps a status
 * block in its stack frame, a filter above the transport answers its query with STATUS_PENDING, and
 * the late answer lands in the frame that lies there by then; http.c describes it. The insides of
 * these drivers are invented; a machine loads them only if its scenario says so.
 */
#pragma once
#include <ntifs.h>

#define TCP_DEVICE_NAME L"\\Device\\Tcp"

/* IRP_MJ_INTERNAL_DEVICE_CONTROL of the transport. */
#define TCP_SET_RECEIVE_HANDLER 1u /* Others.Argument1: TCP_HANDLER. */
#define TCP_QUERY_ADDRESS       2u /* Information: bytes of an address. */

enum { TCP_ADDRESS_BYTES = 22 };

/* Called at DISPATCH_LEVEL when a request of so many bytes has arrived whole. */
typedef VOID(NTAPI *PTCP_RECEIVE)(PVOID Context, ULONG Bytes);
typedef struct _TCP_HANDLER {
    PTCP_RECEIVE Receive;
    PVOID Context;
} TCP_HANDLER, *PTCP_HANDLER;

/* Brings a request off the wire to the handler; at DISPATCH_LEVEL. */
VOID TcpipReceive(PDEVICE_OBJECT Device, ULONG Bytes);

NTSTATUS NTAPI TcpipEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI TdiFilterEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI TdiFilterPassingEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI HttpEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI HttpUpdatedEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);
