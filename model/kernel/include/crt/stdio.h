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
int nt_getchar(void);
char *nt_gets(char *out);
char *nt_get_line(char *out, int size, void *stream);
int nt_scanf(const char *format, ...);
int nt_scanf_s(const char *format, ...);
int nt_sscanf(const char *text, const char *format, ...);
int nt_sscanf_s(const char *text, const char *format, ...);
void nt_perror(const char *text);
#undef printf
#undef vprintf
#undef fprintf
#undef puts
#undef putchar
#undef sprintf
#undef snprintf
#undef vsnprintf
#undef vsprintf
#undef fflush
#undef getchar
#undef getc
#undef putc
#undef scanf
#undef sscanf
#undef perror
#define printf                           nt_printf
#define vprintf                          nt_vprintf
#define fprintf                          nt_fprintf
#define puts                             nt_puts
#define putchar                          nt_putchar
#define sprintf                          nt_sprintf
#define snprintf                         nt_c99_snprintf
#define vsnprintf                        nt_c99_vsnprintf
#define fflush(stream)                   0
#define setbuf(stream, to)               ((void)0)
#define setvbuf(...)                     0
#define vsprintf(out, format, arguments) nt_c99_vsnprintf((out), 0x7fffffff, (format), (arguments))
#define getchar                          nt_getchar
#define getc(stream)                     nt_getchar()
#define fgetc(stream)                    nt_getchar()
#define gets                             nt_gets
#define gets_s(out, size)                nt_gets(out)
#define fgets                            nt_get_line
#define scanf                            nt_scanf
#define scanf_s                          nt_scanf_s
#define sscanf                           nt_sscanf
#define sscanf_s                         nt_sscanf_s
#define perror                           nt_perror
#define fputs(text, stream)              nt_fprintf((stream), "%s", (text))
#define printf_s                         nt_printf
#define fprintf_s                        nt_fprintf
#define sprintf_s                        nt_c99_snprintf
#define putc(c, stream)                  nt_putchar(c)
#define fputc(c, stream)                 nt_putchar(c)
#define _putch                           nt_putchar
