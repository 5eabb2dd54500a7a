/* settings_file.c - the settings' file: where it lies, how it is read, how it is written.
 *
 *     [window]   width, height, full_screen
 *     [look]     theme, text_percent, reduced_motion, inspector, axis, hint_seen,
 *                names_width, inspector_width, records_height
 *     [groups]   cpu = folded | open, ...
 *     [lane 1]   name, hidden, pinned, expanded
 *     [keys]     ZOOM_IN = W Up;  "none" takes a command its key
 */
#include "ui/timeline/keyboard.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include "ui/host/places.h"
#include "ui/host/whole_file.h"
#include "ui/timeline/settings.h"
#include "sim/ini.h"
#include <stdlib.h>
#include <string.h>

static const char *const themes[] = { "dark", "light", "high-contrast" };
static const char *const axes[AXIS_KINDS] = { "linear", "record", "gaps" };
static const char *const group_words[ROW_GROUPS] = {
    "pinned",      "load",        "processors",  "processes", "processes_2", "processes_3",
    "processes_4", "processes_5", "processes_6", "queues",    "irps",        "pools",
    "disks",       "services",    "log",         "locks",     "rest"
};
static const char *const folds[] = { "open", "folded" };

/* ---- Where it lies --------------------------------------------------------------------------- */

bool settings_place(char *out, size_t size)
{
    char path[PLACE_CHARS];

    return place_of_settings("view.ini", path) && snprintf(out, size, "%s", path) < (int)size;
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void read_look(struct settings *s, struct ini *ini)
{
    uint64_t number;
    uint32_t word;

    if (ini_get_uint(ini, "window", "width", 320, 16384, &number))
        s->width = (int)number;
    if (ini_get_uint(ini, "window", "height", 240, 16384, &number))
        s->height = (int)number;
    ini_get_bool(ini, "window", "full_screen", &s->full_screen);
    if (ini_get_word(ini, "look", "theme", themes, ARRAY_LEN(themes), &word))
        s->theme = theme_find(themes[word]);
    if (ini_get_uint(ini, "look", "text_percent", 75, 300, &number))
        s->text_percent = (int)number;
    ini_get_bool(ini, "look", "reduced_motion", &s->reduced_motion);
    ini_get_bool(ini, "look", "inspector", &s->side_open);
    ini_get_bool(ini, "look", "hint_seen", &s->hint_seen);
    if (ini_get_uint(ini, "look", "names_width", 0, 4000, &number))
        s->names_width = (int)number;
    if (ini_get_uint(ini, "look", "inspector_width", 0, 4000, &number))
        s->side_width = (int)number;
    if (ini_get_uint(ini, "look", "records_height", 0, 4000, &number))
        s->records_height = (int)number;
    if (ini_get_word(ini, "look", "axis", axes, ARRAY_LEN(axes), &word))
        s->axis = (enum axis_kind)word;
    for (int i = 0; i < ROW_GROUPS; i++)
        if (ini_get_word(ini, "groups", group_words[i], folds, ARRAY_LEN(folds), &word)) {
            s->folded[i] = word == 1;
            s->fold_known[i] = true;
        }
}

static void read_lane(struct settings *s, struct ini *ini, const char *section)
{
    struct settings_lane lane = { .name = "" };
    const char *name;

    if (ini_get_text(ini, section, "name", &name))
        snprintf(lane.name, sizeof lane.name, "%s", name);
    else
        ini_error(ini, section, NULL, "a lane without a name (expected name = inetinfo.exe)");
    ini_get_bool(ini, section, "hidden", &lane.hidden);
    ini_get_bool(ini, section, "pinned", &lane.pinned);
    lane.has_expanded = ini_get_bool(ini, section, "expanded", &lane.expanded);
    if (lane.name[0] != 0 && s->lane_count < SETTINGS_LANES_MAX)
        s->lanes[s->lane_count++] = lane;
}

/* Two commands cannot have one key; the first keeps it. */
static bool is_free(const struct settings *s, struct ini *ini, enum command command,
                    const char *name, const char *key)
{
    for (int i = 1; i < COMMAND_COUNT; i++) {
        const char *list = s->keys[i];
        char one[KEY_CHARS];

        while (i != (int)command && s->key_set[i] && keyboard_next(&list, one))
            if (strcmp(one, key) == 0) {
                ini_error(ini, "keys", name, "\"%s\", which is %s's already (expected another)",
                          key, command_name((enum command)i));
                return false;
            }
    }
    return true;
}

static void read_binding(struct settings *s, struct ini *ini, enum command command,
                         const char *name, const char *value)
{
    char list[sizeof s->keys[0]] = "", key[KEY_CHARS];
    const char *at = value;

    while (strcmp(value, "none") != 0 && keyboard_next(&at, key)) {
        size_t used = strlen(list);

        if (used + strlen(key) + 2 > sizeof list) {
            ini_error(ini, "keys", name, "more keys than one command can have (expected fewer)");
            return;
        }
        if (is_free(s, ini, command, name, key))
            snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? " " : "", key);
    }
    if (strcmp(value, "none") != 0 && *at != 0) {
        ini_error(ini, "keys", name,
                  "\"%s\" (expected keys such as W, Ctrl+Shift+P, Left, F5 or none)", key);
        return;
    }
    s->key_set[command] = true;
    snprintf(s->keys[command], sizeof s->keys[command], "%s", list);
}

static void read_keys(struct settings *s, struct ini *ini)
{
    const char *names[COMMAND_COUNT];
    const char *name, *value;
    struct ini_place place;

    for (int i = 1; i < COMMAND_COUNT; i++)
        names[i - 1] = command_name((enum command)i);
    for (uint32_t i = 0; ini_key_at(ini, "keys", i, &name, &value, &place); i++) {
        enum command command = command_find(name);
        const char *near = ini_did_you_mean(name, names, COMMAND_COUNT - 1);

        ini_know(ini, "keys", name);
        if (command != COMMAND_NONE)
            read_binding(s, ini, command, name, value);
        else if (near != NULL)
            ini_error(ini, "keys", name, "\"%s\" is no command (did you mean \"%s\"?)", name, near);
        else
            ini_error(ini, "keys", name, "\"%s\" (expected a command such as ZOOM_IN)", name);
    }
}

/* The lines of [keys], to be written as they are. */
static void keep_keys_text(struct settings *s)
{
    FILE *file = file_open(s->path, "rb");
    char line[1024];
    bool inside = false;
    size_t size = 0;
    FILE *out;

    if (file == NULL)
        return;
    out = memory_file_open(&s->keys_text, &size);
    CHECK(out != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '[')
            inside = strncmp(line, "[keys]", 6) == 0;
        if (inside)
            fputs(line, out);
    }
    memory_file_close(out);
    fclose(file);
}

static void read_file(struct settings *s)
{
    static const char *const sections[] = { "window", "look", "groups", "lane", "keys" };
    struct ini *ini = ini_read(s->path);

    read_look(s, ini);
    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        if (strncmp(ini_section_name(ini, i), "lane ", 5) == 0)
            read_lane(s, ini, ini_section_name(ini, i));
    read_keys(s, ini);
    ini_unknown(ini, sections, ARRAY_LEN(sections));
    s->error_count = ini_error_count(ini);
    for (uint32_t i = 0; i < s->error_count; i++)
        fprintf(stderr, "%s\n", ini_error_text(ini, i));
    if (s->error_count > 0)
        snprintf(s->error, sizeof s->error, "%s", ini_error_text(ini, 0));
    ini_free(ini);
    keep_keys_text(s);
}

struct settings *settings_open(const char *path)
{
    struct settings *s = calloc(1, sizeof *s);

    CHECK(s != NULL);
    s->width = 1280;
    s->height = 720;
    s->theme = theme_get(THEME_DARK);
    s->text_percent = 100;
    s->side_open = true;
    if (path == NULL)
        return s;
    snprintf(s->path, sizeof s->path, "%s", path);
    if (file_look(path).kind != FILE_ABSENT)
        read_file(s);
    return s;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static const char *yes(bool value) { return value ? "yes" : "no"; }

/* Names that the reader would take for something else stay unsaid. */
static bool sayable(const char *name)
{
    return name[0] != 0 && name[0] != '#' && name[0] != ';' && name[0] != ' ' &&
           strstr(name, " ;") == NULL && strstr(name, " #") == NULL && strstr(name, "${") == NULL;
}

static void write_lanes(const struct settings *s, FILE *out)
{
    uint32_t number = 0;

    for (uint32_t i = 0; i < s->lane_count; i++) {
        const struct settings_lane *lane = &s->lanes[i];

        if (!sayable(lane->name))
            continue;
        fprintf(out, "\n[lane %u]\nname = %s\n", ++number, lane->name);
        if (lane->hidden)
            fprintf(out, "hidden = yes\n");
        if (lane->pinned)
            fprintf(out, "pinned = yes\n");
        if (lane->has_expanded)
            fprintf(out, "expanded = %s\n", yes(lane->expanded));
    }
}

static void write_all(const struct settings *s, FILE *out)
{
    bool any = false;

    fprintf(out, "# exifsim-view's settings, written when it closes. [keys] is yours:\n"
                 "# COMMAND = keys, for example ZOOM_IN = W Up; none takes a command its key.\n");
    fprintf(out, "[window]\nwidth = %d\nheight = %d\nfull_screen = %s\n", s->width, s->height,
            yes(s->full_screen));
    fprintf(
        out,
        "\n[look]\ntheme = %s\ntext_percent = %d\nreduced_motion = %s\ninspector = %s\naxis = %s\n"
        "hint_seen = %s\nnames_width = %d\ninspector_width = %d\nrecords_height = %d\n",
        s->theme->name, s->text_percent, yes(s->reduced_motion), yes(s->side_open), axes[s->axis],
        yes(s->hint_seen), s->names_width, s->side_width, s->records_height);
    for (int i = 0; i < ROW_GROUPS; i++) {
        if (!s->fold_known[i])
            continue;
        fprintf(out, "%s%s = %s\n", any ? "" : "\n[groups]\n", group_words[i], folds[s->folded[i]]);
        any = true;
    }
    write_lanes(s, out);
    if (s->keys_text != NULL && s->keys_text[0] != 0)
        fprintf(out, "\n%s", s->keys_text);
}

bool settings_save(const struct settings *s, char *error, size_t error_size)
{
    char path[SETTINGS_PATH];
    struct whole_file file;
    int code;

    if (s->path[0] == 0 || s->error[0] != 0)
        return true;
    snprintf(path, sizeof path, "%s", s->path);
    place_make_folders(path);
    code = whole_file_open(&file, s->path);
    if (code == 0) {
        write_all(s, file.out);
        code = whole_file_close(&file);
    }
    if (code != 0)
        snprintf(error, error_size, "settings cannot be written to %s: %s", s->path,
                 strerror(code));
    return code == 0;
}
