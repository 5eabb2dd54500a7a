/* examiner_paint.c - the pane of a lab: the answer of the exam, what may be done, the task.
 *
 * The task is Markdown as the labs are written: headings, paragraphs of several lines, and lines
 * of code, which are indented by four blanks; behind some blanks more stands what the code does.
 */
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/paint.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/sheet_buttons.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 400, WIDTH_MOST_PERCENT = 42, TEXT_CHARS = 1200 };

int examiner_width(const struct app *app)
{
    if (app->examiner == NULL || app->examiner->hidden)
        return 0;
    return layout_pane_width(app, WIDTH, WIDTH_MOST_PERCENT);
}

int examiner_height(const struct app *app)
{
    return app->examiner == NULL || app->examiner->hidden ? 0 : layout_pane_height(app);
}

/* ---- The exam -------------------------------------------------------------------------------- */

static uint32_t color_of(const struct sheet *s, enum exam_answer answer)
{
    const struct theme *theme = s->app->theme;

    return answer == EXAM_YES ? theme->good : answer == EXAM_NO ? theme->bad : s->dim;
}

static void show_step(struct sheet *s, const char *title, const char *answer, uint32_t color,
                      const char *text)
{
    char line[TEXT_CHARS];

    snprintf(line, sizeof line, "%s: %s", title, answer);
    sheet_text(s, DRAW_BODY, color, line);
    if (text[0] != 0)
        sheet_text(s, DRAW_SMALL, s->ink, text);
    sheet_gap(s, 4);
}

/* The steps while the exam is under way. */
static void show_progress(struct sheet *s, struct examiner *e)
{
    struct exam_said said[EXAM_STEPS];
    enum exam_step step;
    uint32_t counted;
    char text[80];

    pthread_mutex_lock(&e->lock);
    memcpy(said, e->said, sizeof said);
    step = e->step;
    counted = e->counted;
    pthread_mutex_unlock(&e->lock);
    sheet_section(s, atomic_load(&e->stop) ? "The exam is being ended" : "The exam is under way", 0,
                  false);
    for (enum exam_step i = 0; i <= step; i++) {
        if (said[i].answer != EXAM_NOT_ASKED) {
            show_step(s, exam_step_titles[i], exam_answer_words[said[i].answer],
                      color_of(s, said[i].answer), said[i].text);
        } else if (i == step) {
            snprintf(text, sizeof text, counted > 0 ? "being asked, %u" : "being asked", counted);
            show_step(s, exam_step_titles[i], text, s->app->theme->link, "");
        }
    }
}

static void show_errors(struct sheet *s, const char *errors)
{
    char line[TEXT_CHARS];

    while (*errors != 0) {
        size_t length = strcspn(errors, "\n");

        snprintf(line, sizeof line, "%.*s", (int)length, errors);
        sheet_text(s, DRAW_MONO_SMALL, s->ink, line);
        errors += length + (errors[length] == '\n');
    }
}

static void show_answer(struct sheet *s, struct examiner *e)
{
    static const char *const heads[] = { [EXAM_REFUTED] = "Refuted",
                                         [EXAM_NOT_REFUTED] = "Not refuted",
                                         [EXAM_DOES_NOT_BUILD] = "The driver does not build",
                                         [EXAM_UNKNOWN] = "No answer: the exam was ended" };
    const struct exam *exam = &e->exam;
    char text[TEXT_CHARS];
    int x = s->x;

    sheet_section(s, heads[exam->verdict], 0, false);
    if (exam->verdict == EXAM_DOES_NOT_BUILD) {
        show_errors(s, exam->errors[0] != 0 ? exam->errors : exam->steps[EXAM_BUILDS].text);
        return;
    }
    for (int i = 0; i < EXAM_STEPS; i++) {
        const struct exam_said *said = &exam->steps[i];

        if (said->answer != EXAM_NOT_ASKED)
            show_step(s, exam_step_titles[i], exam_answer_words[said->answer],
                      color_of(s, said->answer), said->text);
    }
    if (exam->verdict == EXAM_NOT_REFUTED)
        sheet_text(s, DRAW_SMALL, s->ink, exam->not_asked);
    snprintf(text, sizeof text, "%u of %u points.", exam_points(exam), exam_most(exam));
    sheet_text(s, DRAW_TITLE, s->ink, text);
    if (e->kept[0] == 0)
        return;
    snprintf(text, sizeof text, "The picture is %s run that refutes it, up to its end: %.900s.",
             exam->is_minimal ? "the smallest" : "the", e->kept);
    sheet_text(s, DRAW_BODY, s->app->theme->link, text);
    sheet_command(s, &x, "What happened", "2", COMMAND_VIEW_STOP);
    sheet_command(s, &x, "Timeline", "1", COMMAND_VIEW_TIMELINE);
    sheet_end_row(s, x);
}

static void show_buttons(struct sheet *s, struct examiner *e)
{
    int x = s->x;
    uint64_t key;

    sheet_gap(s, 4);
    if (e->state == EXAMINER_ASKS)
        key = sheet_command(s, &x, "End the exam", "E", COMMAND_LAB_END);
    else
        key = sheet_command(s, &x, e->state == EXAMINER_SAYS ? "Try again" : "Try my driver", "T",
                            COMMAND_LAB_TRY);
    sheet_end_row(s, x);
    if (e->focus_wanted && tree_focus_key(s->app->tree, key))
        e->focus_wanted = false;
    if (e->opened[0] != 0 && e->state == EXAMINER_IDLE)
        sheet_text(s, DRAW_BODY, s->app->theme->bad, e->opened);
}

/* ---- The task -------------------------------------------------------------------------------- */

/* Adds a line to a paragraph, without the marks around code. */
static void join(char paragraph[TEXT_CHARS], const char *line)
{
    size_t used = strlen(paragraph);

    if (used > 0 && used + 1 < TEXT_CHARS)
        paragraph[used++] = ' ';
    for (; *line != 0 && used + 1 < TEXT_CHARS; line++)
        if (*line != '`')
            paragraph[used++] = *line;
    paragraph[used] = 0;
}

static void end_paragraph(struct sheet *s, char paragraph[TEXT_CHARS])
{
    if (paragraph[0] == 0)
        return;
    sheet_text(s, DRAW_BODY, s->ink, paragraph);
    sheet_gap(s, 4);
    paragraph[0] = 0;
}

static void show_code(struct sheet *s, char *code)
{
    char *told = strstr(code, "  ");

    if (told == NULL) {
        sheet_text(s, DRAW_MONO_SMALL, s->ink, code);
        return;
    }
    *told = 0;
    sheet_text(s, DRAW_MONO_SMALL, s->ink, code);
    told += 1 + strspn(told + 1, " ");
    sheet_text(s, DRAW_SMALL, s->dim, told);
    sheet_gap(s, 4);
}

static void show_task(struct sheet *s, const char *text)
{
    char paragraph[TEXT_CHARS] = "", line[TEXT_CHARS];

    while (*text != 0) {
        int length = (int)strcspn(text, "\r\n");
        size_t marks = strspn(text, "#");

        snprintf(line, sizeof line, "%.*s", length, text);
        if (length == 0) {
            end_paragraph(s, paragraph);
        } else if (marks > 0 && line[marks] == ' ') {
            end_paragraph(s, paragraph);
            sheet_section(s, line + marks + 1, 0, false);
        } else if (strncmp(line, "    ", 4) == 0) {
            end_paragraph(s, paragraph);
            show_code(s, line + 4);
        } else {
            join(paragraph, line);
        }
        text += length;
        text += *text == '\r';
        text += *text == '\n';
    }
    end_paragraph(s, paragraph);
}

/* ---- The pane -------------------------------------------------------------------------------- */

void paint_examiner(struct app *app)
{
    struct examiner *e = app->examiner;
    struct sheet s;
    char text[TEXT_CHARS];

    e->box = (struct draw_box){ 0 };
    if (e->hidden)
        return;
    e->box = layout_pane(app, WIDTH);
    sheet_begin(&s, app, &e->scroll, e->box, KEY_LAB, "Lab", false);
    snprintf(text, sizeof text, "Lab %s, %.900s", e->lab.name, e->folder);
    sheet_text(&s, DRAW_SMALL, s.dim, text);
    if (e->state == EXAMINER_ASKS)
        show_progress(&s, e);
    else if (e->state == EXAMINER_SAYS)
        show_answer(&s, e);
    show_buttons(&s, e);
    show_task(&s, e->task);
    sheet_end(&s);
    layout_edge(app, e->box);
}
