/* cm_log.c - the System and Application event logs, and the way drivers write to them.
 *
 * Lines are kept in one ring in the order they were written; the oldest leave first. A driver names
 * an event by the low 16 bits of its error code, as the event log service does; its insertion
 * strings become the text.
 */
#include "model/kernel/cm.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include <stdio.h>
#include <string.h>

static const uint32_t packet_tag = EX_TAG('I', 'o', 'E', 'r');

static struct cm_line *line_take(enum cm_log log, enum cm_severity severity, const char *source,
                                 uint32_t id)
{
    struct cm_state *cm = ke->cm;
    struct cm_line *line;

    if (cm->line_count < LOG_LINES_MAX) {
        line = &cm->lines[cm->line_count++];
    } else {
        line = &cm->lines[cm->line_first];
        cm->line_first = (cm->line_first + 1) % LOG_LINES_MAX;
    }
    *line = (struct cm_line){ .at = ke->sim->now, .log = log, .severity = severity, .id = id };
    snprintf(line->source, sizeof line->source, "%s", source);
    ke_record(REC_LOG, cm->line_count, id, 0, 0);
    return line;
}

void cm_log(enum cm_log log, enum cm_severity severity, const char *source, uint32_t id,
            const char *format, ...)
{
    struct cm_line *line = line_take(log, severity, source, id);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line->text, sizeof line->text, format, arguments);
    va_end(arguments);
}

void cm_take_over(const struct kernel *before) { *ke->cm = *before->cm; }

uint32_t cm_log_count(void) { return ke->cm->line_count; }

const struct cm_line *cm_log_line(uint32_t index)
{
    if (index >= ke->cm->line_count)
        return NULL;
    return &ke->cm->lines[(ke->cm->line_first + index) % LOG_LINES_MAX];
}

/* ---- Drivers --------------------------------------------------------------------------------- */

struct error_packet { /* A driver's error log entry, of which it sees `public` only. */
    PDRIVER_OBJECT driver;
    UCHAR size;
    IO_ERROR_LOG_PACKET public;
};

enum { NT_ENTRY_HEAD_BYTES = 0x20 }; /* What NT keeps before a packet. */

PVOID IoAllocateErrorLogEntry(PVOID object, UCHAR size)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    struct error_packet *packet;
    size_t head = offsetof(struct error_packet, public);

    if (size < offsetof(IO_ERROR_LOG_PACKET, DumpData) || size > ERROR_LOG_MAXIMUM_SIZE)
        return NULL;
    packet = ex_pool_try_as(NonPagedPool, MAX_OF(head + size, sizeof *packet),
                            NT_ENTRY_HEAD_BYTES + (size_t)size, packet_tag);
    if (packet == NULL)
        return NULL;
    memset(packet, 0, MAX_OF(head + size, sizeof *packet));
    packet->driver = ob_header(object)->type->index == OB_DEVICE
                         ? ((PDEVICE_OBJECT)object)->DriverObject
                         : object;
    packet->size = size;
    return &packet->public;
}

static enum cm_severity severity_of(NTSTATUS code)
{
    return NT_ERROR(code) ? LOG_ERROR : NT_WARNING(code) ? LOG_WARNING : LOG_INFORMATION;
}

void cm_source_name(const DRIVER_OBJECT *driver, char *out, size_t size)
{
    const WCHAR *text = driver->DriverName.Buffer;
    size_t chars = driver->DriverName.Length / sizeof(WCHAR), first = chars, used = 0;

    while (first > 0 && text[first - 1] != '\\')
        first--;
    for (; first < chars && used + 1 < size; first++)
        out[used++] = (char)text[first];
    out[used] = 0;
}

/* Joins the insertion strings of the packet, each terminated by a zero, with blanks. */
static void strings_text(const struct error_packet *packet, char *out, size_t size)
{
    const UCHAR *base = (const UCHAR *)&packet->public;
    size_t at = packet->public.StringOffset, used = 0;
    uint32_t left = packet->public.NumberOfStrings;

    while (left > 0 && at + sizeof(WCHAR) <= packet->size && used + 1 < size) {
        WCHAR wide;

        memcpy(&wide, base + at, sizeof wide);
        at += sizeof wide;
        if (wide == 0)
            left--;
        if (wide != 0 || left > 0)
            out[used++] = wide != 0 ? (char)wide : ' ';
    }
    out[used] = 0;
}

VOID IoWriteErrorLogEntry(PVOID entry)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    struct error_packet *packet = CONTAINING_RECORD(entry, struct error_packet, public);
    NTSTATUS code = packet->public.ErrorCode;
    struct cm_line *line;
    char source[sizeof line->source];

    cm_source_name(packet->driver, source, sizeof source);
    line = line_take(LOG_SYSTEM, severity_of(code), source, (uint32_t)code & 0xffff);
    strings_text(packet, line->text, sizeof line->text);
    ex_pool_give(packet);
}
