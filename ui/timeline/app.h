/* app.h - exifsim-view: what is open, what is shown, what a person can do with it.
 *
 * One struct app is everything between input and picture. Each frame app_frame builds the tree
 * (what is there, to be read aloud and hit by the pointer) and the draw list (what it looks like)
 * from the state; commands (commands.def) change the state; nothing else does. So a window, a
 * script and a headless rendering are the same program with other ends.
 *
 *     app_frame(app, width, height);          // under no lock; takes the recordings' own
 *     app_do(app, COMMAND_ZOOM_IN);           // by key, palette, script or button
 *     app_press(app, x, y, BUTTON_LEFT, modifiers, clicks);
 */
#pragma once
#include "ui/draw/draw.h"
#include "ui/draw/theme.h"
#include "ui/draw/tree.h"
#include "ui/recording/anchor.h"
#include "ui/run/run.h"
#include "ui/timeline/looks.h"
#include "ui/timeline/marks.h"
#include "ui/timeline/play.h"
#include "ui/timeline/pointer.h"
#include "ui/timeline/record_list.h"
#include "ui/timeline/rows.h"
#include "ui/timeline/search.h"
#include "ui/timeline/twins.h"
#include "ui/timeline/view.h"
#include "ui/timeline/wrote.h"

enum app_screen { SCREEN_TIMELINE, SCREEN_STOP, SCREEN_CURVE, SCREEN_BOXES, APP_SCREENS };

/* A run that is open, with what the person did to its rows. Two of them are twins. */
struct pane {
    struct recording *run;
    struct run_options options; /* As whoever opened it wanted it; its texts are the pane's. */
    struct scenario *scenario;  /* As read, under the options. */
    uint64_t seed;
    char path[512];
    char label[96]; /* "SP2", "branch: READY 12 answered 1". */
    struct rows rows;
    bool told_broken; /* The user was told that the simulator broke. */
    uint64_t now;     /* Record under the playhead. */
    int scroll;       /* Pixels. */
    /* arrows.c: partners of the record under the playhead, found for this place. */
    uint64_t partners_of, partners_version, cause, effect;
    int *places; /* paint.c: pixels of buckets, of one frame. */
    size_t place_room;
    struct draw_box lanes;   /* Where its lanes were drawn last. */
    struct explain *explain; /* Diagnosis of the run; NULL: not asked for (explain.h). */
    struct fate *fate;       /* Chances of its finding; NULL: not asked for (fate.h). */
};

struct selection { /* A row and, if not RECORD_NONE, a record on it. */
    uint32_t pane, lane;
    uint64_t record;
};
struct app_layout {
    int left; /* Where everything but the toolbar begins: a lesson may be beside it. */
    struct draw_box toolbar, minimap, strip, ruler, headers, lanes, records, side, status;
};

enum { TOOLBAR_MAX = 12 };
enum { OVERVIEW_COLUMNS = 8192 };
struct overview { /* The minimap: what it was made of, and the columns. */
    const struct recording *run;
    uint64_t segments;
    int width;
    enum axis_kind kind;
    uint32_t most, busy[OVERVIEW_COLUMNS];
};

struct toast { /* One line in the status bar. */
    char text[200];
    bool bad;
};

/* Each concern has a header of its own, and the file that changes it. */
struct app {
    /* What a frame is made with, and what it becomes. */
    struct draw_fonts *fonts; /* The app's; replaced when the text size changes. */
    const struct theme *theme;
    struct tree *tree;
    struct draw_list *list;
    struct app_layout layout;
    int width, height;
    struct overview overview;

    /* What is open. */
    enum app_screen screen;
    struct pane panes[2];
    uint32_t pane_count, active; /* active: the one that commands move. */
    char wanted[512];            /* What app_open was asked for last, for pane 0: F5 asks again. */
    struct selection selected;

    struct view view;       /* view.h */
    struct twins twins;     /* twins.h */
    struct marks marks;     /* marks.h */
    struct play play;       /* play.h */
    struct find find;       /* search.h */
    struct looks looks;     /* looks.h */
    struct pointer pointer; /* pointer.h */
    struct wrote wrote;     /* wrote.h */
    struct record_list records;
    struct toast toast;
    uint32_t more[TOOLBAR_MAX]; /* Commands whose buttons found no room: toolbar.c. */
    uint32_t more_count;
    struct dialog *dialog;       /* dialog.h: palette, finder, prompts; NULL: none. */
    struct settings *settings;   /* settings.h */
    char *read_said;             /* Errors and warnings of the scenario read last, a line each. */
    struct inspector *inspector; /* inspector.h */
    struct anchor go;            /* An instant that was typed, while it is looked for. */
    bool going;
    struct wanted_view *wish;  /* The view that options ask for, until it is shown; NULL: none. */
    struct story *story;       /* story.h; NULL: not asked for. */
    struct debugger *debugger; /* debugger.h; NULL: never opened. */
    struct tutor *tutor;       /* tutor.h; NULL: no lesson is open. */
    struct player *player;     /* player.h; NULL: no level of the game is open. */
    struct examiner *examiner; /* examiner.h; NULL: no lab is open. */
    struct quizzer *quizzer;   /* quizzer.h; NULL: no quiz is open. */
    struct curve_view *curve;  /* curve_view.c; NULL: no campaign is open. */

    void (*copy)(void *ctx, const char *text); /* To the clipboard; NULL: there is none. */
    void *copy_ctx;
    /* A file for the person was written; NULL: it is on his disk, and that is all. */
    void (*saved)(const char *path);
    /* Length of a segment in runs it opens, for recording_options; 0: the usual one. */
    uint32_t segment_records;
    uint64_t settled; /* Commands of the debugger that app_settle has waited for. */
    bool quit, dirty; /* dirty: a frame is due. */
    void (*wake)(void *ctx);
    void *wake_ctx;
};

/* One side of the lock's pair for all panes; a frame and a command hold it. */
void app_lock(struct app *app);
void app_unlock(struct app *app);

static inline struct pane *app_pane(struct app *app) { return &app->panes[app->active]; }
static inline const struct recording *app_run(const struct app *app)
{
    return app->panes[app->active].run;
}

/* Pixels for a length given at 100 %. */
static inline int app_px(const struct app *app, int length)
{
    return (length * app->looks.text_percent + 50) / 100;
}

/* ---- Life ------------------------------------------------------------------------------------ */
/* fonts are taken over. */
struct app *app_new(struct draw_fonts *fonts, const struct theme *theme, int text_percent);
void app_free(struct app *app);

/* Opens a scenario or capsule in a pane (0, which ends a lesson, or 1 for a twin); options NULL:
 * none. False: `error` has file:line:column and what was expected; what was open stays. */
bool app_open(struct app *app, uint32_t pane, const char *path, const struct run_options *options,
              char *error, size_t error_size);
/* The same of a recording that was opened already and is taken over. False: it is still the
 * caller's. */
bool app_open_run(struct app *app, uint32_t pane, const char *path,
                  const struct run_options *options, struct recording *run, char *error,
                  size_t error_size);
void app_close_pane(struct app *app, uint32_t pane);

/* Takes in what the recordings have found since the last frame. */
void app_advance(struct app *app);

/* Builds tree and list for a picture of this size. */
void app_frame(struct app *app, int width, int height);
/* Frames and waits until nothing more comes: for files and scripts. */
void app_settle(struct app *app, int width, int height);
/* The tree as text. */
void app_describe(struct app *app, FILE *out);

/* ---- Moving; under the locks ----------------------------------------------------------------- */
void app_go(struct app *app, uint64_t record);    /* Playhead; the twin follows. */
void app_visit(struct app *app, uint64_t record); /* The same, in sight, and "back" leads here. */
void app_select(struct app *app, uint32_t pane, uint32_t lane, uint64_t record);
/* Where the thumb of the scroll bar of a pane's lanes stands; empty: all rows are in sight. */
struct draw_box app_lanes_thumb(const struct app *app, const struct pane *pane);
/* Scrolls the lanes as if their thumb were taken hold of at y, or dragged there. */
void app_lanes_drag(struct app *app, struct pane *pane, int y);
void app_say(struct app *app, bool bad, const char *format, ...) DRAW_PRINTF(3, 4);

/* ---- Painting; each draws its part and builds its nodes -------------------------------------- */
void paint_timeline(struct app *app);
void paint_toolbar(struct app *app);
void paint_minimap(struct app *app);
void paint_ruler(struct app *app);
void paint_status(struct app *app);
void paint_records(struct app *app); /* records.c */
void paint_legend(struct app *app);  /* legend.c */
void paint_hint(struct app *app);    /* first.c */
void paint_waiting(struct app *app); /* The run has not come far enough for a picture. */
void paint_side(struct app *app);    /* inspector.c */
void paint_stop(struct app *app);    /* stop_view.c */
void paint_boxes(struct app *app);   /* boxes.c */
void paint_curve(struct app *app);   /* curve_view.c */
/* Opens a campaign's database for the load curve. False: why is in error. */
bool curve_view_open(struct app *app, const char *path, char *error, size_t error_size);
/* Opens the exemplar of a point, shortly before its end. Not under the locks. */
void curve_view_click(struct app *app, uint32_t point);
void curve_view_free(struct curve_view *curve); /* NULL is allowed. */
void paint_dialog(struct app *app);             /* dialog.c */

/* Text of a time: "78.123 456 s"; of a span of time: "12.3 us". In static buffers of the caller. */
void text_time(sim_time at, char *out, size_t size);
void text_length(sim_time length, char *out, size_t size);
void text_count(uint64_t count, char *out, size_t size); /* "8 242 251" */
/* One line of a record, names instead of addresses where they are known. */
void text_record(const struct pane *pane, const struct record *record, char *out, size_t size);
