/* rtl.h - the run-time library, for the kernel's other parts: the version, characters of code page
 * 1252, and formatting as NT formats. */
#pragma once
#include "model/kernel/include/ntifs.h"
#include <stdarg.h>
#include <stdbool.h>

/* The version of Windows that the machine is. */
enum { NT_MAJOR = 5, NT_MINOR = 2, NT_BUILD = 3790 };

/* A character of code page 1252 in 16 bits. */
WCHAR rtl_widen(CHAR c);
/* The reverse; '?': the code page lacks the character. */
CHAR rtl_narrow(WCHAR c);

/* Formats into a buffer of `count` 16-bit characters and returns the number of characters of the
 * whole text, which may be more than were written; writes no terminator. `wide_format` says what %s
 * and %c are. Conversions: d i u o x X c C s S p, %Z and %wZ for counted strings, with h l ll w I64
 * I32 I, flags, width and precision. There is no floating point: such a conversion prints its
 * letter, and its argument is not taken. */
size_t rtl_format(WCHAR *buffer, size_t count, const WCHAR *format, bool wide_format, va_list args);
/* The same into 8-bit characters, by an 8-bit format. */
size_t rtl_format_narrow(CHAR *buffer, size_t count, const CHAR *format, va_list args);
