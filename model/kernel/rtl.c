/* rtl.c - the run-time library for drivers and programs: counted strings.
 *
 * Case is folded for ASCII and for the letters of Latin-1.
 */
#include "model/kernel/include/ntifs.h"
#include "model/kernel/kernel.h"
#include "sim/base.h"

/* Leaves room for a terminator: the greatest MaximumLength is two more. */
enum { UNICODE_LENGTH_MAX = 0xfffc };

WCHAR RtlUpcaseUnicodeChar(WCHAR c)
{
    bool ascii = c >= 'a' && c <= 'z', latin = c >= 0xe0 && c <= 0xfe && c != 0xf7;

    return ascii || latin ? (WCHAR)(c - 0x20) : c;
}

VOID RtlInitUnicodeString(PUNICODE_STRING string, PCWSTR source)
{
    SIZE_T bytes = source != NULL ? nt_wcslen(source) * sizeof(WCHAR) : 0;

    string->Buffer = (PWSTR)(uintptr_t)source;
    string->Length = (USHORT)MIN_OF(bytes, UNICODE_LENGTH_MAX);
    string->MaximumLength = source ? (USHORT)(string->Length + sizeof(WCHAR)) : 0;
}

/* The table of capital letters is pageable; nobody is asked before there is a kernel. */
static void check_level(BOOLEAN fold)
{
    if (fold && ke != NULL)
        ke_require_irql(PASSIVE_LEVEL, 0);
}

LONG RtlCompareUnicodeString(PCUNICODE_STRING one, PCUNICODE_STRING other, BOOLEAN fold)
{
    check_level(fold);
    USHORT count = MIN_OF(one->Length, other->Length) / sizeof(WCHAR);

    for (USHORT i = 0; i < count; i++) {
        WCHAR a = fold ? RtlUpcaseUnicodeChar(one->Buffer[i]) : one->Buffer[i];
        WCHAR b = fold ? RtlUpcaseUnicodeChar(other->Buffer[i]) : other->Buffer[i];

        if (a != b)
            return (LONG)a - (LONG)b;
    }
    return (LONG)one->Length - (LONG)other->Length;
}

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING one, PCUNICODE_STRING other, BOOLEAN fold)
{
    check_level(fold);
    return one->Length == other->Length && RtlCompareUnicodeString(one, other, fold) == 0;
}

VOID RtlCopyUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from)
{
    to->Length = from ? MIN_OF(from->Length, to->MaximumLength) : 0;
    for (USHORT i = 0; i < to->Length / sizeof(WCHAR); i++)
        to->Buffer[i] = from->Buffer[i];
}
