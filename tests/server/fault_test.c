/* fault_test.c - the fault loops: the N-th allocation, and the N-th transfer of a disk, of a short
 * night fails, for many N and several beginnings; and a process ends at any instant.
 *
 * In every run no CHECK fails, all checks hold that these versions can keep, the machine stops only
 * by the kernel's rules (with the hotfix never), and after the load has ended the driver uses no
 * more memory than in the run without a failure. The last run of a loop has no failure, because
 * there is no N-th allocation or transfer.
 *
 * EXIFSIM_WHOLE=1 tries every N; otherwise only some are tried.
 */
#include "tests/server/night.h"
#include "model/checks/checks.h"
#include "model/kernel/ex.h"
#include "model/kernel/faults.h"
#include "model/kernel/kernel.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum {
    SLACK = 1,       /* Objects of one kind: a request may be in progress at the end. */
    SLACK_KEPT = 64, /* Objects that are kept for later use; their number depends on the traffic. */
};

/* Blocks in use, by row of the tag table. */
struct use {
    uint64_t blocks[POOL_TAGS_MAX];
    uint32_t tags[POOL_TAGS_MAX];
};

/* One night in which the nth allocation fails (0: none); how many allocations could have. */
static uint64_t one_night(struct night *night, uint64_t nth, struct use *use)
{
    const uint64_t never = UINT64_MAX / 2;
    uint64_t asked;

    night_begin(night, 1);
    fault_set_allocation(nth != 0 ? nth : never);
    night_go(night);
    asked = never - fault_allocation_left();
    for (size_t i = 0; i < POOL_TAGS_MAX; i++) {
        use->tags[i] = ke->ex->tags[i].used ? ke->ex->tags[i].tag : 0;
        use->blocks[i] = use->tags[i] ? ke->ex->tags[i].use.blocks : 0;
    }
    return asked;
}

static uint64_t calm_blocks(const struct use *calm, uint32_t tag)
{
    uint64_t blocks = 0;

    for (size_t i = 0; i < POOL_TAGS_MAX; i++)
        if (calm->tags[i] == tag)
            blocks = MAX_OF(blocks, calm->blocks[i]);
    return blocks;
}

/* Lookaside lists keep IRPs, threads their events, the driver its reserve of pages in more or fewer
 * runs. */
static bool is_kept(uint32_t tag)
{
    return memcmp(&tag, "Irp ", 4) == 0 || memcmp(&tag, "Even", 4) == 0 ||
           memcmp(&tag, "AuxL", 4) == 0;
}

/* True, and said, if more is in use than on the calm night. */
static bool leaks(const struct use *use, const struct use *calm, uint64_t nth)
{
    bool leak = false;

    for (size_t i = 0; i < POOL_TAGS_MAX; i++) {
        bool kept = is_kept(use->tags[i]);

        if (use->blocks[i] <= calm_blocks(calm, use->tags[i]) + (kept ? SLACK_KEPT : SLACK))
            continue;
        print_message("allocation %u: %u blocks of %.4s in use, %u without the fault\n",
                      (unsigned)nth, (unsigned)use->blocks[i], (const char *)&use->tags[i],
                      (unsigned)calm_blocks(calm, use->tags[i]));
        leak = true;
    }
    return leak;
}

/* The old driver's stray writes may hit the log. */
static uint32_t allowed(bool old) { return old ? 1u << CHECKED_ACKNOWLEDGED_KEPT : 0; }

static bool is_whole(void) { return getenv("EXIFSIM_WHOLE") != NULL; }

/* Short nights. Every load ebbs to nothing, so that at the end only what stays is in use. */
static void smtp_night(struct night *night, const char *versions)
{
    night_read(night, "hotfix.ini", versions, "scenario.duration=20 s", "load.smtp.shape=ramp",
               "load.smtp.rate=40/s", "load.smtp.rate_end=0/s", "expect.min_delivered=1", NULL);
}

static void protocols_night(struct night *night, const char *versions)
{
    night_read(night, "protocols_mix.ini", versions, "scenario.duration=20 s",
               "process store.mapi_only=50%", "load smtp.shape=ramp", "load smtp.rate=20/s",
               "load smtp.rate_end=0/s", "load smtp.read_back=0%", "load pop3.shape=ramp",
               "load pop3.rate_end=0/s", "load imap4.shape=ramp", "load imap4.rate_end=0/s",
               "load dav-get.shape=ramp", "load dav-get.rate_end=0/s", "load dav-put.shape=ramp",
               "load dav-put.rate_end=0/s", "expect.min_delivered=1", NULL);
}

static void outlook_night(struct night *night, const char *versions)
{
    night_read(night, "mapi_users.ini", versions, "scenario.duration=20 s", "load smtp.shape=ramp",
               "load smtp.rate_end=0/s", "load mapi-read.shape=ramp", "load mapi-read.rate_end=0/s",
               "load mapi-send.shape=ramp", "load mapi-send.rate_end=0/s", "expect.min_delivered=1",
               NULL);
}

/* With a net stop of the store while replication comes in: it frees what conversions left. */
static void replication_night(struct night *night, const char *versions)
{
    night_read(night, "kb960908.ini", versions, "scenario.duration=20 s", "step restart.at=15 s",
               "load replication.shape=ramp", "load replication.rate_end=0/s",
               "expect.min_delivered=1", NULL);
}

/* The first allocations may be spared. */
static void fault_loop(void (*read)(struct night *night, const char *versions),
                       const char *versions, bool may_stop, uint64_t nights, uint64_t spared)
{
    static struct use calm, use;
    struct night night;
    uint32_t leaky = 0;

    read(&night, versions);
    uint64_t asked = one_night(&night, 0, &calm), first = 100;

    night_end(&night);
    assert_true(asked > 1000);
    nights = is_whole() ? asked : nights;
    for (uint64_t i = 0; i < nights; i++) {
        /* Each of the first hundred, where the programs start; then evenly to the end. */
        uint64_t nth = i < first || is_whole()
                           ? i + 1
                           : first + (i - first + 1) * (asked - first) / (nights - first);

        if (nth <= spared)
            continue;
        one_night(&night, nth, &use);
        assert_int_equal(night.result.violated & ~allowed(may_stop), 0);
        if (night.result.stop.stopped) {
            if (!may_stop)
                print_message("allocation %u: stop 0x%X\n", (unsigned)nth, night.result.stop.code);
            assert_true(may_stop && night.result.stop.code == 0x5);
        } else if (!night.result.crashed) {
            leaky += leaks(&use, &calm, nth);
        }
        night_end(&night);
    }
    assert_int_equal(leaky, 0);
}

static void the_hotfix_holds_when_any_allocation_fails(void **state)
{
    (void)state;
    fault_loop(smtp_night, "versions.all=hotfix", false, NIGHT_SANITIZED ? 104 : 130, 0);
}

static void the_old_driver_stops_by_the_kernels_rules_only(void **state)
{
    (void)state;
    fault_loop(smtp_night, "versions.all=sp2", true, NIGHT_SANITIZED ? 104 : 130, 0);
}

static void every_way_of_mail_holds_when_any_allocation_fails(void **state)
{
    (void)state;
    fault_loop(protocols_night, "versions.all=hotfix", false, NIGHT_SANITIZED ? 104 : 130, 0);
    fault_loop(outlook_night, "versions.all=hotfix", false, NIGHT_SANITIZED ? 104 : 130, 0);
    /* Without its console, or a store that comes up with all it has, it is another night. */
    fault_loop(replication_night, "versions.all=hotfix", false, NIGHT_SANITIZED ? 104 : 130, 20);
}

/* ---- Disks ----------------------------------------------------------------------------------- */

/* From `from` on the nth transfer of any disk fails. How many transfers there were from then. */
static uint64_t disk_night(struct night *night, sim_time from, uint64_t nth)
{
    struct fault_transfer failure = { .range = { .nth = nth, .count = 1 },
                                      .reads = true,
                                      .writes = true,
                                      .status = STATUS_IO_DEVICE_ERROR };

    night_begin(night, 1);
    world_run(night->world, from);
    for (uint32_t disk = 0; disk < 3; disk++)
        fault_set_transfer(disk, &failure);
    night_go(night);
    return failure.range.met;
}

/* The night has been read. */
static void disk_loop(struct night night, bool old, uint64_t nights)
{
    static const sim_time starts[] = { 0, SEC(4), SEC(9) };

    for (size_t start = 0; start < ARRAY_LEN(starts); start++) {
        uint64_t all = disk_night(&night, starts[start], UINT64_MAX / 2), step;
        uint64_t untouched = night.result.fingerprint;

        night_end(&night);
        assert_true(all > 10);
        step = is_whole() ? 1 : MAX_OF(all / nights, 1);
        for (uint64_t nth = 1; nth <= all + step; nth += step) {
            bool met = disk_night(&night, starts[start], nth) >= nth;

            if (night.result.stop.stopped && !old)
                print_message("transfer %u from %u s: stop 0x%X\n", (unsigned)nth,
                              (unsigned)(starts[start] / SEC(1)), night.result.stop.code);
            assert_true(!night.result.stop.stopped || (old && night.result.stop.code == 5));
            if ((night.result.violated & ~allowed(old)) != 0)
                print_message("transfer %u from %u s: %s\n", (unsigned)nth,
                              (unsigned)(starts[start] / SEC(1)), night.result.violation);
            assert_int_equal(night.result.violated & ~allowed(old), 0);
            assert_true(met || night.result.fingerprint == untouched);
            night_end(&night);
        }
        disk_night(&night, starts[start], all + 1);
        assert_true(night.result.fingerprint == untouched);
        night_end(&night);
    }
}

static void smtp_disk_loop(const char *versions, bool old, const char *rate)
{
    struct night night;

    night_read(&night, "hotfix.ini", versions, "scenario.duration=10 s", "load.smtp.shape=batch",
               rate, NULL);
    disk_loop(night, old, NIGHT_SANITIZED ? 4 : 20);
}

static void no_failed_transfer_loses_mail_on_a_calm_day(void **state)
{
    (void)state;
    smtp_disk_loop("versions.all=hotfix", false, "load.smtp.rate=4.6/s");
}

static void no_failed_transfer_loses_mail_of_any_way(void **state)
{
    static void (*const reads[])(struct night *, const char *) = { protocols_night, outlook_night,
                                                                   replication_night };
    struct night night;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
        reads[i](&night, "versions.all=hotfix");
        disk_loop(night, false, NIGHT_SANITIZED ? 2 : 10);
    }
}

static void no_failed_transfer_loses_mail_under_load(void **state)
{
    (void)state;
    smtp_disk_loop("versions.all=hotfix", false, "load.smtp.rate=60/s");
}

static void the_old_driver_bears_failed_transfers(void **state)
{
    (void)state;
    smtp_disk_loop("versions.all=sp2", true, "load.smtp.rate=24/s");
}

/* ---- Processes ------------------------------------------------------------------------------- */

/* Ended without a word at this instant: what it had in hand comes again, and all of it comes. What
 * has piled up until then comes at once, which the old driver would not bear. */
static void ended_night(const char *file, const char *process, uint32_t at_ms)
{
    struct night night;
    char set[48];

    snprintf(set, sizeof set, "fault end.at=%u ms", (unsigned)at_ms);
    night_read(&night, file, "versions.all=hotfix", "scenario.duration=30 s",
               "expect.min_delivered=1", "fault end.kind=kill", process, set, NULL);
    night_run(&night, 1);
    if (night.result.violated != 0)
        fail_msg("%s, %s at %u ms: %s", file, process, (unsigned)at_ms, night.result.violation);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    assert_int_equal(night.result.refused, 0);
    assert_true(night.result.arrived - night.result.delivered < 10);
    night_end(&night);
}

static void a_process_may_end_at_any_instant(void **state)
{
    (void)state;
    for (uint32_t at_ms = 9000; at_ms < 25000; at_ms += NIGHT_SANITIZED ? 8001 : 1601) {
        ended_night("protocols_mix.ini", "fault end.process=store.exe", at_ms);
        ended_night("protocols_mix.ini", "fault end.process=inetinfo.exe", at_ms + 7);
        ended_night("protocols_mix.ini", "fault end.process=w3wp.exe", at_ms + 13);
        ended_night("mapi_users.ini", "fault end.process=store.exe", at_ms + 17);
        ended_night("mapi_users.ini", "fault end.process=inetinfo.exe", at_ms + 23);
    }
}

/* ---- As surprises ---------------------------------------------------------------------------- */

/* The first allocations of all are the boot's: it ends by the kernel's rules. */
static void a_boot_without_memory_is_a_stop(void **state)
{
    struct night night;
    uint32_t stops = 0;
    char set[40];

    (void)state;
    for (uint32_t nth = 0; nth < 40; nth++) {
        snprintf(set, sizeof set, "replay.surprises=POOL:%u:1", nth);
        night_read(&night, "hotfix.ini", "scenario.duration=5 s", "load.smtp.rate=2/s", set, NULL);
        night_run(&night, 3);
        assert_int_equal(night.result.violated, 0);
        if (night.result.stop.stopped) {
            assert_true(night.result.stop.code == 0x7b || night.result.stop.code == 0x71);
            assert_true(night.result.simulated < MS(1));
            stops++;
        }
        night_end(&night);
    }
    assert_true(stops >= 2 && stops < 20);
}

GROUP(fault_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hotfix_holds_when_any_allocation_fails),
        cmocka_unit_test(the_old_driver_stops_by_the_kernels_rules_only),
        cmocka_unit_test(every_way_of_mail_holds_when_any_allocation_fails),
        cmocka_unit_test(no_failed_transfer_loses_mail_on_a_calm_day),
        cmocka_unit_test(no_failed_transfer_loses_mail_under_load),
        cmocka_unit_test(no_failed_transfer_loses_mail_of_any_way),
        cmocka_unit_test(the_old_driver_bears_failed_transfers),
        cmocka_unit_test(a_process_may_end_at_any_instant),
        cmocka_unit_test(a_boot_without_memory_is_a_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
