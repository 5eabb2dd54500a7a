/* grade.h - plays a lesson with the answers of a file, and writes what grading systems read.
 *
 *     [answers]
 *     lesson = 4_memory            the lesson's file name without .ini
 *     who = 7f3a                   any word; no names are needed
 *     page_1 = b                   a letter or a value; several tries with commas between
 *     page_2 = hint, c             "hint" where one was asked for
 *
 * Keys are computed from the run: neither the lesson file nor an answer file holds them.
 */
#pragma once
#include "ui/lesson/score.h"

struct grade {
    char lesson[80], title[120], who[80];
    struct score score;
    char titles[LESSON_PAGES_MAX][120];
    char keys[LESSON_PAGES_MAX][VALUE_TEXT_CHARS];
    uint64_t cpu_ms; /* Host's processor time. */
};

enum grade_end { GRADE_DONE, GRADE_FILE, GRADE_LESSON };

/* Reads the answers at path and plays the lesson. GRADE_FILE: the answers are wrong; GRADE_LESSON:
 * a page cannot be played. The errors were written to `errors`. */
enum grade_end grade_lesson(struct lesson *lesson, const struct run_options *options,
                            const char *path, struct grade *grade, FILE *errors);

/* Writes a grade for people, and as its last line the JSON that Autolab reads. */
void grade_autolab(const struct grade *grade, FILE *out);
/* Writes results.json as Gradescope reads it. */
void grade_gradescope(const struct grade *grade, FILE *out);
/* Writes JUnit XML: the lesson is a suite, a page a case. show_keys: a failure tells the key. */
void grade_junit(const struct grade *grade, bool show_keys, FILE *out);
