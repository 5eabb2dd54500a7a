/* quiz_replay.h - what a question comes to, by brute force: a run of the test's own is followed
 * record by record, without looks where the quiz looks, and with them where it reads records.
 */
#pragma once
#include "ui/lesson/quiz.h"

#define QUIZ_TYPE(name, title, learns) struct value find_##name(const struct quiz_question *q);
#include "ui/lesson/quiz_types.def"
#undef QUIZ_TYPE
