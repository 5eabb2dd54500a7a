/* carry.h - the state of a search as text: written, and read back, by one list of its fields.
 *
 *     carry_word(c, "walk");
 *     walk->left = (uint32_t)carry_number(c, walk->left, ROOM);    // is read, or is written
 *     carry_line(c);
 *
 * A line is a word and numbers. Whatever is read that was not to be expected is an error, with line
 * and column; the first one is kept, and all numbers behind it are 0.
 */
#pragma once
#include "sim/base.h"

enum { CARRY_ERROR_CHARS = 200 };

struct carry {
    bool reads;
    char *text; /* Written: the carry's own. */
    size_t length, room, at;
    uint32_t line, column;         /* From 1: of what is read next. */
    bool begun;                    /* Something stands in the present line. */
    char error[CARRY_ERROR_CHARS]; /* What was found and expected; "": no error. */
    uint32_t error_line, error_column;
};

/* Begin to write; begin to read a text, which must stay. */
void carry_write(struct carry *carry);
void carry_read(struct carry *carry, char *text, size_t length);
void carry_free(struct carry *carry);

/* The next word is this one. */
void carry_word(struct carry *carry, const char *word);
/* A number of at most `most`: writes the value, or reads one. */
uint64_t carry_number(struct carry *carry, uint64_t value, uint64_t most);
/* The rest of the line, without line ends; text has room for `size` bytes. */
void carry_rest(struct carry *carry, char *text, size_t size);
/* The end of the line. */
void carry_line(struct carry *carry);
/* A number that must be what it was when it was written; else the error is `what`. */
void carry_same(struct carry *carry, const char *word, uint64_t value, const char *what);
/* The same for the rest of a line. */
void carry_same_text(struct carry *carry, const char *word, const char *value, const char *what);
/* True if nothing was wrong so far. */
bool carry_good(const struct carry *carry);
