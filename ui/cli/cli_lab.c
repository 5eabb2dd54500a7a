/* cli_lab.c - exifsim lab: the exercises, and the exam of a mended driver. */
#include "ui/cli/cli_lab.h"
#include "ui/host/files.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include "ui/lab/class.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- The list -------------------------------------------------------------------------------- */

static int print_labs(const struct options *options)
{
    char names[LABS_MAX][LAB_NAME_CHARS];
    uint32_t count = lab_names(names);
    json_t *document, *list = json_array();
    struct lab lab;

    if (options->format != FORMAT_JSON)
        printf("Labs: drivers with a fault. Begin one with exifsim new lab NAME.\n\n");
    for (uint32_t i = 0; i < count; i++) {
        if (!lab_find(names[i], &lab, stderr))
            continue;
        if (options->format == FORMAT_JSON)
            json_array_append_new(
                list, json_pack("{s:o, s:o, s:o}", "name", cli_json_text(lab.name), "title",
                                cli_json_text(lab.title), "minutes", cli_json_count(lab.minutes)));
        else
            printf("  %-10s %-60s %3u min\n", lab.name, lab.title, lab.minutes);
    }
    if (options->format == FORMAT_JSON) {
        document = cli_json_new("labs");
        json_object_set_new(document, "labs", list);
        cli_json_print(document);
    } else {
        json_decref(list);
    }
    return count > 0 ? EXIT_MET : EXIT_USAGE;
}

/* ---- An answer ------------------------------------------------------------------------------- */

int cli_lab_code(enum exam_verdict verdict)
{
    static const int codes[] = { [EXAM_REFUTED] = EXIT_FINDING,
                                 [EXAM_NOT_REFUTED] = EXIT_MET,
                                 [EXAM_DOES_NOT_BUILD] = EXIT_USAGE,
                                 [EXAM_UNKNOWN] = EXIT_INCONCLUSIVE };

    return codes[verdict];
}

static const char *const told[] = { "refuted", "not refuted", "does not build",
                                    "no answer: the exam was ended" };

void cli_lab_print(const struct exam *exam, const char *path, FILE *out)
{
    fprintf(out, "%s: %s\n", exam->lab->name, exam->lab->title);
    for (int i = 0; i < EXAM_STEPS; i++) {
        const struct exam_said *said = &exam->steps[i];

        if (said->answer == EXAM_NOT_ASKED && exam->verdict == EXAM_NOT_REFUTED)
            continue;
        fprintf(out, "  %-14s %-10s ", exam_step_titles[i], exam_answer_words[said->answer]);
        report_wrap(out, said->text, 28, 28, 100);
    }
    if (exam->verdict == EXAM_DOES_NOT_BUILD)
        fprintf(out, "%s", exam->errors);
    fprintf(out, "%s\n", told[exam->verdict]);
    if (exam->verdict == EXAM_NOT_REFUTED)
        report_wrap(out, exam->not_asked, 0, 0, 100);
    if (path != NULL) {
        fprintf(out, "\n%s run that refutes it, as a story:\n\n",
                exam->is_minimal ? "The smallest" : "The");
        bool told_in_panels = cli_storyboard_print(path, out);

        if (!told_in_panels)
            fprintf(
                out,
                "It is too short to be told in panels: exifsim explain %s says what is known.\n",
                path);
        fprintf(out, "\nagain   exifsim replay %s\nsee     exifsim view %s\n", path, path);
        if (told_in_panels)
            fprintf(out, "page    exifsim storyboard %s -o story.svg\n", path);
    }
}

static json_t *steps_json(const struct exam *exam)
{
    json_t *steps = json_array();

    for (int i = 0; i < EXAM_STEPS; i++)
        json_array_append_new(steps, json_pack("{s:s, s:s, s:o}", "step", exam_step_words[i],
                                               "answer", exam_answer_words[exam->steps[i].answer],
                                               "text", cli_json_text(exam->steps[i].text)));
    return steps;
}

json_t *cli_lab_json(const struct exam *exam)
{
    json_t *document = cli_json_new("lab"), *errors = json_array();
    bool found = exam->verdict == EXAM_REFUTED && exam->finding.kind != FINDING_NONE;

    json_object_set_new(document, "lab", cli_json_text(exam->lab->name));
    json_object_set_new(document, "title", cli_json_text(exam->lab->title));
    json_object_set_new(document, "folder", cli_json_text(exam->folder));
    json_object_set_new(document, "verdict", json_string(exam_verdict_words[exam->verdict]));
    json_object_set_new(document, "points", cli_json_count(exam_points(exam)));
    json_object_set_new(document, "most", cli_json_count(exam_most(exam)));
    json_object_set_new(document, "steps", steps_json(exam));
    json_object_set_new(document, "finding",
                        found ? cli_json_text(exam->finding.cause) : json_null());
    json_object_set_new(document, "at_ns", found ? cli_json_count(exam->finding.at) : json_null());
    json_object_set_new(document, "not_asked",
                        exam->verdict == EXAM_NOT_REFUTED ? cli_json_text(exam->not_asked)
                                                          : json_null());
    json_object_set_new(document, "capsule",
                        exam->capsule != NULL ? cli_json_text(exam->capsule) : json_null());
    json_object_set_new(document, "minimal", json_boolean(exam->is_minimal));
    json_object_set_new(document, "runs", cli_json_count(exam->runs));
    json_object_set_new(document, "orders", cli_json_count(exam->orders));
    if (exam->verdict == EXAM_DOES_NOT_BUILD)
        cli_json_errors(errors, exam->errors);
    json_object_set_new(document, "errors", errors);
    return document;
}

/* ---- One folder ------------------------------------------------------------------------------ */

static void tell_progress(void *ctx, enum exam_step step, uint32_t done)
{
    struct progress *progress = ctx;

    if (progress_due(progress))
        progress_show(progress, -1, "%s: %u", exam_step_titles[step], done);
}

static int examine(const struct options *options, const char *folder)
{
    char name[LAB_NAME_CHARS] = "", path[PLACE_CHARS], driver[PLACE_CHARS];
    struct exam exam = { .folder = folder,
                         .seeds = (options->given & OPTION_BIT(RUNS)) != 0 ? options->runs : 0,
                         .schedules = options->schedules,
                         .signal = interrupt_flag(),
                         .progress = tell_progress };
    struct progress progress;
    char seal[CLASS_SEAL_CHARS];
    struct lab lab;

    class_take_seal(seal);
    lab_driver_path(folder, driver);
    if (options->lab != NULL)
        snprintf(name, sizeof name, "%s", options->lab);
    else if (!lab_of_folder(folder, name, stderr))
        return EXIT_USAGE;
    if (!lab_find(options->lab != NULL ? options->lab : name, &lab, stderr))
        return EXIT_USAGE;
    if (file_look(driver).kind != FILE_REGULAR) {
        fprintf(stderr,
                "exifsim: %s: no such file (expected the driver of a folder that `exifsim "
                "new lab` made)\n",
                driver);
        return EXIT_USAGE;
    }
    exam.lab = &lab;
    exam.ctx = &progress;
    progress_begin(&progress, !options->quiet && options->format != FORMAT_JSON);
    exam_go(&exam);
    progress_end(&progress);
    if (options->format == FORMAT_JSON) {
        if (seal[0] != 0)
            class_write_seal(seal, stdout);
        cli_json_print(cli_lab_json(&exam));
    } else {
        int error;
        enum exam_kept kept = exam_keep(&exam, path, &error);

        if (kept == EXAM_NOT_KEPT)
            cli_written(path, error);
        if (options->quiet)
            printf("%s: %s\n", folder, told[exam.verdict]);
        else
            cli_lab_print(&exam, kept == EXAM_KEPT ? path : NULL, stdout);
        if (kept == EXAM_REMOVED)
            printf("%s, of an earlier driver, is removed.\n", path);
    }
    int code = cli_lab_code(exam.verdict);

    exam_free(&exam);
    return code;
}

int verb_lab(const struct options *options)
{
    int code = EXIT_MET;

    if (options->path_count == 0)
        return print_labs(options);
    if ((options->given & OPTION_BIT(GRADE)) != 0)
        return cli_lab_grade(options);
    for (uint32_t i = 0; i < options->path_count; i++)
        code = exit_worse(code, examine(options, options->paths[i]));
    return code;
}
