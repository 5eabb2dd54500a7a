/* exam_inside.h - what the files of an exam share. */
#pragma once
#include "ui/lab/exam.h"

enum { EXAM_SETS_MAX = 12 };

/* One run of the lab's scenario with the student's driver, or with the hotfix's in its place. */
struct exam_run {
    const char *sets[EXAM_SETS_MAX]; /* "load smtp.rate=5/s"; NULL ends the list. */
    const char *surprises;           /* NULL: none. */
    uint64_t seed;                   /* 0: the scenario's. */
    bool is_hotfix;
    uint32_t kinds; /* Bits of enum finding_kind that refute; 0: all. */
};

/* Makes it, and keeps the finding that refutes. NULL: the exam was ended. Free it with run_free. */
struct run *exam_run(struct exam *exam, const struct exam_run *what, bool *refuted);

/* Loads its scenario, and fills the options of its run. Free it with free. NULL: exam->errors holds
 * the errors. */
struct scenario *exam_load(struct exam *exam, const struct exam_run *what,
                           struct run_options *options);

/* Ends the exam with a finding, whose run repeats by the capsule (NULL: none; taken over). */
void exam_refute(struct exam *exam, const struct finding *finding, char *capsule);

/* Writes an instant of a run: "3.684 s". */
void exam_time(sim_time at, char *out, size_t size);

bool exam_is_ended(const struct exam *exam);
void exam_tell(struct exam *exam, enum exam_step step, uint32_t done);

/* exam_search.c: the steps that look for more. False: the exam was ended, or the driver refuted. */
bool exam_search(struct exam *exam);
bool exam_search_free(struct exam *exam);
