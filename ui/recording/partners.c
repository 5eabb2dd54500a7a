/* partners.c - see partners.h. */
#include "ui/recording/partners.h"
#include "model/words/records.h"
#include <string.h>

/* Which field of a record: an argument, its thread's id. */
enum field { F_NONE, F_A, F_B, F_C, F_D, F_THREAD };

/* An effect's kind and field equal the cause's kind and field. In order of preference. */
static const struct pair {
    uint16_t effect, cause;
    enum field effect_field, cause_field;
} pairs[] = {
    { REC_WAKE, REC_SIGNAL, F_A, F_A },
    { REC_SWITCH, REC_READY, F_A, F_A },
    { REC_READY, REC_SIGNAL, F_NONE, F_NONE }, /* The last signal before, on this processor. */
    { REC_IRP_COMPLETE, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_DONE, REC_IRP_COMPLETE, F_A, F_A },
    { REC_IRP_CALL, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_PEND, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_CANCEL, REC_IRP_CREATE, F_A, F_A },
    { REC_IRP_FREE, REC_IRP_CREATE, F_A, F_A },
    { REC_DPC_RUN, REC_DPC_QUEUE, F_A, F_A },
    { REC_APC_RUN, REC_APC_QUEUE, F_A, F_A },
    { REC_WORK_RUN, REC_WORK_QUEUE, F_A, F_A },
    { REC_DISK_DONE, REC_DISK_START, F_A, F_A },
    { REC_DELIVERED, REC_ARRIVAL, F_A, F_A },
    { REC_REFUSED, REC_ARRIVAL, F_A, F_A },
    { REC_HANDLE_CLOSE, REC_HANDLE_OPEN, F_B, F_B },
    { REC_SERVICE_END, REC_SERVICE, F_THREAD, F_THREAD },
    { REC_DETACH, REC_ATTACH, F_THREAD, F_THREAD },
    { REC_UNLOCK, REC_LOCK, F_A, F_A },
    { REC_THREAD_EXIT, REC_THREAD_NEW, F_A, F_A },
    { REC_PROCESS_EXIT, REC_TERMINATE, F_A, F_A },
    { REC_EXCEPTION, REC_TAINTED_READ, F_THREAD, F_THREAD },
    { REC_FAULT, REC_TAINTED_READ, F_THREAD, F_THREAD },
    { REC_DEBUG_PORT, REC_EXCEPTION, F_A, F_C },
    { REC_TERMINATE, REC_DEBUG_PORT, F_A, F_A },
    { REC_HANDLE_SWEEP, REC_TERMINATE, F_A, F_A },
    { REC_CLEANUP, REC_HANDLE_SWEEP, F_THREAD, F_THREAD },
    { REC_STOP, REC_CLEANUP, F_THREAD, F_THREAD },
    { REC_POOL_FREE, REC_POOL_ALLOC, F_A, F_C },
};

static uint32_t value_of(const struct record *r, enum field field)
{
    const uint32_t values[] = { 0, r->a, r->b, r->c, r->d, r->thread };

    return values[field];
}

struct wanted {
    uint16_t kind;
    uint8_t field;
    uint32_t value;
};

static bool is_wanted(const struct record *record, uint64_t number, void *ctx)
{
    const struct wanted *wanted = ctx;

    (void)number;
    return record->kind == wanted->kind &&
           value_of(record, (enum field)wanted->field) == wanted->value;
}

static void make(struct recording_query *query, uint64_t number, bool backwards,
                 const struct wanted *wanted)
{
    *query = (struct recording_query){ .from = number, .backwards = backwards, .match = is_wanted };
    query->kinds[wanted->kind / 64] = 1ull << wanted->kind % 64;
    memcpy(query->ctx, wanted, sizeof *wanted);
}

bool cause_query(const struct record *r, uint64_t number, struct recording_query *query)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].effect == r->kind) {
            make(query, number, true,
                 &(struct wanted){ pairs[i].cause, (uint8_t)pairs[i].cause_field,
                                   value_of(r, pairs[i].effect_field) });
            return true;
        }
    return false;
}

bool partner_query(const struct record *r, uint64_t number, uint16_t kind,
                   struct recording_query *query)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const struct pair *p = &pairs[i];
        bool back = p->effect == r->kind && p->cause == kind;

        if (!back && (p->cause != r->kind || p->effect != kind))
            continue;
        make(query, number, back,
             &(struct wanted){ kind, (uint8_t)(back ? p->cause_field : p->effect_field),
                               value_of(r, back ? p->effect_field : p->cause_field) });
        return true;
    }
    return false;
}

bool effect_query(const struct record *r, uint64_t number, struct recording_query *query)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].cause == r->kind) {
            make(query, number, false,
                 &(struct wanted){ pairs[i].effect, (uint8_t)pairs[i].effect_field,
                                   value_of(r, pairs[i].cause_field) });
            return true;
        }
    return false;
}

uint64_t cause_named(const struct record *r, uint64_t number)
{
    uint64_t named;

    if (r->kind != REC_TAINTED_READ)
        return UINT64_MAX;
    named = (number & ~0xffffffffull) | r->c; /* The record holds the number's lower 32 bits. */
    return named <= number ? named : named - 0x100000000ull;
}
