/* ke_choose.h - the kernel's questions to the oracle, wherever a real machine could have decided
 * otherwise.
 *
 *     pick = ke_choose(CHOICE_READY, ready_count, &cpu->ready[priority]);
 *
 * While a question is asked, ke->question says what it is about, for onlookers
 * (model/look/question.h):
 *
 *     READY             the ready queue (struct link), whose threads are the answers
 *     PREEMPT           nothing: the thread that runs
 *     WAITER            the object (DISPATCHER_HEADER), whose waiters are the answers
 *     WORKER            the work item
 *     POOL              the tag (uint32_t) of the block
 *     DISK, DISK_ERROR  the transfer (IRP)
 *     RUN               the answers (ke_orders.h)
 */
#pragma once
#include "model/words/choices.h"
#include <stdint.h>

/* Returns the oracle's pick, 0 .. count-1; zero is the calm answer. */
uint32_t ke_choose(enum choice_site site, uint32_t count, const void *about);
