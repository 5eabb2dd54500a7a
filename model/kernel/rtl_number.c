/* rtl_number.c - numbers, GUIDs and versions as text, and the random generator (facts/ddi.md
 * 2.13). */
#include "model/kernel/ex.h"
#include "model/kernel/kernel.h"
#include "model/kernel/rtl.h"

enum { DIGITS_MAX = 64, GUID_CHARS = 38, HYPHENS = 4 };
enum { NT_PLATFORM = 2, SERVER = 3 };
#define SERVICE_PACK L"Service Pack 1"

/* ---- Writing --------------------------------------------------------------------------------- */

static bool known_base(ULONG base)
{
    return base == 0 || base == 2 || base == 8 || base == 10 || base == 16;
}

NTSTATUS RtlInt64ToUnicodeString(ULONGLONG value, ULONG base, PUNICODE_STRING out)
{
    WCHAR digits[DIGITS_MAX];
    ULONG count = 0;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (!known_base(base))
        return STATUS_INVALID_PARAMETER;
    base = base != 0 ? base : 10;
    do
        digits[count++] = (WCHAR) "0123456789ABCDEF"[value % base];
    while ((value /= base) != 0);
    if (count * sizeof(WCHAR) > out->MaximumLength)
        return STATUS_BUFFER_OVERFLOW;
    for (ULONG i = 0; i < count; i++)
        out->Buffer[i] = digits[count - 1 - i];
    out->Length = (USHORT)(count * sizeof(WCHAR));
    if (out->Length + sizeof(WCHAR) <= out->MaximumLength)
        out->Buffer[count] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS RtlIntegerToUnicodeString(ULONG value, ULONG base, PUNICODE_STRING out)
{
    return RtlInt64ToUnicodeString(value, base, out);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Digit of a character; 255: none. */
static ULONG digit_of(WCHAR c)
{
    if (c >= '0' && c <= '9')
        return (ULONG)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (ULONG)(c - 'a' + 10);
    return c >= 'A' && c <= 'F' ? (ULONG)(c - 'A' + 10) : 255;
}

/* A text of either width. */
struct reading {
    const WCHAR *wide; /* NULL: narrow holds the text. */
    const CHAR *narrow;
    ULONG at, count;
};

static WCHAR peek(const struct reading *text)
{
    if (text->at >= text->count)
        return 0;
    return text->wide != NULL ? text->wide[text->at] : (WCHAR)(UCHAR)text->narrow[text->at];
}

/* Base by a prefix 0x, 0o or 0b, which is passed over; 10 without one. */
static ULONG base_of(struct reading *text)
{
    struct reading next = *text;

    next.at++;
    if (peek(text) != '0')
        return 10;
    ULONG base = peek(&next) == 'x' ? 16 : peek(&next) == 'o' ? 8 : peek(&next) == 'b' ? 2 : 10;

    if (base != 10)
        text->at += 2;
    return base;
}

static NTSTATUS read_number(struct reading text, ULONG base, PULONG value)
{
    ULONG number = 0;
    bool negative;

    if (!known_base(base))
        return STATUS_INVALID_PARAMETER;
    while (text.at < text.count && peek(&text) <= ' ')
        text.at++;
    negative = peek(&text) == '-';
    if (negative || peek(&text) == '+')
        text.at++;
    if (base == 0)
        base = base_of(&text);
    for (; digit_of(peek(&text)) < base; text.at++)
        number = number * base + digit_of(peek(&text));
    *value = negative ? 0u - number : number;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING string, ULONG base, PULONG value)
{
    struct reading text = { string->Buffer, NULL, 0, string->Length / sizeof(WCHAR) };

    ke_require_irql(PASSIVE_LEVEL, 0);
    return text.count > 0 ? read_number(text, base, value) : STATUS_INVALID_PARAMETER;
}

NTSTATUS RtlCharToInteger(PCSTR string, ULONG base, PULONG value)
{
    struct reading text = { NULL, string, 0, 0 };

    while (string[text.count] != 0)
        text.count++;
    return read_number(text, base, value);
}

/* ---- GUIDs ----------------------------------------------------------------------------------- */

static const UCHAR hyphens[HYPHENS] = { 9, 14, 19, 24 }; /* Places in "{xxxxxxxx-xxxx-...}". */

static bool is_hyphen(ULONG place)
{
    return place == hyphens[0] || place == hyphens[1] || place == hyphens[2] || place == hyphens[3];
}

static void guid_bytes(const GUID *guid, UCHAR bytes[16])
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (UCHAR)(guid->Data1 >> (24 - 8 * i));
    for (int i = 0; i < 2; i++) {
        bytes[4 + i] = (UCHAR)(guid->Data2 >> (8 - 8 * i));
        bytes[6 + i] = (UCHAR)(guid->Data3 >> (8 - 8 * i));
    }
    for (int i = 0; i < 8; i++)
        bytes[8 + i] = guid->Data4[i];
}

NTSTATUS RtlStringFromGUID(const GUID *guid, PUNICODE_STRING out)
{
    UCHAR bytes[16];
    ULONG nibble = 0;

    ke_require_irql(PASSIVE_LEVEL, 0);
    guid_bytes(guid, bytes);
    out->Buffer =
        ex_pool_try(PagedPool, (GUID_CHARS + 1) * sizeof(WCHAR), EX_TAG('S', 't', 'r', 'g'));
    if (out->Buffer == NULL)
        return STATUS_NO_MEMORY;
    out->Length = GUID_CHARS * sizeof(WCHAR);
    out->MaximumLength = (GUID_CHARS + 1) * sizeof(WCHAR);
    for (ULONG i = 1; i < GUID_CHARS - 1; i++) {
        out->Buffer[i] = '-';
        if (is_hyphen(i))
            continue;
        UCHAR byte = bytes[nibble / 2];

        out->Buffer[i] = (WCHAR) "0123456789ABCDEF"[nibble % 2 == 0 ? byte >> 4 : byte & 15];
        nibble++;
    }
    out->Buffer[0] = '{';
    out->Buffer[GUID_CHARS - 1] = '}';
    out->Buffer[GUID_CHARS] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS RtlGUIDFromString(PCUNICODE_STRING string, GUID *guid)
{
    UCHAR bytes[16] = { 0 };
    const WCHAR *text = string->Buffer;
    ULONG nibble = 0;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (string->Length != GUID_CHARS * sizeof(WCHAR) || text[0] != '{' ||
        text[GUID_CHARS - 1] != '}')
        return STATUS_INVALID_PARAMETER;
    for (ULONG i = 1; i < GUID_CHARS - 1; i++) {
        if (is_hyphen(i) ? text[i] != '-' : digit_of(text[i]) > 15)
            return STATUS_INVALID_PARAMETER;
        if (!is_hyphen(i)) {
            bytes[nibble / 2] = (UCHAR)((ULONG)bytes[nibble / 2] << 4 | digit_of(text[i]));
            nibble++;
        }
    }
    guid->Data1 =
        (ULONG)bytes[0] << 24 | (ULONG)bytes[1] << 16 | (ULONG)bytes[2] << 8 | (ULONG)bytes[3];
    guid->Data2 = (USHORT)(bytes[4] << 8 | bytes[5]);
    guid->Data3 = (USHORT)(bytes[6] << 8 | bytes[7]);
    for (int i = 0; i < 8; i++)
        guid->Data4[i] = bytes[8 + i];
    return STATUS_SUCCESS;
}

/* ---- Random numbers, the version ------------------------------------------------------------- */

/* One step of the generator modulo 2^31 - 1. The next seed is the number, so a driver's numbers
 * depend on nothing but its first seed. */
ULONG RtlRandom(PULONG seed)
{
    *seed = (ULONG)(((ULONGLONG)*seed * 0x7fffffedu + 0x7fffffc3u) % 0x7fffffffu);
    return *seed;
}

ULONG RtlRandomEx(PULONG seed) { return RtlRandom(seed); }

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW out)
{
    static const WCHAR service_pack[] = SERVICE_PACK;

    ke_require_irql(PASSIVE_LEVEL, 0);
    out->dwMajorVersion = NT_MAJOR;
    out->dwMinorVersion = NT_MINOR;
    out->dwBuildNumber = NT_BUILD;
    out->dwPlatformId = NT_PLATFORM;
    for (ULONG i = 0; i < RTL_NUMBER_OF(service_pack); i++)
        out->szCSDVersion[i] = service_pack[i];
    if (out->dwOSVersionInfoSize >= sizeof(RTL_OSVERSIONINFOEXW)) {
        PRTL_OSVERSIONINFOEXW more = (PRTL_OSVERSIONINFOEXW)(void *)out;

        more->wServicePackMajor = 1;
        more->wServicePackMinor = more->wSuiteMask = 0;
        more->wProductType = SERVER;
        more->wReserved = 0;
    }
    return STATUS_SUCCESS;
}

BOOLEAN PsGetVersion(PULONG major, PULONG minor, PULONG build, PUNICODE_STRING service_pack)
{
    if (major != NULL)
        *major = NT_MAJOR;
    if (minor != NULL)
        *minor = NT_MINOR;
    if (build != NULL)
        *build = NT_BUILD;
    if (service_pack != NULL)
        RtlInitUnicodeString(service_pack, SERVICE_PACK);
    return ke->switches.checked_build;
}
