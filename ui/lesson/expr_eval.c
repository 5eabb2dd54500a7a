/* expr_eval.c - evaluates the tree of an expression (expr.h): operators and runs here, words in
 * words.c.
 */
#include "ui/lesson/words.h"
#include "model/words/builds.h"
#include "ui/recording/anchor.h"
#include "ui/host/texts.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool evaluate(const struct asking *a, uint16_t at, struct value *out);

bool ask_refuse(const struct asking *a, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(a->error, LESSON_ERROR_CHARS, format, args);
    va_end(args);
    return false;
}

bool ask_expression(const struct asking *a, uint32_t index, struct value *out)
{
    return evaluate(a, a->node->kids[index], out);
}

const char *ask_text(const struct asking *a, uint32_t index) { return a->node->texts[index]; }

/* ---- Runs ------------------------------------------------------------------------------------ */

struct lesson_run *expr_run(const struct expr_page *page, const struct lesson_run *base,
                            const char *name, char error[LESSON_ERROR_CHARS])
{
    for (uint32_t i = 0; page->named != NULL && i < page->named->count; i++)
        if (strcmp(page->named->names[i], name) == 0)
            return lesson_run_with(page->runs, base == page->run ? NULL : base,
                                   page->named->sets[i], error);
    return lesson_run_with(page->runs, base, name, error);
}

/* Values of an expression over several runs. */
struct over {
    uint32_t runs, yes, distinct;
    struct value seen[LESSON_RUNS_MAX];
};

static bool add_run(const struct asking *a, struct over *over, const char *set)
{
    struct asking other = *a;
    struct value value;
    uint32_t i = 0;

    other.run = lesson_run_with(a->page->runs, a->run, set, a->error);
    if (other.run == NULL || !evaluate(&other, a->node->kids[0], &value))
        return false;
    over->runs++;
    over->yes += value.kind == VALUE_YES_NO && value.number != 0;
    if (a->node->over != OVER_DISTINCT && value.kind != VALUE_YES_NO)
        return ask_refuse(a, "count, all and any take a question (expected one such as "
                             "outcome == \"stop\")");
    while (i < over->distinct && !value_equal(&over->seen[i], &value))
        i++;
    if (i == over->distinct)
        over->seen[over->distinct++] = value;
    return true;
}

static bool over_builds(const struct asking *a, struct over *over)
{
    char *list = strdup(a->node->texts[0]), *rest = list, *name;
    char set[80];
    bool good = list != NULL;

    while (good && (name = text_take(&rest, ",")) != NULL) {
        name += strspn(name, " ");
        name[strcspn(name, " ")] = 0;
        const struct build *build = build_find(name);
        bool driver = build != NULL && build->files == BUILD_FILES_DRIVER;

        snprintf(set, sizeof set, "versions.%s=%s", driver ? "exifs" : "all", name);
        good = over->runs < LESSON_RUNS_MAX && add_run(a, over, set);
    }
    free(list);
    return good;
}

static bool over_seeds(const struct asking *a, struct over *over)
{
    char set[40];

    for (uint64_t seed = a->node->low; seed <= a->node->high; seed++) {
        snprintf(set, sizeof set, "seed=%llu", (unsigned long long)seed);
        if (!add_run(a, over, set))
            return false;
    }
    return true;
}

static bool evaluate_over(const struct asking *a, struct value *out)
{
    struct over *over = calloc(1, sizeof *over);
    bool good;

    CHECK(over != NULL);
    good = a->node->texts[0] != NULL ? over_builds(a, over) : over_seeds(a, over);
    switch (a->node->over) {
    case OVER_COUNT:
        *out = value_count(over->yes);
        break;
    case OVER_ALL:
        *out = value_yes(over->yes == over->runs);
        break;
    case OVER_ANY:
        *out = value_yes(over->yes > 0);
        break;
    case OVER_DISTINCT:
        *out = value_count(over->distinct);
        break;
    }
    free(over);
    return good;
}

static bool evaluate_in(const struct asking *a, struct value *out)
{
    struct asking other = *a;

    other.run = expr_run(a->page, a->run, a->node->texts[0], a->error);
    return other.run != NULL && evaluate(&other, a->node->kids[0], out);
}

/* ---- Operators ------------------------------------------------------------------------------- */

static bool is_number(const struct value *v)
{
    return v->kind == VALUE_COUNT || v->kind == VALUE_TIME || v->kind == VALUE_SHARE ||
           v->kind == VALUE_INSTANT;
}

static bool unlike(const struct asking *a, const struct value *one, const struct value *other)
{
    char left[VALUE_TEXT_CHARS], right[VALUE_TEXT_CHARS];

    return ask_refuse(a, "%s beside %s (expected two values of one kind)", value_text(one, left),
                      value_text(other, right));
}

static bool compare(const struct asking *a, const struct value *one, const struct value *other,
                    struct value *out)
{
    enum expr_op op = a->node->op;
    bool equal = value_equal(one, other);

    if (one->kind != other->kind)
        return unlike(a, one, other);
    if (op == EXPR_EQUAL || op == EXPR_DIFFERS) {
        *out = value_yes(equal == (op == EXPR_EQUAL));
        return true;
    }
    if (!is_number(one))
        return unlike(a, one, other);
    *out = value_yes(op == EXPR_LESS         ? one->number < other->number
                     : op == EXPR_LESS_EQUAL ? one->number <= other->number
                     : op == EXPR_MORE       ? one->number > other->number
                                             : one->number >= other->number);
    return true;
}

/* A plain number multiplies and divides anything; a quotient of two of a kind is a number. */
static bool multiply(const struct asking *a, const struct value *one, const struct value *other,
                     struct value *out)
{
    bool by = a->node->op == EXPR_OVER_BY;

    if (!is_number(one) || !is_number(other) ||
        (other->kind != VALUE_COUNT && (by ? one->kind != other->kind : one->kind != VALUE_COUNT)))
        return unlike(a, one, other);
    if (by && other->number == 0)
        return ask_refuse(a, "a division by 0 (expected another divisor)");
    *out = *one;
    if (!by && one->kind == VALUE_COUNT)
        out->kind = other->kind;
    if (by && one->kind == other->kind)
        out->kind = VALUE_COUNT;
    out->number = by ? one->number / other->number : one->number * other->number;
    return true;
}

static bool add(const struct asking *a, const struct value *one, const struct value *other,
                struct value *out)
{
    if (!is_number(one) || one->kind != other->kind)
        return unlike(a, one, other);
    *out = *one;
    out->number =
        a->node->op == EXPR_PLUS ? one->number + other->number : one->number - other->number;
    return true;
}

static bool is_question(const struct asking *a, const struct value *v)
{
    return v->kind == VALUE_YES_NO ||
           ask_refuse(a, "and, or and not take a question (expected yes or no on each side)");
}

static bool both_sides(const struct asking *a, struct value *out)
{
    struct value one, other;

    if (!evaluate(a, a->node->kids[0], &one))
        return false;
    if (a->node->op == EXPR_OR || a->node->op == EXPR_AND) {
        if (!is_question(a, &one))
            return false;
        *out = one;
        if ((one.number != 0) == (a->node->op == EXPR_OR))
            return true; /* The other side is not asked: it may make no sense then. */
        return evaluate(a, a->node->kids[1], out) && is_question(a, out);
    }
    if (!evaluate(a, a->node->kids[1], &other))
        return false;
    switch (a->node->op) {
    case EXPR_PLUS:
    case EXPR_LESS_BY:
        return add(a, &one, &other, out);
    case EXPR_TIMES:
    case EXPR_OVER_BY:
        return multiply(a, &one, &other, out);
    default:
        return compare(a, &one, &other, out);
    }
}

static bool evaluate(const struct asking *above, uint16_t at, struct value *out)
{
    struct asking a = *above;

    a.node = &a.expr->nodes[at];
    switch (a.node->op) {
    case EXPR_LITERAL:
        *out = a.node->literal;
        return true;
    case EXPR_WORD:
        return a.node->word->ask(&a, out);
    case EXPR_IN:
        return evaluate_in(&a, out);
    case EXPR_OVER:
        return evaluate_over(&a, out);
    case EXPR_NOT:
        if (!evaluate(&a, a.node->kids[0], out) || !is_question(&a, out))
            return false;
        *out = value_yes(out->number == 0);
        return true;
    case EXPR_MINUS:
        if (!evaluate(&a, a.node->kids[0], out))
            return false;
        out->number = -out->number;
        return is_number(out) || unlike(&a, out, out);
    default:
        return both_sides(&a, out);
    }
}

bool expr_evaluate(const struct expr *expr, const struct expr_page *page, struct value *out,
                   char error[LESSON_ERROR_CHARS])
{
    struct asking a = { .page = page, .expr = expr, .error = error };

    a.run = lesson_run_with(page->runs, page->run, "", error);
    return a.run != NULL && evaluate(&a, expr->root, out);
}

/* ---- Instants -------------------------------------------------------------------------------- */

static bool is_word_letter(char c) { return isalnum((unsigned char)c) || c == '_' || c == '#'; }

/* The record that a name of the page stands for. False: the page has no such instant. */
static bool find_mark(const struct expr_page *page, const char *word, size_t length,
                      uint64_t *record, bool *is_mark, char error[LESSON_ERROR_CHARS])
{
    static const char *const names[MARKS] = { "at", "from", "to", "key" };

    *is_mark = true;
    for (int m = 0; m < MARKS; m++) {
        if (strlen(names[m]) != length || strncmp(word, names[m], length) != 0 ||
            word[length] == '=')
            continue;
        *record = page->marks[m];
        if (*record == MARK_NONE)
            snprintf(error, LESSON_ERROR_CHARS, "`%s`, but the page has no such instant", names[m]);
        return *record != MARK_NONE;
    }
    *is_mark = false;
    return true;
}

/* Puts the page's instants into an anchor: "DETACH of at" becomes "DETACH of #123". */
static bool put_marks(const struct expr_page *page, const char *anchor, char *out, size_t size,
                      char error[LESSON_ERROR_CHARS])
{
    size_t used = 0;

    for (const char *at = anchor; *at != 0 && used + 24 < size;) {
        size_t length = 0;
        uint64_t record;
        bool is_mark;

        while (is_word_letter(at[length]))
            length++;
        if (!find_mark(page, at, length, &record, &is_mark, error))
            return false;
        length = MAX_OF(length, (size_t)1);
        if (is_mark)
            used += (size_t)snprintf(out + used, size - used, "#%llu", (unsigned long long)record);
        else
            used += (size_t)snprintf(out + used, size - used, "%.*s", (int)length, at);
        at += length;
    }
    out[MIN_OF(used, size - 1)] = 0;
    return true;
}

bool expr_instant(const struct expr_page *page, struct lesson_run *run, const char *anchor,
                  uint64_t *record, char error[LESSON_ERROR_CHARS])
{
    struct recording *recording = lesson_run_recording(run), *twin = NULL;
    char text[ANCHOR_CHARS + 100];

    if (strstr(anchor, "first_difference") != NULL) {
        struct lesson_run *other = expr_run(page, NULL, "twin", error);

        if (other == NULL)
            return false;
        twin = lesson_run_recording(other);
    }
    if (recording == NULL) {
        snprintf(error, LESSON_ERROR_CHARS, "the host has no memory for a recording");
        return false;
    }
    return put_marks(page, anchor, text, sizeof text, error) &&
           anchor_resolve(recording, twin, text, record, error, LESSON_ERROR_CHARS);
}

bool expr_check_instant(const char *text, char error[LESSON_ERROR_CHARS])
{
    static const struct expr_page page = { 0 }; /* Every instant is the first record. */
    char named[ANCHOR_CHARS + 100];
    struct anchor anchor;

    if (!put_marks(&page, text, named, sizeof named, error) ||
        !anchor_parse(&anchor, named, error, LESSON_ERROR_CHARS))
        return false;
    if (!anchor_parse(&anchor, text, error, LESSON_ERROR_CHARS))
        return true; /* With names of the page's instants. */
    for (uint32_t i = 0; i < anchor.count; i++)
        if (anchor.parts[i].form == ANCHOR_RECORD) {
            snprintf(error, LESSON_ERROR_CHARS,
                     "\"%s\", a record's number (expected an anchor such as stop - 30 us, since "
                     "numbers change with every change)",
                     text);
            return false;
        }
    return true;
}
