/* world_stop.c - the stop and the first crash of a machine, copied out as plain data (stop.h). */
#include "model/world/world_private.h"
#include "model/kernel/ps.h"
#include "sim/plain.h"
#include <stdio.h>
#include <string.h>

static void copy_process(struct stop_process *out, const struct ke_process *process)
{
    if (process == NULL)
        return;
    out->address = process->address;
    plain_name(process->name, sizeof process->name - 1, out->name, sizeof out->name);
}

void world_copy_stop(struct stop *out, const struct ke_stop *stop)
{
    memset(out, 0, sizeof *out);
    if (!stop->stopped)
        return;
    out->stopped = true;
    out->code = stop->code;
    memcpy(out->args, stop->args, sizeof out->args);
    for (int i = 0; i < 2; i++)
        copy_process(&out->arg_process[i], stop->arg_process[i]);
    out->thread = stop->thread->id;
    memcpy(out->owner.name, "???", sizeof "???");
    copy_process(&out->owner, stop->owner);
    out->current = out->owner;
    copy_process(&out->current, stop->current);
    out->service = stop->service;
    out->first_thread = stop->first_thread;
    out->index = stop->index;
    out->cpu = stop->cpu;
    out->irql = stop->irql;
    out->in_dpc = stop->in_dpc;
    out->at = stop->at;
    out->record = stop->record;
    memcpy(out->frames, stop->frames, sizeof out->frames);
    out->frame_count = stop->frame_count;
    memcpy(out->rule, stop->rule, sizeof out->rule);
    memcpy(out->other, stop->other, sizeof out->other);
    memcpy(out->other_frames, stop->other_frames, sizeof out->other_frames);
    out->other_count = stop->other_count;
}

void world_stop(struct world *world, struct stop *out)
{
    world_copy_stop(out, &world->kernel->stop);
}

void world_crash(struct world *world, struct crash *out)
{
    const struct ke_crash *crash = &world->kernel->crash;

    memset(out, 0, sizeof *out);
    memcpy(out->process, crash->process, sizeof out->process);
    if (crash->thread != NULL)
        snprintf(out->thread, sizeof out->thread, "%s", crash->thread);
    out->code = crash->code;
    out->address = crash->address;
    memcpy(out->frames, crash->frames, sizeof out->frames);
    out->frame_count = crash->frame_count;
}
