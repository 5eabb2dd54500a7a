/* io_disk_outside.c - the volumes from outside the machine: settings and seeds, totals, contents of
 * files, and the faults that change them.
 *
 * Called by the world, by checks and inspectors, and by faults; never by a program. Nothing here
 * takes simulated time.
 */
#include "model/kernel/io_volume.h"
#include "model/kernel/faults.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include <string.h>

/* ---- Settings -------------------------------------------------------------------------------- */

void io_disk_reseed(uint64_t seed)
{
    static const char *const time_streams[DISKS] = { "disk.0", "disk.1", "disk.2" };
    static const char *const cache_streams[DISKS] = { "disk.0.cache", "disk.1.cache",
                                                      "disk.2.cache" };

    for (uint32_t i = 0; i < DISKS; i++) {
        ke->disks->disk[i].times = rng_stream(seed, time_streams[i]);
        ke->disks->disk[i].cache = rng_stream(seed, cache_streams[i]);
    }
}

void io_disk_take_over(const struct kernel *before)
{
    const struct io_disks *was = before->disks;

    ke->disks->blocks = was->blocks;
    for (uint32_t i = 0; i < DISKS; i++) {
        struct disk *disk = &ke->disks->disk[i];

        disk->times = was->disk[i].times;
        disk->cache = was->disk[i].cache;
        disk->busy_time = was->disk[i].busy_time;
        disk->file_count = was->disk[i].file_count;
        memcpy(disk->files, was->disk[i].files, sizeof disk->files);
        for (uint32_t bucket = 0; bucket < FILE_BUCKETS; bucket++)
            for (struct file_node *file = disk->files[bucket]; file != NULL; file = file->next)
                file->opens = file->readers = file->writers = file->shared_read =
                    file->shared_write = 0;
    }
}

void io_disk_configure(uint32_t disk, const struct io_disk_settings *settings)
{
    CHECK(disk < DISKS);
    ke->disks->disk[disk].settings = *settings;
}

/* ---- Totals ---------------------------------------------------------------------------------- */

uint32_t io_disk_queue(uint32_t disk)
{
    CHECK(disk < DISKS);
    return ke->disks->disk[disk].depth;
}

void io_disk_total(uint32_t disk, struct io_disk_totals *out)
{
    CHECK(disk < DISKS);
    *out = ke->disks->disk[disk].totals;
    for (int i = 0; i < 2; i++)
        out->area[i] += out->depth[i] * (ke->sim->now - out->changed);
    out->changed = ke->sim->now;
}

sim_time io_disk_busy_time(uint32_t disk)
{
    const struct disk *one = &ke->disks->disk[disk];

    CHECK(disk < DISKS);
    return one->busy_time + (one->busy ? ke_measured(one->started, ke->sim->now) : 0);
}

/* ---- Contents -------------------------------------------------------------------------------- */

struct file_node *io_file_at(PCWSTR path)
{
    struct ob_parse parse;

    if (NT_SUCCESS(ob_parse(path, &parse)))
        for (uint32_t i = 0; i < DISKS; i++)
            if (parse.body == ke->disks->disk[i].device)
                return file_find(&ke->disks->disk[i], parse.rest, io_name_chars(parse.rest));
    return NULL;
}

uint32_t io_file_peek(struct file_node *file, uint64_t offset, void *to, uint32_t bytes)
{
    if (file == NULL || offset >= file->size)
        return 0;
    bytes = (uint32_t)MIN_OF(bytes, file->size - offset);
    file_read(file, offset, to, bytes);
    return bytes;
}

uint64_t io_file_hash(PCWSTR path, uint64_t offset, uint32_t bytes)
{
    uint64_t hash = 0xcbf29ce484222325ull;
    struct file_node *file = io_file_at(path);

    if (file == NULL)
        return 0;
    if (offset + bytes > file->size)
        bytes = offset < file->size ? (uint32_t)(file->size - offset) : 0;
    while (bytes > 0) {
        uint8_t buffer[MM_PAGE];
        uint32_t piece = MIN_OF(bytes, (uint32_t)MM_PAGE);

        file_read(file, offset, buffer, piece);
        for (uint32_t i = 0; i < piece; i++)
            hash = (hash ^ buffer[i]) * 0x100000001b3ull;
        offset += piece;
        bytes -= piece;
    }
    return hash;
}

/* ---- Faults that act at once (faults.h) ------------------------------------------------------ */

uint32_t fault_spoil_file(PCWSTR path, uint64_t nth, uint64_t count)
{
    struct file_node *file = io_file_at(path);
    uint32_t spoilt = 0;

    for (uint64_t index = 0; file != NULL && index * MM_PAGE < file->size && spoilt < count;
         index++) {
        uint8_t first;

        file_read(file, index * MM_PAGE, &first, 1);
        if (first == 0 || --nth > 0)
            continue;
        nth = 1;
        spoilt += file_spoil(&ke->disks->blocks, file, index);
    }
    return spoilt;
}

uint32_t fault_cut_power(void)
{
    uint32_t lost = 0;

    for (uint32_t i = 0; i < DISKS; i++)
        for (uint32_t bucket = 0; bucket < FILE_BUCKETS; bucket++)
            for (struct file_node *file = ke->disks->disk[i].files[bucket]; file != NULL;
                 file = file->next)
                lost += file_lose_cached(&ke->disks->blocks, file);
    return lost;
}
