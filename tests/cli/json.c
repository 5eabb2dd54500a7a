/* json.c - asks a JSON document on standard input: json runs.0.stop.code
 *
 * Prints the value at a path of names and numbers; `#` prints the number of items. Exit code 1: not
 * JSON, or text behind the document; 2: no such value.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(int count, char **words)
{
    json_error_t error;
    json_t *document = json_loadf(stdin, 0, &error), *at = document;
    char path[256];

    if (document == NULL) {
        fprintf(stderr, "not JSON: %d:%d: %s\n", error.line, error.column, error.text);
        return 1;
    }
    snprintf(path, sizeof path, "%s", count > 1 ? words[1] : "");
    for (char *word = strtok(path, "."); word != NULL; word = strtok(NULL, ".")) {
        if (strcmp(word, "#") == 0) {
            printf("%zu\n", json_is_array(at) ? json_array_size(at) : json_object_size(at));
            json_decref(document);
            return 0;
        }
        at = step(at, word);
        if (at == NULL) {
            fprintf(stderr, "nothing at %s\n", word);
            return 2;
        }
    }
    print(at);
    json_decref(document);
    return 0;
}
