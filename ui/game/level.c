/* level.c - reads a level's section (level.h). The scenario in the same file has its own reader,
 * which knows these keys; only here their values mean something.
 */
#include "ui/game/level.h"
#include "model/words/checks.h"
#include "model/words/names.h"
#include "ui/host/files.h"
#include "ui/host/texts.h"
#include "ui/run/anchor_text.h"
#include "ui/run/anchors.h"
#include "ui/run/document.h"
#include "ui/run/options.h"
#include "ui/run/supplied.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char section[] = "level";

/* ---- Texts ----------------------------------------------------------------------------------- */

/* Joins key, key_2, ... with what stands between two of them. */
static bool get_pieces(struct level *level, const char *key, uint32_t most, const char *between,
                       char *out, size_t size)
{
    bool any = false;

    for (uint32_t i = 1; i <= most; i++) {
        size_t used = strlen(out);
        char name[40];
        const char *piece;

        snprintf(name, sizeof name, i == 1 ? "%s" : "%s_%u", key, i);
        if (!ini_get_text(level->ini, section, name, &piece))
            continue;
        if (i > 1 && !any)
            ini_error(level->ini, section, name,
                      "a piece of text without the one before (expected %s, %s_2, ...)", key, key);
        if (used + strlen(piece) + 2 > size) {
            ini_error(level->ini, section, name, "a text too long (expected at most %zu letters)",
                      size - 1);
            return any;
        }
        snprintf(out + used, size - used, "%s%s", used > 0 ? between : "", piece);
        any = true;
    }
    return any;
}

static bool get_text(struct level *level, const char *key, char *out, size_t size)
{
    return get_pieces(level, key, 1, "", out, size);
}

/* ---- The goal -------------------------------------------------------------------------------- */

static bool read_code(const char *text, uint32_t *out)
{
    char *end;
    unsigned long long code = strtoull(text, &end, 0);

    *out = (uint32_t)code;
    return *text >= '0' && *text <= '9' && *end == 0 && code > 0 && code <= UINT32_MAX;
}

/* The text behind a first word, without the blanks between; NULL: another word stands there. */
static const char *behind(const char *text, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(text, word, length) != 0 || (text[length] != 0 && text[length] != ' '))
        return NULL;
    return text + length + strspn(text + length, " ");
}

static bool read_check(struct level *level, const char *name)
{
    while (level->check < CHECKS && strcmp(check_names[level->check], name) != 0)
        level->check++;
    return level->check < CHECKS;
}

static void read_goal(struct level *level)
{
    const char *text, *rest;
    bool good = false;

    if (!ini_get_text(level->ini, section, "goal", &text)) {
        ini_error(level->ini, section, NULL, "a level without a goal (expected goal = stop)");
        return;
    }
    if ((rest = behind(text, "stop")) != NULL) {
        level->goal = GOAL_STOP;
        good = rest[0] == 0 || read_code(rest, &level->stop);
    } else if ((rest = behind(text, "crash")) != NULL) {
        level->goal = GOAL_CRASH;
        good = strlen(rest) < sizeof level->process;
        snprintf(level->process, sizeof level->process, "%s", rest);
    } else if ((rest = behind(text, "hang")) != NULL) {
        level->goal = GOAL_HANG;
        good = rest[0] == 0;
    } else if ((rest = behind(text, "survive")) != NULL) {
        level->goal = GOAL_SURVIVE;
        good = rest[0] == 0;
    } else if ((rest = behind(text, "check")) != NULL) {
        level->goal = GOAL_CHECK;
        good = read_check(level, rest);
    }
    if (!good)
        ini_error(level->ini, section, "goal",
                  "\"%s\" (expected stop, stop CODE such as stop 0x5, crash, crash PROCESS such as "
                  "crash store.exe, hang, check NAME or survive)",
                  text);
}

void level_goal_text(const struct level *level, char *out, size_t size)
{
    switch (level->goal) {
    case GOAL_STOP:
        if (level->stop != 0)
            snprintf(out, size, "bring the machine to STOP 0x%X", level->stop);
        else
            snprintf(out, size, "stop the machine");
        break;
    case GOAL_CRASH:
        snprintf(out, size, "make %s crash", level->process[0] != 0 ? level->process : "a program");
        break;
    case GOAL_HANG:
        snprintf(out, size, "let threads wait for ever");
        break;
    case GOAL_CHECK:
        snprintf(out, size, "break the rule %s", check_names[level->check]);
        break;
    case GOAL_SURVIVE:
        snprintf(out, size, "bring the machine through to the end");
        break;
    }
}

/* ---- Window and moves ------------------------------------------------------------------------ */

static void read_window(struct level *level)
{
    const char *text, *dots;
    char from[40];

    if (!ini_get_text(level->ini, section, "window", &text))
        return;
    dots = strstr(text, "..");
    if (dots != NULL && (size_t)(dots - text) < sizeof from) {
        size_t length = (size_t)(dots - text);

        while (length > 0 && text[length - 1] == ' ')
            length--;
        snprintf(from, sizeof from, "%.*s", (int)length, text);
        dots += 2 + strspn(dots + 2, " ");
        if (options_parse_time(from, 0, &level->from) && options_parse_time(dots, 1, &level->to) &&
            level->from < level->to)
            return;
    }
    ini_error(level->ini, section, "window",
              "\"%s\" (expected two times, the later one last, such as 75.7 s .. 76.2 s)", text);
}

static void read_moves(struct level *level)
{
    const char *text;
    char *copy, *rest, *word;

    if (!ini_get_text(level->ini, section, "moves", &text)) {
        ini_error(level->ini, section, NULL,
                  "a level without moves (expected moves = sites of choices, such as DISK READY)");
        return;
    }
    copy = rest = text_copy(text, strlen(text));
    while ((word = text_take(&rest, " ,")) != NULL) {
        uint32_t site = 0;

        if (word[0] == 0)
            continue;
        while (site < choice_count && strcmp(choice_names[site], word) != 0)
            site++;
        if (site == choice_count) {
            const char *near = ini_did_you_mean(word, choice_names, choice_count);

            ini_error(level->ini, section, "moves",
                      "\"%s\"%s%s%s (expected READY, PREEMPT, WAITER, WORKER, POOL, DISK, "
                      "DISK_ERROR or RUN)",
                      word, near != NULL ? ", did you mean \"" : "", near != NULL ? near : "",
                      near != NULL ? "\"?" : "");
        } else {
            level->sites |= 1u << site;
        }
    }
    free(copy);
}

/* Holds one surprise to its grammar; where it comes up in the run, only a run can tell. */
static bool is_surprise(const char *text, char *error, size_t size)
{
    struct anchor anchor;
    struct choices list;

    if (anchors_has(text))
        return anchor_read(&anchor, text, choice_names, choice_count, error, size);
    choices_init(&list, choice_count, 0);
    return choices_parse(&list, text, choice_names, error, size);
}

static void read_solution(struct level *level)
{
    char error[300], *copy, *rest, *word;

    if (!get_pieces(level, "solution", 4, ",", level->solution, sizeof level->solution))
        return;
    copy = rest = text_copy(level->solution, strlen(level->solution));
    while ((word = text_take(&rest, ", ")) != NULL) {
        if (word[0] == 0)
            continue;
        level->solution_count++;
        if (!is_surprise(word, error, sizeof error))
            ini_error(level->ini, section, "solution", "%s", error);
    }
    free(copy);
}

static void read_par(struct level *level)
{
    uint64_t par;

    if (!ini_get_uint(level->ini, section, "par", 0, LEVEL_PAR_MAX, &par)) {
        if (!ini_has(level->ini, section, "par"))
            ini_error(level->ini, section, NULL,
                      "a level without par (expected par = the fewest moves; 0: it cannot be done; "
                      "exifsim game --check-levels finds it)");
        return;
    }
    level->par = (uint32_t)par;
    if (par != level->solution_count)
        ini_error(level->ini, section, "par",
                  "%u beside a solution of %u moves (expected as many as the solution has)",
                  level->par, level->solution_count);
}

/* ---- The file -------------------------------------------------------------------------------- */

static bool has_level(const struct ini *ini)
{
    for (uint32_t s = 0; s < ini_section_count(ini); s++)
        if (strcmp(ini_section_name(ini, s), section) == 0)
            return true;
    return false;
}

bool level_is_one(const char *path)
{
    struct ini *ini = document_read(path);
    bool is = has_level(ini);

    ini_free(ini);
    return is;
}

static void read_level(struct level *level)
{
    if (!has_level(level->ini)) {
        ini_error(level->ini, "scenario", NULL,
                  "a scenario without a [level] section (expected a level, such as "
                  "scenarios/game/01_two_clerks.ini)");
        return;
    }
    if (!get_text(level, "title", level->title, sizeof level->title))
        ini_error(level->ini, section, NULL, "a level without a title (expected title = ...)");
    get_pieces(level, "text", 6, " ", level->text, sizeof level->text);
    get_pieces(level, "hint", 2, " ", level->hint, sizeof level->hint);
    read_goal(level);
    read_window(level);
    read_moves(level);
    read_solution(level);
    read_par(level);
}

static void name_of(const char *path, char name[LEVEL_NAME_CHARS])
{
    const char *file = file_short_name(path), *dot = strrchr(file, '.');

    snprintf(name, LEVEL_NAME_CHARS, "%.*s",
             (int)(dot != NULL ? (size_t)(dot - file) : strlen(file)), file);
}

struct level *level_read(const char *path, FILE *errors)
{
    struct level *level = calloc(1, sizeof *level);
    uint32_t count;

    CHECK(level != NULL);
    snprintf(level->path, sizeof level->path, "%s", path);
    name_of(path, level->name);
    level->ini = document_read(path);
    if (ini_error_count(level->ini) == 0)
        read_level(level);
    count = ini_error_count(level->ini);
    for (uint32_t i = 0; i < count; i++)
        fprintf(errors, "%s\n", ini_error_text(level->ini, i));
    if (count == 0)
        return level;
    level_free(level);
    return NULL;
}

void level_free(struct level *level)
{
    if (level == NULL)
        return;
    ini_free(level->ini);
    free(level);
}

/* ---- All levels ------------------------------------------------------------------------------ */

uint32_t level_names(char ***names)
{
    static const char folder[] = "game/";
    struct supplied_names all;
    uint32_t count = 0;

    supplied_names(&all);
    *names = calloc(all.count + 1, sizeof **names);
    CHECK(*names != NULL);
    for (uint32_t i = 0; i < all.count; i++)
        if (strncmp(all.list[i], folder, strlen(folder)) == 0)
            (*names)[count++] =
                text_copy(all.list[i] + strlen(folder), strlen(all.list[i]) - strlen(folder));
    supplied_names_free(&all);
    return count;
}

void level_names_free(char **names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

bool level_path(const char *name, char path[PLACE_CHARS])
{
    char below[300];

    snprintf(below, sizeof below, "game/%s", name);
    return supplied_find(below, path);
}

bool level_find(const char *typed, char path[PLACE_CHARS], uint32_t *number,
                char error[LEVEL_ERROR_CHARS])
{
    char **names, name[LEVEL_NAME_CHARS];
    uint32_t count = level_names(&names);
    bool good = true;

    *number = 0;
    snprintf(path, PLACE_CHARS, "%s", typed);
    if (strspn(typed, "0123456789") == strlen(typed) && typed[0] != 0) {
        unsigned long wanted = strlen(typed) < 6 ? strtoul(typed, NULL, 10) : 0;

        good = wanted > 0 && wanted <= count && level_path(names[wanted - 1], path);
        *number = good ? (uint32_t)wanted : 0;
        if (count == 0)
            snprintf(error, LEVEL_ERROR_CHARS,
                     "no levels here (expected the folder game of scenarios, or a file)");
        else if (!good)
            snprintf(error, LEVEL_ERROR_CHARS,
                     "no level %.40s (expected a number from 1 to %u, or a file)", typed, count);
    } else if (supplied_holds(path)) {
        name_of(path, name);
        for (uint32_t i = 0; i < count; i++)
            if (strcmp(names[i], name) == 0)
                *number = i + 1;
    }
    level_names_free(names, count);
    return good;
}
