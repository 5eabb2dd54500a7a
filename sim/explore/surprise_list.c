/* surprise_list.c - see surprise_list.h. */
#include "sim/explore/surprise_list.h"

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
