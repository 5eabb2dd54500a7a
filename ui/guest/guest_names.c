/* guest_names.c - see guest_names.h. */
#include "ui/guest/guest_names.h"
#include "ui/guest/guest_traces.h"
#include "ui/host/files.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_CHARS = 4096, NAME_CHARS = 256 };

void guest_names_folder(const char *path, char *out, size_t size)
{
    snprintf(out, size, "%s.names", path);
}

/* ---- What the compiler says ------------------------------------------------------------------ */

/* "a.c:4:10: fatal error: Ntddk.h: No such file or directory" of gcc, or "... 'Ntddk.h' file not
 * found" of clang: the name, and the file that includes it. */
static bool read_absent(const char *output, char name[NAME_CHARS], char by[PATH_CHARS])
{
    static const char words[] = "fatal error: ";
    const char *at = strstr(output, words), *line = at, *end;

    if (at == NULL)
        return false;
    while (line > output && line[-1] != '\n')
        line--;
    end = line;
    while (end < at && !(*end == ':' && isdigit((unsigned char)end[1])))
        end++;
    snprintf(by, PATH_CHARS, "%.*s", (int)(end - line), line);
    at += sizeof words - 1;
    if (*at == '\'') {
        at++;
        end = strstr(at, "' file not found");
    } else {
        end = strstr(at, ": No such file");
    }
    if (end == NULL || end - at >= NAME_CHARS || memchr(at, '\n', (size_t)(end - at)) != NULL)
        return false;
    snprintf(name, NAME_CHARS, "%.*s", (int)(end - at), at);
    return true;
}

/* ---- Where it is ----------------------------------------------------------------------------- */

struct match {
    const char *wanted;
    size_t length;
    char found[NAME_CHARS]; /* The first of the alphabet, as the order of a folder differs. */
};

static void compare(void *context, const char *name)
{
    struct match *match = context;

    if (strlen(name) != match->length || match->length >= NAME_CHARS)
        return;
    for (size_t i = 0; i < match->length; i++)
        if (tolower((unsigned char)name[i]) != tolower((unsigned char)match->wanted[i]))
            return;
    if (match->found[0] == 0 || strcmp(name, match->found) < 0)
        snprintf(match->found, NAME_CHARS, "%s", name);
}

/* Finds a file below a folder, part by part. `out`: the way to it from there. */
static bool find_below(const char *folder, const char *name, char out[NAME_CHARS])
{
    char path[PATH_CHARS];
    size_t used = 0;

    out[0] = 0;
    for (const char *at = name; *at != 0;) {
        struct match match = { at, strcspn(at, "/\\"), "" };

        snprintf(path, sizeof path, "%s/%s", folder, out);
        if (strncmp(at, "..", match.length) == 0 && match.length > 0)
            snprintf(match.found, NAME_CHARS, "%.*s", (int)match.length, at);
        else
            folder_read(path, compare, &match);
        if (match.found[0] == 0)
            return false;
        at += match.length;
        used += (size_t)snprintf(out + used, NAME_CHARS - used, "%s%s", match.found,
                                 *at != 0 ? "/" : "");
        if (used >= NAME_CHARS)
            return false;
        at += *at != 0;
    }
    snprintf(path, sizeof path, "%s/%s", folder, out);
    return file_look(path).kind == FILE_REGULAR;
}

/* Finds it in the folder of a file. `out`: its whole path. */
static bool find_beside(const char *file, const char *name, char out[PATH_CHARS])
{
    char folder[PATH_CHARS], below[NAME_CHARS], path[2 * PATH_CHARS];
    int length = (int)(file_short_name(file) - file);

    snprintf(folder, sizeof folder, "%.*s", length > 0 ? length : 1, length > 0 ? file : ".");
    if (!find_below(folder, name, below))
        return false;
    snprintf(path, sizeof path, "%s/%s", folder, below);

    char *whole = file_full_path(path);
    bool good = whole != NULL && snprintf(out, PATH_CHARS, "%s", whole) < PATH_CHARS;

    free(whole);
    return good;
}

/* Finds it in one of the folders where the compiler looks for headers. */
static bool find_among(const struct guest_plan *plan, const char *name, char out[NAME_CHARS])
{
    char crt[PATH_CHARS];

    for (uint32_t i = 0; i < plan->sources->include_count; i++)
        if (find_below(plan->sources->include[i], name, out))
            return true;
    snprintf(crt, sizeof crt, "%s/crt", plan->headers);
    return find_below(plan->headers, name, out) || find_below(crt, name, out);
}

/* ---- The file with its name ------------------------------------------------------------------ */

static bool write_name(const char *folder, const char *name, const char *signs, const char *real)
{
    char path[PATH_CHARS];

    if (strchr(name, '/') != NULL)
        return false;
    folder_make(folder);
    snprintf(path, sizeof path, "%s/%s", folder, name);

    FILE *out = file_look(path).kind == FILE_ABSENT ? file_open(path, "wb") : NULL;

    if (out == NULL)
        return false;
    fprintf(out, "#include %c%s%c\n", signs[0], real, signs[1]);
    return fclose(out) == 0;
}

static bool is_trace_header(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcmp(name + length - 4, ".tmh") == 0 && strchr(name, '/') == NULL;
}

bool guest_name_header(const struct guest_plan *plan, const char *folder, const char *source,
                       const char *output)
{
    char name[NAME_CHARS], by[PATH_CHARS], whole[PATH_CHARS], below[NAME_CHARS];
    size_t i = 0;

    if (!read_absent(output, name, by))
        return false;
    if (strncmp(by, folder, strlen(folder)) == 0) /* A file of the folder asks for the host's. */
        return false;
    if (find_beside(by, name, whole) || find_beside(source, name, whole))
        return write_name(folder, name, "\"\"", whole);
    if (find_among(plan, name, below))
        return write_name(folder, name, "<>", below);
    if (is_trace_header(name)) {
        folder_make(folder);
        snprintf(whole, sizeof whole, "%s/%s", folder, name);
        return file_look(whole).kind == FILE_ABSENT && guest_write_traces(plan, source, whole);
    }
    for (; name[i] != 0 && i + 1 < NAME_CHARS; i++) /* The host's own headers: <Limits.h>. */
        below[i] = (char)tolower((unsigned char)name[i]);
    below[i] = 0;
    return strcmp(name, below) != 0 && write_name(folder, name, "<>", below);
}

static void remove_one(void *context, const char *name)
{
    char path[PATH_CHARS];

    snprintf(path, sizeof path, "%s/%s", (const char *)context, name);
    file_remove(path);
}

void guest_names_remove(const char *folder)
{
    if (file_look(folder).kind != FILE_FOLDER)
        return;
    folder_read(folder, remove_one, (void *)(uintptr_t)folder);
    file_remove(folder);
}
