/* ntdef.h - declarations that both <ntifs.h> and <windows.h> need: NT's basic types, status codes,
 * lists.
 *
 * <ntifs.h> and <windows.h> include this file, and so does a header for code on both sides. Types
 * have Windows' widths on every host: LONG and ULONG are 32 bits, WCHAR is 16 bits (-fshort-wchar),
 * pointers are the host's.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include "driverspecs.h"

/* Versions of Windows; this one is Server 2003. */
#define NTDDI_WIN2K           0x05000000
#define NTDDI_WINXP           0x05010000
#define NTDDI_WINXPSP1        0x05010100
#define NTDDI_WINXPSP2        0x05010200
#define NTDDI_WS03            0x05020000
#define NTDDI_WS03SP1         0x05020100
#define NTDDI_VISTA           0x06000000
#define NTDDI_LONGHORN        NTDDI_VISTA
#define NTDDI_VISTASP1        0x06000100
#define NTDDI_WS08            0x06000100
#define NTDDI_WIN7            0x06010000
#define NTDDI_WIN8            0x06020000
#define NTDDI_WINBLUE         0x06030000
#define NTDDI_WIN10           0x0A000000
#define _WIN32_WINNT_WIN2K    0x0500
#define _WIN32_WINNT_WINXP    0x0501
#define _WIN32_WINNT_WS03     0x0502
#define _WIN32_WINNT_VISTA    0x0600
#define _WIN32_WINNT_LONGHORN 0x0600
#define _WIN32_WINNT_WIN7     0x0601
#define _WIN32_WINNT_WIN8     0x0602
#ifndef NTDDI_VERSION
#define NTDDI_VERSION NTDDI_WS03SP1
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0502
#endif
#ifndef WINVER
#define WINVER _WIN32_WINNT
#endif

/* Calling conventions and other words of Microsoft's compiler. */
#ifndef NTAPI
#define NTAPI
#define WINAPI
#define CALLBACK
#define FASTCALL
#define APIENTRY
#endif
#ifndef __cdecl
#define __cdecl
#define __stdcall
#define __fastcall
#endif
#ifndef _cdecl
#define _cdecl
#define _stdcall
#define _fastcall
#endif
#ifndef _inline
#define _inline inline
#endif
#ifndef __int64
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#endif
#ifndef __declspec
#define __declspec(word)
#endif
#ifndef __forceinline
#define __forceinline inline __attribute__((always_inline))
#endif
#ifndef __unaligned
#define __unaligned
#endif
#define __noop(...) ((void)0)
#ifndef __cplusplus
enum { __noop }; /* Without brackets. */
#endif
#define __assume(e) ((void)0)

#define DECLSPEC_NORETURN     __attribute__((noreturn))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define DECLSPEC_NOINLINE     __attribute__((noinline))
#define DECLSPEC_IMPORT
#define FORCEINLINE  static inline
#define CFORCEINLINE FORCEINLINE
#define NTKERNELAPI
#define NTSYSAPI
#define NTSYSCALLAPI
#define NTHALAPI
#define DDKAPI
#ifndef UNALIGNED
#define UNALIGNED
#endif
#define RESTRICTED_POINTER
#define IN
#define OUT
#define OPTIONAL
#define NOTHING
#define CONST                              const
#define EXTERN_C                           extern
#define UNREFERENCED_PARAMETER(p)          ((void)(p))
#define UNREFERENCED_LOCAL_VARIABLE(p)     ((void)(p))
#define DBG_UNREFERENCED_PARAMETER(p)      ((void)(p))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(p) ((void)(p))
#ifdef __cplusplus
#define C_ASSERT(e) static_assert(e, #e)
#else
#define C_ASSERT(e) _Static_assert(e, #e)
#endif

/* Numbers in an I/O stack location begin on pointers' boundaries. */
#define POINTER_ALIGNMENT DECLSPEC_ALIGN(8)

#define VOID void
typedef void *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef char CHAR, *PCHAR, *PSTR, *LPSTR, CCHAR;
typedef const char *PCSTR, *LPCSTR;
typedef unsigned char UCHAR, *PUCHAR, BYTE, *PBYTE, *LPBYTE;
typedef int16_t SHORT, *PSHORT, CSHORT;
typedef uint16_t USHORT, *PUSHORT, WORD, *PWORD;
typedef int32_t LONG, *PLONG, *LPLONG, INT, BOOL, *PBOOL, *LPBOOL;
typedef uint32_t ULONG, *PULONG, DWORD, *PDWORD, *LPDWORD, UINT;
typedef int64_t LONGLONG, *PLONGLONG, LONG64;
typedef uint64_t ULONGLONG, *PULONGLONG, ULONG64, *PULONG64, DWORD64;
typedef intptr_t LONG_PTR, *PLONG_PTR;
typedef uintptr_t ULONG_PTR, *PULONG_PTR, SIZE_T, *PSIZE_T, DWORD_PTR;
typedef UCHAR BOOLEAN, *PBOOLEAN;
/* The type of L"text". A C library's own wchar_t may have more bits. */
#ifdef __cplusplus
typedef wchar_t WCHAR;
#else
typedef __WCHAR_TYPE__ WCHAR;
#endif
typedef WCHAR *PWCHAR, *PWCH, *PWSTR, *LPWSTR, *NWPSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR, *PCWCH;
typedef char *PSZ;
typedef const char *PCSZ;
typedef int8_t INT8, *PINT8;
typedef uint8_t UINT8, *PUINT8;
typedef int16_t INT16, *PINT16;
typedef uint16_t UINT16, *PUINT16;
typedef int32_t INT32, *PINT32, LONG32, *PLONG32;
typedef uint32_t UINT32, *PUINT32, ULONG32, *PULONG32, *PUINT, CLONG, LCID;
typedef int64_t INT64, *PINT64;
typedef uint64_t UINT64, *PUINT64, DWORDLONG, *PDWORDLONG;
typedef intptr_t INT_PTR, SSIZE_T;
typedef uintptr_t UINT_PTR;
typedef PVOID *PPVOID;
typedef LONG HRESULT;
typedef short *PCSHORT;
typedef PVOID HANDLE, *PHANDLE;
typedef LONG NTSTATUS, *PNTSTATUS;
typedef ULONG ACCESS_MASK;

#ifndef __cplusplus
_Static_assert(sizeof(WCHAR) == 2, "compile with -fshort-wchar");
#endif

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef NOMINMAX
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#define ANSI_NULL                ((CHAR)0)
#define UNICODE_NULL             ((WCHAR)0)
#define UNICODE_STRING_MAX_BYTES ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS 32767
#define TRUE                     1
#define FALSE                    0
#define MAXUCHAR                 0xff
#define MAXUSHORT                0xffff
#define MAXULONG                 0xffffffffu
#define MAXLONGLONG              ((LONGLONG)0x7fffffffffffffff)
#define MINLONG                  ((LONG)0x80000000)
#define MAXLONG                  0x7fffffff
#define MAXIMUM_WAIT_OBJECTS     64
#define THREAD_WAIT_OBJECTS      3

typedef union _LARGE_INTEGER {
    struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    struct {
        ULONG LowPart, HighPart;
    };
    struct {
        ULONG LowPart, HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink, *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

#define CONTAINING_RECORD(address, type, field) \
    ((type *)(void *)((char *)(address)-offsetof(type, field)))
#define FIELD_OFFSET(type, field)   ((LONG)offsetof(type, field))
#define RTL_NUMBER_OF(a)            (sizeof(a) / sizeof((a)[0]))
#define ARRAYSIZE(a)                RTL_NUMBER_OF(a)
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) \
    (FIELD_OFFSET(type, field) + (LONG)RTL_FIELD_SIZE(type, field))
#define RTL_CONTAINS_FIELD(structure, size, field) \
    ((char *)(&(structure)->field + 1) <= (char *)(structure) + (size))
#define ARGUMENT_PRESENT(argument) ((argument) != NULL)
#define PtrToUlong(p)              ((ULONG)(ULONG_PTR)(p))
#define PtrToLong(p)               ((LONG)(LONG_PTR)(p))
#define UlongToPtr(n)              ((PVOID)(ULONG_PTR)(ULONG)(n))
#define LongToPtr(n)               ((PVOID)(LONG_PTR)(LONG)(n))
#define HandleToUlong(h)           ((ULONG)(ULONG_PTR)(h))
#define UlongToHandle(n)           ((HANDLE)(ULONG_PTR)(ULONG)(n))
#define HandleToULong              HandleToUlong
#define ULongToHandle              UlongToHandle
#define LOBYTE(w)                  ((UCHAR)((ULONG_PTR)(w)&0xff))
#define HIBYTE(w)                  ((UCHAR)((ULONG_PTR)(w) >> 8 & 0xff))
#define LOWORD(l)                  ((USHORT)((ULONG_PTR)(l)&0xffff))
#define HIWORD(l)                  ((USHORT)((ULONG_PTR)(l) >> 16 & 0xffff))

/* Status codes (NTSTATUS values as documented by Microsoft, [MS-ERREF] 2.3.1). */
#define NT_SUCCESS(s)     ((NTSTATUS)(s) >= 0)
#define NT_INFORMATION(s) ((((ULONG)(s)) >> 30) == 1)
#define NT_WARNING(s)     ((((ULONG)(s)) >> 30) == 2)
#define NT_ERROR(s)       ((((ULONG)(s)) >> 30) == 3)

#include "ntstatus.h"

#include "devioctl.h"

/* Access rights, share modes and attributes (winnt.h values). */
#define DELETE                   0x00010000u
#define READ_CONTROL             0x00020000u
#define WRITE_DAC                0x00040000u
#define WRITE_OWNER              0x00080000u
#define STANDARD_RIGHTS_REQUIRED 0x000F0000u
#define STANDARD_RIGHTS_READ     READ_CONTROL
#define STANDARD_RIGHTS_WRITE    READ_CONTROL
#define STANDARD_RIGHTS_EXECUTE  READ_CONTROL
#define SPECIFIC_RIGHTS_ALL      0x0000FFFFu
#define ACCESS_SYSTEM_SECURITY   0x01000000u
#define MAXIMUM_ALLOWED          0x02000000u
#define SYNCHRONIZE              0x00100000u
#define STANDARD_RIGHTS_ALL      0x001F0000u
#define GENERIC_ALL              0x10000000u
#define GENERIC_EXECUTE          0x20000000u
#define GENERIC_WRITE            0x40000000u
#define GENERIC_READ             0x80000000u
#define FILE_READ_DATA           0x0001u
#define FILE_WRITE_DATA          0x0002u
#define FILE_APPEND_DATA         0x0004u
#define FILE_LIST_DIRECTORY      0x0001u
#define FILE_ADD_FILE            0x0002u
#define FILE_READ_EA             0x0008u
#define FILE_WRITE_EA            0x0010u
#define FILE_EXECUTE             0x0020u
#define FILE_TRAVERSE            0x0020u
#define FILE_ALL_ACCESS          0x001F01FFu
#define FILE_GENERIC_EXECUTE     0x001200A0u
#define FILE_READ_ATTRIBUTES     0x0080u
#define FILE_WRITE_ATTRIBUTES    0x0100u
#define FILE_GENERIC_READ        0x00120089u
#define FILE_GENERIC_WRITE       0x00120116u
#define FILE_SHARE_READ          0x00000001u
#define FILE_SHARE_WRITE         0x00000002u
#define FILE_SHARE_DELETE        0x00000004u
#define FILE_ATTRIBUTE_READONLY  0x00000001u
#define FILE_ATTRIBUTE_HIDDEN    0x00000002u
#define FILE_ATTRIBUTE_SYSTEM    0x00000004u
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010u
#define FILE_ATTRIBUTE_ARCHIVE   0x00000020u
#define FILE_ATTRIBUTE_DEVICE    0x00000040u
#define FILE_ATTRIBUTE_NORMAL    0x00000080u
#define EVENT_MODIFY_STATE       0x0002u
#define EVENT_ALL_ACCESS         0x001F0003u
#define PROCESS_ALL_ACCESS       0x001F0FFFu
#define PROCESS_TERMINATE        0x0001u
#define PROCESS_DUP_HANDLE       0x0040u
#define THREAD_ALL_ACCESS        0x001F03FFu
#define DUPLICATE_CLOSE_SOURCE   0x00000001u
#define DUPLICATE_SAME_ACCESS    0x00000002u

#ifdef __cplusplus
extern "C" {
#endif

/* Copy, fill and compare memory. On Windows these are plain functions. Here a pointer below 4 GiB
 * is a simulated user address: it is translated in the process in force and faults as on NT
 * (facts/nt-kernel.md 1.6, 5.6); any other pointer is ordinary memory of the driver or program. */
void nt_copy_memory(void *to, const void *from, SIZE_T length);
void nt_fill_memory(void *to, SIZE_T length, UCHAR byte);
SIZE_T nt_compare_memory(const void *one, const void *other, SIZE_T length);

#ifdef __cplusplus
}
#endif
