/* guest_traces.c - see guest_traces.h. */
#include "ui/guest/guest_traces.h"
#include "ui/guest/code_text.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include <stdlib.h>
#include <string.h>

enum { PATH_CHARS = 4096, FUNCTION_CHARS = 128, PARAMETERS_CHARS = 512 };

/* ---- One function ---------------------------------------------------------------------------- */

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* True if a list of parameters has this one. */
static bool has_parameter(const char *list, const char *wanted)
{
    size_t length = strlen(wanted);

    for (const char *at = list; (at = strstr(at, wanted)) != NULL; at += length)
        if ((at == list || !is_of_name(at[-1])) && !is_of_name(at[length]))
            return true;
    return false;
}

/* Writes the macro for "NAME{...}(PARAMETERS)". What is no such text is left out, as no tool would
 * have taken it either. */
static void write_function(FILE *out, const char *at)
{
    char name[FUNCTION_CHARS], list[PARAMETERS_CHARS];
    size_t length = 0;

    at = skip_blanks(at);
    while (is_of_name(at[length]))
        length++;
    if (length == 0 || length >= sizeof name)
        return;
    snprintf(name, sizeof name, "%.*s", (int)length, at);
    at = skip_blanks(at + length);
    if (*at == '{')
        at = skip_blanks(at + strcspn(at, "}\n") + 1);
    length = strcspn(at, ")\n");
    if (*at != '(' || at[length] != ')' || length >= sizeof list)
        return;
    snprintf(list, sizeof list, "%.*s", (int)length - 1, at + 1);
    fprintf(out, "#undef %s\n#define %s(%s) ", name, name, list);
    if (!has_parameter(list, "MSG"))
        fprintf(out, "WPP_TRACE(\"\")\n");
    else if (strstr(list, "...") != NULL)
        fprintf(out, "WPP_TRACE(MSG, ##__VA_ARGS__)\n");
    else
        fprintf(out, "WPP_TRACE(MSG)\n");
}

/* ---- A file ---------------------------------------------------------------------------------- */

static void write_functions(FILE *out, const char *text)
{
    static const char begin[] = "begin_wpp config", end[] = "end_wpp", function[] = "FUNC ";

    while ((text = strstr(text, begin)) != NULL) {
        const char *stop = strstr(text, end);

        for (const char *at = text;
             (at = strstr(at, function)) != NULL && (stop == NULL || at < stop);
             at += sizeof function - 1)
            write_function(out, at + sizeof function - 1);
        text += sizeof begin - 1;
    }
}

static void write_functions_of(FILE *out, const char *path)
{
    size_t room = (size_t)file_look(path).bytes;
    FILE *in = file_open(path, "rb");
    char *text = grow_new(room + 1);

    if (in != NULL && fread(text, 1, room, in) == room)
        write_functions(out, text);
    free(text);
    if (in != NULL)
        fclose(in);
}

static void write_functions_in(FILE *out, const char *folder)
{
    char path[PATH_CHARS];
    size_t count = 0;
    char **names = folder_list(folder, ".h", &count);

    for (size_t i = 0; names != NULL && i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        write_functions_of(out, path);
    }
    if (names != NULL)
        folder_list_free(names, count);
}

bool guest_write_traces(const struct guest_plan *plan, const char *source, const char *path)
{
    FILE *out = file_open(path, "wb");
    char folder[PATH_CHARS];
    int length = (int)(file_short_name(source) - source);

    if (out == NULL)
        return false;
    fprintf(out, "#include <wpp.h>\n");
    snprintf(folder, sizeof folder, "%.*s", length > 0 ? length : 1, length > 0 ? source : ".");
    write_functions_in(out, folder);
    for (uint32_t i = 0; i < plan->sources->include_count; i++)
        write_functions_in(out, plan->sources->include[i]);
    write_functions_of(out, source);
    return fclose(out) == 0;
}
