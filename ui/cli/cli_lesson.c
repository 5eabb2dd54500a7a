/* cli_lesson.c - exifsim lesson: plays a lesson in the terminal; cli_lesson_tools.c has its other
 * uses.
 *
 * A page is text: what is told, the machine at that instant, the question. A letter or a value
 * answers; r reveals, h hints, n and p turn pages, q ends. Standard input may be a file.
 */
#include "ui/cli/cli_lesson.h"
#include "ui/lesson/score.h"
#include "ui/host/texts.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 92, LINE_CHARS = 200 };

struct player {
    struct lesson *lesson;
    struct lesson_session *session;
    const char *path;
    const struct run_options *options;
    struct score score;
    uint32_t index; /* The page that is open, from 0. */
};

static void paragraph(const char *text)
{
    if (text[0] == 0)
        return;
    printf("  ");
    report_wrap(stdout, text, 2, 2, WIDTH);
    putchar('\n');
}

/* ---- A page ---------------------------------------------------------------------------------- */

static void print_page(const struct player *p, const struct page_view *v)
{
    printf("\n%s - page %u of %u\n%s\n\n", p->lesson->title, v->number, p->lesson->page_count,
           v->page->title);
    printf("  at %llu.%09llu s", (unsigned long long)(v->at_time / SEC(1)),
           (unsigned long long)(v->at_time % SEC(1)));
    if (v->page->run[0] != 0)
        printf(" of the run \"%s\"", v->page->run);
    printf("%s\n", v->here_count > 0 ? ":" : "");
    for (uint32_t i = 0; i < v->here_count; i++)
        printf("    %s\n", v->here[i]);
    putchar('\n');
    paragraph(v->texts.say);
}

static void print_question(const struct page_view *v)
{
    paragraph(v->texts.ask);
    for (uint32_t i = 0; i < v->offer_count; i++)
        printf("    %c  %s\n", 'a' + (int)i, v->offers[i]);
}

static void print_reveal(const struct page_view *v)
{
    if (v->page->has_key) {
        printf("  It is: %s\n", v->key_text);
        putchar('\n');
    }
    paragraph(v->texts.reveal);
}

/* Prints the command that opens what a wrong answer should see. */
static void print_other(const struct player *p, const struct page_view *v)
{
    char word[32], path[RUNS_PATH_CHARS], line[RUN_REPRO_CHARS], *sets = strdup(v->other_run);
    struct run_options options = *p->options;

    CHECK(sets != NULL);
    if (v->has_other) {
        lesson_run_options(sets, p->path, &options, path);
        run_view(&options, path, v->other_seed, options.surprises != NULL ? options.surprises : "",
                 line);
        snprintf(word, sizeof word, "#%llu", (unsigned long long)v->other_at);
        run_add_word(line, "--at");
        run_add_word(line, word);
        printf("  See it: %s\n", line);
    }
    free(sets);
}

static void print_verdict(const struct player *p, const struct page_view *v,
                          enum page_verdict verdict, int chosen)
{
    if (verdict == PAGE_RIGHT) {
        printf("  Right.\n");
        paragraph(v->texts.reveal);
        return;
    }
    printf("  No.\n");
    if (chosen >= 0)
        paragraph(v->texts.slips[chosen]);
    print_other(p, v);
}

/* ---- Turning pages --------------------------------------------------------------------------- */

enum turn { TURN_NEXT, TURN_BACK, TURN_END };

static bool read_line(char line[LINE_CHARS])
{
    if (fgets(line, LINE_CHARS, stdin) == NULL)
        return false;
    line[strcspn(line, "\r\n")] = 0;
    return true;
}

static void prompt(const struct page_view *v, bool answered)
{
    if (answered || !v->page->has_key)
        printf("[Enter: next, p: page before, q: end] ");
    else
        printf("[%s; h: hint, r: reveal, p: page before, n: next, q: end] ",
               v->offer_count > 0 ? "a letter" : value_form(v->key.kind));
    fflush(stdout);
}

static enum turn play_page(struct player *p, const struct page_view *v)
{
    struct page_score *score = &p->score.pages[p->index];
    bool answered = !v->page->has_key || score->right;
    enum page_verdict verdict;
    char line[LINE_CHARS];
    int chosen;

    print_page(p, v);
    print_question(v);
    for (;;) {
        prompt(v, answered);
        if (!read_line(line)) {
            putchar('\n');
            return TURN_END;
        }
        const char *word = line + strspn(line, " \t");

        if (strcmp(word, "q") == 0)
            return TURN_END;
        if (!answered && word[0] != 0 &&
            (verdict = page_answer(v, word, &chosen)) != PAGE_UNREADABLE) {
            score_answer(score, word, verdict);
            print_verdict(p, v, verdict, chosen);
            answered = verdict == PAGE_RIGHT;
        } else if (strcmp(word, "n") == 0 || (answered && word[0] == 0)) {
            return TURN_NEXT;
        } else if (strcmp(word, "p") == 0) {
            return TURN_BACK;
        } else if (strcmp(word, "h") == 0) {
            score->hint = true;
            paragraph(v->texts.hint[0] != 0 ? v->texts.hint : "There is no hint here.");
        } else if (strcmp(word, "r") == 0) {
            print_reveal(v);
            score->revealed = !score->right;
            answered = true;
        } else {
            printf("  \"%s\" (expected %s, h, r, p, n or q)\n", word,
                   v->offer_count > 0 ? "one of the letters" : value_form(v->key.kind));
        }
    }
}

/* Opens the page at hand and plays it. False: it cannot be played, and the error was printed. */
static bool open_page(struct player *p, enum turn *turn)
{
    const struct lesson_page *page = &p->lesson->pages[p->index];
    char error[LESSON_ERROR_CHARS];
    const char *key;
    struct page_view *view;

    *turn = TURN_NEXT;
    if (page->requires[0] != 0) {
        printf("\nPage %u, \"%s\", cannot be played: it needs %s, which this program does not "
               "have. It "
               "gives no points; the lesson goes on.\n",
               p->index + 1, page->title, page->requires);
        return true;
    }
    view = lesson_page_open(p->session, p->index, error, &key);
    if (view == NULL) {
        lesson_error(p->lesson, page, key, error);
        lesson_print_errors(p->lesson, stderr);
        return false;
    }
    p->score.pages[p->index].asked = page->has_key;
    *turn = play_page(p, view);
    page_free(view);
    return true;
}

static int play(struct player *p)
{
    enum turn turn = TURN_NEXT;

    while (p->index < p->lesson->page_count) {
        if (!open_page(p, &turn))
            return EXIT_FINDING;
        if (turn == TURN_END)
            break;
        if (turn == TURN_NEXT)
            p->index++;
        else
            p->index -= p->index > 0;
    }
    printf("\n%u of %u points.\n", score_sum(&p->score), score_most(&p->score));
    return EXIT_MET;
}

int cli_lesson_play(const struct options *options, const char *path)
{
    struct player p = { .lesson = lesson_read(path, stderr),
                        .path = path,
                        .options = &options->run };
    int code;

    if (p.lesson == NULL)
        return EXIT_USAGE;
    p.session = lesson_session_new(p.lesson, &options->run);
    p.score.page_count = p.lesson->page_count;
    printf("%s\n%u minutes%s%s\nAfterwards you can %s.\n", p.lesson->title, p.lesson->minutes,
           p.lesson->needs[0] != 0 ? "; begin with " : "", p.lesson->needs, p.lesson->after);
    code = play(&p);
    if (code == EXIT_MET) {
        char place[PLACE_CHARS];

        cli_written(place, score_keep(&p.score, p.lesson, p.index, place));
    }
    lesson_session_free(p.session);
    lesson_free(p.lesson);
    return code;
}
