/* strsafe.h - texts into buffers of a known size, for programs: StringCb... counts in bytes,
 * StringCch... in characters.
 *
 *     if (FAILED(StringCbPrintf(path, sizeof path, "%s\\%s.sys", folder, name)))
 *
 * S_OK; STRSAFE_E_INSUFFICIENT_BUFFER, the text was cut, and is terminated;
 * STRSAFE_E_INVALID_PARAMETER, a size of 0 or above STRSAFE_MAX_CCH, or a text to be added to that
 * does not end. The Ex forms also say where the text ends and how much is left. Drivers have the
 * same as <ntstrsafe.h>, which has the flags.
 */
#pragma once
#include "windows.h"
#ifdef __cplusplus
extern "C" {
#endif

#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER   ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE         ((HRESULT)0x80070026)
#ifndef STRSAFE_MAX_CCH
#define STRSAFE_MAX_CCH          2147483647u
#define STRSAFE_IGNORE_NULLS     0x00000100u /* A NULL is an empty text. */
#define STRSAFE_FILL_BEHIND_NULL 0x00000200u /* Fills the rest with the low byte of the flags. */
#define STRSAFE_FILL_ON_FAILURE  0x00000400u
#define STRSAFE_NULL_ON_FAILURE  0x00000800u
#define STRSAFE_NO_TRUNCATION    0x00001000u
#endif
typedef char *STRSAFE_LPSTR;
typedef const char *STRSAFE_LPCSTR, *STRSAFE_PCNZCH;
typedef WCHAR *STRSAFE_LPWSTR;
typedef const WCHAR *STRSAFE_LPCWSTR, *STRSAFE_PCNZWCH;

/* One set: Cb or Cch, for narrow or wide texts. `unit`: how many bytes the counts count in. */
#define STRSAFE_SET(Cb, A, type, unit)                                                             \
    FORCEINLINE HRESULT String##Cb##Copy##A(type *pszDest, SIZE_T cbDest, const type *pszSrc)      \
    {                                                                                              \
        return win32_strsafe_copy(pszDest, cbDest / unit, sizeof(type), FALSE, 0, NULL, NULL,      \
                                  pszSrc, SIZE_MAX, FALSE);                                        \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##CopyN##A(type *pszDest, SIZE_T cbDest, const type *pszSrc,     \
                                             SIZE_T cbToCopy)                                      \
    {                                                                                              \
        return win32_strsafe_copy(pszDest, cbDest / unit, sizeof(type), FALSE, 0, NULL, NULL,      \
                                  pszSrc, cbToCopy / unit, FALSE);                                 \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##CopyEx##A(type *pszDest, SIZE_T cbDest, const type *pszSrc,    \
                                              type **ppszDestEnd, SIZE_T *pcbRemaining,            \
                                              DWORD dwFlags)                                       \
    {                                                                                              \
        SIZE_T left = 0;                                                                           \
        HRESULT result = win32_strsafe_copy(pszDest, cbDest / unit, sizeof(type), TRUE, dwFlags,   \
                                            (void **)ppszDestEnd, &left, pszSrc, SIZE_MAX, FALSE); \
                                                                                                   \
        if (pcbRemaining != NULL && result != STRSAFE_E_INVALID_PARAMETER)                         \
            *pcbRemaining = left * unit + cbDest % unit;                                           \
        return result;                                                                             \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##Cat##A(type *pszDest, SIZE_T cbDest, const type *pszSrc)       \
    {                                                                                              \
        return win32_strsafe_copy(pszDest, cbDest / unit, sizeof(type), FALSE, 0, NULL, NULL,      \
                                  pszSrc, SIZE_MAX, TRUE);                                         \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##CatN##A(type *pszDest, SIZE_T cbDest, const type *pszSrc,      \
                                            SIZE_T cbToAppend)                                     \
    {                                                                                              \
        return win32_strsafe_copy(pszDest, cbDest / unit, sizeof(type), FALSE, 0, NULL, NULL,      \
                                  pszSrc, cbToAppend / unit, TRUE);                                \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##CatEx##A(type *pszDest, SIZE_T cbDest, const type *pszSrc,     \
                                             type **ppszDestEnd, SIZE_T *pcbRemaining,             \
                                             DWORD dwFlags)                                        \
    {                                                                                              \
        SIZE_T left = 0;                                                                           \
        HRESULT result = win32_strsafe_copy(pszDest, cbDest / unit, sizeof(type), TRUE, dwFlags,   \
                                            (void **)ppszDestEnd, &left, pszSrc, SIZE_MAX, TRUE);  \
                                                                                                   \
        if (pcbRemaining != NULL && result != STRSAFE_E_INVALID_PARAMETER)                         \
            *pcbRemaining = left * unit + cbDest % unit;                                           \
        return result;                                                                             \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##VPrintf##A(type *pszDest, SIZE_T cbDest,                       \
                                               const type *pszFormat, va_list argList)             \
    {                                                                                              \
        return win32_strsafe_print(pszDest, cbDest / unit, sizeof(type), FALSE, 0, NULL, NULL,     \
                                   pszFormat, argList);                                            \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##Printf##A(type *pszDest, SIZE_T cbDest, const type *pszFormat, \
                                              ...)                                                 \
    {                                                                                              \
        va_list arguments;                                                                         \
                                                                                                   \
        va_start(arguments, pszFormat);                                                            \
        HRESULT result = String##Cb##VPrintf##A(pszDest, cbDest, pszFormat, arguments);            \
                                                                                                   \
        va_end(arguments);                                                                         \
        return result;                                                                             \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##PrintfEx##A(type *pszDest, SIZE_T cbDest, type **ppszDestEnd,  \
                                                SIZE_T *pcbRemaining, DWORD dwFlags,               \
                                                const type *pszFormat, ...)                        \
    {                                                                                              \
        SIZE_T left = 0;                                                                           \
        va_list arguments;                                                                         \
                                                                                                   \
        va_start(arguments, pszFormat);                                                            \
        HRESULT result = win32_strsafe_print(pszDest, cbDest / unit, sizeof(type), TRUE, dwFlags,  \
                                             (void **)ppszDestEnd, &left, pszFormat, arguments);   \
                                                                                                   \
        va_end(arguments);                                                                         \
        if (pcbRemaining != NULL && result != STRSAFE_E_INVALID_PARAMETER)                         \
            *pcbRemaining = left * unit + cbDest % unit;                                           \
        return result;                                                                             \
    }                                                                                              \
    FORCEINLINE HRESULT String##Cb##Length##A(const type *psz, SIZE_T cbMax, SIZE_T *pcbLength)    \
    {                                                                                              \
        SIZE_T length = 0;                                                                         \
        HRESULT result = win32_strsafe_length(psz, cbMax / unit, sizeof(type), &length);           \
                                                                                                   \
        if (pcbLength != NULL)                                                                     \
            *pcbLength = result == S_OK ? length * unit : 0;                                       \
        return result;                                                                             \
    }

STRSAFE_SET(Cb, A, char, sizeof(char))
STRSAFE_SET(Cch, A, char, 1)
STRSAFE_SET(Cb, W, WCHAR, sizeof(WCHAR))
STRSAFE_SET(Cch, W, WCHAR, 1)

#define StringCbCopy      WIN32_WIDE_OR_NARROW(StringCbCopy)
#define StringCbCopyN     WIN32_WIDE_OR_NARROW(StringCbCopyN)
#define StringCbCopyEx    WIN32_WIDE_OR_NARROW(StringCbCopyEx)
#define StringCbCat       WIN32_WIDE_OR_NARROW(StringCbCat)
#define StringCbCatN      WIN32_WIDE_OR_NARROW(StringCbCatN)
#define StringCbCatEx     WIN32_WIDE_OR_NARROW(StringCbCatEx)
#define StringCbVPrintf   WIN32_WIDE_OR_NARROW(StringCbVPrintf)
#define StringCbPrintf    WIN32_WIDE_OR_NARROW(StringCbPrintf)
#define StringCbPrintfEx  WIN32_WIDE_OR_NARROW(StringCbPrintfEx)
#define StringCbLength    WIN32_WIDE_OR_NARROW(StringCbLength)
#define StringCchCopy     WIN32_WIDE_OR_NARROW(StringCchCopy)
#define StringCchCopyN    WIN32_WIDE_OR_NARROW(StringCchCopyN)
#define StringCchCopyEx   WIN32_WIDE_OR_NARROW(StringCchCopyEx)
#define StringCchCat      WIN32_WIDE_OR_NARROW(StringCchCat)
#define StringCchCatN     WIN32_WIDE_OR_NARROW(StringCchCatN)
#define StringCchCatEx    WIN32_WIDE_OR_NARROW(StringCchCatEx)
#define StringCchVPrintf  WIN32_WIDE_OR_NARROW(StringCchVPrintf)
#define StringCchPrintf   WIN32_WIDE_OR_NARROW(StringCchPrintf)
#define StringCchPrintfEx WIN32_WIDE_OR_NARROW(StringCchPrintfEx)
#define StringCchLength   WIN32_WIDE_OR_NARROW(StringCchLength)

#ifdef __cplusplus
}
#endif
