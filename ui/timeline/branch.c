/* branch.c - see branch.h.
 *
 * The moment under the playhead knows how often each site of the oracle has been asked, and what it
 * answered otherwise; so "the next question of this site is answered 1" has a name (choice.h) that
 * means the same in a run from boot. The new run asks the same questions up to there.
 */
#include "ui/timeline/branch.h"
#include "ui/timeline/fate.h"
#include "model/words/builds.h"
#include "model/words/names.h"
#include "ui/host/whole_file.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_choices(const struct inspect *moment, struct branch_choice *out, uint32_t *count,
                        uint32_t max)
{
    for (uint32_t i = 0; i < choice_count && *count < max; i++) {
        struct branch_choice *c = &out[(*count)++];

        memset(c, 0, sizeof *c);
        snprintf(c->title, sizeof c->title, "Choice: %s", choice_texts[i]);
        snprintf(c->text, sizeof c->text,
                 "question %" PRIu64 " of %s, the next one from here, is answered otherwise",
                 moment->asked[i], choice_names[i]);
        snprintf(c->surprises, sizeof c->surprises, "%s:%" PRIu64 ":1", choice_names[i],
                 moment->asked[i]);
    }
}

static void add_faults(const struct inspect *moment, struct branch_choice *out, uint32_t *count,
                       uint32_t max)
{
    static const char *const kinds[] = { "kill", "crash" };

    for (uint32_t i = 0; i < moment->process_count * 2 && *count < max; i++) {
        const struct inspect_process *process = &moment->processes[i / 2];
        const char *kind = kinds[i % 2];
        struct branch_choice *c;

        if (process->exiting || !scenario_can_fail(process->name))
            continue;
        c = &out[(*count)++];
        memset(c, 0, sizeof *c);
        snprintf(c->title, sizeof c->title, "%s %.60s", i % 2 == 0 ? "Kill" : "Crash",
                 process->name);
        snprintf(c->text, sizeof c->text, "%s, one nanosecond from here",
                 i % 2 == 0 ? "somebody ends the process"
                            : "a thread of it raises an access violation nobody handles");
        snprintf(c->set[0], sizeof c->set[0], "fault.branch.kind=%s", kind);
        snprintf(c->set[1], sizeof c->set[1], "fault.branch.at=%" PRIu64 " ns", moment->now + 1);
        snprintf(c->set[2], sizeof c->set[2], "fault.branch.process=%.60s", process->name);
    }
}

static void add_versions(struct branch_choice *out, uint32_t *count, uint32_t max)
{
    static const struct {
        const char *title, *key;
        enum build_id build;
    } files[] = {
        { "Other files: the hotfix, all four", "all", BUILD_HOTFIX },
        { "Other files: Service Pack 2, all four", "all", BUILD_SP2 },
        { "Other files: the hotfix's exifs.sys only", "exifs", BUILD_HOTFIX },
    };

    for (size_t i = 0; i < ARRAY_LEN(files) && *count < max; i++) {
        struct branch_choice *c = &out[(*count)++];

        memset(c, 0, sizeof *c);
        snprintf(c->title, sizeof c->title, "%s", files[i].title);
        snprintf(c->text, sizeof c->text, "the same seed from boot on");
        snprintf(c->set[0], sizeof c->set[0], "versions.%s=%s", files[i].key,
                 builds[files[i].build].word);
    }
}

/* The run that is alike up to the last decision whose other answer escapes (fate.h). */
static void add_escape(const struct app *app, struct branch_choice *out, uint32_t *count,
                       uint32_t max)
{
    const struct pane *pane = &app->panes[0];
    struct branch_choice *c = &out[*count];
    char name[48];

    if (*count == max)
        return;
    memset(c, 0, sizeof *c);
    if (!fate_escape(pane, c->list, sizeof c->list))
        return;
    const struct when_decision *decision = &fate_of(pane)->decision;

    choices_print(decision->other.pick != 0 ? &decision->other : &decision->given, 1, choice_names,
                  name, sizeof name);
    snprintf(c->title, sizeof c->title, "The nearest run that escapes: %s%s",
             decision->other.pick != 0 ? "" : "without ", name);
    snprintf(c->text, sizeof c->text, "%s, at %.6f s; all else as it was",
             choice_texts[decision->given.site], (double)decision->at / 1e9);
    c->to = decision->record;
    (*count)++;
}

uint32_t branch_choices(struct app *app, struct branch_choice *out, uint32_t max)
{
    uint32_t count = 0;
    const struct inspect *moment;

    if (app->pane_count == 0)
        return 0;
    moment = recording_moment(app_pane(app)->run, app_pane(app)->now);
    if (moment == NULL)
        return 0;
    add_escape(app, out, &count, max);
    add_choices(moment, out, &count, max);
    add_faults(moment, out, &count, max);
    add_versions(out, &count, max);
    return count;
}

/* What the run has answered otherwise up to here, and one more. */
static void surprises_so_far(struct app *app, const char *one_more, char *out, size_t size)
{
    const struct inspect *moment = recording_last_moment(app_run(app));
    size_t length;

    out[0] = 0;
    if (moment != NULL)
        choices_print(moment->taken, moment->taken_count, choice_names, out, size);
    length = strlen(out);
    if (one_more[0] != 0)
        snprintf(out + length, size - length, "%s%s", length > 0 ? "," : "", one_more);
}

bool branch_take(struct app *app, const struct branch_choice *choice)
{
    const struct pane *from = &app->panes[0];
    const char *sets[ARRAY_LEN(choice->set)], *surprises = from->options.surprises;
    char error[512], taken[RUN_SURPRISES_CHARS];
    uint32_t count = 0;
    uint64_t now;

    app->active = 0;
    app_lock(app);
    surprises_so_far(app, choice->surprises, taken, sizeof taken);
    now = choice->to != 0 ? choice->to : from->now;
    app_unlock(app);
    if (choice->list[0] != 0)
        surprises = choice->list;
    else if (choice->surprises[0] != 0)
        surprises = taken;
    while (count < ARRAY_LEN(sets) && choice->set[count][0] != 0) {
        sets[count] = choice->set[count];
        count++;
    }
    if (!twins_open(app, from->path, sets, count, surprises, error, sizeof error)) {
        app_say(app, true, "%s", error);
        return false;
    }
    snprintf(app->panes[1].label, sizeof app->panes[1].label, "branch: %.80s", choice->title);
    recording_wait_for(app->panes[1].run, now);
    app_lock(app);
    app->panes[1].now = now;
    app_go(app, now);
    app_unlock(app);
    app_say(app, false, "branched; Ctrl+S saves this run as a capsule, X closes it");
    return true;
}

char *branch_capsule(struct app *app)
{
    struct pane *pane = app_pane(app);
    char error[RUN_ERROR_CHARS], surprises[RUN_SURPRISES_CHARS] = "";
    uint64_t fingerprint = 0;
    bool ended;
    char *text;

    if (app->pane_count == 0) {
        app_say(app, true, "no run is open");
        return NULL;
    }
    app_lock(app);
    ended = recording_status(pane->run)->ended;
    if (ended) {
        fingerprint = recording_status(pane->run)->fingerprint;
        snprintf(surprises, sizeof surprises, "%s",
                 recording_end(pane->run) != NULL ? recording_end(pane->run)->surprises : "");
    }
    app_unlock(app);
    if (!ended) {
        app_say(app, true, "the run is still being computed: its fingerprint is not known yet");
        return NULL;
    }
    text =
        run_capsule(&pane->options, pane->scenario, pane->seed, fingerprint, surprises, "", error);
    if (text == NULL)
        app_say(app, true, "%s", error);
    return text;
}

bool branch_save(struct app *app, const char *path)
{
    char *text = branch_capsule(app);
    int failed;

    if (text == NULL)
        return false;
    failed = whole_file_write(path, text, strlen(text));
    free(text);
    if (failed != 0) {
        app_say(app, true, "cannot write %s: %s", path, strerror(failed));
        return false;
    }
    if (app->saved != NULL)
        app->saved(path);
    app_say(app, false, "saved; again: exifsim replay %s", path);
    return true;
}
