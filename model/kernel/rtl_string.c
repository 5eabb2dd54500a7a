/* rtl_string.c - counted strings of 8-bit and 16-bit characters: making, comparing, appending
 * (facts/ddi.md 2.13).
 *
 * Upper case is folded for ASCII and for the letters of Latin-1, which is what names of drivers and
 * devices have. A terminator is written behind the text wherever there is room for one, as NT does;
 * no function needs one to be there.
 */
#include "model/kernel/kernel.h"
#include <string.h>

enum { ANSI_LENGTH_MAX = 0xfffe, HASH_FACTOR = 65599 };

WCHAR RtlDowncaseUnicodeChar(WCHAR c)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    bool ascii = c >= 'A' && c <= 'Z', latin = c >= 0xc0 && c <= 0xde && c != 0xd7;

    return ascii || latin ? (WCHAR)(c + 0x20) : c;
}

CHAR RtlUpperChar(CHAR c) { return (CHAR)(UCHAR)RtlUpcaseUnicodeChar((UCHAR)c); }

/* ---- 8 bits ---------------------------------------------------------------------------------- */

VOID RtlInitString(PSTRING string, PCSTR source)
{
    size_t length = source != NULL ? strlen(source) : 0;

    string->Buffer = (PCHAR)(uintptr_t)source;
    string->Length = (USHORT)MIN_OF(length, ANSI_LENGTH_MAX);
    string->MaximumLength = source != NULL ? (USHORT)(string->Length + 1) : 0;
}

VOID RtlInitAnsiString(PANSI_STRING string, PCSTR source) { RtlInitString(string, source); }

static LONG compare_chars(const CHAR *one, const CHAR *other, USHORT count, BOOLEAN fold)
{
    for (USHORT i = 0; i < count; i++) {
        UCHAR a = (UCHAR)(fold ? RtlUpperChar(one[i]) : one[i]);
        UCHAR b = (UCHAR)(fold ? RtlUpperChar(other[i]) : other[i]);

        if (a != b)
            return (LONG)a - (LONG)b;
    }
    return 0;
}

LONG RtlCompareString(PCSTRING one, PCSTRING other, BOOLEAN fold)
{
    LONG first =
        compare_chars(one->Buffer, other->Buffer, MIN_OF(one->Length, other->Length), fold);

    return first != 0 ? first : (LONG)one->Length - (LONG)other->Length;
}

BOOLEAN RtlEqualString(PCSTRING one, PCSTRING other, BOOLEAN fold)
{
    return one->Length == other->Length &&
           compare_chars(one->Buffer, other->Buffer, one->Length, fold) == 0;
}

BOOLEAN RtlPrefixString(PCSTRING prefix, PCSTRING string, BOOLEAN fold)
{
    return prefix->Length <= string->Length &&
           compare_chars(prefix->Buffer, string->Buffer, prefix->Length, fold) == 0;
}

VOID RtlCopyString(PSTRING to, PCSTRING from)
{
    to->Length = from != NULL ? MIN_OF(from->Length, to->MaximumLength) : 0;
    if (to->Length > 0)
        memmove(to->Buffer, from->Buffer, to->Length);
}

NTSTATUS RtlAppendStringToString(PSTRING to, PCSTRING from)
{
    if ((ULONG)to->Length + from->Length > to->MaximumLength)
        return STATUS_BUFFER_TOO_SMALL;
    if (from->Length > 0)
        memmove(to->Buffer + to->Length, from->Buffer, from->Length);
    to->Length = (USHORT)(to->Length + from->Length);
    return STATUS_SUCCESS;
}

VOID RtlUpperString(PSTRING to, PCSTRING from)
{
    to->Length = MIN_OF(from->Length, to->MaximumLength);
    for (USHORT i = 0; i < to->Length; i++)
        to->Buffer[i] = RtlUpperChar(from->Buffer[i]);
}

/* ---- 16 bits --------------------------------------------------------------------------------- */

static USHORT chars_of(PCUNICODE_STRING string) { return string->Length / sizeof(WCHAR); }

/* Writes a terminator if the buffer has room for it. */
static void terminate(PUNICODE_STRING string)
{
    if ((ULONG)string->Length + sizeof(WCHAR) <= string->MaximumLength)
        string->Buffer[chars_of(string)] = 0;
}

static NTSTATUS append(PUNICODE_STRING to, const WCHAR *from, size_t bytes)
{
    if (to->Length + bytes > to->MaximumLength)
        return STATUS_BUFFER_TOO_SMALL;
    if (bytes > 0)
        memmove(to->Buffer + chars_of(to), from, bytes);
    to->Length = (USHORT)(to->Length + bytes);
    terminate(to);
    return STATUS_SUCCESS;
}

NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING to, PCUNICODE_STRING from)
{
    return from->Length > 0 ? append(to, from->Buffer, from->Length) : STATUS_SUCCESS;
}

NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING to, PCWSTR from)
{
    return from != NULL ? append(to, from, nt_wcslen(from) * sizeof(WCHAR)) : STATUS_SUCCESS;
}

BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING prefix, PCUNICODE_STRING string, BOOLEAN fold)
{
    UNICODE_STRING start = *string;

    if (fold)
        ke_require_irql(PASSIVE_LEVEL, 0);
    if (prefix->Length > string->Length)
        return FALSE;
    start.Length = prefix->Length;
    return RtlEqualUnicodeString(prefix, &start, fold);
}

NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING string, BOOLEAN fold, ULONG algorithm, PULONG value)
{
    ULONG hash = 0;

    if (fold)
        ke_require_irql(PASSIVE_LEVEL, 0);
    if (string == NULL || value == NULL || algorithm > HASH_STRING_ALGORITHM_X65599)
        return STATUS_INVALID_PARAMETER;
    for (USHORT i = 0; i < chars_of(string); i++)
        hash = hash * HASH_FACTOR +
               (fold ? RtlUpcaseUnicodeChar(string->Buffer[i]) : string->Buffer[i]);
    *value = hash;
    return STATUS_SUCCESS;
}
