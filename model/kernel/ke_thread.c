/* ke_thread.c - a thread is made and begins; ke_sched.c has its life and its end. */
#include "model/kernel/ke.h"
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"

enum { QUANTUM_SERVER = 36 }; /* 4.2: fixed on servers. */

static void thread_begin(void *arg)
{
    struct ke_thread *thread = arg;

    ki_arrived();
    ki_check_apcs();
    thread->start(thread->start_context);
    PspExitThread(STATUS_SUCCESS);
}

void ke_thread_init(struct ke_thread *thread, struct ke_process *process, void (*start)(void *),
                    void *context, KPRIORITY base_priority)
{
    ke_header_init(&thread->header, KE_THREAD, 0);
    thread->process = process;
    thread->start = start;
    thread->start_context = context;
    list_init(&thread->ready_link);
    list_init(&thread->process_link);
    ki_apc_init_thread(thread);
    thread->state = KE_INITIALIZED;
    thread->priority = thread->base_priority = (int8_t)base_priority;
    thread->quantum = thread->quantum_reset = QUANTUM_SERVER;
    thread->ideal_processor = thread->last_processor = (uint8_t)(thread->id / 4 % ke->cpu_count);
    thread->rand_state = 1;
    thread->previous_mode = thread->system_thread ? KernelMode : UserMode;
    InitializeListHead(&thread->mutants);
    InitializeListHead(&thread->timers);
    InitializeListHead(&thread->irps);
    KeInitializeTimer(&thread->timer);
    KeInitializeSemaphore(&thread->suspend_semaphore, 0, 127);
    KeInitializeEvent(&thread->rundown.drained, NotificationEvent, FALSE);
    thread->fiber = fiber_new(ke->sim->fibers, thread_begin, thread);
    ke_forget_frames(thread->fiber);
    if (UNLIKELY(ke->orders != NULL))
        ki_orders_born(thread);
}

void ke_thread_start(struct ke_thread *thread)
{
    ke_ready_thread(thread, 0);
    ke_exit_dispatcher();
}
