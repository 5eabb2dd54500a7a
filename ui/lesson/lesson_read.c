/* lesson_read.c - reads a lesson's sections (lesson.h). The scenario in the same file has its own
 * reader, which knows these keys; only here their values mean something.
 */
#include "ui/lesson/lesson.h"
#include "ui/host/texts.h"
#include "ui/recording/anchor.h"
#include "ui/run/document.h"
#include <stdlib.h>
#include <string.h>

/* Copies a text. An error: it is longer than its place. */
static bool get(struct lesson *lesson, const char *section, const char *key, char *out, size_t size)
{
    const char *text;

    if (!ini_get_text(lesson->ini, section, key, &text))
        return false;
    if (strlen(text) >= size)
        ini_error(lesson->ini, section, key, "%zu letters (expected at most %zu)", strlen(text),
                  size - 1);
    snprintf(out, size, "%s", text);
    return true;
}

static const char *numbered(char out[40], const char *key, uint32_t number)
{
    snprintf(out, 40, number == 1 ? "%s" : "%s_%u", key, number);
    return out;
}

/* A text in pieces: key, key_2, key_3 ..., with blanks between. */
static void get_pieces(struct lesson *lesson, const char *section, const char *key, uint32_t most,
                       char *out, size_t size)
{
    char name[40], piece[300];
    uint32_t last = 1;

    for (uint32_t i = 1; i <= most; i++) {
        size_t used = strlen(out);

        if (!get(lesson, section, numbered(name, key, i), piece, sizeof piece))
            continue;
        if (i > last + 1 || (i > 1 && used == 0))
            ini_error(lesson->ini, section, name,
                      "a piece of text without the one before "
                      "(expected %s, %s_2, ... without gaps)",
                      key, key);
        last = i;
        if (used + strlen(piece) + 2 > size) {
            ini_error(lesson->ini, section, name, "a text too long (expected at most %zu letters)",
                      size - 1);
            return;
        }
        snprintf(out + used, size - used, "%s%s", used > 0 ? " " : "", piece);
    }
}

static bool get_expression(struct lesson *lesson, const char *section, const char *key,
                           const char *text, struct expr *out)
{
    char error[LESSON_ERROR_CHARS];

    if (expr_parse(out, text, &lesson->runs, error))
        return true;
    ini_error(lesson->ini, section, key, "%s", error);
    return false;
}

/* Reads an anchor in which at, from, to and key may stand. Records have no numbers here: an edit of
 * the program would move them. */
static void get_anchor(struct lesson *lesson, const char *section, const char *key, char *out,
                       size_t size)
{
    char error[LESSON_ERROR_CHARS];

    if (get(lesson, section, key, out, size) && !expr_check_instant(out, error))
        ini_error(lesson->ini, section, key, "%s", error);
}

static bool get_choice(struct lesson *lesson, const char *section, const char *key,
                       const char *const *words, uint32_t count, uint32_t *out)
{
    return ini_get_word(lesson->ini, section, key, words, count, out);
}

/* ---- Texts with expressions ------------------------------------------------------------------ */

bool lesson_expand(const struct lesson *lesson, const char *text, lesson_put *put, void *ctx,
                   char *out, size_t size, char error[LESSON_ERROR_CHARS])
{
    struct expr *expr = calloc(1, sizeof *expr);
    size_t used = 0;
    bool good = true;

    CHECK(expr != NULL);
    while (*text != 0 && good && used + 1 < size) {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        char inner[EXPR_CHARS];

        if (*text == '{' && end == NULL) {
            snprintf(error, LESSON_ERROR_CHARS, "\"%.40s\" (expected } behind the expression)",
                     text);
            good = false;
        } else if (end == NULL) {
            out[used++] = *text++;
        } else {
            snprintf(inner, sizeof inner, "%.*s", (int)(end - text - 1), text + 1);
            out[used] = 0;
            good = expr_parse(expr, inner, &lesson->runs, error) &&
                   (put == NULL || put(ctx, expr, out + used, size - used, error));
            used += put != NULL && good ? strlen(out + used) : 0;
            text = end + 1;
        }
    }
    out[used] = 0;
    free(expr);
    return good;
}

/* Holds the expressions of a text to their grammar. */
static void check_text(struct lesson *lesson, const char *section, const char *key,
                       const char *text)
{
    char out[LESSON_TEXT_CHARS], error[LESSON_ERROR_CHARS];

    if (!lesson_expand(lesson, text, NULL, NULL, out, sizeof out, error))
        ini_error(lesson->ini, section, key, "%s", error);
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static void add_run(struct lesson *lesson, const char *section, const char *name)
{
    uint32_t i = lesson->runs.count;
    char key[40], piece[300];
    char *sets = lesson->run_sets[i];

    if (i == EXPR_RUNS_MAX - 1) {
        ini_error(lesson->ini, section, NULL, "one more run (expected at most %d)",
                  EXPR_RUNS_MAX - 1);
        return;
    }
    if (get(lesson, section, "scenario", piece, sizeof piece))
        snprintf(sets, sizeof lesson->run_sets[i], "scenario=%s;", piece);
    for (uint32_t k = 1; k <= 8; k++)
        if (get(lesson, section, numbered(key, "set", k), piece, sizeof piece))
            snprintf(sets + strlen(sets), sizeof lesson->run_sets[i] - strlen(sets), "%s;", piece);
    if (sets[0] == 0)
        ini_error(lesson->ini, section, NULL,
                  "a run like the lesson's own (expected set = "
                  "section.key=value, or scenario = FILE)");
    lesson->runs.names[i] = name;
    lesson->runs.sets[i] = sets;
    lesson->runs.count++;
}

static void read_runs(struct lesson *lesson)
{
    for (uint32_t s = 0; s < ini_section_count(lesson->ini); s++) {
        const char *section = ini_section_name(lesson->ini, s);

        if (strncmp(section, "run ", 4) == 0)
            add_run(lesson, section, section + 4);
    }
    if (lesson->twin[0] == 0)
        return;
    uint32_t i = lesson->runs.count++;

    snprintf(lesson->run_sets[i], sizeof lesson->run_sets[i], "versions.all=%s;", lesson->twin);
    lesson->runs.names[i] = "twin";
    lesson->runs.sets[i] = lesson->run_sets[i];
}

/* ---- Pages ----------------------------------------------------------------------------------- */

/* "at ANCHOR", "RUN at ANCHOR", "with SETTINGS at ANCHOR". */
static void read_other(struct lesson *lesson, struct lesson_page *page)
{
    char text[200];
    char *at;

    if (!get(lesson, page->section, "else", text, sizeof text))
        return;
    at = strncmp(text, "at ", 3) == 0 ? text : strstr(text, " at ");
    if (at == NULL) {
        ini_error(lesson->ini, page->section, "else",
                  "\"%.60s\" (expected at INSTANT, RUN at INSTANT or with SETTING; SETTING at "
                  "INSTANT)",
                  text);
        return;
    }
    snprintf(page->other.at, sizeof page->other.at, "%s", at + (at == text ? 3 : 4));
    *at = 0;
    snprintf(page->other.run, sizeof page->other.run, "%s",
             strncmp(text, "with ", 5) == 0 ? text + 5 : text);
}

static void read_offers(struct lesson *lesson, struct lesson_page *page)
{
    char key[40], text[300];

    for (uint32_t i = 0; i < LESSON_OFFERS_MAX; i++) {
        if (!get(lesson, page->section, numbered(key, "offer", i + 1), text, sizeof text))
            continue;
        if (i != page->offer_count)
            ini_error(lesson->ini, page->section, key,
                      "an offer without the one before (expected offer, offer_2, ...)");
        page->offer_count +=
            get_expression(lesson, page->section, key, text, &page->offers[page->offer_count]);
    }
    for (uint32_t i = 0; i < LESSON_OFFERS_MAX; i++) {
        if (!get(lesson, page->section, numbered(key, "slip", i + 1), page->slips[i],
                 sizeof page->slips[i]))
            continue;
        check_text(lesson, page->section, key, page->slips[i]);
        if (i >= page->offer_count)
            ini_error(lesson->ini, page->section, key,
                      "a slip for an offer that is not there "
                      "(expected one offer for each)");
    }
}

static void read_question(struct lesson *lesson, struct lesson_page *page)
{
    char key[LESSON_TEXT_CHARS] = "";

    get_pieces(lesson, page->section, "ask", 2, page->ask, sizeof page->ask);
    get_pieces(lesson, page->section, "key", 2, key, sizeof key);
    read_offers(lesson, page);
    get_pieces(lesson, page->section, "hint", 2, page->hint, sizeof page->hint);
    get_pieces(lesson, page->section, "reveal", 4, page->reveal, sizeof page->reveal);
    check_text(lesson, page->section, "ask", page->ask);
    check_text(lesson, page->section, "hint", page->hint);
    check_text(lesson, page->section, "reveal", page->reveal);
    if (key[0] != 0)
        page->has_key = get_expression(lesson, page->section, "key", key, &page->key);
    if ((page->ask[0] != 0) != (key[0] != 0))
        ini_error(lesson->ini, page->section, page->ask[0] != 0 ? "ask" : "key",
                  "%s (expected both, or neither)",
                  page->ask[0] != 0 ? "a question without a key" : "a key without a question");
    if (page->offer_count == 1)
        ini_error(lesson->ini, page->section, "offer",
                  "one offer (expected two or more, or none: "
                  "then the answer is typed)");
    if (page->ask[0] != 0 && page->reveal[0] == 0)
        ini_error(lesson->ini, page->section, "ask",
                  "a question without reveal (expected reveal = what is right, and why)");
}

static void read_claims(struct lesson *lesson, struct lesson_page *page)
{
    char key[40];

    for (uint32_t i = 0; i < LESSON_CLAIMS_MAX; i++) {
        char *text = page->claim_texts[page->claim_count];

        if (get(lesson, page->section, numbered(key, "claim", i + 1), text,
                sizeof page->claim_texts[0]))
            page->claim_count +=
                get_expression(lesson, page->section, key, text, &page->claims[page->claim_count]);
    }
}

static bool has_run(const struct lesson *lesson, const char *name)
{
    for (uint32_t i = 0; i < lesson->runs.count; i++)
        if (strcmp(lesson->runs.names[i], name) == 0)
            return true;
    return false;
}

/* The run that a page shows. Two beside each other are always the lesson's own and its twin. */
static void read_run(struct lesson *lesson, struct lesson_page *page)
{
    if (!get(lesson, page->section, "run", page->run, sizeof page->run))
        return;
    if (!has_run(lesson, page->run))
        ini_error(lesson->ini, page->section, "run", "\"%s\" (expected the name of a [run])",
                  page->run);
    else if (page->show == SHOW_TWIN)
        ini_error(lesson->ini, page->section, "run",
                  "a run on a page with show = twin (expected another show: the twin is that of "
                  "the lesson's own run)");
}

/* Which parts of the machine a terminal tells; without the key those that need no other word. */
static void read_panel(struct lesson *lesson, struct lesson_page *page)
{
    static const char *const parts[PANELS] = { "processors", "memory",   "ready",
                                               "reserve",    "requests", "clerks" };
    char text[200], *rest = text, *item;

    page->panel =
        LESSON_PANEL(PANEL_PROCESSORS) | LESSON_PANEL(PANEL_MEMORY) | LESSON_PANEL(PANEL_READY);
    if (!get(lesson, page->section, "panel", text, sizeof text))
        return;
    for (page->panel = 0; strcmp(text, "nothing") != 0 && (item = text_take(&rest, ",")) != NULL;) {
        uint32_t part = 0;

        item += strspn(item, " ");
        item[strcspn(item, " ")] = 0;
        while (part < PANELS && strcmp(parts[part], item) != 0)
            part++;
        if (part < PANELS)
            page->panel |= LESSON_PANEL(part);
        else
            ini_error(lesson->ini, page->section, "panel",
                      "\"%s\" (expected nothing, or some of processors, memory, ready, reserve, "
                      "requests, clerks)",
                      item);
    }
    if ((page->panel & LESSON_PANEL(PANEL_MEMORY)) != 0 &&
        (page->panel & LESSON_PANEL(PANEL_PROCESSORS)) == 0)
        ini_error(lesson->ini, page->section, "panel",
                  "memory without processors (expected both: it is what a processor sees)");
}

static void read_page(struct lesson *lesson, struct lesson_page *page)
{
    static const char *const shows[] = { "timeline", "stop", "boxes", "twin" };
    static const char *const axes[] = { "linear", "record", "gaps" };
    const char *section = page->section;
    char address[300];
    uint32_t word;

    if (!get(lesson, section, "title", page->title, sizeof page->title))
        ini_error(lesson->ini, section, NULL, "a page without a title (expected title = ...)");
    if (get_choice(lesson, section, "show", shows, ARRAY_LEN(shows), &word))
        page->show = (enum lesson_show)word;
    if (get_choice(lesson, section, "axis", axes, ARRAY_LEN(axes), &word))
        page->axis = (enum lesson_axis)word;
    read_run(lesson, page);
    read_panel(lesson, page);
    get_anchor(lesson, section, "at", page->at, sizeof page->at);
    get_anchor(lesson, section, "from", page->from, sizeof page->from);
    get_anchor(lesson, section, "to", page->to, sizeof page->to);
    get(lesson, section, "lanes", page->lanes, sizeof page->lanes);
    get(lesson, section, "select", page->select, sizeof page->select);
    if (get(lesson, section, "address", address, sizeof address))
        page->has_address = get_expression(lesson, section, "address", address, &page->address);
    get(lesson, section, "requires", page->requires, sizeof page->requires);
    get_pieces(lesson, section, "say", 6, page->say, sizeof page->say);
    check_text(lesson, section, "say", page->say);
    get_pieces(lesson, section, "notes", 3, page->notes, sizeof page->notes);
    if (page->say[0] == 0)
        ini_error(lesson->ini, section, NULL, "a page that says nothing (expected say = ...)");
    read_question(lesson, page);
    read_claims(lesson, page);
    read_other(lesson, page);
}

static void read_pages(struct lesson *lesson)
{
    char section[24];

    lesson->pages = calloc(LESSON_PAGES_MAX, sizeof *lesson->pages);
    CHECK(lesson->pages != NULL);
    for (uint32_t s = 0; s < ini_section_count(lesson->ini); s++) {
        const char *name = ini_section_name(lesson->ini, s);

        if (strncmp(name, "page", 4) != 0)
            continue;
        snprintf(section, sizeof section, "page %u", lesson->page_count + 1);
        if (strcmp(name, section) != 0) {
            ini_error(lesson->ini, name, NULL,
                      "[%s] (expected [%s]: pages are numbered from 1, "
                      "without gaps)",
                      name, section);
            continue;
        }
        if (lesson->page_count == LESSON_PAGES_MAX) {
            ini_error(lesson->ini, name, NULL, "one more page (expected at most %d)",
                      LESSON_PAGES_MAX);
            return;
        }
        struct lesson_page *page = &lesson->pages[lesson->page_count++];

        snprintf(page->section, sizeof page->section, "%s", section);
        read_page(lesson, page);
    }
    if (lesson->page_count == 0)
        ini_error(lesson->ini, "lesson", NULL, "a lesson without pages (expected [page 1])");
}

/* ---- The file -------------------------------------------------------------------------------- */

static bool has_lesson(const struct ini *ini)
{
    for (uint32_t s = 0; s < ini_section_count(ini); s++)
        if (strcmp(ini_section_name(ini, s), "lesson") == 0)
            return true;
    return false;
}

bool lesson_is_one(const char *path)
{
    struct ini *ini = document_read(path);
    bool is = has_lesson(ini);

    ini_free(ini);
    return is;
}

static void read_lesson(struct lesson *lesson)
{
    uint64_t minutes = 10;

    if (!has_lesson(lesson->ini)) {
        ini_error(lesson->ini, "scenario", NULL,
                  "a scenario without a [lesson] section (expected "
                  "a lesson, such as scenarios/lessons/1_day.ini)");
        return;
    }
    if (!get(lesson, "lesson", "title", lesson->title, sizeof lesson->title))
        ini_error(lesson->ini, "lesson", NULL, "a lesson without a title (expected title = ...)");
    ini_get_uint(lesson->ini, "lesson", "minutes", 1, 240, &minutes);
    lesson->minutes = (uint32_t)minutes;
    get(lesson, "lesson", "needs", lesson->needs, sizeof lesson->needs);
    get(lesson, "lesson", "twin", lesson->twin, sizeof lesson->twin);
    get_pieces(lesson, "lesson", "after", 2, lesson->after, sizeof lesson->after);
    read_runs(lesson);
    read_pages(lesson);
}

struct lesson *lesson_read(const char *path, FILE *errors)
{
    struct lesson *lesson = calloc(1, sizeof *lesson);

    CHECK(lesson != NULL);
    snprintf(lesson->path, sizeof lesson->path, "%s", path);
    lesson->ini = document_read(path);
    if (ini_error_count(lesson->ini) == 0)
        read_lesson(lesson);
    if (lesson_print_errors(lesson, errors) == 0)
        return lesson;
    lesson_free(lesson);
    return NULL;
}

void lesson_free(struct lesson *lesson)
{
    if (lesson == NULL)
        return;
    ini_free(lesson->ini);
    free(lesson->pages);
    free(lesson);
}

void lesson_error(struct lesson *lesson, const struct lesson_page *page, const char *key,
                  const char *text)
{
    ini_error(lesson->ini, page->section, key, "%s: %s", page->section, text);
}

uint32_t lesson_print_errors(const struct lesson *lesson, FILE *errors)
{
    uint32_t count = ini_error_count(lesson->ini);

    for (uint32_t i = 0; i < count; i++)
        fprintf(errors, "%s\n", ini_error_text(lesson->ini, i));
    return count;
}
