/* builds.c - see builds.h. */
#include "model/words/builds.h"
#include <stddef.h>
#include <string.h>

const struct build builds[BUILD_COUNT] = {
#define BUILD(id, number, word, name, image, interface, files) \
    { number, word, name, BUILD_IMAGE_##image, interface, BUILD_FILES_##files },
#include "model/words/builds.def"
#undef BUILD
};

const struct build *build_find(const char *text)
{
    for (int i = 0; i < BUILD_COUNT; i++)
        if (strcmp(builds[i].number, text) == 0 || strcmp(builds[i].word, text) == 0)
            return &builds[i];
    return NULL;
}
