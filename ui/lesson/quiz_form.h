/* quiz_form.h - a form: several questions, as people answer them, in every format.
 *
 *     struct quiz_form *form = quiz_form_new(seed, QUIZ_TYPES, 10);
 *     if (quiz_form_fill(form, quiz, NULL, NULL) == QUIZ_ASKED)
 *         quiz_form_sheet(form, stdout);
 *     quiz_form_free(form);
 *
 * A form is named by the seed that it was drawn with. Answer files (quiz_form_answers) and keys
 * (quiz_form_key) are small INI files that `exifsim quiz --stats` reads.
 */
#pragma once
#include "ui/lesson/quiz.h"
#include <stdio.h>

enum { QUIZ_QUESTIONS_USUAL = 10 };

struct quiz_form {
    uint64_t seed;
    enum quiz_kind kind; /* QUIZ_TYPES: all in turn. */
    uint32_t most;       /* How many questions are wanted. */
    uint32_t count;
    struct quiz_question *questions; /* Room for `most`: a question that is there stays there. */
    bool exhausted[QUIZ_TYPES];      /* The pool gave no further question of this type. */
    uint32_t refused[QUIZ_REFUSALS]; /* Instants, by reason. */
};

/* Makes an empty form for `most` questions: of one type, or (QUIZ_TYPES) of all in turn. */
struct quiz_form *quiz_form_new(uint64_t seed, enum quiz_kind kind, uint32_t most);
void quiz_form_free(struct quiz_form *form); /* NULL is allowed. */

/* Draws the questions, and says how many there are behind each; made NULL: to nobody. Fewer than
 * wanted, where the pool gives no more. Any end but QUIZ_ASKED: the form is not whole. */
typedef void quiz_made(void *ctx, uint32_t count);
enum quiz_end quiz_form_fill(struct quiz_form *form, struct quiz *quiz, quiz_made *made, void *ctx);

/* Writes one question, without its key, as the terminal and the sheet show it. box: what stands
 * before a letter, such as "[ ] ". */
void quiz_form_question(const struct quiz_form *form, uint32_t index, const char *box, FILE *out);

/* ---- Formats --------------------------------------------------------------------------------- */
/* Writes a page for printing: boxes to tick, no keys. */
void quiz_form_sheet(const struct quiz_form *form, FILE *out);
/* Writes the key page: an INI file whose comments say why each key is right. */
void quiz_form_key(const struct quiz_form *form, FILE *out);
/* Writes Moodle's GIFT, with the slips as feedback. */
void quiz_form_gift(const struct quiz_form *form, FILE *out);
/* Writes JSON (docs/quiz.md). */
void quiz_form_json(const struct quiz_form *form, FILE *out);

/* ---- Answers --------------------------------------------------------------------------------- */
enum { QUIZ_ITEMS_MAX = 1000 };
/* An answer file: [answers] who, form, minutes, item_1 = b ... */
struct quiz_answers {
    char who[80], form[80];
    uint64_t minutes;                /* 0: not said. */
    uint32_t count;                  /* Highest number of an item that is answered. */
    uint8_t letters[QUIZ_ITEMS_MAX]; /* 1 for a; 0: no answer. */
};
/* A key file: [key] form, item_1 = b of 4 ... */
struct quiz_keys {
    char form[80];
    uint32_t count;
    uint8_t letters[QUIZ_ITEMS_MAX], options[QUIZ_ITEMS_MAX];
};
enum quiz_file { QUIZ_FILE_ANSWERS, QUIZ_FILE_KEY, QUIZ_FILE_WRONG };
/* Reads a file of either kind. form: the file has to answer this form; NULL: any. WRONG: the errors
 * were written to `errors`. */
enum quiz_file quiz_file_read(const char *path, const struct quiz_form *form,
                              struct quiz_answers *answers, struct quiz_keys *keys, FILE *errors);
