/* crt.h - the part of Windows' C library that belongs to a world: what programs from outside print,
 * allocate and draw. Texts and formats are the kernel's own (include/wdm_crt.h).
 *
 * model/kernel/include/crt has the headers that bring these names to a guest's source; everything
 * else there is the host's own (memcpy, strlen, qsort, ...).
 */
#pragma once
#include "model/kernel/include/wdm_crt.h"
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

/* Format into memory without a limit, or with one and always terminated. */
int nt_sprintf(char *out, const char *format, ...);
int nt_c99_snprintf(char *out, size_t size, const char *format, ...);
int nt_c99_vsnprintf(char *out, size_t size, const char *format, va_list arguments);
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
