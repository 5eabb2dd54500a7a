/* crt.h - the part of Windows' C library that belongs to a world: what programs from outside print,
 * allocate and draw. Texts and formats are the kernel's own (include/wdm_crt.h).
 *
 * model/kernel/include/crt has the headers that bring these names to a guest's source. What
 * else a guest may call is the host's own (memcpy, strlen, qsort: ui/guest/guest_borrows.h).
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

/* Read what is typed at the program's console ([program] input). At its end, or without any, they
 * wait for ever: nobody sits there. nt_getch gives Enter as '\r', the others as '\n'. */
int nt_getchar(void);
int nt_getch(void);
int nt_kbhit(void);                                   /* Other than 0: a key waits. */
char *nt_gets(char *out);                             /* A line, without its end. */
char *nt_get_line(char *out, int size, void *stream); /* fgets. The stream is not looked at. */

/* Scan the next line of the console, or a text. The forms with _s take the size of its buffer
 * behind each buffer of c, s and [. All return the number of fields stored; -1: the text ended
 * before the first. */
int nt_scanf(const char *format, ...);
int nt_scanf_s(const char *format, ...);
int nt_sscanf(const char *text, const char *format, ...);
int nt_sscanf_s(const char *text, const char *format, ...);

/* Threads. 0: there is none. */
uintptr_t nt_beginthreadex(void *security, unsigned stack, unsigned (*start)(void *), void *context,
                           unsigned flags, unsigned *id);
uintptr_t nt_beginthread(void (*start)(void *), unsigned stack, void *context);
void nt_endthreadex(unsigned code) __attribute__((noreturn));

int *nt_errno(void); /* Where errno of the process is. */
/* Prints the text of errno behind a text. */
void nt_perror(const char *text);
int nt_system(const char *command); /* -1: there is no command interpreter. */

/* Format into memory without a limit, or with one and always terminated. A text that is cut has the
 * length of the whole; nt_swprintf returns -1 for it. */
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
