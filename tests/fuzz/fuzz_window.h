/* fuzz_window.h - what a fuzz target of the window needs: a window without a display on a run of
 * half a second, in a folder of its own that goes when the program ends.
 */
#pragma once
#include <stddef.h>

enum { FUZZ_PATH_CHARS = 96 };

/* The window on the short run; the first call makes the folder with its scenario. The caller frees
 * it (app_free). */
struct app *fuzz_window_open(void);

/* The path of a file of this name in the folder; "a.ini" is the scenario. */
void fuzz_window_path(const char *name, char path[FUZZ_PATH_CHARS]);

/* Writes a file of these bytes; aborts when the host refuses. */
void fuzz_window_write(const char *path, const void *bytes, size_t size);
