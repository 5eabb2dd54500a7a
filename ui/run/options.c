/* options.c - see options.h: reads the words of a command line and the values of options. */
#include "ui/run/options.h"
#include "ui/run/supplied.h"
#include "model/words/builds.h"
#include "sim/ini.h"
#include "sim/plain.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MOST = 16384, WIDTH_LEAST = 320, HEIGHT_LEAST = 200 };

struct reading {
    struct options *options;
    enum program program;
    const char *const *words; /* The words; words[next] is the next to read. */
    int count, next;
    bool ended; /* "--" was read: all further words are files. */
};

bool options_refuse(enum program program, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", program_name(program));
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "; see exifsim %s\n", program == PROGRAM_VIEW ? "view --help" : "--help");
    return false;
}

/* ---- Values ---------------------------------------------------------------------------------- */

static bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 10);
    return isdigit((unsigned char)text[0]) && *end == 0 && errno == 0 && *out >= least &&
           *out <= most;
}

/* Reads a seed: decimal, hexadecimal, or the first 16 digits of a 40-digit git hash. */
static bool parse_seed(const char *text, uint64_t *seed)
{
    char first[17], *end;

    if (strlen(text) == 40 && strspn(text, "0123456789abcdefABCDEF") == 40) {
        memcpy(first, text, 16);
        first[16] = 0;
        *seed = strtoull(first, NULL, 16);
        return true;
    }
    errno = 0;
    *seed = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return isdigit((unsigned char)text[0]) && *end == 0 && errno == 0;
}

static bool parse_real(const char *text, uint64_t least, uint64_t most, double *out)
{
    char *end;

    *out = strtod(text, &end);
    return isdigit((unsigned char)text[0]) && *end == 0 && *out >= (double)least / 1e6 &&
           *out <= (double)most / 1e6;
}

bool options_parse_time(const char *text, sim_time least, sim_time *out)
{
    char document[128];
    int length = snprintf(document, sizeof document, "[option]\ntime = %s\n", text);
    struct ini *ini;
    bool good;

    if (length < 0 || length >= (int)sizeof document || strchr(text, '\n') != NULL)
        return false;
    ini = ini_read_text("option", document, (size_t)length);
    good = ini_get_time(ini, "option", "time", least, UINT64_MAX / 2, out) &&
           ini_error_count(ini) == 0;
    ini_free(ini);
    return good;
}

static bool parse_word(const char *text, const char *const words[OPTION_WORDS], uint32_t *out)
{
    for (*out = 0; *out < OPTION_WORDS && words[*out] != NULL; ++*out)
        if (strcmp(text, words[*out]) == 0)
            return true;
    return false;
}

static bool parse_size(const char *text, struct option_size *out)
{
    char *end;
    long w = strtol(text, &end, 10), h = *end == 'x' ? strtol(end + 1, &end, 10) : 0;

    *out = (struct option_size){ (int)w, (int)h };
    return isdigit((unsigned char)text[0]) && *end == 0 && w >= WIDTH_LEAST && w <= SIDE_MOST &&
           h >= HEIGHT_LEAST && h <= SIDE_MOST;
}

static bool parse_shard(const char *text, uint64_t most, struct option_shard *out)
{
    const char *slash = strchr(text, '/');
    uint64_t number, of;
    char first[24];

    if (slash == NULL || slash - text >= (int)sizeof first)
        return false;
    snprintf(first, sizeof first, "%.*s", (int)(slash - text), text);
    if (!parse_number(slash + 1, 1, most, &of) || !parse_number(first, 1, of, &number))
        return false;
    *out = (struct option_shard){ (uint32_t)number, (uint32_t)of };
    return true;
}

static bool parse_value(const struct option *row, const char *text, void *field)
{
    uint64_t number;

    switch (row->type) {
    case OPTION_IS_COUNT:
        if (!parse_number(text, row->least, row->most, &number))
            return false;
        *(uint32_t *)field = (uint32_t)number;
        return true;
    case OPTION_IS_NUMBER:
        return parse_number(text, row->least, row->most, field);
    case OPTION_IS_SEED:
        return parse_seed(text, field);
    case OPTION_IS_REAL:
        return parse_real(text, row->least, row->most, field);
    case OPTION_IS_TIME:
        return options_parse_time(text, row->least, field) && *(sim_time *)field <= row->most;
    case OPTION_IS_WORD:
        return parse_word(text, row->words, field);
    case OPTION_IS_SIZE:
        return parse_size(text, field);
    case OPTION_IS_SHARD:
        return parse_shard(text, row->most, field);
    default:
        *(const char **)field = text;
        return true;
    }
}

static bool add_set(const struct reading *r, const char *text)
{
    struct run_options *run = &r->options->run;

    if (run->set_count == RUN_SETS_MAX)
        return options_refuse(r->program, "too many --set (expected at most %d): \"%s\"",
                              RUN_SETS_MAX, text);
    run->sets[run->set_count++] = text;
    return true;
}

static bool take_value(const struct reading *r, enum option_id id, const char *text)
{
    const struct option *row = &option_rows[id];

    if (row->type == OPTION_IS_SETS)
        return add_set(r, text);
    if (row->type == OPTION_IS_TEXT && strlen(text) < row->least)
        return options_refuse(r->program, "option \"%s\" needs a value (expected %s)", row->name,
                              row->expected);
    return parse_value(row, text, (char *)r->options + row->field) ||
           options_refuse(r->program, "%s \"%s\" (expected %s)", row->name, text, row->expected);
}

/* ---- Words ----------------------------------------------------------------------------------- */

/* Finds the option of a word such as "--name" or "--name=value". *attached is the value within the
 * word, or NULL. OPTION_COUNT: no such option. */
static enum option_id find_option(const char *word, const char **attached)
{
    int i = 0;

    *attached = NULL;
    for (; i < OPTION_COUNT; i++) {
        const struct option *row = &option_rows[i];
        size_t length = strlen(row->name);

        if (strncmp(word, row->name, length) == 0 && (word[length] == 0 || word[length] == '=')) {
            if (word[length] == '=')
                *attached = word + length + 1;
            break;
        }
    }
    return (enum option_id)i;
}

/* Reports an unknown option, with the nearest name among those that this program's verbs take. */
static bool unknown_option(enum program program, const char *word)
{
    const char *names[OPTION_COUNT], *near = NULL;
    char name[64];
    uint32_t count = 0;

    for (int i = 0; i < OPTION_COUNT; i++)
        for (int v = 0; v < VERB_COUNT; v++)
            if (verbs[v].program == program && (option_verbs((enum option_id)i) >> v & 1)) {
                names[count++] = option_rows[i].name;
                break;
            }
    snprintf(name, sizeof name, "%.*s", (int)MIN_OF(strcspn(word, "="), sizeof name - 1), word);
    if (word[1] == '-')
        near = ini_did_you_mean(name, names, count);
    return options_refuse(program, "unknown option \"%s\"%s%s%s", name,
                          near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static bool unknown_verb(enum program program, const char *word)
{
    const char *names[VERB_COUNT], *near;

    for (int i = 0; i < VERB_COUNT; i++)
        names[i] = verbs[i].name;
    near = ini_did_you_mean(word, names, VERB_COUNT);
    return options_refuse(program, "unknown verb \"%s\"%s%s%s", word,
                          near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* Takes an option; value NULL: it is the next word, if the option needs one. `word` is how the
 * option was written, for messages. */
static bool take_found(struct reading *r, enum option_id id, const char *word, const char *value)
{
    const struct option *row = &option_rows[id];
    bool *flag;

    r->options->given |= (option_set)1 << id;
    if (row->type == OPTION_IS_FLAG) {
        flag = (void *)((char *)r->options + row->field);
        *flag = true;
        return value == NULL || options_refuse(r->program, "option \"%s\" takes no value", word);
    }
    if (row->type == OPTION_IS_OUTPUT_OR_STANDARD && value == NULL) {
        value = "-";
        r->next += r->next < r->count && strcmp(r->words[r->next], "-") == 0;
    }
    if (value == NULL && r->next == r->count)
        return options_refuse(r->program, "option \"%s\" needs a value (expected %s)", word,
                              row->expected);
    return take_value(r, id, value != NULL ? value : r->words[r->next++]);
}

/* Takes letters: "-q", "-qv", "-j2", "-qj 2". The first option with a value takes the rest. */
static bool take_letters(struct reading *r, const char *word)
{
    for (const char *at = word + 1; *at != 0; at++) {
        char shown[] = { '-', *at, 0 };
        int i = 0;

        while (i < OPTION_COUNT && option_rows[i].letter != *at)
            i++;
        if (i == OPTION_COUNT)
            return unknown_option(r->program, at == word + 1 ? word : shown);
        if (option_rows[i].type != OPTION_IS_FLAG)
            return take_found(r, (enum option_id)i, shown, at[1] != 0 ? at + 1 : NULL);
        if (!take_found(r, (enum option_id)i, shown, NULL))
            return false;
    }
    return true;
}

static bool take_option(struct reading *r, const char *word)
{
    const char *value;
    enum option_id id;

    if (word[1] != '-')
        return take_letters(r, word);
    id = find_option(word, &value);
    return id == OPTION_COUNT ? unknown_option(r->program, word) : take_found(r, id, word, value);
}

/* Takes a word that is no option: the verb if none was read yet, otherwise a file. exifsim-view
 * needs no verb: a file alone means "view". */
static bool take_operand(const struct reading *r, const char *word)
{
    struct options *o = r->options;
    enum verb_id verb = verb_find(word);
    bool known = verb != VERB_NONE && verbs[verb].program == r->program;

    if (o->verb == VERB_NONE && (known || r->program == PROGRAM_VIEW)) {
        o->verb = known ? verb : VERB_VIEW;
        if (known)
            return true;
    }
    if (o->verb == VERB_NONE && verb != VERB_NONE)
        return options_refuse(r->program,
                              "\"%s\" after options (expected the verb as the first word)", word);
    if (o->verb == VERB_NONE)
        return unknown_verb(r->program, word);
    if (o->path_count == PATHS_MAX)
        return options_refuse(r->program, "too many files (expected at most %d): \"%s\"", PATHS_MAX,
                              word);
    o->paths[o->path_count++] = word;
    return true;
}

static bool take_word(struct reading *r, const char *word)
{
    if (r->ended || word[0] != '-' || word[1] == 0)
        return take_operand(r, word);
    if (strcmp(word, "--") == 0)
        return r->ended = true;
    return take_option(r, word);
}

/* Refuses a word that could control the terminal it is printed on. File names are no exception:
 * messages, reports and lines that repeat a run contain them. */
static bool is_plain(enum program program, const char *word)
{
    size_t length = plain_length(word);
    char shown[160];

    return word[length] == 0 ||
           options_refuse(program, "\"%s\": a control character, byte 0x%02x (expected text)",
                          plain_copy(word, shown, sizeof shown),
                          (unsigned)(unsigned char)word[length]);
}

/* Replaces names of scenarios that come with the program by their paths. */
static void find_scenarios(struct options *o)
{
    enum takes takes = o->verb != VERB_NONE ? verbs[o->verb].takes : TAKES_NOTHING;
    bool scenarios = takes == TAKES_SCENARIOS || takes == TAKES_CAPSULES ||
                     takes == TAKES_LESSONS || takes == TAKES_LEVELS;

    for (uint32_t i = 0; i < o->path_count && scenarios; i++)
        o->paths[i] = supplied_path(o->paths[i]);
    if (o->twin != NULL && build_find(o->twin) == NULL) /* "hotfix" is one of the versions. */
        o->twin = supplied_path(o->twin);
    if (o->game != NULL)
        o->game = supplied_path(o->game);
    if (o->lesson != NULL)
        o->lesson = supplied_path(o->lesson);
}

bool options_read(struct options *o, enum program program, int count, const char *const *words)
{
    struct reading r = { .options = o, .program = program, .words = words, .count = count };

    for (int i = 0; i < count; i++)
        if (!is_plain(program, words[i]))
            return false;
    *o = (struct options){ .verb = VERB_NONE, .runs = 1, .jobs = 1, .fps = 25, .speed = 1 };
    while (r.next < count)
        if (!take_word(&r, words[r.next++]))
            return false;
    if (o->verb == VERB_NONE && program == PROGRAM_VIEW)
        o->verb = VERB_VIEW;
    find_scenarios(o);
    o->run.has_seed = (o->given & OPTION_BIT(SEED)) != 0;
    o->run.has_until = (o->given & OPTION_BIT(UNTIL)) != 0;
    o->run.replay = o->verb == VERB_REPLAY;
    return o->help || o->verb == VERB_NONE || options_fit(o, program);
}
