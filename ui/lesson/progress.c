/* progress.c - see progress.h. */
#include "ui/lesson/progress.h"
#include "sim/ini.h"
#include "ui/host/files.h"
#include "ui/host/whole_file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct progress {
    uint32_t count;
    struct progress_row rows[PROGRESS_LESSONS_MAX];
};

static void read_row(struct progress *progress, struct ini *ini, const char *section)
{
    struct progress_row row = { 0 };
    uint64_t best = 0, most = 0, page = 1;

    snprintf(row.lesson, sizeof row.lesson, "%s", section + strlen("lesson "));
    ini_get_uint(ini, section, "best", 0, 1000, &best);
    ini_get_uint(ini, section, "most", 0, 1000, &most);
    ini_get_uint(ini, section, "page", 1, 1000, &page);
    ini_get_bool(ini, section, "done", &row.done);
    row.best = (uint32_t)best;
    row.most = (uint32_t)most;
    row.page = (uint32_t)page;
    progress_note(progress, &row);
}

struct progress *progress_read(const char *path)
{
    struct progress *progress = calloc(1, sizeof *progress);
    struct ini *ini;
    FILE *file = file_open(path, "rb");

    CHECK(progress != NULL);
    if (file == NULL)
        return progress;
    fclose(file);
    ini = ini_read(path);
    for (uint32_t s = 0; s < ini_section_count(ini); s++)
        if (strncmp(ini_section_name(ini, s), "lesson ", 7) == 0)
            read_row(progress, ini, ini_section_name(ini, s));
    ini_free(ini);
    return progress;
}

void progress_free(struct progress *progress) { free(progress); }

const struct progress_row *progress_find(const struct progress *progress, const char *lesson)
{
    for (uint32_t i = 0; i < progress->count; i++)
        if (strcmp(progress->rows[i].lesson, lesson) == 0)
            return &progress->rows[i];
    return NULL;
}

void progress_note(struct progress *progress, const struct progress_row *row)
{
    for (uint32_t i = 0; i < progress->count; i++) {
        struct progress_row *old = &progress->rows[i];

        if (strcmp(old->lesson, row->lesson) != 0)
            continue;
        struct progress_row better = *row;

        better.best = MAX_OF(old->best, row->best);
        better.done = old->done || row->done;
        *old = better;
        return;
    }
    if (progress->count < PROGRESS_LESSONS_MAX)
        progress->rows[progress->count++] = *row;
}

int progress_write(const struct progress *progress, const char *path)
{
    struct whole_file file;
    int error = whole_file_open(&file, path);

    if (error != 0)
        return error;
    for (uint32_t i = 0; i < progress->count; i++) {
        const struct progress_row *row = &progress->rows[i];

        fprintf(file.out, "[lesson %s]\nbest = %u\nmost = %u\npage = %u\ndone = %s\n\n",
                row->lesson, row->best, row->most, row->page, row->done ? "yes" : "no");
    }
    return whole_file_close(&file);
}

void progress_name(const char *path, char *out, size_t size)
{
    const char *name = file_short_name(path);
    const char *dot = strrchr(name, '.');

    snprintf(out, size, "%.*s", (int)(dot != NULL ? (size_t)(dot - name) : strlen(name)), name);
}
