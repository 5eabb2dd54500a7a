/* quiz_draw.h - what the functions of the types use: the run at hand, its records, looks, options.
 *
 *     bool quiz_draw_in_force(struct quiz_draw *d)
 *     {
 *         const struct inspect *look = quiz_look(d, number, INSPECT_PROCESSES | INSPECT_THREADS);
 *
 *         quiz_ask_text(d, number, "Which process is in force for %s?", name);
 *         quiz_key(d, value_name(in_force_by_look), "because ...");
 *         quiz_slip(d, value_name(owner), "That is its owner: ...");
 *         return quiz_agree(d, value_name(in_force_by_records));
 *     }
 */
#pragma once
#include "sim/rng.h"
#include "ui/lesson/quiz.h"

/* All records of a run, from its own machine: the second way, beside the looks. */
struct quiz_tape {
    struct record *records;
    uint64_t count;
    size_t room;
    uint64_t first; /* The first arrival: before it the machine only boots. */
    uint64_t last;  /* One past the records of the first boot. */
    /* Numbers that the machine gave while it ran on, beside its records. */
    struct result result;
};

struct quiz_draw {
    struct quiz *quiz;
    struct rng rng;
    struct lesson_runs *runs;
    struct lesson_run *run; /* The scenario's own run. */
    struct quiz_tape *tape; /* The records of `run`. */
    struct quiz_question *q;
    enum quiz_refusal why;
    bool hopeless; /* Another draw of this scenario would come to the same. */
    bool no_memory;
};

/* A draw: fills in the question, with the key as its first option. False: refused; why says what
 * for (REFUSED_NOTHING unless a helper said otherwise). */
#define QUIZ_TYPE(name, title, learns) bool quiz_draw_##name(struct quiz_draw *d);
#include "ui/lesson/quiz_types.def"
#undef QUIZ_TYPE

/* ---- Drawing --------------------------------------------------------------------------------- */
/* A number below `below`. */
uint32_t quiz_draw_below(struct quiz_draw *d, uint32_t below);
/* The number of a record of the first boot, under load, that fits: each is as likely as the others.
 * UINT64_MAX: there is none. */
typedef bool quiz_fits(const struct quiz_tape *tape, uint64_t number, const void *ctx);
uint64_t quiz_draw_where(struct quiz_draw *d, quiz_fits *fits, const void *ctx);

/* ---- Looking --------------------------------------------------------------------------------- */
/* The machine as it was when this record was written: runs it again from boot. The look is good
 * until the next one. NULL: no memory, or no such record. */
const struct inspect *quiz_look(struct quiz_draw *d, uint64_t number, uint32_t parts);
/* Name of the process at an address in a look; "nobody": there is none. */
const char *quiz_process(const struct inspect *look, uint32_t address);
/* Name of a thread with its ID, as several may be called the same: "store.exe/proxy (132)". */
void quiz_thread(const struct inspect *look, const struct inspect_thread *thread,
                 char out[VALUE_NAME_CHARS]);

/* ---- Visits (quiz_visits.c) ------------------------------------------------------------------ */
/* Draws a record inside a visit, or in a third of all cases just outside it, of the visiting
 * thread. */
bool quiz_draw_visit(struct quiz_draw *d, uint64_t *number);
struct quiz_visitor {
    const struct inspect_thread *thread;
    const char *owner, *here; /* Names of its process, and of the one in force. */
    char name[VALUE_NAME_CHARS];
};
/* Looks at the running thread that wrote a record. NULL: it is none, or a DPC ran. */
const struct inspect *quiz_look_visitor(struct quiz_draw *d, uint64_t number, uint32_t parts,
                                        struct quiz_visitor *out);
/* Lists the latest attaches and detaches of the thread of a record, at most so many. */
void quiz_list_visits(struct quiz_draw *d, const struct inspect *look, uint64_t number,
                      uint32_t most);
/* Address of the process that the thread of a record visits next; 0: none soon. */
uint32_t quiz_next_host(const struct quiz_tape *tape, uint64_t number);

/* The records of a run of the quiz. NULL: no memory. Free them with quiz_tape_free. */
struct quiz_tape *quiz_tape_new(const struct quiz *quiz, const struct lesson_run *run);
void quiz_tape_free(struct quiz_tape *tape);

/* ---- Saying ---------------------------------------------------------------------------------- */
/* The question is about this record of the run, or (number UINT64_MAX) about the whole run. */
void quiz_ask_text(struct quiz_draw *d, uint64_t number, const char *format, ...) PRINTF_LIKE(3, 4);
/* A fact that the question gives. */
void quiz_line(struct quiz_draw *d, const char *format, ...) PRINTF_LIKE(2, 3);
/* A record as such a fact, with names of processes and threads from a look. */
void quiz_record_line(struct quiz_draw *d, const struct inspect *look, uint64_t number);

/* ---- Options --------------------------------------------------------------------------------- */
/* The key; because says why it is right. */
void quiz_key(struct quiz_draw *d, struct value value, const char *because, ...) PRINTF_LIKE(3, 4);
/* A wrong option, unless it equals one that is there, or there is no room. */
void quiz_slip(struct quiz_draw *d, struct value value, const char *slip, ...) PRINTF_LIKE(3, 4);
/* Another text for the option that was added last. */
void quiz_text(struct quiz_draw *d, const char *format, ...) PRINTF_LIKE(2, 3);
/* What the second way came to: false, and refused, if it is not the key. */
bool quiz_agree(struct quiz_draw *d, struct value value);
/* Refuses for this reason. Always false. */
bool quiz_refuse(struct quiz_draw *d, enum quiz_refusal why);
