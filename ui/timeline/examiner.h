/* examiner.h - a lab in the window: its task and the exam of the student's driver in a pane, and a
 * run of that driver as the picture.
 *
 * At first the picture is the lab's own run with the student's driver, as lab.ini of his folder
 * has it. "Try my driver" begins the exam on a thread of its own. When a run refutes the driver,
 * that run takes the picture's place, at its end: the capsule refuted.ini of the folder.
 *
 *     if (!examiner_open(app, "h3")) return EXIT_USAGE;    // said on stderr
 *     examiner_advance(app);                               // each frame, under no lock
 */
#pragma once
#include "ui/lab/exam.h"
#include "ui/timeline/app.h"
#include "ui/timeline/sheet.h"
#include <pthread.h>

enum examiner_state {
    EXAMINER_IDLE, /* Nothing has been tried yet. */
    EXAMINER_ASKS, /* The exam is under way. */
    EXAMINER_SAYS, /* The exam has an answer. */
};

struct examiner {
    struct lab lab;
    char folder[PLACE_CHARS];
    char *task; /* Text of TASK.md; "": none. */
    enum examiner_state state;
    struct exam exam;             /* The thread's own while the exam is under way. */
    char kept[PLACE_CHARS];       /* Path of the capsule that is shown; "": none. */
    char opened[RUN_ERROR_CHARS]; /* Why the lab's own run is not shown; "": it is. */
    pthread_t thread;
    atomic_bool stop, done;
    void (*wake)(void *ctx);
    void *wake_ctx;
    /* Progress, under its lock: the step at hand, how much of it is done, the steps before it. */
    pthread_mutex_t lock;
    enum exam_step step;
    uint32_t counted;
    struct exam_said said[EXAM_STEPS];

    struct sheet_scroll scroll;
    struct draw_box box; /* The pane, where it was drawn last; w 0: not. */
    bool hidden, focus_wanted;
    uint64_t version; /* Grows with whatever changes. */
};

/* Opens the lab in a student's folder. False: what is wrong was said on stderr. */
bool examiner_open(struct app *app, const char *folder);
void examiner_close(struct app *app); /* Ends an exam that is under way; also when none is open. */

/* True while an exam is under way: it compiles drivers, and so nobody else may. */
bool examiner_asks(const struct app *app);
/* Each frame, under no lock: takes in the answer of an exam, and shows its run. */
void examiner_advance(struct app *app);
void examiner_wait(struct app *app); /* For files and scripts: until the exam has an answer. */

/* Keys while the pane has the focus; true: it was meant for the lab. */
bool examiner_key(struct app *app, const char *key);
bool examiner_wheel(struct app *app, int x, int y, int dy);

/* Width at the left, or height below an upright picture, that the lab takes from it. */
int examiner_width(const struct app *app);
int examiner_height(const struct app *app);

void paint_examiner(struct app *app);
