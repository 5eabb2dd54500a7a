/* quiz_inside.h - the state of a quiz, for quiz.c and quiz_draw.c. */
#pragma once
#include "ui/lesson/quiz_draw.h"

struct quiz {
    struct run_options options;
    const struct run_options *given; /* The same, of the quiz' maker. */
    uint64_t seed;
    const char *const *paths;
    uint32_t path_count;
    uint32_t refusals[QUIZ_REFUSALS];
    struct inspect *look; /* The latest look. */
    /* The scenario at hand; runs NULL: none. */
    uint32_t open; /* Index of its path. */
    uint32_t made; /* Runs kept in `runs` beside its own. */
    struct lesson_runs *runs;
    struct lesson_run *run;
    struct quiz_tape *tape;
    /* Questions of the site PREEMPT that its own run asks; 0: not counted yet (quiz_turns.c). */
    uint64_t turns;
};
