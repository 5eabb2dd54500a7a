/* stdio.h - the host's header, and the simulated C library's functions (model/kernel/crt.h) under
 * the names that differ on Windows. Only sources of guests see it. */
#pragma once
#include_next <stdio.h>
#include "../wdm_crt.h"
#include <stdarg.h>
int nt_printf(const char *format, ...);
int nt_vprintf(const char *format, va_list arguments);
int nt_fprintf(void *stream, const char *format, ...);
int nt_puts(const char *text);
int nt_putchar(int c);
int nt_sprintf(char *out, const char *format, ...);
int nt_c99_snprintf(char *out, size_t size, const char *format, ...);
int nt_c99_vsnprintf(char *out, size_t size, const char *format, va_list arguments);
#undef printf
#undef vprintf
#undef fprintf
#undef puts
#undef putchar
#undef sprintf
#undef snprintf
#undef vsnprintf
#undef fflush
#define printf         nt_printf
#define vprintf        nt_vprintf
#define fprintf        nt_fprintf
#define puts           nt_puts
#define putchar        nt_putchar
#define sprintf        nt_sprintf
#define snprintf       nt_c99_snprintf
#define vsnprintf      nt_c99_vsnprintf
#define fflush(stream) 0
