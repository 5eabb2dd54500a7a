/* move.h - commands that go somewhere in time, and what is typed for them. Under the locks. */
#pragma once
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"

bool move_do(struct app *app, enum command command); /* False: not one of these. */
/* Whether it can be understood; else a sentence in error. For dialogs, while somebody types. */
bool move_understands(const struct app *app, enum dialog_kind kind, const char *text, char *error,
                      size_t error_size);
/* GO_TO, RUN_UNTIL and FIND. */
void move_accept(struct app *app, enum dialog_kind kind, const char *text);
