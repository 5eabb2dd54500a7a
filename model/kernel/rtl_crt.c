/* rtl_crt.c - C's library as ntoskrnl exports it: texts of 16-bit characters, formatting with a
 * limit. */
#include "model/kernel/rtl.h"
#include "sim/base.h"

SIZE_T nt_wcsnlen(const WCHAR *text, SIZE_T max)
{
    SIZE_T length = 0;

    while (length < max && text[length] != 0)
        length++;
    return length;
}

SIZE_T nt_wcslen(const WCHAR *text) { return nt_wcsnlen(text, SIZE_MAX); }

WCHAR *nt_wcscpy(WCHAR *to, const WCHAR *from)
{
    SIZE_T i = 0;

    do
        to[i] = from[i];
    while (from[i++] != 0);
    return to;
}

WCHAR *nt_wcsncpy(WCHAR *to, const WCHAR *from, SIZE_T count)
{
    SIZE_T length = nt_wcsnlen(from, count);

    for (SIZE_T i = 0; i < count; i++)
        to[i] = i < length ? from[i] : 0;
    return to;
}

WCHAR *nt_wcscat(WCHAR *to, const WCHAR *from)
{
    nt_wcscpy(to + nt_wcslen(to), from);
    return to;
}

WCHAR *nt_wcsncat(WCHAR *to, const WCHAR *from, SIZE_T count)
{
    SIZE_T end = nt_wcslen(to), length = nt_wcsnlen(from, count);

    for (SIZE_T i = 0; i < length; i++)
        to[end + i] = from[i];
    to[end + length] = 0;
    return to;
}

static WCHAR same(WCHAR c) { return c; }

static WCHAR lower(WCHAR c) { return c >= 'A' && c <= 'Z' ? (WCHAR)(c + 0x20) : c; }

static INT compare(const WCHAR *one, const WCHAR *other, SIZE_T count, WCHAR (*fold)(WCHAR))
{
    for (SIZE_T i = 0; i < count; i++) {
        WCHAR a = fold(one[i]), b = fold(other[i]);

        if (a != b)
            return a < b ? -1 : 1;
        if (a == 0)
            return 0;
    }
    return 0;
}

INT nt_wcscmp(const WCHAR *one, const WCHAR *other) { return compare(one, other, SIZE_MAX, same); }

INT nt_wcsncmp(const WCHAR *one, const WCHAR *other, SIZE_T count)
{
    return compare(one, other, count, same);
}

INT nt_wcsicmp(const WCHAR *one, const WCHAR *other)
{
    return compare(one, other, SIZE_MAX, lower);
}

INT nt_wcsnicmp(const WCHAR *one, const WCHAR *other, SIZE_T count)
{
    return compare(one, other, count, lower);
}

INT nt_strnicmp(const char *one, const char *other, SIZE_T count)
{
    for (SIZE_T i = 0; i < count; i++) {
        WCHAR a = lower((UCHAR)one[i]), b = lower((UCHAR)other[i]);

        if (a != b)
            return a < b ? -1 : 1;
        if (a == 0)
            return 0;
    }
    return 0;
}

INT nt_stricmp(const char *one, const char *other) { return nt_strnicmp(one, other, SIZE_MAX); }

WCHAR *nt_wcschr(const WCHAR *text, WCHAR c)
{
    for (;; text++) {
        if (*text == c)
            return (WCHAR *)(uintptr_t)text;
        if (*text == 0)
            return NULL;
    }
}

WCHAR *nt_wcsrchr(const WCHAR *text, WCHAR c)
{
    for (SIZE_T i = nt_wcslen(text) + 1; i > 0; i--)
        if (text[i - 1] == c)
            return (WCHAR *)(uintptr_t)(text + i - 1);
    return NULL;
}

WCHAR *nt_wcsstr(const WCHAR *text, const WCHAR *part)
{
    SIZE_T length = nt_wcslen(part);

    for (;; text++) {
        if (nt_wcsncmp(text, part, length) == 0)
            return (WCHAR *)(uintptr_t)text;
        if (*text == 0)
            return NULL;
    }
}

WCHAR nt_towupper(WCHAR c) { return RtlUpcaseUnicodeChar(c); }

/* ---- Formatting ------------------------------------------------------------------------------ */

INT nt_vsnprintf(char *buffer, SIZE_T count, const char *format, va_list args)
{
    size_t length = rtl_format_narrow(buffer, count, format, args);

    if (length < count)
        buffer[length] = 0;
    return length <= count ? (INT)length : -1;
}

INT nt_vsnwprintf(WCHAR *buffer, SIZE_T count, const WCHAR *format, va_list args)
{
    size_t length = rtl_format(buffer, count, format, true, args);

    if (length < count)
        buffer[length] = 0;
    return length <= count ? (INT)length : -1;
}

INT nt_snprintf(char *buffer, SIZE_T count, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    INT length = nt_vsnprintf(buffer, count, format, args);

    va_end(args);
    return length;
}

INT nt_snwprintf(WCHAR *buffer, SIZE_T count, const WCHAR *format, ...)
{
    va_list args;

    va_start(args, format);
    INT length = nt_vsnwprintf(buffer, count, format, args);

    va_end(args);
    return length;
}
