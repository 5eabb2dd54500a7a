/* scenario_guests.c - [driver NAME] and [program NAME]: code from outside, by its sources or as a
 * finished shared object.
 *
 * Sources are made into a shared object while the scenario is read (scenario_make_guests_by), so
 * that a source that does not compile is an error of the scenario, and nothing runs.
 */
#include "model/scenario/scenario_inside.h"
#include "model/words/builds.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const starts[] = { "boot", "demand" };
static const char *const points[] = { "calls", "memory" };

static scenario_guest_maker *maker;

void scenario_make_guests_by(scenario_guest_maker *by) { maker = by; }

static void get_text(struct ini *ini, const char *section, const char *key, char *out, size_t size)
{
    const char *text;

    if (ini_get_text(ini, section, key, &text) && snprintf(out, size, "%s", text) >= (int)size)
        ini_error(ini, section, key, "%zu characters (expected at most %zu)", strlen(text),
                  size - 1);
}

/* ---- What it is made of ---------------------------------------------------------------------- */

/* Records an error for each macro that the compiler could not take. */
static void check_defines(struct ini *ini, const char *section, const char *defines)
{
    for (const char *at = defines + strspn(defines, " \t"); *at != 0; at += strspn(at, " \t")) {
        size_t length = strcspn(at, " \t"), name = 0;

        while (isalnum((unsigned char)at[name]) || at[name] == '_')
            name++;
        if (name == 0 || isdigit((unsigned char)at[0]) ||
            (name < length && at[name] != '=' && at[name] != '('))
            ini_error(ini, section, "defines", "\"%.*s\" (expected NAME or NAME=VALUE)",
                      (int)length, at);
        at += length;
    }
}

/* at_memory: each access is a point, unless the section says otherwise. */
static void make(struct ini *ini, const char *section, struct scenario_guest *guest, bool at_memory)
{
    const char *include[GUEST_INCLUDES_MAX], *defines = "";
    struct ini_file files[GUEST_SOURCES_MAX];
    struct guest_sources sources = { .section = section,
                                     .files = files,
                                     .include = include,
                                     .is_program = guest->is_program,
                                     .is_exifs = guest->is_exifs };
    uint32_t word;
    bool named;

    ini_get_folders(ini, section, "include", GUEST_INCLUDES_MAX, include, &sources.include_count);
    ini_get_text(ini, section, "defines", &defines);
    check_defines(ini, section, defines);
    sources.defines = defines;
    sources.at_memory = at_memory;
    if (ini_get_word(ini, section, "points", points, ARRAY_LEN(points), &word))
        sources.at_memory = word == 1;
    if (ini_has(ini, section, "image")) {
        named = ini_get_files(ini, section, "image", "a shared object", 1, files, &sources.count);
        if (named && sources.count == 1)
            snprintf(guest->image, sizeof guest->image, "%s", files[0].path);
        ini_know(ini, section, "source");
        if (ini_has(ini, section, "source"))
            ini_error(ini, section, "source", "sources beside an image (expected one of the two)");
        sources.count = 0;
    } else {
        ini_know(ini, section, "image");
        named = ini_get_files(ini, section, "source", "a file in C", GUEST_SOURCES_MAX, files,
                              &sources.count);
        if (!ini_has(ini, section, "source"))
            ini_error(ini, section, NULL,
                      "no code (expected source = a file in C, or image = a shared object)");
    }
    if (!named || ini_error_count(ini) > 0)
        return;
    if (maker == NULL)
        ini_error(ini, section, NULL, "code from outside (expected a program that can build it)");
    else
        maker(ini, &sources, guest->image);
}

/* ---- Drivers --------------------------------------------------------------------------------- */

static void read_value(struct ini *ini, const char *section, const char *key, const char *text,
                       struct scenario_guest *guest)
{
    struct scenario_value *value = &guest->values[guest->value_count];
    char *end;

    ini_know(ini, section, key);
    if (guest->value_count == GUEST_VALUES_MAX) {
        ini_error(ini, section, key, "one more value (expected at most %d)", GUEST_VALUES_MAX);
        return;
    }
    if (strlen(key + 9) == 0 || strlen(key + 9) >= sizeof value->name ||
        strlen(text) >= sizeof value->text) {
        ini_error(ini, section, key,
                  "a name or value that is too long, or none (expected "
                  "registry_NAME = up to 63 characters)");
        return;
    }
    snprintf(value->name, sizeof value->name, "%s", key + 9);
    snprintf(value->text, sizeof value->text, "%s", text);
    unsigned long long number = strtoull(text, &end, 0);

    value->is_number = isdigit((unsigned char)text[0]) && *end == 0 && number <= UINT32_MAX;
    value->number = value->is_number ? (uint32_t)number : 0;
    guest->value_count++;
}

static void read_driver(struct ini *ini, const char *section, struct scenario_guest *guest)
{
    const char *key, *text;
    struct ini_place place;
    uint32_t word;

    if (ini_get_word(ini, section, "start", starts, ARRAY_LEN(starts), &word))
        guest->start = (enum guest_start)word;
    ini_get_time(ini, section, "start_at", 0, SEC(86400) * 7, &guest->start_at);
    ini_get_time(ini, section, "stop_at", 0, SEC(86400) * 7, &guest->stop_at);
    if (guest->start_at != SIM_NEVER && guest->start == GUEST_AT_BOOT)
        ini_error(ini, section, "start_at", "a start (expected start = demand beside it)");
    if (guest->start_at != SIM_NEVER && guest->stop_at != SIM_NEVER &&
        guest->stop_at <= guest->start_at)
        ini_error(ini, section, "stop_at",
                  "a stop before the start (expected a time after start_at)");
    get_text(ini, section, "attach_to", guest->attach_to, sizeof guest->attach_to);
    if (guest->attach_to[0] != 0 && guest->attach_to[0] != '\\')
        ini_error(ini, section, "attach_to", "\"%s\" (expected a device such as \\Device\\Echo)",
                  guest->attach_to);
    for (uint32_t i = 0; ini_key_at(ini, section, i, &key, &text, &place); i++)
        if (strncmp(key, "registry_", 9) == 0)
            read_value(ini, section, key, text, guest);
}

/* ---- Programs -------------------------------------------------------------------------------- */

static void read_program(struct ini *ini, const char *section, struct scenario_guest *guest)
{
    get_text(ini, section, "arguments", guest->arguments, sizeof guest->arguments);
    get_text(ini, section, "input", guest->input, sizeof guest->input);
    ini_get_time(ini, section, "at", 0, SEC(86400) * 7, &guest->at);
    scenario_get_u32(ini, section, "count", 1, 64, &guest->count);
    guest->has_exit_code = ini_has(ini, section, "exit_code");
    scenario_get_u32(ini, section, "exit_code", 0, UINT32_MAX, &guest->exit_code);
}

/* ---- All of them ----------------------------------------------------------------------------- */

/* True if the name can be a file's and a service's. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && strchr("_-", name[i]) == NULL)
            return false;
    return length > 0 && length < GUEST_NAME_CHARS;
}

/* Services and files of Windows have one name in large and small letters. */
static bool is_there(const struct scenario *s, const char *name, bool is_program)
{
    for (uint32_t i = 0; i < s->guest_count; i++)
        if (s->guests[i].is_program == is_program && strcasecmp(s->guests[i].name, name) == 0)
            return true;
    return false;
}

static void read_guest(struct scenario *s, struct ini *ini, const char *section, bool is_program)
{
    struct scenario_guest *guest = &s->guests[s->guest_count];
    const char *name = strchr(section, ' ') + 1, *key, *text;
    struct ini_place place;

    if (s->guest_count == SCENARIO_GUESTS_MAX || !is_name(name) || is_there(s, name, is_program)) {
        if (is_there(s, name, is_program))
            ini_error(ini, section, NULL,
                      "\"%s\", which is there in other letters (expected another name: Windows "
                      "takes both for one)",
                      name);
        else if (s->guest_count == SCENARIO_GUESTS_MAX)
            ini_error(ini, section, NULL, "one more driver or program (expected at most %d)",
                      SCENARIO_GUESTS_MAX);
        else
            ini_error(ini, section, NULL,
                      "\"%s\" (expected a name of letters, digits, _ and -, fewer than %d)", name,
                      GUEST_NAME_CHARS);
        /* The section alone is wrong, not its keys. */
        ini_know(ini, section, "source");
        for (uint32_t i = 0; ini_key_at(ini, section, i, &key, &text, &place); i++)
            ini_know(ini, section, key);
        return;
    }
    *guest = (struct scenario_guest){
        .is_program = is_program, .start_at = SIM_NEVER, .stop_at = SIM_NEVER, .count = 1
    };
    snprintf(guest->name, sizeof guest->name, "%s", name);
    guest->is_exifs = !is_program && strcasecmp(name, "exifs") == 0 &&
                      strcmp(s->set.versions[FILE_EXIFS], builds[BUILD_MINE].number) == 0;
    if (is_program)
        read_program(ini, section, guest);
    else if (!guest->is_exifs)
        read_driver(ini, section, guest);
    make(ini, section, guest, s->orders.free);
    s->guest_count++;
}

void scenario_read_guests(struct scenario *s, struct ini *ini)
{
    for (uint32_t i = 0; i < ini_section_count(ini); i++) {
        const char *section = ini_section_name(ini, i);

        if (strncmp(section, "driver ", 7) == 0)
            read_guest(s, ini, section, false);
        else if (strncmp(section, "program ", 8) == 0)
            read_guest(s, ini, section, true);
    }
    if (s->exchange)
        return;
    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        if (strncmp(ini_section_name(ini, i), "load ", 5) == 0)
            ini_error(ini, ini_section_name(ini, i), NULL,
                      "a load (expected exchange = yes in [machine]: mail needs Exchange)");
    s->load_count = 0;
}
