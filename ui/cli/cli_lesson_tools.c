/* cli_lesson_tools.c - exifsim lesson: the course, checks, grades, questions of authors. */
#include "ui/cli/cli_lesson.h"
#include "ui/host/places.h"
#include "ui/lesson/course.h"
#include "ui/lesson/grade.h"
#include "ui/lesson/progress.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- The course ------------------------------------------------------------------------------ */

static int is_ini(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".ini") == 0;
}

static void print_lesson(const struct progress *progress, const char *path)
{
    struct lesson *lesson = lesson_read(path, stderr);
    char name[PROGRESS_NAME], done[40] = "";
    const struct progress_row *row;

    if (lesson == NULL)
        return;
    progress_name(path, name, sizeof name);
    row = progress_find(progress, name);
    if (row != NULL)
        snprintf(done, sizeof done, "%s, best %u of %u", row->done ? "done" : "begun", row->best,
                 row->most);
    printf("  %-16s %-36s %2u min  %s\n                   afterwards you can ", name, lesson->title,
           lesson->minutes, done);
    report_wrap(stdout, lesson->after, 38, 19, 92);
    lesson_free(lesson);
}

int cli_lesson_course(void)
{
    char folder[PLACE_CHARS], data[PLACE_CHARS] = "", path[2 * PLACE_CHARS];
    struct progress *progress;
    struct dirent **entries;
    int count;

    if (!course_folder(folder) || (count = scandir(folder, &entries, is_ini, alphasort)) < 0) {
        fprintf(stderr, "exifsim: no lessons (expected the folder scenarios/lessons here or beside "
                        "the program)\n");
        return EXIT_USAGE;
    }
    place_of_data("progress.ini", data);
    progress = progress_read(data);
    printf("Lessons. Play one with exifsim lesson NAME, or in a window with exifsim view --lesson "
           "NAME.\n\n");
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        print_lesson(progress, path);
        free(entries[i]);
    }
    free(entries);
    progress_free(progress);
    return EXIT_MET;
}

static int reset_progress(void)
{
    char path[PLACE_CHARS];

    if (!place_of_data("progress.ini", path))
        return EXIT_MET;
    if (remove(path) != 0 && errno != ENOENT) {
        fprintf(stderr, "exifsim: cannot remove %s: %s\n", path, strerror(errno));
        return EXIT_USAGE;
    }
    printf("Progress is forgotten: %s\n", path);
    return EXIT_MET;
}

/* ---- Checking -------------------------------------------------------------------------------- */

static int check_file(const struct options *options, const char *path, struct check_sum *all)
{
    static const int codes[] = {
        [CHECK_GOOD] = EXIT_MET,           [CHECK_DIFFERS] = EXIT_FINDING,
        [CHECK_FILE] = EXIT_USAGE,         [CHECK_RUNS_DIFFER] = EXIT_DIFFERENT,
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

/* ---- The verb -------------------------------------------------------------------------------- */

int verb_lesson(const struct options *options)
{
    struct check_sum all = { 0 };
    int code = EXIT_MET;

    if (options->reset)
        return reset_progress();
    if (options->path_count == 0)
        return cli_lesson_course();
    for (uint32_t i = 0; i < options->path_count; i++) {
        char path[COURSE_PATH_CHARS];

        if (!course_find(options->paths[i], path))
            return EXIT_USAGE;
        int one = options->check             ? check_file(options, path, &all)
                  : options->ask != NULL     ? ask_file(options, path)
                  : options->answers != NULL ? grade_file(options, path)
                                             : cli_lesson_play(options, path);

        code = exit_worse(code, one);
    }
    if (options->check)
        printf("%u passed, %u failed, %u skipped\n", all.passed, all.failed, all.skipped);
    return code;
}
