/* words.c - the table of words, and the arguments that they share (words.h). */
#include "ui/lesson/words_inside.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct lesson_word lesson_words[] = {
#define WORD(name, arguments, help) { #name, arguments, word_##name, help },
#include "ui/lesson/words.def"
#undef WORD
};
const uint32_t lesson_word_count = ARRAY_LEN(lesson_words);

bool ask_instant(const struct asking *a, uint32_t index, uint64_t *record)
{
    return expr_instant(a->page, a->run, a->node->texts[index], record, a->error);
}

bool ask_record(const struct asking *a, uint64_t number, struct record *out)
{
    return lesson_run_record(a->run, number, out) ||
           ask_refuse(a, "the run has no record #%llu", (unsigned long long)number);
}

/* ---- Looks ----------------------------------------------------------------------------------- */

bool ask_look(const struct asking *a, uint64_t number,
              bool (*take)(const struct inspect *look, void *ctx), void *ctx)
{
    struct recording *run = lesson_run_recording(a->run);
    bool done = false, good = false;

    if (run == NULL)
        return ask_refuse(a, "the host has no memory for a recording");
    while (!done) {
        recording_lock(run);
        recording_frame(run);
        const struct inspect *look = recording_moment(run, number);

        done = look != NULL;
        if (done)
            good = take(look, ctx);
        recording_unlock(run);
        if (!done)
            recording_wait(run);
    }
    return good;
}

/* ---- Threads and processes ------------------------------------------------------------------- */

static void lane_name(const struct lanes *lanes, uint32_t lane, struct value *out)
{
    const struct lane *l = lanes_get(lanes, lane);
    char text[2 * LANE_NAME_CHARS + 2];

    if (l->parent == LANE_NONE)
        snprintf(text, sizeof text, "%s", l->name);
    else
        snprintf(text, sizeof text, "%s/%s", lanes_get(lanes, l->parent)->name, l->name);
    *out = value_name(text);
}

/* The lane that a value of a record names, as a process or a thread; LANE_NONE: it is a number. */
static uint32_t lane_of_value(const struct lanes *lanes, uint32_t value, uint64_t number)
{
    static const enum lane_kind kinds[] = { LANE_PROCESS, LANE_THREAD, LANE_LOCK };

    for (size_t i = 0; value >= 0x80000000u && i < ARRAY_LEN(kinds); i++) {
        uint32_t lane = lanes_find_at(lanes, kinds[i], value, number);

        if (lane != LANE_NONE)
            return lane;
    }
    return LANE_NONE;
}

bool ask_name_at(const struct asking *a, uint32_t value, uint64_t number, struct value *out)
{
    struct recording *run = lesson_run_recording(a->run);
    uint32_t lane;

    if (run == NULL)
        return ask_refuse(a, "the host has no memory for a recording");
    recording_lock(run);
    lane = lane_of_value(recording_lanes(run), value, number);
    if (lane != LANE_NONE)
        lane_name(recording_lanes(run), lane, out);
    else
        *out = value_count(value);
    recording_unlock(run);
    return true;
}

/* A thread as its lane is called: "store.exe/proxy 3". */
static uint32_t thread_called(const struct lanes *lanes, const char *name)
{
    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        struct value own;

        if (lanes_get(lanes, i)->kind != LANE_THREAD)
            continue;
        lane_name(lanes, i, &own);
        if (strcasecmp(own.name, name) == 0)
            return i;
    }
    return LANE_NONE;
}

/* The thread that a record is about, or that wrote it. */
static uint32_t thread_of(const struct lanes *lanes, const struct record *r, uint64_t number,
                          bool writer)
{
    int field = writer ? -1 : record_field(r->kind, "thread");

    if (field >= 0)
        return lanes_find_at(lanes, LANE_THREAD, record_argument(r, field), number);
    return r->thread != 0 ? lanes_thread_by_id(lanes, r->thread, number) : LANE_NONE;
}

bool ask_thread(const struct asking *a, uint32_t index, uint32_t *lane)
{
    const char *text = a->node->texts[index];
    bool writer = strncmp(text, "writer of ", 10) == 0;
    struct recording *run = lesson_run_recording(a->run);
    struct record record;
    uint64_t number;

    if (run == NULL)
        return ask_refuse(a, "the host has no memory for a recording");
    if (writer || strncmp(text, "thread of ", 10) == 0) {
        if (!expr_instant(a->page, a->run, text + 10, &number, a->error) ||
            !ask_record(a, number, &record))
            return false;
        recording_lock(run);
        *lane = thread_of(recording_lanes(run), &record, number, writer);
    } else {
        recording_lock(run);
        *lane = thread_called(recording_lanes(run), text);
    }
    recording_unlock(run);
    return *lane != LANE_NONE || ask_refuse(a,
                                            "\"%s\" is no thread of this run (expected thread "
                                            "of INSTANT, or a name such as store.exe/proxy 3)",
                                            text);
}

/* The lane that the first argument names, or the one it stands in: a thread's process. */
static bool lane_word(const struct asking *a, bool parent, struct value *out)
{
    struct recording *run;
    uint32_t lane;

    if (!ask_thread(a, 0, &lane))
        return false;
    run = lesson_run_recording(a->run);
    recording_lock(run);
    const struct lanes *lanes = recording_lanes(run);

    if (parent)
        *out = value_name(lanes_get(lanes, lanes_get(lanes, lane)->parent)->name);
    else
        lane_name(lanes, lane, out);
    recording_unlock(run);
    return true;
}

bool word_thread(const struct asking *a, struct value *out) { return lane_word(a, false, out); }

bool word_owner(const struct asking *a, struct value *out) { return lane_word(a, true, out); }

bool word_if(const struct asking *a, struct value *out)
{
    struct value question;

    if (!ask_expression(a, 0, &question))
        return false;
    if (question.kind != VALUE_YES_NO)
        return ask_refuse(a, "if asks no question (expected one, such as outcome == \"stop\")");
    return ask_expression(a, question.number != 0 ? 1 : 2, out);
}
