/* builds_test.c - the core's tables and builds.def name the same builds. The core cannot read
 * builds.def. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/ese/ese_internal.h"
#include "model/exifs/exifs_entry.h"
#include "model/exwin32/exwin32_internal.h"
#include "model/ifsproxy/ifsproxy_internal.h"
#include "model/words/builds.h"
#include "tests/groups.h"
#include <string.h>

static void narrow(const WCHAR *wide, char out[EXIFS_BUILD_CHARS])
{
    for (size_t i = 0; i < EXIFS_BUILD_CHARS; i++)
        out[i] = (char)wide[i];
}

static void widen(const char *number, WCHAR out[EXIFS_BUILD_CHARS])
{
    for (size_t i = 0; i < EXIFS_BUILD_CHARS; i++)
        out[i] = i <= strlen(number) ? (WCHAR)number[i] : 0;
}

/* Every row of an image is a build of that image, with its interface; and there are as many. */
static void assert_image(enum build_image image, const EXIFS_VERSION *rows, size_t count)
{
    char number[EXIFS_BUILD_CHARS];
    size_t wanted = 0;

    for (int i = 0; i < BUILD_COUNT; i++)
        wanted += builds[i].image == image;
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++) {
        const struct build *build;

        narrow(rows[i].Build, number);
        build = build_find(number);
        assert_non_null(build);
        assert_int_equal(build->image, image);
        assert_int_equal(build->interface, rows[i].Interface);
    }
}

static void each_image_of_the_driver_has_its_builds(void **state)
{
    (void)state;
    assert_image(BUILD_IMAGE_OLD, ExifsOldVersions, ExifsOldVersionCount);
    assert_image(BUILD_IMAGE_NEW, ExifsNewVersions, ExifsNewVersionCount);
    assert_image(BUILD_IMAGE_LESSONS, ExifsLessons, ExifsLessonCount);
}

static void the_libraries_have_the_builds_of_all_files_and_no_others(void **state)
{
    WCHAR number[EXIFS_BUILD_CHARS];

    (void)state;
    for (int i = 0; i < BUILD_COUNT; i++) {
        bool all = builds[i].files == BUILD_FILES_ALL;

        widen(builds[i].number, number);
        assert_int_equal(IfsFindVersion(number) != NULL, all);
        assert_int_equal(Ex32FindVersion(number) != NULL, all);
        assert_int_equal(EseFindVersion(number) != NULL, all);
    }
}

/* A library refuses a provider that is older than its own build. */
static void a_library_wants_the_interface_of_its_build(void **state)
{
    WCHAR number[EXIFS_BUILD_CHARS];

    (void)state;
    for (int i = 0; i < BUILD_COUNT; i++) {
        if (builds[i].files != BUILD_FILES_ALL)
            continue;
        widen(builds[i].number, number);
        assert_int_equal(EseFindVersion(number)->Interface, builds[i].interface);
    }
}

GROUP(builds_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_image_of_the_driver_has_its_builds),
        cmocka_unit_test(the_libraries_have_the_builds_of_all_files_and_no_others),
        cmocka_unit_test(a_library_wants_the_interface_of_its_build),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
