/* field.h - one line of text that is being typed, with cursor and selection. */
#pragma once
#include "ui/timeline/app.h"

enum { FIELD_BYTES = 512 };

struct field {
    char text[FIELD_BYTES];
    size_t at, mark; /* Bytes: the cursor, and where the selection begins; alike: none. */
    int scroll;      /* Pixels that are out of sight on the left. */
};

void field_set(struct field *field, const char *text, bool select);
/* Puts typed text in the place of the selection. Controls are left out, and so is what has no
 * room. True: the text is another one. */
bool field_type(struct field *field, const char *utf8);
enum field_answer { FIELD_NOT_MINE, FIELD_MOVED, FIELD_CHANGED };
enum field_answer field_key(struct field *field, const char *key);
/* True for a key that types a character, which comes by itself: as text. */
bool field_types(const char *key);
/* The selected text, to be copied. */
void field_selected(const struct field *field, char *out, size_t size);

void field_paint(struct app *app, struct field *field, struct draw_box box, bool focused,
                 const char *placeholder);
/* A click at this x of the window. */
void field_click(struct app *app, struct field *field, struct draw_box box, int x);
