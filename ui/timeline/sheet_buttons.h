/* sheet_buttons.h - buttons in a sheet: answers below each other, commands in rows.
 *
 *     int x = sheet.x;
 *     sheet_command(&sheet, &x, "Hint", "J", COMMAND_LESSON_HINT);
 *     sheet_end_row(&sheet, x);
 */
#pragma once
#include "ui/timeline/commands.h"
#include "ui/timeline/sheet.h"

enum { SHEET_BUTTON_PAD = 6, SHEET_BUTTON_GAP = 6, SHEET_BUTTON_CHARS = 420 };

struct sheet_button {
    const char *letter; /* Stands before the text in a box of its own; NULL: none. */
    const char *text, *note;
    uint64_t tag;
    uint32_t mark; /* Colour of the outline and the word after the text; 0: none. */
    const char *word;
    bool selected;
};

/* A button as wide as w; 0: as its text. Returns the key of its node. */
uint64_t sheet_button(struct sheet *sheet, int *x, int w, const struct sheet_button *button);
/* A button of a command in a row that breaks where there is no room. Returns the key of its
 * node. */
uint64_t sheet_command(struct sheet *sheet, int *x, const char *text, const char *note,
                       enum command command);
/* "C" or "3" is the third of so many answers: 2; -1: the key is none. */
int sheet_offer_of_key(const char *key, uint32_t count);
/* Ends a row of buttons, if one was begun. */
void sheet_end_row(struct sheet *sheet, int x);
