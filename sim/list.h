/* list.h - a doubly linked ring through its members.
 *
 *     struct link ready;                        list_init(&ready);
 *     list_add_tail(&ready, &thread->link);
 *     thread = LIST_ITEM(ready.next, struct thread, link);
 *
 * A member that is in no list points to itself, so leaving twice is harmless.
 */
#pragma once
#include "sim/base.h"

struct link {
    struct link *next, *prev;
};

#define LIST_ITEM(ptr, type, member) CONTAINER(ptr, type, member)
/* clang-format off */
#define LIST_EACH(pos, head) \
    for (struct link *pos = (head)->next; pos != (head); pos = pos->next)
/* clang-format on */
/* Like LIST_EACH; the visited member may leave the list. */
#define LIST_EACH_SAFE(pos, head)                                                 \
    for (struct link *pos = (head)->next, *pos##_next = pos->next; pos != (head); \
         pos = pos##_next, pos##_next = pos->next)

static inline void list_init(struct link *head) { head->next = head->prev = head; }
static inline bool list_empty(const struct link *head) { return head->next == head; }

static inline void list_add_after(struct link *place, struct link *item)
{
    item->next = place->next;
    item->prev = place;
    place->next->prev = item;
    place->next = item;
}

static inline void list_add_head(struct link *head, struct link *item)
{
    list_add_after(head, item);
}
static inline void list_add_tail(struct link *head, struct link *item)
{
    list_add_after(head->prev, item);
}

static inline void list_del(struct link *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    list_init(item);
}

/* Removes and returns the first member; NULL: the list is empty. */
static inline struct link *list_take(struct link *head)
{
    struct link *item = head->next;

    if (item == head)
        return NULL;
    list_del(item);
    return item;
}
