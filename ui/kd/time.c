/* time.c - where the debugger stands, !tt, and steps: t, p, gu and their ways back.
 *
 * A step looks for the next record of the thread, or the one before. Whether that is made by the
 * same call as the present one is told by the return addresses on the two stacks: the callers of a
 * function stay where they are while it is at work. The run is made again in stretches, small ones
 * first, until a record is found.
 */
#include "ui/kd/inside.h"
#include "model/words/names.h"
#include "ui/recording/anchor.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STRETCH_FIRST = 1024, STRETCH_MOST = 1 << 20 };

/* ---- Where ----------------------------------------------------------------------------------- */

void kd_tell_position(struct kd *kd)
{
    const struct inspect *look = kd->look;
    const struct inspect_thread *thread = inspect_thread(look, kd->acting);
    char text[200];

    fprintf(kd->out, "Time Travel Position: %" PRIX64 ":0\n", kd->at);
    fprintf(kd->out, "record %" PRIu64 " at %" PRIu64 ".%09" PRIu64 " s, processor %u, ", kd->at,
            kd->record.at / SEC(1), kd->record.at % SEC(1), kd->record.cpu);
    if (thread != NULL && thread->process != INSPECT_NOBODY)
        fprintf(kd->out, "%s/%s (%x): ", look->processes[thread->process].name,
                thread->name[0] != 0 ? thread->name : "thread", kd->acting);
    else
        fprintf(kd->out, "idle: ");
    fprintf(kd->out, "%s, ", record_kinds[kd->record.kind].name);
    trace_words(&kd->record, record_kinds[kd->record.kind].format, NULL, NULL, text, sizeof text);
    fprintf(kd->out, "%s\n", text);
}

void kd_do_position(struct kd *kd, const struct kd_words *words)
{
    (void)words;
    kd_tell_position(kd);
}

/* ---- Going anywhere -------------------------------------------------------------------------- */

/* The record of a percentage, or of "F5C16:0". False: the text is neither. */
static bool read_position(const struct kd *kd, const char *text, uint64_t *number)
{
    char *end;

    if (strchr(text, ':') != NULL) {
        *number = strtoull(text, &end, 16);
        return isxdigit((unsigned char)text[0]) && strcmp(end, ":0") == 0;
    }
    double percent = strtod(text, &end);

    if (strspn(text, "0123456789.") != strlen(text) || end == text || *end != 0 || percent > 100)
        return false;
    *number = kd->first + (uint64_t)((double)(kd->last - kd->first) * percent / 100);
    return true;
}

void kd_do_travel(struct kd *kd, const struct kd_words *words)
{
    char error[ANCHOR_ERROR], text[ANCHOR_CHARS];
    size_t length;
    uint64_t number;

    snprintf(text, sizeof text, "%s", words->rest);
    length = strlen(text);
    if (length > 1 && text[0] == '\'' && text[length - 1] == '\'') { /* As a shell would have it. */
        memmove(text, text + 1, length - 2);
        text[length - 2] = 0;
    }
    if (text[0] == 0) {
        kd_complain(kd, "!tt needs an instant (expected one such as #1006614, 78.5s or 50)");
        return;
    }
    if (!read_position(kd, text, &number) &&
        !anchor_resolve(kd->run, NULL, text, &number, error, sizeof error)) {
        kd_complain(kd, "!tt: %s", error);
        return;
    }
    if (number < kd->first || number > kd->last || !kd_stand(kd, number)) {
        kd_complain(kd, "!tt: record %" PRIu64 " (expected one from %" PRIu64 " to %" PRIu64 ")",
                    number, kd->first, kd->last);
        return;
    }
    fprintf(kd->out, "Setting position: %" PRIX64 ":0\n", kd->at);
    kd_tell_position(kd);
}

/* ---- Steps ----------------------------------------------------------------------------------- */

enum step_kind { STEP_INTO, STEP_OVER, STEP_UP };
struct step {
    struct kd *kd;
    uint32_t thread; /* Client ID; 0: any record will do. */
    enum step_kind kind;
    bool backwards;
    uint64_t found; /* UINT64_MAX: none yet. */
};

/* True if the outermost `count` frames of the instant are on a stack, too. */
static bool has_callers(const struct kd *kd, void *const *frames, uint32_t depth, uint32_t count)
{
    return depth >= count && memcmp(frames + depth - count, kd->frames + kd->depth - count,
                                    count * sizeof *frames) == 0;
}

/* True if a record is one to stop at: over: not made by what the present function calls just now;
 * up: not made while the present function is still at work. */
static bool is_wanted(const struct step *step, void *const *frames, uint32_t depth)
{
    const struct kd *kd = step->kd;

    switch (step->kind) {
    case STEP_OVER:
        return depth == kd->depth || !has_callers(kd, frames, depth, kd->depth);
    case STEP_UP:
        return depth < kd->depth || !has_callers(kd, frames, depth, kd->depth - 1);
    default:
        return true;
    }
}

static bool see_step(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct step *step = ctx;
    struct glance_actor actor;
    void *frames[KD_FRAMES_MAX];

    (void)world, (void)record;
    glance_actor(&actor);
    if (step->thread != 0 && (actor.by != GLANCE_THREAD || actor.thread != step->thread))
        return false;
    if (step->kind != STEP_INTO && !is_wanted(step, frames, kd_named_frames(step->kd, frames)))
        return false;
    step->found = number;
    return !step->backwards; /* Backwards the last one of the stretch counts. */
}

static void find_forwards(struct kd *kd, struct step *step)
{
    if (kd->at < kd->last)
        recording_visit(kd->run,
                        &(struct recording_visit){
                            .from = kd->at + 1, .to = kd->last + 1, .see = see_step, .ctx = step });
}

static void find_backwards(struct kd *kd, struct step *step)
{
    uint64_t to = kd->at, length = STRETCH_FIRST;

    while (step->found == UINT64_MAX && to > kd->first) {
        uint64_t from = to - kd->first > length ? to - length : kd->first;

        recording_visit(kd->run, &(struct recording_visit){
                                     .from = from, .to = to, .see = see_step, .ctx = step });
        to = from;
        length = MIN_OF(length * 4, (uint64_t)STRETCH_MOST);
    }
}

/* Steps to the next record of a kind. False: there is none; that was said. */
static bool take_step(struct kd *kd, enum step_kind kind, bool backwards)
{
    struct step step = { .kd = kd,
                         .thread = kd->by == GLANCE_THREAD ? kd->acting : 0,
                         .kind = kd->by == GLANCE_THREAD ? kind : STEP_INTO,
                         .backwards = backwards,
                         .found = UINT64_MAX };

    if (backwards)
        find_backwards(kd, &step);
    else
        find_forwards(kd, &step);
    if (step.found != UINT64_MAX && kd_stand(kd, step.found))
        return true;
    fprintf(kd->out, "This thread makes no such record %s.\n", backwards ? "before" : "any more");
    return false;
}

static void walk(struct kd *kd, const struct kd_words *words, enum step_kind kind, bool backwards)
{
    uint32_t count;

    if (!kd_number_at(kd, words, 1, 1, &count))
        return;
    if (kind != STEP_INTO && kd->depth == 0 && kd->by == GLANCE_THREAD) {
        kd_complain(kd, "%s: this host cannot read stacks (expected t)", words->words[0]);
        return;
    }
    for (; count > 0; count--)
        if (!take_step(kd, kind, backwards))
            break;
    kd_tell_position(kd);
}

void kd_do_trace(struct kd *kd, const struct kd_words *words) { walk(kd, words, STEP_INTO, false); }
void kd_do_trace_back(struct kd *kd, const struct kd_words *words)
{
    walk(kd, words, STEP_INTO, true);
}
void kd_do_step(struct kd *kd, const struct kd_words *words) { walk(kd, words, STEP_OVER, false); }
void kd_do_step_back(struct kd *kd, const struct kd_words *words)
{
    walk(kd, words, STEP_OVER, true);
}
void kd_do_up(struct kd *kd, const struct kd_words *words)
{
    walk(kd, (const struct kd_words[]){ { .count = 1, .words = { words->words[0] } } }, STEP_UP,
         false);
}
void kd_do_up_back(struct kd *kd, const struct kd_words *words)
{
    walk(kd, (const struct kd_words[]){ { .count = 1, .words = { words->words[0] } } }, STEP_UP,
         true);
}

void kd_do_go(struct kd *kd, const struct kd_words *words)
{
    (void)words;
    kd_go_on(kd, false);
}
void kd_do_go_back(struct kd *kd, const struct kd_words *words)
{
    (void)words;
    kd_go_on(kd, true);
}
