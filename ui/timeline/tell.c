/* tell.c - see tell.h. */
#include "ui/timeline/tell.h"
#include <inttypes.h>

void tell_stretch(const struct whole_span *whole, char *out, size_t size)
{
    const struct span *s = &whole->span;
    char length[48];

    text_length(s->end_at - s->begin_at, length, sizeof length);
    snprintf(out, size, "from %" PRIu64 ".%06" PRIu64 " s, for %s%s", s->begin_at / SEC(1),
             s->begin_at % SEC(1) / US(1), length,
             whole->open ? ", to the end of what is known" : "");
}

static const char *lane_named(const struct lanes *lanes, uint32_t lane)
{
    return lane < lanes_count(lanes) ? lanes_get(lanes, lane)->name : "a thread";
}

static void waits_for(const struct lanes *lanes, uint32_t address, uint64_t number, char *out,
                      size_t size)
{
    static const enum lane_kind kinds[] = { LANE_LOCK, LANE_THREAD, LANE_PROCESS };
    uint32_t lane = LANE_NONE;

    for (size_t i = 0; i < ARRAY_LEN(kinds) && lane == LANE_NONE && address != 0; i++)
        lane = lanes_find_at(lanes, kinds[i], address, number);
    if (address == 0)
        snprintf(out, size, "sleeps");
    else if (lane != LANE_NONE)
        snprintf(out, size, "waits for %s", lanes_get(lanes, lane)->name);
    else
        snprintf(out, size, "waits for object %08x", address);
}

/* What the span is, by its state; the lane's own name first. */
static void tell_what(const struct lanes *lanes, const struct lane *lane, const struct span *s,
                      char *out, size_t size)
{
    char text[96];

    switch (s->state) {
    case SPAN_RUNNING:
        if (lane->kind == LANE_CPU)
            snprintf(out, size, "%s runs %s", lane->name, lane_named(lanes, s->value));
        else
            snprintf(out, size, "%s runs on CPU %u", lane->name, s->value);
        break;
    case SPAN_READY:
        snprintf(out, size, "%s is ready, and no processor is free for it", lane->name);
        break;
    case SPAN_WAITING:
        waits_for(lanes, s->value, s->begin, text, sizeof text);
        snprintf(out, size, "%s %s", lane->name, text);
        break;
    case SPAN_ATTACHED:
        snprintf(out, size, "%s is attached to %s: that process' memory is in force", lane->name,
                 lanes_process_name(lanes, s->process));
        break;
    case SPAN_DPC:
        snprintf(out, size, "%s runs DPC %08x", lane->name, s->value);
        break;
    case SPAN_SERVICE:
        snprintf(out, size, "%s is in %s", lane->name, inspect_service_name(s->value));
        break;
    case SPAN_IRP:
        snprintf(out, size, "IRP %08x, %s", s->value, inspect_major_name(s->extra));
        break;
    case SPAN_TRANSFER:
        snprintf(out, size, "%s transfers %u KiB", lane->name, s->value / 1024);
        break;
    case SPAN_HELD:
        snprintf(out, size, "%s is held by %s", lane->name, lane_named(lanes, s->value));
        break;
    default:
        snprintf(out, size, "%s is %s", lane->name, span_state_names[s->state]);
        break;
    }
}

enum recording_found tell_span(struct pane *pane, uint32_t lane, uint32_t level, uint64_t number,
                               struct told *out)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    const struct lane *own = lanes_get(lanes, lane);
    struct whole_span whole;
    enum recording_found found = recording_span(pane->run, lane, level, number, &whole);
    const char *process;

    *out = (struct told){ 0 };
    if (found != FOUND_YES)
        return found;
    process = whole.span.state == SPAN_ATTACHED || own->process != PROCESS_NONE
                  ? lanes_process_name(lanes, own->process)
                  : lanes_process_name(lanes, whole.span.process);
    tell_what(lanes, own, &whole.span, out->what, sizeof out->what);
    tell_stretch(&whole, out->when, sizeof out->when);
    if (process[0] != 0 && own->kind != LANE_PROCESS)
        snprintf(out->where, sizeof out->where, "in %s", process);
    return FOUND_YES;
}

/* The innermost first: a visit, a DPC, a system service, then the state. A service is told beside
 * the state, so the state of a thread wins over it. */
enum recording_found tell_lane(struct pane *pane, uint32_t lane, uint64_t number, struct told *out)
{
    static const uint8_t order[] = { LEVEL_DPC,    LEVEL_BAND_3, LEVEL_BAND_2,
                                     LEVEL_BAND_1, LEVEL_STATE,  LEVEL_SERVICE };

    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        enum recording_found found = tell_span(pane, lane, order[i], number, out);

        if (found != FOUND_NO)
            return found;
    }
    return FOUND_NO;
}
