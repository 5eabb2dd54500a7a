/* cli_lab_grade.c - exifsim lab --grade: the drivers of others, one or a class, and what grading
 * systems read. */
#include "ui/cli/cli_lab.h"
#include "ui/host/files.h"
#include "ui/host/jail.h"
#include "ui/host/progress.h"
#include "ui/host/xml.h"
#include "ui/lab/class.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { GRADE_AUTOLAB, GRADE_GRADESCOPE, GRADE_JUNIT };

static const char *answer_of(const struct class_member *member)
{
    return member->verdict == EXAM_UNKNOWN ? "no answer" : exam_verdict_words[member->verdict];
}

/* ---- What grading systems read --------------------------------------------------------------- */

static bool is_asked(const struct class_member *member, int step)
{
    return step != EXAM_KNOWN || member->most == EXAM_STEPS;
}

static void write_autolab(const struct class *class, FILE *out)
{
    const struct class_member *member = &class->members[0];
    json_t *scores = json_object(), *line;
    char *dump;

    fprintf(out, "%s (%s)\n", class->lab->title, class->lab->name);
    for (int i = 0; i < EXAM_STEPS; i++) {
        if (!is_asked(member, i))
            continue;
        fprintf(out, "  %s: %s. %s\n", exam_step_titles[i],
                exam_answer_words[member->steps[i].answer], member->steps[i].text);
        json_object_set_new(scores, exam_step_words[i],
                            json_integer(member->steps[i].answer == EXAM_YES));
    }
    fprintf(out, "%s: %s\n%u of %u points\n", answer_of(member), member->said, member->points,
            member->most);
    line = json_pack("{s:o}", "scores", scores);
    dump = json_dumps(line, JSON_PRESERVE_ORDER);
    fprintf(out, "%s\n", dump);
    free(dump);
    json_decref(line);
}

static void write_gradescope(const struct class *class, FILE *out)
{
    const struct class_member *member = &class->members[0];
    json_t *tests = json_array(), *whole;
    char *dump, text[EXAM_TEXT_CHARS + 80];

    for (int i = 0; i < EXAM_STEPS; i++) {
        if (!is_asked(member, i))
            continue;
        json_array_append_new(
            tests, json_pack("{s:s, s:i, s:i, s:o, s:s}", "name", exam_step_titles[i], "score",
                             (int)(member->steps[i].answer == EXAM_YES), "max_score", 1, "output",
                             cli_json_text(member->steps[i].text), "visibility", "visible"));
    }
    snprintf(text, sizeof text, "%s: %s", answer_of(member), member->said);
    whole = json_pack("{s:i, s:i, s:o, s:o}", "score", (int)member->points, "execution_time",
                      (int)((member->host_ms + 999) / 1000), "output", cli_json_text(text), "tests",
                      tests);
    dump = json_dumps(whole, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fprintf(out, "%s\n", dump);
    free(dump);
    json_decref(whole);
}

static void write_junit(const struct class *class, FILE *out)
{
    uint32_t failed = 0, errors = 0;

    for (uint32_t i = 0; i < class->count; i++) {
        errors += class->members[i].verdict == EXAM_UNKNOWN;
        failed += class->members[i].verdict == EXAM_REFUTED ||
                  class->members[i].verdict == EXAM_DOES_NOT_BUILD;
    }
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"exifsim lab\" "
            "tests=\"%u\" failures=\"%u\" errors=\"%u\">\n  <testsuite",
            class->count, failed, errors);
    xml_attribute(out, "name", class->lab->name);
    fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\">\n", class->count, failed, errors);
    for (uint32_t i = 0; i < class->count; i++) {
        const struct class_member *member = &class->members[i];
        char text[EXAM_TEXT_CHARS + 80];

        fprintf(out, "    <testcase");
        xml_attribute(out, "classname", class->lab->name);
        xml_attribute(out, "name", member->who);
        fprintf(out, " time=\"%" PRIu64 ".%03" PRIu64 "\"", member->host_ms / 1000,
                member->host_ms % 1000);
        if (member->verdict == EXAM_NOT_REFUTED) {
            fprintf(out, "/>\n");
            continue;
        }
        snprintf(text, sizeof text, "%s, %u of %u points: %s", answer_of(member), member->points,
                 member->most, member->said);
        fprintf(out, ">\n      <%s", member->verdict == EXAM_UNKNOWN ? "error" : "failure");
        xml_attribute(out, "message", text);
        fprintf(out, "/>\n    </testcase>\n");
    }
    fprintf(out, "  </testsuite>\n</testsuites>\n");
}

static bool write_grade(const struct options *options, const struct class *class)
{
    struct whole_file file;
    int error = whole_file_open(&file, options->out);

    if (error == 0) {
        if (options->grade == GRADE_JUNIT)
            write_junit(class, file.out);
        else if (options->grade == GRADE_GRADESCOPE)
            write_gradescope(class, file.out);
        else
            write_autolab(class, file.out);
        error = whole_file_close(&file);
    }
    return cli_written(options->out != NULL ? options->out : "standard output", error);
}

/* ---- What is printed ------------------------------------------------------------------------- */

static void print_table(const struct class *class)
{
    uint32_t counts[EXAM_UNKNOWN + 1] = { 0 };

    for (uint32_t i = 0; i < class->count; i++) {
        const struct class_member *member = &class->members[i];

        counts[member->verdict]++;
        printf("%-20s %u of %u  %-14s ", member->who, member->points, member->most,
               answer_of(member));
        report_wrap(stdout, member->verdict == EXAM_NOT_REFUTED ? "" : member->said, 42, 42, 100);
    }
    printf("%u not refuted, %u refuted, %u that do not build, %u without an answer\n",
           counts[EXAM_NOT_REFUTED], counts[EXAM_REFUTED], counts[EXAM_DOES_NOT_BUILD],
           counts[EXAM_UNKNOWN]);
}

static json_t *steps_of(const struct class_member *member)
{
    json_t *steps = json_array();

    for (int i = 0; i < EXAM_STEPS; i++)
        json_array_append_new(steps, json_pack("{s:s, s:s, s:o}", "step", exam_step_words[i],
                                               "answer", exam_answer_words[member->steps[i].answer],
                                               "text", cli_json_text(member->steps[i].text)));
    return steps;
}

static void print_class(const struct class *class)
{
    json_t *document = cli_json_new("lab_class"), *members = json_array();

    json_object_set_new(document, "lab", cli_json_text(class->lab->name));
    json_object_set_new(document, "sandbox", json_boolean(!class->no_jail));
    for (uint32_t i = 0; i < class->count; i++) {
        const struct class_member *member = &class->members[i];

        json_array_append_new(
            members,
            json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "who", cli_json_text(member->who),
                      "verdict", exam_verdict_words[member->verdict], "points",
                      cli_json_count(member->points), "most", cli_json_count(member->most), "said",
                      cli_json_text(member->said), "steps", steps_of(member), "host_us",
                      cli_json_count(member->host_ms * 1000)));
    }
    json_object_set_new(document, "class", members);
    json_object_set_new(document, "errors", json_array());
    cli_json_print(document);
}

/* ---- Who is in the class --------------------------------------------------------------------- */

static bool has_driver(const char *folder)
{
    char path[PLACE_CHARS + 16];

    snprintf(path, sizeof path, "%s/driver.c", folder);
    return file_kind_of_name(path) != FILE_ABSENT;
}

static void add_folder(struct class *class, const char *folder)
{
    size_t count;
    char **names = folder_list(folder, "", &count), path[PLACE_CHARS];

    if (has_driver(folder)) {
        class_add(class, folder);
    } else {
        for (size_t i = 0; names != NULL && i < count; i++)
            if (snprintf(path, sizeof path, "%s/%s", folder, names[i]) < (int)sizeof path &&
                file_look(path).kind == FILE_FOLDER && class->count < CLASS_MEMBERS_MAX)
                class_add(class, path);
    }
    if (names != NULL)
        folder_list_free(names, count);
}

/* Which lab is examined: never what a class says of itself. */
static bool find_lab(const struct options *options, struct lab *lab)
{
    if (options->lab != NULL)
        return lab_find(options->lab, lab, stderr);
    fprintf(stderr, "exifsim: --grade without a lab (expected --lab NAME: what is handed in does "
                    "not choose its exam)\n");
    return false;
}

/* False: others' code would run without a sandbox, and nobody has asked for that. */
static bool may_run(const struct options *options, struct class *class)
{
    char why[200];

    class->no_jail = options->run.trust;
    if (class->no_jail || jail_is_there(why, sizeof why))
        return true;
    fprintf(stderr,
            "exifsim: the code of others is not run without a sandbox: %s; or --trust, which runs "
            "it as any program of your own\n",
            why);
    return false;
}

static void tell_progress(void *ctx, uint32_t done, uint32_t of)
{
    struct progress *progress = ctx;

    if (progress_due(progress))
        progress_show(progress, (double)done / of, "%u of %u graded", done, of);
}

int cli_lab_grade(const struct options *options)
{
    struct progress progress;
    struct lab lab;
    struct class class = { .lab = &lab,
                           .jobs = options->jobs > 0 ? options->jobs : 1,
                           .wall_ms = options->run.timeout_ns != 0
                                          ? options->run.timeout_ns / 1000000
                                          : 180000,
                           .seeds = (options->given & OPTION_BIT(RUNS)) != 0 ? options->runs : 0,
                           .schedules = options->schedules,
                           .progress = tell_progress,
                           .ctx = &progress };
    int code = EXIT_MET;

    if (!find_lab(options, &lab) || !may_run(options, &class))
        return EXIT_USAGE;
    for (uint32_t i = 0; i < options->path_count; i++)
        add_folder(&class, options->paths[i]);
    if (class.count == 0 || (class.count > 1 && options->grade != GRADE_JUNIT)) {
        fprintf(
            stderr,
            class.count == 0
                ? "exifsim: nothing to grade (expected a folder with driver.c, or of such "
                  "folders)\n"
                : "exifsim: a class of several (expected --grade junit: the other systems grade "
                  "one at a time)\n");
        class_free(&class);
        return EXIT_USAGE;
    }
    progress_begin(&progress, !options->quiet && options->format != FORMAT_JSON);
    class_grade(&class);
    progress_end(&progress);
    if (options->format == FORMAT_JSON)
        print_class(&class);
    else if (options->out != NULL && !options->quiet)
        print_table(&class);
    if ((options->out != NULL || options->format != FORMAT_JSON) && !write_grade(options, &class))
        code = EXIT_USAGE;
    for (uint32_t i = 0; i < class.count && code == EXIT_MET; i++)
        if (class.members[i].verdict == EXAM_UNKNOWN)
            code = EXIT_INCONCLUSIVE;
    class_free(&class);
    return code;
}
