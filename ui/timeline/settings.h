/* settings.h - what a person wants to find again next time: looks, lanes, keys.
 *
 * One INI in the place the system has for such things, read by the strict reader when the window
 * opens and written anew when it closes. What is wrong in it is said (file:line:column) and passed
 * over, and such a file is then left as it is. [keys] belongs to the person: it is read, and kept
 * to the letter when the rest is written.
 *
 *     struct settings *settings = settings_open(path);   // NULL: keeps everything to itself
 *     settings_apply(settings, app);
 *     each frame: settings_follow(settings, app);        // lanes appear while a run is computed
 *     settings_collect(settings, app);
 *     settings_save(settings, error, sizeof error);
 *     settings_free(settings);
 */
#pragma once
#include "ui/timeline/commands.h"

enum { SETTINGS_LANES_MAX = 512, SETTINGS_PATH = 1024 };

struct settings_lane {
    char name[128]; /* row_name */
    bool hidden, pinned, expanded, has_expanded;
};

struct settings {
    char path[SETTINGS_PATH]; /* Empty: nothing is read or written. */
    int width, height;        /* Size of the window, in its own units. */
    bool full_screen;
    const struct theme *theme;
    int text_percent;
    bool reduced_motion, side_open, hint_seen;
    int names_width, side_width, records_height; /* As in struct looks. */
    enum axis_kind axis;
    bool folded[ROW_GROUPS], fold_known[ROW_GROUPS];
    struct settings_lane lanes[SETTINGS_LANES_MAX];
    uint32_t lane_count;
    char keys[COMMAND_COUNT][96]; /* As in the file; see key_set. "": none. */
    bool key_set[COMMAND_COUNT];  /* False: the default. */
    char *keys_text;              /* [keys] as it stands in the file. */
    char error[300];              /* The first one; empty: the file is fine. */
    uint32_t error_count;
    struct settings_seen { /* Which lanes have had their choice. */
        const struct recording *run;
        uint64_t version;
        bool *given;
        size_t room;
    } seen[2];
};

/* Where the file belongs on this system. False: there is no home. */
bool settings_place(char *out, size_t size);

/* Defaults, then the file if there is one; its errors also go to stderr. NULL path: no file. */
struct settings *settings_open(const char *path);
void settings_free(struct settings *settings); /* NULL is allowed. */

/* Gives the app its looks; the theme and text size are its maker's to give. */
void settings_apply(const struct settings *settings, struct app *app);
/* Gives lanes and groups that have appeared what was wished for them. Takes the lock. */
void settings_follow(struct settings *settings, struct app *app);
/* Takes over what the app shows now. Takes the lock. */
void settings_collect(struct settings *settings, struct app *app);
/* Writes the file, complete or not at all. False: error says why. A file with errors stays. */
bool settings_save(const struct settings *settings, char *error, size_t error_size);

/* What a key does ("Ctrl+Shift+P"); COMMAND_NONE. Settings may be NULL: the defaults. */
enum command settings_command(const struct settings *settings, const char *key);
/* The keys of a command, separated by blanks; "" none. */
const char *settings_keys(const struct settings *settings, enum command command);
