/* guest.c - see guest.h. */
#include "ui/guest/guest.h"
#include "model/world/guests.h"
#include "sim/image.h"
#include "ui/host/files.h"
#include <string.h>

static bool trusted;
static bool (*is_supplied)(const char *path);

void guest_trust(void) { trusted = true; }

/* ---- Trust ----------------------------------------------------------------------------------- */

static bool may_run(struct ini *ini, const struct guest_sources *sources, const char *key,
                    const char *path)
{
    char folder[PLACE_CHARS];
    const char *scenario = ini_path(ini);

    snprintf(folder, sizeof folder, "%.*s", (int)(file_short_name(scenario) - scenario), scenario);
    if (trusted || file_lies_in(path, folder[0] != 0 ? folder : ".") || is_supplied(path))
        return true;
    ini_error(ini, sources->section, key,
              "%s, which lies outside the scenario's folder and would run on this computer as any "
              "program does (expected a file beside the scenario, or --trust)",
              path);
    return false;
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
                  "%s: %s (expected a shared object of this computer's kind)", path, problem);
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
    for (uint32_t i = 0; i < sources->include_count; i++)
        if (file_look(sources->include[i]).kind != FILE_FOLDER) {
            ini_error(ini, sources->section, "include", "\"%s\" (expected a folder of headers)",
                      sources->include[i]);
            return;
        }
    if (sources->count == 0 || guest_build(ini, sources, image))
        try_image(ini, sources, image);
}

void guest_prepare(bool (*supplied)(const char *path))
{
    is_supplied = supplied;
    scenario_make_guests_by(make);
}
