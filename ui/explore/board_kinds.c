/* board_kinds.c - what each kind of record says: a title, words for its mark, a sentence, and why
 * it matters.
 *
 * Names and numbers are read from the record. Why it matters is said of the kind, and where the
 * records around it allow it, of the case: the second completion of a request, the second free of a
 * block, a signal that nobody waits for.
 */
#include "ui/explore/board_inside.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <stdarg.h>
#include <string.h>

void board_say(struct board_panel *p, const char *title, const char *mark, const char *what, ...)
{
    va_list arguments;

    snprintf(p->title, sizeof p->title, "%s", title);
    snprintf(p->mark, sizeof p->mark, "%s", mark);
    va_start(arguments, what);
    vsnprintf(p->what, sizeof p->what, what, arguments);
    va_end(arguments);
}

void board_because(struct board_panel *p, const char *why, ...)
{
    va_list arguments;

    va_start(arguments, why);
    vsnprintf(p->why, sizeof p->why, why, arguments);
    va_end(arguments);
}

/* True if an earlier record of this kind is about the same object, and it was not made anew. */
static bool is_again(const struct board_work *w, const struct board_panel *p, uint16_t birth)
{
    uint32_t object = board_object(&p->record);

    for (uint64_t n = p->number; n-- > w->past.first;) {
        const struct record *r = board_record(w, n);

        if (board_object(r) != object)
            continue;
        if (r->kind == p->record.kind)
            return true;
        if (r->kind == birth || r->kind == REC_IRP_CREATE || r->kind == REC_POOL_ALLOC)
            return false;
    }
    return false;
}

static void tell_memory(const struct board_work *w, struct board_panel *p)
{
    const struct record *r = &p->record;

    switch (r->kind) {
    case REC_FOREIGN_WRITE:
        board_say(p, "The wrong byte", "writes here",
                  "writes %u bytes at %08x into the memory of %s", r->c, r->a,
                  board_process_name(w, r->b, p->number));
        board_because(p, "The address was meant for %s; in %s the same number means other memory.",
                      board_process_name(w, r->d, p->number),
                      board_process_name(w, r->b, p->number));
        break;
    case REC_TAINTED_READ:
        board_say(p, "The wrong byte is read", "reads it", "reads what a stranger wrote at %08x",
                  r->a);
        board_because(p, "%s takes the bytes for its own data.",
                      board_process_name(w, r->b, p->number));
        break;
    case REC_FAULT:
        board_say(p, "A bad address", "touches it", "touches %08x, where %s has no memory", r->a,
                  board_process_name(w, r->b, p->number));
        board_because(p, "The processor cannot go on with this instruction.");
        break;
    case REC_POOL_ALLOC:
        board_say(p, "A block is taken", "takes the block", "takes %u bytes of pool at %08x", r->d,
                  r->c);
        board_because(p, "From here on the block at %08x has this owner.", r->c);
        break;
    case REC_POOL_FREE:
        if (is_again(w, p, REC_POOL_ALLOC)) {
            board_say(p, "A block is freed again", "frees it again",
                      "frees the block at %08x once more", r->a);
            board_because(p, "It is nobody's block any more, or already somebody else's.");
        } else {
            board_say(p, "A block is freed", "frees the block",
                      "frees the %u bytes of pool at %08x", r->c, r->a);
            board_because(p, "An address of this block that is still kept is wrong from now on.");
        }
        break;
    default:
        board_say(p, "No memory", "gets none", "asks for pool and is refused");
        board_because(p, "What needs this memory must do without it.");
        break;
    }
}

static void tell_request(const struct board_work *w, struct board_panel *p)
{
    const struct record *r = &p->record;

    switch (r->kind) {
    case REC_IRP_CREATE:
        board_say(p, "A request", "makes the request", "makes the I/O request %08x, %s", r->a,
                  inspect_major_name(r->c));
        board_because(p, "From here on its maker waits for its completion.");
        break;
    case REC_IRP_CALL:
        board_say(p, "A driver is called", "calls the driver",
                  "hands the I/O request %08x, %s, to a driver", r->a, inspect_major_name(r->c));
        board_because(p, "The driver owns the request until it completes it.");
        break;
    case REC_IRP_PEND:
        board_say(p, "A request is kept", "keeps it", "leaves the I/O request %08x pending", r->a);
        board_because(p, "Somebody has to complete it later.");
        break;
    case REC_IRP_COMPLETE:
        if (is_again(w, p, REC_IRP_CALL)) {
            board_say(p, "Completed again", "completes it again",
                      "completes the I/O request %08x a second time, with status %08x", r->a, r->b);
            board_because(p, "It was completed already: two threads took it for theirs.");
        } else {
            board_say(p, "A completion", "completes it",
                      "completes the I/O request %08x with status %08x", r->a, r->b);
            board_because(p, "The request is not the driver's any more.");
        }
        break;
    case REC_IRP_CANCEL:
        board_say(p, "A cancel", "cancels it", "cancels the I/O request %08x", r->a);
        board_because(p, r->b != 0
                             ? "Its cancel routine is called now, whoever else has the request."
                             : "It has no cancel routine: its owner must notice.");
        break;
    default:
        board_say(p, "A request is freed", "frees it", "frees the I/O request %08x", r->a);
        board_because(p, "An address of it that is still kept is wrong from now on.");
        break;
    }
}

/* ATTACH and DETACH, the debugger, and how a process ends. */
static void tell_process(const struct board_work *w, struct board_panel *p)
{
    const struct record *r = &p->record;
    const char *name = board_process_name(w, r->a, p->number);
    char mark[48];

    switch (r->kind) {
    case REC_ATTACH:
        snprintf(mark, sizeof mark, "enters %.38s", name);
        board_say(p, "A visit", mark, "attaches to %s", name);
        board_because(p, "From here on its addresses mean the memory of %s.", name);
        break;
    case REC_DETACH:
        board_say(p, "A visit ends", "leaves", "leaves %s and is in %s again", name,
                  board_process_name(w, r->b, p->number));
        board_because(p, "From here on its addresses mean the memory of %s.",
                      board_process_name(w, r->b, p->number));
        break;
    case REC_EXCEPTION:
        name = board_process_name(w, r->c, p->number);
        board_say(p, "The crash", "crashes", "fails with exception %08x at %08x", r->a, r->b);
        board_because(p, "Nothing in %s handles it: the process cannot go on.", name);
        break;
    case REC_DEBUG_PORT:
        board_say(p, "The debugger", "debugs it", "makes %s the debugger of %s",
                  board_process_name(w, r->b, p->number), name);
        board_because(p, "From now on the debugger decides how %s ends.", name);
        break;
    case REC_TERMINATE:
        board_say(p, "An end from outside", "ends it", "ends %s with status %08x", name, r->c);
        board_because(p, "Its threads end wherever they are.");
        break;
    case REC_HANDLE_SWEEP:
        board_say(p, "Handles are closed", "closes handles", "closes the handles of %s%s", name,
                  r->c != 0 ? ", attached to it" : "");
        board_because(p, r->c != 0
                             ? "It is a visitor there, and a thread has one place only to keep its "
                               "home in."
                             : "Each driver behind a handle is told.");
        break;
    case REC_CLEANUP:
        board_say(p, "The driver is told", "CLEANUP", "tells the driver that file %08x is closed",
                  r->a);
        board_because(p,
                      r->d != 0 ? "Whatever the driver does now, it does as a visitor in %s."
                                : "The driver undoes now what is half done, in %s.",
                      board_process_name(w, r->b, p->number));
        break;
    default:
        board_say(p, "The end of a process", "has ended", "is the last of %s, which has ended",
                  name);
        board_because(p, "What it held is given back; the machine goes on without it.");
        break;
    }
}

/* Waits, signals, turns on a processor, DPCs, timers. */
static void tell_turn(const struct board_work *w, struct board_panel *p)
{
    const struct record *r = &p->record;
    char name[BOARD_NAME_CHARS];
    bool waited = false;

    switch (r->kind) {
    case REC_WAIT:
        if (r->a == 0) {
            board_say(p, "A thread sleeps", "sleeps", "goes to sleep");
            board_because(p, "Others have the processor meanwhile.");
            break;
        }
        board_say(p, "A wait", "waits", "waits for the object %08x", r->a);
        for (uint32_t i = 0; i < w->waiter_count; i++)
            waited = waited || (w->waiters[i].thread == r->thread && w->waiters[i].object == r->a);
        board_because(p, waited ? "Nobody signals it any more: this wait has no end."
                                : "It goes on when somebody signals it.");
        break;
    case REC_SIGNAL:
        board_say(p, "A signal", "signals", "signals the object %08x", r->a);
        for (uint64_t n = p->number + 1; n <= w->end && n <= p->number + 3; n++)
            waited = waited || board_record(w, n)->kind == REC_READY;
        board_because(p, waited ? "A thread that waits for it may go on."
                                : "No thread waits for it at this instant, so none is woken.");
        break;
    case REC_WAKE:
        if (r->a != 0)
            board_say(p, "A wait ends", "goes on", "goes on: its wait for %08x is over", r->a);
        else
            board_say(p, "A sleep ends", "goes on", "goes on: it has slept long enough");
        board_because(p, "What it looked at before it waited may have changed.");
        break;
    case REC_SWITCH:
        board_say(p, "A turn", "runs", "gets processor %u", r->cpu);
        board_because(p, "What it does from here on leads to the end.");
        break;
    case REC_READY:
        board_say(p, "Ready", "is ready", "is ready to run at priority %u", r->b);
        board_because(p, "It runs as soon as a processor is given to it.");
        break;
    case REC_PREEMPT:
        board_thread_at(w, r->b, p->number, name, sizeof name);
        board_say(p, "Interrupted", "loses its CPU", "loses its processor to thread %s", name);
        board_because(p, "What it was amidst of stays half done.");
        break;
    case REC_QUANTUM:
        board_say(p, "A quantum ends", "quantum ends", "has used up its quantum");
        board_because(p, "Another thread of its priority may run first.");
        break;
    case REC_TIMER:
        board_say(p, "A timer expires", "timer", "finds that timer %08x has expired", r->a);
        board_because(p, "What was set for this time is done now, whatever has changed since.");
        break;
    case REC_DPC_QUEUE:
        board_say(p, "A DPC is queued", "queues a DPC", "queues the DPC %08x to processor %u", r->a,
                  r->b);
        board_because(p, "It runs there before any thread does.");
        break;
    case REC_DPC_RUN:
        board_say(p, "A DPC runs", "DPC", "begins the routine of the DPC %08x", r->a);
        board_because(p,
                      "No thread of this processor runs until it returns; other processors go on.");
        break;
    case REC_LOCK_SPIN:
        board_say(p, "A lock is held", "spins", "spins on the lock %08x", r->a);
        board_because(p, "Another processor holds it.");
        break;
    default:
        board_say(p, "A lock", r->kind == REC_UNLOCK ? "lets go" : "takes it",
                  r->kind == REC_UNLOCK ? "releases the lock %08x" : "takes the lock %08x", r->a);
        board_because(p, r->kind == REC_UNLOCK ? "What it guarded may change from here on."
                                               : "Others who want it must wait.");
        break;
    }
}

static void tell_other(const struct board_work *w, struct board_panel *p)
{
    const struct record *r = &p->record;
    char name[BOARD_NAME_CHARS];
    char text[BOARD_TEXT_CHARS];

    switch (r->kind) {
    case REC_DRIVER_UNLOAD:
        board_say(p, "The driver goes", "unloads it", "unloads the driver %08x", r->a);
        board_because(p, "Its code is gone; who still calls it finds nothing there.");
        break;
    case REC_DRIVER_LOAD:
        board_say(p, "A driver comes", "loads it", "loads the driver %08x", r->a);
        board_because(p, "Its code takes part from here on.");
        break;
    case REC_SERVICE:
        board_say(p, "Into the kernel", "enters", "calls %s", inspect_service_name(r->a));
        board_because(p, "What follows happens in the kernel, on this thread.");
        break;
    case REC_WORK_QUEUE:
        board_say(p, "Work is queued", "queues work", "hands a work item to a system thread");
        board_because(p, "It is done later, by another thread.");
        break;
    case REC_WORK_RUN:
        board_say(p, "Queued work is done", "works", "begins a work item that was queued before");
        board_because(p, "It does what another thread has left to it.");
        break;
    case REC_OBJECT_NEW:
        board_say(p, "An object is made", "makes it", "makes the object %08x", r->a);
        board_because(p, "Others may refer to it from here on.");
        break;
    case REC_OBJECT_DEFER:
        board_say(p, "An object is given up", "gives it up", "leaves the object %08x to the reaper",
                  r->a);
        board_because(p, "A system thread deletes it later.");
        break;
    case REC_OBJECT_DELETE:
        board_say(p, "An object goes", "deletes it", "deletes the object %08x", r->a);
        board_because(p, "Its last reference is gone.");
        break;
    case REC_THREAD_NEW:
        board_thread_at(w, r->a, p->number, name, sizeof name);
        board_say(p, "A thread is made", "makes a thread", "makes thread %s", name);
        board_because(p, "It takes part from here on.");
        break;
    case REC_HANDLE_OPEN:
        board_say(p, "A handle", "opens it", "opens a handle to the object %08x", r->b);
        board_because(p, "The object stays as long as the handle does.");
        break;
    case REC_IRQL:
        board_say(p, r->b > r->a ? "The IRQL rises" : "The IRQL falls", "IRQL",
                  "goes from IRQL %u to %u", r->a, r->b);
        board_because(p, r->b > r->a ? "Less may interrupt it now, and it may do less."
                                     : "What had to wait for it may interrupt it now.");
        break;
    case REC_HANDLE_CLOSE:
        board_say(p, "A handle is closed", "closes it", "closes a handle to the object %08x", r->b);
        board_because(p, "The object stays only as long as others refer to it.");
        break;
    case REC_APC_QUEUE:
        board_thread_at(w, r->b, p->number, name, sizeof name);
        board_say(p, "An APC is queued", "queues an APC", "queues the APC %08x for thread %s", r->a,
                  name);
        board_because(p, "That thread runs it before it goes on.");
        break;
    case REC_APC_RUN:
        board_say(p, "An APC runs", "APC", "is made to run the APC %08x", r->a);
        board_because(p, "Another thread's wish is done on this one.");
        break;
    default:
        trace_words(r, record_kinds[r->kind].format, NULL, NULL, text, sizeof text);
        board_say(p, "A step", "here", "writes this record: %s", text);
        board_because(p, "It is a step on the way to the end.");
        break;
    }
}

void board_tell_kind(const struct board_work *w, struct board_panel *p)
{
    switch (p->record.kind) {
    case REC_FOREIGN_WRITE:
    case REC_TAINTED_READ:
    case REC_FAULT:
    case REC_POOL_ALLOC:
    case REC_POOL_FREE:
    case REC_POOL_FAIL:
        tell_memory(w, p);
        break;
    case REC_IRP_CREATE:
    case REC_IRP_CALL:
    case REC_IRP_PEND:
    case REC_IRP_COMPLETE:
    case REC_IRP_CANCEL:
    case REC_IRP_FREE:
        tell_request(w, p);
        break;
    case REC_ATTACH:
    case REC_DETACH:
    case REC_EXCEPTION:
    case REC_DEBUG_PORT:
    case REC_TERMINATE:
    case REC_HANDLE_SWEEP:
    case REC_CLEANUP:
    case REC_PROCESS_EXIT:
        tell_process(w, p);
        break;
    case REC_WAIT:
    case REC_SIGNAL:
    case REC_WAKE:
    case REC_SWITCH:
    case REC_READY:
    case REC_PREEMPT:
    case REC_QUANTUM:
    case REC_TIMER:
    case REC_DPC_QUEUE:
    case REC_DPC_RUN:
    case REC_LOCK:
    case REC_LOCK_SPIN:
    case REC_UNLOCK:
        tell_turn(w, p);
        break;
    default:
        tell_other(w, p);
        break;
    }
}
