/* wanted.c - see wanted.h. */
#include "ui/timeline/wanted.h"
#include "ui/run/link.h"
#include "ui/timeline/branch.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/match.h"
#include "ui/timeline/records.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool given(const struct options *o, enum option_id id) { return o->given >> id & 1; }

bool wanted_any(const struct options *o)
{
    return given(o, OPTION_AT) || given(o, OPTION_RECORD) || given(o, OPTION_FROM) ||
           given(o, OPTION_TO) || given(o, OPTION_AXIS) || o->lanes != NULL || o->select != NULL ||
           o->wrote != NULL || o->records != NULL || o->unfold != NULL;
}

/* ---- Lanes ----------------------------------------------------------------------------------- */

/* The lane with exactly this name; LANE_NONE: there is none. */
static uint32_t lane_named(const struct recording *run, const char *name)
{
    char own[160];

    for (uint32_t i = 0; i < lanes_count(recording_lanes(run)); i++) {
        row_name(run, i, own, sizeof own);
        if (strcmp(own, name) == 0)
            return i;
    }
    return LANE_NONE;
}

static bool next_word(const char **list, char *out, size_t size)
{
    size_t length = strcspn(*list, ",");

    snprintf(out, size, "%.*s", (int)MIN_OF(length, size - 1), *list);
    *list += length + ((*list)[length] == ',');
    return length > 0 || **list != 0;
}

/* A name, or a part of names where no lane is called so. Words behind a minus say what is left out;
 * a list of such words alone begins with all lanes. */
static bool holds_one_of(const struct recording *run, uint32_t lane, const char *list)
{
    char text[160];
    bool held = list[0] == '-';

    while (next_word(&list, text, sizeof text)) {
        const char *word = text + (text[0] == '-');
        uint32_t named = word[0] != 0 ? lane_named(run, word) : LANE_NONE;
        bool hit =
            word[0] != 0 && (named != LANE_NONE ? named == lane : match_lane(run, lane, word));

        if (hit)
            held = text[0] != '-';
    }
    return held;
}

/* Hides all other lanes. A thread brings its process with it. False: none is called that. */
static bool only_lanes(struct pane *pane, const char *list)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t count = lanes_count(lanes), hits = 0;

    for (uint32_t i = 0; i < count; i++)
        rows_choice(&pane->rows, i)->hidden = true;
    for (uint32_t i = 0; i < count; i++) {
        const struct lane *lane = lanes_get(lanes, i);

        if (!holds_one_of(pane->run, i, list))
            continue;
        hits++;
        rows_choice(&pane->rows, i)->hidden = false;
        if (lane->kind == LANE_THREAD && lane->parent != LANE_NONE) {
            struct row_choice *process = rows_choice(&pane->rows, lane->parent);

            process->hidden = false;
            process->expanded = process->has_expanded = true;
        }
    }
    for (int i = 0; i < ROW_GROUPS; i++) {
        pane->rows.folded[i] = false;
        pane->rows.fold_known[i] = true;
    }
    return hits > 0;
}

/* Groups and processes of these names are open, all others folded. False: a name is of neither. */
static bool unfold(struct pane *pane, const char *list, char *error, size_t error_size)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    char word[160];

    for (uint32_t i = 0; i < lanes_count(lanes); i++)
        if (lanes_get(lanes, i)->kind == LANE_PROCESS) {
            rows_choice(&pane->rows, i)->expanded = false;
            rows_choice(&pane->rows, i)->has_expanded = true;
        }
    for (int i = 0; i < ROW_GROUPS; i++)
        pane->rows.folded[i] = pane->rows.fold_known[i] = true;
    while (next_word(&list, word, sizeof word)) {
        uint32_t lane = lane_named(pane->run, word);
        bool found = lane != LANE_NONE && lanes_get(lanes, lane)->kind == LANE_PROCESS;

        if (found)
            rows_choice(&pane->rows, lane)->expanded = true;
        for (int i = 0; i < ROW_GROUPS; i++)
            if (strcmp(row_group_name(pane->run, (enum row_group)i), word) == 0) {
                pane->rows.folded[i] = false;
                found = true;
            }
        if (!found) {
            snprintf(error, error_size,
                     "--unfold \"%s\" (expected groups such as Queues and processes such as "
                     "store.exe, separated by commas)",
                     word);
            return false;
        }
    }
    return true;
}

/* The whole name; the name without its number; a part of it. */
static uint32_t lane_called(const struct recording *run, const char *name)
{
    uint32_t count = lanes_count(recording_lanes(run)), best = LANE_NONE;
    size_t length = strlen(name);

    for (int pass = 0; pass < 3 && best == LANE_NONE; pass++)
        for (uint32_t i = 0; i < count && best == LANE_NONE; i++) {
            char own[160];
            bool hit;

            row_name(run, i, own, sizeof own);
            hit = pass == 0 ? strcmp(own, name) == 0
                  : pass == 1
                      ? strncmp(own, name, length) == 0 && strncmp(own + length, " (", 2) == 0
                      : match_lane(run, i, name);
            if (hit)
                best = i;
        }
    return best;
}

static bool choose_lanes(struct app *app, const struct options *o, char *error, size_t error_size)
{
    uint32_t lane;

    for (uint32_t i = 0; i < app->pane_count && o->lanes != NULL; i++)
        if (!only_lanes(&app->panes[i], o->lanes)) {
            snprintf(error, error_size,
                     "--lanes \"%s\" (expected parts of lanes' names; none holds one)", o->lanes);
            return false;
        }
    lane = o->select != NULL ? lane_called(app->panes[0].run, o->select) : LANE_NONE;
    if (o->select != NULL && lane == LANE_NONE) {
        snprintf(error, error_size,
                 "--select \"%s\" (expected a lane such as \"inetinfo.exe\" or "
                 "\"inetinfo.exe/smtp 3\")",
                 o->select);
        return false;
    }
    if (lane != LANE_NONE) /* Choosing unfolds what the lane is in; --unfold has the last word. */
        app_select(app, 0, lane, RECORD_NONE);
    for (uint32_t i = 0; i < app->pane_count && o->unfold != NULL; i++)
        if (!unfold(&app->panes[i], o->unfold, error, error_size))
            return false;
    return true;
}

/* ---- Instants -------------------------------------------------------------------------------- */

static const char *const names[WANTED_INSTANTS] = { "--at", "--from", "--to" };

static bool parse(struct wanted_view *w, char *error, size_t error_size)
{
    const struct options *o = &w->options;
    const char *texts[WANTED_INSTANTS] = { o->at, o->from, o->to };
    char why[ANCHOR_ERROR];

    for (int i = 0; i < WANTED_INSTANTS; i++) {
        w->given[i] = texts[i] != NULL;
        if (texts[i] != NULL && texts[i][strspn(texts[i], "0123456789")] == 0) {
            snprintf(error, error_size,
                     "%s \"%s\" (expected a time such as 4.2s or a record such as #4)", names[i],
                     texts[i]);
            return false;
        }
        if (texts[i] != NULL && !anchor_parse(&w->anchors[i], texts[i], why, sizeof why)) {
            snprintf(error, error_size, "%s: %s", names[i], why);
            return false;
        }
    }
    w->parsed = true;
    return true;
}

static enum recording_found find_all(struct app *app, struct wanted_view *w, char *error,
                                     size_t error_size)
{
    char why[ANCHOR_ERROR] = "it is not there";

    for (int i = 0; i < WANTED_INSTANTS; i++) {
        enum recording_found found;

        if (!w->given[i])
            continue;
        found = anchor_find(app_pane(app)->run, twins_other(app), &w->anchors[i], &w->found[i], why,
                            sizeof why);
        if (found == FOUND_NO)
            snprintf(error, error_size, "%s \"%s\": %s", names[i], w->anchors[i].text, why);
        if (found != FOUND_YES)
            return found;
    }
    if (w->given[WANTED_FROM] && w->given[WANTED_TO] &&
        w->found[WANTED_FROM] >= w->found[WANTED_TO]) {
        snprintf(error, error_size, "read --from that is not before --to");
        return FOUND_NO;
    }
    return FOUND_YES;
}

/* A time is where it is, between records; a record where it stands. */
static double position(const struct app *app, const struct wanted_view *w, int which)
{
    const struct anchor_part *p = &w->anchors[which].parts[0];
    enum axis_kind kind = app->view.axis.kind;

    if (p->form == ANCHOR_TIME && p->sign == 0)
        return axis_of_time(kind, app_run(app), p->time);
    return axis_of(kind, app_run(app), w->found[which]);
}

static void show_stretch(struct app *app, const struct wanted_view *w)
{
    double begin, end;

    axis_whole(app->view.axis.kind, app_run(app), &begin, &end);
    if (w->given[WANTED_FROM])
        begin = position(app, w, WANTED_FROM);
    if (w->given[WANTED_TO] && w->found[WANTED_TO] + 1 < recording_status(app_run(app))->records)
        end = position(app, w, WANTED_TO);
    else
        end += (end - begin) * 0.08; /* Air for the stop's line. */
    view_show(app, begin, end);
}

/* Without --at the playhead goes into the stretch that is shown: to its end, or to the stop. */
static uint64_t playhead(const struct app *app, const struct wanted_view *w)
{
    uint64_t now = app->panes[app->active].now;
    uint64_t last = recording_status(app_run(app))->records - 1;
    uint64_t from = w->given[WANTED_FROM] ? w->found[WANTED_FROM] : 0;
    uint64_t to = w->given[WANTED_TO] ? MIN_OF(w->found[WANTED_TO], last) : last;

    if (w->given[WANTED_AT])
        return w->found[WANTED_AT];
    if (given(&w->options, OPTION_RECORD))
        return w->options.record;
    return now >= from && now <= to ? now : to;
}

enum recording_found wanted_show(struct app *app, struct wanted_view *w, char *error,
                                 size_t error_size)
{
    const struct options *o = &w->options;
    bool stretch = given(o, OPTION_FROM) || given(o, OPTION_TO);
    bool instant = given(o, OPTION_AT) || given(o, OPTION_RECORD);
    enum recording_found found;
    char why[300];

    if (!w->parsed && !parse(w, error, error_size))
        return FOUND_NO;
    for (uint32_t i = 0; i < app->pane_count; i++) /* Lanes are all there at the end. */
        if (!recording_status(app->panes[i].run)->ended)
            return FOUND_PENDING;
    found = find_all(app, w, error, error_size);
    if (found != FOUND_YES)
        return found;
    if (given(o, OPTION_RECORD) && o->record >= recording_status(app_run(app))->records) {
        snprintf(error, error_size, "--record %" PRIu64 ": this run has only %" PRIu64 " records",
                 o->record, recording_status(app_run(app))->records);
        return FOUND_NO;
    }
    view_touch(app);
    if (given(o, OPTION_AXIS) && o->axis != app->view.axis.kind) {
        axis_change(&app->view.axis, (enum axis_kind)o->axis, app_run(app));
        view_show(app, app->view.axis.from, app->view.axis.to);
    }
    if (stretch)
        show_stretch(app, w);
    if (stretch || instant)
        app_go(app, playhead(app, w));
    if (instant && !stretch)
        view_reveal(app, app_pane(app)->now);
    if (!w->lanes_done && !choose_lanes(app, o, error, error_size))
        return FOUND_NO;
    if (!w->lanes_done && o->wrote != NULL && !wrote_ask(app, o->wrote, why, sizeof why)) {
        snprintf(error, error_size, "--wrote \"%s\": %s", o->wrote, why);
        return FOUND_NO;
    }
    if (!w->lanes_done && o->records != NULL && !records_show(app, o->records, why, sizeof why)) {
        snprintf(error, error_size, "--records \"%s\": %s", o->records, why);
        return FOUND_NO;
    }
    w->lanes_done = true;
    return FOUND_YES;
}

/* ---- Links ----------------------------------------------------------------------------------- */

static void add_option(char out[RUN_REPRO_CHARS], const char *option, const char *value)
{
    run_add_word(out, option);
    run_add_word(out, value);
}

static void join(char *list, size_t size, const char *name)
{
    size_t length = strlen(list);

    snprintf(list + length, size - length, "%s%s", length > 0 ? "," : "", name);
}

/* Which lanes are shown, if not all are, or which are not, whatever is shorter; what is unfolded
 * among them. */
static void add_lanes(struct pane *pane, char line[RUN_REPRO_CHARS])
{
    char list[2048] = "", name[160];
    uint32_t count = lanes_count(recording_lanes(pane->run)), hidden = 0;
    bool cast = pane->rows.cast_only, but;

    for (uint32_t i = 0; i < count; i++)
        hidden += cast ? !rows_choice(&pane->rows, i)->cast : rows_choice(&pane->rows, i)->hidden;
    but = hidden < count / 2;
    for (uint32_t i = 0; i < count && hidden > 0; i++) {
        const struct row_choice *choice = rows_choice(&pane->rows, i);
        bool shown = cast ? choice->cast : !choice->hidden;

        if (shown == but)
            continue;
        name[0] = '-';
        row_name(pane->run, i, name + but, sizeof name - 1);
        join(list, sizeof list, name);
    }
    if (hidden > 0 && list[0] != 0 && strlen(list) + 1 < sizeof list)
        add_option(line, "--lanes", list);
    list[0] = 0;
    for (uint32_t i = 0; i < pane->rows.count; i++) {
        const struct row *row = &pane->rows.list[i];

        if (!row->expanded || row->group == GROUP_REST || row->group == GROUP_PINNED)
            continue;
        if (row->kind == ROW_GROUP)
            join(list, sizeof list, row_group_name(pane->run, row->group));
        if (row->kind == ROW_PROCESS) {
            row_name(pane->run, row->lane, name, sizeof name);
            join(list, sizeof list, name);
        }
    }
    add_option(line, "--unfold", list);
}

void wanted_words(struct app *app, char line[RUN_REPRO_CHARS])
{
    static const char *const axes[AXIS_KINDS] = { "linear", "record", "gaps" };
    struct pane *pane = app_pane(app);
    const struct axis *axis = &app->view.axis;
    char text[200];
    uint64_t from = axis_record(axis->kind, pane->run, axis->from),
             to = axis_record(axis->kind, pane->run, axis->to);

    snprintf(text, sizeof text, "#%" PRIu64, pane->now);
    add_option(line, "--at", text);
    snprintf(text, sizeof text, "#%" PRIu64, from);
    add_option(line, "--from", text);
    snprintf(text, sizeof text, "#%" PRIu64, MAX_OF(to, from + 1));
    add_option(line, "--to", text);
    add_option(line, "--axis", axes[axis->kind]);
    add_lanes(pane, line);
    if (app->selected.lane != LANE_NONE && app->selected.pane == app->active) {
        row_name(pane->run, app->selected.lane, text, sizeof text);
        add_option(line, "--select", text);
    }
    if (app->wrote.on && app->wrote.pane == app->active) {
        wrote_text(app, text, sizeof text);
        add_option(line, "--wrote", text);
    }
    if (app->records.open)
        add_option(line, "--records", app->records.filter);
}

void wanted_link(struct app *app, char *out, size_t size)
{
    struct pane *pane = app_pane(app);
    char line[RUN_REPRO_CHARS];

    run_view(&pane->options, pane->path, pane->seed,
             pane->options.surprises != NULL ? pane->options.surprises : "", line);
    wanted_words(app, line);
    snprintf(out, size, "%s", line);
}

/* To the clipboard where there is one, and to standard output. */
static void give(struct app *app, const char *line)
{
    printf("%s\n", line);
    fflush(stdout);
    if (app->copy != NULL)
        app->copy(app->copy_ctx, line);
    app_say(app, false, "%s: %s", app->copy != NULL ? "copied" : "link", line);
}

void looks_copy_link(struct app *app, int how)
{
    char line[RUN_REPRO_CHARS];

    (void)how;
    wanted_link(app, line, sizeof line);
    give(app, line);
}

void looks_copy_page(struct app *app, int how)
{
    const char *problem = link_problem(app_pane(app)->scenario);
    char words[RUN_REPRO_CHARS] = "", *capsule, *link;

    (void)how;
    if (problem != NULL) {
        app_say(app, true, "cannot run in a browser: %s", problem);
        return;
    }
    capsule = branch_capsule(app);
    if (capsule == NULL)
        return;
    app_lock(app);
    wanted_words(app, words);
    app_unlock(app);
    link = link_make(PAGE_NAME, capsule, words);
    give(app, link);
    free(link);
    free(capsule);
}
