/* dialog_inside.h - what the dialog's files share. dialog.c: life and keys; dialog_forms.c: what
 * each asks and answers; dialog_items.c: what is in the lists; dialog_paint.c: the picture;
 * dialog_pages.c: key sheet and errors. */
#pragma once
#include "ui/timeline/branch.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/field.h"

struct dialog_item {
    char title[160];
    char right[96];        /* A key, a kind. */
    char sub[200];         /* A second line; empty: none. */
    char put[FIELD_BYTES]; /* Lists that help with typing: the whole field with this chosen. */
    uint32_t number;       /* For dialog_answer. */
    uint32_t color;        /* A chip before it; 0: none. */
    int score;
};

enum dialog_list {
    LIST_NONE,
    LIST_PICK, /* Enter takes the chosen item. */
    LIST_HELP  /* Up and Down put an item into the field; Enter takes the field. */
};

struct dialog;
struct dialog_answer {
    enum dialog_kind kind;
    const char *text; /* What was typed, or the title of what was chosen. */
    uint32_t item;    /* The number of what was chosen. */
};

struct dialog_form { /* One for each kind: dialog_forms.c. */
    const char *title, *label, *placeholder;
    const char *accept; /* The word on its button; NULL: nothing is asked. */
    const char *hint;
    int width; /* At 100 %. */
    bool field, may_be_empty;
    enum dialog_list list;
    /* What is in the list, and what is said about the text in the field; NULL: nothing. With
     * of_run, both look at the run that is open. Under the locks. */
    void (*fill)(struct app *app, struct dialog *dialog);
    void (*judge)(struct app *app, struct dialog *dialog);
    bool of_run;
    enum command_when when; /* What must be there for its answer. */
    void (*take)(struct app *app, const struct dialog_answer *answer);
};
extern const struct dialog_form dialog_forms[DIALOG_KINDS];

/* What the answer of a dialog, which is closed by now, brings about. */
void dialog_take(struct app *app, const struct dialog_answer *answer);

/* dialog_items.c */
void dialog_list_commands(struct app *app, struct dialog *dialog);
void dialog_list_more(struct app *app, struct dialog *dialog); /* Empty: all have room. */
void dialog_list_lanes(struct app *app, struct dialog *dialog);
void dialog_list_branches(struct app *app, struct dialog *dialog);
void dialog_list_processes(struct app *app, struct dialog *dialog);
void dialog_list_places(struct app *app, struct dialog *dialog);
void dialog_list_kinds(struct app *app, struct dialog *dialog);
void dialog_list_conditions(struct app *app, struct dialog *dialog); /* Places, then kinds. */
void dialog_list_files(struct app *app, struct dialog *dialog);
void dialog_list_bytes(struct app *app, struct dialog *dialog);
void dialog_judge_byte(struct app *app, struct dialog *dialog);
void dialog_judge_place(struct app *app, struct dialog *dialog);
void dialog_judge_filter(struct app *app, struct dialog *dialog);
void dialog_judge_open(struct app *app, struct dialog *dialog);
void dialog_judge_save(struct app *app, struct dialog *dialog);

enum { SOURCE_LINES = 9 };
struct dialog_source { /* The lines around an error. */
    char path[512], message[512];
    int line, column, first, count; /* line 0: there is no place. */
    char text[SOURCE_LINES][240];
    char *others; /* More errors of the file, a line each; NULL: none. */
};

struct dialog {
    enum dialog_kind kind;
    struct field field;
    char typed[FIELD_BYTES]; /* What the list goes by: the field, without what was chosen. */
    struct dialog_item *items;
    uint32_t count;
    size_t room;
    uint32_t all;    /* Before the filter. */
    int chosen;      /* -1: none. */
    int scroll;      /* Pixels. */
    int scroll_most; /* Limit of scrolling in the last frame. */
    bool reveal;     /* The chosen one is to be brought into sight. */
    bool stale;      /* Items and verdict are of another text. */
    bool waiting;    /* What the list needs is still being computed. */
    bool fresh;      /* No frame has shown it. */
    bool refused;    /* Enter was pressed on something that cannot be. */
    char problem[300], notice[200];
    struct draw_box field_box;
    int page; /* Pixels of the list in sight. */
    struct dialog_source source;
};

/* Makes items and verdict anew. Under the lock. */
void dialog_refresh(struct app *app, struct dialog *dialog);
/* How well a text answers what was typed; below 0: not at all. */
int dialog_score(const char *text, const char *typed);
/* Fills source from "file:line:column: message"; all: every error, a line each, or NULL. What
 * follows the message there is kept too. dialog_source_free frees what it holds. */
void dialog_source_read(struct dialog_source *source, const char *error, const char *all);
void dialog_source_free(struct dialog_source *source);

/* Heights and pictures of the two pages that are no lists. */
int dialog_keys_height(struct app *app, int width);
void dialog_keys_paint(struct app *app, struct draw_box box, int scroll);
int dialog_source_height(struct app *app, const struct dialog_source *source, int width);
void dialog_source_paint(struct app *app, const struct dialog_source *source, struct draw_box box,
                         int scroll);
