/* rtl_strsafe.c - what the inline functions of <ntstrsafe.h> call: texts of either width into
 * buffers of a known size (facts/ddi.md 1.1).
 *
 * A buffer is always left terminated, and a text that does not fit is cut; that is
 * STATUS_BUFFER_OVERFLOW. A size of 0 or above 7FFFFFFF is STATUS_INVALID_PARAMETER.
 */
#include "model/kernel/include/ntstrsafe.h"
#include "model/kernel/rtl.h"
#include "sim/base.h"
#include <string.h>

/* A buffer of `count` characters of `width` bytes. */
struct buffer {
    void *memory;
    SIZE_T count;
    ULONG width;
};

static WCHAR get(const void *text, ULONG width, SIZE_T at)
{
    return width == 1 ? ((const UCHAR *)text)[at] : ((const WCHAR *)text)[at];
}

static void put(const struct buffer *buffer, SIZE_T at, WCHAR c)
{
    if (buffer->width == 1)
        ((CHAR *)buffer->memory)[at] = (CHAR)c;
    else
        ((WCHAR *)buffer->memory)[at] = c;
}

static SIZE_T length_of(const void *text, ULONG width, SIZE_T max)
{
    SIZE_T length = 0;

    while (length < max && get(text, width, length) != 0)
        length++;
    return length;
}

static bool is_size(SIZE_T count) { return count > 0 && count <= NTSTRSAFE_MAX_CCH; }

NTSTATUS nt_strsafe_length(const void *text, SIZE_T max, ULONG width, SIZE_T *length)
{
    SIZE_T found = 0;
    NTSTATUS status = STATUS_SUCCESS;

    if (text == NULL || max > NTSTRSAFE_MAX_CCH)
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status)) {
        found = length_of(text, width, max);
        if (found == max) /* Not terminated within the buffer. */
            status = STATUS_INVALID_PARAMETER;
    }
    if (length != NULL)
        *length = NT_SUCCESS(status) ? found : 0;
    return status;
}

/* ---- The flags of the Ex functions ----------------------------------------------------------- */

static void fill(const struct buffer *buffer, SIZE_T from, ULONG flags)
{
    memset((char *)buffer->memory + from * buffer->width, (int)(flags & 0xff),
           (buffer->count - from) * buffer->width);
}

/* Says what has become of the buffer: `end` characters are in it. */
static NTSTATUS finish(const struct buffer *buffer, SIZE_T end, NTSTATUS status, ULONG flags,
                       void **out_end, SIZE_T *out_left)
{
    if (NT_SUCCESS(status) && (flags & STRSAFE_FILL_BEHIND_NULL) != 0 && buffer->count > end + 1)
        fill(buffer, end + 1, flags);
    if (!NT_SUCCESS(status) && is_size(buffer->count) &&
        (flags & (STRSAFE_FILL_ON_FAILURE | STRSAFE_NULL_ON_FAILURE | STRSAFE_NO_TRUNCATION)) !=
            0) {
        if ((flags & STRSAFE_FILL_ON_FAILURE) != 0)
            fill(buffer, 0, flags);
        end = (flags & STRSAFE_FILL_ON_FAILURE) != 0 && (flags & 0xff) != 0 ? buffer->count - 1 : 0;
        put(buffer, end, 0);
    }
    if (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW) {
        if (out_end != NULL)
            *out_end = (char *)buffer->memory + end * buffer->width;
        if (out_left != NULL)
            *out_left = buffer->count - end;
    }
    return status;
}

/* Status for a buffer and flags that cannot be used; a success: they can. */
static NTSTATUS check(const struct buffer *buffer, ULONG flags, bool extended)
{
    if ((flags & ~(ULONG)STRSAFE_VALID_FLAGS) != 0 || buffer->count > NTSTRSAFE_MAX_CCH)
        return STATUS_INVALID_PARAMETER;
    if (!extended && buffer->count == 0)
        return STATUS_INVALID_PARAMETER;
    if (buffer->memory == NULL && (buffer->count > 0 || (flags & STRSAFE_IGNORE_NULLS) == 0))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

/* ---- Copy, cat, printf ----------------------------------------------------------------------- */

NTSTATUS nt_strsafe_copy(struct nt_strsafe to, const void *from, SIZE_T max, BOOLEAN cat)
{
    struct buffer buffer = { to.buffer, to.count, to.width };
    NTSTATUS status = check(&buffer, to.flags, to.extended);
    SIZE_T end = 0, length;

    if (NT_SUCCESS(status) && max > NTSTRSAFE_MAX_CCH && max != SIZE_MAX)
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status) && cat && buffer.count > 0) {
        end = length_of(buffer.memory, buffer.width, buffer.count);
        if (end == buffer.count) /* The text to be added to is not terminated. */
            status = STATUS_INVALID_PARAMETER;
    }
    if (NT_SUCCESS(status) && from == NULL && (to.flags & STRSAFE_IGNORE_NULLS) == 0)
        status = STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(status))
        return to.extended && buffer.memory != NULL
                   ? finish(&buffer, 0, status, to.flags, to.end, to.left)
                   : status;
    length = from != NULL ? length_of(from, buffer.width, MIN_OF(max, NTSTRSAFE_MAX_CCH)) : 0;
    if (buffer.count == 0) { /* No room: nothing is lost if there is nothing to write. */
        status = length == 0             ? STATUS_SUCCESS
                 : buffer.memory == NULL ? STATUS_INVALID_PARAMETER
                                         : STATUS_BUFFER_OVERFLOW;
        return finish(&buffer, 0, status, 0, to.end, to.left);
    }
    if (length > buffer.count - 1 - end) {
        status = STATUS_BUFFER_OVERFLOW;
        length = cat && (to.flags & STRSAFE_NO_TRUNCATION) != 0 ? 0 : buffer.count - 1 - end;
        if (cat && (to.flags & STRSAFE_NO_TRUNCATION) != 0)
            to.flags &= ~(ULONG)STRSAFE_NO_TRUNCATION; /* The text from before stays. */
    }
    if (length > 0)
        memmove((char *)buffer.memory + end * buffer.width, from, length * buffer.width);
    put(&buffer, end + length, 0);
    return finish(&buffer, end + length, status, to.flags, to.end, to.left);
}

NTSTATUS nt_strsafe_print(struct nt_strsafe to, const void *format, va_list args)
{
    struct buffer buffer = { to.buffer, to.count, to.width };
    NTSTATUS status = check(&buffer, to.flags, to.extended);
    SIZE_T length;

    if (NT_SUCCESS(status) && format == NULL) {
        if ((to.flags & STRSAFE_IGNORE_NULLS) == 0)
            status = STATUS_INVALID_PARAMETER;
        else
            format = L"";
    }
    if (!NT_SUCCESS(status))
        return to.extended && buffer.memory != NULL
                   ? finish(&buffer, 0, status, to.flags, to.end, to.left)
                   : status;
    if (buffer.width == 1)
        length = rtl_format_narrow(buffer.memory, buffer.count, format, args);
    else
        length = rtl_format(buffer.memory, buffer.count, format, true, args);
    if (buffer.count == 0) {
        status = length == 0             ? STATUS_SUCCESS
                 : buffer.memory == NULL ? STATUS_INVALID_PARAMETER
                                         : STATUS_BUFFER_OVERFLOW;
        return finish(&buffer, 0, status, 0, to.end, to.left);
    }
    if (length > buffer.count - 1) {
        status = STATUS_BUFFER_OVERFLOW;
        length = buffer.count - 1;
    }
    put(&buffer, length, 0);
    return finish(&buffer, length, status, to.flags, to.end, to.left);
}

/* ---- Counted strings ------------------------------------------------------------------------- */

static bool is_counted(const UNICODE_STRING *string)
{
    return string->Length % sizeof(WCHAR) == 0 && string->MaximumLength % sizeof(WCHAR) == 0 &&
           string->Length <= string->MaximumLength &&
           (string->Buffer != NULL || string->MaximumLength == 0);
}

NTSTATUS nt_strsafe_append(PUNICODE_STRING to, const WCHAR *from, SIZE_T chars, BOOLEAN cat)
{
    SIZE_T end, room;

    if (!is_counted(to))
        return STATUS_INVALID_PARAMETER;
    end = cat ? to->Length / sizeof(WCHAR) : 0;
    room = to->MaximumLength / sizeof(WCHAR) - end;
    if (MIN_OF(chars, room) > 0)
        memmove(to->Buffer + end, from, MIN_OF(chars, room) * sizeof(WCHAR));
    to->Length = (USHORT)((end + MIN_OF(chars, room)) * sizeof(WCHAR));
    return chars > room ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

NTSTATUS nt_strsafe_print_counted(PUNICODE_STRING to, const WCHAR *format, va_list args)
{
    SIZE_T room, length;

    if (!is_counted(to) || format == NULL)
        return STATUS_INVALID_PARAMETER;
    room = to->MaximumLength / sizeof(WCHAR);
    length = rtl_format(to->Buffer, room, format, true, args);
    to->Length = (USHORT)(MIN_OF(length, room) * sizeof(WCHAR));
    return length > room ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}
