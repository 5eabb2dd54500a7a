/* disk_files.c - see disk_files.h. */
#include "model/look/disk_files.h"
#include "model/ese/ese_format.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/kernel.h"
#include "model/look/inspect_private.h"

#define LOG_PATH L"\\??\\C:\\Exchsrvr\\Mdbdata\\E00.log"
#define STM_PATH L"\\??\\E:\\Exchsrvr\\Mdbdata\\priv1.stm"

const uint32_t disk_log_bytes = ESE_LOG_BYTES, disk_log_step = ESE_LOG_SECTOR;

_Static_assert((int)DISK_COMMIT == (int)EseLogCommit && (int)DISK_DELETE == (int)EseLogDelete &&
                   (int)DISK_RECLAIM == (int)EseLogReclaim &&
                   (int)DISK_RESERVE == (int)EseLogReserve,
               "kinds are copied as they are");
_Static_assert(DISK_PAGE == EXIFS_PAGE_SIZE && DISK_PAGES_MAX == EXIFS_PAGES_MAX &&
                   DISK_RECORD_RUNS == EXIFS_RUNS_MAX,
               "one layout");

static struct file_node *file_at(struct world *world, PCWSTR path)
{
    struct kernel *before = look_enter(world);
    struct file_node *file = io_file_at(path);

    ke = before;
    return file;
}

static uint32_t peek(struct world *world, struct file_node *file, uint64_t offset, void *to,
                     uint32_t bytes)
{
    struct kernel *before = look_enter(world);
    uint32_t got = io_file_peek(file, offset, to, bytes);

    ke = before;
    return got;
}

struct file_node *disk_log(struct world *world) { return file_at(world, LOG_PATH); }

bool disk_log_record(struct world *world, struct file_node *log, uint32_t offset,
                     struct disk_record *out)
{
    ESE_LOG_RECORD record;

    if (peek(world, log, offset, &record, sizeof record) != sizeof record ||
        record.Magic != ESE_LOG_MAGIC)
        return false;
    out->kind = (enum disk_record_kind)record.Kind;
    out->number = record.Number;
    out->generation = record.LogGeneration;
    out->bytes = EseRecordBytes(&record);
    out->run_count = MIN_OF(record.Ea.RunCount, (uint32_t)DISK_RECORD_RUNS);
    for (uint32_t i = 0; i < out->run_count; i++)
        out->runs[i] = (struct disk_run){ record.Ea.Runs[i].FirstPage, record.Ea.Runs[i].Pages };
    return true;
}

uint32_t disk_stm_read(struct world *world, uint64_t offset, void *to, uint32_t bytes)
{
    return peek(world, file_at(world, STM_PATH), offset, to, bytes);
}
