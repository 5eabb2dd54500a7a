/* picture_words.c - names of slices and instants.
 *
 * Names are few and repeat, because viewers group and colour by name. Details that differ, such as
 * addresses and record numbers, are arguments.
 */
#include "ui/export/picture_inside.h"
#include "model/words/bugchecks.h"
#include "model/look/inspect.h"
#include "model/words/records.h"
#include <stdarg.h>
#include <string.h>

void words_add(struct event *event, struct arg arg)
{
    CHECK(event->arg_count < EVENT_ARGS);
    event->args[event->arg_count++] = arg;
}

static void add_number(struct event *event, const char *name, uint64_t number)
{
    words_add(event, (struct arg){ name, ARG_NUMBER, number, NULL });
}

static void add_address(struct event *event, const char *name, uint32_t address)
{
    words_add(event, (struct arg){ name, ARG_ADDRESS, address, NULL });
}

static void add_text(struct event *event, const char *name, const char *text)
{
    words_add(event, (struct arg){ name, ARG_TEXT, 0, text });
}

static PRINTF_LIKE(3, 4) void call(struct event *event, const char *category, const char *format,
                                   ...)
{
    va_list arguments;

    event->category = category;
    va_start(arguments, format);
    vsnprintf(event->name, sizeof event->name, format, arguments);
    va_end(arguments);
}

void words_of_thread(struct picture *p, uint32_t lane, char *out, size_t size)
{
    const struct lane *thread = lanes_get(p->lanes, lane);

    if (thread->parent != LANE_NONE &&
        strcmp(lanes_get(p->lanes, thread->parent)->name, thread->name) != 0)
        snprintf(out, size, "%s %s", lanes_get(p->lanes, thread->parent)->name, thread->name);
    else
        snprintf(out, size, "%s", thread->name);
}

/* ---- Slices ---------------------------------------------------------------------------------- */

static const char *object_name(uint8_t object)
{
    static const char *const names[] = {
        [KE_EVENT_NOTIFICATION] = "event",
        [KE_EVENT_SYNCHRONIZATION] = "event",
        [KE_MUTANT] = "mutant",
        [KE_PROCESS] = "process",
        [KE_QUEUE] = "queue",
        [KE_SEMAPHORE] = "semaphore",
        [KE_THREAD] = "thread",
        [KE_TIMER_NOTIFICATION] = "timer",
        [KE_TIMER_SYNCHRONIZATION] = "timer",
    };

    if (object == OBJECT_NONE)
        return "time";
    return object < ARRAY_LEN(names) && names[object] != NULL ? names[object] : "object";
}

static const char *process_at(struct picture *p, uint32_t address)
{
    return lanes_find(p->lanes, LANE_PROCESS, address) != LANE_NONE
               ? lanes_get(p->lanes, lanes_find(p->lanes, LANE_PROCESS, address))->name
               : export_process_name(p->world, address);
}

static void call_running(struct picture *p, const struct lane *lane, const struct span *span,
                         struct event *event)
{
    char name[EVENT_NAME];

    if (lane->kind == LANE_THREAD) {
        call(event, "state", "running");
        add_number(event, "cpu", span->value);
        return;
    }
    words_of_thread(p, span->value, name, sizeof name);
    call(event, "thread", "%s", name);
    add_number(event, "thread", lanes_get(p->lanes, span->value)->id);
}

static void call_held(struct picture *p, const struct span *span, struct event *event)
{
    char name[EVENT_NAME];

    if (span->value == LANE_NONE) {
        call(event, "lock", "held");
        return;
    }
    words_of_thread(p, span->value, name, sizeof name);
    call(event, "lock", "held by %.120s", name);
    add_number(event, "thread", lanes_get(p->lanes, span->value)->id);
}

void words_of_span(struct picture *p, const struct lane *lane, const struct slot *slot,
                   struct event *event)
{
    const struct span *span = &slot->span;

    event->flow = slot->flow;
    event->step = slot->flow != 0 ? FLOW_ENDS : FLOW_NONE;
    switch ((enum span_state)span->state) {
    case SPAN_RUNNING:
        call_running(p, lane, span, event);
        break;
    case SPAN_READY:
        call(event, "state", "ready");
        break;
    case SPAN_WAITING:
        call(event, "state", "waiting: %s", object_name(slot->object));
        if (slot->object != OBJECT_NONE)
            add_address(event, "object", span->value);
        break;
    case SPAN_ATTACHED: /* The ApcStateIndex is 1, however deep visits nest. */
        call(event, "attached", "in %s (index 1)", process_at(p, span->value));
        break;
    case SPAN_DPC:
        call(event, "dpc", "DPC %08x", span->value);
        break;
    case SPAN_SERVICE:
        call(event, "service", "%s", inspect_service_name(span->value));
        break;
    case SPAN_LIFE:
        call(event, "process", "%s", lane->name);
        add_address(event, "object", lane->key);
        break;
    case SPAN_DEBUGGED:
        call(event, "process", "debugged by %s", process_at(p, span->value));
        break;
    case SPAN_HELD:
        call_held(p, span, event);
        break;
    case SPAN_IRP:
        call(event, "irp", "%s", inspect_major_name(span->extra));
        add_address(event, "irp", span->value);
        break;
    case SPAN_TRANSFER:
        call(event, "disk", "transfer");
        add_number(event, "bytes", span->value);
        break;
    default:
        call(event, "machine", "%s", span_state_names[span->state]);
        break;
    }
}

/* ---- Instants -------------------------------------------------------------------------------- */

static const char *mark_name(const struct record *record)
{
    switch ((enum rec_kind)record->kind) {
    case REC_PROCESS_EXIT:
        return "process exits";
    case REC_PROCESS_DELETE:
        return "process deleted";
    case REC_TERMINATE:
        return "terminated";
    case REC_HANDLE_SWEEP:
        return "handle sweep";
    case REC_FOREIGN_WRITE:
        return "foreign write";
    case REC_TAINTED_READ:
        return "tainted read";
    case REC_FAULT:
        return "access violation";
    case REC_DEBUG_PORT:
        return "gets a debugger";
    case REC_FREEZE:
        return "frozen";
    case REC_CLEANUP:
        return "CLEANUP while attached";
    case REC_THREAD_EXIT:
        return "thread exits";
    case REC_IRP_PEND:
        return "pending";
    case REC_IRP_CANCEL:
        return "cancelled";
    case REC_IRP_COMPLETE:
        return "completed";
    case REC_LOCK_SPIN:
        return "spins";
    default:
        return export_kind_name(record);
    }
}

static void call_line(struct picture *p, struct event *event, char text[PICTURE_TEXT])
{
    static const char *const logs[] = { "System", "Application" };
    static const char *const severities[] = { "information", "warning", "error" };
    struct cm_line line;

    if (!glance_log_line(p->world, p->seen->line, &line))
        return;
    call(event, "log", "%s %u", line.source, line.id);
    snprintf(text, PICTURE_TEXT, "%s", line.text);
    add_text(event, "text", text);
    add_text(event, "log", logs[line.log]);
    add_text(event, "type", severities[line.severity]);
}

void words_of_mark(struct picture *p, const struct record *record, uint64_t number,
                   struct event *event, char text[PICTURE_TEXT])
{
    add_number(event, "record", number);
    if (record->kind == REC_LOG) {
        call_line(p, event, text);
        return;
    }
    if (record->kind == REC_STOP)
        call(event, "mark", "STOP 0x%08X %s", record->a, bugcheck_name(record->a));
    else if (record->kind == REC_EXCEPTION)
        call(event, "mark", "exception %08x", record->a);
    else
        call(event, "mark", "%s", mark_name(record));
    export_record_text(record, text, PICTURE_TEXT);
    add_text(event, "text", text);
}
