/* scenario_verifier.c - [verifier]: which drivers Driver Verifier watches, and how. */
#include "model/scenario/scenario_inside.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    uint32_t options;
} words[] = {
    { "special_pool", VF_SPECIAL_POOL },
    { "irql", VF_IRQL },
    { "low_resources", VF_LOW_RESOURCES },
    { "pool_tracking", VF_TRACKING },
    { "io", VF_IO },
    { "deadlock", VF_DEADLOCK },
    { "standard", VF_SPECIAL_POOL | VF_IRQL | VF_TRACKING | VF_IO | VF_DEADLOCK },
};

/* Takes the next word of a value. False: there is none. */
static bool next_word(const char **at, char out[INI_TEXT_MAX + 1])
{
    size_t length;

    *at += strspn(*at, " \t,");
    length = strcspn(*at, " \t,");
    snprintf(out, INI_TEXT_MAX + 1, "%.*s", (int)length, *at);
    *at += length;
    return length > 0;
}

/* Bits of the guests that a name means: "echo", "echo.sys", "*". */
static uint32_t drivers_named(const struct scenario *s, const char *name)
{
    size_t length = strlen(name);
    uint32_t found = 0;

    if (length > 4 && strcmp(name + length - 4, ".sys") == 0)
        length -= 4;
    for (uint32_t i = 0; i < s->guest_count; i++)
        if (!s->guests[i].is_program &&
            (strcmp(name, "*") == 0 || (strlen(s->guests[i].name) == length &&
                                        strncmp(s->guests[i].name, name, length) == 0)))
            found |= 1u << i;
    return found;
}

static void read_drivers(struct scenario *s, struct ini *ini)
{
    char word[INI_TEXT_MAX + 1];
    const char *at;

    if (!ini_get_text(ini, "verifier", "drivers", &at)) {
        ini_error(ini, "verifier", NULL,
                  "no drivers (expected drivers = names of [driver NAME], "
                  "or *)");
        return;
    }
    while (next_word(&at, word)) {
        uint32_t found = drivers_named(s, word);

        if (found == 0)
            ini_error(ini, "verifier", "drivers", "\"%s\" (expected the name of a [driver NAME])",
                      word);
        s->verifier.drivers |= found;
    }
}

static void read_options(struct scenario *s, struct ini *ini)
{
    char word[INI_TEXT_MAX + 1];
    const char *at, *names[ARRAY_LEN(words)];

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        names[i] = words[i].word;
    if (!ini_get_text(ini, "verifier", "options", &at))
        at = "standard";
    while (next_word(&at, word)) {
        size_t i = 0;

        while (i < ARRAY_LEN(words) && strcmp(words[i].word, word) != 0)
            i++;
        if (i < ARRAY_LEN(words)) {
            s->verifier.settings.options |= words[i].options;
            continue;
        }
        const char *near = ini_did_you_mean(word, names, ARRAY_LEN(words));

        ini_error(ini, "verifier", "options",
                  "\"%s\" (expected special_pool, irql, low_resources, pool_tracking, io, deadlock "
                  "or standard%s%s%s)",
                  word, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                  near != NULL ? "\"?" : "");
    }
}

/* fail = 6% | each | N */
static void read_fail(struct scenario *s, struct ini *ini)
{
    struct vf_settings *set = &s->verifier.settings;
    const char *text;
    unsigned long long number;
    char *end;

    if (ini_get_text(ini, "verifier", "fail", &text)) {
        set->fail_each = strcmp(text, "each") == 0;
        number = strtoull(text, &end, 10);
        set->fail_nth = number <= UINT32_MAX ? (uint32_t)number : 0;
        if (strchr(text, '%') != NULL) {
            set->fail_nth = 0;
            ini_get_percent_ppm(ini, "verifier", "fail", &set->fail_ppm);
        } else if (!set->fail_each && (*end != 0 || set->fail_nth == 0 || text[0] == '-')) {
            ini_error(ini, "verifier", "fail",
                      "\"%s\" (expected a share such as 6%%, each, or the number of a call stack "
                      "from 1 on)",
                      text);
        }
    }
    ini_get_time(ini, "verifier", "fail_after", 0, SEC(86400) * 7, &set->fail_after);
    if ((set->options & VF_LOW_RESOURCES) != 0)
        return;
    for (int i = 0; i < 2; i++) {
        const char *key = i == 0 ? "fail" : "fail_after";

        if (ini_has(ini, "verifier", key))
            ini_error(ini, "verifier", key,
                      "failures (expected low_resources among the options beside it)");
    }
}

void scenario_read_verifier(struct scenario *s, struct ini *ini)
{
    bool there = false;

    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        there = there || strcmp(ini_section_name(ini, i), "verifier") == 0;
    s->verifier.settings = (struct vf_settings){ .fail_ppm = 60000 };
    if (!there)
        return;
    read_drivers(s, ini);
    read_options(s, ini);
    read_fail(s, ini);
}
