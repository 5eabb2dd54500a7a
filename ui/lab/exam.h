/* exam.h - tries a mended driver: the answer of `exifsim lab`.
 *
 *     struct exam exam = { .lab = &lab, .folder = "h3", .seeds = 20 };
 *     exam_go(&exam);
 *     ... exam.steps, exam.verdict
 *     exam_free(&exam);
 *
 * The driver is asked in this order, and the first "no" ends the exam:
 *
 *     builds     it compiles, and calls nothing that the machine has not
 *     works      calm load: all mail; heavy load: it still lends, and about as fast as the hotfix
 *     known      the lab's own load, seed after seed
 *     search     orders of threads around loans, slow disks, slow transfers, crashes of the store
 *
 * A lab in free order (a race of its own, without Exchange) has no load: `works` is the calm order,
 * `known` is the same for every seed and left out, and the search runs all orders if it can.
 *
 * A driver that no run has refuted is not proved right: `not_asked` says what nobody has tried.
 */
#pragma once
#include "ui/explore/finding.h"
#include "ui/lab/lab.h"

enum exam_step { EXAM_BUILDS, EXAM_WORKS, EXAM_KNOWN, EXAM_SEARCH, EXAM_STEPS };
extern const char *const exam_step_words[EXAM_STEPS];  /* "builds", "works", ... */
extern const char *const exam_step_titles[EXAM_STEPS]; /* For people: "does its work". */

enum exam_answer { EXAM_NOT_ASKED, EXAM_YES, EXAM_NO };
extern const char *const exam_answer_words[]; /* "not asked", "yes", "no". */

/* The driver's end. EXAM_UNKNOWN: the exam itself was ended before it had an answer. */
enum exam_verdict { EXAM_REFUTED, EXAM_NOT_REFUTED, EXAM_DOES_NOT_BUILD, EXAM_UNKNOWN };
extern const char *const exam_verdict_words[]; /* "refuted", "not refuted", "does not build", ... */

enum { EXAM_TEXT_CHARS = 600 };
struct exam_said {
    enum exam_answer answer;
    char text[EXAM_TEXT_CHARS]; /* What was seen, in a sentence. */
};

struct exam {
    const struct lab *lab;
    const char *folder;        /* Student's folder; its driver.c is read. */
    uint32_t seeds;            /* Runs of the known ends; 0: the lab's own number. */
    uint64_t schedules;        /* Orders in each window; 0: 200, of a race all. */
    const atomic_bool *signal; /* Ends the exam; NULL: never. */
    void (*progress)(void *ctx, enum exam_step step, uint32_t done); /* NULL: nobody is told. */
    void *ctx;
    /* The exam's own: --set of the driver's sources, and of the folder of the lab's headers. */
    char source[3 * PLACE_CHARS], include[2 * PLACE_CHARS];

    /* The result. */
    bool is_race; /* In free order. */
    enum exam_verdict verdict;
    struct exam_said steps[EXAM_STEPS];
    char not_asked[EXAM_TEXT_CHARS];
    char *errors; /* Errors of a driver that does not build, a line each; "": none. */
    /* What the run that refutes the driver has found, and the smallest such run. */
    struct finding finding;
    char *capsule;   /* NULL: no run refuted it, or the run does not repeat. */
    bool is_minimal; /* The capsule was minimised. */
    uint32_t runs;   /* Whole runs that were made. */
    uint64_t orders; /* Schedules of the search. */
};

void exam_go(struct exam *exam);
void exam_free(struct exam *exam); /* What the exam owns. */

/* Writes the capsule of an exam into the student's folder, as refuted.ini. A driver that is not
 * refuted any more has that of an earlier one removed. */
enum exam_kept { EXAM_KEPT_NOTHING, EXAM_KEPT, EXAM_REMOVED, EXAM_NOT_KEPT /* errno in *error */ };
enum exam_kept exam_keep(const struct exam *exam, char path[PLACE_CHARS], int *error);

/* Points: one for each step that was answered with yes. And the most there are: four, three for a
 * race. */
uint32_t exam_points(const struct exam *exam);
uint32_t exam_most(const struct exam *exam);
