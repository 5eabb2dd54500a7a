/* guest_compile.c - compiles and links the sources of a guest with the host's C compiler.
 *
 *     a.c, b.c  --cc -c-->  0.o, 1.o  \
 *     the glue  --cc -c-->  glue.o    --cc -shared-->  a shared object
 *
 * Without optimization: a debugger then shows every variable, and __try works (excpt.h). Warnings
 * are the author's business and are not shown. What the doors lack is listed at once: the compiler
 * names functions that no header declares, the linker those that nobody defines. The host's C
 * library is not linked, for its functions would end or block this program and differ from run to
 * run; guest_borrows.h has the few that do not.
 */
#include "model/kernel/doors.h"
#include "ui/guest/guest.h"
#include "ui/guest/code_text.h"
#include "ui/guest/guest_borrows.h"
#include "ui/guest/guest_long.h"
#include "ui/guest/guest_names.h"
#include "ui/guest/guest_reads.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include "ui/host/programs.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { WORDS_MAX = 160, PATH_CHARS = 4096 };

struct words {
    const char *list[WORDS_MAX + 1];
    uint32_t count;
    char *made[WORDS_MAX]; /* Texts of the list that were made for it. */
    uint32_t made_count;
};

static void add(struct words *words, const char *word)
{
    CHECK(words->count < WORDS_MAX); /* The longest value in a scenario has room for 100. */
    words->list[words->count++] = word;
    words->list[words->count] = NULL;
}

static void add_made(struct words *words, const char *before, const char *text, size_t length)
{
    char *word = malloc(strlen(before) + length + 1);

    CHECK(word != NULL);
    sprintf(word, "%s%.*s", before, (int)length, text);
    add(words, word);
    words->made[words->made_count++] = word;
}

static void forget(struct words *words)
{
    for (uint32_t i = 0; i < words->made_count; i++)
        free(words->made[i]);
}

/* True if the first `length` bytes of a text end with a word. */
static bool ends_with(const char *text, size_t length, const char *word)
{
    size_t wanted = strlen(word);

    return length >= wanted && strncmp(text + length - wanted, word, wanted) == 0;
}

/* True if a source defines main without a result. What would be left in the register for it is not
 * the program's, so its exit code is 0. */
static bool is_void_main(const char *source, size_t length)
{
    static const char *const between[] = { "__cdecl", "_cdecl", "WINAPI" };
    char *text = code_text(source, length);
    bool found = false;

    for (size_t i = 4; i + 4 < length && !found; i++) {
        size_t end = i;

        if (strncmp(text + i, "main", 4) != 0 || !is_blank(text[i - 1]) ||
            (text[i + 4] != '(' && !is_blank(text[i + 4])))
            continue;
        while (end > 0 && is_blank(text[end - 1]))
            end--;
        for (size_t n = 0; n < ARRAY_LEN(between); n++)
            if (ends_with(text, end, between[n]))
                for (end -= strlen(between[n]); end > 0 && is_blank(text[end - 1]);)
                    end--;
        found = (ends_with(text, end, "void") || ends_with(text, end, "VOID")) &&
                (end == 4 || !is_of_name(text[end - 5]));
    }
    free(text);
    return found;
}

static bool has_void_main(const struct guest_plan *plan)
{
    for (uint32_t i = 0; i < plan->sources->count; i++)
        if (is_void_main(plan->sources->files[i].bytes, plan->sources->files[i].length))
            return true;
    return false;
}

#if defined(_WIN32)
/* Without tables for unwinding, a frame pointer leads to the caller's, as it does elsewhere. The
 * version is the one that <ntdef.h> takes when no header of the host has said another. */
#define FOR_HOST "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-D_WIN32_WINNT=0x0502",
#else
#define FOR_HOST
#endif

/* The options for every source. Most of them let the C of Windows pass. */
static void add_options(struct words *words, const struct guest_plan *plan)
{
    static const char *const options[] = { "-c",
                                           "-O0",
                                           "-g",
                                           "-std=gnu11",
                                           "-fPIC",
                                           "-fshort-wchar",
                                           "-fms-extensions",
                                           "-fno-omit-frame-pointer",
                                           "-fno-strict-aliasing",
                                           "-fvisibility=hidden",
                                           "-fno-common",
                                           "-fno-stack-protector",
                                           "-U_FORTIFY_SOURCE",
                                           "-Wno-multichar",
                                           "-Wno-incompatible-pointer-types",
                                           "-Wno-int-conversion",
                                           "-Wno-unknown-pragmas",
                                           "-Wimplicit-function-declaration",
                                           "-Wno-error=implicit-function-declaration",
                                           "-Wno-implicit-int",
                                           "-DEXIFSIM_GUEST",
                                           FOR_HOST "-fdiagnostics-color=never" };

    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        add(words, options[i]);
    if (plan->sources->is_program) {
        add(words, has_void_main(plan) ? "-Dmain=guest_void_main" : "-Dmain=guest_main");
        add(words, "-Dwmain=guest_wmain");
    } else {
        add(words, "-D_KERNEL_MODE");
    }
    add(words, "-D_WIN64");
    add(words, "-D_AMD64_");
}

static void add_includes(struct words *words, const struct guest_plan *plan, const char *source)
{
    size_t folder = (size_t)(file_short_name(source) - source);

    if (folder > 0)
        add_made(words, "-I", source, folder);
    else
        add(words, "-I.");
    for (uint32_t i = 0; i < plan->sources->include_count; i++)
        add_made(words, "-I", plan->sources->include[i], strlen(plan->sources->include[i]));
    add_made(words, "-isystem", plan->headers, strlen(plan->headers));
    if (plan->sources->is_exifs)
        add_made(words, "-isystem", plan->exifs, strlen(plan->exifs));
    char crt[PATH_CHARS];

    snprintf(crt, sizeof crt, "%s/crt", plan->headers);
    add_made(words, "-isystem", crt, strlen(crt));
    for (const char *at = plan->sources->defines; *at != 0;) {
        size_t length = strcspn(at, " \t");

        if (length > 0)
            add_made(words, "-D", at, length);
        at += length;
        at += strspn(at, " \t");
    }
}

/* The words with which one source is compiled, but those for what they make. */
static void add_source(struct words *words, const struct guest_plan *plan, const char *source)
{
    add(words, plan->compiler);
    add_options(words, plan);
    if (plan->sources->at_memory)
        add(words, "-fsanitize=thread");
    add_includes(words, plan, source);
    add(words, source);
}

/* The options for the glue; its frames are met on stacks (fiber_frames). */
static const char *const for_glue[] = {
    "-c", "-O1", FOR_HOST "-fno-omit-frame-pointer", "-fPIC", "-fshort-wchar", "-w"
};

uint64_t guest_hash_words(const struct guest_plan *plan, uint64_t hash)
{
    for (size_t i = 0; i < ARRAY_LEN(for_glue); i++)
        hash = XXH64(for_glue[i], strlen(for_glue[i]) + 1, hash);
    for (uint32_t i = 0; i < plan->sources->count; i++) {
        struct words words = { .count = 0 };

        add_source(&words, plan, plan->sources->files[i].path);
        for (uint32_t n = 0; n < words.count; n++)
            hash = XXH64(words.list[n], strlen(words.list[n]) + 1, hash);
        forget(&words);
    }
    return hash;
}

/* The words for an object, and for the list of what it is made of. */
static void add_object(struct words *words, const char *object)
{
    add(words, "-MD");
    add(words, "-MT");
    add(words, "x");
    add_made(words, "-MF", object, strlen(object));
    strcpy(words->made[words->made_count - 1] + strlen("-MF") + strlen(object) - 1, "d");
    add(words, "-o");
    add(words, object);
}

/* Adds what an object is made of to the plan's list. `without`: what is not there
 * for long, guest_names_folder's or the glue. */
static void take_reads(const struct guest_plan *plan, const char *object, const char *without)
{
    char path[PATH_CHARS];

    snprintf(path, sizeof path, "%.*sd", (int)strlen(object) - 1, object);
    guest_take_reads(path, without, plan->reads);
}

/* ---- What the compiler and the linker say ---------------------------------------------------- */

/* A place in a line, "file:line:column: " or "file:line: ". "/usr/bin/ld: " may stand before it.
 * False: there is none. */
static bool read_place(const char *line, size_t length, char file[PATH_CHARS], int *number,
                       int *column, const char **rest)
{
    const char *at = line, *end = line + length;

    while (at < end && !(*at == ':' && at + 1 < end && at[1] >= '0' && at[1] <= '9'))
        at++;
    for (const char *before = line; before < at; before++)
        if (strncmp(before, ": ", 2) == 0)
            line = before + 2;
    if (at == end || at - line >= PATH_CHARS)
        return false;
    snprintf(file, PATH_CHARS, "%.*s", (int)(at - line), line);
    *number = (int)strtol(at + 1, (char **)(uintptr_t)&at, 10);
    *column = 1;
    if (at < end && *at == ':' && at[1] >= '0' && at[1] <= '9')
        *column = (int)strtol(at + 1, (char **)(uintptr_t)&at, 10);
    while (at < end && (*at == ':' || *at == ' '))
        at++;
    *rest = at;
    return true;
}

/* The linker names a source by its whole path: makes that the path which the scenario gives. */
static void name_as_given(const struct guest_plan *plan, char file[PATH_CHARS])
{
    char *whole = file_full_path(file);

    for (uint32_t i = 0; i < plan->sources->count && whole != NULL; i++) {
        char *given = file_full_path(plan->sources->files[i].path);
        bool same = given != NULL && strcmp(given, whole) == 0;

        if (same)
            snprintf(file, PATH_CHARS, "%s", plan->sources->files[i].path);
        free(given);
        if (same)
            break;
    }
    free(whole);
}

/* The name between quotes behind `words` in a line. False: the line does not say so. */
static bool quoted_behind(const char *text, size_t length, const char *words, char name[128])
{
    size_t skip = strlen(words);

    for (size_t i = 0; i + skip < length; i++) {
        if (strncmp(text + i, words, skip) != 0)
            continue;
        const char *at = text + i + skip, *end = text + length;

        while (at < end && (*at == '\'' || *at == '`' || *at == ' '))
            at++;
        size_t chars = 0;

        while (at + chars < end && (at[chars] == '@' || is_of_name(at[chars])))
            chars++;
        snprintf(name, 128, "%.*s", (int)chars, at);
        return chars > 0;
    }
    return false;
}

static bool has(const char *text, size_t length, const char *word)
{
    size_t wanted = strlen(word);

    for (size_t i = 0; i + wanted <= length; i++)
        if (strncmp(text + i, word, wanted) == 0)
            return true;
    return false;
}

/* Names that were told, so that each is told once. */
struct missing {
    const struct guest_plan *plan;
    char names[64][128];
    uint32_t count;
};

/* True if the machine has a function that a source calls without a declaration. */
static bool lacks_header(const struct missing *missing, const char *shown)
{
    uint32_t count;
    const struct door *doors = doors_all(&count);

    for (uint32_t i = 0; i < count; i++)
        if (strcmp(door_shown(doors[i].name), shown) == 0 &&
            (missing->plan->sources->is_program || !doors[i].for_programs))
            return true;
    return guest_borrows(shown);
}

static void tell_missing(struct missing *missing, const char *name, const char *file, int line,
                         int column)
{
    const char *shown = door_shown(name),
               *near = door_nearest(shown, missing->plan->sources->is_program);

    for (uint32_t i = 0; i < missing->count; i++)
        if (strcmp(missing->names[i], name) == 0)
            return;
    if (missing->count < ARRAY_LEN(missing->names))
        snprintf(missing->names[missing->count++], 128, "%s", name);
    if (near != NULL && strcmp(near, shown) == 0) /* The C library's of programs. */
        near = NULL;
    if (lacks_header(missing, shown))
        ini_error_of(missing->plan->ini, file, line, column,
                     "%s, which no header of this source declares (expected an #include of the one "
                     "that does)",
                     shown);
    else if (file[0] != 0)
        ini_error_of(missing->plan->ini, file, line, column,
                     "%s, which this machine does not have (expected a function that `exifsim "
                     "doors` lists%s%s)",
                     shown, near != NULL ? "; the nearest is " : "", near != NULL ? near : "");
    else
        ini_error(missing->plan->ini, missing->plan->sources->section, "source",
                  "%s, which this machine does not have (expected a function that `exifsim doors` "
                  "lists%s%s)",
                  shown, near != NULL ? "; the nearest is " : "", near != NULL ? near : "");
}

static bool any_defines(const struct guest_plan *plan, const char *name)
{
    for (uint32_t i = 0; i < plan->sources->count; i++)
        if (code_defines(plan->sources->files[i].bytes, plan->sources->files[i].length, name))
            return true;
    return false;
}

/* Takes errors out of what was printed. Returns their number. */
static uint32_t take_errors(struct missing *missing, const char *output)
{
    static const char *const undeclared[] = { "implicit declaration of function",
                                              "implicitly declaring library function",
                                              "call to undeclared function" };
    static const char *const undefined[] = { "undefined reference to", "undefined symbol:" };
    static const char twice[] = "multiple definition of";
    const struct guest_plan *plan = missing->plan;
    uint32_t count = 0;
    char file[PATH_CHARS], name[128];
    const char *rest = "";
    int number = 1, column = 1;

    for (const char *line = output; *line != 0;) {
        size_t length = strcspn(line, "\n");
        bool placed = read_place(line, length, file, &number, &column, &rest);
        bool told = false;

        if (placed)
            name_as_given(plan, file);
        for (size_t i = 0; i < ARRAY_LEN(undeclared) && !told; i++)
            if (placed && quoted_behind(line, length, undeclared[i], name) &&
                !any_defines(plan, name)) {
                tell_missing(missing, name, file, number, column);
                told = true;
            }
        for (size_t i = 0; i < ARRAY_LEN(undefined) && !told; i++)
            if (quoted_behind(line, length, undefined[i], name)) {
                told = !guest_borrows(name);
                if (told)
                    tell_missing(missing, name, placed ? file : "", number, column);
            }
        if (!told && placed && quoted_behind(rest, length - (size_t)(rest - line), twice, name)) {
            ini_error_of(plan->ini, file, number, column,
                         "%s, which the sources define twice (expected one definition)",
                         name + (strncmp(name, "guest_", 6) == 0 ? 6 : 0));
            told = true;
        }
        if (!told && placed && has(rest, length - (size_t)(rest - line), "error:")) {
            ini_error_of(plan->ini, file, number, column, "%.*s",
                         (int)(length - (size_t)(rest - line)), rest);
            told = true;
        }
        count += told;
        line += length;
        line += *line == '\n';
    }
    return count;
}

/* ---- The steps ------------------------------------------------------------------------------- */

/* Starts the compiler; once more for each header that is there in other letters. `names` is the
 * folder for those, and NULL when nothing is compiled. */
static enum program_end start(const struct guest_plan *plan, const struct words *words,
                              const char *source, const char *names, char **output)
{
    enum program_end end = program_told(words->list, output);

    while (end == PROGRAM_BAD && names != NULL && guest_name_header(plan, names, source, *output)) {
        free(*output);
        end = program_told(words->list, output);
    }
    return end;
}

static bool run(const struct guest_plan *plan, struct words *words, const char *source,
                const char *names, struct missing *missing)
{
    char *output;
    enum program_end end = start(plan, words, source, names, &output);
    uint32_t told = end != PROGRAM_ABSENT ? take_errors(missing, output) : 0;

    if (end == PROGRAM_ABSENT)
        ini_error(plan->ini, plan->sources->section, "source",
                  "the compiler %s cannot be started (expected a C compiler: install gcc or clang, "
                  "or name one in EXIFSIM_CC; image = needs none)",
                  plan->compiler);
    else if (end == PROGRAM_BAD && told == 0)
        ini_error(plan->ini, plan->sources->section, "source", "%s fails: %.*s", plan->compiler,
                  (int)strcspn(output, "\n"), output);
    free(output);
    return end == PROGRAM_GOOD && told == 0;
}

/* Reads a text that a compiler wrote. Free it with free. NULL: it cannot be read. */
static char *read_text(const char *path, size_t *length)
{
    FILE *in = file_open(path, "rb");
    size_t room = 1 << 20;
    char *bytes = in != NULL ? malloc(room + 1) : NULL;

    *length = 0;
    while (bytes != NULL) {
        size_t got = fread(bytes + *length, 1, room - *length, in);

        *length += got;
        bytes[*length] = 0;
        if (*length < room)
            break;
        room *= 2;
        bytes = realloc(bytes, room + 1);
        CHECK(bytes != NULL);
    }
    if (in != NULL)
        fclose(in);
    return bytes;
}

/* Writes a source, with its headers and with a `long` of Windows, to a file. False: it has none,
 * or the compiler has no -fdirectives-only; then the source is compiled itself. */
static bool narrow_long(const struct guest_plan *plan, const char *source, const char *object,
                        const char *path, const char *names)
{
    struct words words = { .count = 0 };
    char *output, *text = NULL;
    size_t length = 0;
    uint32_t count = 0;

    if (sizeof(long) == 4)
        return false;
    add_source(&words, plan, source);
    add_made(&words, "-I", names, strlen(names));
    add_object(&words, object);
    words.list[words.count - 1] = path;
    add(&words, "-E");
    add(&words, "-fdirectives-only");
    if (start(plan, &words, source, names, &output) == PROGRAM_GOOD)
        text = read_text(path, &length);
    forget(&words);
    free(output);
    if (text != NULL) {
        char *code = code_text(text, length);

        count = guest_narrow_long(text, code);
        free(code);
    }
    FILE *out = count > 0 ? file_open(path, "wb") : NULL;
    bool good = out != NULL && fwrite(text, 1, length, out) == length;

    if (out != NULL)
        good = fclose(out) == 0 && good;
    free(text);
    return good;
}

static bool compile(const struct guest_plan *plan, const char *source, const char *object,
                    const char *names, struct missing *missing)
{
    struct words words = { .count = 0 };
    char narrow[PATH_CHARS];

    snprintf(narrow, sizeof narrow, "%.*si", (int)strlen(object) - 1, object);
    bool narrowed = narrow_long(plan, source, object, narrow, names);

    add_source(&words, plan, source);
    if (narrowed) { /* narrow_long has the list of what it is made of. */
        words.list[words.count - 1] = narrow;
        add(&words, "-fpreprocessed");
        add(&words, "-fdirectives-only");
        add(&words, "-o");
        add(&words, object);
    } else {
        add_made(&words, "-I", names, strlen(names));
        add_object(&words, object);
    }
    bool good = run(plan, &words, source, names, missing);

    file_remove(narrow);
    forget(&words);
    take_reads(plan, object, names);
    return good;
}

static bool compile_glue(const struct guest_plan *plan, const char *folder, const char *object,
                         struct missing *missing)
{
    char source[PATH_CHARS];
    struct words words = { .count = 0 };
    FILE *out;

    snprintf(source, sizeof source, "%s.glue.c", folder);
    out = file_open(source, "wb");
    if (out == NULL) {
        ini_error(plan->ini, plan->sources->section, "source", "%s: %s (expected a file to write)",
                  source, strerror(errno));
        return false;
    }
    guest_write_glue(out, plan->sources->is_program, plan->sources->is_exifs);
    fclose(out);
    add(&words, plan->compiler);
    for (size_t i = 0; i < ARRAY_LEN(for_glue); i++)
        add(&words, for_glue[i]);
    if (plan->sources->is_program && has_void_main(plan))
        add(&words, "-DVOID_MAIN");
    add_made(&words, "-I", plan->headers, strlen(plan->headers));
    add(&words, source);
    add_object(&words, object);
    bool good = run(plan, &words, NULL, NULL, missing);

    forget(&words);
    take_reads(plan, object, source);
    file_remove(source);
    return good;
}

#if defined(_WIN32)

/* Joins the objects of the sources, because a name that two of them define is an error. */
static bool join(const struct guest_plan *plan, char objects[][PATH_CHARS], uint32_t count,
                 const char *path, struct missing *missing)
{
    struct words words = { .count = 0 };

    add(&words, plan->compiler);
    add(&words, "-r");
    add(&words, "-nostdlib");
    for (uint32_t i = 0; i < count; i++)
        add(&words, objects[i]);
    add(&words, "-o");
    add(&words, path);
    return run(plan, &words, NULL, NULL, missing);
}

/* True if the linker misses nothing but what is borrowed. */
static bool lacks_borrowed(struct missing *missing, const struct words *words)
{
    char *output;
    bool lacks = program_told(words->list, &output) == PROGRAM_BAD &&
                 take_errors(missing, output) == 0 && has(output, strlen(output), "undefined");

    free(output);
    return lacks;
}

/* A DLL leaves nothing open. So what it borrows is found out by leaving Windows' C library away; it
 * takes part when all else is there. The glue comes last: of two definitions the first counts. */
static bool link_all(const struct guest_plan *plan, char objects[][PATH_CHARS], uint32_t count,
                     const char *path, struct missing *missing)
{
    struct words words = { .count = 0 };
    char joined[PATH_CHARS];

    snprintf(joined, sizeof joined, "%s.joined.o", path);
    if (!join(plan, objects, count - 1, joined, missing))
        return false;
    add(&words, plan->compiler);
    add(&words, "-shared");
    add(&words, "-g");
    add(&words, "-nostdlib");
    add(&words, "-Wl,-e,exifsim_loaded,--allow-multiple-definition");
    add(&words, joined);
    add(&words, objects[count - 1]);
    add(&words, "-o");
    add(&words, path);
    add(&words, "-lgcc"); /* The compiler's own functions. */
    if (lacks_borrowed(missing, &words)) {
        add(&words, "-lmingwex");
        add(&words, "-lmsvcrt");
    }
    bool good = missing->count == 0 && run(plan, &words, NULL, NULL, missing);

    file_remove(joined);
    return good;
}

#else

static bool link_all(const struct guest_plan *plan, char objects[][PATH_CHARS], uint32_t count,
                     const char *path, struct missing *missing)
{
    struct words words = { .count = 0 };

    add(&words, plan->compiler);
    add(&words, "-shared");
    add(&words, "-g");
#if !defined(__APPLE__)
    add(&words, "-Wl,-z,defs,-z,now,-z,relro,-Bsymbolic");
    add(&words, "-Wl,--warn-unresolved-symbols"); /* What is borrowed is no error. */
    add(&words, "-nostdlib");
#endif
    for (uint32_t i = 0; i < count; i++)
        add(&words, objects[i]);
#if !defined(__APPLE__)
    add(&words, "-lgcc"); /* The compiler's own functions. */
#endif
    add(&words, "-o");
    add(&words, path);
    bool good = run(plan, &words, NULL, NULL, missing);

    forget(&words);
    return good;
}

#endif

bool guest_compile(const struct guest_plan *plan, const char *path)
{
    static const char suffix[] = ".o";
    char(*objects)[PATH_CHARS] = malloc((plan->sources->count + 1) * sizeof *objects);
    struct missing *missing = calloc(1, sizeof *missing);
    uint32_t count = plan->sources->count;
    char names[PATH_CHARS];
    bool good = true;

    CHECK(objects != NULL && missing != NULL);
    missing->plan = plan;
    guest_names_folder(path, names, sizeof names);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(objects[i], PATH_CHARS, "%s.%u%s", path, i, suffix);
        good = compile(plan, plan->sources->files[i].path, objects[i], names, missing) && good;
    }
    snprintf(objects[count], PATH_CHARS, "%s.glue%s", path, suffix);
    good = good && compile_glue(plan, path, objects[count], missing);
    good = good && link_all(plan, objects, count + 1, path, missing);
    for (uint32_t i = 0; i <= count; i++)
        file_remove(objects[i]);
    guest_names_remove(names);
    free(missing);
    free(objects);
    return good;
}
