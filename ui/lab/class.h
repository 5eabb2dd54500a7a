/* class.h - grades for the drivers of others: each is tried by a process of its own, in a jail.
 *
 *     struct class class = { .lab = &lab, .jobs = 4, ... };
 *     class_add(&class, "handed_in/anna");
 *     class_grade(&class);
 *     ... class.members[i].verdict
 *     class_free(&class);
 *
 * A driver runs inside the process that tries it, so that process is not believed by its word: its
 * answer bears a seal, which it gets when it is started and which the driver is not told. Whatever
 * else is printed is no answer. A driver that reads the memory of its own process could find the
 * seal; it could then give itself a grade, and harm nothing else.
 */
#pragma once
#include "ui/lab/exam.h"

enum { CLASS_WHO_CHARS = 80, CLASS_MEMBERS_MAX = 1000, CLASS_SEAL_CHARS = 40 };

struct class_member {
    char folder[PLACE_CHARS];
    char who[CLASS_WHO_CHARS]; /* The folder's name. */
    /* EXAM_UNKNOWN: there is no answer, and said has the reason. */
    enum exam_verdict verdict;
    struct exam_said steps[EXAM_STEPS];
    uint32_t points, most;
    char said[EXAM_TEXT_CHARS]; /* What refutes it, what was not asked, or why it has no answer. */
    uint64_t host_ms;           /* Wall-clock time of its exam. */
};

struct class
{
    const struct lab *lab;
    uint32_t jobs;    /* Exams at the same time. */
    uint64_t wall_ms; /* Limit of each. */
    bool no_jail;     /* Without a jail: with limits only. */
    uint32_t seeds;   /* As in struct exam; 0: the lab's own. */
    uint64_t schedules;
    /* Told of each exam that has ended; NULL: nobody. */
    void (*progress)(void *ctx, uint32_t done, uint32_t of);
    void *ctx;

    struct class_member *members;
    uint32_t count;
    size_t room;
};

void class_add(struct class *class, const char *folder);
void class_grade(struct class *class);
void class_free(struct class *class); /* What the class owns. */

/* In the process that tries a driver: takes the seal out of the environment, so that nobody finds
 * it there. "": this is no such process. */
void class_take_seal(char out[CLASS_SEAL_CHARS]);
/* Writes the line that an answer begins with. */
void class_write_seal(const char *seal, FILE *out);
