/* cli_lesson.c - exifsim lesson: plays a lesson in the terminal, lists lessons, checks them.
 *
 * A page is text: what is told, the machine at that instant, the question. A letter or a value
 * answers; r reveals, h hints, n and b turn pages, q ends. Standard input may be a file.
 */
#include "ui/cli/cli.h"
#include "ui/lesson/check.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 92, LINE_CHARS = 200 };

struct player {
    struct lesson *lesson;
    struct lesson_session *session;
    const char *path;
    uint32_t right, wrong; /* First answers. */
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
    printf("  at %llu.%09llu s:\n", (unsigned long long)(v->at_time / SEC(1)),
           (unsigned long long)(v->at_time % SEC(1)));
    for (uint32_t i = 0; i < v->here_count; i++)
        printf("    %s\n", v->here[i]);
    putchar('\n');
    paragraph(v->page->say);
}

static void print_question(const struct page_view *v)
{
    paragraph(v->page->ask);
    for (uint32_t i = 0; i < v->offer_count; i++)
        printf("    %c  %s\n", 'a' + (int)i, v->offers[i]);
}

static void print_reveal(const struct page_view *v)
{
    if (v->page->has_key) {
        printf("  It is: %s\n", v->key_text);
        putchar('\n');
    }
    paragraph(v->page->reveal);
}

/* Prints the command that opens what a wrong answer should see. */
static void print_other(const struct player *p, const struct page_view *v)
{
    char word[32], line[RUN_REPRO_CHARS] = "exifsim view";
    char *copy = strdup(v->other_run), *rest = copy, *set;

    CHECK(copy != NULL);
    if (v->has_other) {
        run_add_word(line, p->path);
        while ((set = strsep(&rest, ";")) != NULL)
            if (*set != 0) {
                run_add_word(line, "--set");
                run_add_word(line, set);
            }
        snprintf(word, sizeof word, "#%llu", (unsigned long long)v->other_at);
        run_add_word(line, "--at");
        run_add_word(line, word);
        printf("  See it: %s\n", line);
    }
    free(copy);
}

static void print_verdict(struct player *p, const struct page_view *v, enum page_verdict verdict,
                          int chosen, bool first)
{
    if (first) {
        p->right += verdict == PAGE_RIGHT;
        p->wrong += verdict == PAGE_WRONG;
    }
    if (verdict == PAGE_RIGHT) {
        printf("  Right.\n");
        paragraph(v->page->reveal);
        return;
    }
    printf("  No.\n");
    if (chosen >= 0)
        paragraph(v->page->slips[chosen]);
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
        printf("[Enter: next, b: back, q: end] ");
    else
        printf("[%s; h: hint, r: reveal, b: back, n: next, q: end] ",
               v->offer_count > 0 ? "a letter" : value_form(v->key.kind));
    fflush(stdout);
}

static enum turn play_page(struct player *p, const struct page_view *v)
{
    bool answered = !v->page->has_key, first = true;
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
            print_verdict(p, v, verdict, chosen, first);
            first = false;
            answered = verdict == PAGE_RIGHT;
        } else if (strcmp(word, "n") == 0 || (answered && word[0] == 0)) {
            return TURN_NEXT;
        } else if (strcmp(word, "b") == 0) {
            return TURN_BACK;
        } else if (strcmp(word, "h") == 0) {
            paragraph(v->page->hint[0] != 0 ? v->page->hint : "There is no hint here.");
        } else if (strcmp(word, "r") == 0) {
            print_reveal(v);
            answered = true;
        } else {
            printf("  \"%s\" (expected %s, h, r, b, n or q)\n", word,
                   v->offer_count > 0 ? "one of the letters" : value_form(v->key.kind));
        }
    }
}

static int play(struct player *p)
{
    char error[LESSON_ERROR_CHARS];
    const char *key;
    uint32_t index = 0;

    while (index < p->lesson->page_count) {
        if (p->lesson->pages[index].requires[0] != 0) {
            printf("\nPage %u, \"%s\", needs %s, which this program does not have.\n", index + 1,
                   p->lesson->pages[index].title, p->lesson->pages[index].requires);
            index++;
            continue;
        }
        struct page_view *view = lesson_page_open(p->session, index, error, &key);

        if (view == NULL) {
            lesson_error(p->lesson, &p->lesson->pages[index], key, error);
            lesson_print_errors(p->lesson, stderr);
            return EXIT_FINDING;
        }
        enum turn turn = play_page(p, view);

        page_free(view);
        if (turn == TURN_END)
            break;
        if (turn == TURN_NEXT)
            index++;
        else
            index -= index > 0;
    }
    printf("\n%u right at first, %u not.\n", p->right, p->wrong);
    return EXIT_MET;
}

static int play_file(const struct options *options, const char *path)
{
    struct player p = { .lesson = lesson_read(path, stderr), .path = path };
    int code;

    if (p.lesson == NULL)
        return EXIT_USAGE;
    p.session = lesson_session_new(p.lesson, &options->run);
    printf("%s\n%u minutes%s%s\nAfterwards you can %s.\n", p.lesson->title, p.lesson->minutes,
           p.lesson->needs[0] != 0 ? "; begin with " : "", p.lesson->needs, p.lesson->after);
    code = play(&p);
    lesson_session_free(p.session);
    lesson_free(p.lesson);
    return code;
}

/* ---- Checking -------------------------------------------------------------------------------- */

static int check_file(const struct options *options, const char *path, struct check_sum *all)
{
    static const int codes[] = {
        [CHECK_GOOD] = EXIT_MET,          [CHECK_DIFFERS] = EXIT_FINDING,
        [CHECK_FILE] = EXIT_USAGE,        [CHECK_RUNS_DIFFER] = EXIT_DIFFERENT,
        [CHECK_NO_MEMORY] = EXIT_INTERNAL,
    };
    struct lesson *lesson = lesson_read(path, stderr);
    struct check_sum sum;
    enum check_end end;

    if (lesson == NULL) {
        all->failed++;
        return EXIT_USAGE;
    }
    end = lesson_check(lesson, &options->run, stdout, stderr, &sum);
    if (!options->quiet)
        printf("%s %s: %u pages, at most %u other runs a page, %llu.%llu s of processor time\n",
               end == CHECK_GOOD ? "pass" : "FAIL", path, lesson->page_count, sum.runs,
               (unsigned long long)(sum.cpu_ms / 1000),
               (unsigned long long)(sum.cpu_ms / 100 % 10));
    all->passed += sum.passed;
    all->failed += sum.failed;
    all->skipped += sum.skipped;
    if (end == CHECK_RUNS_DIFFER)
        fprintf(stderr, "%s: two runs of it differ\n", path);
    if (end == CHECK_NO_MEMORY)
        cli_no_memory();
    lesson_free(lesson);
    return codes[end];
}

/* ---- Asking ---------------------------------------------------------------------------------- */

/* Prints what an expression comes to, in the run of any scenario. */
static int ask_file(const struct options *options, const char *path)
{
    struct lesson *lesson = lesson_is_one(path) ? lesson_read(path, stderr) : NULL;
    struct expr_page page = { .marks = { MARK_NONE, MARK_NONE, MARK_NONE, MARK_NONE } };
    struct expr *expr = calloc(1, sizeof *expr);
    char error[LESSON_ERROR_CHARS], text[VALUE_TEXT_CHARS];
    static const struct expr_runs none;
    struct value value;
    int code = EXIT_USAGE;

    CHECK(expr != NULL);
    page.named = lesson != NULL ? &lesson->runs : &none;
    page.runs = lesson_runs_new(&options->run, path);
    if (!expr_parse(expr, options->ask, page.named, error))
        fprintf(stderr, "exifsim: --ask: %s\n", error);
    else if (!expr_evaluate(expr, &page, &value, error))
        fprintf(stderr, "exifsim: %s: %s\n", path, error);
    else
        code = printf("%s\n", value_text(&value, text)) > 0 ? EXIT_MET : EXIT_USAGE;
    lesson_runs_free(page.runs);
    lesson_free(lesson);
    free(expr);
    return code;
}

int verb_lesson(const struct options *options)
{
    struct check_sum all = { 0 };
    int code = EXIT_MET;

    for (uint32_t i = 0; i < options->path_count; i++) {
        const char *path = options->paths[i];
        int one = options->check         ? check_file(options, path, &all)
                  : options->ask != NULL ? ask_file(options, path)
                                         : play_file(options, path);

        code = exit_worse(code, one);
    }
    if (options->check)
        printf("%u passed, %u failed, %u skipped\n", all.passed, all.failed, all.skipped);
    return code;
}
