/* expr_parse.c - reads an expression into a tree (expr.h): one function a level of operators. */
#include "ui/lesson/words.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct expr *expr;
    char *at; /* In expr->text, which is cut up on the way. */
    const struct expr_runs *runs;
    char *error;
    bool failed;
};

static uint16_t parse_or(struct parser *p);
static uint16_t parse_primary(struct parser *p);

static uint16_t refuse(struct parser *p, const char *found, const char *expected)
{
    if (!p->failed)
        snprintf(p->error, LESSON_ERROR_CHARS, "\"%.60s\" (expected %s)",
                 found[0] != 0 ? found : "the end", expected);
    p->failed = true;
    return 0;
}

static void skip(struct parser *p) { p->at += strspn(p->at, " \t"); }

static bool takes(struct parser *p, const char *sign)
{
    size_t length = strlen(sign);

    skip(p);
    if (strncmp(p->at, sign, length) != 0 ||
        (isalpha((unsigned char)sign[0]) &&
         (isalnum((unsigned char)p->at[length]) || p->at[length] == '_')))
        return false;
    p->at += length;
    return true;
}

static uint16_t node(struct parser *p, enum expr_op op, uint16_t one, uint16_t other)
{
    struct expr_node *n;

    if (p->expr->count == EXPR_NODES_MAX)
        return refuse(p, p->at, "a shorter expression");
    n = &p->expr->nodes[p->expr->count];
    memset(n, 0, sizeof *n);
    n->op = op;
    n->kids[0] = one;
    n->kids[1] = other;
    return p->expr->count++;
}

static uint16_t literal(struct parser *p, struct value value)
{
    uint16_t at = node(p, EXPR_LITERAL, 0, 0);

    p->expr->nodes[at].literal = value;
    return at;
}

/* Cuts the text that ends before `end`, without blanks at its ends, and goes on behind it. */
static const char *cut(struct parser *p, char *end)
{
    char *from, *last = end;

    skip(p);
    from = p->at;
    p->at = *end != 0 ? end + 1 : end;
    while (last > from && (last[-1] == ' ' || last[-1] == '\t'))
        last--;
    *last = 0;
    *end = 0;
    return from;
}

/* The comma or bracket that ends an argument. */
static char *argument_end(char *at)
{
    int depth = 0;
    bool quoted = false;

    for (; *at != 0; at++) {
        if (*at == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (depth == 0 && (*at == ',' || *at == ')'))
            return at;
        depth += (*at == '(') - (*at == ')');
    }
    return at;
}

static uint16_t parse_word(struct parser *p, const struct lesson_word *word)
{
    uint16_t at = node(p, EXPR_WORD, 0, 0);
    size_t count = strlen(word->arguments);
    char usage[120];

    if (p->failed)
        return 0;
    p->expr->nodes[at].word = word;
    snprintf(usage, sizeof usage, "%s with %zu arguments in brackets", word->name, count);
    if (count == 0)
        return at;
    if (!takes(p, "("))
        return refuse(p, p->at, usage);
    for (size_t i = 0; i < count && !p->failed; i++) {
        const char *after = i + 1 < count ? "," : ")";

        if (word->arguments[i] == 'E') {
            uint16_t kid = parse_or(p);

            p->expr->nodes[at].kids[i] = kid;
            if (!p->failed && !takes(p, after))
                return refuse(p, p->at, usage);
            continue;
        }
        char *end = argument_end(p->at);

        if (*end != after[0])
            return refuse(p, p->at, usage);
        p->expr->nodes[at].texts[i] = cut(p, end);
        if (p->expr->nodes[at].texts[i][0] == 0)
            return refuse(p, "", usage);
    }
    return at;
}

/* What stands behind seeds(...) or builds(...): ".all(EXPRESSION)". */
static uint16_t parse_over(struct parser *p, uint16_t at)
{
    static const char *const names[] = { "count", "all", "any", "distinct" };

    if (!takes(p, "."))
        return refuse(p, p->at, ".count(...), .all(...), .any(...) or .distinct(...)");
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (takes(p, names[i]) && takes(p, "(")) {
            uint16_t kid = parse_or(p);

            p->expr->nodes[at].over = (enum expr_over)i;
            p->expr->nodes[at].kids[0] = kid;
            return takes(p, ")") ? at : refuse(p, p->at, ")");
        }
    return refuse(p, p->at, "count, all, any or distinct, and an expression in brackets");
}

static uint16_t parse_seeds(struct parser *p)
{
    uint16_t at = node(p, EXPR_OVER, 0, 0);
    struct expr_node *n = &p->expr->nodes[at];
    char *rest;

    skip(p);
    n->low = strtoull(p->at, &rest, 10);
    if (rest == p->at || strncmp(rest, "..", 2) != 0)
        return refuse(p, p->at, "seeds such as 1..20");
    n->high = strtoull(rest + 2, &p->at, 10);
    if (n->high < n->low || n->high - n->low >= LESSON_RUNS_MAX)
        return refuse(p, rest, "at most 64 rising seeds");
    return takes(p, ")") ? parse_over(p, at) : refuse(p, p->at, ")");
}

static uint16_t parse_builds(struct parser *p)
{
    uint16_t at = node(p, EXPR_OVER, 0, 0);
    char *end = p->at + strcspn(p->at, ")");

    if (*end == 0)
        return refuse(p, p->at, "builds in brackets, such as builds(sp2, hotfix)");
    p->expr->nodes[at].texts[0] = cut(p, end);
    return parse_over(p, at);
}

/* A run before a dot: RUN.EXPRESSION, where the expression is a word or several runs. */
static uint16_t parse_in(struct parser *p, const char *run)
{
    uint16_t at = node(p, EXPR_IN, 0, 0), kid;

    if (p->failed)
        return 0;
    p->expr->nodes[at].texts[0] = run;
    if (!takes(p, "."))
        return refuse(p, p->at, "a dot and a word, such as .outcome");
    kid = parse_primary(p);
    p->expr->nodes[at].kids[0] = kid;
    return at;
}

static uint16_t parse_with(struct parser *p)
{
    char *end;
    const char *sets;

    skip(p);
    if (*p->at != '"' || (end = strchr(p->at + 1, '"')) == NULL)
        return refuse(p, p->at, "settings in quotes: with(\"versions.all=hotfix\")");
    p->at++;
    sets = cut(p, end);
    return takes(p, ")") ? parse_in(p, sets) : refuse(p, p->at, ")");
}

static const struct lesson_word *find_word(const char *name)
{
    for (uint32_t i = 0; i < lesson_word_count; i++)
        if (strcmp(lesson_words[i].name, name) == 0)
            return &lesson_words[i];
    return NULL;
}

static uint16_t parse_name(struct parser *p)
{
    size_t length = 0;
    char name[48];
    const struct lesson_word *word;

    while (isalnum((unsigned char)p->at[length]) || p->at[length] == '_')
        length++;
    snprintf(name, sizeof name, "%.*s", (int)MIN_OF(length, sizeof name - 1), p->at);
    p->at += length;
    if (strcmp(name, "yes") == 0 || strcmp(name, "no") == 0)
        return literal(p, value_yes(name[0] == 'y'));
    if (strcmp(name, "with") == 0 && takes(p, "("))
        return parse_with(p);
    if (strcmp(name, "seeds") == 0 && takes(p, "("))
        return parse_seeds(p);
    if (strcmp(name, "builds") == 0 && takes(p, "("))
        return parse_builds(p);
    for (uint32_t i = 0; i < p->runs->count; i++)
        if (strcmp(p->runs->names[i], name) == 0)
            return parse_in(p, p->runs->names[i]);
    if (strcmp(name, "again") == 0)
        return parse_in(p, "again");
    word = find_word(name);
    return word != NULL ? parse_word(p, word)
                        : refuse(p, name,
                                 "a word such as count(...), outcome or in_force(...), or "
                                 "a run's name");
}

static uint16_t parse_number(struct parser *p)
{
    sim_time time;
    const char *rest = value_read_time(p->at, &time);
    char *end;

    if (rest != NULL) {
        p->at = (char *)rest;
        return literal(p, value_time(time));
    }
    uint64_t number = strtoull(p->at, &end, 0);
    uint64_t parts = 0, scale = 1;

    if (*end == '.' && isdigit((unsigned char)end[1]))
        for (end++; isdigit((unsigned char)*end) && scale < 10000; end++, scale *= 10)
            parts = parts * 10 + (uint64_t)(*end - '0');
    p->at = end;
    if (takes(p, "%"))
        return literal(p, value_share(number * 10000 + parts * 10000 / scale));
    if (scale != 1)
        return refuse(p, end, "a whole number, a time such as 1.5 ms or a share such as 2.5 %");
    return literal(p, value_count((int64_t)number));
}

static uint16_t parse_primary(struct parser *p)
{
    skip(p);
    if (takes(p, "(")) {
        uint16_t at = parse_or(p);

        return takes(p, ")") ? at : refuse(p, p->at, ")");
    }
    if (*p->at == '"') {
        char *end = strchr(p->at + 1, '"');

        if (end == NULL)
            return refuse(p, p->at, "a quotation mark at the end of the name, too");
        p->at++;
        return literal(p, value_name(cut(p, end)));
    }
    if (isdigit((unsigned char)*p->at))
        return parse_number(p);
    if (isalpha((unsigned char)*p->at))
        return parse_name(p);
    return refuse(p, p->at, "a number, a time, a \"name\" or a word");
}

static uint16_t parse_unary(struct parser *p)
{
    return takes(p, "-") ? node(p, EXPR_MINUS, parse_unary(p), 0) : parse_primary(p);
}

/* A level of operators that are done from left to right. */
struct level {
    const char *signs[6];
    enum expr_op ops[6];
    uint32_t count;
    uint16_t (*tighter)(struct parser *p);
};

static uint16_t parse_level(struct parser *p, const struct level *level, bool once)
{
    uint16_t at = level->tighter(p);
    bool more = true;

    while (more && !p->failed) {
        more = false;
        for (uint32_t i = 0; i < level->count && !more; i++)
            if (takes(p, level->signs[i])) {
                at = node(p, level->ops[i], at, level->tighter(p));
                more = true;
            }
        more = more && !once;
    }
    return at;
}

static uint16_t parse_product(struct parser *p)
{
    static const struct level level = {
        { "*", "/" }, { EXPR_TIMES, EXPR_OVER_BY }, 2, parse_unary
    };

    return parse_level(p, &level, false);
}

static uint16_t parse_sum(struct parser *p)
{
    static const struct level level = {
        { "+", "-" }, { EXPR_PLUS, EXPR_LESS_BY }, 2, parse_product
    };

    return parse_level(p, &level, false);
}

static uint16_t parse_comparison(struct parser *p)
{
    static const struct level level = { { "==", "!=", "<=", ">=", "<", ">" },
                                        { EXPR_EQUAL, EXPR_DIFFERS, EXPR_LESS_EQUAL,
                                          EXPR_MORE_EQUAL, EXPR_LESS, EXPR_MORE },
                                        6,
                                        parse_sum };

    return parse_level(p, &level, true);
}

static uint16_t parse_not(struct parser *p)
{
    return takes(p, "not") ? node(p, EXPR_NOT, parse_not(p), 0) : parse_comparison(p);
}

static uint16_t parse_and(struct parser *p)
{
    static const struct level level = { { "and" }, { EXPR_AND }, 1, parse_not };

    return parse_level(p, &level, false);
}

static uint16_t parse_or(struct parser *p)
{
    static const struct level level = { { "or" }, { EXPR_OR }, 1, parse_and };

    return p->failed ? 0 : parse_level(p, &level, false);
}

bool expr_parse(struct expr *expr, const char *text, const struct expr_runs *runs,
                char error[LESSON_ERROR_CHARS])
{
    struct parser p = { expr, expr->text, runs, error, false };

    expr->count = 0;
    if (strlen(text) >= sizeof expr->text) {
        refuse(&p, "an expression of so many letters", "a shorter one");
        return false;
    }
    snprintf(expr->text, sizeof expr->text, "%s", text);
    expr->root = parse_or(&p);
    skip(&p);
    if (!p.failed && *p.at != 0)
        refuse(&p, p.at, "an operator or nothing more");
    return !p.failed;
}
