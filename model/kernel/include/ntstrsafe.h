/* ntstrsafe.h - texts into buffers of a known size: RtlStringCb... counts in bytes,
 * RtlStringCch... in characters.
 *
 *     RtlStringCbPrintfW(name, sizeof name, L"\\Device\\Echo%u", number);
 *
 * Results: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW, the text was cut, and is terminated;
 * STATUS_INVALID_PARAMETER, a size of 0 or above NTSTRSAFE_MAX_CCH characters, or a text to be
 * added to that does not end. The Ex forms also say where the text ends and how much is left,
 * accept a size of 0 for an empty text, and know the flags below. 8-bit functions may be called at
 * any IRQL; 16-bit formats with %s, %S or %Z at PASSIVE_LEVEL.
 */
#pragma once
#include "wdm.h"

#define NTSTRSAFE_MAX_CCH 2147483647u
#define STRSAFE_MAX_CCH   NTSTRSAFE_MAX_CCH
#ifndef NTSTRSAFE_UNICODE_STRING_MAX_CCH
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH 32767u
#endif
#define STRSAFE_IGNORE_NULLS     0x00000100u /* A NULL is an empty text. */
#define STRSAFE_FILL_BEHIND_NULL 0x00000200u /* Fills the rest with the low byte of the flags. */
#define STRSAFE_FILL_ON_FAILURE  0x00000400u
#define STRSAFE_NULL_ON_FAILURE  0x00000800u
#define STRSAFE_NO_TRUNCATION    0x00001000u
#define STRSAFE_VALID_FLAGS      0x00001fffu
#define STRSAFE_FILL_BYTE(x)     ((ULONG)(((x)&0xff) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(x)  ((ULONG)(((x)&0xff) | STRSAFE_FILL_ON_FAILURE))

typedef char *NTSTRSAFE_PSTR;
typedef const char *NTSTRSAFE_PCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR;

/* ---- 8 bits ---------------------------------------------------------------------------------- */
FORCEINLINE NTSTATUS RtlStringCbCopyA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest, NTSTRSAFE_PCSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), FALSE, 0, NULL, NULL },
        pszSrc, SIZE_MAX, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCbCopyExA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                        NTSTRSAFE_PCSTR pszSrc, NTSTRSAFE_PSTR *ppszDestEnd,
                                        SIZE_T *pcbRemaining, ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, SIZE_MAX, FALSE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(char) + cbDest % sizeof(char);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbCopyNA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                       NTSTRSAFE_PCSTR pszSrc, SIZE_T cbToCopy)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), FALSE, 0, NULL, NULL },
        pszSrc, cbToCopy / sizeof(char), FALSE);
}
FORCEINLINE NTSTATUS RtlStringCbCopyNExA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                         NTSTRSAFE_PCSTR pszSrc, SIZE_T cbToCopy,
                                         NTSTRSAFE_PSTR *ppszDestEnd, SIZE_T *pcbRemaining,
                                         ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, cbToCopy / sizeof(char), FALSE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(char) + cbDest % sizeof(char);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbCatA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest, NTSTRSAFE_PCSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), FALSE, 0, NULL, NULL },
        pszSrc, SIZE_MAX, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCbCatExA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                       NTSTRSAFE_PCSTR pszSrc, NTSTRSAFE_PSTR *ppszDestEnd,
                                       SIZE_T *pcbRemaining, ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, SIZE_MAX, TRUE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(char) + cbDest % sizeof(char);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbCatNA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest, NTSTRSAFE_PCSTR pszSrc,
                                      SIZE_T cbToAppend)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), FALSE, 0, NULL, NULL },
        pszSrc, cbToAppend / sizeof(char), TRUE);
}
FORCEINLINE NTSTATUS RtlStringCbCatNExA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                        NTSTRSAFE_PCSTR pszSrc, SIZE_T cbToAppend,
                                        NTSTRSAFE_PSTR *ppszDestEnd, SIZE_T *pcbRemaining,
                                        ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, cbToAppend / sizeof(char), TRUE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(char) + cbDest % sizeof(char);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbVPrintfA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                         NTSTRSAFE_PCSTR pszFormat, va_list argList)
{
    return nt_strsafe_print(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), FALSE, 0, NULL, NULL },
        pszFormat, argList);
}
FORCEINLINE NTSTATUS RtlStringCbPrintfA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                        NTSTRSAFE_PCSTR pszFormat, ...)
{
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status = RtlStringCbVPrintfA(pszDest, cbDest, pszFormat, args);

    va_end(args);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbPrintfExA(NTSTRSAFE_PSTR pszDest, SIZE_T cbDest,
                                          NTSTRSAFE_PSTR *ppszDestEnd, SIZE_T *pcbRemaining,
                                          ULONG dwFlags, NTSTRSAFE_PCSTR pszFormat, ...)
{
    SIZE_T left = 0;
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status =
        nt_strsafe_print((struct nt_strsafe){ pszDest, cbDest / sizeof(char), sizeof(char), TRUE,
                                              dwFlags, (void **)ppszDestEnd, &left },
                         pszFormat, args);

    va_end(args);
    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(char) + cbDest % sizeof(char);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbLengthA(NTSTRSAFE_PCSTR psz, SIZE_T cbMax, SIZE_T *pcbLength)
{
    SIZE_T length;
    NTSTATUS status = nt_strsafe_length(psz, cbMax / sizeof(char), sizeof(char), &length);

    if (pcbLength != NULL)
        *pcbLength = length * sizeof(char);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCchCopyA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                       NTSTRSAFE_PCSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(char), FALSE, 0, NULL, NULL }, pszSrc,
        SIZE_MAX, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCopyExA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                         NTSTRSAFE_PCSTR pszSrc, NTSTRSAFE_PSTR *ppszDestEnd,
                                         SIZE_T *pcchRemaining, ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(char), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, SIZE_MAX, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCopyNA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                        NTSTRSAFE_PCSTR pszSrc, SIZE_T cchToCopy)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(char), FALSE, 0, NULL, NULL }, pszSrc,
        cchToCopy, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCopyNExA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                          NTSTRSAFE_PCSTR pszSrc, SIZE_T cchToCopy,
                                          NTSTRSAFE_PSTR *ppszDestEnd, SIZE_T *pcchRemaining,
                                          ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(char), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, cchToCopy, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCatA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                      NTSTRSAFE_PCSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(char), FALSE, 0, NULL, NULL }, pszSrc,
        SIZE_MAX, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchCatExA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                        NTSTRSAFE_PCSTR pszSrc, NTSTRSAFE_PSTR *ppszDestEnd,
                                        SIZE_T *pcchRemaining, ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(char), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, SIZE_MAX, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchCatNA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                       NTSTRSAFE_PCSTR pszSrc, SIZE_T cchToAppend)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(char), FALSE, 0, NULL, NULL }, pszSrc,
        cchToAppend, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchCatNExA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                         NTSTRSAFE_PCSTR pszSrc, SIZE_T cchToAppend,
                                         NTSTRSAFE_PSTR *ppszDestEnd, SIZE_T *pcchRemaining,
                                         ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(char), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, cchToAppend, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchVPrintfA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                          NTSTRSAFE_PCSTR pszFormat, va_list argList)
{
    return nt_strsafe_print(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(char), FALSE, 0, NULL, NULL }, pszFormat,
        argList);
}
FORCEINLINE NTSTATUS RtlStringCchPrintfA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                         NTSTRSAFE_PCSTR pszFormat, ...)
{
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status = RtlStringCchVPrintfA(pszDest, cchDest, pszFormat, args);

    va_end(args);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCchPrintfExA(NTSTRSAFE_PSTR pszDest, SIZE_T cchDest,
                                           NTSTRSAFE_PSTR *ppszDestEnd, SIZE_T *pcchRemaining,
                                           ULONG dwFlags, NTSTRSAFE_PCSTR pszFormat, ...)
{
    SIZE_T left = 0;
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status = nt_strsafe_print((struct nt_strsafe){ pszDest, cchDest, sizeof(char), TRUE,
                                                            dwFlags, (void **)ppszDestEnd, &left },
                                       pszFormat, args);

    va_end(args);
    if (pcchRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcchRemaining = left;
    return status;
}
FORCEINLINE NTSTATUS RtlStringCchLengthA(NTSTRSAFE_PCSTR psz, SIZE_T cchMax, SIZE_T *pcchLength)
{
    return nt_strsafe_length(psz, cchMax, sizeof(char), pcchLength);
}

/* ---- 16 bits --------------------------------------------------------------------------------- */
FORCEINLINE NTSTATUS RtlStringCbCopyW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                      NTSTRSAFE_PCWSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), FALSE, 0, NULL, NULL },
        pszSrc, SIZE_MAX, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCbCopyExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                        NTSTRSAFE_PCWSTR pszSrc, NTSTRSAFE_PWSTR *ppszDestEnd,
                                        SIZE_T *pcbRemaining, ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, SIZE_MAX, FALSE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(WCHAR) + cbDest % sizeof(WCHAR);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbCopyNW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                       NTSTRSAFE_PCWSTR pszSrc, SIZE_T cbToCopy)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), FALSE, 0, NULL, NULL },
        pszSrc, cbToCopy / sizeof(WCHAR), FALSE);
}
FORCEINLINE NTSTATUS RtlStringCbCopyNExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                         NTSTRSAFE_PCWSTR pszSrc, SIZE_T cbToCopy,
                                         NTSTRSAFE_PWSTR *ppszDestEnd, SIZE_T *pcbRemaining,
                                         ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, cbToCopy / sizeof(WCHAR), FALSE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(WCHAR) + cbDest % sizeof(WCHAR);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbCatW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                     NTSTRSAFE_PCWSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), FALSE, 0, NULL, NULL },
        pszSrc, SIZE_MAX, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCbCatExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                       NTSTRSAFE_PCWSTR pszSrc, NTSTRSAFE_PWSTR *ppszDestEnd,
                                       SIZE_T *pcbRemaining, ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, SIZE_MAX, TRUE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(WCHAR) + cbDest % sizeof(WCHAR);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbCatNW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                      NTSTRSAFE_PCWSTR pszSrc, SIZE_T cbToAppend)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), FALSE, 0, NULL, NULL },
        pszSrc, cbToAppend / sizeof(WCHAR), TRUE);
}
FORCEINLINE NTSTATUS RtlStringCbCatNExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                        NTSTRSAFE_PCWSTR pszSrc, SIZE_T cbToAppend,
                                        NTSTRSAFE_PWSTR *ppszDestEnd, SIZE_T *pcbRemaining,
                                        ULONG dwFlags)
{
    SIZE_T left = 0;
    NTSTATUS status =
        nt_strsafe_copy((struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), TRUE,
                                             dwFlags, (void **)ppszDestEnd, &left },
                        pszSrc, cbToAppend / sizeof(WCHAR), TRUE);

    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(WCHAR) + cbDest % sizeof(WCHAR);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbVPrintfW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                         NTSTRSAFE_PCWSTR pszFormat, va_list argList)
{
    return nt_strsafe_print(
        (struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), FALSE, 0, NULL, NULL },
        pszFormat, argList);
}
FORCEINLINE NTSTATUS RtlStringCbPrintfW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                        NTSTRSAFE_PCWSTR pszFormat, ...)
{
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status = RtlStringCbVPrintfW(pszDest, cbDest, pszFormat, args);

    va_end(args);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbPrintfExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cbDest,
                                          NTSTRSAFE_PWSTR *ppszDestEnd, SIZE_T *pcbRemaining,
                                          ULONG dwFlags, NTSTRSAFE_PCWSTR pszFormat, ...)
{
    SIZE_T left = 0;
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status =
        nt_strsafe_print((struct nt_strsafe){ pszDest, cbDest / sizeof(WCHAR), sizeof(WCHAR), TRUE,
                                              dwFlags, (void **)ppszDestEnd, &left },
                         pszFormat, args);

    va_end(args);
    if (pcbRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcbRemaining = left * sizeof(WCHAR) + cbDest % sizeof(WCHAR);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCbLengthW(NTSTRSAFE_PCWSTR psz, SIZE_T cbMax, SIZE_T *pcbLength)
{
    SIZE_T length;
    NTSTATUS status = nt_strsafe_length(psz, cbMax / sizeof(WCHAR), sizeof(WCHAR), &length);

    if (pcbLength != NULL)
        *pcbLength = length * sizeof(WCHAR);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCchCopyW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                       NTSTRSAFE_PCWSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), FALSE, 0, NULL, NULL }, pszSrc,
        SIZE_MAX, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCopyExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                         NTSTRSAFE_PCWSTR pszSrc, NTSTRSAFE_PWSTR *ppszDestEnd,
                                         SIZE_T *pcchRemaining, ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, SIZE_MAX, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCopyNW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                        NTSTRSAFE_PCWSTR pszSrc, SIZE_T cchToCopy)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), FALSE, 0, NULL, NULL }, pszSrc,
        cchToCopy, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCopyNExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                          NTSTRSAFE_PCWSTR pszSrc, SIZE_T cchToCopy,
                                          NTSTRSAFE_PWSTR *ppszDestEnd, SIZE_T *pcchRemaining,
                                          ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, cchToCopy, FALSE);
}
FORCEINLINE NTSTATUS RtlStringCchCatW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                      NTSTRSAFE_PCWSTR pszSrc)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), FALSE, 0, NULL, NULL }, pszSrc,
        SIZE_MAX, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchCatExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                        NTSTRSAFE_PCWSTR pszSrc, NTSTRSAFE_PWSTR *ppszDestEnd,
                                        SIZE_T *pcchRemaining, ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, SIZE_MAX, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchCatNW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                       NTSTRSAFE_PCWSTR pszSrc, SIZE_T cchToAppend)
{
    return nt_strsafe_copy(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), FALSE, 0, NULL, NULL }, pszSrc,
        cchToAppend, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchCatNExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                         NTSTRSAFE_PCWSTR pszSrc, SIZE_T cchToAppend,
                                         NTSTRSAFE_PWSTR *ppszDestEnd, SIZE_T *pcchRemaining,
                                         ULONG dwFlags)
{
    return nt_strsafe_copy((struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), TRUE, dwFlags,
                                                (void **)ppszDestEnd, pcchRemaining },
                           pszSrc, cchToAppend, TRUE);
}
FORCEINLINE NTSTATUS RtlStringCchVPrintfW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                          NTSTRSAFE_PCWSTR pszFormat, va_list argList)
{
    return nt_strsafe_print(
        (struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), FALSE, 0, NULL, NULL }, pszFormat,
        argList);
}
FORCEINLINE NTSTATUS RtlStringCchPrintfW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                         NTSTRSAFE_PCWSTR pszFormat, ...)
{
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status = RtlStringCchVPrintfW(pszDest, cchDest, pszFormat, args);

    va_end(args);
    return status;
}
FORCEINLINE NTSTATUS RtlStringCchPrintfExW(NTSTRSAFE_PWSTR pszDest, SIZE_T cchDest,
                                           NTSTRSAFE_PWSTR *ppszDestEnd, SIZE_T *pcchRemaining,
                                           ULONG dwFlags, NTSTRSAFE_PCWSTR pszFormat, ...)
{
    SIZE_T left = 0;
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status = nt_strsafe_print((struct nt_strsafe){ pszDest, cchDest, sizeof(WCHAR), TRUE,
                                                            dwFlags, (void **)ppszDestEnd, &left },
                                       pszFormat, args);

    va_end(args);
    if (pcchRemaining != NULL && (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW))
        *pcchRemaining = left;
    return status;
}
FORCEINLINE NTSTATUS RtlStringCchLengthW(NTSTRSAFE_PCWSTR psz, SIZE_T cchMax, SIZE_T *pcchLength)
{
    return nt_strsafe_length(psz, cchMax, sizeof(WCHAR), pcchLength);
}

/* ---- UNICODE_STRINGs: never terminated, cut at MaximumLength --------------------------------- */
FORCEINLINE NTSTATUS RtlUnicodeStringInit(PUNICODE_STRING DestinationString,
                                          NTSTRSAFE_PCWSTR pszSrc)
{
    *DestinationString = (UNICODE_STRING){ 0, 0, NULL };
    if (pszSrc != NULL && nt_wcsnlen(pszSrc, NTSTRSAFE_UNICODE_STRING_MAX_CCH + 1) >
                              NTSTRSAFE_UNICODE_STRING_MAX_CCH - 1)
        return STATUS_INVALID_PARAMETER;
    RtlInitUnicodeString(DestinationString, pszSrc);
    return STATUS_SUCCESS;
}
FORCEINLINE NTSTATUS RtlUnicodeStringCopy(PUNICODE_STRING DestinationString,
                                          PCUNICODE_STRING SourceString)
{
    return nt_strsafe_append(DestinationString, SourceString->Buffer,
                             SourceString->Length / sizeof(WCHAR), FALSE);
}
FORCEINLINE NTSTATUS RtlUnicodeStringCopyString(PUNICODE_STRING DestinationString,
                                                NTSTRSAFE_PCWSTR pszSrc)
{
    return nt_strsafe_append(DestinationString, pszSrc, nt_wcslen(pszSrc), FALSE);
}
FORCEINLINE NTSTATUS RtlUnicodeStringCat(PUNICODE_STRING DestinationString,
                                         PCUNICODE_STRING SourceString)
{
    return nt_strsafe_append(DestinationString, SourceString->Buffer,
                             SourceString->Length / sizeof(WCHAR), TRUE);
}
FORCEINLINE NTSTATUS RtlUnicodeStringCatString(PUNICODE_STRING DestinationString,
                                               NTSTRSAFE_PCWSTR pszSrc)
{
    return nt_strsafe_append(DestinationString, pszSrc, nt_wcslen(pszSrc), TRUE);
}
FORCEINLINE NTSTATUS RtlUnicodeStringVPrintf(PUNICODE_STRING DestinationString,
                                             NTSTRSAFE_PCWSTR pszFormat, va_list argList)
{
    return nt_strsafe_print_counted(DestinationString, pszFormat, argList);
}
FORCEINLINE NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString,
                                            NTSTRSAFE_PCWSTR pszFormat, ...)
{
    va_list args;

    va_start(args, pszFormat);
    NTSTATUS status = nt_strsafe_print_counted(DestinationString, pszFormat, args);

    va_end(args);
    return status;
}
