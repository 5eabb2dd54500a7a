/* thread.c - !thread, !ready, !running, .thread and the stack commands. */
#include "ui/kd/inside.h"
#include <inttypes.h>
#include <string.h>

/* NULL: an idle processor. */
static const struct inspect_thread *thread_now(const struct kd *kd)
{
    const struct inspect *look = kd->look;

    return kd->thread != 0 ? inspect_thread_at(look, kd->thread)
                           : inspect_thread(look, look->processors[look->executing].thread);
}

/* ---- The stack ------------------------------------------------------------------------------- */

static bool is_stopped_here(const struct kd *kd, const struct inspect_thread *thread)
{
    const struct stop *stop = kd->end != NULL ? &kd->end->result.stop : NULL;

    return stop != NULL && stop->stopped && stop->record == kd->at && thread->id == stop->thread;
}

/* True if no other thread of its process has a lower ID. */
static bool is_first(const struct kd *kd, const struct inspect_thread *thread)
{
    for (uint32_t i = 0; i < kd->look->thread_count; i++)
        if (kd->look->threads[i].process == thread->process && kd->look->threads[i].id < thread->id)
            return false;
    return true;
}

/* Makes the stack of a thread; at the stop that of the stopped one begins with KeBugCheckEx. */
static void take_stack(struct kd *kd, const struct inspect_thread *thread, struct stack *stack)
{
    if (is_stopped_here(kd, thread))
        stack_of_stop(stack, &kd->end->result.stop);
    else
        stack_of_thread(stack, kd->symbols, thread, is_first(kd, thread));
}

/* The stack of the DPC that the present processor runs. */
static void take_dpc_stack(struct kd *kd, struct stack *stack)
{
    const struct inspect_processor *processor = &kd->look->processors[kd->look->executing];
    struct inspect_thread dpc = { .system = true, .process = INSPECT_NOBODY };

    dpc.frame_count = processor->frame_count;
    memcpy(dpc.frames, processor->frames, sizeof dpc.frames);
    stack_of_thread(stack, kd->symbols, &dpc, false);
}

static void print_heading(struct kd *kd, enum stack_form form, const char *indent)
{
    fprintf(kd->out, "%s%sChildEBP RetAddr  %s\n", indent, form == STACK_NUMBERS ? " # " : "",
            form >= STACK_ARGUMENTS ? "Args to Child              " : "");
}

static void print_stack_as(struct kd *kd, const struct kd_words *words, enum stack_form form)
{
    const struct inspect_thread *thread = thread_now(kd);
    struct stack stack;
    uint32_t most;

    if (!kd_number_at(kd, words, 1, UINT32_MAX, &most))
        return;
    if (kd->by == GLANCE_DPC && kd->thread == 0) {
        take_dpc_stack(kd, &stack);
    } else if (thread == NULL) {
        fprintf(kd->out, "Processor %u is idle.\n", kd->look->executing);
        return;
    } else {
        take_stack(kd, thread, &stack);
    }
    print_heading(kd, form, "");
    stack_print(kd->out, &stack, form, most, "");
}

void kd_do_stack_plain(struct kd *kd, const struct kd_words *words)
{
    print_stack_as(kd, words, STACK_PLAIN);
}
void kd_do_stack_arguments(struct kd *kd, const struct kd_words *words)
{
    print_stack_as(kd, words, STACK_ARGUMENTS);
}
void kd_do_stack_verbose(struct kd *kd, const struct kd_words *words)
{
    print_stack_as(kd, words, STACK_VERBOSE);
}
void kd_do_stack_numbers(struct kd *kd, const struct kd_words *words)
{
    print_stack_as(kd, words, STACK_NUMBERS);
}

/* ---- A thread -------------------------------------------------------------------------------- */

static void print_state(struct kd *kd, const struct inspect_thread *thread)
{
    char state[32];

    if (thread->running) {
        fprintf(kd->out, "RUNNING on processor %u\n", thread->processor);
    } else if (strcmp(inspect_state_name(thread->state), "waiting") == 0) {
        fprintf(kd->out, "WAIT: (%s) %s %s\n", inspect_wait_reason_name(thread->wait_reason),
                thread->user_wait ? "UserMode" : "KernelMode",
                thread->alertable ? "Alertable" : "Non-Alertable");
    } else {
        snprintf(state, sizeof state, "%s", inspect_state_name(thread->state));
        for (char *at = state; *at != 0; at++)
            *at = *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at;
        fprintf(kd->out, "%s\n", state);
    }
}

static void print_requests(struct kd *kd, const struct inspect_thread *thread, const char *indent)
{
    const struct inspect *look = kd->look;

    if (thread->irp_count == 0)
        return;
    fprintf(kd->out, "%s    IRP List:\n", indent);
    for (uint32_t i = 0; i < look->irp_count; i++)
        if (look->irps[i].thread == thread->id)
            kd_print_irp_line(kd, look->irps[i].address, indent);
}

static void print_places(struct kd *kd, const struct inspect_thread *thread, const char *indent)
{
    const struct inspect *look = kd->look;
    const struct inspect_process *owner =
        thread->process != INSPECT_NOBODY ? &look->processes[thread->process] : NULL;
    const struct inspect_process *visited =
        thread->attach_index != 0 ? inspect_process_at(look, thread->apc_process) : NULL;

    if (owner != NULL)
        fprintf(kd->out, "%s    Owning Process            %08x       Image:         %s\n", indent,
                owner->address, owner->name);
    if (visited != NULL)
        fprintf(kd->out, "%s    Attached Process          %08x       Image:         %s\n", indent,
                visited->address, visited->name);
    else
        fprintf(kd->out, "%s    Attached Process          N/A            Image:         N/A\n",
                indent);
}

static void print_numbers(struct kd *kd, const struct inspect_thread *thread, const char *indent)
{
    char time[KD_TIME_CHARS];

    kd_time(thread->cpu_time, time);
    fprintf(kd->out, "%s    Context Switch Count      %" PRIu64 "\n", indent, thread->switches);
    fprintf(kd->out, "%s    KernelTime                %s\n", indent, time);
    fprintf(kd->out, "%s    Priority %d BasePriority %d IRQL %u\n", indent, thread->priority,
            thread->base_priority, thread->irql);
}

void kd_print_thread(struct kd *kd, const struct inspect_thread *thread, uint32_t flags,
                     const char *indent)
{
    const struct inspect *look = kd->look;
    uint32_t owner = thread->process != INSPECT_NOBODY ? look->processes[thread->process].id : 0;
    struct stack stack;

    fprintf(kd->out, "%sTHREAD %08x  Cid %04x.%04x  Teb: %s Win32Thread: 00000000 ", indent,
            thread->address, owner, thread->id, thread->system ? "00000000" : "????????");
    print_state(kd, thread);
    for (uint32_t i = 0; i < thread->wait_count && i < INSPECT_WAITS_MAX && !thread->running; i++)
        fprintf(kd->out, "%s    %08x  %s\n", indent, thread->waits[i].address,
                inspect_wait_type_name(thread->waits[i].type));
    print_requests(kd, thread, indent);
    fprintf(kd->out, "%s    Not impersonating\n", indent);
    print_places(kd, thread, indent);
    if (flags & KD_FLAG_TIMES)
        print_numbers(kd, thread, indent);
    if (flags & KD_FLAG_STACKS) {
        char deeper[24];

        snprintf(deeper, sizeof deeper, "%s    ", indent);
        take_stack(kd, thread, &stack);
        print_heading(kd, STACK_ARGUMENTS, deeper);
        stack_print(kd->out, &stack, STACK_ARGUMENTS, UINT32_MAX, deeper);
    }
}

void kd_do_thread(struct kd *kd, const struct kd_words *words)
{
    const struct inspect_thread *thread = thread_now(kd);
    uint32_t address = 0;

    if (words->count > 1 && strcmp(words->words[1], "-1") != 0) {
        if (!kd_number_at(kd, words, 1, 0, &address))
            return;
        thread = inspect_thread_at(kd->look, address);
        if (thread == NULL)
            thread = inspect_thread(kd->look, address); /* Or by its client ID. */
        if (thread == NULL) {
            kd_complain(kd, "!thread: no thread at %08x (expected an address of !process 0 2)",
                        address);
            return;
        }
    }
    if (thread == NULL)
        fprintf(kd->out, "Processor %u is idle.\n", kd->look->executing);
    else
        kd_print_thread(kd, thread, KD_FLAGS, "");
}

void kd_do_set_thread(struct kd *kd, const struct kd_words *words)
{
    uint32_t address;

    if (!kd_number_at(kd, words, 1, 0, &address))
        return;
    if (address != 0 && inspect_thread_at(kd->look, address) == NULL) {
        kd_complain(kd, ".thread: no thread at %08x (expected an address of !process 0 2)",
                    address);
        return;
    }
    if (address != 0)
        kd->thread = address;
    const struct inspect_thread *thread = thread_now(kd);

    fprintf(kd->out, "Implicit thread is now %08x\n", thread != NULL ? thread->address : 0);
}

/* ---- Processors ------------------------------------------------------------------------------ */

void kd_do_running(struct kd *kd, const struct kd_words *words)
{
    const struct inspect *look = kd->look;
    bool stacks = words->count > 1 && strcmp(words->words[1], "-t") == 0;
    uint32_t all = 0, idle = 0;

    if (words->count > 1 && !stacks) {
        kd_complain(kd, "!running \"%s\" (expected -t)", words->words[1]);
        return;
    }
    for (uint32_t i = 0; i < look->processor_count; i++) {
        all |= 1u << i;
        idle |= (look->processors[i].idle ? 1u : 0u) << i;
    }
    fprintf(kd->out, "System Processors %x (affinity mask)\n  Idle Processors %x\n\n", all, idle);
    fprintf(kd->out, "     Prcb      Current   Next    \n");
    for (uint32_t i = 0; i < look->processor_count; i++) {
        const struct inspect_processor *p = &look->processors[i];
        const struct inspect_thread *next = inspect_thread(look, p->next);
        const struct inspect_thread *thread = inspect_thread(look, p->thread);

        fprintf(kd->out, "  %u  ????????  %08x  %08x  ................\n", i, p->thread_address,
                next != NULL ? next->address : 0);
        if (stacks && thread != NULL) {
            struct stack stack;

            take_stack(kd, thread, &stack);
            fputc('\n', kd->out);
            print_heading(kd, STACK_ARGUMENTS, "");
            stack_print(kd->out, &stack, STACK_ARGUMENTS, UINT32_MAX, "");
            fputc('\n', kd->out);
        }
    }
}

static void print_ready_at(struct kd *kd, uint32_t processor, int priority)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < kd->look->thread_count; i++) {
        const struct inspect_thread *thread = &kd->look->threads[i];

        if (strcmp(inspect_state_name(thread->state), "ready") != 0 ||
            thread->processor != processor || thread->priority != priority)
            continue;
        if (count++ == 0)
            fprintf(kd->out, "Processor %u: Ready Threads at priority %d\n", processor, priority);
        kd_print_thread(kd, thread, KD_FLAG_THREADS, "    ");
    }
}

void kd_do_ready(struct kd *kd, const struct kd_words *words)
{
    (void)words;
    for (uint32_t p = 0; p < kd->look->processor_count; p++) {
        if (kd->look->processors[p].ready_count == 0)
            fprintf(kd->out, "Processor %u: No threads in READY state\n", p);
        for (int priority = 31; priority >= 0; priority--)
            print_ready_at(kd, p, priority);
    }
}
