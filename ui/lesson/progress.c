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
    uint32_t level_count;
    struct progress_level levels[PROGRESS_LEVELS_MAX];
};

enum { PIECE_CHARS = 150 }; /* A line of the file has 200 at most. */

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

/* A play in pieces: play, play_2, ... */
static void read_play(struct ini *ini, const char *section, char play[PROGRESS_PLAY])
{
    for (int piece = 1;; piece++) {
        char key[20];
        const char *text;
        size_t used = strlen(play);

        snprintf(key, sizeof key, piece == 1 ? "play" : "play_%d", piece);
        if (!ini_get_text(ini, section, key, &text) || used + strlen(text) + 1 > PROGRESS_PLAY)
            return;
        snprintf(play + used, PROGRESS_PLAY - used, "%s", text);
    }
}

static void read_level(struct progress *progress, struct ini *ini, const char *section)
{
    struct progress_level row = { .score = 0 };
    uint64_t score = 0, moves = 0;

    snprintf(row.level, sizeof row.level, "%s", section + strlen("level "));
    ini_get_uint(ini, section, "score", 0, 1000, &score);
    ini_get_uint(ini, section, "moves", 0, 1000, &moves);
    row.score = (uint32_t)score;
    row.moves = (uint32_t)moves;
    read_play(ini, section, row.play);
    progress_note_level(progress, &row);
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
    for (uint32_t s = 0; s < ini_section_count(ini); s++) {
        const char *section = ini_section_name(ini, s);

        if (strncmp(section, "lesson ", 7) == 0)
            read_row(progress, ini, section);
        else if (strncmp(section, "level ", 6) == 0)
            read_level(progress, ini, section);
    }
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

const struct progress_level *progress_find_level(const struct progress *progress, const char *level)
{
    for (uint32_t i = 0; i < progress->level_count; i++)
        if (strcmp(progress->levels[i].level, level) == 0)
            return &progress->levels[i];
    return NULL;
}

bool progress_note_level(struct progress *progress, const struct progress_level *row)
{
    uint32_t i = 0;

    while (i < progress->level_count && strcmp(progress->levels[i].level, row->level) != 0)
        i++;
    if (i < progress->level_count &&
        (progress->levels[i].score > row->score ||
         (progress->levels[i].score == row->score && progress->levels[i].moves <= row->moves)))
        return false;
    if (i == PROGRESS_LEVELS_MAX)
        return false;
    progress->level_count += i == progress->level_count;
    progress->levels[i] = *row;
    return true;
}

static void write_level(const struct progress_level *row, FILE *out)
{
    size_t length = strlen(row->play);

    fprintf(out, "[level %s]\nscore = %u\nmoves = %u\n", row->level, row->score, row->moves);
    for (size_t at = 0, piece = 1; at < length; at += PIECE_CHARS, piece++) {
        if (piece == 1)
            fprintf(out, "play = %.*s\n", PIECE_CHARS, row->play);
        else
            fprintf(out, "play_%zu = %.*s\n", piece, PIECE_CHARS, row->play + at);
    }
    fprintf(out, "\n");
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
    for (uint32_t i = 0; i < progress->level_count; i++)
        write_level(&progress->levels[i], file.out);
    return whole_file_close(&file);
}

void progress_name(const char *path, char *out, size_t size)
{
    const char *name = file_short_name(path);
    const char *dot = strrchr(name, '.');

    snprintf(out, size, "%.*s", (int)(dot != NULL ? (size_t)(dot - name) : strlen(name)), name);
}
