/* ese_format.h - a record of the transaction log, as it lies on the disk.
 *
 *     |<- EseRecordBytes: a multiple of ESE_LOG_SECTOR; of a commit, four pages ->|
 *     [ ESE_LOG_RECORD | EXIFS_RUN[RunCount] | ULONG[SumCount] | zeros ... ]
 *
 * ese_log.c writes it, ese_replay.c reads it again, and onlookers who read the disks from outside
 * go by this file as well. Numbers rise by one within a generation; a refused record leaves a gap.
 * The generations go round in one file: behind the last record of the present one lie those of the
 * one before.
 */
#pragma once
#include <windows.h>
#include "../exifs/exifs_ioctl.h"

typedef enum _ESE_LOG_KIND {
    EseLogCommit = 1,
    EseLogDelete = 2,
    EseLogReclaim = 3,
    EseLogReserve = 4
} ESE_LOG_KIND;

/* The head of every record. A commit carries the message's row, its header properties and a
 * checksum a page behind it: four pages in all (an estimate). The other kinds change a few bytes of
 * the space trees. */
typedef struct _ESE_LOG_RECORD {
    ULONG Magic;
    ULONG Kind;
    ULONG Number; /* Rising; a refused record's number is left out. */
    ULONG LogGeneration;
    EXIFS_EA_LIST Ea;
    ULONG Life; /* 0, and nothing below: a database whose rows do not last. */
    ULONG Check;
    ULONG RunCount; /* All runs of the stream lie behind this head, */
    ULONG SumCount; /* and then the checksums of their pages. */
    WCHAR Name[EXIFS_NAME_CHARS];
} ESE_LOG_RECORD, *PESE_LOG_RECORD;

/* Bytes of a generation: the product's log files are of 5 MB. */
#define ESE_LOG_BYTES  (5u * 1024 * 1024)
#define ESE_LOG_SECTOR 512u /* Written whole, or not. */
#define ESE_LOG_MAGIC  0x4C454545u
#define ESE_LOG_COMMIT (4u * EXIFS_PAGE_SIZE) /* Unit of a commit record: it takes a multiple. */

_Static_assert(sizeof(ESE_LOG_RECORD) == 256, "one layout on every compiler");
_Static_assert(sizeof(ESE_LOG_RECORD) + EXIFS_RUNS_MAX * sizeof(EXIFS_RUN) <= ESE_LOG_SECTOR,
               "a record without checksums fits a sector");
_Static_assert(ESE_LOG_COMMIT % ESE_LOG_SECTOR == 0 && ESE_LOG_BYTES % ESE_LOG_COMMIT == 0,
               "records begin at sectors, and fill a generation");

/* Bytes of a record from its head to its last checksum; below, the bytes it takes in the log. */
static inline ULONG EseRecordUsed(const ESE_LOG_RECORD *record)
{
    return (ULONG)sizeof(*record) + record->RunCount * (ULONG)sizeof(EXIFS_RUN) +
           record->SumCount * (ULONG)sizeof(ULONG);
}

static inline ULONG EseRecordBytes(const ESE_LOG_RECORD *record)
{
    ULONG unit = record->Kind == EseLogCommit ? ESE_LOG_COMMIT : ESE_LOG_SECTOR;

    return (EseRecordUsed(record) + unit - 1) / unit * unit;
}
