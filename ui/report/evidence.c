/* evidence.c - see evidence.h. */
#include "ui/report/evidence.h"
#include "model/look/glance.h"
#include <string.h>

static void read_gauges(struct evidence *e)
{
    struct inspect_gauges now;

    inspect_gauges(e->world, &now);
    for (int i = 0; i < GAUGE_COUNT; i++)
        e->most[i] = MAX_OF(e->most[i], now.value[i]);
}

enum { DISK_EVERY_S = 5, DISK_TRANSFERS_LEAST = 20 };

/* Reads the mean transfer times of the disks, over Performance Monitor's interval and not that of
 * the gauges: a mean of few transfers says nothing. The totals begin at zero with each kernel. */
static void read_disks(struct evidence *e, struct glance_disk marks[GLANCE_DISKS])
{
    for (uint32_t i = 0; i < GLANCE_DISKS; i++) {
        struct glance_disk now;

        glance_disk(e->world, i, &now);
        uint64_t done = now.transfers - marks[i].transfers;

        if (now.transfers >= marks[i].transfers + DISK_TRANSFERS_LEAST) {
            e->disk_us[i] = MAX_OF(e->disk_us[i], (now.waiting - marks[i].waiting) / done / 1000);
        }
        marks[i] = now;
    }
}

void evidence_gather(struct evidence *e, struct world *world, sim_time until,
                     void (*tell)(void *ctx, struct world *world), void *ctx)
{
    struct glance_disk marks[GLANCE_DISKS] = { 0 };
    enum sim_end end;
    sim_time at = 0;

    memset(e, 0, sizeof *e);
    e->world = world;
    do {
        at += SEC(1);
        if (until != 0)
            at = MIN_OF(at, until);
        end = world_run(world, at);
        if (end == SIM_BROKEN)
            return; /* Nothing in the machine can be looked at. */
        read_gauges(e);
        if (tell != NULL)
            tell(ctx, world);
        if (at % SEC(DISK_EVERY_S) == 0)
            read_disks(e, marks);
    } while (end == SIM_GOING && (until == 0 || at < until));
    e->result = world_result(world);
    e->look = inspect_new();
    CHECK(e->look != NULL);
    inspect_take(world, e->look);
    if (e->result->stop.stopped)
        e->frame_count = report_frames(&e->result->stop, e->frames);
    world_crash(world, &e->crash);
    e->crash_frame_count = report_crash_frames(&e->crash, e->crash_frames);
}

void evidence_free(struct evidence *e)
{
    if (e->look != NULL)
        inspect_free(e->look);
}

static uint32_t frames_with(const char frames[][REPORT_FRAME_CHARS], uint32_t count,
                            const char *prefix)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++)
        found += strncmp(frames[i], prefix, strlen(prefix)) == 0;
    return found;
}

uint32_t evidence_frames(const struct evidence *e, const char *prefix)
{
    return frames_with(e->frames, e->frame_count, prefix);
}

uint32_t evidence_crash_frames(const struct evidence *e, const char *prefix)
{
    return frames_with(e->crash_frames, e->crash_frame_count, prefix);
}

uint32_t evidence_events(const struct evidence *e, const char *source, uint32_t id,
                         const char *text)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < e->look->log_count; i++) {
        const struct cm_line *line = &e->look->log[i];

        count += (source == NULL || strcmp(line->source, source) == 0) &&
                 (id == 0 || line->id == id) && (text == NULL || strstr(line->text, text) != NULL);
    }
    return count;
}

bool evidence_console(const struct evidence *e, const char *text)
{
    uint32_t count = world_console_count(e->world);

    for (uint32_t i = 0; i < count; i++) {
        sim_time at;
        const char *line = world_console_line(e->world, i, &at);

        if (line != NULL && strstr(line, text) != NULL)
            return true;
    }
    return false;
}

bool evidence_error(const struct evidence *e, int32_t error)
{
    return glance_met_error(e->world, error);
}
