/* ob_timer.h - timers by handle, which may queue an APC to the thread that set them (facts/ddi.md
 * 2.14).
 *
 *     body = ob_new(OB_TIMER, sizeof(struct ob_timer), 0);
 *     ob_timer_init(body, NotificationTimer);
 *     ob_timer_set(body, &(struct ob_timer_settings){ .due = due, .routine = routine, ... });
 */
#pragma once
#include "model/kernel/include/ntifs.h"

struct ke_thread;

struct ob_timer { /* Body of a timer object. */
    KTIMER timer;
    KAPC apc;
    KDPC dpc;
    struct ke_thread *thread; /* Receiver of the APC; the timer references itself. NULL: none. */
    LIST_ENTRY thread_link;   /* Entry of thread->timers. */
};

struct ob_timer_settings {
    LARGE_INTEGER due;
    LONG period; /* ms; 0: once. */
    PTIMER_APC_ROUTINE routine;
    PVOID context;
    KPROCESSOR_MODE mode; /* Mode of the APC. */
};

void ob_timer_init(struct ob_timer *timer, TIMER_TYPE type);
/* Sets the timer, with an APC to the current thread if there is a routine. */
void ob_timer_set(struct ob_timer *timer, const struct ob_timer_settings *settings);
/* Cancels the timer and an APC that has not run. */
void ob_timer_cancel(struct ob_timer *timer);
/* Cancels the timers whose APCs are a thread's, which ends. */
void ob_timers_rundown(struct ke_thread *thread);
