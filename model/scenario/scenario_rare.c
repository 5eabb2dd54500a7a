/* scenario_rare.c - [rare]: the levels on the way to a stop, for `exifsim rare`. */
#include "model/scenario/scenario_inside.h"
#include <stdio.h>
#include <string.h>

static const char *const gauges[] = {
#define GAUGE(name, text, unit) #name,
#include "model/words/gauges.def"
#undef GAUGE
};

/* Reads "GAUGE >= N". False: an error was recorded. */
static bool read_level(struct ini *ini, const char *key, const char *text,
                       struct scenario_level *out)
{
    char name[32], rest[2];
    unsigned long long least;

    if (sscanf(text, "%31[A-Z_] >= %llu%1s", name, &least, rest) != 2) {
        ini_error(ini, "rare", key, "\"%s\" (expected GAUGE >= N, such as REQUESTS_WAITING >= 5)",
                  text);
        return false;
    }
    for (uint32_t i = 0; i < ARRAY_LEN(gauges); i++)
        if (strcmp(gauges[i], name) == 0) {
            *out = (struct scenario_level){ i, least };
            return true;
        }
    ini_error(ini, "rare", key, "\"%s\" (expected a gauge such as REQUESTS_WAITING or DISK_C)",
              name);
    return false;
}

void scenario_read_rare(struct scenario *s, struct ini *ini)
{
    char key[16];
    const char *text;

    for (uint32_t i = 0; i < SCENARIO_LEVELS_MAX; i++) {
        snprintf(key, sizeof key, "level_%u", i + 1);
        if (!ini_get_text(ini, "rare", key, &text) || !read_level(ini, key, text, &s->levels[i]))
            return;
        s->level_count = i + 1;
    }
}
