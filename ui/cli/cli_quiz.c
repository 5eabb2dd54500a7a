/* cli_quiz.c - exifsim quiz: questions that are made from runs, asked in the terminal or written
 * for paper and for other programs. cli_quiz_stats.c has the statistics of answer files.
 */
#include "ui/cli/cli_quiz.h"
#include "ui/campaign/plan.h"
#include "ui/cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 92, LINE_CHARS = 200 };

/* ---- In the terminal ------------------------------------------------------------------------- */

static void print_verdict(const struct quiz_question *q, uint32_t chosen)
{
    struct quiz_verdict verdict;
    char see[RUN_REPRO_CHARS];

    quiz_judge(q, chosen, &verdict);
    printf("   ");
    report_wrap(stdout, verdict.said, 3, 3, WIDTH);
    if (verdict.right)
        return;
    printf("   ");
    report_wrap(stdout, verdict.key, 3, 3, WIDTH);
    quiz_see(q, see);
    printf("   See it: %s\n", see);
}

/* Reads a letter. False: the input ended, or the person wants to end. */
static bool read_letter(const struct quiz_question *q, uint32_t *chosen)
{
    char line[LINE_CHARS];

    for (;;) {
        printf("[a to %c; q: end] ", 'a' + (int)q->option_count - 1);
        fflush(stdout);
        if (fgets(line, sizeof line, stdin) == NULL) {
            putchar('\n');
            return false;
        }
        line[strcspn(line, "\r\n")] = 0;
        const char *word = line + strspn(line, " \t");

        if (strcmp(word, "q") == 0)
            return false;
        *chosen = (uint32_t)((word[0] | 0x20) - 'a');
        if (word[0] != 0 && word[1] == 0 && *chosen < q->option_count)
            return true;
        printf("   \"%s\" (expected a letter, a to %c, or q)\n", word,
               'a' + (int)q->option_count - 1);
    }
}

static void play(const struct quiz_form *form)
{
    uint32_t right = 0, asked = 0, chosen;

    for (uint32_t i = 0; i < form->count; i++) {
        printf("\n");
        quiz_form_question(form, i, "", stdout);
        if (!read_letter(&form->questions[i], &chosen))
            break;
        asked++;
        right += chosen == form->questions[i].right;
        print_verdict(&form->questions[i], chosen);
    }
    printf("\n%u of %u right\n", right, asked);
}

/* ---- With the answers of a file -------------------------------------------------------------- */

static int play_file(const char *path, const struct quiz_form *form)
{
    struct quiz_answers *answers = calloc(1, sizeof *answers);
    struct quiz_keys *keys = calloc(1, sizeof *keys);
    uint32_t right = 0;
    int code = EXIT_USAGE;

    CHECK(answers != NULL && keys != NULL);
    if (quiz_file_read(path, form, answers, keys, stderr) == QUIZ_FILE_ANSWERS) {
        printf("who %s, form %s\n", answers->who, answers->form);
        for (uint32_t i = 0; i < form->count; i++) {
            uint8_t letter = answers->letters[i];

            if (letter == 0) {
                printf("%u. no answer\n", i + 1);
                continue;
            }
            printf("%u. %c\n", i + 1, 'a' + letter - 1);
            right += letter == form->questions[i].right + 1;
            print_verdict(&form->questions[i], letter - 1u);
        }
        printf("%u of %u right\n", right, form->count);
        code = EXIT_MET;
    }
    free(answers);
    free(keys);
    return code;
}

/* ---- Forms ----------------------------------------------------------------------------------- */

static bool writes(const struct options *options)
{
    return options->gift || options->sheet || options->key || options->format == FORMAT_JSON;
}

static int write_form(const struct options *options, const struct quiz_form *form)
{
    struct whole_file file;
    int error = whole_file_open(&file, options->out);

    if (error == 0) {
        if (options->format == FORMAT_JSON)
            quiz_form_json(form, file.out);
        else if (options->gift)
            quiz_form_gift(form, file.out);
        else if (options->sheet)
            quiz_form_sheet(form, file.out);
        else
            quiz_form_key(form, file.out);
        error = whole_file_close(&file);
    }
    return cli_written(options->out != NULL ? options->out : "standard output", error) ? EXIT_MET
                                                                                       : EXIT_USAGE;
}

/* Says what could not be asked. */
static void print_rest(const struct options *options, const struct quiz_form *form)
{
    FILE *out = writes(options) ? stderr : stdout;

    for (int i = 0; i < QUIZ_TYPES; i++)
        if (form->exhausted[i])
            fprintf(out, "no %squestion of type %s in these runs\n",
                    form->count > 0 ? "further " : "", quiz_types[i].name);
    if (!options->verbose)
        return;
    for (int i = 0; i < QUIZ_REFUSALS; i++)
        if (form->refused[i] > 0)
            fprintf(out, "refused: %u instants %s\n", form->refused[i], quiz_refusal_texts[i]);
}

static int use_form(const struct options *options, const struct quiz_form *form)
{
    int code = EXIT_MET;

    if (!writes(options))
        printf("Form %" PRIu64 " (the seed: -s %" PRIu64 "), %u questions.\n", form->seed,
               form->seed, form->count);
    if (form->count > 0 && writes(options))
        code = write_form(options, form);
    else if (form->count > 0 && options->answers != NULL)
        code = play_file(options->answers, form);
    else if (form->count > 0)
        play(form);
    print_rest(options, form);
    if (code == EXIT_MET && form->count < options->runs)
        code = form->count == 0 ? EXIT_FINDING : EXIT_INCONCLUSIVE;
    return code;
}

/* ---- The pool -------------------------------------------------------------------------------- */

/* The paths of the scenarios that are no sweeps. False: there is none, and the error was
 * printed. */
static bool find_pool(const struct cli_paths *found, const char **pool, uint32_t *count)
{
    char error[RUN_ERROR_CHARS];

    *count = 0;
    for (uint32_t i = 0; i < found->count; i++) {
        if (cli_path_problem(&found->list[i], error))
            return false;
        if (!plan_is_sweep(found->list[i].path, NULL, 0))
            pool[(*count)++] = found->list[i].path;
    }
    if (*count == 0)
        fprintf(stderr, "exifsim: only sweeps (expected at least one scenario of a single run)\n");
    return *count > 0;
}

/* The seed of the command line, else a drawn one. */
static uint64_t form_seed(const struct options *options)
{
    struct scenario *any = calloc(1, sizeof *any);
    uint64_t seed;

    CHECK(any != NULL);
    seed = run_seed(&options->run, any);
    free(any);
    return seed;
}

static int ask(const struct options *options, enum quiz_kind kind, const char *const *pool,
               uint32_t count)
{
    struct options own = *options;
    uint64_t seed = form_seed(options);
    enum quiz_end end;
    int code;

    own.run.has_seed = false; /* The seed is the form's, not the runs'. */
    if (!(own.given & OPTION_BIT(RUNS)))
        own.runs = QUIZ_QUESTIONS_USUAL;
    struct quiz *quiz = quiz_new(&own.run, seed, pool, count);
    struct quiz_form *form = quiz_form_new(seed, kind, own.runs);

    end = quiz_form_fill(form, quiz, NULL, NULL);
    code = end == QUIZ_ASKED  ? use_form(&own, form)
           : end == QUIZ_FILE ? EXIT_USAGE
                              : cli_no_memory();
    quiz_form_free(form);
    quiz_free(quiz);
    return code;
}

int verb_quiz(const struct options *options)
{
    char error[RUN_ERROR_CHARS];
    struct cli_paths found;
    enum quiz_kind kind;
    const char **pool;
    uint32_t count;
    int code = EXIT_USAGE;

    if (options->stats != NULL)
        return cli_quiz_stats(options);
    if (options->path_count == 0) {
        options_refuse(PROGRAM_EXIFSIM, "quiz needs at least one scenario file or folder, such as "
                                        "scenarios/kb908674.ini");
        return EXIT_USAGE;
    }
    if (!quiz_type_wanted(PROGRAM_EXIFSIM, options->type, &kind))
        return EXIT_USAGE;
    bool good = cli_paths(options, &found, error);

    pool = calloc(found.count + 1, sizeof *pool);
    CHECK(pool != NULL);
    if (good && find_pool(&found, pool, &count))
        code = ask(options, kind, pool, count);
    free(pool);
    cli_paths_free(&found);
    return code;
}
