/* surprise_list.c - see surprise_list.h. */
#include "sim/explore/surprise_list.h"
#include "sim/explore/carry.h"

void surprise_list_of(const struct surprise_branch *tree, uint32_t run, struct surprise_list *out)
{
    uint32_t count = 0;

    for (uint32_t at = run; at != UINT32_MAX && count < SURPRISE_LIST_MAX; at = tree[at].parent)
        count++;
    out->count = count;
    for (uint32_t at = run; count > 0; at = tree[at].parent) {
        count--;
        out->question[count] = tree[at].question;
        out->pick[count] = tree[at].pick;
    }
}

uint32_t surprise_list_pick(const struct surprise_list *list, uint32_t number, uint32_t count)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->question[i] == number)
            return MIN_OF(list->pick[i], count - 1);
    return 0;
}

void surprise_list_carry(struct surprise_list *list, struct carry *carry)
{
    carry_word(carry, "surprises");
    list->count = (uint32_t)carry_number(carry, list->count, SURPRISE_LIST_MAX);
    for (uint32_t i = 0; i < list->count; i++) {
        list->question[i] = (uint32_t)carry_number(carry, list->question[i], UINT32_MAX);
        list->pick[i] = (uint32_t)carry_number(carry, list->pick[i], UINT32_MAX);
    }
    carry_line(carry);
}
