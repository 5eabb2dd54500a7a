/* wpp.h - software traces (WPP): what the tool tracewpp makes of a source, as NAME.tmh.
 *
 *     #include "echo.tmh"                                  // no such file: one is made (ui/guest)
 *     WPP_INIT_TRACING(DriverObject, RegistryPath);
 *     DoTraceMessage(TRACE_IO, "request %p ends with %!STATUS!", Irp, status);
 *
 * On Windows a trace goes nowhere until somebody asks for it. Here every one is a line of the run's
 * log, as of DbgPrint (of OutputDebugString in a program), with the function's name before it. Of
 * the formats of WPP's own, %!FUNC! is the function, %!LEVEL! and %!FLAGS! are left out, and all
 * others are printed as hexadecimal numbers. Source of the forms: the WDK's pages on WPP.
 */
#pragma once
#if defined(_KERNEL_MODE)
#include "wdm.h"
#else
#include "windows.h"
#endif
#include <stdarg.h>
#if !defined(_KERNEL_MODE)
#include <stdio.h>
#endif
#include <string.h>

#define WPP_INIT_TRACING(...)     ((void)0)
#define WPP_CLEANUP(...)          ((void)0)
#define WPP_REGISTER_TRACING(...) ((void)0)
#define WPP_SYSTEMCONTROL(...)
#define WPP_LEVEL_ENABLED(...)                 1
#define WPP_FLAG_ENABLED(...)                  1
#define WPP_LEVEL_FLAGS_ENABLED(...)           1
#define WPP_TRACE(...)                         WppTraceMessage(__func__, __VA_ARGS__)
#define DoTraceMessage(FLAGS, ...)             WPP_TRACE(__VA_ARGS__)
#define DoTraceLevelMessage(LEVEL, FLAGS, ...) WPP_TRACE(__VA_ARGS__)

/* Copies a text into a format: a percent sign is doubled. */
static inline size_t WppAddText(char *to, size_t used, size_t size, const char *text, size_t length)
{
    for (; length > 0 && used + 3 < size; text++, length--) {
        to[used++] = *text;
        if (*text == '%')
            to[used++] = '%';
    }
    return used;
}

/* Writes a line of the log. */
static inline __attribute__((unused)) void WppTraceMessage(const char *function, const char *format,
                                                           ...)
{
    char plain[512];
    size_t used = WppAddText(plain, 0, sizeof plain, function, strlen(function));
    va_list arguments;

    used = WppAddText(plain, used, sizeof plain, ": ", 2);
    while (*format != 0 && used + 3 < sizeof plain) {
        size_t length = strncmp(format, "%!", 2) == 0 ? strcspn(format + 2, "!") : 0;

        if (length == 0 || format[2 + length] != '!') {
            plain[used++] = *format++;
        } else {
            if (strncmp(format, "%!FUNC!", 7) == 0)
                used = WppAddText(plain, used, sizeof plain, function, strlen(function));
            else if (strncmp(format, "%!LEVEL!", 8) != 0 && strncmp(format, "%!FLAGS!", 8) != 0)
                plain[used++] = '%', plain[used++] = 'x';
            format += length + 3;
        }
    }
    if (used == 0 || plain[used - 1] != '\n')
        plain[used++] = '\n';
    plain[used] = 0;
    va_start(arguments, format);
#if defined(_KERNEL_MODE)
    vDbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, plain, arguments);
#else
    char line[1024];

    vsnprintf(line, sizeof line, plain, arguments);
    OutputDebugStringA(line);
#endif
    va_end(arguments);
}
