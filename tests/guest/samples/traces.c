/* traces.c - a driver that writes software traces (WPP). */
#include <ntddk.h>
#include "traces.h"
#include "traces.tmh"

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD TracesUnload;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, TracesUnload)
#endif

VOID TracesUnload(PDRIVER_OBJECT DriverObject)
{
    PAGED_CODE();
    DoTraceMessage(TRACE_LOAD, "unloaded, %S", L"all of it");
    WPP_CLEANUP(DriverObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WPP_INIT_TRACING(DriverObject, RegistryPath);
    Enter(TRACE_LOAD);
    DriverObject->DriverUnload = TracesUnload;
    TraceEvents(TRACE_LEVEL_INFORMATION, TRACE_LOAD, "100%% of %wZ, %!STATUS! in %!FUNC!",
                RegistryPath, STATUS_NO_MEMORY);
    return STATUS_SUCCESS;
}
