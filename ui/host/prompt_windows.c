/* prompt_windows.c - see prompt.h: the console edits lines and keeps their history. */
#include "ui/host/prompt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

char *prompt_read(const char *prompt, prompt_complete *complete, void *ctx)
{
    char *line = malloc(LINE_BYTES);

    (void)complete, (void)ctx;
    printf("%s", prompt);
    fflush(stdout);
    if (line == NULL || fgets(line, LINE_BYTES, stdin) == NULL) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = 0;
    return line;
}
