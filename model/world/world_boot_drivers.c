/* world_boot_drivers.c - drivers that start with the system: a list, loaded in order by a System
 * worker thread before services.exe has begun.
 *
 * http.sys with its companions and guests with start = boot are on it. A driver that does not load
 * is told by event 7000 and does not keep others from loading, unless they say so.
 */
#include "model/kernel/cm.h"
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/world/world_private.h"
#include <stdio.h>

enum { BOOT_DRIVERS_MAX = 24 };

struct boot_drivers {
    WORK_QUEUE_ITEM item;
    uint32_t count;
    struct {
        const char *service, *after;
    } list[BOOT_DRIVERS_MAX];
};

void world_boot_driver(struct world *world, const char *service, const char *after)
{
    struct boot_drivers *drivers = world->present->boot_drivers;

    if (drivers == NULL)
        drivers = world->present->boot_drivers = arena_take(&world->arena, sizeof *drivers, 16);
    CHECK(drivers->count < BOOT_DRIVERS_MAX);
    drivers->list[drivers->count].service = service;
    drivers->list[drivers->count++].after = after;
}

void world_load_driver(const char *service)
{
    NTSTATUS status = io_load_service(service);

    if (!NT_SUCCESS(status))
        cm_log(LOG_SYSTEM, LOG_ERROR, "Service Control Manager", 7000,
               "The %s service failed to start due to the following error: (simulated text) "
               "status %08x.",
               service, (unsigned)status);
}

/* Runs in a System worker thread, as the I/O manager loads drivers that start with the system. */
static VOID NTAPI load_all(PVOID context)
{
    const struct boot_drivers *drivers = context;

    for (uint32_t i = 0; i < drivers->count; i++)
        if (drivers->list[i].after == NULL || io_service_present(drivers->list[i].after))
            world_load_driver(drivers->list[i].service);
}

static void work_due(void *item) { ExQueueWorkItem(item, CriticalWorkQueue); }

void world_work_at(sim_time at, WORK_QUEUE_ITEM *item, PWORKER_THREAD_ROUTINE routine,
                   void *parameter)
{
    *item = (WORK_QUEUE_ITEM){ .WorkerRoutine = routine, .Parameter = parameter };
    ke_interrupt_at(at, 0, work_due, item);
}

void world_load_drivers(struct world *world)
{
    struct boot_drivers *drivers = world->present->boot_drivers;

    if (drivers != NULL)
        world_work_at(ke->sim->now, &drivers->item, load_all, drivers);
}
