/* go.h - places that are typed: a time, a record, an edge, or a condition. Under the locks. */
#pragma once
#include "ui/timeline/dialog.h"

/* Whether it can be understood; else a sentence in error. For dialogs, while somebody types. */
bool go_understands(const struct app *app, enum dialog_kind kind, const char *text, char *error,
                    size_t error_size);
/* Goes on to an instant whose details were not there; later frames ask. */
void go_on(struct app *app);
/* GO_TO, RUN_UNTIL and FIND. */
void go_where(struct app *app, enum dialog_kind kind, const char *text);
