/* script.h - a person's hands in a file, a line each; so that whatever can be done can be tested.
 *
 *     wait                         until nothing is left to compute
 *     key Ctrl+P                   a key; several are joined by blanks
 *     text store                   typed text: the rest of the line
 *     do ZOOM_IN                   a command by its name
 *     click "Stop screen"          a node by its name, or: click X Y; double for two clicks
 *     move X Y                     the pointer; drag X Y X Y; wheel X Y DY [Ctrl] [Shift]
 *     focus "Whole run"            puts the focus on a node
 *     tick 500                     milliseconds of the host pass: for playing
 *     shot FILE.png                or .svg; describe FILE: the tree as text, - for stdout
 *     expect "text"                the transcript holds it; expect-not: it does not
 *     size 1280 720                of the picture (resize is the same word)
 *     quit
 *
 * Blank lines and those that begin with # are passed over. Texts can be in "quotes".
 */
#pragma once
#include "ui/timeline/app.h"

enum script_state { SCRIPT_GOING, SCRIPT_ENDED, SCRIPT_FAILED };

struct script_host {
    int width, height; /* Size of the picture; `size` changes it. */
    uint64_t clock_ms;
    void (*resize)(void *ctx, int width, int height); /* Resizes the window; NULL: there is none. */
    void *ctx;
};

struct script;

/* NULL: it cannot be read; said on stderr. */
struct script *script_open(const char *path);
void script_close(struct script *script); /* NULL is allowed. */

/* Does the next line and makes a frame. What fails is said on stderr as path:line:column. */
enum script_state script_step(struct script *script, struct app *app, struct script_host *host);
/* Exit code once it has failed: 1 an expectation, 2 a line that is none. */
int script_code(const struct script *script);
