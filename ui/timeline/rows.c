/* rows.c - see rows.h. */
#include "ui/timeline/rows.h"
#include "ui/host/grow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const group_names[ROW_GROUPS] = {
    [GROUP_PINNED] = "Pinned",
    [GROUP_LOAD] = "Load",
    [GROUP_CPU] = "Processors",
    [GROUP_PROCESS] = "Processes, first boot",
    [GROUP_BOOT_2] = "Processes, second boot",
    [GROUP_BOOT_3] = "Processes, third boot",
    [GROUP_BOOT_4] = "Processes, fourth boot",
    [GROUP_BOOT_5] = "Processes, fifth boot",
    [GROUP_BOOT_6] = "Processes, later boots",
    [GROUP_QUEUES] = "Queues",
    [GROUP_IRP] = "IRPs",
    [GROUP_POOL] = "Pool",
    [GROUP_DISK] = "Disks",
    [GROUP_SERVICE] = "Services",
    [GROUP_LOG] = "Event log",
    [GROUP_LOCK] = "Contended locks",
    [GROUP_REST] = "All other lanes",
};

static bool booted_again(const struct recording *run)
{
    const struct lanes *lanes = recording_lanes(run);

    for (uint32_t i = lanes_count(lanes); i-- > 0;)
        if (lanes_get(lanes, i)->boot > 0)
            return true;
    return false;
}

const char *row_group_name(const struct recording *run, enum row_group group)
{
    return group == GROUP_PROCESS && !booted_again(run) ? "Processes" : group_names[group];
}

static bool has_processes(enum row_group group)
{
    return group >= GROUP_PROCESS && group <= GROUP_BOOT_6;
}

/* Which gauges are worth a row of their own, and where. The others are kept by the decoder and
 * shown by the inspector. */
static bool gauge_group(uint32_t gauge, enum row_group *group)
{
    switch (gauge) {
    case GAUGE_WIRE:
    case GAUGE_IN_FLIGHT:
    case GAUGE_IMAP_CLIENTS:
    case GAUGE_OUTBOX:
    case GAUGE_OUTBOX_OLDEST:
        *group = GROUP_LOAD;
        return true;
    case GAUGE_POOL_AUXL:
        *group = GROUP_POOL;
        return true;
    case GAUGE_RESERVE_PAGES:
    case GAUGE_UPCALLS_QUEUED:
    case GAUGE_UPCALLS_FETCHED:
    case GAUGE_REQUESTS_WAITING:
    case GAUGE_LENT_OUT:
    case GAUGE_PROXIES_IDLE:
    case GAUGE_EPOXY_BLOCKS:
    case GAUGE_POOL_THREADS_SMTP:
        *group = GROUP_QUEUES;
        return true;
    case GAUGE_STM_FREE:
    case GAUGE_STM_RESERVED:
        *group = GROUP_DISK;
        return true;
    default:
        return false;
    }
}

static bool group_of(const struct lane *lane, enum row_group *group)
{
    static const enum row_group groups[LANE_KINDS] = {
        [LANE_CPU] = GROUP_CPU,   [LANE_PROCESS] = GROUP_PROCESS, [LANE_THREAD] = GROUP_PROCESS,
        [LANE_LOCK] = GROUP_LOCK, [LANE_QUEUE] = GROUP_QUEUES,    [LANE_IRP] = GROUP_IRP,
        [LANE_POOL] = GROUP_POOL, [LANE_DISK] = GROUP_DISK,       [LANE_SERVICE] = GROUP_SERVICE,
        [LANE_LOG] = GROUP_LOG,   [LANE_LOAD] = GROUP_LOAD,       [LANE_LATENCY] = GROUP_LOAD,
    };

    if (lane->kind == LANE_GAUGE)
        return gauge_group(lane->key, group);
    *group = groups[lane->kind];
    if (*group == GROUP_PROCESS)
        *group += MIN_OF(lane->boot, (uint32_t)(GROUP_BOOT_6 - GROUP_PROCESS));
    return true;
}

/* Pixels at 100 %. */
static int height_of(const struct row *row, const struct lane *lane)
{
    if (row->kind == ROW_GROUP)
        return 22;
    switch (lane->kind) {
    case LANE_CPU:
        return 38;
    case LANE_LOAD:
    case LANE_LATENCY:
    case LANE_POOL:
    case LANE_DISK:
        return 32;
    case LANE_GAUGE:
    case LANE_QUEUE:
        return 24;
    default:
        return row->kind == ROW_HANDLES ? 24 : 20;
    }
}

struct row_choice *rows_choice(struct rows *rows, uint32_t lane)
{
    rows->choices =
        grow(rows->choices, &rows->choice_count, (size_t)lane + 1, sizeof *rows->choices);
    return &rows->choices[lane];
}

static struct row *add(struct rows *rows, struct row row, const struct lane *lane, int percent)
{
    rows->list = grow(rows->list, &rows->room, rows->count + 1, sizeof *rows->list);
    row.y = rows->height;
    row.h = (height_of(&row, lane) * percent + 50) / 100;
    rows->height += row.h;
    rows->list[rows->count] = row;
    return &rows->list[rows->count++];
}

/* Folded at first: what is long and seldom looked at. */
static bool is_folded(struct rows *rows, enum row_group group)
{
    if (!rows->fold_known[group]) {
        rows->fold_known[group] = true;
        rows->folded[group] = group == GROUP_IRP || group == GROUP_LOCK || group == GROUP_POOL;
    }
    return rows->folded[group];
}

/* Unfolded at first: the process whose thread brought the machine down, and small ones. */
static bool is_open(struct rows *rows, const struct recording *run, uint32_t process)
{
    struct row_choice *choice = rows_choice(rows, process);
    const struct recording_end *end = recording_end(run);

    if (rows->cast_only)
        return true;
    if (choice->has_expanded)
        return choice->expanded;
    return end != NULL && end->result.stop.stopped &&
           strcmp(end->result.stop.owner.name, lanes_get(recording_lanes(run), process)->name) == 0;
}

struct sorted {
    uint32_t lane;
    int order;
};

static int by_order(const void *one, const void *other)
{
    const struct sorted *a = one, *b = other;

    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return (a->lane > b->lane) - (a->lane < b->lane);
}

/* The same in every run, so that the eye learns it: by kind, then by number. Processes and threads
 * come by their client IDs, which is the order of their birth; locks as they came. A person's
 * orders are small numbers and go before. */
static int usual_order(const struct lane *lane)
{
    enum { AFTER_CHOSEN = 1 << 20, OF_A_KIND = 1 << 16 };
    bool born = lane->kind == LANE_PROCESS || lane->kind == LANE_THREAD;
    uint32_t number = born ? lane->id : lane->kind == LANE_LOCK ? 0 : lane->key;

    return AFTER_CHOSEN + (int)lane->kind * OF_A_KIND + (int)MIN_OF(number, OF_A_KIND - 1u);
}

/* The lanes of a group (or the threads of a process) that are to be shown, in order. */
static uint32_t members(struct rows *rows, const struct recording *run, enum row_group group,
                        uint32_t process, struct sorted **out)
{
    const struct lanes *lanes = recording_lanes(run);
    uint32_t count = 0;

    *out = malloc((lanes_count(lanes) + 1) * sizeof **out);
    CHECK(*out != NULL);
    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        const struct lane *lane = lanes_get(lanes, i);
        struct row_choice *choice = rows_choice(rows, i);
        enum row_group own;

        if (!group_of(lane, &own))
            continue;
        if (group == GROUP_PINNED ? !choice->pinned : own != group || choice->pinned)
            continue;
        if (has_processes(group) &&
            (process == LANE_NONE ? lane->kind != LANE_PROCESS
                                  : lane->parent != process || lane->kind != LANE_THREAD))
            continue;
        if (rows->cast_only ? !choice->cast : choice->hidden) {
            rows->hidden++;
            continue;
        }
        (*out)[count++] =
            (struct sorted){ i, choice->order != 0 ? choice->order : usual_order(lane) };
    }
    qsort(*out, count, sizeof **out, by_order);
    return count;
}

static void add_process(struct rows *rows, const struct recording *run, uint32_t process,
                        enum row_group group, int percent)
{
    const struct lanes *lanes = recording_lanes(run);
    bool open = is_open(rows, run, process);
    struct sorted *threads;
    uint32_t count;

    add(rows,
        (struct row){ .kind = ROW_PROCESS,
                      .group = group,
                      .lane = process,
                      .expandable = true,
                      .expanded = open },
        lanes_get(lanes, process), percent);
    if (!open)
        return;
    count = members(rows, run, group, process, &threads);
    for (uint32_t i = 0; i < count; i++)
        add(rows,
            (struct row){ .kind = ROW_LANE, .group = group, .lane = threads[i].lane, .depth = 1 },
            lanes_get(lanes, threads[i].lane), percent);
    free(threads);
    if (rows->cast_only)
        return;
    add(rows, (struct row){ .kind = ROW_HANDLES, .group = group, .lane = process, .depth = 1 },
        lanes_get(lanes, process), percent);
}

static void add_group(struct rows *rows, const struct recording *run, enum row_group group,
                      int percent)
{
    const struct lanes *lanes = recording_lanes(run);
    struct sorted *list;
    uint32_t count = members(rows, run, group, LANE_NONE, &list);
    bool folded = is_folded(rows, group) && !rows->cast_only;

    if (count > 0)
        add(rows,
            (struct row){ .kind = ROW_GROUP,
                          .group = group,
                          .lane = LANE_NONE,
                          .expandable = true,
                          .expanded = !folded },
            NULL, percent);
    for (uint32_t i = 0; i < count && !folded; i++) {
        if (has_processes(group))
            add_process(rows, run, list[i].lane, group, percent);
        else
            add(rows,
                (struct row){ .kind = ROW_LANE,
                              .group = group,
                              .lane = list[i].lane,
                              .pinned = group == GROUP_PINNED },
                lanes_get(lanes, list[i].lane), percent);
    }
    free(list);
}

void rows_build(struct rows *rows, const struct recording *run, int percent)
{
    rows->count = 0;
    rows->height = 0;
    rows->hidden = 0;
    for (int group = 0; group < GROUP_REST; group++)
        add_group(rows, run, (enum row_group)group, percent);
    if (rows->cast_only)
        add(rows,
            (struct row){
                .kind = ROW_GROUP, .group = GROUP_REST, .lane = LANE_NONE, .expandable = true },
            NULL, percent);
}

const struct row *rows_of_lane(const struct rows *rows, uint32_t lane)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (rows->list[i].lane == lane && lane != LANE_NONE && rows->list[i].kind != ROW_HANDLES)
            return &rows->list[i];
    return NULL;
}

const struct row *rows_at(const struct rows *rows, int y)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (y >= rows->list[i].y && y < rows->list[i].y + rows->list[i].h)
            return &rows->list[i];
    return NULL;
}

void rows_fold(struct rows *rows, const struct row *row, bool folded)
{
    if (row->kind == ROW_GROUP && row->group == GROUP_REST) {
        rows->cast_only = false;
    } else if (row->kind == ROW_GROUP) {
        rows->folded[row->group] = folded;
        rows->fold_known[row->group] = true;
    } else if (row->kind == ROW_PROCESS) {
        struct row_choice *choice = rows_choice(rows, row->lane);

        choice->expanded = !folded;
        choice->has_expanded = true;
    }
}

void rows_free(struct rows *rows)
{
    free(rows->list);
    free(rows->choices);
    memset(rows, 0, sizeof *rows);
}

void row_name(const struct recording *run, uint32_t index, char *out, size_t size)
{
    const struct lanes *lanes = recording_lanes(run);
    const struct lane *lane = lanes_get(lanes, index);

    if (lane->kind == LANE_THREAD && lane->parent != LANE_NONE)
        snprintf(out, size, "%s/%s (%04x)", lanes_get(lanes, lane->parent)->name, lane->name,
                 lane->id);
    else
        snprintf(out, size, "%s", lane->name);
}
