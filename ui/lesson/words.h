/* words.h - the words of expressions: each a row of words.def with a function. */
#pragma once
#include "ui/lesson/expr.h"

/* What a word asks of. */
struct asking {
    const struct expr_page *page;
    struct lesson_run *run;
    const struct expr *expr;
    const struct expr_node *node;
    char *error; /* LESSON_ERROR_CHARS */
};

struct lesson_word {
    const char *name;
    /* A letter an argument: A an instant, T a thread, P a process, C what anchors call a condition
     * (a kind of record with by, in, of, with), G a gauge, F a field, S a text, E an expression. */
    const char *arguments;
    bool (*ask)(const struct asking *asking, struct value *out);
    const char *help;
};

extern const struct lesson_word lesson_words[];
extern const uint32_t lesson_word_count;

/* Arguments by index. False: there is no such instant, thread, ...; the error is written. */
bool ask_instant(const struct asking *asking, uint32_t index, uint64_t *record);
/* A thread: "thread of ANCHOR" is the record's field of that name, else who wrote the record;
 * "writer of ANCHOR" who wrote it; or a lane's name: "store.exe/proxy 3". Gives its lane. */
bool ask_thread(const struct asking *asking, uint32_t index, uint32_t *lane);
bool ask_expression(const struct asking *asking, uint32_t index, struct value *out);
const char *ask_text(const struct asking *asking, uint32_t index);
bool ask_refuse(const struct asking *asking, const char *format, ...) PRINTF_LIKE(2, 3);

/* The record of this number, waiting for it. False: there is none. */
bool ask_record(const struct asking *asking, uint64_t number, struct record *out);
/* Looks at the whole machine at a record: take may read look until it returns, and its answer is
 * this function's. False also: there is no such record. */
bool ask_look(const struct asking *asking, uint64_t number,
              bool (*take)(const struct inspect *look, void *ctx), void *ctx);
/* The name of the process, thread or lock at an address, as it was at that record; else a
 * number. */
bool ask_name_at(const struct asking *asking, uint32_t value, uint64_t number, struct value *out);
