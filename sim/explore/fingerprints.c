/* fingerprints.c - see fingerprints.h. */
#include "sim/explore/fingerprints.h"
#include "sim/explore/carry.h"
#include <stdlib.h>

enum { ROOM_FIRST = 1 << 12 };

static bool insert(uint64_t *table, uint64_t room, uint64_t value)
{
    uint64_t at = value & (room - 1);

    while (table[at] != 0 && table[at] != value)
        at = (at + 1) & (room - 1);
    if (table[at] == value)
        return false;
    table[at] = value;
    return true;
}

static void grow_table(struct fingerprints *set)
{
    uint64_t room = MAX_OF(set->room * 2, (uint64_t)ROOM_FIRST);
    uint64_t *table = calloc((size_t)room, sizeof *table);

    CHECK(table != NULL);
    for (uint64_t i = 0; i < set->room; i++)
        if (set->table[i] != 0)
            insert(table, room, set->table[i]);
    free(set->table);
    set->table = table;
    set->room = room;
}

bool fingerprints_add(struct fingerprints *set, uint64_t fingerprint)
{
    bool is_new;

    if (set->count * 2 >= set->room)
        grow_table(set);
    is_new = insert(set->table, set->room, fingerprint);
    set->count += is_new;
    return is_new;
}

void fingerprints_join(struct fingerprints *set, const struct fingerprints *other)
{
    for (uint64_t i = 0; i < other->room; i++)
        if (other->table[i] != 0)
            fingerprints_add(set, other->table[i]);
}

void fingerprints_carry(struct fingerprints *set, struct carry *carry)
{
    uint64_t count, at = 0;

    carry_word(carry, "seen");
    count = carry_number(carry, set->count, UINT64_MAX);
    carry_line(carry);
    for (uint64_t i = 0; i < count && carry_good(carry); i++) {
        uint64_t value = 0;

        if (!carry->reads) {
            while (set->table[at] == 0)
                at++;
            value = set->table[at++];
        }
        value = carry_number(carry, value, UINT64_MAX);
        if (carry->reads && value != 0)
            fingerprints_add(set, value);
        carry_line(carry);
    }
}

void fingerprints_free(struct fingerprints *set)
{
    free(set->table);
    *set = (struct fingerprints){ .count = 0 };
}
