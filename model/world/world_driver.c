/* world_driver.c - which image exifs.sys is, and what KB 246216 does to it.
 *
 * The build selects the image: two of the product and one of lessons (exifs_entry.h), or the
 * scenario's own ([driver exifs]). The file on the disk names the build each time the driver is
 * loaded.
 *
 * KB 246216: with a drive letter configured, the driver cannot be started again after it was
 * stopped ("System error 2"), until the letter is removed with subst. The article gives no cause.
 * Inferred here: the letter is a DosDevices link that outlives the device it leads to, and the
 * driver, as it starts, looks where its letter leads. A link to nowhere is "not found". The check
 * stands here and not in the driver's own source, which knows nothing of drive letters.
 */
#include "model/world/world_private.h"
#include "model/exifs/exifs_entry.h"
#include "model/kernel/cm.h"
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/words/builds.h"
#include <stdio.h>

#define PARAMETERS "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\EXIFS\\Parameters"

static struct world *own_world(void) { return ((struct site *)ke->site)->world; }

static PDRIVER_INITIALIZE entry_of(const char *build)
{
    static NTSTATUS(NTAPI *const entries[])(PDRIVER_OBJECT, PUNICODE_STRING) = {
        [BUILD_IMAGE_OLD] = ExifsOldEntry,
        [BUILD_IMAGE_NEW] = ExifsNewEntry,
        [BUILD_IMAGE_LESSONS] = ExifsLessonEntry,
    };
    const struct build *known = build_find(build);

    if (known != NULL && known->image == BUILD_IMAGE_MINE)
        return world_guest_exifs(own_world())->entry;
    return entries[known != NULL ? known->image : BUILD_IMAGE_OLD];
}

/* True: the configured letter is a link to a device that does not exist. */
static bool letter_leads_nowhere(void)
{
    WCHAR name[] = { '\\', '?', '?', '\\', '?', ':', 0 };
    char letter[8];

    if (!cm_get_text(PARAMETERS, "DriveLetter", letter, sizeof letter) || letter[0] == 0)
        return false;
    name[4] = (WCHAR)letter[0];
    return ob_name_find_link(name) != NULL && ob_name_find(name) == NULL;
}

static NTSTATUS NTAPI look_at_letter(PDRIVER_OBJECT driver, PUNICODE_STRING registry)
{
    char build[16] = "";

    if (letter_leads_nowhere())
        return STATUS_OBJECT_NAME_NOT_FOUND;
    cm_get_text(PARAMETERS, "Build", build, sizeof build);
    return entry_of(build)(driver, registry);
}

static void map_mine(const struct io_image *image)
{
    const struct io_image *mine = world_guest_exifs(own_world());

    (void)image;
    mine->map(mine);
}

static void unmap_mine(const struct io_image *image)
{
    const struct io_image *mine = world_guest_exifs(own_world());

    (void)image;
    mine->unmap(mine);
}

static void install(const char *build)
{
    static const struct io_image exifs = { .file = "exifs.sys", .entry = look_at_letter }, mine = {
        .file = "exifs.sys", .entry = look_at_letter, .map = map_mine, .unmap = unmap_mine
    };

    cm_set_text(PARAMETERS, "Build", build);
    io_install_driver("EXIFS", "FileSystem",
                      world_guest_exifs(own_world()) != NULL ? &mine : &exifs);
}

void world_install_driver(const struct scenario *s)
{
    const char letter[] = { s->set.drive_letter, 0 };

    ke->install_driver = install;
    if (s->set.drive_letter != 0)
        cm_set_text(PARAMETERS, "DriveLetter", letter);
}
