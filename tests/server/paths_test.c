/* paths_test.c - the ways of mail beside SMTP and POP3: the pool, the queue pairs, and what remains
 * of a client or store that ends. Sources: facts/exchange-exifs.md 1.7, 2.3, 2.4, 5.1, 7.7.
 */
#include "tests/server/night.h"
#include "model/kernel/ps.h"
#include "model/look/inspect_private.h"
#include "model/kernel/win32.h"
#include "model/outside/site.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct site *site(void) { return ke->site; }

static void go_to(struct night *night, uint64_t ms)
{
    world_run(night->world, MS(ms));
    world_enter(night->world);
}

static uint64_t gauge(struct night *night, uint32_t which)
{
    struct inspect_gauges gauges;

    inspect_gauges(night->world, &gauges);
    return gauges.value[which];
}

/* ---- The pool -------------------------------------------------------------------------------- */

/* The most threads that SMTP holds at the end of any hundredth of a second. */
static uint32_t most_of_smtp(const char *file)
{
    struct night night;
    uint32_t most = 0;

    night_read(&night, file, NULL);
    night_begin(&night, 5);
    for (uint64_t ms = 15000; ms < 40000; ms += 10) {
        go_to(&night, ms);
        most = MAX_OF(most, site()->pool_busy[LOAD_SMTP]);
    }
    night_end(&night);
    return most;
}

/* KB 281868: 90 % for each of two work queues is all sixteen; 45 % of twenty leaves two. */
static void two_work_queues_share_the_pool(void **state)
{
    (void)state;
    assert_int_equal(most_of_smtp("kb281868.ini"), 16);
    assert_int_equal(most_of_smtp("kb281868_tuned.ini"), 18);
}

static void everybody_is_served(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "protocols_mix.ini", "scenario.duration=40s", NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    assert_int_equal(night.result.violated, 0);
    for (int i = 0; i < LOAD_PROTOCOLS; i++)
        if (i == LOAD_POP3 || i == LOAD_IMAP4 || i == LOAD_DAV_GET)
            assert_true(site()->stats.reads_by[i] > 50);
    assert_int_equal(site()->stats.read_errors, 0);
    assert_true(site()->wires[LOAD_DAV_GET].taken > 100);
    night_end(&night);
}

/* ---- Conversion ------------------------------------------------------------------------------ */

static uint64_t committed_after(const char *share)
{
    struct night night;
    uint64_t pages;

    night_read(&night, "protocols_mix.ini", "scenario.duration=40s", share, NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.violated, 0);
    assert_int_equal(site()->stats.read_errors, 0);
    pages = gauge(&night, GAUGE_STM_COMMITTED);
    night_end(&night);
    return pages;
}

/* Every message read is made again first; all those streams are gone when they have been read. */
static void temporary_streams_go(void **state)
{
    uint64_t without, with;

    (void)state;
    without = committed_after("process store.mapi_only=0%");
    with = committed_after("process store.mapi_only=100%");
    assert_in_range(with, without - 64, without + 64);
}

/* A reader that ends cannot say that it has read: its streams go when the next one asks. */
static uint64_t committed_after_kill(const char *share, uint32_t at_ms)
{
    struct night night;
    char at[40];
    uint64_t pages;

    snprintf(at, sizeof at, "fault.end.at=%u ms", (unsigned)at_ms);
    night_read(&night, "protocols_mix.ini", "scenario.duration=30s", share, "load pop3.rate=40/s",
               "fault.end.kind=kill", "fault.end.process=inetinfo.exe", at, NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.violated, 0);
    assert_true(site()->stats.reads_by[LOAD_POP3] > 100);
    pages = gauge(&night, GAUGE_STM_COMMITTED);
    night_end(&night);
    return pages;
}

static void temporary_streams_go_with_their_reader(void **state)
{
    (void)state;
    for (uint32_t at_ms = 20000; at_ms < 20080; at_ms += 20) {
        uint64_t without = committed_after_kill("process store.mapi_only=0%", at_ms);
        uint64_t with = committed_after_kill("process store.mapi_only=100%", at_ms);

        assert_in_range(with, without - 32, without + 32);
    }
}

/* ---- Queues ---------------------------------------------------------------------------------- */

struct lengths {
    uint32_t most;
};

static void watch_imap_queue(const struct record *record, uint64_t number, void *ctx)
{
    struct lengths *lengths = ctx;

    (void)number;
    if (record->kind == REC_QUEUE && record->a == 2 * EpoxyPairIMAP + EpoxyClient)
        lengths->most = MAX_OF(lengths->most, record->b);
}

static uint32_t most_in_queue(const char *epoxy)
{
    struct lengths lengths = { 0 };
    struct night night;

    night_read(&night, "kb817051.ini", "scenario.duration=30s", epoxy, NULL);
    night.world = world_new_watched(&night.scenario, 3, watch_imap_queue, &lengths);
    assert_non_null(night.world);
    night_go(&night);
    night_end(&night);
    return lengths.most;
}

static void a_full_queue_makes_wait_or_overflows(void **state)
{
    (void)state;
    assert_int_equal(most_in_queue("process inetinfo.epoxy=2003"), EPOXY_SLOTS);
    assert_true(most_in_queue("process inetinfo.epoxy=2000") > EPOXY_SLOTS);
}

/* In its first round the wrong test is right, so one folder of fifty is no trouble by itself. */
static void a_quiet_morning_does_not_show_it(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "kb817051.ini", "scenario.duration=30s", "load imap4.rate_end=2/s",
               "load imap4.rate=2/s", NULL);
    night_run(&night, 3);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    assert_true(gauge(&night, GAUGE_EPOXY_BLOCKS) <= 40);
    night_end(&night);
}

/* The Central Queue Manager: of a client that was killed neither requests nor blocks are left, and
 * the next one begins with an empty heap. */
static void the_queue_manager_clears_up(void **state)
{
    struct night night;
    EPOXY_HEADER header;

    (void)state;
    night_read(&night, "kb817051.ini", "fault kill.kind=kill", "fault kill.process=inetinfo.exe",
               "fault kill.at=45s", "process services.restart_delay=1 s", NULL);
    night_begin(&night, 3);
    go_to(&night, 44900);
    assert_true(inspect_epoxy_header(EpoxyPairIMAP, &header));
    assert_true(header.Blocks > 100 && header.ClientProcessId != 0);
    go_to(&night, 45600);
    assert_null(ps_find("inetinfo.exe"));
    assert_true(inspect_epoxy_header(EpoxyPairIMAP, &header));
    assert_int_equal(header.Blocks, 0);
    assert_int_equal(header.ClientProcessId, 0);
    for (int side = EpoxyClient; side <= EpoxyStore; side++)
        assert_int_equal(header.Rings[side].Put, header.Rings[side].Taken);
    go_to(&night, 50000);
    assert_non_null(ps_find("inetinfo.exe"));
    assert_true(inspect_epoxy_header(EpoxyPairIMAP, &header));
    assert_true(header.ClientProcessId != 0);
    night_end(&night);
}

/* Clients that give up come again: places become free, blocks do not. So the heap fills long after
 * every place would have been taken. */
static void clients_go_and_blocks_stay(void **state)
{
    struct night night;
    uint64_t clients = 0;

    (void)state;
    night_read(&night, "kb817051.ini", "process inetinfo.imap_patience=2s",
               "process inetinfo.epoxy_blocks=200000", "load imap4.rate=60/s",
               "load imap4.rate_end=60/s", "scenario.duration=60s", NULL);
    night_begin(&night, 3);
    for (uint64_t ms = 1000; ms < 60000; ms += 1000) {
        go_to(&night, ms);
        clients = MAX_OF(clients, gauge(&night, GAUGE_IMAP_CLIENTS));
    }
    assert_true(clients < IN_FLIGHT_MAX);
    assert_true(gauge(&night, GAUGE_EPOXY_BLOCKS) > 1000);
    assert_true(site()->stats.read_errors > 100);
    night_end(&night);
}

/* The store ends: what was posted to it fails, and no client waits for ever. */
static void a_dead_store_lets_its_clients_go(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "protocols_mix.ini", "scenario.duration=40s", "fault kill.kind=kill",
               "load imap4.rate=40/s", "fault kill.process=store.exe", "fault kill.at=20s", NULL);
    night_run(&night, 1);
    assert_int_equal(night.result.outcome, OUTCOME_SURVIVED);
    for (uint32_t i = 0; i < IN_FLIGHT_MAX; i++) {
        const struct message *message = &site()->wires[LOAD_IMAP4].in_flight[i];

        assert_true(message->id == 0 || ke->sim->now - message->at < SEC(2));
    }
    assert_true(site()->stats.reads_by[LOAD_IMAP4] > 1000);
    night_end(&night);
}

/* ---- Nobody asks ----------------------------------------------------------------------------- */

/* A run that names none of it has none of it. */
static void the_default_run_has_none_of_it(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "calm_day.ini", "scenario.duration=10s", NULL);
    night_run(&night, 1);
    for (int i = 0; i < LOAD_PROTOCOLS; i++)
        assert_true((site()->wires[i].queue != NULL) == (i == LOAD_SMTP || i == LOAD_POP3));
    assert_null(ps_find("w3wp.exe"));
    assert_null(ps_find("resrcmon.exe"));
    assert_null(ob_name_find(L"\\BaseNamedObjects\\EpoxyImap"));
    night_end(&night);
}

GROUP(paths_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_work_queues_share_the_pool),
        cmocka_unit_test(everybody_is_served),
        cmocka_unit_test(temporary_streams_go),
        cmocka_unit_test(temporary_streams_go_with_their_reader),
        cmocka_unit_test(a_full_queue_makes_wait_or_overflows),
        cmocka_unit_test(a_quiet_morning_does_not_show_it),
        cmocka_unit_test(the_queue_manager_clears_up),
        cmocka_unit_test(clients_go_and_blocks_stay),
        cmocka_unit_test(a_dead_store_lets_its_clients_go),
        cmocka_unit_test(the_default_run_has_none_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
