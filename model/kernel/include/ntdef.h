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

#ifndef NTAPI
#define NTAPI
#define WINAPI
#define CALLBACK
#define FASTCALL
#define DECLSPEC_NORETURN     __attribute__((noreturn))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define FORCEINLINE           static inline
#define NTKERNELAPI
#define NTSYSAPI
#define NTHALAPI
#define DDKAPI
#define DECLSPEC_IMPORT
#define UNALIGNED
#define IN
#define OUT
#define OPTIONAL
#define CONST                     const
#define UNREFERENCED_PARAMETER(p) ((void)(p))
#define C_ASSERT(e)               _Static_assert(e, #e)
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
typedef __WCHAR_TYPE__ WCHAR, *PWCHAR, *PWSTR, *LPWSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR, *PCWCH;
typedef PVOID HANDLE, *PHANDLE;
typedef LONG NTSTATUS, *PNTSTATUS;
typedef ULONG ACCESS_MASK;

_Static_assert(sizeof(WCHAR) == 2, "compile with -fshort-wchar");

#ifndef NULL
#define NULL ((void *)0)
#endif
#define TRUE                 1
#define FALSE                0
#define MAXULONG             0xffffffffu
#define MINLONG              ((LONG)0x80000000)
#define MAXLONG              0x7fffffff
#define MAXIMUM_WAIT_OBJECTS 64
#define THREAD_WAIT_OBJECTS  3

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
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define RTL_NUMBER_OF(a)          (sizeof(a) / sizeof((a)[0]))
#define ARRAYSIZE(a)              RTL_NUMBER_OF(a)

/* Status codes (NTSTATUS values as documented by Microsoft, [MS-ERREF] 2.3.1). */
#define NT_SUCCESS(s)     ((NTSTATUS)(s) >= 0)
#define NT_INFORMATION(s) ((((ULONG)(s)) >> 30) == 1)
#define NT_WARNING(s)     ((((ULONG)(s)) >> 30) == 2)
#define NT_ERROR(s)       ((((ULONG)(s)) >> 30) == 3)

#define STATUS_SUCCESS                  ((NTSTATUS)0x00000000)
#define STATUS_WAIT_0                   ((NTSTATUS)0x00000000)
#define STATUS_ABANDONED_WAIT_0         ((NTSTATUS)0x00000080)
#define STATUS_USER_APC                 ((NTSTATUS)0x000000C0)
#define STATUS_KERNEL_APC               ((NTSTATUS)0x00000100)
#define STATUS_ALERTED                  ((NTSTATUS)0x00000101)
#define STATUS_TIMEOUT                  ((NTSTATUS)0x00000102)
#define STATUS_PENDING                  ((NTSTATUS)0x00000103)
#define STATUS_GUARD_PAGE_VIOLATION     ((NTSTATUS)0x80000001)
#define STATUS_DATATYPE_MISALIGNMENT    ((NTSTATUS)0x80000002)
#define STATUS_BREAKPOINT               ((NTSTATUS)0x80000003)
#define STATUS_BUFFER_OVERFLOW          ((NTSTATUS)0x80000005)
#define STATUS_NO_MORE_FILES            ((NTSTATUS)0x80000006)
#define STATUS_NO_MORE_ENTRIES          ((NTSTATUS)0x8000001A)
#define STATUS_UNSUCCESSFUL             ((NTSTATUS)0xC0000001)
#define STATUS_NOT_IMPLEMENTED          ((NTSTATUS)0xC0000002)
#define STATUS_INFO_LENGTH_MISMATCH     ((NTSTATUS)0xC0000004)
#define STATUS_ACCESS_VIOLATION         ((NTSTATUS)0xC0000005)
#define STATUS_INVALID_HANDLE           ((NTSTATUS)0xC0000008)
#define STATUS_INVALID_PARAMETER        ((NTSTATUS)0xC000000D)
#define STATUS_NO_SUCH_DEVICE           ((NTSTATUS)0xC000000E)
#define STATUS_NO_SUCH_FILE             ((NTSTATUS)0xC000000F)
#define STATUS_INVALID_DEVICE_REQUEST   ((NTSTATUS)0xC0000010)
#define STATUS_END_OF_FILE              ((NTSTATUS)0xC0000011)
#define STATUS_MORE_PROCESSING_REQUIRED ((NTSTATUS)0xC0000016)
#define STATUS_NO_MEMORY                ((NTSTATUS)0xC0000017)
#define STATUS_CONFLICTING_ADDRESSES    ((NTSTATUS)0xC0000018)
#define STATUS_ILLEGAL_INSTRUCTION      ((NTSTATUS)0xC000001D)
#define STATUS_ACCESS_DENIED            ((NTSTATUS)0xC0000022)
#define STATUS_BUFFER_TOO_SMALL         ((NTSTATUS)0xC0000023)
#define STATUS_NONCONTINUABLE_EXCEPTION ((NTSTATUS)0xC0000025)
#define STATUS_OBJECT_TYPE_MISMATCH     ((NTSTATUS)0xC0000024)
#define STATUS_OBJECT_NAME_INVALID      ((NTSTATUS)0xC0000033)
#define STATUS_OBJECT_NAME_NOT_FOUND    ((NTSTATUS)0xC0000034)
#define STATUS_OBJECT_NAME_COLLISION    ((NTSTATUS)0xC0000035)
#define STATUS_OBJECT_PATH_NOT_FOUND    ((NTSTATUS)0xC000003A)
#define STATUS_SHARING_VIOLATION        ((NTSTATUS)0xC0000043)
#define STATUS_QUOTA_EXCEEDED           ((NTSTATUS)0xC0000044)
#define STATUS_MUTANT_NOT_OWNED         ((NTSTATUS)0xC0000046)
#define STATUS_SEMAPHORE_LIMIT_EXCEEDED ((NTSTATUS)0xC0000047)
#define STATUS_PORT_ALREADY_SET         ((NTSTATUS)0xC0000048)
#define STATUS_SUSPEND_COUNT_EXCEEDED   ((NTSTATUS)0xC000004A)
#define STATUS_THREAD_IS_TERMINATING    ((NTSTATUS)0xC000004B)
#define STATUS_DELETE_PENDING           ((NTSTATUS)0xC0000056)
#define STATUS_REVISION_MISMATCH        ((NTSTATUS)0xC0000059)
#define STATUS_PROCEDURE_NOT_FOUND      ((NTSTATUS)0xC000007A)
#define STATUS_DISK_FULL                ((NTSTATUS)0xC000007F)
#define STATUS_INTEGER_DIVIDE_BY_ZERO   ((NTSTATUS)0xC0000094)
#define STATUS_INSUFFICIENT_RESOURCES   ((NTSTATUS)0xC000009A)
#define STATUS_MEMORY_NOT_ALLOCATED     ((NTSTATUS)0xC00000A0)
#define STATUS_FILE_IS_A_DIRECTORY      ((NTSTATUS)0xC00000BA)
#define STATUS_NOT_SUPPORTED            ((NTSTATUS)0xC00000BB)
#define STATUS_INVALID_PARAMETER_1      ((NTSTATUS)0xC00000EF)
#define STATUS_STACK_OVERFLOW           ((NTSTATUS)0xC00000FD)
#define STATUS_INTERNAL_ERROR           ((NTSTATUS)0xC00000E5)
#define STATUS_PROCESS_IS_TERMINATING   ((NTSTATUS)0xC000010A)
#define STATUS_IMAGE_ALREADY_LOADED     ((NTSTATUS)0xC000010E)
#define STATUS_CANCELLED                ((NTSTATUS)0xC0000120)
#define STATUS_CANNOT_DELETE            ((NTSTATUS)0xC0000121)
#define STATUS_FILE_DELETED             ((NTSTATUS)0xC0000123)
#define STATUS_FILE_CLOSED              ((NTSTATUS)0xC0000128)
#define STATUS_UNEXPECTED_IO_ERROR      ((NTSTATUS)0xC00000E9)
#define STATUS_IO_DEVICE_ERROR          ((NTSTATUS)0xC0000185)
#define STATUS_DEVICE_BUSY              ((NTSTATUS)0x80000011)
#define STATUS_DEVICE_NOT_READY         ((NTSTATUS)0xC00000A3)
#define STATUS_INVALID_DEVICE_STATE     ((NTSTATUS)0xC0000184)
#define STATUS_NOT_FOUND                ((NTSTATUS)0xC0000225)
#define STATUS_FILE_INVALID             ((NTSTATUS)0xC0000098)
#define STATUS_FILE_CORRUPT_ERROR       ((NTSTATUS)0xC0000102)
#define STATUS_PIPE_BROKEN              ((NTSTATUS)0xC000014B)
#define STATUS_VOLUME_DISMOUNTED        ((NTSTATUS)0xC000026E)
#define STATUS_DEBUGGER_INACTIVE        ((NTSTATUS)0xC0000354)
#define STATUS_PORT_NOT_SET             ((NTSTATUS)0xC0000353)

/* I/O control codes, for drivers and programs. */
#define CTL_CODE(type, function, method, access) \
    (((ULONG)(type) << 16) | ((ULONG)(access) << 14) | ((ULONG)(function) << 2) | (ULONG)(method))
#define METHOD_BUFFERED              0
#define METHOD_IN_DIRECT             1
#define METHOD_OUT_DIRECT            2
#define METHOD_NEITHER               3
#define FILE_ANY_ACCESS              0
#define FILE_READ_ACCESS             1
#define FILE_WRITE_ACCESS            2
#define FILE_DEVICE_DISK             0x00000007
#define FILE_DEVICE_DISK_FILE_SYSTEM 0x00000008
#define FILE_DEVICE_FILE_SYSTEM      0x00000009
#define FILE_DEVICE_NULL             0x00000015
#define FILE_DEVICE_UNKNOWN          0x00000022

/* Access rights, share modes and attributes (winnt.h values). */
#define DELETE                   0x00010000u
#define READ_CONTROL             0x00020000u
#define SYNCHRONIZE              0x00100000u
#define STANDARD_RIGHTS_ALL      0x001F0000u
#define GENERIC_ALL              0x10000000u
#define GENERIC_EXECUTE          0x20000000u
#define GENERIC_WRITE            0x40000000u
#define GENERIC_READ             0x80000000u
#define FILE_READ_DATA           0x0001u
#define FILE_WRITE_DATA          0x0002u
#define FILE_APPEND_DATA         0x0004u
#define FILE_READ_ATTRIBUTES     0x0080u
#define FILE_WRITE_ATTRIBUTES    0x0100u
#define FILE_GENERIC_READ        0x00120089u
#define FILE_GENERIC_WRITE       0x00120116u
#define FILE_SHARE_READ          0x00000001u
#define FILE_SHARE_WRITE         0x00000002u
#define FILE_SHARE_DELETE        0x00000004u
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010u
#define FILE_ATTRIBUTE_NORMAL    0x00000080u
#define EVENT_MODIFY_STATE       0x0002u
#define EVENT_ALL_ACCESS         0x001F0003u
#define PROCESS_ALL_ACCESS       0x001F0FFFu
#define PROCESS_TERMINATE        0x0001u
#define PROCESS_DUP_HANDLE       0x0040u
#define THREAD_ALL_ACCESS        0x001F03FFu
#define DUPLICATE_CLOSE_SOURCE   0x00000001u
#define DUPLICATE_SAME_ACCESS    0x00000002u

/* Copy, fill and compare memory. On Windows these are plain functions. Here a pointer below 4 GiB
 * is a simulated user address: it is translated in the process in force and faults as on NT
 * (facts/nt-kernel.md 1.6, 5.6); any other pointer is ordinary memory of the driver or program. */
void nt_copy_memory(void *to, const void *from, SIZE_T length);
void nt_fill_memory(void *to, SIZE_T length, UCHAR byte);
SIZE_T nt_compare_memory(const void *one, const void *other, SIZE_T length);
