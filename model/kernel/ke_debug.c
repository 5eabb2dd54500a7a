/* ke_debug.c - what a driver says and asserts (facts/ddi.md 1.3).
 *
 * What is printed goes into the run's log (ke_log.h); every component and level is shown. There is
 * no kernel debugger, so a breakpoint is an exception that a driver may handle, and stop 0x1E if
 * nobody does: the code that Windows shows for a breakpoint without a debugger.
 */
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_log.h"
#include "model/kernel/kernel.h"
#include "model/kernel/rtl.h"
#include "sim/host/fault.h"

enum { PRINT_BYTES = 512 }; /* One call prints no more; the rest is cut. */

ULONG vDbgPrintExWithPrefix(PCSTR prefix, ULONG component, ULONG level, PCSTR format,
                            va_list arguments)
{
    CHAR text[PRINT_BYTES + 1];
    size_t used = 0, rest;

    UNREFERENCED_PARAMETER(component);
    UNREFERENCED_PARAMETER(level);
    while (used < PRINT_BYTES && prefix[used] != 0) {
        text[used] = prefix[used];
        used++;
    }
    rest = rtl_format_narrow(text + used, PRINT_BYTES - used, format, arguments);
    text[MIN_OF(used + rest, (size_t)PRINT_BYTES)] = 0;
    ke_log_print("nt", text);
    return (ULONG)STATUS_SUCCESS;
}

ULONG vDbgPrintEx(ULONG component, ULONG level, PCSTR format, va_list arguments)
{
    return vDbgPrintExWithPrefix("", component, level, format, arguments);
}

ULONG DbgPrintEx(ULONG component, ULONG level, PCSTR format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    ULONG status = vDbgPrintEx(component, level, format, arguments);

    va_end(arguments);
    return status;
}

ULONG DbgPrint(PCSTR format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    ULONG status = vDbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL, format, arguments);

    va_end(arguments);
    return status;
}

/* ---- Breaks ---------------------------------------------------------------------------------- */

/* Raises what a breakpoint instruction at `at` raises. Returns if a filter wants to go on. */
static void break_at(NTSTATUS code, void *at)
{
    EXCEPTION_RECORD record = { .ExceptionCode = (DWORD)code, .ExceptionAddress = at };

    if (ke_dispatch_exception(&record))
        return;
    ke_stop(KMODE_EXCEPTION_NOT_HANDLED, (uint32_t)code,
            ke->code_address != NULL ? ke->code_address(at) : 0, 0, 0);
}

VOID NT_FRAME DbgBreakPoint(VOID) { break_at(STATUS_BREAKPOINT, HOST_CALLER()); }

VOID NT_FRAME DbgBreakPointWithStatus(ULONG status)
{
    UNREFERENCED_PARAMETER(status); /* A word for the debugger. */
    break_at(STATUS_BREAKPOINT, HOST_CALLER());
}

/* A file's name without the folder, which differs from host to host. */
static PCSTR file_name(PCSTR path)
{
    PCSTR name = path;

    for (; *path != 0; path++)
        if (*path == '/' || *path == '\\')
            name = path + 1;
    return name;
}

VOID NT_FRAME RtlAssert(PVOID condition, PVOID file, ULONG line, PSTR message)
{
    DbgPrint("*** Assertion failed: %s%s\n***   Source File: %s, line %u\n",
             message != NULL ? message : "", (PCSTR)condition, file_name(file), line);
    break_at(STATUS_BREAKPOINT, HOST_CALLER());
}

VOID NT_FRAME DbgRaiseAssertionFailure(VOID) { break_at(STATUS_ASSERTION_FAILURE, HOST_CALLER()); }
