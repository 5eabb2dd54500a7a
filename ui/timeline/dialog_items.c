/* dialog_items.c - what is in a dialog's list, in which order, and whether what was typed can be
 * understood. */
#include "ui/timeline/dialog_inside.h"
#include "model/words/names.h"
#include "ui/host/grow.h"
#include "ui/timeline/keyboard.h"
#include "ui/timeline/match.h"
#include "ui/timeline/move.h"
#include "ui/timeline/settings.h"
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- Which is meant -------------------------------------------------------------------------- */

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

static struct dialog_item *add(struct dialog *dialog, int score)
{
    struct dialog_item *item;

    dialog->items = grow(dialog->items, &dialog->room, dialog->count + 1, sizeof *dialog->items);
    item = &dialog->items[dialog->count++];
    memset(item, 0, sizeof *item);
    item->score = score;
    return item;
}

static int by_score(const void *one, const void *other)
{
    const struct dialog_item *a = one, *b = other;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void list_commands(struct app *app, struct dialog *dialog)
{
    char all[200], keys[96];

    for (uint32_t i = 1; i < COMMAND_COUNT; i++) {
        enum command command = (enum command)i;
        const char *text = command_text(command);
        int score;

        if (command == COMMAND_PALETTE)
            continue;
        dialog->all++;
        keyboard_text(settings_keys(app->settings, command), false, keys, sizeof keys);
        snprintf(all, sizeof all, "%s %s", text, command_name(command));
        score = dialog_score(text, dialog->typed);
        score = score >= 0 ? score + 10 : dialog_score(all, dialog->typed);
        if (score < 0)
            continue;
        struct dialog_item *item = add(dialog, score);

        snprintf(item->title, sizeof item->title, "%s", text);
        snprintf(item->right, sizeof item->right, "%s", keys);
        item->number = i;
    }
}

static void list_lanes(struct app *app, struct dialog *dialog)
{
    const struct recording *run = app_run(app);
    const struct lanes *lanes = recording_lanes(run);
    char name[160], all[240];

    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);
        struct dialog_item *item;
        int score;

        row_name(run, i, name, sizeof name);
        snprintf(all, sizeof all, "%s %s", name, lane_kind_names[lane->kind]);
        score = dialog_score(all, dialog->typed);
        dialog->all++;
        if (score < 0)
            continue;
        item = add(dialog, score);
        snprintf(item->title, sizeof item->title, "%s", name);
        snprintf(item->right, sizeof item->right, "%s", lane_kind_names[lane->kind]);
        item->number = i;
        if (lane->process != PROCESS_NONE)
            item->color = theme_process_color(app->theme, lanes_process_name(lanes, lane->process));
    }
}

static void list_branches(struct app *app, struct dialog *dialog)
{
    static struct branch_choice choices[BRANCH_CHOICES_MAX];
    uint32_t count = branch_choices(app, choices, BRANCH_CHOICES_MAX);
    char all[300];

    dialog->waiting = count == 0;
    dialog->all = count;
    for (uint32_t i = 0; i < count; i++) {
        struct dialog_item *item;
        int score;

        snprintf(all, sizeof all, "%.95s %.159s", choices[i].title, choices[i].text);
        score = dialog_score(all, dialog->typed);
        if (score < 0)
            continue;
        item = add(dialog, score);
        snprintf(item->title, sizeof item->title, "%.95s", choices[i].title);
        snprintf(item->sub, sizeof item->sub, "%.159s", choices[i].text);
        item->number = i;
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
static void list_kinds(struct dialog *dialog)
{
    const char *typed = dialog->typed, *last = strrchr(typed, ' ');
    const char *word = last == NULL ? typed : last + 1;
    const struct record nothing = { .kind = 0 };
    int before = (int)(word - typed);

    if (strncmp(word, "kind=", 5) == 0)
        word += 5;
    else if (strchr(word, '=') != NULL)
        return;
    for (uint32_t i = 0; i < record_kind_count; i++) {
        char all[200], name[2] = "";
        int score;

        snprintf(all, sizeof all, "%s %s", record_kinds[i].name, record_kinds[i].format);
        score = dialog_score(record_kinds[i].name, word);
        score = score >= 0 ? score + 20 : dialog_score(all, word);
        dialog->all++;
        if (score < 0)
            continue;
        struct dialog_item *item = add(dialog, word[0] == 0 ? 0 : score);

        snprintf(item->title, sizeof item->title, "kind=%s", record_kinds[i].name);
        trace_words(&nothing, record_kinds[i].format, letter, name, item->right,
                    sizeof item->right);
        snprintf(item->put, sizeof item->put, "%.*skind=%s", before, typed, record_kinds[i].name);
        item->number = 100 + i;
    }
}

static void add_place(struct dialog *dialog, const char *text, const char *what, uint32_t number)
{
    int score = dialog_score(text, dialog->typed);
    struct dialog_item *item;

    if (score < 0 && (score = dialog_score(what, dialog->typed)) < 0)
        return;
    item = add(dialog, dialog->typed[0] == 0 ? 0 : score);
    snprintf(item->title, sizeof item->title, "%s", text);
    snprintf(item->right, sizeof item->right, "%.90s", what);
    snprintf(item->put, sizeof item->put, "%s", text);
    item->number = number;
}

static void list_places(struct app *app, struct dialog *dialog)
{
    const struct recording_end *end = recording_end(app_run(app));

    if (end != NULL && end->result.stop.stopped)
        add_place(dialog, "stop", "where the machine stops", 0);
    if (dialog->kind == DIALOG_GO_TO)
        add_place(dialog, "begin", "the first record", 1);
    add_place(dialog, "end", "the last record", 2);
    for (uint32_t i = 0; i < app->bookmark_count && dialog->kind == DIALOG_GO_TO; i++) {
        char text[32];

        snprintf(text, sizeof text, "#%" PRIu64, app->bookmarks[i].record);
        add_place(dialog, text,
                  app->bookmarks[i].note[0] != 0 ? app->bookmarks[i].note : "bookmark", 3 + i);
    }
}

static void list_processes(struct app *app, struct dialog *dialog)
{
    const struct lanes *lanes = recording_lanes(app_run(app));

    for (uint32_t i = 0; i < lanes_process_count(lanes); i++) {
        const char *name = lanes_process_name(lanes, (uint16_t)i);
        bool known = name[0] == 0;
        int score = dialog_score(name, dialog->typed);

        for (uint32_t k = 0; k < dialog->count && !known; k++)
            known = strcmp(dialog->items[k].title, name) == 0;
        dialog->all += !known;
        if (known || score < 0)
            continue;
        struct dialog_item *item = add(dialog, score);

        snprintf(item->title, sizeof item->title, "%s", name);
        snprintf(item->right, sizeof item->right, "process");
        snprintf(item->put, sizeof item->put, "%s", name);
        item->number = i;
        item->color = theme_process_color(app->theme, name);
    }
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* The scenario's own title, from one of its first lines. */
static void title_of(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "rb");
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

static bool ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);

    return a > b && strcmp(text + a - b, end) == 0;
}

static void add_file(struct dialog *dialog, const char *folder, const char *name, const char *typed)
{
    char path[FIELD_BYTES];
    struct stat what;
    bool is_folder;
    int score = dialog_score(name, typed);

    if (name[0] == '.' && strcmp(name, "..") != 0)
        return;
    if (snprintf(path, sizeof path - 1, "%s%s", folder, name) >= (int)sizeof path - 1 ||
        stat(path, &what) != 0)
        return;
    is_folder = S_ISDIR(what.st_mode);
    if (!is_folder && !ends_with(name, ".ini") && !ends_with(name, ".db"))
        return;
    dialog->all++;
    if (score < 0)
        return;
    struct dialog_item *item = add(dialog, is_folder ? score : score + 1);

    snprintf(item->title, sizeof item->title, "%.150s%s", name, is_folder ? "/" : "");
    if (is_folder)
        strncat(path, "/", sizeof path - strlen(path) - 1);
    snprintf(item->put, sizeof item->put, "%s", path);
    if (is_folder)
        snprintf(item->right, sizeof item->right, "folder");
    else if (ends_with(name, ".db"))
        snprintf(item->right, sizeof item->right, "campaign");
    else
        title_of(path, item->right, sizeof item->right);
}

static int by_title(const void *one, const void *other)
{
    return strcmp(((const struct dialog_item *)one)->title,
                  ((const struct dialog_item *)other)->title);
}

static void list_files(struct dialog *dialog)
{
    const char *slash = strrchr(dialog->typed, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - dialog->typed) + 1;
    char folder[FIELD_BYTES];
    struct dirent *entry;
    DIR *list;

    snprintf(folder, sizeof folder, "%.*s", (int)length, dialog->typed);
    list = opendir(length == 0 ? "." : folder);
    while (list != NULL && (entry = readdir(list)) != NULL)
        if (strcmp(entry->d_name, ".") != 0)
            add_file(dialog, folder, entry->d_name, dialog->typed + length);
    if (list != NULL)
        closedir(list);
    if (dialog->count > 0)
        qsort(dialog->items, dialog->count, sizeof *dialog->items, by_title);
    for (uint32_t i = 0; i < dialog->count; i++)
        dialog->items[i].number = i; /* Names in order, where nothing else tells. */
}

/* ---- Verdicts -------------------------------------------------------------------------------- */

static void judge_filter(struct app *app, struct dialog *dialog)
{
    const struct lanes *lanes = recording_lanes(app_run(app));
    uint32_t hits = 0;

    for (uint32_t i = 0; i < lanes_count(lanes); i++)
        hits += match_lane(app_run(app), i, dialog->field.text);
    snprintf(dialog->notice, sizeof dialog->notice, "%u of %u lanes match", hits,
             lanes_count(lanes));
}

static void judge_path(struct dialog *dialog)
{
    const char *path = dialog->field.text;
    struct stat what;
    bool there = stat(path, &what) == 0;

    if (dialog->kind == DIALOG_SAVE) {
        if (there && S_ISDIR(what.st_mode))
            snprintf(dialog->problem, sizeof dialog->problem,
                     "read a folder, meant the name of a file");
        else if (there)
            snprintf(dialog->notice, sizeof dialog->notice,
                     "this file is there already: it will be replaced");
        return;
    }
    if (!there && path[strcspn(path, "/")] != 0 && path[strlen(path) - 1] == '/')
        snprintf(dialog->problem, sizeof dialog->problem, "there is no such folder");
    else if (!there)
        snprintf(dialog->problem, sizeof dialog->problem, "there is no such file");
    else if (S_ISDIR(what.st_mode))
        snprintf(dialog->notice, sizeof dialog->notice, "%u files and folders", dialog->all);
}

static void judge(struct app *app, struct dialog *dialog)
{
    dialog->problem[0] = dialog->notice[0] = 0;
    if (dialog->field.text[0] == 0 && dialog->kind != DIALOG_FILTER)
        return;
    switch (dialog->kind) {
    case DIALOG_GO_TO:
    case DIALOG_RUN_UNTIL:
    case DIALOG_FIND:
        if (app->pane_count > 0)
            move_understands(app, dialog->kind, dialog->field.text, dialog->problem,
                             sizeof dialog->problem);
        break;
    case DIALOG_FILTER:
        if (app->pane_count > 0 && dialog->field.text[0] != 0)
            judge_filter(app, dialog);
        break;
    case DIALOG_OPEN:
    case DIALOG_SAVE:
        judge_path(dialog);
        break;
    default:
        break;
    }
}

/* While one goes through a list that helps, it stays as it is. */
void dialog_refresh(struct app *app, struct dialog *dialog)
{
    enum dialog_list list = dialog_forms[dialog->kind].list;
    bool run = app->pane_count > 0;

    dialog->stale = false;
    if (list == LIST_HELP && dialog->chosen >= 0 && dialog->count > 0) {
        judge(app, dialog);
        return;
    }
    dialog->count = dialog->all = 0;
    dialog->waiting = false;
    if (dialog->kind == DIALOG_PALETTE)
        list_commands(app, dialog);
    else if (dialog->kind == DIALOG_OPEN)
        list_files(dialog);
    else if (dialog->kind == DIALOG_LANES && run)
        list_lanes(app, dialog);
    else if (dialog->kind == DIALOG_BRANCH && run)
        list_branches(app, dialog);
    else if (dialog->kind == DIALOG_FILTER && run)
        list_processes(app, dialog);
    else if (list == LIST_HELP && run && dialog->kind != DIALOG_FIND)
        list_places(app, dialog);
    if (dialog->kind == DIALOG_FIND || dialog->kind == DIALOG_RUN_UNTIL)
        list_kinds(dialog);
    if (dialog->count > 1)
        qsort(dialog->items, dialog->count, sizeof *dialog->items, by_score);
    if (list == LIST_PICK && dialog->chosen < 0 && dialog->count > 0)
        dialog->chosen = 0;
    if (dialog->chosen >= (int)dialog->count)
        dialog->chosen = (int)dialog->count - 1;
    judge(app, dialog);
}
