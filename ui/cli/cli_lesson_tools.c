/* cli_lesson_tools.c - exifsim lesson: the course, checks, grades, questions of authors. */
#include "ui/cli/cli_json.h"
#include "ui/cli/cli_lesson.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include "ui/host/places.h"
#include "ui/lesson/grade.h"
#include "ui/lesson/progress.h"
#include "ui/run/supplied.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- The course ------------------------------------------------------------------------------ */

static json_t *json_lesson(const struct lesson *lesson, const char *name,
                           const struct progress_row *row)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "name",
                     cli_json_text(name), "path", cli_json_text(lesson->path), "title",
                     cli_json_text(lesson->title), "minutes", cli_json_count(lesson->minutes),
                     "needs", cli_json_text(lesson->needs), "after", cli_json_text(lesson->after),
                     "pages", cli_json_count(lesson->page_count), "done", row != NULL && row->done,
                     "best", cli_json_count(row != NULL ? row->best : 0), "most",
                     cli_json_count(row != NULL ? row->most : 0));
}

/* Prints a lesson of the course, or appends it to the list. */
static void print_lesson(const struct progress *progress, const char *path, json_t *lessons)
{
    struct lesson *lesson = lesson_read(path, stderr);
    char name[PROGRESS_NAME], done[40] = "";
    const struct progress_row *row;

    if (lesson == NULL)
        return;
    progress_name(path, name, sizeof name);
    row = progress_find(progress, name);
    if (lessons != NULL) {
        json_array_append_new(lessons, json_lesson(lesson, name, row));
        lesson_free(lesson);
        return;
    }
    if (row != NULL)
        snprintf(done, sizeof done, "%s, best %u of %u", row->done ? "done" : "begun", row->best,
                 row->most);
    printf("  %-16s %-36s %2u min  %s\n                   afterwards you can ", name, lesson->title,
           lesson->minutes, done);
    report_wrap(stdout, lesson->after, 38, 19, 92);
    lesson_free(lesson);
}

static int print_course(const struct options *options)
{
    char data[PLACE_CHARS] = "", path[PLACE_CHARS], places[PLACE_CHARS];
    json_t *lessons = NULL, *document;
    struct progress *progress;
    struct supplied_names names;

    if (!supplied_find("lessons", path)) {
        supplied_missing("lessons", places, sizeof places);
        fprintf(stderr, "exifsim: no lessons (expected the folder lessons of scenarios%s)\n",
                places);
        return EXIT_USAGE;
    }
    if (options->format == FORMAT_JSON)
        lessons = json_array();
    place_of_data("progress.ini", data);
    progress = progress_read(data);
    if (lessons == NULL)
        printf(
            "Lessons. Play one with exifsim lesson NAME, or in a window with exifsim view --lesson "
            "NAME.\n\n");
    supplied_names(&names);
    for (uint32_t i = 0; i < names.count; i++)
        if (strncmp(names.list[i], "lessons/", 8) == 0 && supplied_find(names.list[i], path))
            print_lesson(progress, path, lessons);
    supplied_names_free(&names);
    progress_free(progress);
    if (lessons != NULL) {
        document = cli_json_new("lesson");
        json_object_set_new(document, "lessons", lessons);
        cli_json_print(document);
    }
    return EXIT_MET;
}

static int reset_progress(void)
{
    char path[PLACE_CHARS];

    if (!place_of_data("progress.ini", path))
        return EXIT_MET;
    if (!file_remove(path) && errno != ENOENT) {
        fprintf(stderr, "exifsim: cannot remove %s: %s\n", path, strerror(errno));
        return EXIT_USAGE;
    }
    printf("Progress is forgotten: %s\n", path);
    return EXIT_MET;
}

/* ---- Checking -------------------------------------------------------------------------------- */

static json_t *json_check(const char *path, const struct check_sum *sum, bool met,
                          const char *lines)
{
    json_t *errors = json_array();

    cli_json_errors(errors, lines);
    return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "path", cli_json_text(path), "met",
                     met, "passed", cli_json_count(sum->passed), "failed",
                     cli_json_count(sum->failed), "skipped", cli_json_count(sum->skipped), "runs",
                     cli_json_count(sum->runs), "cpu_ms", cli_json_count(sum->cpu_ms), "errors",
                     errors);
}

/* Checks a lesson; errors go to `errors`, skipped pages to out. */
static int check_lesson(const struct options *options, const char *path, struct check_sum *sum,
                        FILE *out, FILE *errors)
{
    static const int codes[] = {
        [CHECK_GOOD] = EXIT_MET,           [CHECK_DIFFERS] = EXIT_FINDING,
        [CHECK_FILE] = EXIT_USAGE,         [CHECK_RUNS_DIFFER] = EXIT_DIFFERENT,
        [CHECK_NO_MEMORY] = EXIT_INTERNAL,
    };
    struct lesson *lesson = lesson_read(path, errors);
    enum check_end end;

    *sum = (struct check_sum){ .failed = 1 };
    if (lesson == NULL)
        return EXIT_USAGE;
    end = lesson_check(lesson, &options->run, out, errors, sum);
    if (end == CHECK_RUNS_DIFFER)
        fprintf(errors, "%s: two runs of it differ\n", path);
    lesson_free(lesson);
    return end == CHECK_NO_MEMORY ? cli_no_memory() : codes[end];
}

/* Checks a lesson and prints what came of it, or appends it to the list. */
static int check_file(const struct options *options, const char *path, struct check_sum *all,
                      json_t *checks)
{
    char *lines = NULL;
    size_t length = 0;
    FILE *errors = checks != NULL ? memory_file_open(&lines, &length) : stderr;
    struct check_sum sum;
    int code;

    CHECK(errors != NULL);
    code = check_lesson(options, path, &sum, checks != NULL ? stderr : stdout, errors);
    all->passed += sum.passed;
    all->failed += sum.failed;
    all->skipped += sum.skipped;
    if (checks != NULL) {
        memory_file_close(errors);
        json_array_append_new(checks, json_check(path, &sum, code == EXIT_MET, lines));
        free(lines);
    } else if (!options->quiet) {
        printf("%s %s: %u pages, at most %u other runs a page, %llu.%llu s of processor time\n",
               code == EXIT_MET ? "pass" : "FAIL", path, sum.passed + sum.failed + sum.skipped,
               sum.runs, (unsigned long long)(sum.cpu_ms / 1000),
               (unsigned long long)(sum.cpu_ms / 100 % 10));
    }
    return code;
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

/* ---- Grades ---------------------------------------------------------------------------------- */

enum { GRADE_AUTOLAB, GRADE_GRADESCOPE, GRADE_JUNIT };

static void write_grade(const struct options *options, const struct grade *grade, FILE *out)
{
    if (options->grade == GRADE_GRADESCOPE)
        grade_gradescope(grade, out);
    else if (options->grade == GRADE_JUNIT)
        grade_junit(grade, options->show_keys, out);
    else
        grade_autolab(grade, out);
}

static int grade_file(const struct options *options, const char *path)
{
    struct lesson *lesson = lesson_read(path, stderr);
    struct grade *grade = calloc(1, sizeof *grade);
    int code = EXIT_USAGE;

    CHECK(grade != NULL);
    if (lesson != NULL) {
        enum grade_end end = grade_lesson(lesson, &options->run, options->answers, grade, stderr);
        struct whole_file file;
        int error = end == GRADE_DONE ? whole_file_open(&file, options->out) : 0;

        code = end == GRADE_DONE ? EXIT_MET : end == GRADE_FILE ? EXIT_USAGE : EXIT_FINDING;
        if (end == GRADE_DONE && error == 0) {
            write_grade(options, grade, file.out);
            error = whole_file_close(&file);
        }
        if (!cli_written(options->out != NULL ? options->out : "standard output", error))
            code = EXIT_USAGE;
    }
    free(grade);
    lesson_free(lesson);
    return code;
}

/* ---- On paper -------------------------------------------------------------------------------- */

/* Starts exifsim-view, which draws; returns only if that fails. */
static int make_handout(const struct options *options, const char *path)
{
    static const char *const sizes[] = { "A4", "Letter", "A3" };
    const char *const words[] = { "exifsim",   "render",         "--lesson", path,
                                  "--handout", options->handout, "--paper",  sizes[options->paper],
                                  "--key" };
    char *copies[ARRAY_LEN(words) + 1] = { NULL };

    for (size_t i = 0; i < ARRAY_LEN(words) - !options->key; i++) {
        copies[i] = strdup(words[i]);
        CHECK(copies[i] != NULL);
    }
    return cli_view(copies);
}

/* ---- The verb -------------------------------------------------------------------------------- */

static void print_checks(const struct check_sum *all, json_t *checks)
{
    json_t *document;

    if (checks == NULL) {
        printf("%u passed, %u failed, %u skipped\n", all->passed, all->failed, all->skipped);
        return;
    }
    document = cli_json_new("lesson");
    json_object_set_new(document, "passed", cli_json_count(all->passed));
    json_object_set_new(document, "failed", cli_json_count(all->failed));
    json_object_set_new(document, "skipped", cli_json_count(all->skipped));
    json_object_set_new(document, "checks", checks);
    cli_json_print(document);
}

int verb_lesson(const struct options *options)
{
    struct check_sum all = { 0 };
    json_t *checks = NULL;
    int code = EXIT_MET;

    if (options->reset)
        return reset_progress();
    if (options->path_count == 0)
        return print_course(options);
    if (options->format == FORMAT_JSON && !options->check) {
        fprintf(stderr,
                "exifsim: --format json of a lesson that is played (expected --check, or no "
                "lesson: then the course)\n");
        return EXIT_USAGE;
    }
    if (options->format == FORMAT_JSON)
        checks = json_array();
    for (uint32_t i = 0; i < options->path_count; i++) {
        const char *path = options->paths[i];

        if (options->handout != NULL)
            return make_handout(options, path);
        int one = options->check             ? check_file(options, path, &all, checks)
                  : options->ask != NULL     ? ask_file(options, path)
                  : options->answers != NULL ? grade_file(options, path)
                                             : cli_lesson_play(options, path);

        code = exit_worse(code, one);
    }
    if (options->check)
        print_checks(&all, checks);
    return code;
}
