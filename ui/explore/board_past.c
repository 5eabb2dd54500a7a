/* board_past.c - the records before the end, and the objects that they are about. */
#include "ui/explore/board_inside.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <stdlib.h>
#include <string.h>

enum { PAST_SEGMENTS = 8 }; /* At least a million records before the end. */

const struct record *board_record(const struct board_work *w, uint64_t number)
{
    CHECK(number >= w->past.first && number - w->past.first < w->past.count);
    return &w->past.records[number - w->past.first];
}

uint64_t board_back(const struct board_work *w, uint64_t number, board_like *like, const void *what)
{
    while (number-- > w->past.first)
        if (like(board_record(w, number), what))
            return number;
    return BOARD_NOTHING;
}

uint64_t board_dpc(const struct board_work *w, uint64_t number)
{
    const struct record *end = board_record(w, number);

    if (end->kind == REC_DPC_RUN)
        return number;
    for (uint64_t n = number; n-- > w->past.first;) {
        const struct record *r = board_record(w, n);

        if (r->cpu != end->cpu)
            continue;
        if (r->kind == REC_DPC_RUN)
            return n;
        if (r->kind == REC_DPC_END || r->kind == REC_SWITCH || r->kind == REC_IDLE)
            break;
    }
    return BOARD_NOTHING;
}

uint32_t board_object(const struct record *r)
{
    static const char *const fields[] = { "irp", "block", "dpc", "timer", "apc", "item", "driver" };

    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        int field = record_field(r->kind, fields[i]);

        if (field >= 0 && record_argument(r, field) >= 0x80000000u)
            return record_argument(r, field);
    }
    return 0;
}

bool board_is_about(const struct record *r, uint32_t address)
{
    enum { HEADER = 8 }; /* Bytes of a block's header, in front of it. */

    if (r->kind == REC_POOL_ALLOC)
        return address >= r->c - HEADER && address < r->c + r->d;
    if (r->kind == REC_POOL_FREE)
        return address >= r->a - HEADER && address < r->a + r->c;
    if (r->kind == REC_OBJECT_NEW || r->kind == REC_OBJECT_DELETE || r->kind == REC_OBJECT_DEFER)
        return r->a == address;
    return board_object(r) == address;
}

/* Copies the records of the last segments; details that are not here are waited for. */
void board_load_past(struct board_work *w)
{
    uint32_t last, from;

    recording_lock(w->run);
    last = recording_segment_of(w->run, w->end);
    CHECK(last != SEGMENT_NONE);
    from = last - MIN_OF(last, (uint32_t)PAST_SEGMENTS - 1);
    w->past.first = recording_segment(w->run, from)->first;
    w->past.count = w->end + 1 - w->past.first;
    recording_unlock(w->run);
    w->past.records = malloc((size_t)w->past.count * sizeof *w->past.records);
    CHECK(w->past.records != NULL);
    for (uint32_t s = from; s <= last;) {
        const struct detail *detail;

        recording_wait(w->run);
        recording_lock(w->run);
        recording_frame(w->run);
        detail = recording_detail(w->run, s);
        if (detail != NULL) {
            uint64_t at = recording_segment(w->run, s)->first - w->past.first;

            memcpy(&w->past.records[at], detail->records,
                   (size_t)MIN_OF(w->past.count - at, detail->count) * sizeof *detail->records);
            s++;
        }
        recording_unlock(w->run);
    }
}
