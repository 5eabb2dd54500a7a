/* io_disk.h - the simulated volumes as the world sees them: settings, totals, and bytes as they
 * stand.
 *
 *     0  C:  system, logs        1  D:  the .edb        2  E:  the .stm
 *
 * Programs reach files by the I/O manager (io.h); the driver behind it is io_disk.c. What can go
 * wrong with a disk is set by faults.h.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "sim/clock.h"
#include <stdbool.h>

enum { DISKS = 3 };

struct kernel;

struct io_disk_settings {
    uint32_t service_us_median, sigma_milli, per_page_us, cache_ppm;
};

void io_disk_start(void);
void io_disk_configure(uint32_t disk, const struct io_disk_settings *settings);
void io_disk_reseed(uint64_t seed); /* Service times from here on come from this seed's streams. */
/* After a restart: the files of an earlier kernel's volumes, nothing of them open. */
void io_disk_take_over(const struct kernel *before);

/* ---- Totals ---------------------------------------------------------------------------------- */
uint32_t io_disk_queue(uint32_t disk);     /* Transfers waiting or in service. */
sim_time io_disk_busy_time(uint32_t disk); /* As measured until now. */

/* What passed a disk's queue since the start: [0] reads, [1] writes and flushes. Area: the time
 * that transfers spent waiting and in service, ns; those still there count until now. */
struct io_disk_totals {
    uint64_t transfers[2], area[2];
    uint32_t depth[2];
    sim_time changed;
};
void io_disk_total(uint32_t disk, struct io_disk_totals *out);

/* ---- Contents, by NT path: \??\E:\... -------------------------------------------------------- */
/* Bytes of a file as they stand; how many there are from offset on, at most `bytes`. */
uint32_t io_file_peek(PCWSTR path, uint64_t offset, void *to, uint32_t bytes);
/* Of a file's content, for checks; 0: no such file. */
uint64_t io_file_hash(PCWSTR path, uint64_t offset, uint32_t bytes);
