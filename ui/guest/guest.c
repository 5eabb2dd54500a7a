/* guest.c - see guest.h. */
#include "ui/guest/guest.h"
#include "model/world/guests.h"
#include "sim/image.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include "ui/host/places.h"
#include "ui/host/programs.h"
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

static bool trusted;
static bool (*is_supplied)(const char *path);

void guest_trust(void) { trusted = true; }

/* ---- Trust ----------------------------------------------------------------------------------- */

/* True if a file lies in a folder or below it; both as the system resolves them. */
static bool lies_in(const char *path, const char *folder)
{
    char *whole = file_full_path(path), *in = file_full_path(folder[0] != 0 ? folder : ".");
    size_t length = in != NULL ? strlen(in) : 0;
    bool lies = whole != NULL && in != NULL && strncmp(whole, in, length) == 0 &&
                (whole[length] == '/' || whole[length] == '\\' || in[length - 1] == '/');

    free(whole);
    free(in);
    return lies;
}

static bool may_run(struct ini *ini, const struct guest_sources *sources, const char *key,
                    const char *path)
{
    char folder[PLACE_CHARS];
    const char *scenario = ini_path(ini);

    snprintf(folder, sizeof folder, "%.*s", (int)(file_short_name(scenario) - scenario), scenario);
    if (trusted || lies_in(path, folder) || is_supplied(path))
        return true;
    ini_error(ini, sources->section, key,
              "%s, which lies outside the scenario's folder and would run on this computer as any "
              "program does (expected a file beside the scenario, or --trust)",
              path);
    return false;
}

/* ---- Where things are ------------------------------------------------------------------------ */

static bool find_headers(char out[PLACE_CHARS])
{
    static const char *const places[] = { "../model/kernel/include", "../../model/kernel/include",
                                          EXIFSIM_DATA "/include", "include" };

    for (size_t i = 0; i < ARRAY_LEN(places); i++)
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
    char headers[PLACE_CHARS];
    bool has_headers;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct compiler compiler;

static void find_all(void)
{
    compiler.name = find_compiler(&compiler.version);
    compiler.has_headers = find_headers(compiler.headers);
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

static uint64_t hash_headers(const char *folder, uint64_t hash)
{
    size_t count = 0;
    char **names = folder_list(folder[0] != 0 ? folder : ".", ".h", &count), path[PLACE_CHARS];

    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s%s%s", folder, folder[0] != 0 ? "/" : "", names[i]);
        hash = hash_file(path, hash);
    }
    if (names != NULL)
        folder_list_free(names, count);
    return hash;
}

static uint64_t hash_glue(bool is_program, uint64_t hash)
{
    size_t length = 0;
    char *text = NULL;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    guest_write_glue(out, is_program);
    memory_file_close(out);
    hash = XXH64(text, length, hash);
    free(text);
    return hash;
}

static uint64_t hash_of(const struct guest_sources *sources)
{
    char folder[PLACE_CHARS + 8];
    uint64_t hash = hash_text(compiler.version, 1);

    hash = hash_text(sources->defines, hash + sources->at_memory);
    hash = hash_glue(sources->is_program, hash);
    hash = hash_headers(compiler.headers, hash);
    snprintf(folder, sizeof folder, "%s/crt", compiler.headers);
    hash = hash_headers(folder, hash);
    for (uint32_t i = 0; i < sources->include_count; i++)
        hash = hash_headers(sources->include[i], hash);
    for (uint32_t i = 0; i < sources->count; i++) {
        const char *path = sources->files[i].path;
        size_t length = (size_t)(file_short_name(path) - path);

        hash = hash_text(path, hash);
        hash = XXH64(sources->files[i].bytes, sources->files[i].length, hash);
        snprintf(folder, sizeof folder, "%.*s", (int)(length > 1 ? length - 1 : length), path);
        hash = hash_headers(folder, hash);
    }
    return hash;
}

/* ---- Making one ------------------------------------------------------------------------------ */

/* Writes the place of a guest's shared object. */
static bool place_image(const struct guest_sources *sources, char out[SCENARIO_PATH])
{
    char name[128], path[PLACE_CHARS];

    snprintf(name, sizeof name, "guests/%s-%016" PRIx64 "%s", strchr(sources->section, ' ') + 1,
             hash_of(sources), IMAGE_SUFFIX);
    if (!place_of_cache(name, path))
        snprintf(path, sizeof path, "%s/exifsim-%s", program_scratch_folder(), name + 7);
    return snprintf(out, SCENARIO_PATH, "%s", path) < SCENARIO_PATH;
}

static bool build(struct ini *ini, const struct guest_sources *sources, char image[SCENARIO_PATH])
{
    struct guest_plan plan = { sources, compiler.name, compiler.headers, ini };
    char unfinished[SCENARIO_PATH + 32];

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
    if (!place_image(sources, image)) {
        ini_error(ini, sources->section, "source",
                  "a path that is too long (expected a shorter "
                  "one)");
        return false;
    }
    if (file_look(image).kind == FILE_REGULAR)
        return true;
    snprintf(unfinished, sizeof unfinished, "%s.%lu", image, program_number());
    bool good = guest_compile(&plan, unfinished) && file_rename(unfinished, image);

    file_remove(unfinished);
    return good;
}

/* Loads the image once, to see that it can be. */
static void try_image(struct ini *ini, const struct guest_sources *sources, const char *path)
{
    char problem[512];
    const char *key = sources->count > 0 ? "source" : "image";
    struct image *image =
        image_take(path, strchr(sources->section, ' ') + 1, problem, sizeof problem);

    if (image == NULL)
        ini_error(ini, sources->section, key,
                  "%s (expected a shared object of this computer's "
                  "kind)",
                  problem);
    else if (!guest_bind(image, false, problem, sizeof problem))
        ini_error(ini, sources->section, key,
                  "%s in %s (expected functions that `exifsim doors` lists)", problem, path);
    else if (!guest_begins(image, sources->is_program))
        ini_error(ini, sources->section, key,
                  sources->is_program
                      ? "no main (expected main or wmain, with which a program begins)"
                      : "no DriverEntry (expected that function, with which a driver begins)");
    image_give(image);
}

static void make(struct ini *ini, const struct guest_sources *sources, char image[SCENARIO_PATH])
{
    for (uint32_t i = 0; i < sources->count; i++)
        if (!may_run(ini, sources, "source", sources->files[i].path))
            return;
    if (sources->count == 0 && !may_run(ini, sources, "image", image))
        return;
    pthread_once(&once, find_all);
    if (sources->count == 0 || build(ini, sources, image))
        try_image(ini, sources, image);
}

void guest_prepare(bool (*supplied)(const char *path))
{
    is_supplied = supplied;
    scenario_make_guests_by(make);
}
