/* ke_log.c - see ke_log.h. The last line of each source may still be open: it stays in `open` until
 * its end comes, or until another source needs its place. */
#include "model/kernel/ke_log.h"
#include "model/kernel/kernel.h"
#include "sim/plain.h"
#include <stdio.h>
#include <string.h>

enum { OPEN_MAX = 8 };

struct ke_log {
    uint64_t count;
    struct ke_log_line open[OPEN_MAX]; /* source "": free. */
    struct ke_log_line lines[KE_LOG_LINES];
};

static struct ke_log *log_of_kernel(void)
{
    if (ke->log == NULL)
        ke->log = arena_take(ke->sim->arena, sizeof *ke->log, 16);
    return ke->log;
}

static void close_line(struct ke_log *log, struct ke_log_line *line)
{
    log->lines[log->count++ % KE_LOG_LINES] = *line;
    *line = (struct ke_log_line){ .source = "" };
}

static struct ke_log_line *open_line(struct ke_log *log, const char *source)
{
    struct ke_log_line *line = NULL;

    for (uint32_t i = 0; i < OPEN_MAX; i++)
        if (strcmp(log->open[i].source, source) == 0)
            return &log->open[i];
    for (uint32_t i = 0; i < OPEN_MAX && line == NULL; i++)
        if (log->open[i].source[0] == 0)
            line = &log->open[i];
    if (line == NULL) {
        line = &log->open[0];
        close_line(log, line);
    }
    line->at = ke->sim->now;
    snprintf(line->source, sizeof line->source, "%s", source);
    return line;
}

void ke_log_print(const char *source, const char *text)
{
    struct ke_log *log = log_of_kernel();
    char name[LOG_SOURCE_CHARS];

    plain_name(source, sizeof name - 1, name, sizeof name); /* A process may be smashed. */

    while (*text != 0) {
        size_t length = strcspn(text, "\r\n");
        struct ke_log_line *line = open_line(log, name);
        size_t used = strlen(line->text);

        snprintf(line->text + used, sizeof line->text - used, "%.*s", (int)length, text);
        text += length;
        if (*text == 0)
            break;
        if (*text == '\n' || text[1] != '\n')
            close_line(log, line);
        text++;
    }
}

uint64_t ke_log_count(void) { return ke->log != NULL ? ke->log->count : 0; }

const struct ke_log_line *ke_log_get(uint64_t number)
{
    const struct ke_log *log = ke->log;

    if (log == NULL || number >= log->count || log->count - number > KE_LOG_LINES)
        return NULL;
    return &log->lines[number % KE_LOG_LINES];
}
