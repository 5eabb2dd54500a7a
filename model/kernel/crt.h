/* crt.h - the part of Windows' C library that differs from the host's: what programs from outside
 * print, allocate and draw belongs to their world, wide characters have 16 bits, and l in a format
 * means 32 bits.
 *
 * model/kernel/include/crt has the headers that bring these names to a guest's source; everything
 * else there is the host's own (memcpy, strlen, qsort, ...).
 */
#pragma once
#include "model/kernel/include/ntdef.h"
#include <stdarg.h>
#include <stddef.h>

/* Print to the run's log (ke_log.h). The stream of nt_fprintf is not looked at. All return the
 * number of characters. */
int nt_printf(const char *format, ...);
int nt_vprintf(const char *format, va_list arguments);
int nt_fprintf(void *stream, const char *format, ...);
int nt_puts(const char *text);
int nt_putchar(int c);
int nt_wprintf(const WCHAR *format, ...);

/* Format into memory as Windows does; cut and terminated if size is given. */
int nt_sprintf(char *out, const char *format, ...);
int nt_snprintf(char *out, size_t size, const char *format, ...);
int nt_vsnprintf(char *out, size_t size, const char *format, va_list arguments);
int nt_swprintf(WCHAR *out, size_t chars, const WCHAR *format, ...);

/* The heap of the process in force. */
void *nt_malloc(size_t size);
void *nt_calloc(size_t count, size_t size);
void *nt_realloc(void *block, size_t size);
void nt_free(void *block);

void nt_exit(int code) __attribute__((noreturn));
/* Numbers from 0 to 32767 (RAND_MAX of Windows), a sequence a thread. */
int nt_rand(void);
void nt_srand(unsigned seed);
long long nt_clock_seconds(long long *out); /* time(): seconds since 1970 in simulated time. */

size_t nt_wcslen(const WCHAR *text);
WCHAR *nt_wcscpy(WCHAR *to, const WCHAR *from);
WCHAR *nt_wcsncpy(WCHAR *to, const WCHAR *from, size_t count);
WCHAR *nt_wcscat(WCHAR *to, const WCHAR *from);
int nt_wcscmp(const WCHAR *one, const WCHAR *other);
int nt_wcsncmp(const WCHAR *one, const WCHAR *other, size_t count);
int nt_wcsicmp(const WCHAR *one, const WCHAR *other);
WCHAR *nt_wcschr(const WCHAR *text, WCHAR c);
WCHAR *nt_wcsrchr(const WCHAR *text, WCHAR c);
WCHAR *nt_wcsstr(const WCHAR *text, const WCHAR *part);
