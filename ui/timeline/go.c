/* go.c - see go.h; and the steps and edges that need no typing. */
#include "ui/timeline/go.h"
#include "ui/run/options.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/match.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void go_step(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);

    if (direction < 0 && pane->now == 0)
        return;
    app_go(app, direction < 0 ? pane->now - 1 : pane->now + 1);
    view_reveal(app, pane->now);
}

/* The first record, or the last. */
void go_to_edge(struct app *app, int direction) { app_visit(app, direction < 0 ? 0 : UINT64_MAX); }

/* "#1234", "1 234 567". */
static bool number_of(const char *text, uint64_t *number)
{
    char digits[32];
    size_t count = 0;

    for (text += *text == '#'; *text != 0; text++) {
        if (isdigit((unsigned char)*text) && count + 1 < sizeof digits)
            digits[count++] = *text;
        else if (*text != ' ')
            return false;
    }
    digits[count] = 0;
    *number = strtoull(digits, NULL, 10);
    return count > 0;
}

/* A record by its number; a time: "78.5 s"; "stop", "end", "begin". */
static bool place_of(const struct app *app, const char *text, uint64_t *number)
{
    const struct recording_end *end = recording_end(app_run(app));
    sim_time at;

    if (strcmp(text, "begin") == 0 || strcmp(text, "end") == 0) {
        *number = text[0] == 'b' ? 0 : UINT64_MAX;
        return true;
    }
    if (strcmp(text, "stop") == 0 && end != NULL && end->result.stop.stopped) {
        *number = end->result.stop.record;
        return true;
    }
    if (number_of(text, number))
        return true;
    if (!options_parse_time(text, 0, &at))
        return false;
    *number = recording_number(app_run(app), at);
    return true;
}

bool go_understands(const struct app *app, enum dialog_kind kind, const char *text, char *error,
                    size_t error_size)
{
    struct match match;
    uint64_t number;

    if (kind != DIALOG_FIND && place_of(app, text, &number))
        return true;
    if (kind == DIALOG_GO_TO) {
        snprintf(error, error_size, "\"%s\" (expected a time (78.5 s), a record (#1234) or stop)",
                 text);
        return false;
    }
    return match_parse(&match, text, error, error_size);
}

void go_where(struct app *app, enum dialog_kind kind, const char *text)
{
    char error[200];
    uint64_t number;

    if (!go_understands(app, kind, text, error, sizeof error)) {
        app_say(app, true, "%s", error);
    } else if (kind != DIALOG_FIND && place_of(app, text, &number)) {
        app_visit(app, number);
    } else {
        view_remember(app);
        search_for(app, text);
    }
}
