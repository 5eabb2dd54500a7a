/* tutor_notes.c - see tutor_notes.h. A thread writes the clock; the lock guards the text of the
 * page. */
#include "ui/timeline/tutor_notes.h"
#include "sim/base.h"
#include "ui/report/report.h"
#include "ui/host/memory_file.h"
#include "ui/host/terminal.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = 5, WIDTH = 78 };

struct tutor_notes {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool quit, terminal;
    struct timespec begun;
    char *text; /* The page's; NULL: none is open. */
};

/* ---- The clock ------------------------------------------------------------------------------- */

/* Digits 0 to 9 and the colon, three columns wide: a bit is a block. */
static const uint8_t digits[11][ROWS] = {
    { 7, 5, 5, 5, 7 }, { 2, 6, 2, 2, 7 }, { 7, 1, 7, 4, 7 }, { 7, 1, 7, 1, 7 },
    { 5, 5, 7, 1, 1 }, { 7, 4, 7, 1, 7 }, { 7, 4, 7, 5, 7 }, { 7, 1, 1, 1, 1 },
    { 7, 5, 7, 5, 7 }, { 7, 5, 7, 1, 7 }, { 0, 2, 0, 2, 0 },
};

static void write_clock(const struct tutor_notes *notes)
{
    struct timespec now;
    unsigned seconds;
    char text[16];

    clock_gettime(CLOCK_MONOTONIC, &now);
    seconds = (unsigned)MIN_OF(now.tv_sec - notes->begun.tv_sec, (time_t)5999);
    snprintf(text, sizeof text, "%02u:%02u", seconds / 60, seconds % 60);
    for (int row = 0; row < ROWS; row++) {
        printf("  ");
        for (const char *c = text; *c != 0; c++) {
            uint8_t bits = digits[*c == ':' ? 10 : *c - '0'][row];

            for (int bit = 4; bit > 0; bit /= 2)
                fputs(bits & bit ? "##" : "  ", stdout);
            fputs("  ", stdout);
        }
        putchar('\n');
    }
    printf("\n  %s since the lesson was opened\n\n", text);
}

/* Under the lock. */
static void write_all(const struct tutor_notes *notes)
{
    if (notes->terminal)
        fputs("\033[H\033[2J", stdout);
    write_clock(notes);
    if (notes->text != NULL)
        fputs(notes->text, stdout);
    fflush(stdout);
}

static void *tick(void *context)
{
    struct tutor_notes *notes = context;

    pthread_mutex_lock(&notes->lock);
    while (!notes->quit) {
        struct timespec next;

        clock_gettime(CLOCK_REALTIME, &next);
        next.tv_sec++;
        pthread_cond_timedwait(&notes->changed, &notes->lock, &next);
        if (!notes->quit)
            write_all(notes);
    }
    pthread_mutex_unlock(&notes->lock);
    return NULL;
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct tutor_notes *tutor_notes_begin(void)
{
    struct tutor_notes *notes = calloc(1, sizeof *notes);

    CHECK(notes != NULL);
    clock_gettime(CLOCK_MONOTONIC, &notes->begun);
    pthread_mutex_init(&notes->lock, NULL);
    pthread_cond_init(&notes->changed, NULL);
    notes->terminal = terminal_output() && pthread_create(&notes->thread, NULL, tick, notes) == 0;
    return notes;
}

void tutor_notes_end(struct tutor_notes *notes)
{
    if (notes == NULL)
        return;
    pthread_mutex_lock(&notes->lock);
    notes->quit = true;
    pthread_cond_signal(&notes->changed);
    pthread_mutex_unlock(&notes->lock);
    if (notes->terminal)
        pthread_join(notes->thread, NULL);
    pthread_cond_destroy(&notes->changed);
    pthread_mutex_destroy(&notes->lock);
    free(notes->text);
    free(notes);
}

static void write_page(FILE *out, const struct lesson *lesson, uint32_t index)
{
    const struct lesson_page *page = &lesson->pages[index];

    fprintf(out, "  %s - page %u of %u\n  %s\n", lesson->title, index + 1, lesson->page_count,
            page->title);
    if (page->notes[0] != 0) {
        fprintf(out, "\n  notes: ");
        report_wrap(out, page->notes, 9, 9, WIDTH);
    }
    if (page->ask[0] != 0) {
        fprintf(out, "\n  asks:  ");
        report_wrap(out, page->ask, 9, 9, WIDTH);
    }
    fprintf(out, "\n  next:  %s\n",
            index + 1 < lesson->page_count ? lesson->pages[index + 1].title
                                           : "the end of the lesson");
}

void tutor_notes_turn(struct tutor_notes *notes, const struct lesson *lesson, uint32_t index)
{
    size_t size = 0;
    FILE *out;

    if (notes == NULL)
        return;
    pthread_mutex_lock(&notes->lock);
    free(notes->text);
    notes->text = NULL;
    out = memory_file_open(&notes->text, &size);
    CHECK(out != NULL);
    if (index < lesson->page_count)
        write_page(out, lesson, index);
    else
        fprintf(out, "  %s: the end\n", lesson->title);
    memory_file_close(out);
    write_all(notes);
    pthread_mutex_unlock(&notes->lock);
}
