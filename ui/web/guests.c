/* guests.c - guests in a page, which has no compiler: those of the scenarios that it was built with
 * (ui/web/guests_main.c). See ui/guest/guest.h. */
#include "ui/guest/guest.h"
#include "ui/host/files.h"

bool guest_folders(char doors[PLACE_CHARS], char exifs[PLACE_CHARS])
{
    doors[0] = exifs[0] = 0;
    return false;
}

bool guest_build(struct ini *ini, const struct guest_sources *sources, char image[SCENARIO_PATH])
{
    char name[GUEST_KEPT_CHARS];

    guest_kept_name(sources, name);
    snprintf(image, SCENARIO_PATH, EXIFSIM_DATA "/guests/%s", name);
    if (file_look(image).kind == FILE_REGULAR)
        return true;
    ini_error(ini, sources->section, "source",
              "code that this page was not built with (expected that of a supplied scenario, "
              "unchanged: a page has no compiler)");
    return false;
}
