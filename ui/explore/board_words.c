/* board_words.c - what a panel says: who, where, the first panel and the last, the caption; and the
 * five facts over the board.
 */
#include "ui/explore/board_inside.h"
#include "model/words/bugchecks.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

void board_length(sim_time length, char *out, size_t size)
{
    static const struct {
        sim_time unit;
        const char *name;
    } units[] = { { SEC(1), "s" }, { MS(1), "ms" }, { US(1), "us" }, { 1, "ns" } };
    size_t i = 0;
    sim_time unit;

    while (i + 1 < ARRAY_LEN(units) && length < units[i].unit)
        i++;
    unit = units[i].unit;
    if (length >= unit * 100 || unit == 1)
        snprintf(out, size, "%" PRIu64 " %s", length / unit, units[i].name);
    else
        snprintf(out, size, "%" PRIu64 ".%0*u %s", length / unit, length >= unit * 10 ? 1 : 2,
                 (unsigned)(length % unit / (unit / (length >= unit * 10 ? 10 : 100))),
                 units[i].name);
}

/* ---- Who ------------------------------------------------------------------------------------- */

const char *board_process_name(const struct board_work *w, uint32_t address, uint64_t number)
{
    const struct lanes *lanes = recording_lanes(w->run);
    uint32_t lane = lanes_find_at(lanes, LANE_PROCESS, address, number);

    return lane == LANE_NONE ? "a process" : lanes_get(lanes, lane)->name;
}

/* True if another thread of the same process has the same name. */
static bool is_ambiguous(const struct lanes *lanes, uint32_t lane)
{
    const struct lane *thread = lanes_get(lanes, lane);

    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *other = lanes_get(lanes, i);

        if (i != lane && other->kind == LANE_THREAD && other->parent == thread->parent &&
            strcmp(other->name, thread->name) == 0)
            return true;
    }
    return false;
}

void board_name_thread(const struct lanes *lanes, uint32_t lane, char *out, size_t size)
{
    const struct lane *thread = lanes_get(lanes, lane);
    const char *process = lanes_process_name(lanes, thread->process);

    if (strcmp(thread->name, "thread") == 0 || thread->name[0] == 0)
        snprintf(out, size, "%x of %s", thread->id, process);
    else if (is_ambiguous(lanes, lane))
        snprintf(out, size, "%s %x of %s", thread->name, thread->id, process);
    else
        snprintf(out, size, "%s of %s", thread->name, process);
}

void board_thread_at(const struct board_work *w, uint32_t address, uint64_t number, char *out,
                     size_t size)
{
    uint32_t lane = lanes_find_at(recording_lanes(w->run), LANE_THREAD, address, number);

    if (lane == LANE_NONE)
        snprintf(out, size, "another");
    else
        board_name_thread(recording_lanes(w->run), lane, out, size);
}

bool board_tells_of_thread(uint16_t kind)
{
    return kind == REC_SWITCH || kind == REC_READY || kind == REC_PREEMPT || kind == REC_QUANTUM;
}

/* The thread at work, and whether a DPC or the clock has interrupted it. */
static void tell_who(const struct board_work *w, struct board_panel *p)
{
    const struct lanes *lanes = recording_lanes(w->run);
    const struct record *r = &p->record;
    uint32_t lane = board_tells_of_thread(r->kind)
                        ? lanes_find_at(lanes, LANE_THREAD, r->a, p->number)
                    : r->thread != 0 ? lanes_thread_by_id(lanes, r->thread, p->number)
                                     : LANE_NONE;
    bool dpc = !board_tells_of_thread(r->kind) && board_dpc(w, p->number) != BOARD_NOTHING;

    if (lane != LANE_NONE)
        board_name_thread(recording_lanes(w->run), lane, p->thread, sizeof p->thread);
    else
        snprintf(p->thread, sizeof p->thread, "idle thread of processor %u", r->cpu);
    snprintf(p->who, sizeof p->who, "%s%s%.90s",
             dpc                 ? "a DPC over "
             : lane == LANE_NONE ? "an interrupt over "
                                 : "",
             lane == LANE_NONE ? "the " : "thread ", p->thread);
}

/* ---- Where ----------------------------------------------------------------------------------- */

static bool is_visit(const struct record *r, const void *thread)
{
    return (r->kind == REC_ATTACH || r->kind == REC_DETACH) &&
           r->thread == *(const uint32_t *)thread;
}

/* The process that the thread visits; NULL: it is at home. */
static const char *host_of(const struct board_work *w, const struct board_panel *p)
{
    const struct lanes *lanes = recording_lanes(w->run);
    uint32_t lane, address;
    uint64_t visit;

    if (p->record.thread == 0 || board_tells_of_thread(p->record.kind))
        return NULL;
    lane = lanes_thread_by_id(lanes, p->record.thread, p->number);
    visit = board_back(w, p->number, is_visit, &p->record.thread);
    if (lane == LANE_NONE || visit == BOARD_NOTHING)
        return NULL;
    address = board_record(w, visit)->kind == REC_ATTACH ? board_record(w, visit)->a
                                                         : board_record(w, visit)->b;
    return lanes_find_at(lanes, LANE_PROCESS, address, p->number) == lanes_get(lanes, lane)->parent
               ? NULL
               : board_process_name(w, address, p->number);
}

static void tell_where(const struct board_work *w, struct board_panel *p, const char *function)
{
    const struct lanes *lanes = recording_lanes(w->run);
    const char *host = host_of(w, p);
    uint32_t lane = p->cast_count > 0 ? p->cast[0] : LANE_NONE;

    if (host == NULL && lane != LANE_NONE && lanes_get(lanes, lane)->kind == LANE_THREAD)
        host = lanes_process_name(lanes, lanes_get(lanes, lane)->process);
    if (function[0] != 0 && host != NULL)
        snprintf(p->where, sizeof p->where, "%.60s, in %.40s", function, host);
    else if (function[0] != 0 || host != NULL)
        snprintf(p->where, sizeof p->where, "%s", function[0] != 0 ? function : host);
    else
        snprintf(p->where, sizeof p->where, "processor %u", p->record.cpu);
}

/* ---- The first panel and the last ------------------------------------------------------------ */

static void add_count(char *out, size_t size, uint32_t count, const char *one, const char *many)
{
    size_t used = strlen(out);

    if (count > 0)
        snprintf(out + used, size - used, "%s%u %s", used > 0 ? ", " : "", count,
                 count == 1 ? one : many);
}

static void tell_before(const struct board_work *w, struct board_panel *p)
{
    uint32_t arrivals = 0, requests = 0, switches = 0, visits = 0;
    char text[200] = "";

    for (uint64_t n = p->number + 1; n-- > w->past.first;) {
        const struct record *r = board_record(w, n);

        if (r->at + SEC(1) < p->record.at)
            break;
        arrivals += r->kind == REC_ARRIVAL;
        requests += r->kind == REC_IRP_CREATE || r->kind == REC_IRP_CALL;
        switches += r->kind == REC_SWITCH;
        visits += r->kind == REC_ATTACH;
    }
    add_count(text, sizeof text, arrivals, "message", "messages");
    add_count(text, sizeof text, requests, "call of a driver", "calls of drivers");
    add_count(text, sizeof text, visits, "visit to another process", "visits to other processes");
    add_count(text, sizeof text, switches, "change of threads", "changes of threads");
    board_say(p, "Before", "", "goes to work on processor %u", p->record.cpu);
    board_because(p, "In the second before: %s.", text[0] != 0 ? text : "hardly anything");
}

/* The run's own line about a stop that names processes, without the code. False: there is none. */
static bool story_of_stop(const struct board_work *w, char line[200])
{
    for (uint32_t i = 0; i < w->result.story_count; i++)
        if (w->result.story[i].kind == STORY_STOP && w->result.stop.arg_process[0].name[0] != 0) {
            const char *text = w->result.story[i].text, *code = strstr(text, ": STOP");

            snprintf(line, 200, "%.*s", code != NULL ? (int)(code - text) : 199, text);
            line[0] = (char)toupper((unsigned char)line[0]);
            return true;
        }
    return false;
}

/* The first sentence of a text, which may lack its full stop. */
static void because_first(struct board_panel *p, const char *text)
{
    const char *end = strstr(text, ". ");
    int length = end != NULL ? (int)(end - text) : (int)strlen(text);

    if (length > 0 && text[length - 1] == '.')
        length--;
    board_because(p, "%.*s.", MIN_OF(length, BOARD_TEXT_CHARS - 2), text);
}

static void tell_stop(const struct board_work *w, struct board_panel *p)
{
    const struct stop *stop = &w->result.stop;
    const char *text = bugcheck_text(stop->code);
    char line[200];

    board_say(p, "The stop", "STOP", "brings the machine down: STOP 0x%08X, %s", stop->code,
              bugcheck_name(stop->code));
    if (stop->rule[0] != 0)
        because_first(p, stop->rule);
    else if (story_of_stop(w, line))
        board_because(p, "%s%s", line,
                      stop->index != 0 && strstr(line, "KeAttachProcess") != NULL
                          ? ": it has only one place to keep its home in."
                          : ".");
    else if (text != NULL)
        because_first(p, text);
    else
        board_because(p, "The kernel finds its own rules broken and stops at once.");
}

static void tell_hang(const struct board_work *w, struct board_panel *p)
{
    const struct lanes *lanes = recording_lanes(w->run);

    board_say(p, "The hang", "silence", "is never woken: nothing happens any more");
    if (w->waiter_count == 0) {
        because_first(p, w->broken);
        return;
    }
    p->why[0] = 0;
    for (uint32_t i = 0; i < w->waiter_count; i++) {
        const struct board_waiter *waiter = &w->waiters[i];
        uint32_t lane = lanes_thread_by_id(lanes, waiter->thread, p->number);
        size_t used = strlen(p->why);
        char name[BOARD_NAME_CHARS] = "another";

        if (lane != LANE_NONE)
            board_name_thread(lanes, lane, name, sizeof name);
        if (i == 0 && lane != LANE_NONE) { /* The hang is theirs, not of who wrote last. */
            snprintf(p->thread, sizeof p->thread, "%s", name);
            snprintf(p->who, sizeof p->who, "thread %.90s", name);
        }
        snprintf(p->why + used, sizeof p->why - used, "%shread %.60s waits for %08x%s%.40s",
                 i == 0                     ? "T"
                 : i + 1 == w->waiter_count ? " and t"
                                            : ", t",
                 name, waiter->object, waiter->function[0] != 0 ? " in " : "", waiter->function);
    }
    snprintf(p->why + strlen(p->why), sizeof p->why - strlen(p->why),
             "; nobody is left to signal.");
}

static void tell_end(const struct board_work *w, struct board_panel *p)
{
    if (w->board->finding == FINDING_STOP) {
        tell_stop(w, p);
    } else if (w->board->finding == FINDING_HANG) {
        tell_hang(w, p);
    } else if (w->board->finding == FINDING_BROKEN) {
        board_say(p, "The end", "the end", "is the last that is recorded");
        because_first(p, w->broken);
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* The short words of the cause are those it would have as a panel. */
static void mark_cause(const struct board_work *w, struct board_panel *p)
{
    struct board_panel cause = { .record = p->cause_record, .number = p->cause };

    if (p->cause == BOARD_NOTHING)
        return;
    board_tell_kind(w, &cause);
    snprintf(p->cause_mark, sizeof p->cause_mark, "%s", cause.mark);
}

/* What the choice was about; site: the name before the first colon. */
static const char *choice_text(const char *surprise)
{
    for (uint32_t i = 0; i < choice_count; i++)
        if (strncmp(surprise, choice_names[i], strlen(choice_names[i])) == 0 &&
            surprise[strlen(choice_names[i])] == ':')
            return choice_texts[i];
    return "it goes otherwise than in the calm run";
}

void board_tell(struct board_work *w, struct board_panel *p, const char *function)
{
    const char *host;
    int used = 0;

    tell_who(w, p);
    board_tell_kind(w, p);
    if (p->role == BOARD_BEFORE)
        tell_before(w, p);
    if (p->role == BOARD_END)
        tell_end(w, p);
    tell_where(w, p, function);
    mark_cause(w, p);
    if (p->role == BOARD_CHOICE) {
        snprintf(p->title, sizeof p->title, "A choice");
        used = snprintf(p->caption, sizeof p->caption, "Chance chose here: %s (%s). ",
                        choice_text(p->surprise), p->surprise);
    }
    host = host_of(w, p);
    if (host != NULL && (p->record.kind == REC_ATTACH || strstr(p->what, host) != NULL ||
                         strstr(p->why, host) != NULL))
        host = NULL;
    if (p->role == BOARD_END && w->waiter_count > 0)
        function = ""; /* Each waiter's is told. */
    snprintf(p->caption + used, sizeof p->caption - (size_t)used, "%s %s%s%s%s%s. %s", p->who,
             p->what, function[0] != 0 ? ", in " : "", function,
             host != NULL ? ", as a visitor in " : "", host != NULL ? host : "", p->why);
    p->caption[used] = (char)toupper((unsigned char)p->caption[used]);
}

/* The threads of the story, that of `about` first, then from the end backwards; as many as fit. */
static void tell_all_who(struct board *board, const struct board_panel *about)
{
    const char *told[3];
    uint32_t count = 0;

    for (uint32_t i = board->count + 1; i-- > 0 && count < ARRAY_LEN(told);) {
        const char *thread = i == board->count ? about->thread : board->panels[i].thread;
        size_t used = strlen(board->who);
        bool known = false;

        for (uint32_t j = 0; j < count; j++)
            known = known || strcmp(told[j], thread) == 0;
        if (known)
            continue;
        snprintf(board->who + used, sizeof board->who - used, "%s%s", count > 0 ? "; " : "",
                 thread);
        told[count++] = thread;
    }
}

static void tell_all_when(struct board *board, const struct board_panel *about)
{
    sim_time at = about->record.at, first = board->panels[1].record.at;
    char length[40];

    snprintf(board->when, sizeof board->when, "%" PRIu64 ".%06u s after the start", at / SEC(1),
             (unsigned)(at % SEC(1) / US(1)));
    if (first >= at)
        return;
    board_length(at - first, length, sizeof length);
    snprintf(board->when + strlen(board->when), sizeof board->when - strlen(board->when),
             "; it began %s before", length);
}

void board_tell_all(struct board_work *w, const char *diagnosis)
{
    struct board *board = w->board;
    const struct board_panel *about = &board->panels[board->count - 1];

    for (uint32_t i = 0; i < board->count; i++)
        if (board->panels[i].number == w->focus)
            about = &board->panels[i];
    tell_all_who(board, about);
    tell_all_when(board, about);
    if (board->finding == FINDING_STOP)
        snprintf(board->what, sizeof board->what, "STOP 0x%08X, %s", w->result.stop.code,
                 bugcheck_name(w->result.stop.code));
    else if (board->finding == FINDING_CRASH)
        snprintf(board->what, sizeof board->what, "%s crashes with exception %08x",
                 w->result.victim, (unsigned)w->result.crash_code);
    else
        snprintf(board->what, sizeof board->what, "%s",
                 board->finding == FINDING_HANG ? "the machine hangs"
                                                : "a driver destroys the machine");
    snprintf(board->where, sizeof board->where, "%s", about->where);
    snprintf(board->why, sizeof board->why, "%s",
             diagnosis[0] != 0 ? diagnosis : "no diagnosis is known");
}
