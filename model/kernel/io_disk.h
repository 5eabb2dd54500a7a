/* io_disk.h - the simulated volumes as the world sees them: settings, totals, and the current bytes
 * of files.
 *
 *     0  C:  system, logs        1  D:  the .edb        2  E:  the .stm
 *
 * Programs reach files by the I/O manager (io.h); the driver behind it is io_disk.c. Faults of
 * disks are set by faults.h.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "sim/clock.h"
#include <stdbool.h>

enum { DISKS = 3 };

struct kernel;

struct io_disk_settings {
    /* Log-normal service time, us for each page on top, and the share of transfers in the cache. */
    uint32_t service_us_median, sigma_milli, per_page_us, cache_ppm;
};

/* Loads the driver of the volumes; stop 0x7B if there is no memory for it. */
void io_disk_start(void);
void io_disk_configure(uint32_t disk, const struct io_disk_settings *settings);
/* The disk that a transfer in a queue belongs to. */
uint32_t io_disk_of(PIRP irp);
/* The transfer behind one that waits or is in service; NULL: none. */
PIRP io_disk_behind(PIRP irp);
void io_disk_reseed(uint64_t seed); /* Draws service times from this seed's streams from now on. */
/* Takes over the files of the volumes of the kernel before a restart; none of them is open. */
void io_disk_take_over(const struct kernel *before);

/* ---- Totals ---------------------------------------------------------------------------------- */
uint32_t io_disk_queue(uint32_t disk);     /* Transfers waiting or in service. */
sim_time io_disk_busy_time(uint32_t disk); /* ns since the measurement began. */

/* Transfers through a disk's queue since the start: [0] reads, [1] writes and flushes. area: the
 * time in ns that transfers spent waiting and in service; transfers still in the queue count until
 * now. depth: those still in the queue. */
struct io_disk_totals {
    uint64_t transfers[2], area[2];
    uint32_t depth[2];
    sim_time changed;
};
void io_disk_total(uint32_t disk, struct io_disk_totals *out);

/* ---- Contents, by NT path: \??\E:\... -------------------------------------------------------- */
/* The file of a path, for io_file_peek while no time passes; NULL: there is none. */
struct file_node *io_file_at(PCWSTR path);
/* Copies the current bytes of a file from an offset on; returns their number, at most `bytes`. file
 * NULL: none. */
uint32_t io_file_peek(struct file_node *file, uint64_t offset, void *to, uint32_t bytes);
/* Returns a hash of a stretch of a file's content, for checks; 0: no such file. */
uint64_t io_file_hash(PCWSTR path, uint64_t offset, uint32_t bytes);
/* Puts an empty file on C:, by its path there ("\\Exchsrvr\\bin\\echo.sys"), unless it is there. */
void io_file_place(PCWSTR path);
