/* check.c - see check.h. */
#include "ui/lesson/check.h"
#include <string.h>
#include <time.h>

struct checking {
    struct lesson *lesson;
    struct lesson_session *session;
};

static bool fail(struct checking *c, const struct lesson_page *page, const char *key,
                 const char *text)
{
    lesson_error(c->lesson, page, key, text);
    return false;
}

/* Every offer but the right one says why it is wrong. */
static bool check_slips(struct checking *c, const struct page_view *view)
{
    static const char *const keys[] = { "offer",   "offer_2", "offer_3",
                                        "offer_4", "offer_5", "offer_6" };
    bool good = true;

    for (uint32_t i = 0; i < view->offer_count; i++) {
        if ((int)i != view->right && view->page->slips[i][0] == 0)
            good = fail(c, view->page, keys[i],
                        "a wrong offer without a slip (expected slip_N = why somebody thinks so, "
                        "and why it is not so)");
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(view->offers[i], view->offers[k]) == 0)
                good = fail(c, view->page, keys[i], "an offer that stands there twice");
    }
    return good;
}

/* The lane of a name, as --lanes has it: a process, a thread behind its process, another lane. */
static bool has_lane(const struct lanes *lanes, const char *name, size_t length)
{
    char own[2 * LANE_NAME_CHARS + 2];

    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);

        if (lane->kind == LANE_THREAD && lane->parent != LANE_NONE)
            snprintf(own, sizeof own, "%s/%s", lanes_get(lanes, lane->parent)->name, lane->name);
        else
            snprintf(own, sizeof own, "%s", lane->name);
        if (strncmp(own, name, length) == 0)
            return true;
    }
    return false;
}

static bool check_lanes(struct checking *c, const struct page_view *view)
{
    char error[LESSON_ERROR_CHARS];
    struct lesson_run *run = lesson_page_run(c->session, view->page, error);
    struct recording *recording = lesson_run_recording(run);
    bool good = true;

    recording_lock(recording);
    for (const char *at = view->lanes; *at != 0 && good;) {
        size_t length = strcspn(at, ",");

        good = has_lane(recording_lanes(recording), at, length);
        if (!good)
            snprintf(error, sizeof error, "\"%.*s\" is no lane of this run", (int)length, at);
        at += length + (at[length] == ',');
    }
    recording_unlock(recording);
    return good || fail(c, view->page, "lanes", error);
}

static bool check_page(struct checking *c, uint32_t index)
{
    char error[LESSON_ERROR_CHARS], key_of_claim[16];
    const char *key;
    struct page_view *view = lesson_page_open(c->session, index, error, &key);
    uint32_t claim;
    bool good;

    if (view == NULL)
        return fail(c, &c->lesson->pages[index], key, error);
    good = check_slips(c, view);
    good &= check_lanes(c, view);
    if (!lesson_page_claims(c->session, view, &claim, error)) {
        snprintf(key_of_claim, sizeof key_of_claim, claim == 0 ? "claim" : "claim_%u", claim + 1);
        good = fail(c, view->page, key_of_claim, error);
    }
    page_free(view);
    return good;
}

/* The recording and a plain run of the same scenario end with one fingerprint. */
static enum check_end compare_runs(struct checking *c)
{
    char error[LESSON_ERROR_CHARS];
    struct lesson_run *run = lesson_run_with(lesson_session_runs(c->session), NULL, "", error);
    struct recording *recording = run != NULL ? lesson_run_recording(run) : NULL;
    const struct lesson_result *result = run != NULL ? lesson_run_result(run) : NULL;
    uint64_t fingerprint;

    if (run == NULL)
        return CHECK_FILE; /* The scenario's errors were printed. */
    if (recording == NULL || result == NULL)
        return CHECK_NO_MEMORY;
    recording_lock(recording);
    fingerprint = recording_status(recording)->fingerprint;
    recording_unlock(recording);
    return fingerprint == result->result.fingerprint ? CHECK_GOOD : CHECK_RUNS_DIFFER;
}

enum check_end lesson_check(struct lesson *lesson, const struct run_options *options, FILE *out,
                            FILE *errors, struct check_sum *sum)
{
    struct checking c = { lesson, lesson_session_new(lesson, options) };
    clock_t begin = clock();
    enum check_end end = compare_runs(&c);

    memset(sum, 0, sizeof *sum);
    for (uint32_t i = 0; i < lesson->page_count && end == CHECK_GOOD; i++) {
        const struct lesson_page *page = &lesson->pages[i];

        if (page->requires[0] != 0) {
            fprintf(out, "skip %s, %s: it requires %s\n", lesson->path, page->section,
                    page->requires);
            sum->skipped++;
            continue;
        }
        bool good = check_page(&c, i);

        sum->passed += good;
        sum->failed += !good;
        sum->runs = MAX_OF(sum->runs, lesson_runs_made(lesson_session_runs(c.session)));
    }
    lesson_session_free(c.session);
    sum->cpu_ms = (uint64_t)(clock() - begin) / (CLOCKS_PER_SEC / 1000);
    if (lesson_print_errors(lesson, errors) > 0 && end == CHECK_GOOD)
        end = CHECK_DIFFERS;
    return end;
}
