/* scenario_lesson.c - the sections of a lesson, a lab or a level of the game in a scenario file.
 * All are scenarios: their run is read here as any other; what is told about it belongs to other
 * readers, ui/lesson, ui/lab and ui/game. Here the keys are merely known, so that every other key
 * is an error.
 */
#include "model/scenario/scenario_inside.h"
#include <stdio.h>
#include <string.h>

static void know(struct ini *ini, const char *section, const char *key, uint32_t count)
{
    char name[40];

    ini_know(ini, section, key);
    for (uint32_t i = 2; i <= count; i++) {
        snprintf(name, sizeof name, "%s_%u", key, i);
        ini_know(ini, section, name);
    }
}

static bool is_of(const char *section, const char *kind)
{
    size_t length = strlen(kind);

    return strncmp(section, kind, length) == 0 && (section[length] == 0 || section[length] == ' ');
}

void scenario_pass_lesson(struct ini *ini)
{
    for (uint32_t s = 0; s < ini_section_count(ini); s++) {
        const char *section = ini_section_name(ini, s);

#define KEY(kind, key, count)  \
    if (is_of(section, #kind)) \
        know(ini, section, key, count);
#include "model/scenario/lesson_keys.def"
#include "model/scenario/lab_keys.def"
#include "model/scenario/level_keys.def"
#undef KEY
    }
}
