/* cli_storyboard.c - exifsim storyboard: the story of a run in three to seven panels.
 *
 * Texts are printed here. The page is drawn by exifsim-view, as a picture of `render` (cli_view.c).
 */
#include "model/words/names.h"
#include "ui/cli/cli_lab.h"
#include "ui/explore/board.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- As text --------------------------------------------------------------------------------- */

static void print_fact(FILE *out, const char *name, const char *fact)
{
    fprintf(out, "  %-6s ", name);
    report_wrap(out, fact, 9, 9, 100);
}

static void print_board(FILE *out, const struct board *board, const struct scenario *scenario,
                        uint64_t seed)
{
    char at[CLI_SECONDS_CHARS], before[40];

    fprintf(out, "%s; seed %" PRIu64 "\n\n", scenario->title, seed);
    print_fact(out, "who", board->who);
    print_fact(out, "what", board->what);
    print_fact(out, "where", board->where);
    print_fact(out, "when", board->when);
    print_fact(out, "why", board->why);
    for (uint32_t i = 0; i < board->count; i++) {
        const struct board_panel *p = &board->panels[i];

        cli_seconds(p->record.at, at);
        board_length(board->end - p->record.at, before, sizeof before);
        fprintf(out, "\n%u  %s   %s, record %" PRIu64 "%s%s%s\n   ", i + 1, p->title, at, p->number,
                p->role == BOARD_END ? "" : ", ", p->role == BOARD_END ? "" : before,
                p->role == BOARD_END ? "" : " before the end");
        report_wrap(out, p->caption, 3, 3, 100);
    }
}

bool cli_storyboard_print(const char *capsule, FILE *out)
{
    struct run_options options = { .replay = true, .trust = true };
    char error[RUN_ERROR_CHARS], why[BOARD_ERROR_CHARS];
    struct scenario *scenario = run_load(&options, capsule, error);
    struct recording *run;
    struct board *board;
    bool told;

    if (scenario == NULL)
        return false;
    run = recording_open(
        &(struct recording_options){ .scenario = scenario, .seed = run_seed(&options, scenario) });
    CHECK(run != NULL);
    board = board_make(run, run_seed(&options, scenario), why);
    told = board != NULL;
    if (told)
        print_board(out, board, scenario, run_seed(&options, scenario));
    board_free(board);
    recording_close(run);
    free(scenario);
    return told;
}

/* ---- As JSON --------------------------------------------------------------------------------- */

static json_t *threads_of(const struct board *board, const struct board_panel *p)
{
    json_t *threads = json_array();

    json_array_append_new(threads, cli_json_text(p->thread));
    recording_lock(board->run);
    for (uint32_t i = 0; i < p->cast_count; i++) {
        const struct lanes *lanes = recording_lanes(board->run);
        const struct lane *lane = lanes_get(lanes, p->cast[i]);
        char name[BOARD_NAME_CHARS];

        if (lane->kind != LANE_THREAD)
            continue;
        board_name_thread(lanes, p->cast[i], name, sizeof name);
        if (strcmp(name, p->thread) != 0)
            json_array_append_new(threads, cli_json_text(name));
    }
    recording_unlock(board->run);
    return threads;
}

static json_t *panel_of(const struct board *board, const struct board_panel *p, uint32_t number)
{
    json_t *panel = json_object();

    json_object_set_new(panel, "number", json_integer(number));
    json_object_set_new(panel, "role", json_string(board_roles[p->role]));
    json_object_set_new(panel, "title", cli_json_text(p->title));
    json_object_set_new(panel, "record", cli_json_count(p->number));
    json_object_set_new(panel, "kind", json_string(record_kinds[p->record.kind].name));
    json_object_set_new(panel, "at_ns", cli_json_count(p->record.at));
    json_object_set_new(panel, "from_ns", cli_json_count(p->from));
    json_object_set_new(panel, "to_ns", cli_json_count(p->to));
    json_object_set_new(panel, "cause",
                        p->cause == BOARD_NOTHING ? json_null() : cli_json_count(p->cause));
    json_object_set_new(panel, "surprise",
                        p->surprise[0] != 0 ? cli_json_text(p->surprise) : json_null());
    json_object_set_new(panel, "threads", threads_of(board, p));
    json_object_set_new(panel, "caption", cli_json_text(p->caption));
    json_object_set_new(panel, "who", cli_json_text(p->who));
    json_object_set_new(panel, "what", cli_json_text(p->what));
    json_object_set_new(panel, "where", cli_json_text(p->where));
    json_object_set_new(panel, "why", cli_json_text(p->why));
    return panel;
}

/* Takes the list of errors, which is empty. */
static void print_document(const struct board *board, const struct options *options, uint64_t seed,
                           json_t *errors)
{
    json_t *document = cli_json_new("storyboard"), *panels = json_array();

    json_object_set_new(document, "scenario", cli_json_text(options->paths[0]));
    json_object_set_new(document, "seed", cli_json_seed(seed));
    json_object_set_new(document, "finding", json_string(finding_names[board->finding]));
    json_object_set_new(document, "end_ns", cli_json_count(board->end));
    json_object_set_new(document, "who", cli_json_text(board->who));
    json_object_set_new(document, "what", cli_json_text(board->what));
    json_object_set_new(document, "where", cli_json_text(board->where));
    json_object_set_new(document, "when", cli_json_text(board->when));
    json_object_set_new(document, "why", cli_json_text(board->why));
    for (uint32_t i = 0; i < board->count; i++)
        json_array_append_new(panels, panel_of(board, &board->panels[i], i + 1));
    json_object_set_new(document, "panels", panels);
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

/* ---- As a page ------------------------------------------------------------------------------- */

enum { WORDS_MAX = 2 * RUN_SETS_MAX + 32 };

static void add_word(char *words[WORDS_MAX], const char *word)
{
    uint32_t count = 0;

    while (words[count] != NULL)
        count++;
    CHECK(count + 1 < WORDS_MAX);
    words[count] = strdup(word);
    CHECK(words[count] != NULL);
}

static void add_option(char *words[WORDS_MAX], const char *name, const char *value)
{
    if (value == NULL)
        return;
    add_word(words, name);
    add_word(words, value);
}

/* Starts exifsim-view, which draws; returns only if that fails, or on Windows. */
static int draw_page(const struct options *options, uint64_t seed)
{
    static const char *const themes[] = { "dark", "light", "high-contrast" };
    char *words[WORDS_MAX] = { NULL }, number[32];

    add_word(words, "exifsim");
    add_word(words, "render");
    add_option(words, "--storyboard", options->out);
    snprintf(number, sizeof number, "%" PRIu64, seed);
    add_option(words, "--seed", number);
    for (uint32_t i = 0; i < options->run.set_count; i++)
        add_option(words, "--set", options->run.sets[i]);
    add_option(words, "--surprises", options->run.surprises);
    if (options->run.trust)
        add_word(words, "--trust");
    if (options->given & OPTION_BIT(THEME))
        add_option(words, "--theme", themes[options->theme]);
    add_option(words, "--font", options->font);
    add_option(words, "--mono-font", options->mono_font);
    add_word(words, "--");
    add_word(words, options->paths[0]);
    return cli_view(words);
}

int verb_storyboard(const struct options *options)
{
    json_t *errors = options->format == FORMAT_JSON ? json_array() : NULL;
    struct scenario *scenario = cli_json_load(options, options->paths[0], errors);
    struct recording *run;
    struct board *board;
    char error[BOARD_ERROR_CHARS], line[BOARD_ERROR_CHARS + 600];
    uint64_t seed;
    int code = EXIT_MET;

    if (scenario == NULL) {
        if (errors != NULL)
            cli_json_fail("storyboard", errors);
        return EXIT_USAGE;
    }
    seed = run_seed(&options->run, scenario);
    if (options->out != NULL) {
        free(scenario);
        return draw_page(options, seed);
    }
    run = recording_open(&(struct recording_options){ .scenario = scenario, .seed = seed });
    CHECK(run != NULL);
    board = board_make(run, seed, error);
    if (board == NULL) {
        snprintf(line, sizeof line, "%.500s:1:1: %s\n", options->paths[0], error);
        code = cli_json_refuse(options, "", line);
        json_decref(errors);
    } else if (errors != NULL) {
        print_document(board, options, seed, errors);
    } else {
        print_board(stdout, board, scenario, seed);
    }
    board_free(board);
    recording_close(run);
    free(scenario);
    return code;
}
