/* json.c - asks a JSON document on standard input: json runs.0.stop.code
 *
 * Prints the value at a path of names and numbers; `#` prints the number of items. Exit code 1: not
 * JSON, or text behind the document; 2: no such value.
 *
 *     json --check docs/json.md
 *
 * Holds the document to the tables of a page. Every field has a row in the section of its kind, or
 * in the section "Every document", and a value of the type that the row names. Every row has its
 * field, unless the row says "may be missing" or the document has errors alone. Exit code 1: it
 * does not.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Asking ---------------------------------------------------------------------------------- */

static json_t *step(json_t *at, const char *word)
{
    return json_is_array(at) ? json_array_get(at, (size_t)strtoul(word, NULL, 10))
                             : json_object_get(at, word);
}

static void print(json_t *value)
{
    if (json_is_string(value))
        puts(json_string_value(value));
    else if (json_is_object(value) || json_is_array(value))
        json_dumpf(value, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    else
        json_dumpf(value, stdout, JSON_ENCODE_ANY);
}

static int ask(json_t *document, const char *wanted)
{
    json_t *at = document;
    char path[256];

    snprintf(path, sizeof path, "%s", wanted);
    for (char *word = strtok(path, "."); word != NULL; word = strtok(NULL, ".")) {
        if (strcmp(word, "#") == 0) {
            printf("%zu\n", json_is_array(at) ? json_array_size(at) : json_object_size(at));
            return 0;
        }
        at = step(at, word);
        if (at == NULL) {
            fprintf(stderr, "nothing at %s\n", word);
            return 2;
        }
    }
    print(at);
    return 0;
}

/* ---- Checking -------------------------------------------------------------------------------- */

enum { ROWS_MAX = 400, PATH_CHARS = 200 };

static struct row {
    char path[PATH_CHARS], type[64];
    bool optional;
} rows[ROWS_MAX];
static size_t row_count;
static unsigned wrong;

/* Reads the rows of the sections for this kind. */
static bool read_page(const char *name, const char *kind)
{
    char line[1024], quoted[64];
    bool wanted = false;
    FILE *page = fopen(name, "r");

    if (page == NULL)
        return false;
    snprintf(quoted, sizeof quoted, "`%s`", kind);
    while (fgets(line, sizeof line, page) != NULL && row_count < ROWS_MAX) {
        struct row *row = &rows[row_count];

        if (strncmp(line, "## ", 3) == 0)
            wanted = strstr(line, quoted) != NULL || strstr(line, "Every document") != NULL;
        if (!wanted || sscanf(line, "| `%199[^`]` | %63[^|]", row->path, row->type) != 2)
            continue;
        row->type[strcspn(row->type, "|")] = 0;
        while (row->type[0] != 0 && row->type[strlen(row->type) - 1] == ' ')
            row->type[strlen(row->type) - 1] = 0;
        row->optional = strstr(line, "may be missing") != NULL;
        row_count++;
    }
    fclose(page);
    return true;
}

static bool is(json_t *value, const char *type)
{
    return (strcmp(type, "text") == 0 && json_is_string(value)) ||
           (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
           (strcmp(type, "real") == 0 && json_is_number(value)) ||
           (strcmp(type, "boolean") == 0 && json_is_boolean(value)) ||
           (strcmp(type, "null") == 0 && json_is_null(value)) ||
           (strcmp(type, "list") == 0 && json_is_array(value)) ||
           (strcmp(type, "object") == 0 && json_is_object(value)) ||
           (strcmp(type, "interval") == 0 && json_object_size(value) == 3 &&
            json_object_get(value, "low") != NULL && json_object_get(value, "point") != NULL &&
            json_object_get(value, "high") != NULL);
}

static bool is_one_of(json_t *value, const char *types)
{
    char copy[64];
    bool good = false;

    snprintf(copy, sizeof copy, "%s", types);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        good = good || is(value, word);
    return good;
}

static const struct row *find(const char *path)
{
    for (size_t i = 0; i < row_count; i++)
        if (strcmp(rows[i].path, path) == 0)
            return &rows[i];
    return NULL;
}

static void check(json_t *value, const char *path, bool errors_only);

/* Checks one field. A path of the page may end with .* for every field of an object. */
static void check_field(json_t *value, const char *parent, const char *name, bool errors_only)
{
    char path[PATH_CHARS], any[PATH_CHARS];
    const char *dot = parent[0] != 0 ? "." : "";
    const struct row *row;

    snprintf(path, sizeof path, "%s%s%s", parent, dot, name);
    snprintf(any, sizeof any, "%s%s*", parent, dot);
    row = find(path);
    if (row == NULL) {
        row = find(any);
        snprintf(path, sizeof path, "%s", any);
    }
    if (row == NULL || !is_one_of(value, row->type)) {
        wrong++;
        printf("%s%s%s: %s\n", parent, dot, name,
               row == NULL ? "not on the page" : "another type than on the page");
        return;
    }
    if (strcmp(row->type, "interval") != 0)
        check(value, path, errors_only);
}

/* True if the row is a field of the object at this path. */
static bool is_field_of(const struct row *row, const char *path, const char **name)
{
    size_t length = strlen(path);

    if (length > 0 && (strncmp(row->path, path, length) != 0 || row->path[length] != '.'))
        return false;
    *name = row->path + length + (length > 0);
    return strpbrk(*name, ".[*") == NULL;
}

static void check(json_t *value, const char *path, bool errors_only)
{
    char item[PATH_CHARS];
    const char *name;
    size_t index;
    json_t *inner;

    if (json_is_object(value)) {
        json_object_foreach(value, name, inner)
            check_field(inner, path, name, errors_only);
        for (size_t i = 0; i < row_count; i++)
            if (!errors_only && !rows[i].optional && is_field_of(&rows[i], path, &name) &&
                json_object_get(value, name) == NULL) {
                wrong++;
                printf("%s: on the page, and missing\n", rows[i].path);
            }
    }
    snprintf(item, sizeof item, "%.190s[]", path);
    json_array_foreach(value, index, inner) {
        const struct row *row = find(item);

        if (!json_is_object(inner) && (row == NULL || !is_one_of(inner, row->type))) {
            wrong++;
            printf("%s: not on the page, or another type\n", item);
        }
        check(inner, item, errors_only);
    }
}

static int check_all(json_t *document, const char *page)
{
    const char *kind = json_string_value(json_object_get(document, "kind"));
    bool errors_only =
        json_object_size(document) == 4 && json_array_size(json_object_get(document, "errors")) > 0;

    if (kind == NULL || !read_page(page, kind) || row_count < 5) {
        printf("no kind, or no rows for it in %s\n", page);
        return 1;
    }
    check(document, "", errors_only);
    return wrong > 0;
}

int main(int count, char **words)
{
    json_error_t error;
    json_t *document = json_loadf(stdin, 0, &error);
    int code;

    if (document == NULL) {
        fprintf(stderr, "not JSON: %d:%d: %s\n", error.line, error.column, error.text);
        return 1;
    }
    if (count == 3 && strcmp(words[1], "--check") == 0)
        code = check_all(document, words[2]);
    else
        code = ask(document, count > 1 ? words[1] : "");
    json_decref(document);
    return code;
}
