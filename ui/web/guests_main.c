/* guests_main.c - exifsim-guests OUT SCENARIO...: makes the guests of scenarios, and copies each
 * into a folder under the name by which a page finds it.
 *
 *     EXIFSIM_CC=ui/web/guest_cc.mjs exifsim-guests build/page/guests echo.ini
 *
 * The scenarios are read as the command reads them, so a guest is made once and kept in the
 * user's cache. Exit code 2: something cannot be made, and was said.
 */
#include "ui/guest/guest.h"
#include "model/scenario/scenario.h"
#include "ui/host/files.h"
#include "ui/host/whole_file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *out;

/* Copies a file to OUT. False: it cannot. */
static bool copy(const char *from, const char *name)
{
    char path[PLACE_CHARS], bytes[65536];
    struct whole_file file;
    FILE *in = file_open(from, "rb");
    size_t got;
    int error;

    if (in == NULL)
        return false;
    snprintf(path, sizeof path, "%s/%s", out, name);
    error = whole_file_open(&file, path);
    if (error == 0) {
        while ((got = fread(bytes, 1, sizeof bytes, in)) > 0)
            fwrite(bytes, 1, got, file.out);
        error = whole_file_close(&file);
    }
    fclose(in);
    errno = error;
    return error == 0;
}

static void make(struct ini *ini, const struct guest_sources *sources, char image[SCENARIO_PATH])
{
    char name[GUEST_KEPT_CHARS];

    if (!guest_build(ini, sources, image))
        return;
    guest_kept_name(sources, name);
    if (!copy(image, name))
        ini_error(ini, sources->section, "source", "%s/%s: %s (expected a file to write)", out,
                  name, strerror(errno));
}

static bool make_all(const char *path)
{
    static struct scenario scenario;
    struct ini *ini = ini_read(path);
    bool good = scenario_read(&scenario, ini, path);

    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(stderr, "%s\n", ini_error_text(ini, i));
    ini_free(ini);
    return good;
}

int main(int count, char **words)
{
    bool good = true;

    if (count < 3) {
        fprintf(stderr, "usage: exifsim-guests OUT SCENARIO...\n");
        return 2;
    }
    out = words[1];
    scenario_make_guests_by(make);
    for (int i = 2; i < count; i++)
        good = make_all(words[i]) && good;
    return good ? 0 : 2;
}
