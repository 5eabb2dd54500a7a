/* missing.c - what the window has and a page has not: campaigns. */
#include "ui/timeline/app.h"
#include <stdio.h>

bool curve_view_open(struct app *app, const char *path, char *error, size_t error_size)
{
    (void)app;
    snprintf(error, error_size,
             "%s:1:1: a campaign (expected a scenario or capsule: the load "
             "curve is not shown in a browser)",
             path);
    return false;
}

void curve_view_click(struct app *app, uint32_t point) { (void)app, (void)point; }
void curve_view_free(struct curve_view *curve) { (void)curve; }
void paint_curve(struct app *app) { (void)app; }
