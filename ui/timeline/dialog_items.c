/* dialog_items.c - what is in a dialog's list, in which order, and whether what was typed can be
 * understood. */
#include "ui/timeline/dialog_inside.h"
#include "model/words/names.h"
#include "sim/host/input.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include "ui/host/texts.h"
#include "ui/timeline/keyboard.h"
#include "ui/timeline/match.h"
#include "ui/timeline/go.h"
#include "ui/timeline/settings.h"
#include "ui/timeline/wrote.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Which item ------------------------------------------------------------------------------ */

static bool alike(char a, char b) { return tolower((unsigned char)a) == tolower((unsigned char)b); }

/* One word in a text: at the beginning of a word is best, within one less, its letters in order
 * with others between them least. */
static int score_word(const char *text, const char *word, size_t length)
{
    int best = -1, gaps = 0;
    size_t found = 0;

    for (size_t i = 0; text[i] != 0; i++) {
        size_t k = 0;

        while (k < length && text[i + k] != 0 && alike(text[i + k], word[k]))
            k++;
        if (k < length)
            continue;
        bool begins = i == 0 || !isalnum((unsigned char)text[i - 1]);

        best = MAX_OF(best, (begins ? 100 : 60) - (int)MIN_OF(i, 20u));
    }
    if (best >= 0)
        return best;
    for (size_t i = 0; text[i] != 0 && found < length; i++) {
        if (alike(text[i], word[found]))
            found++;
        else if (found > 0)
            gaps++;
    }
    return found < length || length < 3 || gaps > 6 ? -1 : 30 - gaps * 2;
}

int dialog_score(const char *text, const char *typed)
{
    int score = 0;

    for (;;) {
        typed += strspn(typed, " ");
        size_t length = strcspn(typed, " ");
        int one;

        if (length == 0)
            return score;
        one = score_word(text, typed, length);
        if (one == -1)
            return -1;
        score += one + 30; /* Never below 0. */
        typed += length;
    }
}

/* ---- Making lists ---------------------------------------------------------------------------- */

/* A new item, if one of two texts answers what was typed; NULL: none does. The first text counts
 * for more where it does. Every offer counts among all there are. */
static struct dialog_item *offer(struct dialog *dialog, const char *typed, uint32_t number,
                                 const char *first, int more, const char *second)
{
    int score = dialog_score(first, typed);
    struct dialog_item *item;

    dialog->all++;
    score = score >= 0 ? score + more : dialog_score(second, typed);
    if (score < 0)
        return NULL;
    dialog->items = grow(dialog->items, &dialog->room, dialog->count + 1, sizeof *dialog->items);
    item = &dialog->items[dialog->count++];
    memset(item, 0, sizeof *item);
    item->score = score;
    item->number = number;
    return item;
}

static int by_score(const void *one, const void *other)
{
    const struct dialog_item *a = one, *b = other;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void add_command(struct app *app, struct dialog *dialog, enum command command)
{
    const char *text = command_text(command);
    struct dialog_item *item;
    char all[200];

    snprintf(all, sizeof all, "%s %s", text, command_name(command));
    item = offer(dialog, dialog->typed, command, text, 10, all);
    if (item == NULL)
        return;
    snprintf(item->title, sizeof item->title, "%s", text);
    keyboard_text(settings_keys(app->settings, command), false, item->right, sizeof item->right);
}

void dialog_list_commands(struct app *app, struct dialog *dialog)
{
    for (int i = 1; i < COMMAND_COUNT; i++)
        if (i != COMMAND_PALETTE && command_missing((enum command)i) == NULL)
            add_command(app, dialog, (enum command)i);
}

void dialog_list_more(struct app *app, struct dialog *dialog)
{
    for (uint32_t i = 0; i < app->more_count; i++)
        add_command(app, dialog, (enum command)app->more[i]);
}

void dialog_list_lanes(struct app *app, struct dialog *dialog)
{
    const struct recording *run = app_run(app);
    const struct lanes *lanes = recording_lanes(run);

    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);
        struct dialog_item *item;
        char name[160], all[240];

        row_name(run, i, name, sizeof name);
        snprintf(all, sizeof all, "%s %s", name, lane_kind_names[lane->kind]);
        item = offer(dialog, dialog->typed, i, all, 0, all);
        if (item == NULL)
            continue;
        snprintf(item->title, sizeof item->title, "%s", name);
        snprintf(item->right, sizeof item->right, "%s", lane_kind_names[lane->kind]);
        if (lane->process != PROCESS_NONE)
            item->color = theme_process_color(app->theme, lanes_process_name(lanes, lane->process));
    }
}

void dialog_list_branches(struct app *app, struct dialog *dialog)
{
    struct branch_choice choices[BRANCH_CHOICES_MAX];
    uint32_t count = branch_choices(app, choices, BRANCH_CHOICES_MAX);

    dialog->waiting = count == 0;
    for (uint32_t i = 0; i < count; i++) {
        struct dialog_item *item;
        char all[300];

        snprintf(all, sizeof all, "%.95s %.159s", choices[i].title, choices[i].text);
        item = offer(dialog, dialog->typed, i, all, 0, all);
        if (item == NULL)
            continue;
        snprintf(item->title, sizeof item->title, "%.95s", choices[i].title);
        snprintf(item->sub, sizeof item->sub, "%.159s", choices[i].text);
    }
}

/* ---- Lists that help with typing ------------------------------------------------------------- */

/* "attaches to process A from B": the arguments as letters. */
static const char *letter(void *ctx, char argument, char how, uint32_t value)
{
    char *out = ctx;

    (void)how;
    (void)value;
    out[0] = (char)toupper((unsigned char)argument);
    return out;
}

/* Kinds of records, by the last word that was typed. */
void dialog_list_kinds(struct app *app, struct dialog *dialog)
{
    enum { BEHIND_PLACES = 100 };
    const char *typed = dialog->typed, *last = strrchr(typed, ' ');
    const char *word = last == NULL ? typed : last + 1;
    const struct record nothing = { .kind = 0 };
    int before = (int)(word - typed);

    (void)app;
    if (strncmp(word, "kind=", 5) == 0)
        word += 5;
    else if (strchr(word, '=') != NULL)
        return;
    for (uint32_t i = 0; i < record_kind_count; i++) {
        const struct record_kind *kind = &record_kinds[i];
        struct dialog_item *item;
        char all[200], name[2] = "";

        snprintf(all, sizeof all, "%s %s", kind->name, kind->format);
        item = offer(dialog, word, BEHIND_PLACES + i, kind->name, word[0] == 0 ? 0 : 20, all);
        if (item == NULL)
            continue;
        snprintf(item->title, sizeof item->title, "kind=%s", kind->name);
        trace_words(&nothing, kind->format, letter, name, item->right, sizeof item->right);
        snprintf(item->put, sizeof item->put, "%.*skind=%s", before, typed, kind->name);
    }
}

static void add_place(struct dialog *dialog, const char *text, const char *what, uint32_t number)
{
    struct dialog_item *item = offer(dialog, dialog->typed, number, text, 0, what);

    if (item == NULL)
        return;
    snprintf(item->title, sizeof item->title, "%s", text);
    snprintf(item->right, sizeof item->right, "%.90s", what);
    snprintf(item->put, sizeof item->put, "%s", text);
}

void dialog_list_places(struct app *app, struct dialog *dialog)
{
    const struct recording_end *end = recording_end(app_run(app));

    if (end != NULL && end->result.stop.stopped)
        add_place(dialog, "stop", "where the machine stops", 0);
    if (dialog->kind == DIALOG_GO_TO)
        add_place(dialog, "begin", "the first record", 1);
    add_place(dialog, "end", "the last record", 2);
    for (uint32_t i = 0; i < app->marks.count && dialog->kind == DIALOG_GO_TO; i++) {
        const struct bookmark *mark = &app->marks.list[i];
        char text[32];

        snprintf(text, sizeof text, "#%" PRIu64, mark->record);
        add_place(dialog, text, mark->note[0] != 0 ? mark->note : "bookmark", 3 + i);
    }
}

void dialog_list_conditions(struct app *app, struct dialog *dialog)
{
    dialog_list_places(app, dialog);
    dialog_list_kinds(app, dialog);
}

static bool is_listed(const struct dialog *dialog, const char *title)
{
    for (uint32_t i = 0; i < dialog->count; i++)
        if (strcmp(dialog->items[i].title, title) == 0)
            return true;
    return false;
}

void dialog_list_processes(struct app *app, struct dialog *dialog)
{
    const struct lanes *lanes = recording_lanes(app_run(app));

    for (uint32_t i = 0; i < lanes_process_count(lanes); i++) {
        const char *name = lanes_process_name(lanes, (uint16_t)i);
        struct dialog_item *item;

        if (name[0] == 0 || is_listed(dialog, name))
            continue;
        item = offer(dialog, dialog->typed, i, name, 0, name);
        if (item == NULL)
            continue;
        snprintf(item->title, sizeof item->title, "%s", name);
        snprintf(item->right, sizeof item->right, "process");
        snprintf(item->put, sizeof item->put, "%s", name);
        item->color = theme_process_color(app->theme, name);
    }
}

/* Bytes that the run's own marks name, the record under the playhead first. */
static void add_byte(struct app *app, struct dialog *dialog, const struct record *r,
                     uint64_t number, uint32_t order)
{
    uint32_t lane, address;
    char text[LANE_NAME_CHARS + 16], what[300];

    if (!wrote_record(app_run(app), r, number, &lane, &address))
        return;
    snprintf(text, sizeof text, "%s %08x", lanes_get(recording_lanes(app_run(app)), lane)->name,
             address);
    if (is_listed(dialog, text))
        return;
    text_record(app_pane(app), r, what, sizeof what);
    add_place(dialog, text, what, order);
}

void dialog_list_bytes(struct app *app, struct dialog *dialog)
{
    enum { MARKS_MOST = 40 };
    const struct record *here = recording_record(app_pane(app)->run, app_pane(app)->now);
    uint32_t count;
    uint64_t dropped;
    const struct highlight *marks = recording_highlights(app_run(app), &count, &dropped);

    if (here != NULL)
        add_byte(app, dialog, here, app_pane(app)->now, 0);
    for (uint32_t i = 0; i < count && dialog->count < MARKS_MOST; i++)
        if (!marks[i].surprising)
            add_byte(app, dialog, &marks[i].record, marks[i].number, i + 1);
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* The scenario's own title, from one of its first lines. */
static void title_of(const char *path, char *out, size_t size)
{
    const char *problem;
    FILE *file = host_input_open(path, &problem);
    char line[256];

    out[0] = 0;
    for (int i = 0; file != NULL && i < 40 && fgets(line, sizeof line, file) != NULL; i++) {
        size_t at = strspn(line, " ");

        if (strncmp(line + at, "title", 5) != 0)
            continue;
        at += 5 + strspn(line + at + 5, " =");
        line[strcspn(line, "\r\n")] = 0;
        snprintf(out, size, "%s", line + at);
        break;
    }
    if (file != NULL)
        fclose(file);
}

static void add_file(struct dialog *dialog, const char *folder, const char *name, const char *typed)
{
    char path[FIELD_BYTES];
    struct dialog_item *item;
    struct file_look what;
    bool is_folder;

    if (name[0] == '.' && strcmp(name, "..") != 0)
        return;
    if (snprintf(path, sizeof path - 1, "%s%s", folder, name) >= (int)sizeof path - 1)
        return;
    what = file_look(path);
    if (what.kind == FILE_ABSENT)
        return;
    is_folder = what.kind == FILE_FOLDER;
    if (!is_folder && !text_ends_with(name, ".ini") && !text_ends_with(name, ".db"))
        return;
    item = offer(dialog, typed, 0, name, is_folder ? 0 : 1, name);
    if (item == NULL)
        return;
    snprintf(item->title, sizeof item->title, "%.150s%s", name, is_folder ? "/" : "");
    if (is_folder)
        strncat(path, "/", sizeof path - strlen(path) - 1);
    snprintf(item->put, sizeof item->put, "%s", path);
    if (is_folder)
        snprintf(item->right, sizeof item->right, "folder");
    else if (text_ends_with(name, ".db"))
        snprintf(item->right, sizeof item->right, "campaign");
    else
        title_of(path, item->right, sizeof item->right);
}

static int by_title(const void *one, const void *other)
{
    return strcmp(((const struct dialog_item *)one)->title,
                  ((const struct dialog_item *)other)->title);
}

struct listing {
    struct dialog *dialog;
    const char *typed; /* Behind the folder. */
    char folder[FIELD_BYTES];
};

static void add_listed(void *context, const char *name)
{
    struct listing *listing = context;

    add_file(listing->dialog, listing->folder, name, listing->typed);
}

void dialog_list_files(struct app *app, struct dialog *dialog)
{
    size_t length = (size_t)(file_short_name(dialog->typed) - dialog->typed);
    struct listing listing = { .dialog = dialog, .typed = dialog->typed + length };

    (void)app;
    snprintf(listing.folder, sizeof listing.folder, "%.*s", (int)length, dialog->typed);
    if (folder_read(length == 0 ? "." : listing.folder, add_listed, &listing))
        add_listed(&listing, "..");
    if (dialog->count > 0)
        qsort(dialog->items, dialog->count, sizeof *dialog->items, by_title);
    for (uint32_t i = 0; i < dialog->count; i++)
        dialog->items[i].number = i; /* Names in order, where nothing else tells. */
}

/* ---- Verdicts -------------------------------------------------------------------------------- */

void dialog_judge_place(struct app *app, struct dialog *dialog)
{
    go_understands(app, dialog->kind, dialog->field.text, dialog->problem, sizeof dialog->problem);
}

void dialog_judge_byte(struct app *app, struct dialog *dialog)
{
    struct wrote wrote;

    wrote_parse(app_run(app), dialog->field.text, &wrote, dialog->problem, sizeof dialog->problem);
}

void dialog_judge_filter(struct app *app, struct dialog *dialog)
{
    const struct lanes *lanes = recording_lanes(app_run(app));
    uint32_t hits = 0;

    for (uint32_t i = 0; i < lanes_count(lanes); i++)
        hits += match_lane(app_run(app), i, dialog->field.text);
    snprintf(dialog->notice, sizeof dialog->notice, "%u of %u lanes match", hits,
             lanes_count(lanes));
}

void dialog_judge_save(struct app *app, struct dialog *dialog)
{
    enum file_kind kind = file_look(dialog->field.text).kind;

    (void)app;
    if (kind == FILE_ABSENT)
        return;
    if (kind == FILE_FOLDER)
        snprintf(dialog->problem, sizeof dialog->problem, "a folder (expected the name of a file)");
    else
        snprintf(dialog->notice, sizeof dialog->notice,
                 "this file is there already: it will be replaced");
}

void dialog_judge_open(struct app *app, struct dialog *dialog)
{
    const char *path = dialog->field.text;
    enum file_kind kind = file_look(path).kind;
    bool there = kind != FILE_ABSENT;

    (void)app;
    if (!there && path[0] != 0 && file_short_name(path)[0] == 0)
        snprintf(dialog->problem, sizeof dialog->problem, "there is no such folder");
    else if (!there)
        snprintf(dialog->problem, sizeof dialog->problem, "there is no such file");
    else if (kind == FILE_FOLDER)
        snprintf(dialog->notice, sizeof dialog->notice, "%u files and folders", dialog->all);
}

static void judge(struct app *app, struct dialog *dialog, const struct dialog_form *form)
{
    dialog->problem[0] = dialog->notice[0] = 0;
    if (form->judge != NULL && dialog->field.text[0] != 0 && (app->pane_count > 0 || !form->of_run))
        form->judge(app, dialog);
}

/* While one goes through a list that helps, it stays as it is. */
void dialog_refresh(struct app *app, struct dialog *dialog)
{
    const struct dialog_form *form = &dialog_forms[dialog->kind];
    bool stays = form->list == LIST_HELP && dialog->chosen >= 0 && dialog->count > 0;

    dialog->stale = false;
    if (!stays) {
        dialog->count = dialog->all = 0;
        dialog->waiting = false;
        if (form->fill != NULL && (app->pane_count > 0 || !form->of_run))
            form->fill(app, dialog);
        if (dialog->count > 1)
            qsort(dialog->items, dialog->count, sizeof *dialog->items, by_score);
        if (form->list == LIST_PICK && dialog->chosen < 0 && dialog->count > 0)
            dialog->chosen = 0;
        dialog->chosen = MIN_OF(dialog->chosen, (int)dialog->count - 1);
    }
    judge(app, dialog, form);
}
