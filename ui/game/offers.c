/* offers.c - see offers.h. Names of functions and variables of drivers from outside come from their
 * symbol tables, lines of source from the files beside the level.
 */
#include "ui/game/offers.h"
#include "model/words/choices.h"
#include "model/words/names.h"
#include "ui/host/files.h"
#include "ui/host/places.h"
#include "ui/host/texts.h"
#include "ui/report/stack.h"
#include "ui/symbols/symbols.h"
#include <stdlib.h>
#include <string.h>

struct offers *offers_new(const char *level_path)
{
    struct offers *offers = calloc(1, sizeof *offers);
    size_t length = (size_t)(file_short_name(level_path) - level_path);

    CHECK(offers != NULL);
    offers->symbols = symbols_open();
    offers->look = inspect_new();
    CHECK(offers->look != NULL);
    snprintf(offers->folder, sizeof offers->folder, "%.*s", (int)length, level_path);
    return offers;
}

void offers_free(struct offers *offers)
{
    if (offers == NULL)
        return;
    symbols_close(offers->symbols);
    inspect_free(offers->look);
    free(offers);
}

static void add(char *out, size_t size, const char *text)
{
    size_t used = strlen(out);

    snprintf(out + used, size - used, "%s", text);
}

/* ---- Places ---------------------------------------------------------------------------------- */

/* Copies a line of a file without the blanks around it. */
static bool read_line(const char *path, int number, char *out, size_t size)
{
    FILE *file = file_open(path, "rb");
    char line[400];
    bool found = false;

    if (file == NULL)
        return false;
    for (int i = 1; !found && fgets(line, sizeof line, file) != NULL; i++)
        found = i == number;
    fclose(file);
    if (found) {
        size_t length = strcspn(line, "\r\n");

        while (length > 0 && line[length - 1] == ' ')
            length--;
        line[length] = 0;
        snprintf(out, size, "%.*s", (int)size - 1, line + strspn(line, " \t"));
    }
    return found;
}

/* The source is where the compiler found it, or beside the level. */
static void read_code(const struct offers *offers, const char *file, int line, struct offer *offer)
{
    char path[PLACE_CHARS];

    if (read_line(file, line, offer->code, sizeof offer->code))
        return;
    if (snprintf(path, sizeof path, "%s%s", offers->folder, file_short_name(file)) <
        (int)sizeof path)
        read_line(path, line, offer->code, sizeof offer->code);
}

static bool name_frame(const struct offers *offers, const void *frame, char *out, size_t size)
{
    return offers->symbols != NULL && symbols_name(offers->symbols, frame, out, size);
}

static bool is_system(const char *name)
{
    return stack_is_of(name, "nt") || stack_is_of(name, "kernel32");
}

/* Tells where a thread stands: in the innermost function that is none of the system's; rather
 * not in one of a header, whose callers say more. */
static void tell_place(const struct offers *offers, const struct question_answer *answer,
                       struct offer *offer)
{
    char name[REPORT_FRAME_CHARS], file[PLACE_CHARS];
    bool only_header = true;
    int line;

    for (uint32_t i = 0; i < answer->frame_count && only_header; i++) {
        if (!name_frame(offers, answer->frames[i], name, sizeof name) || is_system(name) ||
            !symbols_line(offers->symbols, answer->frames[i], file, sizeof file, &line))
            continue;
        only_header = text_ends_with(file, ".h");
        if (only_header && offer->place[0] != 0)
            continue;
        snprintf(offer->place, sizeof offer->place, "%.40s:%d", file_short_name(file), line);
        read_code(offers, file, line, offer);
    }
}

/* ---- Who ------------------------------------------------------------------------------------- */

static const char *function_of(const char *name)
{
    const char *mark = strchr(name, '!');

    return mark != NULL ? mark + 1 : name;
}

/* Names a thread: by what it called itself, or by its first function. */
static void tell_who(const struct offers *offers, const struct question_answer *answer,
                     struct offer *offer)
{
    static const char *const kinds[] = { [QUESTION_NOBODY] = "nobody",
                                         [QUESTION_THREAD] = "",
                                         [QUESTION_DPC] = "DPC ",
                                         [QUESTION_TIMER] = "timer, DPC " };
    char name[REPORT_FRAME_CHARS];

    /* A return address lies behind the first byte of its call. */
    if (answer->start != NULL &&
        name_frame(offers, (const char *)answer->start + 1, name, sizeof name) &&
        !stack_is_of(name, "nt") &&
        (answer->who != QUESTION_THREAD || strcmp(answer->process, "System") == 0))
        snprintf(offer->who, sizeof offer->who, "%s%.40s", kinds[answer->who], function_of(name));
    else if (answer->who == QUESTION_THREAD && answer->thread == 0)
        snprintf(offer->who, sizeof offer->who, "nobody");
    else if (answer->who == QUESTION_THREAD && answer->name[0] != 0)
        snprintf(offer->who, sizeof offer->who, "%.30s of %.24s", answer->name, answer->process);
    else if (answer->who == QUESTION_THREAD)
        snprintf(offer->who, sizeof offer->who, "thread %x of %.24s", answer->thread,
                 answer->process);
    else
        snprintf(offer->who, sizeof offer->who, "%s", kinds[answer->who]);
}

/* Several threads may have one function: they are told apart by their client IDs. */
static void tell_apart(struct offers *offers, const struct question *question)
{
    for (uint32_t i = 0; i < offers->count; i++) {
        char who[OFFER_WHO_CHARS], id[20];
        bool again = false;

        snprintf(who, sizeof who, "%s", offers->list[i].who);
        for (uint32_t other = i + 1; other < offers->count; other++) {
            if (strcmp(offers->list[other].who, who) != 0)
                continue;
            snprintf(id, sizeof id, " (%x)", question->answers[other].thread);
            add(offers->list[other].who, OFFER_WHO_CHARS, id);
            again = true;
        }
        if (again) {
            snprintf(id, sizeof id, " (%x)", question->answers[i].thread);
            add(offers->list[i].who, OFFER_WHO_CHARS, id);
        }
    }
}

/* ---- What ------------------------------------------------------------------------------------ */

static void tell_touches(const struct offers *offers, const struct question_answer *answer,
                         struct offer *offer)
{
    static const char *const verbs[] = {
        [QUESTION_READS] = "reads", [QUESTION_WRITES] = "changes", [QUESTION_TAKES] = "waits for"
    };

    for (uint32_t i = 0; i < answer->touch_count; i++) {
        char name[64], text[100];

        if (answer->who != QUESTION_THREAD)
            continue;
        if (offers->symbols == NULL ||
            !symbols_variable(offers->symbols, answer->touches[i].object, name, sizeof name))
            snprintf(name, sizeof name, "memory that is shared");
        snprintf(text, sizeof text, "%s%s %s", offer->what[0] != 0 ? ", " : "",
                 verbs[answer->touches[i].how], name);
        if (strstr(offer->what, text + (offer->what[0] != 0 ? 2 : 0)) == NULL)
            add(offer->what, sizeof offer->what, text);
    }
}

static void tell_threads(struct offers *offers, const struct question *question)
{
    offers->count = question->told;
    offers->more = question->count - question->told;
    for (uint32_t i = 0; i < offers->count; i++) {
        tell_who(offers, &question->answers[i], &offers->list[i]);
        tell_place(offers, &question->answers[i], &offers->list[i]);
        tell_touches(offers, &question->answers[i], &offers->list[i]);
        if (question->site == CHOICE_RUN && question->answers[i].who == QUESTION_THREAD &&
            offers->list[i].what[0] == 0 && offers->list[i].place[0] == 0)
            snprintf(offers->list[i].what, OFFER_TEXT_CHARS, "begins");
    }
    tell_apart(offers, question);
}

/* Two answers that are no threads. */
static void tell_two(struct offers *offers, const char *calm, const char *other)
{
    offers->count = 2;
    snprintf(offers->list[0].who, OFFER_WHO_CHARS, "%s", calm);
    snprintf(offers->list[1].who, OFFER_WHO_CHARS, "%s", other);
}

static void tell_transfer(struct offers *offers, const struct question *question, const char *other)
{
    static const char *const disks[] = { "C:, with the log files", "D:, with the database",
                                         "E:, with the letters' big file" };
    struct offer by = { .who = "" };
    char size[40] = "";

    if (question->by.who == QUESTION_THREAD)
        tell_who(offers, &question->by, &by);
    tell_two(offers, "it takes its time", other);
    if (question->bytes != 0)
        snprintf(size, sizeof size, " of %u KiB", (question->bytes + 1023) / 1024);
    snprintf(offers->asks, sizeof offers->asks, "A %s%s %s disk %s%s%s. What becomes of it?",
             question->bytes == 0 ? "flush" : "transfer", size,
             question->bytes == 0 ? "of"
             : question->write    ? "to"
                                  : "from",
             question->disk < ARRAY_LEN(disks) ? disks[question->disk] : "?",
             by.who[0] != 0 ? ", for " : "", by.who);
}

static void tell_turn(struct offers *offers, const struct question *question)
{
    struct offer who[2] = { { .who = "" }, { .who = "" } };

    for (uint32_t i = 0; i < question->told && i < 2; i++)
        tell_who(offers, &question->answers[i], &who[i]);
    offers->count = 2;
    snprintf(offers->list[0].who, OFFER_WHO_CHARS, "%s", who[0].who);
    snprintf(offers->list[0].what, OFFER_TEXT_CHARS, "goes on");
    snprintf(offers->list[1].who, OFFER_WHO_CHARS, "%s", who[1].who);
    snprintf(offers->list[1].what, OFFER_TEXT_CHARS, "runs instead: the turn ends here");
    if (question->told > 0)
        tell_place(offers, &question->answers[0], &offers->list[0]);
    snprintf(offers->asks, sizeof offers->asks, "Does the turn of %s end here?", who[0].who);
}

static void tell_question(struct offers *offers, const struct question *question)
{
    struct offer by = { .who = "" };

    if (question->by.who == QUESTION_THREAD)
        tell_who(offers, &question->by, &by);
    switch ((enum choice_site)question->site) {
    case CHOICE_RUN:
        tell_threads(offers, question);
        snprintf(offers->asks, sizeof offers->asks, "Who goes on?");
        break;
    case CHOICE_READY:
        tell_threads(offers, question);
        snprintf(offers->asks, sizeof offers->asks,
                 "A processor is free, and these are ready. Who runs first?");
        break;
    case CHOICE_WAITER:
        tell_threads(offers, question);
        snprintf(offers->asks, sizeof offers->asks, "These wait for one %s. Who is woken?",
                 inspect_wait_type_name(question->type));
        break;
    case CHOICE_PREEMPT:
        tell_turn(offers, question);
        break;
    case CHOICE_DISK:
        tell_transfer(offers, question, "it takes ten times as long");
        break;
    case CHOICE_DISK_ERROR:
        tell_transfer(offers, question, "it fails");
        break;
    case CHOICE_POOL:
        tell_two(offers, "it gets the memory", "there is no memory");
        snprintf(offers->asks, sizeof offers->asks, "%s asks for memory (tag %.4s).", by.who,
                 (const char *)&question->tag);
        break;
    case CHOICE_WORKER:
        tell_two(offers, "it begins at once", "it begins late");
        snprintf(offers->asks, sizeof offers->asks, "A piece of work is to begin.");
        break;
    case CHOICE_COUNT:
        break;
    }
}

/* ---- Who waits behind whom ------------------------------------------------------------------- */

enum { NAMED = 3 }; /* Most of those that wait who are named. */

/* Adds one of `count` that wait, number `i`, to a line; with the ID of its thread (0: none), for
 * several may be called the same. */
static void add_waiter(char line[OFFER_TEXT_CHARS], uint32_t i, uint32_t count, const char *who,
                       uint32_t thread)
{
    char more[40];

    if (i < NAMED) {
        add(line, OFFER_TEXT_CHARS, i == 0 ? ": " : ", ");
        add(line, OFFER_TEXT_CHARS, who[0] != 0 ? who : "somebody");
        snprintf(more, sizeof more, " (%x)", thread);
        if (thread != 0)
            add(line, OFFER_TEXT_CHARS, more);
    }
    if (i + 1 == count && count > NAMED) {
        snprintf(more, sizeof more, " and %u more", count - NAMED);
        add(line, OFFER_TEXT_CHARS, more);
    }
}

static void tell_disk_line(struct offers *offers, const struct question *question)
{
    char *line = offers->lines[0];

    if (question->behind_count == 0)
        return;
    snprintf(line, OFFER_TEXT_CHARS, "Behind it at the disk");
    for (uint32_t i = 0; i < question->behind_count; i++) {
        struct offer by = { .who = "" };

        if (i < QUESTION_BEHIND_MAX && question->behind[i].who == QUESTION_THREAD)
            tell_who(offers, &question->behind[i], &by);
        add_waiter(line, i, question->behind_count, by.who,
                   i < QUESTION_BEHIND_MAX ? question->behind[i].thread : 0);
    }
}

/* Requests that wait in the driver for the store to give them room. */
static void tell_driver_line(struct offers *offers, struct play *play)
{
    enum { WAITING = 1 };
    const struct inspect *look = offers->look;
    char *line = offers->lines[1];
    uint32_t count = 0, told = 0;

    inspect_take_parts(play_world(play), offers->look,
                       INSPECT_PROCESSES | INSPECT_THREADS | INSPECT_DRIVER);
    for (uint32_t i = 0; i < look->request_count; i++)
        count += look->requests[i].state == WAITING;
    if (count == 0)
        return;
    snprintf(line, OFFER_TEXT_CHARS, "In line at the driver, for room in the store");
    for (uint32_t i = 0; i < look->request_count; i++) {
        const struct inspect_request *request = &look->requests[i];
        const struct inspect_thread *thread = inspect_thread(look, request->thread);
        char who[OFFER_WHO_CHARS] = "a reservation ahead of need";

        if (request->state != WAITING)
            continue;
        if (thread != NULL && thread->process < look->process_count && !request->ahead)
            snprintf(who, sizeof who, "%.30s of %.24s", thread->name,
                     look->processes[thread->process].name);
        add_waiter(line, told++, count, who, request->thread);
    }
}

/* ---- What happened last ---------------------------------------------------------------------- */

static const char *name_of(void *ctx, char argument, char how, uint32_t value)
{
    (void)argument;
    return how == 'x' ? world_process_name(ctx, value) : NULL;
}

static void tell_before(struct offers *offers, struct play *play)
{
    const struct question_answer *step = play_step(play);
    struct record record;
    struct offer last = { .who = "" };

    offers->before[0] = 0;
    if (step != NULL) {
        tell_who(offers, step, &last);
        tell_place(offers, step, &last);
        tell_touches(offers, step, &last);
        snprintf(offers->before, sizeof offers->before, "%.40s %.50s%s%.24s", last.who, last.what,
                 last.place[0] != 0 ? ", " : "", last.place);
    }
    if (last.place[0] != 0)
        return;
    if (!play_last_record(play, &record) || record.kind >= record_kind_count)
        return;
    trace_words(&record, record_kinds[record.kind].format, name_of, play_world(play),
                offers->before, sizeof offers->before);
}

void offers_tell(struct offers *offers, struct play *play)
{
    memset(offers->list, 0, sizeof offers->list);
    offers->count = offers->more = 0;
    offers->asks[0] = 0;
    memset(offers->lines, 0, sizeof offers->lines);
    tell_question(offers, play_question(play));
    tell_disk_line(offers, play_question(play));
    tell_driver_line(offers, play);
    tell_before(offers, play);
}
