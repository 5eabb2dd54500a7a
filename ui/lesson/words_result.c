/* words_result.c - words that ask what a run came to (words.def). */
#include "ui/lesson/words_inside.h"
#include "ui/report/report.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct lesson_result *whole(const struct asking *a)
{
    const struct lesson_result *result = lesson_run_result(a->run);

    if (result == NULL)
        ask_refuse(a, "the host has no memory for a run");
    return result;
}

static bool count_of(const struct asking *a, uint64_t (*get)(const struct result *result),
                     struct value *out)
{
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_count((int64_t)get(&r->result));
    return true;
}

static uint64_t delivered(const struct result *r) { return r->delivered; }
static uint64_t arrived(const struct result *r) { return r->arrived; }
static uint64_t restarts(const struct result *r) { return r->restarts; }
static uint64_t foreign_writes(const struct result *r) { return r->foreign_writes; }
static uint64_t stop_code(const struct result *r) { return r->stop.stopped ? r->stop.code : 0; }

bool word_delivered(const struct asking *a, struct value *out)
{
    return count_of(a, delivered, out);
}

bool word_arrived(const struct asking *a, struct value *out) { return count_of(a, arrived, out); }

bool word_restarts(const struct asking *a, struct value *out) { return count_of(a, restarts, out); }

bool word_foreign_writes(const struct asking *a, struct value *out)
{
    return count_of(a, foreign_writes, out);
}

bool word_stop_code(const struct asking *a, struct value *out)
{
    return count_of(a, stop_code, out);
}

bool word_outcome(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_name(outcome_names[r->result.outcome]);
    return true;
}

bool word_crashed(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_yes(r->result.crashed);
    return true;
}

bool word_victim(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_name(r->result.crashed ? r->result.victim : "nobody");
    return true;
}

bool word_latency_max(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_time(US(r->result.latency_max_us));
    return true;
}

bool word_simulated(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_time(r->result.simulated);
    return true;
}

bool word_fingerprint(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);
    char text[20];

    if (r == NULL)
        return false;
    snprintf(text, sizeof text, "%016" PRIx64, r->result.fingerprint);
    *out = value_name(text);
    return true;
}

bool word_diagnosis(const struct asking *a, struct value *out)
{
    if (whole(a) == NULL)
        return false;
    *out = value_name(lesson_run_diagnosis(a->run));
    return true;
}

/* Arg1 and Arg2 of a stop 5 are processes; other arguments are numbers. */
bool word_stop_arg(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);
    struct value number;

    if (r == NULL || !ask_expression(a, 0, &number))
        return false;
    if (number.kind != VALUE_COUNT || number.number < 1 || number.number > 4)
        return ask_refuse(a, "an argument that no stop has (expected 1 to 4)");
    if (!r->result.stop.stopped)
        return ask_refuse(a, "this run has no stop");
    const struct stop *stop = &r->result.stop;
    size_t index = (size_t)number.number - 1;

    *out = index < 2 && stop->arg_process[index].name[0] != 0
               ? value_name(stop->arg_process[index].name)
               : value_count(stop->args[index]);
    return true;
}

bool word_event(const struct asking *a, struct value *out)
{
    const struct lesson_result *r = whole(a);
    struct value id;
    int64_t count = 0;

    if (r == NULL || !ask_expression(a, 1, &id))
        return false;
    for (uint32_t i = 0; i < r->log_count; i++)
        count +=
            strcmp(r->log[i].source, ask_text(a, 0)) == 0 && (int64_t)r->log[i].id == id.number;
    *out = value_count(count);
    return true;
}

static bool has_frame(char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS], uint32_t count,
                      const char *prefix)
{
    for (uint32_t i = 0; i < count; i++)
        if (strncmp(frames[i], prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

bool word_stack_has(const struct asking *a, struct value *out)
{
    char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_yes(r->result.stop.stopped &&
                     has_frame(frames, report_frames(&r->result.stop, frames), ask_text(a, 0)));
    return true;
}

bool word_dump_has(const struct asking *a, struct value *out)
{
    char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    const struct lesson_result *r = whole(a);

    if (r == NULL)
        return false;
    *out = value_yes(has_frame(frames, report_crash_frames(&r->crash, frames), ask_text(a, 0)));
    return true;
}
