/* lab.h - what the device of this lab calls, and the student writes (driver.c). */
#pragma once
#include <ntddk.h>

/* The device gets a read request: keeps it until there is data, or until it is cancelled. Returns
 * STATUS_PENDING. Called once. */
NTSTATUS KeepRequest(PIRP Irp);

/* There is data: completes the request with STATUS_SUCCESS, if it can still be had. Called once. */
VOID DataIsThere(VOID);

/* Completes a request, and is the harness's. A request that was cancelled has STATUS_CANCELLED. */
VOID Complete(PIRP Irp, NTSTATUS Status);
