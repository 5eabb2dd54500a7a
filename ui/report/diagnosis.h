/* diagnosis.h - the differential diagnosis of a run: possible causes, and the evidence for each.
 *
 * Each clue of a table speaks for or against one diagnosis, with a weight and a sentence
 * (facts/exchange-exifs.md 10.3, 11.1; facts/nt-kernel.md 1.5). The diagnosis with most weight
 * comes first. Diagnoses that must be true beside it come next: what speaks for them is not
 * explained by the first. The others are alternatives to the first. A new cause is a row in
 * model/words/diagnoses.def and its clues in clues.def; what follows from it is rows in
 * follows.def.
 */
#pragma once
#include "ui/report/evidence.h"

enum diagnosis {
#define DIAGNOSIS(name, word, article, what, cure) DIAGNOSIS_##name,
#include "model/words/diagnoses.def"
#undef DIAGNOSIS
    DIAGNOSES
};

enum { DIAGNOSIS_CLUES_MAX = 16, DIAGNOSIS_ADVICE_CHARS = 800 };
struct opinion {
    enum diagnosis diagnosis;
    int weight;
    bool also; /* True beside the first diagnosis, not instead of it. */
    uint32_t clue_count;
    struct {
        int weight;
        const char *text;
    } clues[DIAGNOSIS_CLUES_MAX];
    char advice[DIAGNOSIS_ADVICE_CHARS]; /* What to do on this machine. */
};

/* Fills in the diagnoses with any weight: the heaviest, those that are true beside it (`also`),
 * then its alternatives by weight; returns their number, at least one. Where nothing speaks for any
 * the first is HEALTHY; where something is wrong and no cause has the least weight that a diagnosis
 * needs, the first is UNKNOWN. */
uint32_t diagnose(const struct evidence *evidence, struct opinion out[DIAGNOSES]);

/* Gathers the evidence of a world (evidence_gather) and diagnoses it, also where a guest loops
 * without a call or overwrites memory. Returns the number of diagnoses; 0: a guest has destroyed
 * the machine (world_sim(world)->broken says how), and neither evidence nor world can be freed. Not
 * inside guard_call. */
uint32_t diagnose_world(struct evidence *evidence, struct world *world, sim_time until,
                        void (*tell)(void *ctx, struct world *world), void *ctx,
                        struct opinion out[DIAGNOSES]);

/* Says what tells the first diagnosis from its nearest alternative: the heaviest clue that was seen
 * and speaks for the first alone, and the heaviest that would speak for the other and was not seen.
 * NULL pointers where there is none. */
struct telling {
    const struct opinion *other; /* NULL: the first has no alternative. */
    const char *seen, *unseen;
};
struct telling diagnosis_tell(const struct evidence *evidence, const struct opinion *opinions,
                              uint32_t count);

/* The word of a diagnosis, such as "kb908674". */
const char *diagnosis_word(enum diagnosis diagnosis);
/* The article's number, such as "908674"; "": none. */
const char *diagnosis_article(enum diagnosis diagnosis);
const char *diagnosis_what(enum diagnosis diagnosis);
