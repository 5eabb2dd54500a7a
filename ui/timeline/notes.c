/* notes.c - see notes.h. */
#include "ui/timeline/notes.h"
#include "sim/ini.h"
#include "ui/host/files.h"
#include "ui/host/whole_file.h"
#include "ui/run/supplied.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_PATH = PLACE_CHARS, NOTE_BYTES = 180 }; /* A line of an INI has 200. */

/* Writes the name of an installed scenario's file among the user's data. False: it is another. */
static bool name_among_data(const struct app *app, char *out, size_t size)
{
    char name[600];

    return supplied_is_installed(app->panes[0].path) &&
           supplied_name(app->panes[0].path, name, sizeof name) &&
           snprintf(out, size, "notes/%s.ini.notes", name) < (int)size;
}

static void path_of(const struct app *app, char out[NOTES_PATH])
{
    char name[640];

    if (!name_among_data(app, name, sizeof name) || !place_of_data(name, out))
        snprintf(out, NOTES_PATH, "%s.notes", app->panes[0].path);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void read_one(struct app *app, struct ini *ini, const char *section)
{
    struct bookmark mark = { .record = 0 };
    const char *note = "";

    if (app->marks.count == BOOKMARKS_MAX) {
        ini_error(ini, section, NULL, "one bookmark more (expected at most %d)", BOOKMARKS_MAX);
        return;
    }
    if (!ini_get_uint(ini, section, "record", 0, UINT64_MAX - 1, &mark.record) &&
        !ini_has(ini, section, "record"))
        ini_error(ini, section, NULL, "a bookmark without a record (expected record = 1234)");
    ini_get_time(ini, section, "time", 0, UINT64_MAX / 2, &mark.at);
    ini_get_text(ini, section, "note", &note);
    snprintf(mark.note, sizeof mark.note, "%s", note);
    app->marks.list[app->marks.count++] = mark;
}

void notes_read(struct app *app)
{
    static const char *const sections[] = { "bookmark" };
    char path[NOTES_PATH];
    struct ini *ini;

    app->marks.count = 0;
    app->marks.state = NOTES_FINE;
    path_of(app, path);
    if (file_look(path).bytes == 0)
        return;
    ini = ini_read(path);
    for (uint32_t i = 0; i < ini_section_count(ini); i++)
        if (strncmp(ini_section_name(ini, i), "bookmark ", 9) == 0)
            read_one(app, ini, ini_section_name(ini, i));
    ini_unknown(ini, sections, ARRAY_LEN(sections));
    if (ini_error_count(ini) > 0) {
        app->marks.state = NOTES_INVALID;
        app->marks.count = 0;
        app_say(app, true, "%s (bookmarks of this session are not kept)", ini_error_text(ini, 0));
    }
    ini_free(ini);
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* A note as one line of an INI holds it: no comment signs, no controls, not too long. */
static void sayable(const char *note, char out[NOTE_BYTES + 1])
{
    size_t used = 0;

    note += strspn(note, " \t;#");
    for (; *note != 0 && used < NOTE_BYTES; note++) {
        bool behind_blank = used > 0 && out[used - 1] == ' ';

        if ((unsigned char)*note < ' ')
            out[used++] = ' ';
        else if (behind_blank && (*note == ';' || *note == '#'))
            out[used++] = ',';
        else if (*note == '{' && used > 0 && out[used - 1] == '$')
            out[used++] = '('; /* No axis of a sweep. */
        else
            out[used++] = *note;
    }
    while (used > 0 && *note != 0 && ((unsigned char)*note & 0xc0) == 0x80)
        note--, used--; /* Not in the middle of a letter. */
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = 0;
}

/* 0, or why not: an errno. */
static int write_file(const struct app *app, const char *path)
{
    char note[NOTE_BYTES + 1];
    struct whole_file file;
    int error = whole_file_open(&file, path);

    if (error != 0)
        return error;
    fprintf(file.out, "# Bookmarks of exifsim-view.\n");
    for (uint32_t i = 0; i < app->marks.count; i++) {
        const struct bookmark *b = &app->marks.list[i];

        fprintf(file.out, "\n[bookmark %u]\nrecord = %" PRIu64 "\ntime = %" PRIu64 " ns\n", i + 1,
                b->record, b->at);
        sayable(b->note, note);
        if (note[0] != 0)
            fprintf(file.out, "note = %s\n", note);
    }
    return whole_file_close(&file);
}

void notes_write(struct app *app)
{
    char path[NOTES_PATH], name[640];
    int error;

    if (app->pane_count == 0 || app->marks.state == NOTES_INVALID)
        return;
    path_of(app, path);
    if (app->marks.count == 0 && file_remove(path))
        return; /* The last one has gone, and its file with it. */
    error = app->marks.count == 0 ? 0 : write_file(app, path);
    if (error == 0 && !name_among_data(app, name, sizeof name))
        return;
    if (error == 0 && app->marks.state != NOTES_TOLD)
        app_say(app, false, "bookmarks of an installed scenario are kept in %s", path);
    else if (error != 0 && app->marks.state != NOTES_TOLD)
        app_say(app, true, "%s cannot be written (%s): bookmarks stay for this session", path,
                strerror(error));
    app->marks.state = NOTES_TOLD;
}
