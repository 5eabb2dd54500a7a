/* page.c - see page.h. */
#include "ui/lesson/page.h"
#include "ui/lesson/words.h"
#include "model/words/names.h"
#include "ui/recording/anchor.h"
#include "ui/host/texts.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LANE_TEXT_CHARS = 2 * LANE_NAME_CHARS + 16 };

struct lesson_session {
    struct lesson *lesson;
    struct lesson_runs *runs;
};

struct lesson_session *lesson_session_new(struct lesson *lesson, const struct run_options *options)
{
    struct lesson_session *session = calloc(1, sizeof *session);

    CHECK(session != NULL);
    session->lesson = lesson;
    session->runs = lesson_runs_new(options, lesson->path);
    return session;
}

void lesson_session_free(struct lesson_session *session)
{
    if (session != NULL)
        lesson_runs_free(session->runs);
    free(session);
}

struct lesson_runs *lesson_session_runs(struct lesson_session *session) { return session->runs; }

/* What is being looked up. */
struct opening {
    struct lesson_session *session;
    const struct lesson_page *page;
    struct page_view *view;
    struct expr_page marks;
    char *error;
    const char **key;
};

static bool failed_at(struct opening *o, const char *key)
{
    *o->key = key;
    return false;
}

/* ---- Instants -------------------------------------------------------------------------------- */

static bool time_of(struct lesson_run *run, uint64_t number, sim_time *out)
{
    struct recording *recording = lesson_run_recording(run);

    if (recording == NULL)
        return false;
    recording_lock(recording);
    *out = recording_time(recording, number);
    recording_unlock(recording);
    return true;
}

static bool find(struct opening *o, const char *key, const char *anchor, int mark, uint64_t *number,
                 sim_time *time)
{
    if (!expr_instant(&o->marks, o->marks.run, anchor, number, o->error) ||
        !time_of(o->marks.run, *number, time))
        return failed_at(o, key);
    o->marks.marks[mark] = *number;
    return true;
}

static bool find_instants(struct opening *o)
{
    const struct lesson_page *page = o->page;
    struct page_view *v = o->view;

    if (!find(o, "at", page->at[0] != 0 ? page->at : "end", MARK_AT, &v->at, &v->at_time) ||
        !find(o, "from", page->from[0] != 0 ? page->from : "begin", MARK_FROM, &v->from,
              &v->from_time) ||
        !find(o, "to", page->to[0] != 0 ? page->to : "at", MARK_TO, &v->to, &v->to_time))
        return false;
    if (v->from <= v->to)
        return true;
    snprintf(o->error, LESSON_ERROR_CHARS,
             "a stretch that ends before it begins (expected from "
             "before to)");
    return failed_at(o, page->from[0] != 0 ? "from" : "to");
}

/* ---- Lanes ----------------------------------------------------------------------------------- */

/* The lane of a thread that an expression names, as --select has it: "inetinfo.exe/atq (00f4)".
 * Names alone are not enough: a pool's threads are all called so. */
static bool name_thread(struct opening *o, const struct expr *expr, char out[LANE_TEXT_CHARS])
{
    struct asking a = {
        .page = &o->marks, .expr = expr, .node = &expr->nodes[expr->root], .error = o->error
    };
    struct recording *recording;
    const struct lanes *lanes;
    const struct lane *lane;
    uint32_t index;

    a.run = o->marks.run;
    if (!ask_thread(&a, 0, &index))
        return false;
    recording = lesson_run_recording(a.run);
    recording_lock(recording);
    lanes = recording_lanes(recording);
    lane = lanes_get(lanes, index);
    if (lane->parent != LANE_NONE)
        snprintf(out, LANE_TEXT_CHARS, "%s/%s (%04x)", lanes_get(lanes, lane->parent)->name,
                 lane->name, lane->id);
    else
        snprintf(out, LANE_TEXT_CHARS, "%s", lane->name);
    recording_unlock(recording);
    return true;
}

/* Writes a list of lanes, in which "thread of ANCHOR" and "writer of ANCHOR" are replaced by the
 * names of threads. */
static bool name_lanes(struct opening *o, const char *key, const char *list, char *out, size_t size)
{
    char *copy = strdup(list), *rest = copy, *item;
    size_t used = 0;
    bool good = copy != NULL;

    out[0] = 0;
    while (good && (item = text_take(&rest, ",")) != NULL) {
        char text[160], name[LANE_TEXT_CHARS];
        struct expr expr;

        item += strspn(item, " ");
        if (strncmp(item, "thread of ", 10) == 0 || strncmp(item, "writer of ", 10) == 0) {
            snprintf(text, sizeof text, "thread(%s)", item);
            good = expr_parse(&expr, text, &o->session->lesson->runs, o->error) &&
                   name_thread(o, &expr, name);
            item = name;
        }
        if (good && used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? "," : "", item);
    }
    free(copy);
    return good || failed_at(o, key);
}

/* ---- The machine at the instant, in words ---------------------------------------------------- */

/* What a processor does: "processor 0: worker of store.exe, sees the memory of store.exe". */
static void tell_processor(const struct inspect *look, const struct inspect_processor *cpu,
                           bool memory, char *line, size_t size)
{
    const struct inspect_thread *t = cpu->idle ? NULL : inspect_thread(look, cpu->thread);
    const struct inspect_process *space = inspect_process_at(look, cpu->current_process);
    size_t used;

    if (t == NULL) {
        snprintf(line, size, "processor %u: idle", cpu->number);
        return;
    }
    used = (size_t)snprintf(
        line, size, "processor %u: %s of %s", cpu->number, t->name[0] != 0 ? t->name : "a thread",
        t->process != INSPECT_NOBODY ? look->processes[t->process].name : "nobody");
    if (memory && used < size)
        used += (size_t)snprintf(line + used, size - used, ", sees the memory of %s%s",
                                 space != NULL ? space->name : "nobody",
                                 t->attach_index != 0 ? " (away: index 1)" : "");
    if (cpu->dpc_active && used < size)
        snprintf(line + used, size - used, ", in a DPC");
}

/* The figures of the panel, in one line. */
static void tell_figures(const struct inspect *look, uint32_t panel, char *line, size_t size)
{
    static const struct figure {
        enum lesson_panel part;
        enum inspect_gauge gauge;
        const char *before, *one, *many;
    } figures[] = {
        { PANEL_READY, GAUGE_THREADS_READY, "", " thread is ready", " threads are ready" },
        { PANEL_RESERVE, GAUGE_RESERVE_PAGES, "the driver's reserve has ", " page", " pages" },
        { PANEL_REQUESTS, GAUGE_UPCALLS_QUEUED, "", " request (upcall) waits",
          " requests (upcalls) wait" },
        { PANEL_CLERKS, GAUGE_PROXIES_IDLE, "", " proxy thread of the store is free",
          " proxy threads of the store are free" },
    };
    size_t used = 0;

    for (size_t i = 0; i < ARRAY_LEN(figures) && used < size; i++) {
        unsigned long long value = look->gauges.value[figures[i].gauge];

        if ((panel & LESSON_PANEL(figures[i].part)) != 0)
            used += (size_t)snprintf(line + used, size - used, "%s%s%llu%s", used > 0 ? "; " : "",
                                     figures[i].before, value,
                                     value == 1 ? figures[i].one : figures[i].many);
    }
}

static bool take_here(const struct inspect *look, void *ctx)
{
    struct page_view *v = ctx;
    uint32_t panel = v->page->panel;

    if ((panel & LESSON_PANEL(PANEL_PROCESSORS)) != 0)
        for (uint32_t i = 0; i < look->processor_count && v->here_count + 1 < ARRAY_LEN(v->here);
             i++)
            tell_processor(look, &look->processors[i], (panel & LESSON_PANEL(PANEL_MEMORY)) != 0,
                           v->here[v->here_count++], sizeof v->here[0]);
    tell_figures(look, panel, v->here[v->here_count], sizeof v->here[0]);
    v->here_count += v->here[v->here_count][0] != 0;
    return true;
}

static bool look_here(struct opening *o)
{
    struct asking a = { .page = &o->marks, .run = o->marks.run, .error = o->error };

    return ask_look(&a, o->view->at, take_here, o->view) || failed_at(o, "at");
}

static bool find_address(struct opening *o)
{
    struct value value;

    if (!o->page->has_address)
        return true;
    if (!expr_evaluate(&o->page->address, &o->marks, &value, o->error))
        return failed_at(o, "address");
    o->view->address = (uint32_t)value.number;
    if (value.kind == VALUE_COUNT && value.number > 0 && value.number <= UINT32_MAX)
        return true;
    snprintf(o->error, LESSON_ERROR_CHARS, "no address (expected a number below 2^32)");
    return failed_at(o, "address");
}

/* ---- The question ---------------------------------------------------------------------------- */

static bool is_measure(enum value_kind kind)
{
    return kind == VALUE_COUNT || kind == VALUE_TIME || kind == VALUE_SHARE;
}

/* How far two numbers are from each other, as a ratio in hundredths; equal ones: 100. */
static uint64_t ratio(int64_t one, int64_t other)
{
    uint64_t low, high;

    if (one == other)
        return 100;
    if (one <= 0 || other <= 0)
        return UINT64_MAX;
    low = (uint64_t)MIN_OF(one, other);
    high = (uint64_t)MAX_OF(one, other);
    return high > UINT64_MAX / 100 ? high / low * 100 : high * 100 / low;
}

/* The offer that the key is: the same value, or of numbers that stand for "about" the nearest one.
 * -1: none is, or two are. */
static int right_offer(const struct value *key, const struct value *offers, uint32_t count)
{
    enum { NEAR = 250 };
    uint64_t best = UINT64_MAX, second = UINT64_MAX;
    int right = -1, equal = -1;

    for (uint32_t i = 0; i < count; i++) {
        if (value_equal(key, &offers[i])) {
            if (equal >= 0)
                return -1;
            equal = (int)i;
        }
        if (!is_measure(key->kind) || offers[i].kind != key->kind)
            continue;
        uint64_t far = ratio(key->number, offers[i].number);

        if (far < best) {
            second = best;
            best = far;
            right = (int)i;
        } else {
            second = MIN_OF(second, far);
        }
    }
    if (equal >= 0)
        return equal;
    return best <= NEAR && second / 2 >= best ? right : -1;
}

struct naming { /* A record that is put into words. */
    struct asking asking;
    uint64_t number;
};

/* Says what a value of a record is, where it is a process or a thread. */
static const char *name_value(void *ctx, char argument, char how, uint32_t value)
{
    static _Thread_local char name[VALUE_NAME_CHARS];
    const struct naming *naming = ctx;
    struct value named;

    if (argument == 0 || how != 'x' ||
        !ask_name_at(&naming->asking, value, naming->number, &named) || named.kind != VALUE_NAME)
        return NULL;
    snprintf(name, sizeof name, "%s", named.name);
    return name;
}

/* Instants are shown as their time and what the record says. */
static bool name_instant(struct opening *o, struct value *value)
{
    struct naming naming = { { .page = &o->marks, .error = o->error }, (uint64_t)value->number };
    struct record record;
    char words[120];

    naming.asking.run = o->marks.run;
    if (!ask_record(&naming.asking, naming.number, &record))
        return false;
    trace_words(&record, record_kinds[record.kind].format, name_value, &naming, words,
                sizeof words);
    snprintf(value->name, sizeof value->name, "%llu.%06llu s: %.110s",
             (unsigned long long)(record.at / SEC(1)),
             (unsigned long long)(record.at % SEC(1) / 1000), words);
    return true;
}

static bool read_offers(struct opening *o)
{
    static const char *const keys[] = { "offer",   "offer_2", "offer_3",
                                        "offer_4", "offer_5", "offer_6" };
    struct page_view *v = o->view;
    struct value offers[LESSON_OFFERS_MAX];
    char text[VALUE_TEXT_CHARS];

    v->offer_count = o->page->offer_count;
    for (uint32_t i = 0; i < v->offer_count; i++) {
        if (!expr_evaluate(&o->page->offers[i], &o->marks, &offers[i], o->error))
            return failed_at(o, keys[i]);
        if (offers[i].kind != v->key.kind) {
            snprintf(o->error, LESSON_ERROR_CHARS,
                     "the offer \"%s\" is of another kind than the "
                     "key, which is %s",
                     value_text(&offers[i], text), v->key_text);
            return failed_at(o, keys[i]);
        }
        if (offers[i].kind == VALUE_INSTANT && !name_instant(o, &offers[i]))
            return failed_at(o, keys[i]);
        value_text(&offers[i], v->offers[i]);
    }
    v->right = right_offer(&v->key, offers, v->offer_count);
    if (v->offer_count == 0 || v->right >= 0)
        return true;
    snprintf(o->error, LESSON_ERROR_CHARS,
             "the key is %s, which is not exactly one of the offers (expected one that is right)",
             v->key_text);
    return failed_at(o, "key");
}

static bool read_question(struct opening *o)
{
    struct page_view *v = o->view;

    v->right = -1;
    if (!o->page->has_key)
        return true;
    if (!expr_evaluate(&o->page->key, &o->marks, &v->key, o->error))
        return failed_at(o, "key");
    if (v->key.kind == VALUE_INSTANT) {
        o->marks.marks[MARK_KEY] = (uint64_t)v->key.number;
        if (!name_instant(o, &v->key))
            return failed_at(o, "key");
    }
    value_text(&v->key, v->key_text);
    return read_offers(o);
}

static bool find_other(struct opening *o)
{
    const struct lesson_other *other = &o->page->other;
    struct page_view *v = o->view;
    struct lesson_run *run;

    v->has_other = other->at[0] != 0;
    if (!v->has_other)
        return true;
    run = expr_run(&o->marks, o->marks.run, other->run, o->error);
    if (run == NULL || !expr_instant(&o->marks, run, other->at, &v->other_at, o->error))
        return failed_at(o, "else");
    snprintf(v->other_run, sizeof v->other_run, "%s", lesson_run_sets(run));
    v->other_seed = lesson_run_seed(run);
    return true;
}

/* ---- Texts ----------------------------------------------------------------------------------- */

static bool put_value(void *ctx, const struct expr *expr, char *out, size_t size, char *error)
{
    struct opening *o = ctx;
    char text[VALUE_TEXT_CHARS];
    struct value value;

    if (!expr_evaluate(expr, &o->marks, &value, error))
        return false;
    snprintf(out, size, "%s", value_text(&value, text));
    return true;
}

static bool expand(struct opening *o, const char *key, const char *text,
                   char out[LESSON_TEXT_CHARS])
{
    return lesson_expand(o->session->lesson, text, put_value, o, out, LESSON_TEXT_CHARS,
                         o->error) ||
           failed_at(o, key);
}

static bool expand_texts(struct opening *o)
{
    static const char *const slips[] = { "slip", "slip_2", "slip_3", "slip_4", "slip_5", "slip_6" };
    const struct lesson_page *page = o->page;
    struct page_texts *t = &o->view->texts;
    bool good = expand(o, "say", page->say, t->say) && expand(o, "ask", page->ask, t->ask) &&
                expand(o, "hint", page->hint, t->hint) &&
                expand(o, "reveal", page->reveal, t->reveal);

    for (uint32_t i = 0; i < LESSON_OFFERS_MAX && good; i++)
        good = expand(o, slips[i], page->slips[i], t->slips[i]);
    return good;
}

/* ---- Opening --------------------------------------------------------------------------------- */

struct lesson_run *lesson_page_run(struct lesson_session *session, const struct lesson_page *page,
                                   char error[LESSON_ERROR_CHARS])
{
    struct expr_page none = { .runs = session->runs, .named = &session->lesson->runs };

    return expr_run(&none, NULL, page->run, error);
}

static bool find_run(struct opening *o)
{
    o->marks.run = lesson_page_run(o->session, o->page, o->error);
    if (o->marks.run == NULL)
        return failed_at(o, "run");
    snprintf(o->view->run, sizeof o->view->run, "%s", lesson_run_sets(o->marks.run));
    return true;
}

struct page_view *lesson_page_open(struct lesson_session *session, uint32_t index,
                                   char error[LESSON_ERROR_CHARS], const char **key)
{
    struct page_view *view = calloc(1, sizeof *view);
    struct opening o = { session, &session->lesson->pages[index], view, { 0 }, error, key };

    CHECK(view != NULL);
    view->page = o.page;
    view->number = index + 1;
    o.marks.runs = session->runs;
    o.marks.named = &session->lesson->runs;
    for (int i = 0; i < MARKS; i++)
        o.marks.marks[i] = MARK_NONE;
    *key = NULL;
    error[0] = 0;
    lesson_runs_page(session->runs);
    if (find_run(&o) && find_instants(&o) && look_here(&o) && find_address(&o) &&
        read_question(&o) && expand_texts(&o) &&
        name_lanes(&o, "lanes", o.page->lanes, view->lanes, sizeof view->lanes) &&
        name_lanes(&o, "select", o.page->select, view->select, sizeof view->select) &&
        find_other(&o))
        return view;
    page_free(view);
    return NULL;
}

void page_free(struct page_view *view) { free(view); }

bool lesson_page_claims(struct lesson_session *session, const struct page_view *view,
                        uint32_t *claim, char error[LESSON_ERROR_CHARS])
{
    struct expr_page marks = { .runs = session->runs, .named = &session->lesson->runs };
    struct value value;

    marks.run = lesson_page_run(session, view->page, error);
    if (marks.run == NULL)
        return false; /* Not so: the page was opened with it. */
    marks.marks[MARK_AT] = view->at;
    marks.marks[MARK_FROM] = view->from;
    marks.marks[MARK_TO] = view->to;
    marks.marks[MARK_KEY] =
        view->key.kind == VALUE_INSTANT ? (uint64_t)view->key.number : MARK_NONE;
    for (*claim = 0; *claim < view->page->claim_count; ++*claim) {
        if (!expr_evaluate(&view->page->claims[*claim], &marks, &value, error))
            return false;
        if (value.kind == VALUE_YES_NO && value.number != 0)
            continue;
        snprintf(error, LESSON_ERROR_CHARS, "not true in this run: %s",
                 view->page->claim_texts[*claim]);
        return false;
    }
    return true;
}

/* ---- Answers --------------------------------------------------------------------------------- */

static bool near_enough(const struct value *key, const struct value *answer)
{
    enum { EXACT_UP_TO = 20, FIFTH = 120, TWICE = 200 };

    if (value_equal(key, answer))
        return true;
    if (!is_measure(key->kind) || (key->kind == VALUE_COUNT && key->number <= EXACT_UP_TO))
        return false;
    return ratio(key->number, answer->number) <= (key->kind == VALUE_COUNT ? FIFTH : TWICE);
}

enum page_verdict page_answer(const struct page_view *view, const char *text, int *chosen)
{
    struct value answer;

    *chosen = -1;
    text += strspn(text, " \t");
    if (view->offer_count > 0) {
        int letter = tolower((unsigned char)text[0]) - 'a';

        if (text[0] == 0 || text[1] != 0 || letter < 0 || letter >= (int)view->offer_count)
            return PAGE_UNREADABLE;
        *chosen = letter;
        return letter == view->right ? PAGE_RIGHT : PAGE_WRONG;
    }
    if (!value_read(view->key.kind, text, &answer))
        return PAGE_UNREADABLE;
    return near_enough(&view->key, &answer) ? PAGE_RIGHT : PAGE_WRONG;
}
