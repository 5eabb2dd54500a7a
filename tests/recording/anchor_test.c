/* anchor_test.c - instants in words: each is checked against a walk over all records. */
#include "ui/recording/anchor.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/recording/recorded.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct recording *run, *twin;
static struct record *records;
static uint64_t count;

static void keep(const struct record *record, uint64_t number, void *ctx)
{
    static size_t room;

    (void)ctx;
    if (number >= room) {
        room = room == 0 ? 1 << 20 : room * 2;
        records = realloc(records, room * sizeof *records);
        assert_non_null(records);
    }
    records[number] = *record;
    count = number + 1;
}

static int open_night(void **state)
{
    static struct scenario scenario;
    struct ini *ini = ini_read(SCENARIOS "kb908674.ini");
    struct world *world;

    (void)state;
    scenario_defaults(&scenario);
    if (!scenario_read(&scenario, ini, SCENARIOS "kb908674.ini"))
        return -1;
    ini_free(ini);
    world = world_new_watched(&scenario, scenario.seed, keep, NULL);
    while (world_run(world, SIM_NEVER) == SIM_GOING)
        ;
    world_free(world);
    run =
        recording_open(&(struct recording_options){ .scenario = &scenario, .seed = scenario.seed });
    return 0;
}

static int close_night(void **state)
{
    (void)state;
    recording_close(run);
    free(records);
    return 0;
}

static uint64_t instant(const char *text)
{
    char error[ANCHOR_ERROR] = "";
    uint64_t number = 0;

    if (!anchor_resolve(run, twin, text, &number, error, sizeof error))
        fail_msg("%s: %s", text, error);
    return number;
}

/* The nth record of a kind from `from` on, or back from it. */
static uint64_t nth(uint16_t kind, uint32_t n, uint64_t from, int direction)
{
    for (uint64_t i = from; i < count; i += (uint64_t)direction)
        if (records[i].kind == kind && --n == 0)
            return i;
    fail_msg("no such record");
    return 0;
}

static uint64_t at_or_before(sim_time at)
{
    uint64_t i = count - 1;

    while (records[i].at > at)
        i--;
    return i;
}

static void edges_records_and_times(void **state)
{
    uint64_t stop = nth(REC_STOP, 1, 0, 1);

    (void)state;
    assert_int_equal(instant("begin"), 0);
    assert_int_equal(instant("end"), count - 1);
    assert_int_equal(instant("stop"), stop);
    assert_int_equal(instant("STOP"), stop);
    assert_int_equal(instant("#1234"), 1234);
    assert_int_equal(instant("12 345"), 12345);
    assert_int_equal(instant("70.5 s"), at_or_before(MS(70500)));
    assert_int_equal(instant("70500ms"), at_or_before(MS(70500)));
    assert_int_equal(instant("stop - 3 records"), stop - 3);
    assert_int_equal(instant("stop - 30 us"), at_or_before(records[stop].at - US(30)));
    assert_int_equal(instant("#5000 + 2 ms"), at_or_before(records[5000].at + MS(2)));
}

static void kinds_in_order(void **state)
{
    uint64_t first = nth(REC_FOREIGN_WRITE, 1, 0, 1), second = nth(REC_FOREIGN_WRITE, 2, 0, 1);
    uint64_t stop = nth(REC_STOP, 1, 0, 1);

    (void)state;
    assert_int_equal(instant("first FOREIGN_WRITE"), first);
    assert_int_equal(instant("foreign_write"), first);
    assert_int_equal(instant("2nd FOREIGN_WRITE"), second);
    assert_int_equal(instant("last FOREIGN_WRITE"), nth(REC_FOREIGN_WRITE, 1, count - 1, -1));
    assert_int_equal(instant("DETACH after first FOREIGN_WRITE"), nth(REC_DETACH, 1, first + 1, 1));
    assert_int_equal(instant("3rd DETACH after 2nd FOREIGN_WRITE"),
                     nth(REC_DETACH, 3, second + 1, 1));
    assert_int_equal(instant("ATTACH before stop"), nth(REC_ATTACH, 1, stop - 1, -1));
    assert_int_equal(instant("2nd SWITCH before stop - 1 record"),
                     nth(REC_SWITCH, 2, stop - 2, -1));
    assert_int_equal(instant("last DETACH after first FOREIGN_WRITE"),
                     nth(REC_DETACH, 1, count - 1, -1));
    assert_int_equal(instant("first SWITCH with processor=1"), ({
                         uint64_t i = 0;

                         while (records[i].kind != REC_SWITCH || records[i].cpu != 1)
                             i++;
                         i;
                     }));
}

/* By, in and of: who wrote it, in whose memory, about whom. */
static void names_of_processes(void **state)
{
    uint64_t write = instant("FOREIGN_WRITE by inetinfo.exe in store.exe");
    uint64_t terminate = nth(REC_TERMINATE, 1, 0, 1);

    (void)state;
    assert_int_equal(write, nth(REC_FOREIGN_WRITE, 1, 0, 1));
    assert_int_equal(instant("first TERMINATE of store.exe by drwtsn32.exe"), terminate);
    assert_int_equal(instant("story first_wrong_byte"), ({
                         recording_lock(run);
                         uint64_t record = recording_end(run)->result.story[0].record;
                         recording_unlock(run);
                         record;
                     }));
    assert_true(instant("story first_wrong_byte") > write);
    assert_int_equal(instant("story stop"), instant("stop"));
}

static void what_cannot_be_understood_is_told(void **state)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {
        { "soon", "\"soon\" (expected a time" },
        { "stop - 30", "\"30\"" },
        { "stop - 30 parsecs", "parsecs" },
        { "first", "expected a time" },
        { "story nobody", "\"nobody\" (expected first_wrong_byte" },
        { "ATTACH by", "expected a name" },
        { "ATTACH with x=1", "\"x\"" },
        { "stop stop", "expected nothing more" },
        { "ATTACH after DETACH after READY after SWITCH after WAIT after stop", "at most four" },
        { "", "expected a time" },
    };
    char error[ANCHOR_ERROR];
    uint64_t number;
    struct anchor anchor;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_false(anchor_parse(&anchor, wrong[i].text, error, sizeof error));
        if (strstr(error, wrong[i].says) == NULL)
            fail_msg("%s: %s", wrong[i].text, error);
    }
    assert_false(anchor_resolve(run, NULL, "first POWER_OFF", &number, error, sizeof error));
    assert_non_null(strstr(error, "no such POWER_OFF"));
    assert_false(anchor_resolve(run, NULL, "ATTACH by nobody.exe", &number, error, sizeof error));
    assert_non_null(strstr(error, "nobody.exe"));
    assert_false(anchor_resolve(run, NULL, "story restart", &number, error, sizeof error));
    assert_non_null(strstr(error, "outcome stop"));
    assert_false(
        anchor_resolve(run, NULL, "ARRIVAL of first SWITCH", &number, error, sizeof error));
    assert_non_null(strstr(error, "neither a cause nor an effect of SWITCH"));
    assert_false(anchor_parse(&anchor, "last ARRIVAL of first DELIVERED", error, sizeof error));
}

/* A record's cause or effect of a kind, as the table of pairs has it; and pairs of pairs. */
static void partners_of_records(void **state)
{
    uint64_t delivered = nth(REC_DELIVERED, 2, 0, 1), arrival = delivered, stop, read;
    uint64_t sweep = nth(REC_HANDLE_SWEEP, 1, 0, 1), create = nth(REC_IRP_CREATE, 1, 0, 1), call;

    (void)state;
    while (records[arrival].kind != REC_ARRIVAL || records[arrival].a != records[delivered].a)
        arrival--;
    assert_int_equal(instant("ARRIVAL of 2nd DELIVERED"), arrival);
    assert_int_equal(instant("DELIVERED of ARRIVAL of 2nd DELIVERED"), delivered);
    for (call = create; records[call].kind != REC_IRP_CALL || records[call].a != records[create].a;)
        call++;
    assert_int_equal(instant("IRP_CALL of first IRP_CREATE"), call);
    for (call++; records[call].kind != REC_IRP_CALL || records[call].a != records[create].a;)
        call++;
    assert_int_equal(instant("2nd IRP_CALL of first IRP_CREATE"), call);
    /* From the stop back along its chain. */
    stop = nth(REC_STOP, 1, 0, 1);
    assert_int_equal(instant("HANDLE_SWEEP of CLEANUP of stop"), sweep);
    assert_true(instant("TERMINATE of HANDLE_SWEEP of CLEANUP of stop") < sweep && sweep < stop);
    /* A tainted read names its write. */
    read = nth(REC_TAINTED_READ, 1, 0, 1);
    assert_int_equal(instant("FOREIGN_WRITE of first TAINTED_READ"), records[read].c);
}

static void the_first_difference_of_twins(void **state)
{
    struct recording *other = recorded_open(SCENARIOS "hotfix.ini");
    char error[ANCHOR_ERROR];
    uint64_t found, number;

    (void)state;
    recording_unlock(other);
    assert_false(anchor_resolve(run, NULL, "first_difference", &number, error, sizeof error));
    assert_non_null(strstr(error, "no twin"));
    twin = other;
    found = instant("first_difference");
    assert_true(found > 1000 && found < nth(REC_STOP, 1, 0, 1));
    assert_int_equal(instant("first_difference - 2 records"), found - 2);
    recording_lock(other);
    for (number = found - 100; number <= found; number++) {
        const struct record *r = recording_record(other, number);

        while (r == NULL) {
            recording_unlock(other);
            recording_wait(other);
            recording_lock(other);
            r = recording_record(other, number);
        }
        assert_true((memcmp(r, &records[number], sizeof *r) == 0) == (number < found));
    }
    recorded_close(other);
    twin = NULL;
}

GROUP(anchor_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_records_and_times),
        cmocka_unit_test(kinds_in_order),
        cmocka_unit_test(names_of_processes),
        cmocka_unit_test(partners_of_records),
        cmocka_unit_test(the_first_difference_of_twins),
        cmocka_unit_test(what_cannot_be_understood_is_told),
    };

    return cmocka_run_group_tests_name("anchor", tests, open_night, close_night);
}
