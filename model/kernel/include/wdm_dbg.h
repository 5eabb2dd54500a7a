/* wdm_dbg.h - what a driver says and asserts: the Dbg and Kd part of <wdm.h>, which includes this.
 *
 * Drivers are compiled as in a checked build (DBG 1), so assertions hold and KdPrint prints, unless
 * DBG is defined as 0. There is no kernel debugger: a breakpoint is stop 0x1E.
 */
#pragma once
#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DBG
#define DBG 1
#endif

#define DPFLTR_ERROR_LEVEL   0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL   2
#define DPFLTR_INFO_LEVEL    3
#define DPFLTR_MASK          0x80000000u
#define DPFLTR_SYSTEM_ID     0
#define DPFLTR_IHVDRIVER_ID  77
#define DPFLTR_DEFAULT_ID    101

/* Print into the run's log: 512 bytes a call, the rest is cut. Any IRQL, but %S, %ws, %wc and %wZ
 * at PASSIVE_LEVEL only. A pointer (%p) prints as the simulated address. Return STATUS_SUCCESS. */
ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);
ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, va_list Arguments);
ULONG vDbgPrintExWithPrefix(PCSTR Prefix, ULONG ComponentId, ULONG Level, PCSTR Format,
                            va_list Arguments);
/* Breaks into the debugger; there is none: exception STATUS_BREAKPOINT, unhandled stop 0x1E. */
VOID DbgBreakPoint(VOID);
VOID DbgBreakPointWithStatus(ULONG Status);
/* Prints the failed assertion and breaks. */
VOID RtlAssert(PVOID FailedAssertion, PVOID FileName, ULONG LineNumber, PSTR Message);
/* Raises STATUS_ASSERTION_FAILURE. */
VOID DbgRaiseAssertionFailure(VOID);

#define ASSERT_TEXT(text, exp, message) \
    ((exp) ? (void)0                    \
           : RtlAssert((PVOID)(ULONG_PTR)(text), (PVOID)(ULONG_PTR)__FILE__, __LINE__, message))
#if DBG
#define ASSERT(exp)             ASSERT_TEXT(#exp, exp, NULL)
#define ASSERTMSG(message, exp) ASSERT_TEXT(#exp, exp, (PSTR)(ULONG_PTR)(message))
#define RTL_SOFT_ASSERT(exp)                                \
    ((exp) ? 1                                              \
           : (DbgPrint("%s(%d): Soft assertion failed\n   " \
                       "Expression: %s\n",                  \
                       __FILE__, __LINE__, #exp),           \
              0))
#define NT_ASSERT(exp)       ((exp) ? (void)0 : DbgRaiseAssertionFailure())
#define NT_VERIFY(exp)       NT_ASSERT(exp)
#define KdPrint(arguments)   DbgPrint arguments
#define KdPrintEx(arguments) DbgPrintEx arguments
#define KdBreakPoint()       DbgBreakPoint()
#else
#define ASSERT(exp)             ((void)0)
#define ASSERTMSG(message, exp) ((void)0)
#define RTL_SOFT_ASSERT(exp)    ((void)0)
#define NT_ASSERT(exp)          ((void)0)
#define NT_VERIFY(exp)          ((void)(exp))
#define KdPrint(arguments)
#define KdPrintEx(arguments)
#define KdBreakPoint()
#endif
#define NT_ASSERTMSG(message, exp) NT_ASSERT(exp)
#define NT_FRE_ASSERT(exp)         ((exp) ? (void)0 : DbgRaiseAssertionFailure())
#define RTL_ASSERT                 ASSERT
#define RTL_VERIFY(exp)            NT_VERIFY(exp)

/* A breakpoint at code that is pageable but runs above APC_LEVEL. */
#if DBG
#define PAGED_CODE()                                                                     \
    do {                                                                                 \
        if (KeGetCurrentIrql() > APC_LEVEL) {                                            \
            KdPrint(("EX: Pageable code called at IRQL %d\n", (int)KeGetCurrentIrql())); \
            ASSERT(FALSE);                                                               \
        }                                                                                \
    } while (0)
#else
#define PAGED_CODE() ((void)0)
#endif
#define PAGED_CODE_LOCKED() ((void)0)

#ifdef __cplusplus
}
#endif
