/* quiz_form.c - see quiz_form.h: drawing the questions of a form, and reading answers and keys. */
#include "ui/lesson/quiz_form.h"
#include "sim/ini.h"
#include "sim/rng.h"
#include "ui/host/grow.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Drawing --------------------------------------------------------------------------------- */

/* The types in an order of their own for each seed. */
static void order_types(uint64_t seed, enum quiz_kind order[QUIZ_TYPES])
{
    struct rng rng = rng_stream(seed, "quiz/order");

    for (uint32_t i = 0; i < QUIZ_TYPES; i++) {
        uint32_t j = (uint32_t)rng_below(&rng, i + 1);

        order[i] = order[j];
        order[j] = (enum quiz_kind)i;
    }
}

static bool is_new(const struct quiz_form *form, const struct quiz_question *question)
{
    for (uint32_t i = 0; i < form->count; i++)
        if (quiz_same(&form->questions[i], question))
            return false;
    return true;
}

enum { REPEATS_MAX = 8 }; /* Variants in a row that ask what was asked before. */

/* Adds a question of this type that the form does not have. */
static enum quiz_end add_question(struct quiz *quiz, struct quiz_form *form, enum quiz_kind kind,
                                  uint32_t *variant)
{
    struct quiz_question *q = &form->questions[form->count];
    enum quiz_end end = QUIZ_REFUSED;

    for (int i = 0; i < REPEATS_MAX; i++) {
        end = quiz_ask(quiz, kind, (*variant)++, q);
        if (end != QUIZ_ASKED)
            return end;
        if (is_new(form, q)) {
            form->count++;
            return QUIZ_ASKED;
        }
    }
    return QUIZ_REFUSED;
}

struct quiz_form *quiz_form_new(uint64_t seed, enum quiz_kind kind, uint32_t most)
{
    struct quiz_form *form = grow_new(sizeof *form);

    form->seed = seed;
    form->kind = kind;
    form->most = most;
    form->questions = grow_new(most * sizeof *form->questions);
    return form;
}

enum quiz_end quiz_form_fill(struct quiz_form *form, struct quiz *quiz, quiz_made *made, void *ctx)
{
    uint32_t variants[QUIZ_TYPES] = { 0 }, left = 0;
    enum quiz_kind order[QUIZ_TYPES] = { 0 }, kind = form->kind;

    order_types(form->seed, order);
    for (int i = 0; i < QUIZ_TYPES; i++) {
        bool asked = kind == QUIZ_TYPES || kind == (enum quiz_kind)i;

        form->exhausted[i] = !asked;
        left += !form->exhausted[i];
    }
    for (uint32_t turn = 0; form->count < form->most && left > 0; turn++) {
        enum quiz_kind next = order[turn % QUIZ_TYPES];
        enum quiz_end end;

        if (form->exhausted[next])
            continue;
        end = add_question(quiz, form, next, &variants[next]);
        if (end == QUIZ_REFUSED) {
            form->exhausted[next] = true;
            left--;
        } else if (end != QUIZ_ASKED) {
            return end;
        } else if (made != NULL) {
            made(ctx, form->count);
        }
    }
    for (int i = 0; i < QUIZ_TYPES; i++) /* Only what was wanted and ran out. */
        form->exhausted[i] =
            form->exhausted[i] && (kind == QUIZ_TYPES || kind == (enum quiz_kind)i);
    memcpy(form->refused, quiz_refusals(quiz), sizeof form->refused);
    return QUIZ_ASKED;
}

void quiz_form_free(struct quiz_form *form)
{
    if (form != NULL)
        free(form->questions);
    free(form);
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* The number of a key such as "item_12"; 0: it is another key, or the number is too high. */
static uint32_t item_number(const char *key)
{
    unsigned long number;
    char *end;

    if (strncmp(key, "item_", 5) != 0 || !isdigit((unsigned char)key[5]) || key[5] == '0')
        return 0;
    number = strtoul(key + 5, &end, 10);
    return *end == 0 && number <= QUIZ_ITEMS_MAX ? (uint32_t)number : 0;
}

/* The number of a letter, 1 for a; 0: it is none. */
static uint8_t letter_number(const char *text)
{
    int letter = tolower((unsigned char)text[0]) - 'a';

    return letter >= 0 && letter < QUIZ_OPTIONS_MAX && (text[1] == 0 || text[1] == ' ')
               ? (uint8_t)(letter + 1)
               : 0;
}

static void read_head(struct ini *ini, const char *section, const char *key, char *out, size_t size)
{
    const char *text;

    if (ini_get_text(ini, section, key, &text))
        snprintf(out, size, "%s", text);
    else
        ini_error(ini, section, NULL, "no %s (expected %s = a word)", key, key);
}

static void read_answer(struct ini *ini, const char *key, const char *value, uint32_t number,
                        struct quiz_answers *answers)
{
    const char *text;

    ini_get_text(ini, "answers", key, &text);
    answers->letters[number - 1] = value[1] == 0 ? letter_number(value) : 0;
    if (answers->letters[number - 1] == 0)
        ini_error(ini, "answers", key, "\"%s\" (expected the letter of an option, a to %c)", value,
                  'a' + QUIZ_OPTIONS_MAX - 1);
    answers->count = MAX_OF(answers->count, number);
}

static void read_key(struct ini *ini, const char *key, const char *value, uint32_t number,
                     struct quiz_keys *keys)
{
    uint8_t letter = letter_number(value);
    const char *text;
    char *end = NULL;
    unsigned long options = strncmp(value + 1, " of ", 4) == 0 ? strtoul(value + 5, &end, 10) : 0;

    ini_get_text(ini, "key", key, &text);
    if (letter == 0 || end == NULL || *end != 0 || options < letter || options > QUIZ_OPTIONS_MAX)
        ini_error(ini, "key", key, "\"%s\" (expected a letter and the number of options: b of 4)",
                  value);
    keys->letters[number - 1] = letter;
    keys->options[number - 1] = (uint8_t)options;
    keys->count = MAX_OF(keys->count, number);
}

static bool has_section(const struct ini *ini, const char *name)
{
    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        if (strcmp(ini_section_name(ini, i), name) == 0)
            return true;
    return false;
}

/* Reads every item_N of a section. */
static void read_items(struct ini *ini, const char *section, struct quiz_answers *answers,
                       struct quiz_keys *keys)
{
    const char *key, *value;
    struct ini_place place;

    for (uint32_t i = 0; ini_key_at(ini, section, i, &key, &value, &place); i++) {
        uint32_t number = item_number(key);

        if (number == 0)
            continue;
        if (answers != NULL)
            read_answer(ini, key, value, number, answers);
        else
            read_key(ini, key, value, number, keys);
    }
}

/* Holds answers to the form that they answer. */
static void fit(struct ini *ini, const struct quiz_form *form, const struct quiz_answers *answers)
{
    char name[24], key[16];

    snprintf(name, sizeof name, "%" PRIu64, form->seed);
    if (answers->form[0] != 0 && strcmp(answers->form, name) != 0)
        ini_error(ini, "answers", "form", "answers to form \"%s\" (expected %s, the seed)",
                  answers->form, name);
    for (uint32_t i = 0; i < answers->count; i++) {
        snprintf(key, sizeof key, "item_%u", i + 1);
        if (answers->letters[i] != 0 && i >= form->count)
            ini_error(ini, "answers", key, "an answer to question %u (expected at most %u)", i + 1,
                      form->count);
        else if (answers->letters[i] != 0 && answers->letters[i] > form->questions[i].option_count)
            ini_error(ini, "answers", key, "\"%c\" (expected a letter from a to %c)",
                      'a' + answers->letters[i] - 1,
                      'a' + (int)form->questions[i].option_count - 1);
    }
}

/* Reads a document without errors. */
static void read_document(struct ini *ini, bool is_key, const struct quiz_form *form,
                          struct quiz_answers *answers, struct quiz_keys *keys)
{
    static const char *const sections[] = { "answers", "key" };

    if (is_key) {
        read_head(ini, "key", "form", keys->form, sizeof keys->form);
        read_items(ini, "key", NULL, keys);
        if (form != NULL)
            ini_error(ini, "key", NULL, "a key (expected answers in [answers])");
    } else {
        read_head(ini, "answers", "who", answers->who, sizeof answers->who);
        read_head(ini, "answers", "form", answers->form, sizeof answers->form);
        ini_get_uint(ini, "answers", "minutes", 1, 10000, &answers->minutes);
        read_items(ini, "answers", answers, NULL);
        if (form != NULL)
            fit(ini, form, answers);
    }
    if (ini_error_count(ini) == 0)
        ini_unknown(ini, sections, ARRAY_LEN(sections));
}

enum quiz_file quiz_file_read(const char *path, const struct quiz_form *form,
                              struct quiz_answers *answers, struct quiz_keys *keys, FILE *errors)
{
    struct ini *ini = ini_read(path);
    bool is_key = has_section(ini, "key");
    enum quiz_file kind = is_key ? QUIZ_FILE_KEY : QUIZ_FILE_ANSWERS;

    memset(answers, 0, sizeof *answers);
    memset(keys, 0, sizeof *keys);
    if (ini_error_count(ini) == 0)
        read_document(ini, is_key, form, answers, keys);
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(errors, "%s\n", ini_error_text(ini, i));
    if (ini_error_count(ini) > 0)
        kind = QUIZ_FILE_WRONG;
    ini_free(ini);
    return kind;
}
