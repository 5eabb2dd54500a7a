/* shot.h - the frame that was made last, as a file. */
#pragma once
#include "ui/timeline/app.h"

/* True: the name ends with .png or .svg. */
bool shot_known(const char *path);

/* Pixels or vectors, by the name's end. False: error is one sentence. */
bool shot_write(struct app *app, const char *path, char *error, size_t error_size);
