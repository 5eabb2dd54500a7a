/* tip.h - what the pointer rests on, said beside it after 300 ms. */
#pragma once
#include "ui/timeline/app.h"

enum { TIP_MS = 300 };

/* Time passes on the host; true: a frame is due. */
bool tip_tick(struct app *app, uint64_t host_ms);
/* Milliseconds until a tip is due; -1: none is. */
int tip_due(const struct app *app, uint64_t host_ms);
void paint_tip(struct app *app);

/* The mark of a lane under a pixel of it; RECORD_NONE: none. */
uint64_t tip_mark_at(struct app *app, struct pane *pane, uint32_t lane, int x);
/* The record at which a bar of the lane begins or ends, within a few pixels; RECORD_NONE: none. */
uint64_t tip_edge_at(struct app *app, struct pane *pane, uint32_t lane, int x);
