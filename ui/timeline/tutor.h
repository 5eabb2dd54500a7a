/* tutor.h - a lesson in the window: which page is open, what the learner has answered, and which
 * run the picture is of.
 *
 * A page is looked up by a thread of its own (tutor_work.h), for that needs runs. Until the learner
 * has answered, the picture is of a run that is cut behind the page's instant, so nothing that
 * comes later can be seen anywhere; then the whole run takes its place. "See it" opens the run that
 * a wrong answer leads to; Escape returns.
 *
 *     CUT --right answer, reveal--> WHOLE          any --see--> OTHER --Escape--> where it was
 *
 *     if (!tutor_open(app, &options, true)) return EXIT_USAGE;     // said on stderr
 *     tutor_advance(app);                          // each frame, under no lock
 */
#pragma once
#include "ui/host/places.h"
#include "ui/lesson/score.h"
#include "ui/run/options.h"
#include "ui/timeline/app.h"
#include "ui/timeline/field.h"
#include "ui/timeline/sheet.h"

enum tutor_picture { PICTURE_NONE, PICTURE_CUT, PICTURE_WHOLE, PICTURE_OTHER };

struct tutor_page { /* What lasts of a page that was open. */
    int chosen;     /* The offer that was answered last; -1: none. */
    bool wrong;     /* The last answer was. */
    bool unreadable;
    bool is_hidden; /* A presenter's class has not been asked yet. */
};

struct tutor {
    struct lesson *lesson;
    char path[PLACE_CHARS];
    struct run_options options;
    struct tutor_work *work;
    struct score score;
    struct tutor_page pages[LESSON_PAGES_MAX];
    uint32_t index;         /* The page that is open, from 0; the count of pages: the end. */
    struct page_view *view; /* NULL: it is being looked up, or cannot be shown. */
    char error[600];        /* Why it cannot be shown: file:line:column. */
    bool seeing;            /* The run that a wrong answer leads to is wanted. */

    struct tutor_run {
        enum tutor_picture picture;
        uint64_t last;  /* CUT: the record behind which it is; otherwise 0. */
        char sets[700]; /* Settings over the lesson's own. */
    } shown_run;        /* What pane 0 has. */
    bool placed;        /* The page's view has been given to it. */
    bool unfolded;      /* And the threads that do anything in it are shown. */
    /* The run that will take its place, once it is there. */
    struct recording *coming;
    struct tutor_run coming_run;
    struct run_options coming_options;
    char coming_path[RUNS_PATH_CHARS];
    char *coming_texts; /* Pieces that coming_options point to. */
    char at[80], from[80], to[80];

    struct sheet_scroll scroll[2];
    struct draw_box box[2]; /* Where they were drawn last; w 0: not. */
    struct field field;     /* A typed answer. */
    uint64_t field_key;     /* The node of that field; 0: there is none. */
    struct draw_box field_box;
    bool focus_wanted; /* The question is to have the focus as soon as it is drawn. */
    bool shown;        /* The pane; F2. */
    bool black;        /* A presenter's black-out. */
    bool presenter, notes, keeps;
    bool side_was_open;          /* The inspector, before the lesson. */
    struct tutor_notes *teacher; /* NULL: no notes in the terminal. */
    uint64_t version;            /* Grows with whatever changes. */
};

/* Opens the lesson that options ask for. keeps: progress is kept. False: what is wrong was said on
 * stderr, as file:line:column. */
bool tutor_open(struct app *app, const struct options *options, bool keeps);
void tutor_close(struct app *app); /* Also when none is open. */

/* Each frame, under no lock: takes in pages and runs that have come. */
void tutor_advance(struct app *app);
/* The same under the locks, once the view is shown: which threads are. */
void tutor_settle(struct app *app);
/* Waits until the page that is open and its run are there. */
void tutor_wait(struct app *app);

/* Is the rest of the run kept back, so that commands which show it are refused? */
bool tutor_keeps_back(const struct app *app);
/* Is the picture the page's, or is something still being computed? */
bool tutor_is_working(const struct app *app);
/* The page that is open; NULL: the end. */
const struct lesson_page *tutor_page(const struct tutor *tutor);
/* Nothing is asked any more: answered, revealed, or it never was. */
bool tutor_is_answered(const struct tutor *tutor);
/* Answers the page with an offer, or with a text; Enter does. */
void tutor_offer(struct app *app, uint32_t offer);
void tutor_answer(struct app *app, const char *text);

/* Keys and typed text, before anybody else gets them; true: it was meant for the lesson. A command
 * that stands for another one in a lesson is changed. */
bool tutor_key(struct app *app, const char *key);
bool tutor_text(struct app *app, const char *utf8);
uint32_t tutor_command(const struct app *app, uint32_t command);
/* Escape; true: it had a meaning. */
bool tutor_escape(struct app *app);
bool tutor_wheel(struct app *app, int x, int y, int dy);

/* Width at the left, or height at the bottom for a presenter and in an upright picture, that the
 * lesson takes from the picture. */
int tutor_width(const struct app *app);
int tutor_height(const struct app *app);
bool tutor_is_presenter(const struct app *app);
void paint_tutor(struct app *app);
/* In the place of the picture while there is none. */
void paint_tutor_waiting(struct app *app);
