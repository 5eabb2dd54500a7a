/* wdm_rtl.h - the run-time library of <wdm.h> beyond its first strings: counted strings of both
 * widths, numbers, GUIDs, times, bitmaps.
 *
 * Drivers include <wdm.h>. Unless a line says otherwise a function may be called at any IRQL as
 * long as its strings are in memory, and functions that fold case or convert between characters
 * only at PASSIVE_LEVEL, because their tables are paged. The system's code page is 1252.
 */
#pragma once
#include "guiddef.h"
#include "wdm_ke.h"

/* Statuses that <ntdef.h> lacks. */
#ifndef STATUS_BREAKPOINT
#define STATUS_BREAKPOINT ((NTSTATUS)0x80000003)
#endif
#ifndef STATUS_INVALID_PARAMETER_2
#define STATUS_INVALID_PARAMETER_2 ((NTSTATUS)0xC00000F0)
#endif

/* ---- Counted strings ------------------------------------------------------------------------- */
typedef struct _STRING {
    USHORT Length, MaximumLength; /* Bytes. */
    PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING;
typedef const STRING *PCSTRING, *PCANSI_STRING, *PCOEM_STRING;
typedef WCHAR *PWCH;

/* Describes a text that ends with a zero; NULL: the empty string. Longer texts than a field can
 * tell are cut. */
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSTR SourceString);
VOID RtlInitString(PSTRING DestinationString, PCSTR SourceString);
/* Converts. Allocate: the buffer comes from paged pool and is the caller's, to be freed by
 * RtlFreeUnicodeString; otherwise STATUS_BUFFER_OVERFLOW if MaximumLength is too small. PASSIVE. */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString, PCANSI_STRING SourceString,
                                      BOOLEAN AllocateDestinationString);
/* Likewise; characters that code page 1252 lacks become '?'. What fits is written, terminated. */
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
                                      BOOLEAN AllocateDestinationString);
/* Bytes of a converted string with its terminator. PASSIVE. */
ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString);
ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString);
#define RtlAnsiStringToUnicodeSize(s) RtlxAnsiStringToUnicodeSize(s)
#define RtlUnicodeStringToAnsiSize(s) RtlxUnicodeStringToAnsiSize(s)
/* Free the buffer of an allocated string and clear the structure. Stop 0xC2 if the buffer is no
 * pool. PASSIVE. */
VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString);
VOID RtlFreeAnsiString(PANSI_STRING AnsiString);
/* Copies in upper case. Allocate: a buffer of SourceString->Length bytes, without a terminator;
 * otherwise STATUS_BUFFER_OVERFLOW if it does not fit. PASSIVE. */
NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                BOOLEAN AllocateDestinationString);
NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                  BOOLEAN AllocateDestinationString);
WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter);
/* True if String2 begins with String1. */
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive);
/* Append; STATUS_BUFFER_TOO_SMALL leaves the destination as it is. A NULL source adds nothing. */
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source);
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);
/* Hashes for a table in memory. Algorithm 0 or 1: h * 65599 + character. STATUS_INVALID_PARAMETER:
 * another algorithm, or a NULL. */
#define HASH_STRING_ALGORITHM_DEFAULT 0u
#define HASH_STRING_ALGORITHM_X65599  1u
NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive, ULONG HashAlgorithm,
                              PULONG HashValue);
/* The same for 8-bit strings. */
LONG RtlCompareString(PCSTRING String1, PCSTRING String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualString(PCSTRING String1, PCSTRING String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlPrefixString(PCSTRING String1, PCSTRING String2, BOOLEAN CaseInSensitive);
VOID RtlCopyString(PSTRING DestinationString, PCSTRING SourceString);
NTSTATUS RtlAppendStringToString(PSTRING Destination, PCSTRING Source);
VOID RtlUpperString(PSTRING DestinationString, PCSTRING SourceString);
CHAR RtlUpperChar(CHAR Character);
/* Convert plain memory; *Result is the number of bytes written, at most the size of the buffer. */
NTSTATUS RtlMultiByteToUnicodeN(PWCHAR UnicodeString, ULONG MaxBytesInUnicodeString, PULONG Result,
                                PCSTR MultiByteString, ULONG BytesInMultiByteString);
NTSTATUS RtlUnicodeToMultiByteN(PCHAR MultiByteString, ULONG MaxBytesInMultiByteString,
                                PULONG Result, PCWCH UnicodeString, ULONG BytesInUnicodeString);

/* ---- Numbers --------------------------------------------------------------------------------- */
/* Write a number in base 2, 8, 10 (or 0) or 16, upper case, without a prefix.
 * STATUS_INVALID_PARAMETER: another base. STATUS_BUFFER_OVERFLOW: too small. */
NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String);
NTSTATUS RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String);
/* Read a number: blanks, one sign, with base 0 a prefix 0x, 0o or 0b; stops at the first character
 * that is no digit. No digit: 0. STATUS_INVALID_PARAMETER: another base, or an empty string. */
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value);
NTSTATUS RtlCharToInteger(PCSTR String, ULONG Base, PULONG Value);
/* Allocates the 38 characters "{xxxxxxxx-...}" in upper case. PASSIVE. */
NTSTATUS RtlStringFromGUID(const GUID *Guid, PUNICODE_STRING GuidString);
/* Reads such a string; STATUS_INVALID_PARAMETER: it is none. PASSIVE. */
NTSTATUS RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid);
/* A linear congruential generator; the next seed is stored. */
ULONG RtlRandom(PULONG Seed);
ULONG RtlRandomEx(PULONG Seed);
FORCEINLINE USHORT RtlUshortByteSwap(USHORT Source) { return (USHORT)(Source >> 8 | Source << 8); }
FORCEINLINE ULONG RtlUlongByteSwap(ULONG Source) { return __builtin_bswap32(Source); }
FORCEINLINE ULONGLONG RtlUlonglongByteSwap(ULONGLONG Source) { return __builtin_bswap64(Source); }

/* ---- Version --------------------------------------------------------------------------------- */
typedef struct _OSVERSIONINFOW {
    ULONG dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId;
    WCHAR szCSDVersion[128];
} RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;
typedef struct _OSVERSIONINFOEXW {
    ULONG dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId;
    WCHAR szCSDVersion[128];
    USHORT wServicePackMajor, wServicePackMinor, wSuiteMask;
    UCHAR wProductType, wReserved;
} RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;
/* Windows Server 2003: 5.2, build 3790, Service Pack 1; a structure of the greater size gets the
 * rest too. PASSIVE. */
NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW VersionInformation);
/* Any pointer may be NULL. True on checked builds. Any IRQL. */
BOOLEAN PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
                     PUNICODE_STRING CSDVersion);

/* ---- Times ----------------------------------------------------------------------------------- */
typedef struct _TIME_FIELDS {
    CSHORT Year, Month, Day, Hour, Minute, Second, Milliseconds, Weekday; /* Sunday is 0. */
} TIME_FIELDS, *PTIME_FIELDS;
/* From 100 ns since 1601 and back; false: no such day or time. Any IRQL. */
VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);
BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time);
/* False: outside of what 32 bits of seconds since 1970 can tell. */
BOOLEAN RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds);
VOID RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);
/* The machine's clock is on GMT, so local time is system time. */
VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime);
VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime);

/* ---- Bitmaps --------------------------------------------------------------------------------- */
typedef struct _RTL_BITMAP {
    ULONG SizeOfBitMap; /* Bits. */
    PULONG Buffer;
} RTL_BITMAP, *PRTL_BITMAP;
/* The caller's buffer has whole ULONGs. Callers exclude each other. */
VOID RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap);
VOID RtlClearAllBits(PRTL_BITMAP BitMapHeader);
VOID RtlSetAllBits(PRTL_BITMAP BitMapHeader);
VOID RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
BOOLEAN RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear);
VOID RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet);
/* True if all bits of the range are clear, or set; false for a range beyond the end. */
BOOLEAN RtlAreBitsClear(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
BOOLEAN RtlAreBitsSet(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
/* Find a run from the hint on, then from the start; 0xFFFFFFFF: there is none. */
ULONG RtlFindClearBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindSetBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlNumberOfClearBits(PRTL_BITMAP BitMapHeader);
ULONG RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader);

/* ---- Wild cards ------------------------------------------------------------------------------ */
/* True if the name matches: * ? and the DOS forms < (up to the last dot), > (one character, none
 * at a dot or the end), " (a dot or the end). With IgnoreCase the expression must be in upper case
 * already. PASSIVE. */
BOOLEAN FsRtlIsNameInExpression(PUNICODE_STRING Expression, PUNICODE_STRING Name,
                                BOOLEAN IgnoreCase, PWCH UpcaseTable);
/* True if the name has a wild card. PASSIVE. */
BOOLEAN FsRtlDoesNameContainWildCards(PUNICODE_STRING Name);

/* ---- What the inline functions of <ntstrsafe.h> call ----------------------------------------- */
/* A buffer, and what the Ex functions want besides. */
struct nt_strsafe {
    void *buffer;
    SIZE_T count; /* Characters. */
    ULONG width;  /* Bytes of a character. */
    BOOLEAN extended;
    ULONG flags;
    void **end;
    SIZE_T *left; /* Characters. */
};
NTSTATUS nt_strsafe_copy(struct nt_strsafe to, const void *from, SIZE_T max, BOOLEAN cat);
NTSTATUS nt_strsafe_print(struct nt_strsafe to, const void *format, va_list args);
NTSTATUS nt_strsafe_length(const void *text, SIZE_T max, ULONG width, SIZE_T *length);
NTSTATUS nt_strsafe_append(PUNICODE_STRING to, const WCHAR *from, SIZE_T chars, BOOLEAN cat);
NTSTATUS nt_strsafe_print_counted(PUNICODE_STRING to, const WCHAR *format, va_list args);
