/* wdm_crt.h - the part of C's library that ntoskrnl exports and a host's library has otherwise:
 * texts of 16-bit characters, and formatting with a limit.
 *
 * Drivers include <wdm.h>. The names are macros, because a host's own wcslen counts characters of
 * 32 bits; a driver may include <string.h> and <wchar.h> before or after. All may be called at any
 * IRQL on memory that is there; %s of 16-bit text at PASSIVE_LEVEL, as NT's tables are paged.
 */
#pragma once
#include "ntdef.h"

SIZE_T nt_wcslen(const WCHAR *text);
SIZE_T nt_wcsnlen(const WCHAR *text, SIZE_T max);
WCHAR *nt_wcscpy(WCHAR *to, const WCHAR *from);
/* Fills the rest of the buffer with zeros; writes no terminator if there is no room. */
WCHAR *nt_wcsncpy(WCHAR *to, const WCHAR *from, SIZE_T count);
WCHAR *nt_wcscat(WCHAR *to, const WCHAR *from);
WCHAR *nt_wcsncat(WCHAR *to, const WCHAR *from, SIZE_T count);
INT nt_wcscmp(const WCHAR *one, const WCHAR *other);
INT nt_wcsncmp(const WCHAR *one, const WCHAR *other, SIZE_T count);
INT nt_wcsicmp(const WCHAR *one, const WCHAR *other);
INT nt_wcsnicmp(const WCHAR *one, const WCHAR *other, SIZE_T count);
WCHAR *nt_wcschr(const WCHAR *text, WCHAR c);
WCHAR *nt_wcsrchr(const WCHAR *text, WCHAR c);
WCHAR *nt_wcsstr(const WCHAR *text, const WCHAR *part);
WCHAR nt_towupper(WCHAR c);
INT nt_stricmp(const char *one, const char *other);
INT nt_strnicmp(const char *one, const char *other, SIZE_T count);
/* Return the characters written without the terminator; -1: the text did not fit, and the buffer
 * is full without a terminator. A text that just fits has none, either. */
INT nt_snprintf(char *buffer, SIZE_T count, const char *format, ...);
INT nt_vsnprintf(char *buffer, SIZE_T count, const char *format, va_list args);
INT nt_snwprintf(WCHAR *buffer, SIZE_T count, const WCHAR *format, ...);
INT nt_vsnwprintf(WCHAR *buffer, SIZE_T count, const WCHAR *format, va_list args);

#if !defined(_WIN32) || defined(EXIFSIM_GUEST) /* On Windows the program itself has a host's. */
#define wcslen      nt_wcslen
#define wcsnlen     nt_wcsnlen
#define wcscpy      nt_wcscpy
#define wcsncpy     nt_wcsncpy
#define wcscat      nt_wcscat
#define wcsncat     nt_wcsncat
#define wcscmp      nt_wcscmp
#define wcsncmp     nt_wcsncmp
#define _wcsicmp    nt_wcsicmp
#define _wcsnicmp   nt_wcsnicmp
#define wcschr      nt_wcschr
#define wcsrchr     nt_wcsrchr
#define wcsstr      nt_wcsstr
#define towupper    nt_towupper
#define _stricmp    nt_stricmp
#define _strnicmp   nt_strnicmp
#define _snprintf   nt_snprintf
#define _vsnprintf  nt_vsnprintf
#define _snwprintf  nt_snwprintf
#define _vsnwprintf nt_vsnwprintf
#endif
