/* disk_files.h - the two files of the database as they are on the disks, read as with a hex editor.
 *
 *     log = disk_log(world);
 *     if (disk_log_record(world, log, offset, &record)) offset += record.bytes;
 *
 * Only the current bytes of the files are read, never the state of the engine or the programs. The
 * layout of the log is in ese_format.h. Reading changes nothing in the world.
 */
#pragma once
#include "model/world/world.h"

enum { DISK_PAGE = 4096, DISK_PAGES_MAX = 131072, DISK_RECORD_RUNS = 16 };

enum disk_record_kind { DISK_COMMIT = 1, DISK_DELETE = 2, DISK_RECLAIM = 3, DISK_RESERVE = 4 };

struct disk_record { /* The head of a record in the transaction log. */
    enum disk_record_kind kind;
    uint32_t number, generation; /* Numbers rise within a generation. */
    uint32_t bytes;              /* Bytes of the log from here to the next record. */
    uint32_t run_count;          /* Runs of the stream, listed in the head. */
    struct disk_run {
        uint32_t first_page, pages;
    } runs[DISK_RECORD_RUNS];
};

/* Size of the log in bytes, and the alignment of its records. */
extern const uint32_t disk_log_bytes, disk_log_step;

/* The log, for reads at the present instant; NULL: there is none. */
struct file_node;
struct file_node *disk_log(struct world *world);
/* Reads the head of the record at an offset. False: no record begins there. */
bool disk_log_record(struct world *world, struct file_node *log, uint32_t offset,
                     struct disk_record *record);

/* Reads bytes of the .stm from an offset on; returns their number, at most `bytes`. */
uint32_t disk_stm_read(struct world *world, uint64_t offset, void *to, uint32_t bytes);
