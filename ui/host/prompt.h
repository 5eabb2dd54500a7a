/* prompt.h - lines typed at a terminal, with editing, history and completion where libedit is
 * there. */
#pragma once

/* Calls offer(to, word) for each word that may stand in the place of `word`, the last of `line`. */
typedef void prompt_complete(void *ctx, const char *line, const char *word,
                             void (*offer)(void *to, const char *word), void *to);

/* Reads a line, without its end, and adds it to the history. The caller frees it. NULL: the input
 * is over. One thread at a time. */
char *prompt_read(const char *prompt, prompt_complete *complete, void *ctx);
