/* faults.c - see faults.h. */
#include "model/kernel/faults.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include <string.h>

void fault_start(void) { ke->faults = arena_take(ke->sim->arena, sizeof *ke->faults, 16); }

void fault_take_over(const struct kernel *before)
{
    memcpy(ke->faults->disks, before->faults->disks, sizeof ke->faults->disks);
}

static bool strikes(struct fault_range *range)
{
    range->met++;
    return range->met >= range->nth && range->met - range->nth < range->count;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

void fault_set_memory(struct fault_memory *memory)
{
    memory->next = ke->faults->memory;
    ke->faults->memory = memory;
}

void fault_set_allocation(uint64_t nth) { ke->faults->allocation = nth; }
uint64_t fault_allocation_left(void) { return ke->faults->allocation; }

static bool means(const struct fault_memory *memory, POOL_TYPE type, uint32_t tag)
{
    return (memory->tag == 0 || memory->tag == tag) &&
           (!memory->of_type || memory->type == (uint8_t)type) &&
           (memory->process == NULL || strcmp(memory->process, ke_current_process()->name) == 0);
}

/* Every matching fault counts the allocation, even if an earlier one in the list lets it fail. */
bool fault_fails_memory(POOL_TYPE type, uint32_t tag)
{
    struct ke_faults *faults = ke->faults;
    bool fails = faults->allocation != 0 && --faults->allocation == 0;

    for (struct fault_memory *pos = faults->memory; pos != NULL; pos = pos->next)
        if (means(pos, type, tag))
            fails = strikes(&pos->range) || fails;
    return fails;
}

/* ---- Requests -------------------------------------------------------------------------------- */

void fault_set_control(uint32_t code, uint64_t nth, uint64_t count)
{
    ke->faults->control.code = code;
    ke->faults->control.range = (struct fault_range){ .nth = nth, .count = count };
}

bool fault_fails_control(uint32_t code)
{
    return code != 0 && code == ke->faults->control.code && strikes(&ke->faults->control.range);
}

/* ---- Disks ----------------------------------------------------------------------------------- */

void fault_set_slow_disk(uint32_t disk, uint32_t factor)
{
    CHECK(disk < DISKS);
    ke->faults->disks[disk].slow = factor;
}

void fault_set_full_disk(uint32_t disk, bool full)
{
    CHECK(disk < DISKS);
    ke->faults->disks[disk].full = full;
}

void fault_set_transfer(uint32_t disk, struct fault_transfer *transfer)
{
    CHECK(disk < DISKS);
    ke->faults->disks[disk].transfer = transfer;
}

NTSTATUS fault_fails_transfer(uint32_t disk, bool read)
{
    struct fault_transfer *transfer = ke->faults->disks[disk].transfer;

    if (transfer == NULL || !(read ? transfer->reads : transfer->writes))
        return STATUS_SUCCESS;
    return strikes(&transfer->range) ? transfer->status : STATUS_SUCCESS;
}

uint32_t fault_slows_disk(uint32_t disk) { return MAX_OF(ke->faults->disks[disk].slow, 1); }
bool fault_fills_disk(uint32_t disk) { return ke->faults->disks[disk].full; }
