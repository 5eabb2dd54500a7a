/* rtl_format.h - printf as Windows has it: l is 32 bits, I64 and ll are 64, wide and counted strings.
 *
 *     uint32_t length = rtl_format(line, sizeof line, "%wZ: %lu bytes", arguments);
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Formats into out, always terminated, cut to size; returns the length that is there. Conversions:
 * d i u x X o p c C s S Z n-less, with flags, width, precision, and h l w ll I I32 I64 z before
 * them. A wide character beyond ASCII is printed in UTF-8. Floating point is not formatted: a
 * kernel has none. */
uint32_t rtl_format(char *out, size_t size, const char *format, va_list arguments);
