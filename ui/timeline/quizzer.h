/* quizzer.h - a quiz in the window: questions that runs make and key, one at a time in a pane.
 *
 * The form is the one that `exifsim quiz` asks for the same seed. A thread of its own makes it, for
 * a question takes runs; each question is asked as soon as it is there. What is said to an answer
 * is said at once, and "See it" shows the instant in the run that the question is about: in the
 * shown one, or in another one of the pool, which takes its place.
 *
 *     if (!quizzer_open(app, &options)) return EXIT_USAGE;    // said on stderr
 *     quizzer_advance(app);                                   // each frame, under no lock
 */
#pragma once
#include "ui/lesson/quiz_form.h"
#include "ui/timeline/app.h"
#include "ui/timeline/sheet.h"
#include <pthread.h>

enum quizzer_state {
    QUIZZER_MAKES, /* The question at hand is being made. */
    QUIZZER_ASKS,
    QUIZZER_OVER, /* There is no further question. */
};

struct quizzer {
    struct run_options options; /* Options of all runs that are asked about; own texts. */
    char **paths;               /* The pool. */
    uint32_t path_count;
    struct quiz_form *form; /* The thread's own beyond `count` questions, until it is done. */
    uint32_t count;         /* Questions that are there. */
    enum quiz_end end;      /* How making them ended; QUIZ_ASKED until then. */
    char broken[200];       /* Why the simulator broke meanwhile; "": it did not. */

    uint32_t index;  /* The question at hand, from 0. */
    uint8_t *chosen; /* Answer to each question: 1 for a; 0: none yet. */
    bool seeing;     /* The question's instant is wanted; then what led to it is shown. */
    char at[40];

    pthread_t thread;
    bool making; /* The thread has not been joined. */
    atomic_bool stop;
    void (*wake)(void *ctx);
    void *wake_ctx;
    pthread_mutex_t lock; /* Guards what the thread tells: */
    uint32_t made;
    bool done;

    struct sheet_scroll scroll;
    struct draw_box box;                   /* The pane, where it was drawn last; w 0: not. */
    uint64_t options_at[QUIZ_OPTIONS_MAX]; /* Keys of the options' nodes. */
    bool hidden, focus_wanted, side_was_open;
    uint64_t version; /* Grows with whatever changes. */
};

/* Opens the first scenario that options name, and asks about runs of all of them. False: what is
 * wrong was said on stderr. */
bool quizzer_open(struct app *app, const struct options *options);
void quizzer_close(struct app *app); /* Also when no quiz is open. */

/* Each frame, under no lock: takes in the questions that were made. */
void quizzer_advance(struct app *app);
/* The same under the locks, once the instant of a question is shown: chooses its thread, and the
 * stretch that leads there. */
void quizzer_settle(struct app *app);
void quizzer_wait(struct app *app); /* For files and scripts: until all questions are made. */

enum quizzer_state quizzer_state(const struct quizzer *quizzer);
/* Questions of the form, or that are wanted, while it is being made. */
uint32_t quizzer_total(const struct quizzer *quizzer);
uint32_t quizzer_right(const struct quizzer *quizzer, uint32_t *answered);
/* The run of the question at hand is open in a pane. */
bool quizzer_shows_run(const struct app *app);

/* Answers the question at hand with option 0 and up, as the buttons do. */
void quizzer_answer(struct app *app, uint32_t option);
/* Keys while the pane has the focus; true: it was meant for the quiz. */
bool quizzer_key(struct app *app, const char *key);
/* Escape; true: it closed the quiz. focused: only if the pane has the focus. */
bool quizzer_escape(struct app *app, bool focused);
bool quizzer_wheel(struct app *app, int x, int y, int dy);

/* Width at the left, or height below an upright picture, that the quiz takes from it. */
int quizzer_width(const struct app *app);
int quizzer_height(const struct app *app);

void paint_quizzer(struct app *app);
