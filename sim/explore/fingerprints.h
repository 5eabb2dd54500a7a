/* fingerprints.h - a set of fingerprints other than 0, which grows. */
#pragma once
#include "sim/base.h"

struct carry;
struct fingerprints {
    uint64_t count, room;
    uint64_t *table; /* Open addressing; 0: free. */
};

/* True if it was not there. */
bool fingerprints_add(struct fingerprints *set, uint64_t fingerprint);
/* Adds all of another set. */
void fingerprints_join(struct fingerprints *set, const struct fingerprints *other);
void fingerprints_carry(struct fingerprints *set, struct carry *carry);
void fingerprints_free(struct fingerprints *set);
