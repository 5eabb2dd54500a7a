/* diagnosis.h - the differential diagnosis: what can have caused this, and what speaks for it.
 *
 * Each clue of a table speaks for or against one diagnosis, with a weight and a sentence
 * (facts/exchange-exifs.md 10.3, 11.1; facts/nt-kernel.md 1.5). What has most weight is named, with
 * the others that came into question behind it. A new cause is a row in
 * model/words/diagnoses.def and its
 * clues here.
 */
#pragma once
#include "ui/report/evidence.h"

enum diagnosis {
#define DIAGNOSIS(name, word, article, what, cure) DIAGNOSIS_##name,
#include "model/words/diagnoses.def"
#undef DIAGNOSIS
    DIAGNOSES
};

enum { DIAGNOSIS_CLUES_MAX = 16 };
struct opinion {
    enum diagnosis diagnosis;
    int weight;
    uint32_t clue_count;
    struct {
        int weight;
        const char *text;
    } clues[DIAGNOSIS_CLUES_MAX];
};

/* Those with any weight, the weightiest first; returns how many (at least one: HEALTHY). */
uint32_t diagnose(const struct evidence *evidence, struct opinion out[DIAGNOSES]);

const char *diagnosis_word(enum diagnosis diagnosis);    /* "kb908674" */
const char *diagnosis_article(enum diagnosis diagnosis); /* "908674" or "". */
const char *diagnosis_what(enum diagnosis diagnosis);
const char *diagnosis_cure(enum diagnosis diagnosis);
