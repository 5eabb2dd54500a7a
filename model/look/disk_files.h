/* disk_files.h - the database's two files as they lie on the disks, read as with a hex editor.
 *
 *     struct disk_commit ... for each record of the log:
 *     if (disk_log_record(world, offset, &record)) offset += record.bytes;
 *
 * What the engine or the programs know is not asked, only what is there now. The layout of the log
 * is ese_format.h's. Looking changes nothing.
 */
#pragma once
#include "model/world/world.h"

enum { DISK_PAGE = 4096, DISK_PAGES_MAX = 131072, DISK_RECORD_RUNS = 16 };

enum disk_record_kind { DISK_COMMIT = 1, DISK_DELETE = 2, DISK_RECLAIM = 3, DISK_RESERVE = 4 };

struct disk_record { /* Of the transaction log. */
    enum disk_record_kind kind;
    uint32_t number, generation; /* Numbers rise within a generation. */
    uint32_t bytes;              /* Of the log, to where the next record begins. */
    uint32_t run_count;          /* Runs of the stream that are listed in its head. */
    struct disk_run {
        uint32_t first_page, pages;
    } runs[DISK_RECORD_RUNS];
};

/* How long the log is, and at which steps a record may begin. */
extern const uint32_t disk_log_bytes, disk_log_step;

/* False: no record begins there. */
bool disk_log_record(struct world *world, uint32_t offset, struct disk_record *record);

/* Bytes of the .stm from an offset on, at most `bytes`; how many there are. */
uint32_t disk_stm_read(struct world *world, uint64_t offset, void *to, uint32_t bytes);
