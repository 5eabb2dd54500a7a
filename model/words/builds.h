/* builds.h - the builds of exifs.sys, ifsproxy.dll, exwin32.dll and ese.dll, by builds.def.
 *
 *     const struct build *build = build_find("6.5.7651.47");      // or "hotfix"
 *     build->image == BUILD_IMAGE_NEW
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum build_id {
#define BUILD(id, number, word, name, image, interface, files) BUILD_##id,
#include "model/words/builds.def"
#undef BUILD
    BUILD_COUNT
};

/* The images of exifs.sys: two of the product, one of the lessons, and one from outside. */
enum build_image { BUILD_IMAGE_OLD, BUILD_IMAGE_NEW, BUILD_IMAGE_LESSONS, BUILD_IMAGE_MINE };
enum build_files { BUILD_FILES_ALL, BUILD_FILES_DRIVER };

struct build {
    const char *number, *word;
    const char *name; /* The name for people: "SP2". */
    enum build_image image;
    uint32_t interface; /* Interface version that the driver reports to the DLLs. */
    enum build_files files;
};
extern const struct build builds[BUILD_COUNT];

/* Finds a build by its number or its word; NULL: there is no such build. */
const struct build *build_find(const char *text);
