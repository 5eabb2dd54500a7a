/* rtl_convert.c - strings that are converted or allocated: code page 1252, upper and lower case,
 * and what frees them (facts/ddi.md 2.13).
 *
 * Allocated buffers are paged pool with the tag Strg. Conversions use NT's paged tables, so all of
 * this is for PASSIVE_LEVEL.
 */
#include "model/kernel/rtl.h"
#include "model/kernel/ex.h"
#include "model/kernel/kernel.h"
#include <string.h>

enum { UNICODE_BYTES_MAX = 0xffff };
static const uint32_t string_tag = EX_TAG('S', 't', 'r', 'g');

/* Code page 1252 from 0x80 to 0x9F; its other characters are Latin-1. */
static const WCHAR windows_1252[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

WCHAR rtl_widen(CHAR c)
{
    UCHAR u = (UCHAR)c;

    return u >= 0x80 && u < 0xa0 ? windows_1252[u - 0x80] : u;
}

CHAR rtl_narrow(WCHAR c)
{
    if (c < 0x80 || (c >= 0xa0 && c <= 0xff))
        return (CHAR)(UCHAR)c;
    for (UCHAR i = 0; i < RTL_NUMBER_OF(windows_1252); i++)
        if (windows_1252[i] == c)
            return (CHAR)(UCHAR)(0x80 + i);
    return '?';
}

/* ---- Plain memory ---------------------------------------------------------------------------- */

NTSTATUS RtlMultiByteToUnicodeN(PWCHAR to, ULONG to_bytes, PULONG written, PCSTR from,
                                ULONG from_bytes)
{
    ULONG chars = MIN_OF(from_bytes, to_bytes / (ULONG)sizeof(WCHAR));

    ke_require_irql(PASSIVE_LEVEL, 0);
    for (ULONG i = 0; i < chars; i++)
        to[i] = rtl_widen(from[i]);
    if (written != NULL)
        *written = chars * (ULONG)sizeof(WCHAR);
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeToMultiByteN(PCHAR to, ULONG to_bytes, PULONG written, PCWCH from,
                                ULONG from_bytes)
{
    ULONG chars = MIN_OF(from_bytes / (ULONG)sizeof(WCHAR), to_bytes);

    ke_require_irql(PASSIVE_LEVEL, 0);
    for (ULONG i = 0; i < chars; i++)
        to[i] = rtl_narrow(from[i]);
    if (written != NULL)
        *written = chars;
    return STATUS_SUCCESS;
}

/* ---- Between the widths ---------------------------------------------------------------------- */

ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING string)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    return ((ULONG)string->Length + 1) * (ULONG)sizeof(WCHAR);
}

ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING string)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    return string->Length / (ULONG)sizeof(WCHAR) + 1;
}

NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING to, PCANSI_STRING from, BOOLEAN allocate)
{
    ULONG bytes = RtlxAnsiStringToUnicodeSize(from);

    if (bytes > UNICODE_BYTES_MAX)
        return STATUS_INVALID_PARAMETER_2;
    if (allocate) {
        to->Buffer = ex_pool_try(PagedPool, bytes, string_tag);
        if (to->Buffer == NULL)
            return STATUS_NO_MEMORY;
        to->MaximumLength = (USHORT)bytes;
    } else if (bytes > to->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    to->Length = (USHORT)(bytes - sizeof(WCHAR));
    for (USHORT i = 0; i < from->Length; i++)
        to->Buffer[i] = rtl_widen(from->Buffer[i]);
    to->Buffer[from->Length] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING to, PCUNICODE_STRING from, BOOLEAN allocate)
{
    ULONG bytes = RtlxUnicodeStringToAnsiSize(from);
    NTSTATUS status = STATUS_SUCCESS;

    if (allocate) {
        to->Buffer = ex_pool_try(PagedPool, bytes, string_tag);
        if (to->Buffer == NULL)
            return STATUS_NO_MEMORY;
        to->MaximumLength = (USHORT)bytes;
    } else if (bytes > to->MaximumLength) {
        if (to->MaximumLength == 0)
            return STATUS_BUFFER_OVERFLOW;
        bytes = to->MaximumLength;
        status = STATUS_BUFFER_OVERFLOW;
    }
    to->Length = (USHORT)(bytes - 1);
    for (USHORT i = 0; i < to->Length; i++)
        to->Buffer[i] = rtl_narrow(from->Buffer[i]);
    to->Buffer[to->Length] = 0;
    return status;
}

/* ---- Upper and lower case -------------------------------------------------------------------- */

static NTSTATUS fold(PUNICODE_STRING to, PCUNICODE_STRING from, BOOLEAN allocate,
                     WCHAR (*change)(WCHAR))
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (allocate) { /* An empty string has a buffer, too. */
        to->Buffer = ex_pool_try(PagedPool, MAX_OF(from->Length, sizeof(WCHAR)), string_tag);
        if (to->Buffer == NULL)
            return STATUS_NO_MEMORY;
        to->MaximumLength = from->Length;
    } else if (from->Length > to->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    for (USHORT i = 0; i < from->Length / sizeof(WCHAR); i++)
        to->Buffer[i] = change(from->Buffer[i]);
    to->Length = from->Length;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from, BOOLEAN allocate)
{
    return fold(to, from, allocate, RtlUpcaseUnicodeChar);
}

NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from, BOOLEAN allocate)
{
    return fold(to, from, allocate, RtlDowncaseUnicodeChar);
}

/* ---- Freeing --------------------------------------------------------------------------------- */

VOID RtlFreeUnicodeString(PUNICODE_STRING string)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (string->Buffer != NULL)
        ExFreePool(string->Buffer);
    *string = (UNICODE_STRING){ 0, 0, NULL };
}

VOID RtlFreeAnsiString(PANSI_STRING string)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (string->Buffer != NULL)
        ExFreePool(string->Buffer);
    *string = (ANSI_STRING){ 0, 0, NULL };
}
