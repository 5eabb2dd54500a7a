/* inspect_threads.c - threads, their waits, stacks and pending I/O.
 *
 * The frames of a thread come from its fiber's stack. The executing thread, if a watcher looks, has
 * this code itself on top: writing a record, calling the watcher, looking. A thread that was
 * broken out of an endless loop has the frames that the looker names. */
#include "model/look/inspect_private.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"

static void look_at_wait(struct inspect_thread *out, const struct ke_thread *thread)
{
    out->wait_reason = (uint8_t)thread->wait_reason;
    out->wait_all = thread->wait_type == WaitAll && thread->wait_count > 1;
    out->alertable = thread->alertable;
    out->user_wait = thread->wait_mode == UserMode;
    out->wait_count = thread->wait_count;
    for (uint32_t i = 0; i < thread->wait_count && i < INSPECT_WAITS_MAX; i++) {
        const DISPATCHER_HEADER *header = thread->wait_blocks[i].Object;

        out->waits[i] = (struct inspect_wait){ ke_address_find(header), header->Type };
    }
    if (thread->timer.Header.Inserted)
        out->deadline = thread->timer.DueTime;
}

static void look_at_irp(struct inspect_irp *out, PIRP irp, const struct ke_thread *thread)
{
    const struct io_part *part = io_part(irp);
    const IO_STACK_LOCATION *locations = io_location(irp, 1);
    int at = irp->CurrentLocation;

    out->address = part->address;
    out->thread = thread->id;
    out->file = ob_address(part->file);
    out->completed = at > irp->StackCount + 1;
    /* For an IRP that is not sent yet or has come back: the first stack location. */
    at = at < 1 ? 1 : MIN_OF(at, irp->StackCount);
    out->device = ob_address(locations[at - 1].DeviceObject);
    out->major = locations[at - 1].MajorFunction;
    out->minor = locations[at - 1].MinorFunction;
    out->pending = irp->PendingReturned || (locations[at - 1].Control & SL_PENDING_RETURNED) != 0;
    out->cancelled = irp->Cancel != 0;
    out->cancelable = irp->CancelRoutine != NULL;
    out->status = irp->IoStatus.Status;
    out->information = irp->IoStatus.Information;
}

static uint32_t look_at_irps(struct inspect *look, const struct ke_thread *thread)
{
    const LIST_ENTRY *head = &thread->irps;
    uint32_t count = 0;

    for (const LIST_ENTRY *pos = head->Flink; pos != head; pos = pos->Flink) {
        struct inspect_irp *out = INSPECT_MORE(look, irps, irp);

        if (out != NULL)
            look_at_irp(out, CONTAINING_RECORD(pos, IRP, ThreadListEntry), thread);
        count++;
    }
    return count;
}

static void look_at_stack(struct inspect_thread *out, const struct ke_thread *thread, void *from)
{
    const struct fibers *fibers = ke->sim->fibers;
    bool here = thread->fiber == fiber_current(fibers);

    if (thread->state != KE_TERMINATED && thread->fiber != NULL)
        out->frame_count = fiber_frames(
            fibers, thread->fiber, here ? (from != NULL ? from : __builtin_frame_address(0)) : NULL,
            out->frames, INSPECT_FRAMES_MAX);
}

enum { APCS_MAX = 100000 };

static bool is_sound(const struct ke_thread *thread, const LIST_ENTRY *head)
{
    uint32_t count = 0;

    for (const LIST_ENTRY *pos = head->Flink; pos != head; pos = pos->Flink) {
        const KAPC *apc = CONTAINING_RECORD(pos, KAPC, ApcListEntry);

        if (!apc->Inserted || apc->Thread != thread || pos->Flink->Blink != pos ||
            count++ == APCS_MAX)
            return false;
    }
    return true;
}

static void look_at_attachment(struct inspect_thread *out, const struct ke_thread *thread)
{
    const KAPC_STATE *state = &thread->apc_state, *saved = &thread->saved_apc_state;

    out->attach_index = thread->apc_state_index;
    out->home_is_live = thread->apc_state_pointer[0] == state;
    out->home_is_saved = thread->apc_state_pointer[0] == saved;
    out->apc_process = state->Process != NULL ? state->Process->address : 0;
    out->saved_apc_process = saved->Process != NULL ? saved->Process->address : 0;
    out->apcs_sound = true;
    for (int mode = 0; mode < MaximumMode; mode++) {
        out->apcs_sound = out->apcs_sound && is_sound(thread, &state->ApcListHead[mode]);
        if (saved->Process != NULL)
            out->apcs_sound = out->apcs_sound && is_sound(thread, &saved->ApcListHead[mode]);
    }
}

static void look_at_thread(const struct inspect *look, struct inspect_thread *out,
                           const struct ke_thread *thread, bool frames)
{
    out->id = thread->id;
    out->address = thread->address;
    inspect_copy(out->name, thread->name);
    out->running = thread->state == KE_RUNNING;
    out->system = thread->system_thread;
    out->terminating = thread->terminating || thread->exited;
    out->exited = thread->exited;
    out->state = (uint8_t)thread->state;
    out->processor = thread->last_processor;
    out->ideal_processor = thread->ideal_processor;
    out->priority = thread->priority;
    out->base_priority = thread->base_priority;
    out->irql = out->running ? ke->cpus[thread->last_processor].irql : thread->irql;
    out->deadline = SIM_NEVER;
    if (thread->state == KE_WAITING)
        look_at_wait(out, thread);
    out->service = thread->service;
    look_at_attachment(out, thread);
    out->kernel_apc_disable = thread->kernel_apc_disable;
    out->special_apc_disable = thread->special_apc_disable;
    out->suspend_count = thread->suspend_count;
    out->last_error = thread->last_error;
    out->ready_since = thread->ready_since;
    out->cpu_time = thread->cpu_time;
    out->switches = thread->switches;
    if (frames)
        look_at_stack(out, thread, look->from);
}

void inspect_threads(struct inspect *look, bool frames)
{
    LIST_EACH(each, &ke->processes) {
        struct ke_process *process = LIST_ITEM(each, struct ke_process, process_link);

        LIST_EACH(pos, &process->threads) {
            struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);
            struct inspect_thread *out = INSPECT_MORE(look, threads, thread);

            if (out == NULL)
                return;
            look_at_thread(look, out, thread, frames);
            out->process = inspect_index(look, process->address);
            out->irp_count = look_at_irps(look, thread);
        }
    }
}

uint32_t inspect_running(const char **name)
{
    const struct ke_thread *thread = ke->cpu->thread;

    *name = thread->name;
    return thread->id;
}
