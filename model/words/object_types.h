/* object_types.h - KOBJECTS, the type byte of a dispatcher header. Values 3 and 6 are documented,
 * the others are as commonly listed. A WAIT record carries the type of the object waited for.
 */
#pragma once

enum ke_object_type {
    KE_EVENT_NOTIFICATION = 0,
    KE_EVENT_SYNCHRONIZATION = 1,
    KE_MUTANT = 2,
    KE_PROCESS = 3,
    KE_QUEUE = 4,
    KE_SEMAPHORE = 5,
    KE_THREAD = 6,
    KE_TIMER_NOTIFICATION = 8,
    KE_TIMER_SYNCHRONIZATION = 9,
};
