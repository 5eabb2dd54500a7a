/* grade.c - see grade.h: reading answers and playing them; grade_outputs.c writes. */
#include "ui/lesson/grade.h"
#include "ui/lesson/progress.h"
#include "ui/host/texts.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Judges the tries of one page. */
static bool play_tries(struct ini *ini, const char *key, const struct page_view *view,
                       const char *tries, struct page_score *score)
{
    char *copy = strdup(tries), *rest = copy, *one;
    bool good = copy != NULL;

    while (good && (one = text_take(&rest, ",")) != NULL) {
        int chosen;

        one += strspn(one, " \t");
        for (size_t length = strlen(one); length > 0 && one[length - 1] == ' '; length--)
            one[length - 1] = 0;
        if (strcasecmp(one, "hint") == 0) {
            score->hint = true;
            continue;
        }
        enum page_verdict verdict = page_answer(view, one, &chosen);

        good = verdict != PAGE_UNREADABLE;
        if (!good)
            ini_error(ini, "answers", key, "\"%s\" (expected %s)", one,
                      view->offer_count > 0 ? "a letter of an offer" : value_form(view->key.kind));
        score_answer(score, one, verdict);
    }
    free(copy);
    return good;
}

static bool play_page(struct lesson_session *session, struct lesson *lesson, uint32_t index,
                      struct ini *ini, struct grade *grade)
{
    struct page_score *score = &grade->score.pages[index];
    char error[LESSON_ERROR_CHARS], name[24];
    const char *tries, *key;
    struct page_view *view;

    snprintf(grade->titles[index], sizeof grade->titles[index], "%s", lesson->pages[index].title);
    snprintf(name, sizeof name, "page_%u", index + 1);
    score->asked = lesson->pages[index].has_key && lesson->pages[index].requires[0] == 0;
    if (!score->asked) {
        if (ini_get_text(ini, "answers", name, &tries))
            ini_error(ini, "answers", name,
                      "an answer to a page that asks nothing (expected "
                      "none)");
        return true;
    }
    view = lesson_page_open(session, index, error, &key);
    if (view == NULL) {
        lesson_error(lesson, &lesson->pages[index], key, error);
        return false;
    }
    snprintf(grade->keys[index], sizeof grade->keys[index], "%s", view->key_text);
    if (ini_get_text(ini, "answers", name, &tries))
        play_tries(ini, name, view, tries, score);
    page_free(view);
    return true;
}

static bool print_errors(const struct ini *ini, FILE *errors)
{
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(errors, "%s\n", ini_error_text(ini, i));
    return ini_error_count(ini) == 0;
}

static void read_head(struct ini *ini, struct grade *grade)
{
    const char *text;

    if (!ini_get_text(ini, "answers", "lesson", &text))
        ini_error(ini, "answers", NULL, "no lesson (expected lesson = %s)", grade->lesson);
    else if (strcmp(text, grade->lesson) != 0)
        ini_error(ini, "answers", "lesson", "answers to \"%s\" (expected %s)", text, grade->lesson);
    if (ini_get_text(ini, "answers", "who", &text))
        snprintf(grade->who, sizeof grade->who, "%s", text);
}

enum grade_end grade_lesson(struct lesson *lesson, const struct run_options *options,
                            const char *path, struct grade *grade, FILE *errors)
{
    static const char *const sections[] = { "answers" };
    struct ini *ini = ini_read(path);
    struct lesson_session *session = lesson_session_new(lesson, options);
    clock_t begin = clock();
    bool played = true;

    memset(grade, 0, sizeof *grade);
    progress_name(lesson->path, grade->lesson, sizeof grade->lesson);
    snprintf(grade->title, sizeof grade->title, "%s", lesson->title);
    grade->score.page_count = lesson->page_count;
    if (ini_error_count(ini) == 0)
        read_head(ini, grade);
    for (uint32_t i = 0; i < lesson->page_count && played && ini_error_count(ini) == 0; i++)
        played = play_page(session, lesson, i, ini, grade);
    if (played && ini_error_count(ini) == 0)
        ini_unknown(ini, sections, ARRAY_LEN(sections));
    grade->cpu_ms = (uint64_t)(clock() - begin) / (CLOCKS_PER_SEC / 1000);
    lesson_session_free(session);
    bool good = print_errors(ini, errors);

    ini_free(ini);
    if (!played)
        lesson_print_errors(lesson, errors);
    return !played ? GRADE_LESSON : good ? GRADE_DONE : GRADE_FILE;
}
