/* course.c - see course.h. */
#include "ui/lesson/course.h"
#include "sim/base.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool course_folder(char out[COURSE_PATH_CHARS])
{
    static const char *const places[] = { "/scenarios/lessons", "/../scenarios/lessons",
                                          "/../share/exifsim/scenarios/lessons" };
    char own[PLACE_CHARS], *slash;

    snprintf(out, COURSE_PATH_CHARS, "scenarios/lessons");
    if (is_folder(out))
        return true;
    if (!place_of_program("exifsim", own) || (slash = strrchr(own, '/')) == NULL)
        return false;
    *slash = 0;
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (snprintf(out, COURSE_PATH_CHARS, "%s%s", own, places[i]) < COURSE_PATH_CHARS &&
            is_folder(out))
            return true;
    return false;
}

bool course_find(const char *name, char out[COURSE_PATH_CHARS])
{
    char folder[COURSE_PATH_CHARS];
    FILE *file = fopen(name, "rb");
    bool beside = file == NULL && strchr(name, '/') == NULL && course_folder(folder);

    if (file != NULL)
        fclose(file);
    return snprintf(out, COURSE_PATH_CHARS, beside ? "%s/%s.ini" : "%s%s", beside ? folder : "",
                    name) < COURSE_PATH_CHARS;
}
