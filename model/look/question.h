/* question.h - what a question to the oracle is about: who could go on next, where each stands and
 * what he touches, as plain data.
 *
 *     static uint32_t pick(struct choice_asker *asker, ...)      // sim/choice.h
 *     {
 *         question_look(site, count, &question);
 *
 * Callable only from inside an asker's pick, which runs on the stack of the code that asks.
 * Nothing here changes the world, and little stack is used.
 */
#pragma once
#include "model/look/inspect.h"

enum {
    QUESTION_ANSWERS_MAX = 16, /* More answers are counted, and not told. */
    QUESTION_TOUCHES_MAX = 4,
    QUESTION_FRAMES_MAX = 24,
    QUESTION_BEHIND_MAX = 4, /* More transfers behind one are counted, and not told. */
};

/* What goes on with an answer. */
enum question_who { QUESTION_NOBODY, QUESTION_THREAD, QUESTION_DPC, QUESTION_TIMER };

/* What the step that he stands before does to an object. */
enum question_touch { QUESTION_READS, QUESTION_WRITES, QUESTION_TAKES };

struct question_answer {
    enum question_who who;
    uint32_t thread; /* Client ID. */
    char name[INSPECT_NAME], process[INSPECT_NAME];
    int8_t priority;
    const void *start; /* The first function of a thread, or the DPC's; NULL: none. */
    /* Where a thread stands: host return addresses, innermost first. */
    uint32_t frame_count;
    void *frames[QUESTION_FRAMES_MAX];
    /* What he touches next, in free order; 0: not known. Host addresses, for symbols.h. */
    uint32_t touch_count;
    struct {
        const void *object;
        enum question_touch how;
    } touches[QUESTION_TOUCHES_MAX];
};

struct question {
    uint32_t site, count; /* Row of choices.def; answers there are. */
    sim_time at;
    uint64_t record; /* Number of the next record. */
    uint32_t told;   /* Answers below: those of RUN, READY and WAITER; of PREEMPT the thread that
                      * runs and the one that would run in its place. */
    struct question_answer answers[QUESTION_ANSWERS_MAX];
    /* DISK, DISK_ERROR: the transfer, and the thread that asked for it. POOL: the tag. WAITER: the
     * type of the object, enum ke_object_type. */
    uint32_t disk, bytes, tag;
    bool write;
    uint8_t type;
    struct question_answer by; /* The thread that transfers; that allocates. */
    /* DISK: the transfers that wait for this one's disk behind it, and their threads, in order. */
    uint32_t behind_count;
    struct question_answer behind[QUESTION_BEHIND_MAX];
};
void question_look(uint32_t site, uint32_t count, struct question *out);
/* One answer to a question of RUN. */
void question_look_at(uint32_t answer, struct question_answer *out);
