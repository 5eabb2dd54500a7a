/* cli_quiz_stats.c - exifsim quiz --stats: does a form measure what it should?
 *
 * A folder holds answer files, one a person and form, and for each form the key page that
 * `exifsim quiz --key` wrote. For each item: the share that is right with Wilson's interval, the
 * discrimination (correlation of the item with the sum of all other items), the share of each wrong
 * option. For persons who answered two forms, in the order of the forms' names: who gained and who
 * lost, and McNemar's exact test. From 30 persons on, items that need repair are marked.
 */
#include "ui/campaign/stats.h"
#include "ui/cli/cli.h"
#include "ui/cli/cli_quiz.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ENOUGH = 30 }; /* Persons from which on an item is judged. */
static const double TOO_EASY = 0.85, TOO_BLUNT = 0.2, TOO_RARE = 0.03;

struct class
{
    struct quiz_answers *answers;
    struct quiz_keys *keys;
    uint32_t answer_count, key_count;
    size_t answer_room, key_room;
};

/* ---- Reading --------------------------------------------------------------------------------- */

static const struct quiz_keys *key_of(const struct class *class, const char *form)
{
    for (uint32_t i = 0; i < class->key_count; i++)
        if (strcmp(class->keys[i].form, form) == 0)
            return &class->keys[i];
    return NULL;
}

/* Reads one file into the class. False: it is wrong, and the error was printed. */
static bool read_file(struct class *class, const char *path)
{
    struct quiz_answers *answers = grow_new(sizeof *answers);
    struct quiz_keys *keys = grow_new(sizeof *keys);
    enum quiz_file kind = quiz_file_read(path, NULL, answers, keys, stderr);

    if (kind == QUIZ_FILE_KEY && key_of(class, keys->form) != NULL) {
        fprintf(stderr, "%s:1:1: a second key of form \"%s\" (expected one)\n", path, keys->form);
        kind = QUIZ_FILE_WRONG;
    }
    if (kind == QUIZ_FILE_KEY) {
        class->keys =
            grow(class->keys, &class->key_room, class->key_count + 1, sizeof *class->keys);
        class->keys[class->key_count++] = *keys;
    } else if (kind == QUIZ_FILE_ANSWERS) {
        class->answers = grow(class->answers, &class->answer_room, class->answer_count + 1,
                              sizeof *class->answers);
        class->answers[class->answer_count++] = *answers;
    }
    free(answers);
    free(keys);
    return kind != QUIZ_FILE_WRONG;
}

/* A number by its size, any other name as text. */
static int by_form(const void *one, const void *other)
{
    const char *a = ((const struct quiz_keys *)one)->form,
               *b = ((const struct quiz_keys *)other)->form;
    bool numbers = a[strspn(a, "0123456789")] == 0 && b[strspn(b, "0123456789")] == 0;
    size_t long_a = strlen(a), long_b = strlen(b);

    if (numbers && long_a != long_b)
        return long_a < long_b ? -1 : 1;
    return strcmp(a, b);
}

/* True if every answer file has the key of its form and answers only its items. */
static bool fits(const struct options *options, const struct class *class)
{
    for (uint32_t i = 0; i < class->answer_count; i++) {
        const struct quiz_answers *a = &class->answers[i];
        const struct quiz_keys *k = key_of(class, a->form);

        if (k == NULL) {
            fprintf(stderr,
                    "exifsim: %s has answers to form \"%s\" and no key of it (expected the file "
                    "of exifsim quiz --key)\n",
                    options->stats, a->form);
            return false;
        }
        for (uint32_t item = 0; item < a->count; item++)
            if (a->letters[item] > (item < k->count ? k->options[item] : 0)) {
                fprintf(stderr,
                        "exifsim: \"%s\" answers item_%u of form \"%s\" with %c (expected one of "
                        "%u options)\n",
                        a->who, item + 1, a->form, 'a' + a->letters[item] - 1,
                        item < k->count ? k->options[item] : 0);
                return false;
            }
    }
    return true;
}

static bool read_class(const struct options *options, struct class *class)
{
    size_t count;
    char **names = folder_list(options->stats, ".ini", &count);
    bool good = true;

    if (names == NULL) {
        fprintf(stderr, "exifsim: cannot read the folder %s: %s\n", options->stats,
                strerror(errno));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(options->stats) + strlen(names[i]) + 2;
        char *path = grow_new(size);

        snprintf(path, size, "%s/%s", options->stats, names[i]);
        good = read_file(class, path) && good;
        free(path);
    }
    folder_list_free(names, count);
    if (good && class->answer_count == 0) {
        fprintf(stderr, "exifsim: %s holds no answers (expected *.ini files with [answers])\n",
                options->stats);
        return false;
    }
    if (good && class->key_count > 0)
        qsort(class->keys, class->key_count, sizeof *class->keys, by_form);
    return good && fits(options, class);
}

/* ---- Computing ------------------------------------------------------------------------------- */

struct item {
    uint32_t persons, right;
    uint32_t chosen[QUIZ_OPTIONS_MAX + 1]; /* By letter; 0: no answer. */
    struct stats_interval difficulty;
    double discrimination; /* NAN: all persons have one result. */
};

/* The number of right answers, without those to one item. */
static uint32_t rest_of(const struct quiz_answers *a, const struct quiz_keys *k, uint32_t without)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < k->count; i++)
        sum += i != without && k->letters[i] != 0 && a->letters[i] == k->letters[i];
    return sum;
}

static struct item item_of(const struct class *class, const struct quiz_keys *k, uint32_t index)
{
    double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, n, spread;
    struct item item = { 0 };

    for (uint32_t i = 0; i < class->answer_count; i++) {
        const struct quiz_answers *a = &class->answers[i];

        if (strcmp(a->form, k->form) != 0)
            continue;
        double x = a->letters[index] == k->letters[index], y = rest_of(a, k, index);

        item.persons++;
        item.right += x > 0;
        item.chosen[a->letters[index]]++;
        sx += x;
        sy += y;
        sxx += x * x;
        syy += y * y;
        sxy += x * y;
    }
    n = item.persons;
    spread = (n * sxx - sx * sx) * (n * syy - sy * sy);
    item.discrimination = spread > 0 ? (n * sxy - sx * sy) / sqrt(spread) : NAN;
    item.difficulty = stats_wilson(item.right, item.persons);
    return item;
}

/* Persons who answered both forms: who had this item right. */
static struct stats_paired change_of(const struct class *class, const struct quiz_keys *before,
                                     const struct quiz_keys *after, uint32_t index,
                                     uint32_t *persons)
{
    bool *first = grow_new(class->answer_count * sizeof *first),
         *second = grow_new(class->answer_count * sizeof *second);
    struct stats_paired paired;

    *persons = 0;
    for (uint32_t i = 0; i < class->answer_count; i++)
        for (uint32_t j = 0; j < class->answer_count; j++) {
            const struct quiz_answers *a = &class->answers[i], *b = &class->answers[j];

            if (strcmp(a->form, before->form) != 0 || strcmp(b->form, after->form) != 0 ||
                strcmp(a->who, b->who) != 0 || *persons == class->answer_count)
                continue;
            first[*persons] = a->letters[index] == before->letters[index];
            second[(*persons)++] = b->letters[index] == after->letters[index];
        }
    paired = stats_paired(first, second, *persons);
    free(first);
    free(second);
    return paired;
}

/* What is wrong with an item, in words; "": nothing, or too few persons to say. before: this is the
 * first form. */
static void repair_of(const struct item *item, const struct quiz_keys *k, uint32_t index,
                      bool before, char out[200])
{
    out[0] = 0;
    if (item->persons < ENOUGH)
        return;
    if (before && item->difficulty.point > TOO_EASY)
        strcat(out, "; too easy before the lessons");
    if (!(item->discrimination >= TOO_BLUNT))
        strcat(out, "; does not discriminate");
    for (uint8_t o = 1; o <= k->options[index]; o++)
        if (o != k->letters[index] && item->chosen[o] < TOO_RARE * item->persons)
            sprintf(out + strlen(out), "; %c is hardly chosen", 'a' + o - 1);
    if (out[0] != 0)
        memmove(out, out + 2, strlen(out) - 1);
}

/* ---- Telling --------------------------------------------------------------------------------- */

static int by_minutes(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

    return (a > b) - (a < b);
}

/* Median minutes of a form; 0: nobody said. */
static uint64_t minutes_of(const struct class *class, const struct quiz_keys *k, uint32_t *persons)
{
    uint64_t *all = grow_new(class->answer_count * sizeof *all), median;
    uint32_t count = 0;

    *persons = 0;
    for (uint32_t i = 0; i < class->answer_count; i++)
        if (strcmp(class->answers[i].form, k->form) == 0) {
            ++*persons;
            if (class->answers[i].minutes > 0)
                all[count++] = class->answers[i].minutes;
        }
    qsort(all, count, sizeof *all, by_minutes);
    median = count > 0 ? all[count / 2] : 0;
    free(all);
    return median;
}

static void print_form(const struct class *class, const struct quiz_keys *k, bool before)
{
    uint32_t persons;
    uint64_t minutes = minutes_of(class, k, &persons);
    char repair[200];

    printf("form %s: %u persons", k->form, persons);
    if (minutes > 0)
        printf(", median %llu min", (unsigned long long)minutes);
    printf("\nitem  right  95 %%          discrimination  wrong options\n");
    for (uint32_t i = 0; i < k->count; i++) {
        struct item item = item_of(class, k, i);

        if (k->letters[i] == 0 || item.persons == 0)
            continue;
        printf("%4u  %4.0f %%  %3.0f to %3.0f %%  ", i + 1, 100 * item.difficulty.point,
               100 * item.difficulty.low, 100 * item.difficulty.high);
        if (isnan(item.discrimination))
            printf("%14s ", "-");
        else
            printf("%14.2f ", item.discrimination);
        for (uint8_t o = 1; o <= k->options[i]; o++)
            if (o != k->letters[i])
                printf(" %c %.0f %%", 'a' + o - 1, 100.0 * item.chosen[o] / item.persons);
        if (item.chosen[0] > 0)
            printf(" none %.0f %%", 100.0 * item.chosen[0] / item.persons);
        repair_of(&item, k, i, before, repair);
        printf("%s%s\n", repair[0] != 0 ? "  REPAIR: " : "", repair);
    }
}

static void print_change(const struct class *class, const struct quiz_keys *before,
                         const struct quiz_keys *after)
{
    uint32_t items = MIN_OF(before->count, after->count), persons = 0;

    printf("\nform %s to form %s\nitem  both  gained  lost  neither  p (McNemar, exact)\n",
           before->form, after->form);
    for (uint32_t i = 0; i < items; i++) {
        struct stats_paired p = change_of(class, before, after, i, &persons);

        if (before->letters[i] == 0 || after->letters[i] == 0)
            continue;
        printf("%4u  %4llu  %6llu  %4llu  %7llu  %.4f%s\n", i + 1, (unsigned long long)p.both,
               (unsigned long long)p.second_only, (unsigned long long)p.first_only,
               (unsigned long long)p.neither, p.p_value,
               persons >= ENOUGH && p.first_only > p.second_only ? "  REPAIR: more lose than gain"
                                                                 : "");
    }
    printf("%u persons answered both\n", persons);
}

static json_t *json_item(const struct class *class, const struct quiz_keys *k, uint32_t index,
                         bool before)
{
    struct item item = item_of(class, k, index);
    json_t *chosen = json_object(), *whole;
    char repair[200], letter[2] = "a";

    for (uint8_t o = 1; o <= k->options[index]; o++) {
        letter[0] = (char)('a' + o - 1);
        json_object_set_new(chosen, letter, json_integer(item.chosen[o]));
    }
    json_object_set_new(chosen, "none", json_integer(item.chosen[0]));
    repair_of(&item, k, index, before, repair);
    letter[0] = (char)('a' + k->letters[index] - 1);
    whole = json_pack("{s:i, s:s, s:i, s:i, s:f, s:f, s:f, s:o, s:s}", "item", (int)index + 1,
                      "key", letter, "persons", (int)item.persons, "right", (int)item.right,
                      "share", item.difficulty.point, "low", item.difficulty.low, "high",
                      item.difficulty.high, "chosen", chosen, "repair", repair);
    json_object_set_new(whole, "discrimination",
                        isnan(item.discrimination) ? json_null() : json_real(item.discrimination));
    return whole;
}

static json_t *json_change(const struct class *class, const struct quiz_keys *before,
                           const struct quiz_keys *after)
{
    json_t *items = json_array();
    uint32_t persons = 0;

    for (uint32_t i = 0; i < MIN_OF(before->count, after->count); i++) {
        struct stats_paired p = change_of(class, before, after, i, &persons);

        if (before->letters[i] != 0 && after->letters[i] != 0)
            json_array_append_new(items, json_pack("{s:i, s:i, s:i, s:i, s:i, s:f}", "item",
                                                   (int)i + 1, "both", (int)p.both, "gained",
                                                   (int)p.second_only, "lost", (int)p.first_only,
                                                   "neither", (int)p.neither, "p", p.p_value));
    }
    return json_pack("{s:s, s:s, s:i, s:o}", "before", before->form, "after", after->form,
                     "persons", (int)persons, "items", items);
}

static void write_json(const struct class *class, FILE *out)
{
    json_t *forms = json_array(), *changes = json_array(), *whole;
    uint32_t persons;
    char *dump;

    for (uint32_t f = 0; f < class->key_count; f++) {
        const struct quiz_keys *k = &class->keys[f];
        json_t *items = json_array();
        uint64_t minutes = minutes_of(class, k, &persons);

        for (uint32_t i = 0; i < k->count && persons > 0; i++)
            if (k->letters[i] != 0)
                json_array_append_new(items, json_item(class, k, i, f == 0));
        json_array_append_new(forms,
                              json_pack("{s:s, s:i, s:i, s:o}", "form", k->form, "persons",
                                        (int)persons, "minutes", (int)minutes, "items", items));
        if (f > 0)
            json_array_append_new(changes, json_change(class, k - 1, k));
    }
    whole = json_pack("{s:i, s:o, s:o}", "version", 1, "forms", forms, "changes", changes);
    dump = json_dumps(whole, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fprintf(out, "%s\n", dump);
    free(dump);
    json_decref(whole);
}

int cli_quiz_stats(const struct options *options)
{
    struct class class = { 0 };
    int code = EXIT_USAGE;

    if (read_class(options, &class)) {
        code = EXIT_MET;
        if (options->format == FORMAT_JSON)
            write_json(&class, stdout);
        for (uint32_t f = 0; f < class.key_count && options->format != FORMAT_JSON; f++) {
            printf("%s", f > 0 ? "\n" : "");
            print_form(&class, &class.keys[f], f == 0);
            if (f > 0)
                print_change(&class, &class.keys[f - 1], &class.keys[f]);
        }
    }
    free(class.answers);
    free(class.keys);
    return code;
}
