/* marks.c - see marks.h. */
#include "ui/timeline/marks.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/notes.h"
#include <stdio.h>
#include <string.h>

/* The bookmark under the playhead goes. False: there is none. */
static bool drop_here(struct app *app)
{
    struct marks *marks = &app->marks;

    for (uint32_t i = 0; i < marks->count; i++)
        if (marks->list[i].record == app_pane(app)->now) {
            marks->count--;
            memmove(&marks->list[i], &marks->list[i + 1],
                    (marks->count - i) * sizeof marks->list[0]);
            return true;
        }
    return false;
}

void marks_set(struct app *app, const char *note)
{
    const struct pane *pane = app_pane(app);
    struct marks *marks = &app->marks;
    struct bookmark *b;

    drop_here(app);
    app->toast.text[0] = 0; /* What was said of marks before this one is over. */
    if (marks->count == BOOKMARKS_MAX) {
        app_say(app, true, "there are %d bookmarks already", BOOKMARKS_MAX);
        return;
    }
    b = &marks->list[marks->count++];
    b->record = pane->now;
    b->at = recording_time(pane->run, pane->now);
    snprintf(b->note, sizeof b->note, "%s", note);
    notes_write(app);
}

void marks_remove(struct app *app, int how)
{
    (void)how;
    if (drop_here(app))
        notes_write(app);
    else
        app_say(app, true, "no bookmark is here: Period goes to the next one");
}

/* Highlights and bookmarks, in one order. */
void marks_go(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);
    uint32_t count;
    uint64_t dropped, best = RECORD_NONE;
    const struct highlight *list = recording_highlights(pane->run, &count, &dropped);
    bool back = direction < 0;

    for (uint32_t i = 0; i < count + app->marks.count; i++) {
        uint64_t number = i < count ? list[i].number : app->marks.list[i - count].record;

        if (back ? number >= pane->now : number <= pane->now)
            continue;
        if (best == RECORD_NONE || (back ? number > best : number < best))
            best = number;
    }
    if (best == RECORD_NONE) {
        app_say(app, true, "no marker %s here", back ? "before" : "after");
        return;
    }
    app_go(app, best);
    view_reveal(app, best);
}
