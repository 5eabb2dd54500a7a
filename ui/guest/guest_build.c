/* guest_build.c - makes a shared object of a guest's sources, or finds the one that was made
 * before. See guest.h. */
#include "ui/guest/guest.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include "ui/host/places.h"
#include "ui/host/programs.h"
#include "ui/host/whole_file.h"
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#if defined(_WIN32)
#define IMAGE_SUFFIX ".dll"
#elif defined(__APPLE__)
#define IMAGE_SUFFIX ".dylib"
#else
#define IMAGE_SUFFIX ".so"
#endif

/* ---- Where things are ------------------------------------------------------------------------ */

enum { PLACES = 5 };

static bool find_folder(const char *const places[PLACES], char out[PLACE_CHARS])
{
    for (size_t i = 0; i < PLACES; i++)
        if (place_from_program(places[i], out) && file_look(out).kind == FILE_FOLDER)
            return true;
    return false;
}

/* The first compiler that can be started; what it says of itself goes into the hash. */
static const char *find_compiler(char **version)
{
    const char *wished = program_environment("EXIFSIM_CC");
    const char *const names[] = { wished, "cc", "gcc", "clang" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *words[] = { names[i], "--version", NULL };

        if (names[i] == NULL || names[i][0] == 0)
            continue;
        if (program_told(words, version) == PROGRAM_GOOD)
            return names[i];
        free(*version);
        if (i == 0)
            return NULL; /* The wished one, or none. */
    }
    return NULL;
}

struct compiler {
    const char *name; /* NULL: there is none. */
    char *version;
    char headers[PLACE_CHARS], exifs[PLACE_CHARS];
    bool has_headers;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct compiler compiler;

static void find_all(void)
{
    static const char *const headers[PLACES] = { "../model/kernel/include",
                                                 "../../model/kernel/include",
                                                 "../../../model/kernel/include",
                                                 EXIFSIM_DATA "/include", "include" };
    static const char *const exifs[PLACES] = { "../model/exifs", "../../model/exifs",
                                               "../../../model/exifs", EXIFSIM_DATA "/exifs",
                                               "exifs" };

    compiler.name = find_compiler(&compiler.version);
    compiler.has_headers =
        find_folder(headers, compiler.headers) && find_folder(exifs, compiler.exifs);
}

bool guest_folders(char doors[PLACE_CHARS], char exifs[PLACE_CHARS])
{
    pthread_once(&once, find_all);
    snprintf(doors, PLACE_CHARS, "%s", compiler.headers);
    snprintf(exifs, PLACE_CHARS, "%s", compiler.exifs);
    return compiler.has_headers;
}

/* ---- The hash -------------------------------------------------------------------------------- */

static uint64_t hash_text(const char *text, uint64_t hash)
{
    return XXH64(text, strlen(text) + 1, hash);
}

static uint64_t hash_file(const char *path, uint64_t hash)
{
    FILE *file = file_open(path, "rb");
    char bytes[16384];
    size_t got;

    hash = hash_text(path, hash);
    while (file != NULL && (got = fread(bytes, 1, sizeof bytes, file)) > 0)
        hash = XXH64(bytes, got, hash);
    if (file != NULL)
        fclose(file);
    return hash;
}

/* Goes on by the contents of the files that a list names. False: there is no such list. */
static bool hash_list(const char *path, uint64_t *hash)
{
    FILE *list = file_open(path, "rb");
    char line[PLACE_CHARS];

    if (list == NULL)
        return false;
    while (fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = 0;
        *hash = hash_file(line, *hash);
    }
    fclose(list);
    return true;
}

static uint64_t hash_glue(const struct guest_sources *sources, uint64_t hash)
{
    size_t length = 0;
    char *text = NULL;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    guest_write_glue(out, sources->is_program, sources->is_exifs);
    memory_file_close(out);
    hash = XXH64(text, length, hash);
    free(text);
    return hash;
}

/* The hash of all that is known before the compiler is started. */
static uint64_t hash_of(const struct guest_plan *plan)
{
    const struct guest_sources *sources = plan->sources;
    uint64_t hash = hash_text(EXIFSIM_VERSION, hash_text(compiler.version, 1));

    hash = guest_hash_words(plan, hash_glue(sources, hash));
    for (uint32_t i = 0; i < sources->count; i++)
        hash = XXH64(sources->files[i].bytes, sources->files[i].length, hash);
    return hash;
}

/* ---- Making one ------------------------------------------------------------------------------ */

/* Writes the place of a file that belongs to a guest. False: an error was recorded. */
static bool place(const struct guest_plan *plan, uint64_t hash, const char *suffix,
                  char out[SCENARIO_PATH])
{
    const char *section = plan->sources->section;
    char name[128], path[PLACE_CHARS];

    snprintf(name, sizeof name, "guests/%s-%016" PRIx64 "%s", strchr(section, ' ') + 1, hash,
             suffix);
    if (!place_of_cache(name, path)) {
        ini_error(plan->ini, section, "source",
                  "no folder of the user's own for what is built (expected HOME or XDG_CACHE_HOME "
                  "in the environment, on Windows LOCALAPPDATA)");
        return false;
    }
    if (snprintf(out, SCENARIO_PATH, "%s", path) < SCENARIO_PATH)
        return true;
    ini_error(plan->ini, section, "source", "a path that is too long (expected a shorter one)");
    return false;
}

/* Writes what the compiler reads to a list, and makes the shared object. */
static bool compile(struct guest_plan *plan, const char *list, const char *unfinished)
{
    struct whole_file file;
    int error = whole_file_open(&file, list);

    if (error == 0) {
        plan->reads = file.out;
        if (!guest_compile(plan, unfinished)) {
            whole_file_drop(&file);
            return false;
        }
        error = whole_file_close(&file);
    }
    if (error == 0)
        return true;
    ini_error(plan->ini, plan->sources->section, "source", "%s: %s (expected a file to write)",
              list, strerror(error));
    return false;
}

bool guest_build(struct ini *ini, const struct guest_sources *sources, char image[SCENARIO_PATH])
{
    pthread_once(&once, find_all);
    struct guest_plan plan = {
        sources, compiler.name, compiler.headers, compiler.exifs, ini, NULL
    };
    char list[SCENARIO_PATH], unfinished[SCENARIO_PATH + 32];
    uint64_t first, hash;

    if (compiler.name == NULL || !compiler.has_headers) {
        ini_error(
            ini, sources->section, "source",
            compiler.name == NULL
                ? "no C compiler on this computer (expected one: install gcc or clang, or "
                  "name it in EXIFSIM_CC; image = needs none)"
                : "no headers for drivers beside this program (expected share/exifsim/include "
                  "of the installed package)");
        return false;
    }
    hash = first = hash_of(&plan);
    if (!place(&plan, first, ".list", list))
        return false;
    if (hash_list(list, &hash)) {
        if (!place(&plan, hash, IMAGE_SUFFIX, image))
            return false;
        if (file_look(image).kind == FILE_REGULAR)
            return true;
    }
    snprintf(unfinished, sizeof unfinished, "%s.%lu", list, program_number());
    hash = first;

    bool made = compile(&plan, list, unfinished) && hash_list(list, &hash) &&
                place(&plan, hash, IMAGE_SUFFIX, image),
         named = made && file_rename(unfinished, image);

    if (made && !named)
        ini_error(ini, sources->section, "source",
                  "%s: %s (expected a shared object that %s makes there)", image, strerror(errno),
                  compiler.name);
    file_remove(unfinished);
    return named;
}
