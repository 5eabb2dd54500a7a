/* plan_axis.c - reads the two small languages of a sweep: lists of values, and constraints on
 * points.
 *
 *     value = [text] "${" item { "," item } "}" [text]
 *     item  = text | low ".." high [ ".." step ]
 *     only  = case { "or" case }
 *     case  = test { "and" test }
 *     test  = axis ("<" | "<=" | ">" | ">=" | "==" | "!=") value
 *
 * Two values with the same unit ("50/s" and "5/s") compare as numbers; other values are only equal
 * or not, as texts.
 */
#include "ui/campaign/plan_axis.h"
#include "ui/host/grow.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Values ---------------------------------------------------------------------------------- */

struct reading {
    struct ini *ini;
    struct plan_axis *axis;
    const char *value;           /* The whole value. */
    const char *before, *behind; /* Text before and behind ${...}, such as "" and "/s". */
    int before_length;
};

static bool add_value(struct reading *r, const char *item, int length)
{
    struct plan_axis *axis = r->axis;
    char text[INI_TEXT_MAX + 32];

    snprintf(text, sizeof text, "%.*s%.*s%s", r->before_length, r->before, length, item, r->behind);
    if (axis->value_count == PLAN_POINTS_MAX) {
        ini_error(r->ini, axis->section, axis->key,
                  "more than %d values (expected at most that many)", PLAN_POINTS_MAX);
        return false;
    }
    axis->values =
        grow(axis->values, &axis->value_room, axis->value_count + 1, sizeof *axis->values);
    CHECK((axis->values[axis->value_count] = strdup(text)) != NULL);
    axis->value_count++;
    return true;
}

/* Reads "1..10" or "1..10..3". False: an error was recorded. */
static bool add_range(struct reading *r, const char *item, int length)
{
    char text[INI_TEXT_MAX + 1], number[24], rest[2];
    uint64_t low, high, step = 1;

    snprintf(text, sizeof text, "%.*s", length, item);
    if (strchr(text, '-') != NULL ||
        (sscanf(text, "%" SCNu64 "..%" SCNu64 "%1s", &low, &high, rest) != 2 &&
         sscanf(text, "%" SCNu64 "..%" SCNu64 "..%" SCNu64 "%1s", &low, &high, &step, rest) != 3) ||
        low > high || step == 0) {
        ini_error(r->ini, r->axis->section, r->axis->key,
                  "\"%s\" (expected low..high or low..high..step, whole numbers that rise)", text);
        return false;
    }
    for (uint64_t at = low;; at += step) {
        if (!add_value(r, number, snprintf(number, sizeof number, "%" PRIu64, at)))
            return false;
        if (high - at < step)
            return true;
    }
}

static bool add_item(struct reading *r, const char *item, int length)
{
    while (length > 0 && (item[length - 1] == ' ' || item[length - 1] == '\t'))
        length--;
    if (length == 0) {
        ini_error(r->ini, r->axis->section, r->axis->key,
                  "an empty value in \"%s\" (expected ${5, 10, 24} or ${1..8})", r->value);
        return false;
    }
    for (int i = 0; i + 1 < length; i++)
        if (item[i] == '.' && item[i + 1] == '.')
            return add_range(r, item, length);
    return add_value(r, item, length);
}

static int by_value(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Refuses an axis with one value twice: it would give one point twice. */
static void check_twice(struct ini *ini, const struct plan_axis *axis)
{
    char **sorted = malloc((axis->value_count + 1) * sizeof *sorted);

    CHECK(sorted != NULL);
    memcpy(sorted, axis->values, axis->value_count * sizeof *sorted);
    qsort(sorted, axis->value_count, sizeof *sorted, by_value);
    for (uint32_t i = 0; i + 1 < axis->value_count; i++)
        if (strcmp(sorted[i], sorted[i + 1]) == 0) {
            ini_error(ini, axis->section, axis->key, "\"%s\" twice (expected each value once)",
                      sorted[i]);
            break;
        }
    free(sorted);
}

void plan_axis_read(struct ini *ini, const char *section, const char *key, const char *value,
                    struct plan_axis *axis)
{
    const char *open = strstr(value, "${"), *close = strchr(open, '}');
    struct reading r = { .ini = ini,
                         .axis = axis,
                         .value = value,
                         .before = value,
                         .before_length = (int)(open - value) };

    snprintf(axis->section, sizeof axis->section, "%s", section);
    snprintf(axis->key, sizeof axis->key, "%s", key);
    snprintf(axis->name, sizeof axis->name, "%s.%s", section, key);
    for (char *at = axis->name; *at != 0; at++)
        *at = *at == ' ' ? '.' : *at;
    axis->version = strcmp(section, "versions") == 0;
    if (strcmp(section, "sweep") == 0 || close == NULL || strstr(close, "${") != NULL) {
        ini_error(ini, section, key, "\"%s\" (expected %s)", value,
                  strcmp(section, "sweep") == 0 ? "one value: [sweep] has no axes"
                                                : "one ${...} with its closing brace");
        return;
    }
    r.behind = close + 1;
    for (const char *at = open + 2; at <= close; at += strcspn(at, ",}") + 1) {
        at += strspn(at, " \t");
        if (!add_item(&r, at, (int)strcspn(at, ",}")))
            return;
    }
    check_twice(ini, axis);
}

void plan_axis_free(struct plan_axis *axis)
{
    for (uint32_t i = 0; i < axis->value_count; i++)
        free(axis->values[i]);
    free(axis->values);
}

/* ---- Constraints ----------------------------------------------------------------------------- */

enum order { LESS = 1, EQUAL = 2, MORE = 4 };
static const struct {
    const char *text;
    int orders;
    bool sorts;
} operators[] = {
    { "<=", LESS | EQUAL, true }, { ">=", MORE | EQUAL, true }, { "==", EQUAL, false },
    { "!=", LESS | MORE, false }, { "<", LESS, true },          { ">", MORE, true },
};

static void wrong(struct plan *plan, const char *text, const char *expected)
{
    ini_error(plan->ini, "sweep", "only", "\"%.80s\" (expected %.200s)", text, expected);
}

/* Compares two values: LESS, EQUAL or MORE; 0: they have no order. */
static int order_of(const char *one, const char *other, bool sorts)
{
    char *ends[2];
    double first = strtod(one, &ends[0]), second = strtod(other, &ends[1]);

    if (ends[0] != one && ends[1] != other &&
        strcmp(ends[0] + strspn(ends[0], " "), ends[1] + strspn(ends[1], " ")) == 0)
        return first < second ? LESS : first > second ? MORE : EQUAL;
    return sorts ? 0 : strcmp(one, other) == 0 ? EQUAL : MORE;
}

static int axis_by_name(const struct plan *plan, const char *name)
{
    for (uint32_t a = 0; a < plan->axis_count; a++)
        if (strcmp(plan->axes[a].name, name) == 0)
            return (int)a;
    return -1;
}

static void no_such_axis(struct plan *plan, const char *name)
{
    const char *names[PLAN_AXES_MAX], *near;
    char expected[160];

    for (uint32_t a = 0; a < plan->axis_count; a++)
        names[a] = plan->axes[a].name;
    near = ini_did_you_mean(name, names, plan->axis_count);
    if (plan->axis_count == 0)
        snprintf(expected, sizeof expected, "an axis: a value such as ${5, 10}/s; there is none");
    else
        snprintf(expected, sizeof expected, "an axis of this sweep such as %s",
                 near != NULL ? near : names[0]);
    wrong(plan, name, expected);
}

static bool test(struct plan *plan, const struct plan_point *point, char *text)
{
    char *at = strpbrk(text, "<>=!"), *value;
    size_t found = 0;
    int axis, order;

    while (at != NULL && found < ARRAY_LEN(operators) &&
           strncmp(at, operators[found].text, strlen(operators[found].text)) != 0)
        found++;
    if (at == NULL || found == ARRAY_LEN(operators)) {
        wrong(plan, text, "a comparison such as load.smtp.rate < 50/s");
        return false;
    }
    value = at + strlen(operators[found].text);
    value += strspn(value, " \t");
    while (at > text && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    *at = 0;
    axis = axis_by_name(plan, text);
    if (axis < 0) {
        no_such_axis(plan, text);
        return false;
    }
    order = order_of(plan_value(plan, point, (uint32_t)axis), value, operators[found].sorts);
    if (order == 0)
        wrong(plan, value, "a number with the axis' own unit");
    return (order & operators[found].orders) != 0;
}

/* Cuts text at the next occurrence of a word and returns the text behind it; NULL: no such word. */
static char *cut(char *text, const char *word)
{
    char *at = strstr(text, word);
    size_t end;

    if (at != NULL)
        *at = 0;
    for (end = strlen(text); end > 0 && text[end - 1] == ' '; end--)
        text[end - 1] = 0;
    return at != NULL ? at + strlen(word) : NULL;
}

bool plan_only(struct plan *plan, const struct plan_point *point, const char *only)
{
    char text[INI_TEXT_MAX + 1];
    bool any = false;

    snprintf(text, sizeof text, "%s", only);
    for (char *one = text, *next; one != NULL; one = next) {
        bool all = true;

        next = cut(one, " or ");
        for (char *part = one, *after; part != NULL; part = after) {
            after = cut(part, " and ");
            part += strspn(part, " \t");
            all = test(plan, point, part) && all;
        }
        any = any || all;
    }
    return any;
}
