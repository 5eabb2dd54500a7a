/* debugger.c - see debugger.h. The debugger itself belongs to the thread while a command is carried
 * out; `done` says that the thread has ended. */
#include "ui/timeline/debugger.h"
#include "ui/guard/guard.h"
#include "ui/host/memory_file.h"
#include "ui/host/threads.h"
#include "ui/kd/kd.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/field.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/records.h"
#include <stdlib.h>
#include <string.h>

enum {
    LINES_MAX = 4000,
    KEPT_MAX = 64,
    HEAD = 30,
    FIELD = 30,
    PAD = 8,
};

enum line_kind { LINE_SAID, LINE_TYPED, LINE_WRONG };
struct line {
    enum line_kind kind;
    char *text;
};

struct debugger {
    bool open, wants_focus;
    struct field field;
    struct line lines[LINES_MAX];
    uint32_t line_count;
    uint32_t up;   /* Lines that are scrolled away below. */
    uint32_t rows; /* Lines in sight. */
    char history[KEPT_MAX][FIELD_BYTES];
    uint32_t history_count, recalled; /* recalled: lines back from the latest; 0: none. */
    char prompt[32];
    struct draw_box box, field_box;

    /* The command at hand. */
    pthread_t thread;
    bool busy, done;
    struct kd *kd;
    struct recording *run; /* The run that kd looks at. */
    const struct scenario *scenario;
    uint64_t from;
    char command[FIELD_BYTES];
    char *said;
    bool broke;
    void (*wake)(void *ctx);
    void *wake_ctx;
};

static struct debugger *debugger_of(struct app *app)
{
    if (app->debugger == NULL) {
        app->debugger = calloc(1, sizeof *app->debugger);
        CHECK(app->debugger != NULL);
    }
    return app->debugger;
}

bool debugger_is_open(const struct app *app)
{
    return app->debugger != NULL && app->debugger->open;
}

/* ---- What was said --------------------------------------------------------------------------- */

static void add_line(struct debugger *d, enum line_kind kind, const char *text, size_t length)
{
    char *copy = malloc(length + 1);

    CHECK(copy != NULL);
    memcpy(copy, text, length);
    copy[length] = 0;
    if (d->line_count == LINES_MAX) {
        free(d->lines[0].text);
        memmove(d->lines, d->lines + 1, (LINES_MAX - 1) * sizeof d->lines[0]);
        d->line_count--;
    }
    d->lines[d->line_count++] = (struct line){ kind, copy };
    d->up = 0;
}

static void add_text(struct debugger *d, const char *text)
{
    static const char wrong[] = "exifsim: ";

    while (*text != 0) {
        size_t length = strcspn(text, "\n");

        if (strncmp(text, wrong, sizeof wrong - 1) == 0)
            add_line(d, LINE_WRONG, text + sizeof wrong - 1, length - (sizeof wrong - 1));
        else
            add_line(d, LINE_SAID, text, length);
        text += length + (text[length] == '\n');
    }
}

/* ---- A command ------------------------------------------------------------------------------- */

static void carry_out(void *context)
{
    struct debugger *d = context;
    size_t length = 0;
    FILE *out = memory_file_open(&d->said, &length);
    char error[KD_ERROR_CHARS];

    CHECK(out != NULL);
    if (d->kd == NULL) {
        d->kd = kd_open(
            &(struct kd_options){
                .run = d->run, .scenario = d->scenario, .out = out, .errors = out },
            error);
        if (d->kd == NULL)
            fprintf(out, "exifsim: %s\n", error);
    }
    if (d->kd != NULL) {
        kd_print_to(d->kd, out, out);
        kd_go(d->kd, d->from);
        kd_line(d->kd, d->command);
        snprintf(d->prompt, sizeof d->prompt, "%s", kd_prompt(d->kd));
    }
    memory_file_close(out);
}

static void *work(void *context)
{
    struct debugger *d = context;
    struct guard guard;
    char message[200];

    guard_enter(&guard);
    d->broke = !guard_call(carry_out, d, message, sizeof message);
    guard_leave(&guard);
    __atomic_store_n(&d->done, true, __ATOMIC_RELEASE);
    if (d->wake != NULL)
        d->wake(d->wake_ctx);
    return NULL;
}

/* Waits for the thread, and takes in what it said. */
static void take(struct debugger *d)
{
    pthread_join(d->thread, NULL);
    d->busy = d->done = false;
    if (d->broke)
        add_text(d, "exifsim: the command broke the simulator: a bug of exifsim");
    else if (d->said != NULL)
        add_text(d, d->said);
    free(d->said);
    d->said = NULL;
}

static void forget(struct debugger *d)
{
    if (d->busy)
        take(d);
    kd_close(d->kd);
    d->kd = NULL;
    d->run = NULL;
}

static void remember(struct debugger *d, const char *text)
{
    uint32_t count = d->history_count;

    d->recalled = 0;
    if (count > 0 && strcmp(d->history[count - 1], text) == 0)
        return;
    if (count == KEPT_MAX)
        memmove(d->history, d->history + 1, (KEPT_MAX - 1) * sizeof d->history[0]);
    else
        d->history_count++;
    snprintf(d->history[d->history_count - 1], FIELD_BYTES, "%s", text);
}

static void begin(struct app *app, const char *text)
{
    struct debugger *d = app->debugger;
    struct pane *pane = app_pane(app);
    char typed[FIELD_BYTES + 40];

    if (d->run != pane->run)
        forget(d);
    d->run = pane->run;
    d->scenario = pane->scenario;
    d->from = pane->now;
    d->wake = app->wake;
    d->wake_ctx = app->wake_ctx;
    snprintf(d->command, sizeof d->command, "%s", text);
    remember(d, text);
    snprintf(typed, sizeof typed, "%s%s", d->prompt[0] != 0 ? d->prompt : "kd> ", text);
    add_line(d, LINE_TYPED, typed, strlen(typed));
    d->busy = thread_begin(&d->thread, work, d);
    if (!d->busy)
        add_text(d, "exifsim: this computer has no thread for the command");
}

/* The playhead follows, unless a person has moved it meanwhile. */
static void follow(struct app *app)
{
    const struct debugger *d = app->debugger;

    if (d->kd != NULL && app->pane_count > 0 && d->run == app_pane(app)->run &&
        kd_at(d->kd) != d->from && app_pane(app)->now == d->from)
        app_visit(app, kd_at(d->kd));
    app->dirty = true;
}

void debugger_advance(struct app *app)
{
    struct debugger *d = app->debugger;

    if (d == NULL || !d->busy || !__atomic_load_n(&d->done, __ATOMIC_ACQUIRE))
        return;
    take(d);
    follow(app);
}

bool debugger_wait(struct app *app)
{
    struct debugger *d = app->debugger;

    if (d == NULL || !d->busy)
        return false;
    take(d);
    app_lock(app);
    follow(app);
    app_unlock(app);
    return true;
}

/* ---- Opening and closing --------------------------------------------------------------------- */

void debugger_toggle(struct app *app, int how)
{
    struct debugger *d = debugger_of(app);

    (void)how;
    d->open = !d->open;
    d->wants_focus = d->open;
    if (d->open)
        app->records.open = false;
    app->screen = SCREEN_TIMELINE;
}

void debugger_close(struct app *app)
{
    if (app->debugger != NULL)
        app->debugger->open = false;
}

void debugger_forget(struct app *app, const struct recording *run)
{
    if (app->debugger != NULL && app->debugger->run == run)
        forget(app->debugger);
}

void debugger_free(struct app *app)
{
    struct debugger *d = app->debugger;

    if (d == NULL)
        return;
    forget(d);
    for (uint32_t i = 0; i < d->line_count; i++)
        free(d->lines[i].text);
    free(d);
    app->debugger = NULL;
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static bool has_focus(const struct app *app)
{
    const struct tree_node *node = tree_focus(app->tree);

    return debugger_is_open(app) && app->pane_count > 0 && node != NULL &&
           node->key == tree_key(KEY_DEBUGGER, "field", 0);
}

static void recall(struct debugger *d, int by)
{
    int wanted = (int)d->recalled + by;

    if (wanted < 0 || wanted > (int)d->history_count)
        return;
    d->recalled = (uint32_t)wanted;
    field_set(&d->field, wanted > 0 ? d->history[d->history_count - (uint32_t)wanted] : "", false);
}

struct completion {
    char word[FIELD_BYTES]; /* What all offers have in common. */
    uint32_t count;
};

static void offer(void *to, const char *word)
{
    struct completion *c = to;
    size_t same = 0;

    if (c->count++ == 0) {
        snprintf(c->word, sizeof c->word, "%s", word);
        return;
    }
    while (c->word[same] != 0 && c->word[same] == word[same])
        same++;
    c->word[same] = 0;
}

/* Completes the command at the end of the field. False: nothing is typed. */
static bool complete(struct debugger *d)
{
    const char *text = d->field.text, *word = text + strlen(text);
    struct completion found = { .count = 0 };

    while (word > text && word[-1] != ' ' && word[-1] != ';')
        word--;
    if (*word == 0)
        return false;
    kd_complete(NULL, text, word, offer, &found);
    if (found.count > 0) {
        field_set(&d->field, text, false);
        field_type(&d->field, found.word + MIN_OF(strlen(word), strlen(found.word)));
        if (found.count == 1)
            field_type(&d->field, " ");
    }
    return true;
}

static void copy_all(const struct app *app)
{
    const struct debugger *d = app->debugger;
    char *text;
    size_t length;
    FILE *out = memory_file_open(&text, &length);

    if (app->copy == NULL || out == NULL)
        return;
    for (uint32_t i = 0; i < d->line_count; i++)
        fprintf(out, "%s\n", d->lines[i].text);
    memory_file_close(out);
    app->copy(app->copy_ctx, text);
    free(text);
}

static void enter(struct app *app)
{
    struct debugger *d = app->debugger;
    char text[FIELD_BYTES];

    if (d->busy || d->field.text[strspn(d->field.text, " ")] == 0)
        return;
    snprintf(text, sizeof text, "%s", d->field.text);
    field_set(&d->field, "", false);
    app_lock(app);
    begin(app, text);
    app_unlock(app);
}

bool debugger_key(struct app *app, const char *key)
{
    struct debugger *d = app->debugger;

    if (!has_focus(app))
        return false;
    if (strcmp(key, "Enter") == 0)
        enter(app);
    else if (strcmp(key, "Up") == 0)
        recall(d, 1);
    else if (strcmp(key, "Down") == 0)
        recall(d, -1);
    else if (strcmp(key, "Tab") == 0)
        return complete(d);
    else if (strcmp(key, "Ctrl+C") == 0 && d->field.at == d->field.mark)
        copy_all(app);
    else if (strcmp(key, "PageUp") == 0)
        debugger_scroll(app, SCROLL_PAGE_UP);
    else if (strcmp(key, "PageDown") == 0)
        debugger_scroll(app, SCROLL_PAGE_DOWN);
    else
        return field_key(&d->field, key) != FIELD_NOT_MINE || field_types(key);
    return true;
}

bool debugger_text(struct app *app, const char *utf8)
{
    if (!has_focus(app))
        return false;
    field_type(&app->debugger->field, utf8);
    return true;
}

bool debugger_scroll(struct app *app, enum inspector_scroll how)
{
    struct debugger *d = app->debugger;
    const struct tree_node *node = tree_focus(app->tree);
    uint32_t most, page;

    if (!debugger_is_open(app) || node == NULL || (node->key != KEY_DEBUGGER && !has_focus(app)))
        return false;
    most = d->line_count > d->rows ? d->line_count - d->rows : 0;
    page = MAX_OF(d->rows, 2u) - 1;
    switch (how) {
    case SCROLL_LINE_UP:
        d->up++;
        break;
    case SCROLL_LINE_DOWN:
        d->up -= MIN_OF(d->up, 1u);
        break;
    case SCROLL_PAGE_UP:
        d->up += page;
        break;
    case SCROLL_PAGE_DOWN:
        d->up -= MIN_OF(d->up, page);
        break;
    case SCROLL_TOP:
        d->up = most;
        break;
    case SCROLL_BOTTOM:
        d->up = 0;
        break;
    }
    d->up = MIN_OF(d->up, most);
    app->dirty = true;
    return true;
}

bool debugger_wheel(struct app *app, int x, int y, int dy)
{
    struct debugger *d = app->debugger;
    uint32_t by = (uint32_t)(dy < 0 ? -dy : dy) * 3;

    if (!debugger_is_open(app) || app->screen != SCREEN_TIMELINE || !draw_box_has(d->box, x, y))
        return false;
    d->up = dy > 0 ? MIN_OF(d->up + by, d->line_count > d->rows ? d->line_count - d->rows : 0)
                   : d->up - MIN_OF(d->up, by);
    return true;
}

/* ---- The picture ----------------------------------------------------------------------------- */

static void paint_head(struct app *app, struct draw_box box)
{
    const struct theme *t = app->theme;
    int right = box.x + box.w - app_px(app, PAD);

    draw_rect(app->list, box.x, box.y, box.w, box.h, t->raised);
    draw_line(app->list, box.x, box.y, box.x + box.w - 1, box.y, 1, t->border);
    right = records_head_button(app, KEY_DEBUGGER, right, box.y, box.h, "Close", COMMAND_DEBUGGER);
    draw_text(
        app->list, box.x + app_px(app, PAD), draw_text_top(app->fonts, DRAW_SMALL, box.y, box.h),
        right - box.x - 2 * app_px(app, PAD), DRAW_SMALL, DRAW_LEFT, t->ink,
        "Debugger: the machine under the playhead. !process, !thread, k, g-, t, bp ...; .help "
        "lists the commands");
}

/* Rows that a line takes if a row has so many letters. */
static int rows_of(const struct line *line, int letters)
{
    int length = (int)strlen(line->text);

    return length > letters ? (length + letters - 1) / letters : 1;
}

static void paint_line(struct app *app, const struct line *line, struct draw_box box, int letters)
{
    const struct theme *t = app->theme;
    uint32_t ink = line->kind == LINE_TYPED ? t->link : line->kind == LINE_WRONG ? t->bad : t->ink;
    int h = box.h / rows_of(line, letters), rest = (int)strlen(line->text);
    char part[1024];

    for (const char *at = line->text; box.h > 0;
         at += MIN_OF(letters, rest), box.y += h, box.h -= h) {
        rest = (int)strlen(at);
        snprintf(part, sizeof part, "%.*s", letters, at);
        draw_text(app->list, box.x + app_px(app, PAD),
                  draw_text_top(app->fonts, DRAW_MONO_SMALL, box.y, h), 0, DRAW_MONO_SMALL,
                  DRAW_LEFT, ink, part);
    }
}

static void paint_lines(struct app *app, struct draw_box box)
{
    struct debugger *d = app->debugger;
    int h = draw_line_height(app->fonts, DRAW_MONO_SMALL) + app_px(app, 2), rows = 0, y = box.y;
    int letters =
        (box.w - 2 * app_px(app, PAD)) / draw_text_width(app->fonts, DRAW_MONO_SMALL, "0");
    uint32_t first, end;

    d->rows = (uint32_t)MAX_OF(box.h / h, 1);
    d->up = MIN_OF(d->up, d->line_count > d->rows ? d->line_count - d->rows : 0);
    letters = MAX_OF(letters, 8);
    first = end = d->line_count - d->up;
    while (first > 0 && rows + rows_of(&d->lines[first - 1], letters) <= (int)d->rows)
        rows += rows_of(&d->lines[--first], letters);
    for (uint32_t i = first; i < end; i++) {
        struct draw_box row = { box.x, y, box.w, rows_of(&d->lines[i], letters) * h };

        paint_line(app, &d->lines[i], row, letters);
        tree_leaf(app->tree, tree_key(KEY_DEBUGGER, "line", i), TREE_TEXT, d->lines[i].text, row,
                  i + 1 == d->line_count ? TREE_LIVE : 0);
        y += row.h;
    }
}

static void paint_field(struct app *app, struct draw_box box)
{
    struct debugger *d = app->debugger;
    const char *prompt = d->prompt[0] != 0 ? d->prompt : "kd> ";
    int pad = app_px(app, PAD), w = draw_text_width(app->fonts, DRAW_MONO_SMALL, prompt);

    draw_rect(app->list, box.x, box.y, box.w, box.h, app->theme->panel);
    draw_text(app->list, box.x + pad, draw_text_top(app->fonts, DRAW_MONO_SMALL, box.y, box.h), 0,
              DRAW_MONO_SMALL, DRAW_LEFT, app->theme->dim, prompt);
    d->field_box = (struct draw_box){ box.x + pad + w, box.y + app_px(app, 2), box.w - 2 * pad - w,
                                      box.h - app_px(app, 4) };
    field_paint(app, &d->field, d->field_box, has_focus(app),
                d->busy ? "being carried out ..." : "a command, such as !thread");
    tree_leaf(app->tree, tree_key(KEY_DEBUGGER, "field", 0), TREE_TEXT_FIELD, "Command",
              d->field_box, TREE_FOCUSABLE);
    tree_value(app->tree, "%s", d->field.text);
    tree_note(app->tree, "Enter carries it out, Up and Down recall earlier ones, Tab completes");
    tree_tag(app->tree, tag_make(TAG_DEBUGGER, 0, 0));
    if (d->wants_focus && tree_focus_key(app->tree, tree_key(KEY_DEBUGGER, "field", 0)))
        d->wants_focus = false;
}

void paint_debugger(struct app *app)
{
    struct debugger *d = app->debugger;
    struct draw_box box = app->layout.records;
    int head = MIN_OF(app_px(app, HEAD), box.h), field = MIN_OF(app_px(app, FIELD), box.h - head);

    if (box.h == 0)
        return;
    d->box = box;
    draw_rect(app->list, box.x, box.y, box.w, box.h, app->theme->background);
    tree_push(app->tree, KEY_DEBUGGER, TREE_GROUP, "Debugger", box, TREE_REGION | TREE_FOCUSABLE);
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    paint_head(app, (struct draw_box){ box.x, box.y, box.w, head });
    paint_lines(app,
                (struct draw_box){ box.x, box.y + head, box.w, MAX_OF(box.h - head - field, 0) });
    paint_field(app, (struct draw_box){ box.x, box.y + box.h - field, box.w, field });
    draw_clip_pop(app->list);
    tree_pop(app->tree);
}

void debugger_click(struct app *app, int x)
{
    struct debugger *d = app->debugger;

    field_click(app, &d->field, d->field_box, x);
    tree_focus_key(app->tree, tree_key(KEY_DEBUGGER, "field", 0));
}
