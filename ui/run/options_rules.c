/* options_rules.c - the rules for combinations of options on a command line, as rows.
 *
 * Three more rules hold for every verb. A verb takes the options whose help names it and refuses
 * all others, so that no option is ignored silently. The number of files must fit the verb. Output
 * files must differ from one another and from every input, and must be in places where a file can
 * be written.
 */
#include "ui/host/whole_file.h"
#include "ui/run/options.h"
#include "ui/host/files.h"
#include <stdio.h>
#include <string.h>

enum rule_kind {
    RULE_NEEDS,  /* At least one of `options` is required; text names them for the message. */
    RULE_ONE_OF, /* Exactly one of `options` is required. */
    RULE_NOT_BOTH,
    RULE_BESIDE,  /* Each of `options` needs all of `others`; text names those for the message. */
    RULE_ONE_RUN, /* `options` need a single run; text says why. */
    RULE_WITHOUT, /* `options` go with none of `others`; text says why. */
    RULE_SUFFIX,  /* The file's name must end with one of the words of text. */
};

struct rule {
    enum rule_kind kind;
    /* Verbs that the rule holds for, a bit for each; 0: all that take the options. */
    uint32_t verbs;
    option_set options, others;
    const char *text;
};

#define V(id) (1u << VERB_##id)
#define O(id) OPTION_BIT(id)

/* clang-format off */
static const struct rule rules[] = {
    { RULE_NEEDS, V(SWEEP), O(OUT), 0, "--out FILE.db, the database that holds its runs" },
    { RULE_NEEDS, V(MINIMIZE), O(OUT), 0, "--out FILE.ini, the capsule of the smallest run" },
    { RULE_NEEDS, V(RENDER),
      O(OUT) | O(DESCRIBE) | O(FRAMES) | O(VIDEO) | O(HANDOUT) | O(STORYBOARD), 0,
      "--out FILE.png or FILE.svg, --describe, --frames or --video" },
    { RULE_WITHOUT, 0, O(SHARD), O(UNTIL_CI),
      "a shard sees only its own runs, and a point needs all" },
    { RULE_NEEDS, V(PLAN), O(ENGINE), 0, "--engine slurm, parallel, kubernetes or htcondor" },
    { RULE_NEEDS, V(PLAN), O(OUT), 0, "--out FOLDER, a new folder for the job files" },
    { RULE_ONE_OF, V(PLAN), O(SHARDS) | O(TASK_TIME), 0, NULL },
    { RULE_ONE_OF, V(MERGE), O(OUT) | O(STATUS), 0, NULL },
    { RULE_ONE_OF, V(EXPORT), O(PERFETTO) | O(CHROME) | O(CSV) | O(JSON) | O(HTML), 0,
      NULL },
    { RULE_NOT_BOTH, 0, O(QUIET) | O(VERBOSE), 0, NULL },
    { RULE_NOT_BOTH, 0, O(NO_SETTINGS) | O(SETTINGS), 0, NULL },
    { RULE_NOT_BOTH, 0, O(AT) | O(RECORD), 0, NULL },
    { RULE_NOT_BOTH, V(KD), O(COMMAND) | O(GDB), 0, NULL },
    { RULE_BESIDE, V(EXPLAIN), O(VARY), O(WHEN), "--when" },
    { RULE_ONE_RUN, V(EXPLAIN), O(WHEN), 0, "futures belong to one run" },
    { RULE_WITHOUT, V(EXPLAIN), O(WHEN), O(UNTIL), "futures run beyond the finding" },
    { RULE_NOT_BOTH, V(GAME), O(LIST_LEVELS) | O(CHECK_LEVELS) | O(SCRIPT), 0, NULL },
    { RULE_BESIDE, V(LESSON), O(GRADE) | O(OUT), O(ANSWERS), "--answers FILE" },
    { RULE_BESIDE, V(LAB), O(OUT) | O(JOBS) | O(TIMEOUT) | O(TRUST), O(GRADE), "--grade SYSTEM" },
    { RULE_NOT_BOTH, V(QUIZ), O(GIFT) | O(SHEET) | O(KEY) | O(FORMAT) | O(ANSWERS), 0, NULL },
    { RULE_NOT_BOTH, V(QUIZ), O(GIFT) | O(SHEET) | O(KEY) | O(ANSWERS) | O(STATS), 0, NULL },
    { RULE_BESIDE, 0, O(SHOW_KEYS), O(GRADE), "--grade junit" },
    { RULE_WITHOUT, V(LIST), O(NAMES), O(POINTS) | O(FORMAT), "nothing but names is printed" },
    { RULE_NOT_BOTH, 0, O(WROTE) | O(NO_INSPECTOR), 0, NULL },
    { RULE_WITHOUT, V(DOORS), O(GLUE), O(FILTER) | O(FORMAT), "it is one whole file in C" },
    { RULE_BESIDE, V(TEST), O(OUT), O(FORMAT), "--format json or tap" },
    { RULE_BESIDE, V(EXPORT), O(AT), O(HTML), "--html FILE" },
    { RULE_WITHOUT, V(EXPORT), O(HTML), O(OUT) | O(FROM) | O(TO) | O(KIND) | O(PROCESS),
      "a page holds the whole run, and --html names its file" },
    { RULE_BESIDE, 0, O(INTERVAL), O(COUNTERS), "--counters FILE" },
    { RULE_BESIDE, 0, O(NO_WINDOW), O(SCRIPT), "--script FILE" },
    { RULE_BESIDE, 0, O(FRAMES), O(FROM) | O(TO), "--from and --to" },
    { RULE_BESIDE, 0, O(VIDEO), O(FRAMES), "--frames FOLDER" },
    { RULE_ONE_RUN, V(RUN), O(OUT), 0, "a capsule holds one run" },
    { RULE_ONE_RUN, 0, O(COUNTERS), 0, "a file holds one run" },
    { RULE_ONE_RUN, 0, O(BREAK_AT), 0, "a record number belongs to one run" },
    { RULE_ONE_RUN, 0, O(SURPRISES), 0, "surprises belong to one run" },
    { RULE_BESIDE, 0, O(PAGE) | O(PRESENTER) | O(NOTES), O(LESSON), "--lesson NAME" },
    { RULE_WITHOUT, 0, O(LESSON),
      O(AT) | O(RECORD) | O(FROM) | O(TO) | O(AXIS) | O(LANES) | O(UNFOLD) | O(SELECT) | O(TWIN) |
      O(SCREEN) | O(RECORDS) | O(WROTE) | O(FRAMES) | O(VIDEO), "a page says what is shown" },
    { RULE_WITHOUT, 0, O(GAME),
      O(AT) | O(RECORD) | O(FROM) | O(TO) | O(AXIS) | O(LANES) | O(UNFOLD) | O(SELECT) |
      O(TWIN) | O(LESSON) |
      O(SCREEN) | O(RECORDS) | O(WROTE) | O(FRAMES) | O(VIDEO), "a level says what is shown" },
    { RULE_WITHOUT, V(VIEW) | V(RENDER), O(LAB),
      O(AT) | O(RECORD) | O(FROM) | O(TO) | O(AXIS) | O(LANES) | O(UNFOLD) | O(SELECT) |
      O(TWIN) | O(LESSON) | O(GAME) |
      O(SCREEN) | O(RECORDS) | O(WROTE) | O(FRAMES) | O(VIDEO), "a lab says what is shown" },
    { RULE_WITHOUT, 0, O(QUIZ), O(LESSON) | O(GAME) | O(LAB) | O(TWIN) | O(SURPRISES),
      "a quiz asks about the runs that its scenarios make" },
    { RULE_BESIDE, V(VIEW), O(TYPE) | O(RUNS), O(QUIZ), "--quiz" },
    { RULE_SUFFIX, V(RENDER), O(OUT), 0, ".png .svg" },
    { RULE_NEEDS, V(POSTER), O(OUT), 0, "--out FILE.pdf, the page" },
    { RULE_SUFFIX, 0, O(HANDOUT), 0, ".pdf .html" },
    { RULE_BESIDE, V(LESSON) | V(RENDER), O(KEY) | O(PAPER), O(HANDOUT), "--handout FILE" },
    { RULE_NOT_BOTH, V(LESSON), O(HANDOUT) | O(CHECK) | O(ASK) | O(ANSWERS) | O(RESET), 0, NULL },
    { RULE_SUFFIX, V(POSTER), O(OUT), 0, ".pdf" },
    { RULE_SUFFIX, V(STORYBOARD), O(OUT), 0, ".svg .html .png .pdf" },
    { RULE_SUFFIX, 0, O(STORYBOARD), 0, ".svg .html .png .pdf" },
    { RULE_NOT_BOTH, V(STORYBOARD), O(OUT) | O(FORMAT), 0, NULL },
    { RULE_BESIDE, V(STORYBOARD), O(THEME) | O(FONT) | O(MONO_FONT), O(OUT), "--out FILE" },
    { RULE_WITHOUT, 0, O(STORYBOARD),
      O(OUT) | O(DESCRIBE) | O(FRAMES) | O(VIDEO) | O(HANDOUT) | O(LESSON) | O(TWIN) | O(SIZE) |
      O(TEXT) | O(AT) | O(RECORD) | O(FROM) | O(TO) | O(AXIS) | O(LANES) | O(UNFOLD) |
      O(SELECT) | O(SCREEN) | O(RECORDS) | O(WROTE) | O(UNTIL), "the story says what is shown" },
};
/* clang-format on */

/* ---- Looking --------------------------------------------------------------------------------- */

static const void *field_of(const struct options *o, int id)
{
    return (const char *)o + option_rows[id].field;
}

static bool is_text(int id)
{
    return option_rows[id].type == OPTION_IS_TEXT || option_rows[id].type == OPTION_IS_OUTPUT ||
           option_rows[id].type == OPTION_IS_OUTPUT_OR_STANDARD;
}

static const char *text_at(const struct options *o, int id)
{
    return *(const char *const *)field_of(o, id);
}

/* True if the option was given with another value than its default word. */
static bool is_set(const struct options *o, int id)
{
    if (!(o->given >> id & 1))
        return false;
    return option_rows[id].type != OPTION_IS_WORD || *(const uint32_t *)field_of(o, id) != 0;
}

static option_set those_set(const struct options *o, option_set among)
{
    option_set set = 0;

    for (int i = 0; i < OPTION_COUNT; i++)
        if ((among >> i & 1) && is_set(o, i))
            set |= (option_set)1 << i;
    return set;
}

static int first_of(option_set options)
{
    int i = 0;

    while (!(options >> i & 1))
        i++;
    return i;
}

/* Writes the option as it was given: "--csv" or "--out \"x.gif\"". */
static void written(const struct options *o, int id, char *out, size_t size)
{
    if (is_text(id))
        snprintf(out, size, "%s \"%.400s\"", option_rows[id].name, text_at(o, id));
    else
        snprintf(out, size, "%s", option_rows[id].name);
}

static bool ends_with_one_of(const char *text, const char *words)
{
    size_t length = strlen(text);

    while (*words != 0) {
        size_t word = strcspn(words, " ");

        if (length > word && strncmp(text + length - word, words, word) == 0)
            return true;
        words += word + (words[word] == ' ');
    }
    return false;
}

/* ---- Rules ----------------------------------------------------------------------------------- */

static bool one_of(enum program program, option_set among, option_set set)
{
    char list[256] = "";

    if (set != 0 && (set & (set - 1)) == 0)
        return true;
    for (option_set rest = among; rest != 0; rest &= rest - 1) {
        bool first = list[0] == 0, last = (rest & (rest - 1)) == 0;

        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
                 first  ? ""
                 : last ? " and "
                        : ", ",
                 option_rows[first_of(rest)].name);
    }
    return options_refuse(program, "%s of %s given (expected exactly one)",
                          set == 0 ? "none" : "several", list);
}

static bool not_both(enum program program, const struct options *o, option_set set)
{
    char one[480], other[480];

    if ((set & (set - 1)) == 0)
        return true;
    written(o, first_of(set), one, sizeof one);
    written(o, first_of(set & (set - 1)), other, sizeof other);
    return options_refuse(program, "both %s and %s (expected one of them)", one, other);
}

static bool without(enum program program, const char *text, option_set others, const char *why)
{
    return others == 0 || options_refuse(program, "%s with %s (expected one of them: %s)", text,
                                         option_rows[first_of(others)].name, why);
}

/* ".svg .html .png" as ".svg, .html or .png". */
static void enumerate(const char *words, char *out, size_t size)
{
    out[0] = 0;
    while (words[0] != 0) {
        size_t length = strcspn(words, " "), used = strlen(out);
        bool last = words[length] == 0;

        snprintf(out + used, size - used, "%s%.*s",
                 used == 0 ? ""
                 : last    ? " or "
                           : ", ",
                 (int)length, words);
        words += length + !last;
    }
}

static bool suffix(enum program program, int id, const char *path, const char *words)
{
    char list[64];

    if (ends_with_one_of(path, words))
        return true;
    enumerate(words, list, sizeof list);
    return options_refuse(program, "%s \"%s\" (expected a name that ends with %s)",
                          option_rows[id].name, path, list);
}

static bool holds(const struct rule *rule, const struct options *o, enum program program)
{
    option_set set = those_set(o, rule->options);
    char text[480] = "";

    if (set != 0)
        written(o, first_of(set), text, sizeof text);
    switch (rule->kind) {
    case RULE_NEEDS:
        return (o->given & rule->options) != 0 ||
               options_refuse(program, "%s needs %s", verbs[o->verb].name, rule->text);
    case RULE_ONE_OF:
        return one_of(program, rule->options, set);
    case RULE_NOT_BOTH:
        return not_both(program, o, set);
    case RULE_BESIDE:
        return set == 0 || (o->given & rule->others) == rule->others ||
               options_refuse(program, "%s needs %s", text, rule->text);
    case RULE_ONE_RUN:
        return set == 0 || (o->runs == 1 && o->path_count <= 1) ||
               options_refuse(program, "%s with several runs (expected one: %s)", text, rule->text);
    case RULE_WITHOUT:
        return set == 0 || without(program, text, o->given & rule->others, rule->text);
    case RULE_SUFFIX:
        return set == 0 || suffix(program, first_of(set), text_at(o, first_of(set)), rule->text);
    }
    return true;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static bool takes_files(const struct options *o, enum program program)
{
    const struct verb *verb = &verbs[o->verb];
    uint32_t standard = 0;

    if (verb->operands == OPERANDS_ANY)
        return true;
    if (verb->operands == OPERANDS_NONE && o->path_count > 0)
        return options_refuse(program, "unexpected \"%s\" (%s takes no file)", o->paths[0],
                              verb->name);
    if (o->game != NULL && o->path_count > 0)
        return options_refuse(program, "unexpected \"%s\" (a level brings its scenario)",
                              o->paths[0]);
    if (o->lab != NULL && verb->program == PROGRAM_VIEW && o->path_count > 0)
        return options_refuse(program, "unexpected \"%s\" (a lab brings its scenario)",
                              o->paths[0]);
    if (o->lesson != NULL && o->path_count > 0)
        return options_refuse(program, "unexpected \"%s\" (a lesson brings its scenario)",
                              o->paths[0]);
    if (verb->operands != OPERANDS_NONE && verb->operands != OPERANDS_OPTIONAL &&
        o->path_count < (verb->operands == OPERANDS_TWO ? 2 : 1) && o->lesson == NULL &&
        o->game == NULL && o->lab == NULL)
        return options_refuse(program, "%s needs %s", verb->name, verb->needs);
    for (uint32_t i = 0; i < o->path_count; i++)
        if (strcmp(o->paths[i], "-") == 0 && (standard++ || o->verb == VERB_CONSOLE))
            return options_refuse(program, o->verb == VERB_CONSOLE
                                               ? "\"-\" as the scenario (expected a file: standard "
                                                 "input has the commands)"
                                               : "\"-\" twice (expected standard input once)");
    if (verb->operands == OPERANDS_TWO && o->path_count > 2)
        return options_refuse(program, "unexpected \"%s\" (%s takes two words)", o->paths[2],
                              verb->name);
    if (verb->operands != OPERANDS_MANY && verb->operands != OPERANDS_TWO && !o->quiz &&
        o->path_count > 1)
        return options_refuse(program, "unexpected \"%s\" (%s takes one file)", o->paths[1],
                              verb->name);
    return true;
}

/* True if both paths lead to one existing regular file. */
static bool is_same_file(const char *one, const char *other)
{
    return !whole_file_is_standard(one) && !whole_file_is_standard(other) &&
           file_is_same(one, other);
}

static bool can_write(const struct options *o, enum program program, int id)
{
    const char *path = text_at(o, id);
    int error;

    if (o->verb == VERB_SWEEP && id == OPTION_OUT && whole_file_is_standard(path))
        return options_refuse(program, "--out \"-\" (expected a file: the runs go to a database)");
    for (int other = 0; other < id; other++)
        if (is_set(o, other) && option_rows[other].type == OPTION_IS_OUTPUT &&
            (strcmp(text_at(o, other), path) == 0 || is_same_file(text_at(o, other), path)))
            return options_refuse(program, "%s and %s both write \"%s\" (expected two files)",
                                  option_rows[other].name, option_rows[id].name, path);
    for (uint32_t i = 0; i < o->path_count; i++)
        if (is_same_file(o->paths[i], path))
            return options_refuse(program,
                                  "%s would overwrite the input \"%s\" (expected another file)",
                                  option_rows[id].name, path);
    error = whole_file_check(path);
    if (error != 0)
        fprintf(stderr, "%s: cannot write %s: %s\n", program_name(program),
                path[0] != 0 ? path : "\"\"", strerror(error));
    return error == 0;
}

bool options_use_standard_output(const struct options *o)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (is_set(o, i) && option_rows[i].type == OPTION_IS_OUTPUT && o->verb != VERB_EXPORT &&
            whole_file_is_standard(text_at(o, i)))
            return true;
    return false;
}

/* What to do instead of an option that a verb does not take, up to the verb's name. */
static const char *instead_of(enum verb_id verb, int option)
{
    bool sets = (option_verbs(OPTION_SET) >> verb & 1) != 0;

    if (option == OPTION_UNTIL && sets)
        return "use --set scenario.duration=TIME, or see exifsim ";
    return "see exifsim ";
}

bool options_fit(const struct options *o, enum program program)
{
    uint32_t verb = 1u << o->verb;

    for (int i = 0; i < OPTION_COUNT; i++)
        if ((o->given >> i & 1) && !(option_verbs((enum option_id)i) & verb)) {
            fprintf(stderr, "%s: %s takes no %s; %s%s --help\n", program_name(program),
                    verbs[o->verb].name, option_rows[i].name, instead_of(o->verb, i),
                    verbs[o->verb].name);
            return false;
        }
    if (!takes_files(o, program))
        return false;
    if (o->format == FORMAT_TAP && !verb_has_cases(o->verb))
        return options_refuse(program, "--format \"tap\" (expected human or json: %s has no cases)",
                              verbs[o->verb].name);
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if ((rules[i].verbs == 0 || (rules[i].verbs & verb)) && !holds(&rules[i], o, program))
            return false;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (is_set(o, i) && option_rows[i].type == OPTION_IS_OUTPUT && !can_write(o, program, i))
            return false;
    return true;
}
