/* wchar.h - the host's header, with the names that differ on Windows bound to the simulated C library
 * (model/kernel/crt.h). Only sources of guests see it. */
#pragma once
#include_next <wchar.h>
#include <stddef.h>
size_t nt_wcslen(const wchar_t *text);
wchar_t *nt_wcscpy(wchar_t *to, const wchar_t *from);
wchar_t *nt_wcsncpy(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *nt_wcscat(wchar_t *to, const wchar_t *from);
int nt_wcscmp(const wchar_t *one, const wchar_t *other);
int nt_wcsncmp(const wchar_t *one, const wchar_t *other, size_t count);
int nt_wcsicmp(const wchar_t *one, const wchar_t *other);
wchar_t *nt_wcschr(const wchar_t *text, wchar_t c);
wchar_t *nt_wcsrchr(const wchar_t *text, wchar_t c);
wchar_t *nt_wcsstr(const wchar_t *text, const wchar_t *part);
int nt_wprintf(const wchar_t *format, ...);
int nt_swprintf(wchar_t *out, size_t chars, const wchar_t *format, ...);
#define wcslen     nt_wcslen
#define wcscpy     nt_wcscpy
#define wcsncpy    nt_wcsncpy
#define wcscat     nt_wcscat
#define wcscmp     nt_wcscmp
#define wcsncmp    nt_wcsncmp
#define _wcsicmp   nt_wcsicmp
#define wcschr     nt_wcschr
#define wcsrchr    nt_wcsrchr
#define wcsstr     nt_wcsstr
#define wprintf    nt_wprintf
#define swprintf   nt_swprintf
#define _snwprintf nt_swprintf
