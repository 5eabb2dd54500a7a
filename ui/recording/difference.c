/* difference.c - the first record in which two runs differ.
 *
 * Fingerprints tell the segment, details the record. Both runs have segments of the same records as
 * long as they are alike.
 */
#include "ui/recording/recording.h"
#include <string.h>

static enum recording_found in_segment(struct recording *one, struct recording *other, uint32_t i,
                                       uint64_t *number)
{
    const struct detail *x = recording_detail(one, i), *y = recording_detail(other, i);
    uint32_t k = 0;

    if (x == NULL || y == NULL)
        return FOUND_PENDING;
    while (k < MIN_OF(x->count, y->count) &&
           memcmp(&x->records[k], &y->records[k], sizeof x->records[k]) == 0)
        k++;
    *number = recording_segment(one, i)->first + k;
    return FOUND_YES;
}

enum recording_found recording_difference(struct recording *one, struct recording *other,
                                          uint64_t *number)
{
    uint32_t count = MIN_OF(recording_segment_count(one), recording_segment_count(other));
    uint64_t records[] = { recording_status(one)->records, recording_status(other)->records };

    for (uint32_t i = 0; i < count; i++) {
        const struct segment *a = recording_segment(one, i), *b = recording_segment(other, i);

        if (a->fingerprint != b->fingerprint || a->end != b->end)
            return in_segment(one, other, i, number);
    }
    if (!recording_status(one)->ended || !recording_status(other)->ended)
        return FOUND_PENDING;
    *number = MIN_OF(records[0], records[1]);
    return records[0] == records[1] ? FOUND_NO : FOUND_YES;
}
