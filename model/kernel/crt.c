/* crt.c - see crt.h. */
#include "model/kernel/crt.h"
#include "model/kernel/ke_log.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/kernel/rtl_format.h"
#include "model/kernel/win32.h"
#include <string.h>

enum { TEXT_CHARS = 1024 };

/* ---- Printing -------------------------------------------------------------------------------- */

int nt_vprintf(const char *format, va_list arguments)
{
    char text[TEXT_CHARS];
    uint32_t length = rtl_format(text, sizeof text, format, arguments);

    ke_log_print(ke_current_thread()->process->name, text);
    return (int)length;
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

/* Formats are plain ASCII in practice; a format's other characters become '?'. */
static void narrow(const WCHAR *wide, char *out, size_t size)
{
    size_t i = 0;

    for (; wide[i] != 0 && i + 1 < size; i++)
        out[i] = wide[i] < 0x80 ? (char)wide[i] : '?';
    out[i] = 0;
}

int nt_wprintf(const WCHAR *format, ...)
{
    char plain[TEXT_CHARS];
    va_list arguments;

    narrow(format, plain, sizeof plain);
    va_start(arguments, format);
    int length = nt_vprintf(plain, arguments);

    va_end(arguments);
    return length;
}

int nt_vsnprintf(char *out, size_t size, const char *format, va_list arguments)
{
    return size > 0 ? (int)rtl_format(out, size, format, arguments) : 0;
}

int nt_snprintf(char *out, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = nt_vsnprintf(out, size, format, arguments);

    va_end(arguments);
    return length;
}

int nt_sprintf(char *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = nt_vsnprintf(out, 65536, format, arguments);

    va_end(arguments);
    return length;
}

int nt_swprintf(WCHAR *out, size_t chars, const WCHAR *format, ...)
{
    char plain[TEXT_CHARS], text[TEXT_CHARS];
    va_list arguments;
    size_t i = 0;

    narrow(format, plain, sizeof plain);
    va_start(arguments, format);
    rtl_format(text, sizeof text, plain, arguments);
    va_end(arguments);
    if (chars == 0)
        return 0;
    for (; text[i] != 0 && i + 1 < chars; i++)
        out[i] = (WCHAR)(unsigned char)text[i];
    out[i] = 0;
    return (int)i;
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

/* ---- Wide texts ------------------------------------------------------------------------------ */

size_t nt_wcslen(const WCHAR *text)
{
    size_t length = 0;

    while (text[length] != 0)
        length++;
    return length;
}

WCHAR *nt_wcscpy(WCHAR *to, const WCHAR *from)
{
    return memcpy(to, from, (nt_wcslen(from) + 1) * sizeof *to);
}

WCHAR *nt_wcsncpy(WCHAR *to, const WCHAR *from, size_t count)
{
    size_t i = 0;

    for (; i < count && from[i] != 0; i++)
        to[i] = from[i];
    for (; i < count; i++)
        to[i] = 0;
    return to;
}

WCHAR *nt_wcscat(WCHAR *to, const WCHAR *from)
{
    nt_wcscpy(to + nt_wcslen(to), from);
    return to;
}

int nt_wcsncmp(const WCHAR *one, const WCHAR *other, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (one[i] != other[i] || one[i] == 0)
            return one[i] < other[i] ? -1 : one[i] > other[i];
    return 0;
}

int nt_wcscmp(const WCHAR *one, const WCHAR *other) { return nt_wcsncmp(one, other, SIZE_MAX); }

int nt_wcsicmp(const WCHAR *one, const WCHAR *other)
{
    size_t i = 0;

    while (one[i] != 0 && RtlUpcaseUnicodeChar(one[i]) == RtlUpcaseUnicodeChar(other[i]))
        i++;
    return (int)RtlUpcaseUnicodeChar(one[i]) - (int)RtlUpcaseUnicodeChar(other[i]);
}

WCHAR *nt_wcschr(const WCHAR *text, WCHAR c)
{
    while (*text != c && *text != 0)
        text++;
    return *text == c ? (WCHAR *)(uintptr_t)text : NULL;
}

WCHAR *nt_wcsrchr(const WCHAR *text, WCHAR c)
{
    for (const WCHAR *at = text + nt_wcslen(text) + 1; at-- > text;)
        if (*at == c)
            return (WCHAR *)(uintptr_t)at;
    return NULL;
}

WCHAR *nt_wcsstr(const WCHAR *text, const WCHAR *part)
{
    size_t length = nt_wcslen(part);

    for (; *text != 0 || length == 0; text++) {
        if (nt_wcsncmp(text, part, length) == 0)
            return (WCHAR *)(uintptr_t)text;
        if (*text == 0)
            break;
    }
    return NULL;
}
