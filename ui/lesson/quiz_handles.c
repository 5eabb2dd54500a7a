/* quiz_handles.c - what a handle stands for: a number in the table of the process in force. The key
 * is read off that table; the second way follows HANDLE_OPEN and HANDLE_CLOSE records.
 */
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include <stdio.h>
#include <string.h>

enum { PAIRS_MAX = 256, PAST_VISITS = 4 };

/* An object behind a handle, as people call it. */
static void object_text(const struct inspect_handle *handle, char out[VALUE_NAME_CHARS])
{
    if (handle->name[0] != 0)
        snprintf(out, VALUE_NAME_CHARS, "%.14s %.63s", inspect_type_name(handle->type),
                 handle->name);
    else
        snprintf(out, VALUE_NAME_CHARS, "%.14s at %08x", inspect_type_name(handle->type),
                 (unsigned)handle->object);
}

static const struct inspect_handle *handle_in(const struct inspect *look, uint32_t process,
                                              uint32_t value)
{
    for (uint32_t i = 0; i < look->handle_count; i++)
        if (look->handles[i].process == process && look->handles[i].handle == value)
            return &look->handles[i];
    return NULL;
}

/* Two processes that have the same number for different objects; NULL: none was found. */
struct pair {
    const struct inspect_handle *here, *there;
};

/* Draws a handle that two tables have, for objects that are not called the same. */
static bool draw_pair(struct quiz_draw *d, const struct inspect *look, uint32_t here,
                      uint32_t there, struct pair *out)
{
    char one[VALUE_NAME_CHARS], other[VALUE_NAME_CHARS];
    struct pair pairs[PAIRS_MAX];
    uint32_t count = 0;

    for (uint32_t i = 0; i < look->handle_count && count < PAIRS_MAX; i++) {
        const struct inspect_handle *own = &look->handles[i], *foreign;

        if (own->process != here || (foreign = handle_in(look, there, own->handle)) == NULL)
            continue;
        object_text(own, one);
        object_text(foreign, other);
        if (strcmp(one, other) != 0)
            pairs[count++] = (struct pair){ own, foreign };
    }
    if (count == 0)
        return false;
    *out = pairs[quiz_draw_below(d, count)];
    return true;
}

/* The object that records alone put behind a handle of a process; 0: none. */
static uint32_t object_by_records(const struct quiz_tape *tape, uint64_t number, uint32_t process,
                                  uint32_t handle)
{
    while (number-- > 0) {
        const struct record *r = &tape->records[number];

        if (r->kind == REC_HANDLE_OPEN && r->a == handle && r->c == process)
            return r->b;
        if (r->kind == REC_HANDLE_CLOSE && r->a == handle && r->c == process)
            return 0;
    }
    return 0;
}

static uint32_t process_index(const struct inspect *look, uint32_t address)
{
    const struct inspect_process *process = inspect_process_at(look, address);

    return process != NULL ? (uint32_t)(process - look->processes) : INSPECT_NOBODY;
}

/* The other process whose table is shown: the owner of a visitor, the next host of one at home. */
static uint32_t other_process(struct quiz_draw *d, const struct inspect *look, uint64_t number,
                              const struct quiz_visitor *v, uint32_t here)
{
    return v->thread->process != here ? v->thread->process
                                      : process_index(look, quiz_next_host(d->tape, number));
}

/* Adds what a third process has under the same number. */
static void add_third(struct quiz_draw *d, const struct inspect *look, const struct pair *pair)
{
    char text[VALUE_NAME_CHARS];

    for (uint32_t i = 0; i < look->process_count; i++) {
        const struct inspect_handle *third = handle_in(look, i, pair->here->handle);

        if (third == NULL || third->process == pair->here->process ||
            third->process == pair->there->process)
            continue;
        object_text(third, text);
        quiz_slip(d, value_name(text),
                  "That is what %s has under this number. It has nothing to do with this thread.",
                  look->processes[i].name);
        return;
    }
}

static void say_pair(struct quiz_draw *d, const struct inspect *look, const struct pair *pair)
{
    const struct inspect_handle *const both[] = { pair->here, pair->there };
    bool turned = quiz_draw_below(d, 2) != 0;
    char text[VALUE_NAME_CHARS];

    for (uint32_t i = 0; i < 2; i++) {
        const struct inspect_handle *handle = both[turned ? 1 - i : i];

        object_text(handle, text);
        quiz_line(d, "table of %-14s  handle 0x%x: %s", look->processes[handle->process].name,
                  (unsigned)handle->handle, text);
    }
}

bool quiz_draw_handle(struct quiz_draw *d)
{
    char here_text[VALUE_NAME_CHARS], there_text[VALUE_NAME_CHARS];
    const struct inspect *look;
    struct quiz_visitor v;
    struct pair pair;
    uint64_t number;
    uint32_t here, there;

    if (!quiz_draw_visit(d, &number) ||
        (look = quiz_look_visitor(d, number, INSPECT_HANDLES, &v)) == NULL)
        return false;
    here = process_index(look, v.thread->apc_process);
    there = here != INSPECT_NOBODY ? other_process(d, look, number, &v, here) : INSPECT_NOBODY;
    if (there == INSPECT_NOBODY || there == here || !draw_pair(d, look, here, there, &pair))
        return false;
    object_text(pair.here, here_text);
    object_text(pair.there, there_text);
    quiz_ask_text(
        d, number,
        "%s runs on processor %u. These are its latest attaches and detaches, and what two "
        "handle tables hold. A driver closes handle 0x%x now, on this thread. What does "
        "it close?",
        v.name, v.thread->processor, (unsigned)pair.here->handle);
    quiz_list_visits(d, look, number, PAST_VISITS);
    say_pair(d, look, &pair);
    quiz_key(d, value_name(here_text),
             "%s is in force for the thread, so its table says what a handle stands for.",
             look->processes[here].name);
    quiz_slip(d, value_name(there_text),
              "That is what %s has under this number. A handle is looked up in the table of the "
              "process in force, which is %s.",
              look->processes[there].name, look->processes[here].name);
    add_third(d, look, &pair);
    quiz_slip(d, value_name("nothing"),
              "The process in force has this handle open; a close finds it, whoever opened it.");
    quiz_slip(d, value_name("both"), "A handle is a number in one table: only one is looked into.");
    if (object_by_records(d->tape, number, look->processes[here].address, pair.here->handle) !=
        pair.here->object)
        return quiz_refuse(d, REFUSED_TWO_WAYS);
    return true;
}
