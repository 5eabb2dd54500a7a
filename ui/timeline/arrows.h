/* arrows.h - arrows between a record and its partners (ui/recording/partners.h). */
#pragma once
#include "ui/recording/partners.h"
#include "ui/timeline/app.h"

/* The cause of a record among the details that are here; RECORD_NONE: none. */
uint64_t cause_near(struct pane *pane, uint64_t number);

/* Arrows to and from the record under the playhead, where the other end is in sight. */
void paint_arrows(struct app *app, struct pane *pane);
