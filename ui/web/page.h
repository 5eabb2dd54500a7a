/* page.h - what the page's script may call (ui/web/page/worker.js), one call at a time.
 *
 *     page_letters(bytes, size);
 *     page_open("kb908674\n--at\nstop", 100);
 *     if (page_good()) ...
 *     page_go_on(8);                          // again and again
 *     page_frame(1280, 720);
 *     pixels = page_pixels();
 *
 * A call that lets threads go on has no answer of its own: it is left in the middle, and what it
 * returns then is nothing. So answers are given by other calls.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The letters (ui/draw/letters.h), once before page_open. The bytes stay the script's. */
void page_letters(const void *bytes, size_t size);

/* Opens what `exifsim view WORDS` does; a word a line. What was open before is closed. percent: the
 * size of texts. Errors go to stderr. */
void page_open(const char *lines, int percent);
/* True if page_open could open it. Nothing below may be called otherwise, but page_go_on. */
bool page_good(void);

/* A key as commands.def names it; text that was typed; a command by its name. */
void page_key(const char *name);
void page_text(const char *utf8);
void page_do(const char *name);

/* The pointer, in pixels of the picture; -1: outside. Buttons and modifiers as in commands.h. */
void page_move(int x, int y);
void page_press(int x, int y, int button, int modifiers, int clicks);
void page_release(int x, int y, int button);
void page_wheel(int x, int y, int dx, int dy, int modifiers);

/* Gives a node of the tree the focus and does what Enter does on it. The key's two halves. */
void page_activate(uint32_t key_high, uint32_t key_low);

/* Lets threads work for about so many milliseconds, and lets pass what passes without events. */
void page_go_on(double ms);
bool page_is_working(void); /* Some thread could have gone on. */
bool page_is_dirty(void);   /* A picture is due. */
bool page_is_woken(void);   /* A run has come further since the last picture. */

/* Makes the picture and the tree. */
void page_frame(int width, int height);
/* The picture's bytes: red, green, blue, opacity, row by row. Valid until the next picture. */
const uint8_t *page_pixels(void);

/* Both make a text, which page_said gives until the next one.
 *
 * page_tree: the tree of the last picture, a node a line: depth, key, role, state, x, y, w, h,
 * name, value, description, with tabs between. Hidden nodes are left out.
 *
 * page_result: how the run in the first pane has ended, a line each: a word, a tab, its value.
 * Empty: it has not. */
void page_tree(void);
void page_result(void);
const char *page_said(void);

/* What is printed, as HTML (ui/timeline/handout_html.h), for page_said, too. Waits for what it
 * needs; a picture is due afterwards. */
void page_sheet(void);
