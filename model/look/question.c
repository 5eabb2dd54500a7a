/* question.c - see question.h. */
#include "model/look/question.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ps.h"
#include "model/look/inspect_private.h"
#include "model/words/choices.h"
#include <string.h>

static void look_at_step(const struct ke_step *step, struct question_answer *out)
{
    enum question_touch how = step->open != NULL && !step->timed ? QUESTION_TAKES
                              : step->effect == KE_WRITES        ? QUESTION_WRITES
                                                                 : QUESTION_READS;

    for (uint32_t i = 0; i < step->count && out->touch_count < QUESTION_TOUCHES_MAX; i++) {
        out->touches[out->touch_count].object = (const void *)(uintptr_t)step->object[i];
        out->touches[out->touch_count++].how = how;
    }
}

static void look_at_thread(const struct ke_thread *thread, struct question_answer *out)
{
    const struct fibers *fibers = ke->sim->fibers;
    bool here = thread->fiber == fiber_current(fibers);

    out->who = QUESTION_THREAD;
    out->thread = thread->id;
    out->priority = thread->priority;
    out->start = thread->start_routine;
    inspect_copy(out->name, thread->name);
    inspect_copy(out->process, thread->process->name);
    if (thread->fiber != NULL && thread->state != KE_TERMINATED)
        out->frame_count =
            fiber_frames(fibers, thread->fiber, here ? __builtin_frame_address(0) : NULL,
                         out->frames, QUESTION_FRAMES_MAX);
    if (thread->order.step != NULL)
        look_at_step(thread->order.step, out);
}

static struct question_answer *more(struct question *out)
{
    return out->told < QUESTION_ANSWERS_MAX ? &out->answers[out->told++] : NULL;
}

static void add_thread(struct question *out, const struct ke_thread *thread)
{
    struct question_answer *answer = more(out);

    if (answer != NULL)
        look_at_thread(thread, answer);
}

static void look_at_answer(const struct ke_answer *from, struct question_answer *answer)
{
    const KDPC *dpc = from->timer != NULL ? from->timer->Dpc : from->dpc;

    if (from->thread != NULL) {
        look_at_thread(from->thread, answer);
        return;
    }
    answer->who = from->timer != NULL ? QUESTION_TIMER : QUESTION_DPC;
    answer->touches[answer->touch_count].object =
        from->timer != NULL ? (const void *)from->timer : (const void *)from->dpc;
    answer->touches[answer->touch_count++].how = QUESTION_WRITES;
    if (dpc != NULL)
        answer->start = (const void *)(uintptr_t)dpc->DeferredRoutine;
}

static void look_at_answers(const struct ke_answers *answers, struct question *out)
{
    for (uint32_t i = 0; i < answers->enabled && out->told < QUESTION_ANSWERS_MAX; i++)
        look_at_answer(&answers->answer[i], more(out));
}

void question_look_at(uint32_t answer, struct question_answer *out)
{
    const struct ke_answers *answers = ke->question;

    memset(out, 0, sizeof *out);
    look_at_answer(&answers->answer[answer], out);
}

static void look_at_queue(const struct link *queue, struct question *out)
{
    LIST_EACH(pos, queue)
        add_thread(out, LIST_ITEM(pos, struct ke_thread, ready_link));
}

static void look_at_waiters(const DISPATCHER_HEADER *header, struct question *out)
{
    out->type = header->Type;
    for (const LIST_ENTRY *pos = header->WaitListHead.Flink; pos != &header->WaitListHead;
         pos = pos->Flink)
        add_thread(out, CONTAINING_RECORD(pos, KWAIT_BLOCK, WaitListEntry)->Thread);
}

/* The thread that runs, and the one that would: the next thread, or the first one of the highest
 * priority. */
static void look_at_turn(struct question *out)
{
    const struct ke_cpu *cpu = ke->cpu;
    const struct ke_thread *next = cpu->next;

    add_thread(out, cpu->thread);
    for (int priority = 31; next == NULL && priority >= 0; priority--)
        if ((cpu->ready_bits >> priority & 1) != 0)
            next = LIST_ITEM(cpu->ready[priority].next, struct ke_thread, ready_link);
    if (next != NULL)
        add_thread(out, next);
}

static void look_behind(PIRP irp, struct question *out)
{
    while ((irp = io_disk_behind(irp)) != NULL) {
        const struct io_part *part = io_part(irp);

        if (out->behind_count < QUESTION_BEHIND_MAX && part != NULL && part->thread != NULL)
            look_at_thread(part->thread, &out->behind[out->behind_count]);
        out->behind_count++;
    }
}

static void look_at_transfer(PIRP irp, struct question *out)
{
    const IO_STACK_LOCATION *location = IoGetCurrentIrpStackLocation(irp);
    const struct io_part *part = io_part(irp);

    out->disk = io_disk_of(irp);
    out->write = location->MajorFunction != IRP_MJ_READ;
    out->bytes =
        location->MajorFunction == IRP_MJ_FLUSH_BUFFERS ? 0 : location->Parameters.Read.Length;
    if (part != NULL && part->thread != NULL)
        look_at_thread(part->thread, &out->by);
}

void question_look(uint32_t site, uint32_t count, struct question *out)
{
    const void *about = ke->question;

    *out = (struct question){
        .site = site, .count = count, .at = ke->sim->now, .record = ke->sim->trace.count
    };
    switch ((enum choice_site)site) {
    case CHOICE_RUN:
        look_at_answers(about, out);
        break;
    case CHOICE_READY:
        look_at_queue(about, out);
        break;
    case CHOICE_WAITER:
        look_at_waiters(about, out);
        break;
    case CHOICE_PREEMPT:
        look_at_turn(out);
        break;
    case CHOICE_DISK:
    case CHOICE_DISK_ERROR:
        look_at_transfer((PIRP)(uintptr_t)about, out);
        if (site == CHOICE_DISK)
            look_behind((PIRP)(uintptr_t)about, out);
        break;
    case CHOICE_POOL:
        out->tag = *(const uint32_t *)about;
        look_at_thread(ke_current_thread(), &out->by);
        break;
    case CHOICE_WORKER:
        look_at_thread(ke_current_thread(), &out->by);
        break;
    case CHOICE_COUNT:
        break;
    }
}
