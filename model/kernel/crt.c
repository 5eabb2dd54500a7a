/* crt.c - see crt.h. */
#include "model/kernel/crt.h"
#include "model/kernel/ke_log.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/kernel/rtl.h"
#include "model/kernel/win32.h"
#include <string.h>

enum { TEXT_CHARS = 1024 };

/* ---- Printing -------------------------------------------------------------------------------- */

int nt_c99_vsnprintf(char *out, size_t size, const char *format, va_list arguments)
{
    size_t length = rtl_format_narrow(out, size, format, arguments);

    if (size > 0)
        out[MIN_OF(length, size - 1)] = 0;
    return (int)length;
}

int nt_c99_snprintf(char *out, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = nt_c99_vsnprintf(out, size, format, arguments);

    va_end(arguments);
    return length;
}

int nt_vprintf(const char *format, va_list arguments)
{
    char text[TEXT_CHARS];
    int length = nt_c99_vsnprintf(text, sizeof text, format, arguments);

    ke_log_print(ke_current_thread()->process->name, text);
    return length;
}

int nt_printf(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = nt_vprintf(format, arguments);

    va_end(arguments);
    return length;
}

int nt_fprintf(void *stream, const char *format, ...)
{
    va_list arguments;

    (void)stream;
    va_start(arguments, format);
    int length = nt_vprintf(format, arguments);

    va_end(arguments);
    return length;
}

int nt_puts(const char *text) { return nt_printf("%s\n", text); }

int nt_putchar(int c)
{
    nt_printf("%c", c);
    return c;
}

int nt_wprintf(const WCHAR *format, ...)
{
    WCHAR wide[TEXT_CHARS];
    char text[TEXT_CHARS];
    va_list arguments;
    size_t i = 0;

    va_start(arguments, format);
    size_t length = rtl_format(wide, TEXT_CHARS, format, true, arguments);

    va_end(arguments);
    for (; i < length && i < TEXT_CHARS - 1; i++)
        text[i] = rtl_narrow(wide[i]);
    text[i] = 0;
    ke_log_print(ke_current_thread()->process->name, text);
    return (int)length;
}

int nt_sprintf(char *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = nt_c99_vsnprintf(out, INT32_MAX, format, arguments);

    va_end(arguments);
    return length;
}

int nt_swprintf(WCHAR *out, size_t chars, const WCHAR *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    size_t length = rtl_format(out, chars, format, true, arguments);

    va_end(arguments);
    if (chars > 0)
        out[MIN_OF(length, chars - 1)] = 0;
    return length < chars ? (int)length : -1;
}

/* ---- Memory, the process --------------------------------------------------------------------- */

void *nt_malloc(size_t size) { return HeapAlloc(GetProcessHeap(), 0, size > 0 ? size : 1); }

void *nt_calloc(size_t count, size_t size)
{
    void *block = size == 0 || count <= SIZE_MAX / size ? nt_malloc(count * size) : NULL;

    return block != NULL ? memset(block, 0, count * size) : NULL;
}

void *nt_realloc(void *block, size_t size)
{
    return block != NULL ? HeapReAlloc(GetProcessHeap(), 0, block, size) : nt_malloc(size);
}

void nt_free(void *block)
{
    if (block != NULL)
        HeapFree(GetProcessHeap(), 0, block);
}

void nt_exit(int code) { ExitProcess((UINT)code); }

int nt_rand(void)
{
    struct ke_thread *thread = ke_current_thread();

    thread->rand_state = thread->rand_state * 214013 + 2531011;
    return (int)(thread->rand_state >> 16 & 0x7fff);
}

void nt_srand(unsigned seed) { ke_current_thread()->rand_state = seed; }

long long nt_clock_seconds(long long *out)
{
    LARGE_INTEGER now; /* 100 ns since 1601. */

    KeQuerySystemTime(&now);
    long long seconds = now.QuadPart / 10000000 - 11644473600;

    if (out != NULL)
        *out = seconds;
    return seconds;
}
