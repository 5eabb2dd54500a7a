/* services_test.c - the service control manager: the order of starts and stops, and its actions for
 * services that end, fail or do not answer.
 *
 * The graph is that of facts/exchange-exifs.md 3.2; recovery and events are 3.4 and 8.2.
 */
#include "tests/server/night.h"
#include "model/kernel/cm.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/scm/scm.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* ---- Watching states ------------------------------------------------------------------------- */

struct diary {
    uint32_t state[SERVER_COUNT];
    uint32_t started[SERVER_COUNT], stopped[SERVER_COUNT];
    uint32_t disorder; /* Starts before what is needed runs, stops before what needs it. */
};

static void note(const struct record *r, uint64_t number, void *context)
{
    struct diary *diary = context;

    (void)number;
    if (r->kind != REC_SERVICE_STATE)
        return;
    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        bool starts = r->b == SERVICE_START_PENDING && (server_rows[r->a].needs & 1u << i) != 0;
        bool stops = r->b == SERVICE_STOP_PENDING && (server_rows[i].needs & 1u << r->a) != 0;

        diary->disorder += starts && diary->state[i] != SERVICE_RUNNING;
        diary->disorder += stops && diary->state[i] > SERVICE_STOPPED;
    }
    diary->started[r->a] += r->b == SERVICE_RUNNING;
    diary->stopped[r->a] += r->b == SERVICE_STOPPED;
    diary->state[r->a] = r->b;
}

static void begin_watched(struct night *night, struct diary *diary)
{
    memset(diary, 0, sizeof *diary);
    night_begin(night, 1);
    world_sim(night->world)->trace.watch = note;
    world_sim(night->world)->trace.watch_ctx = diary;
}

static uint32_t events(const char *source, uint32_t id, const char *text)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < cm_log_count(); i++)
        count += cm_log_line(i)->id == id && strcmp(cm_log_line(i)->source, source) == 0 &&
                 strstr(cm_log_line(i)->text, text) != NULL;
    return count;
}

static bool console_has(struct night *night, const char *part)
{
    const char *text;
    sim_time at;

    for (uint32_t i = 0; (text = world_console_line(night->world, i, &at)) != NULL; i++)
        if (strstr(text, part) != NULL)
            return true;
    return false;
}

#define SCM "Service Control Manager"

/* ---- The table ------------------------------------------------------------------------------- */

/* Nobody needs himself, by however many steps; every row has its words. */
static void the_graph_has_no_circle(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        uint32_t all = server_closure(server_rows[i].needs);

        assert_false(all & 1u << i);
        assert_int_equal(server_find(server_rows[i].name), i);
        assert_int_equal(server_find(server_rows[i].display), i);
        assert_true(server_rows[i].kind == KIND_SYSTEM || server_rows[i].image[0] != 0);
    }
}

static void sets_are_read(void **state)
{
    char wrong[64];
    uint32_t set;

    (void)state;
    assert_false(server_set("bare", &set, wrong));
    assert_true(server_set("exchange-core", &set, wrong));
    assert_true(set & 1u << SERVER_LANSERVER); /* By way of MSExchangeSA. */
    assert_false(set & 1u << SERVER_MTA);
    assert_true(server_set(" smtpsvc ,msexchangees", &set, wrong));
    assert_true((set & 1u << SERVER_INETINFO) && (set & 1u << SERVER_STORE));
    assert_false(set & 1u << SERVER_POP3);
    assert_false(server_set("all, EXIF", &set, wrong));
    assert_string_equal(wrong, "EXIF");
}

/* ---- Start and stop -------------------------------------------------------------------------- */

static void what_is_needed_starts_first(void **state)
{
    struct diary diary;
    struct night night;

    (void)state;
    night_read(&night, "services_recovery.ini", "scenario.duration=20 s", "step.one.at=15 s",
               "step.two.at=16 s", "step.three.at=17 s", "step.look.at=18 s", NULL);
    night.scenario.step_count = 0;
    begin_watched(&night, &diary);
    night_go(&night);
    assert_int_equal(diary.disorder, 0);
    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        assert_int_equal(diary.started[i], server_rows[i].start <= START_AUTO);
    assert_int_equal(events("EXIFS", 9216, ""), 1);
    assert_int_equal(events(SCM, 7036,
                            "Simple Mail Transfer Protocol (SMTP) service entered the "
                            "running state"),
                     1);
    night_end(&night);
}

/* One word takes half of the server along, what depends first; the other half goes on. */
static void a_stop_takes_its_dependents_along(void **state)
{
    struct diary diary;
    struct night night;

    (void)state;
    night_read(&night, "services_recovery.ini", "scenario.duration=60 s",
               "step.one.do=net stop LanmanServer /y", "step.two.do=net start MSExchangeES",
               "step.three.at=55 s", "step.three.do=sc query", "step.look.at=59 s", NULL);
    begin_watched(&night, &diary);
    world_run(night.world, SEC(45));
    assert_int_equal(diary.disorder, 0);
    assert_int_equal(diary.state[SERVER_STORE], SERVICE_STOPPED);
    assert_int_equal(diary.state[SERVER_MTA], SERVICE_STOPPED);
    assert_int_equal(diary.state[SERVER_SA], SERVICE_STOPPED);
    assert_int_equal(diary.state[SERVER_LANSERVER], SERVICE_STOPPED);
    assert_int_equal(diary.state[SERVER_EXIFS], SERVICE_RUNNING);
    assert_int_equal(diary.state[SERVER_INETINFO], SERVICE_RUNNING);
    /* And a start of what depends brings them back, all but the MTA. */
    night_go(&night);
    assert_int_equal(diary.disorder, 0);
    assert_int_equal(diary.state[SERVER_EVENTS], SERVICE_RUNNING);
    assert_int_equal(diary.state[SERVER_STORE], SERVICE_RUNNING);
    assert_int_equal(diary.state[SERVER_MTA], SERVICE_STOPPED);
    assert_int_equal(events(SCM, 7031, ""), 0);
    night_end(&night);
}

static void refusals_have_their_numbers(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "services_recovery.ini", "scenario.duration=60 s",
               "step.one.do=net start MSExchangeSRS", "step.two.at=32 s",
               "step.two.do=net start SMTPSVC", "step.three.at=33 s",
               "step.three.do=net stop MSExchangeES", "step.look.at=34 s",
               "step.look.do=net stop HTTP", "step.look.do_2=net stop SamSs", NULL);
    night.scenario.set.services.automatic &=
        ~(1u << SERVER_W3SVC); /* The only service that needs HTTP. */
    night_run(&night, 1);
    assert_true(console_has(&night, "System error 1058 has occurred."));
    assert_true(console_has(&night, "System error 1052 has occurred."));
    assert_true(console_has(&night, "The requested service has already been started."));
    assert_true(console_has(&night, "The Microsoft Exchange Event service is not started."));
    night_end(&night);
}

/* What depends on it is named; anything but y, typed next, is no. */
static void a_question_takes_the_next_line_for_its_answer(void **state)
{
    static const char stopped[] =
        "The Microsoft Exchange Information Store service was stopped successfully.";
    static const struct {
        const char *answer;
        bool stops;
    } cases[] = { { "step.one.do_2=y", true },
                  { "step.one.do_2=n", false },
                  { "step.one.do_2=rem", false },
                  { "step.one.do_2=lm", false } };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct night night;

        night_read(&night, "services_recovery.ini", "scenario.duration=60 s",
                   "step.one.do=net stop MSExchangeSA", cases[i].answer, "step.two.at=45 s",
                   "step.three.at=48 s", "step.look.at=50 s", NULL);
        night_run(&night, 1);
        assert_true(console_has(&night, "Do you want to continue this operation?"));
        assert_int_equal(console_has(&night, stopped), cases[i].stops);
        assert_int_equal(console_has(&night, "No valid response was provided."), i == 3);
        night_end(&night);
    }
}

/* sc.exe asks once: what others need is not stopped, nor is anything of theirs; twice is once too
 * often. */
static void one_request_stops_nothing_else(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "services_recovery.ini", "scenario.duration=60 s",
               "step.one.do=sc stop IISADMIN", "step.two.at=32 s", "step.two.do=sc stop exifs",
               "step.three.at=34 s", "step.three.do=sc start MSExchangeIS", "step.look.at=36 s",
               "step.look.do=sc stop MSExchangeES", "step.look.do_2=rem", NULL);
    night_run(&night, 1);
    const struct scm *scm = ((struct site *)ke->site)->scm;

    assert_true(console_has(&night, "[SC] ControlService FAILED 1051:"));
    assert_true(console_has(&night, "[SC] StartService FAILED 1056:"));
    assert_true(console_has(&night, "[SC] ControlService FAILED 1062:"));
    assert_int_equal(scm->services[SERVER_INETINFO].state, SERVICE_RUNNING);
    assert_int_equal(scm->services[SERVER_SMTP].state, SERVICE_RUNNING);
    assert_int_equal(scm->services[SERVER_EXIFS].state, SERVICE_RUNNING);
    night_end(&night);
}

/* ---- Failures -------------------------------------------------------------------------------- */

static void failures_are_counted_and_forgotten(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "services_recovery.ini", "step.one.do=taskkill /f /im store.exe",
               "step.two.do=taskkill /f /im store.exe", "process.services.recovery_reset=1 h",
               NULL);
    night_run(&night, 1);
    assert_int_equal(events(SCM, 7031, "It has done this 3 time(s)"), 1);
    assert_int_equal(events(SCM, 7031, "in 0 milliseconds: Restart service."), 3);
    night_end(&night);

    /* Twenty seconds lie between two of them. */
    night_read(&night, "services_recovery.ini", "step.one.do=taskkill /f /im store.exe",
               "step.two.do=taskkill /f /im store.exe", "process.services.recovery_reset=10 s",
               NULL);
    night_run(&night, 1);
    assert_int_equal(events(SCM, 7031, "It has done this 1 time(s)"), 3);
    night_end(&night);
}

static void without_an_action_a_service_stays_down(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "services_recovery.ini", "process.services.recovery=no",
               "expect.min_delivered=1", NULL);
    night_run(&night, 1);
    const struct scm *scm = ((struct site *)ke->site)->scm;

    assert_int_equal(events(SCM, 7031, "No action."), 7); /* Six of inetinfo, the store. */
    assert_true(console_has(&night, "ERROR: The process \"inetinfo.exe\" not found."));
    assert_int_equal(scm->services[SERVER_STORE].state, SERVICE_STOPPED);
    assert_int_equal(scm->services[SERVER_STORE].error, 1067);
    assert_int_equal(scm->services[SERVER_W3SVC].state, SERVICE_RUNNING);
    night_end(&night);
}

/* The letter is taken by a link to nowhere before the machine boots: the driver does not load, and
 * the store does not start. */
static void a_driver_that_fails_at_boot_is_7026(void **state)
{
    struct night night;
    UNICODE_STRING letter, nowhere;

    (void)state;
    night_read(&night, "drill_letter_not_removed.ini", NULL);
    night.scenario.set.duration = SEC(15);
    night.scenario.step_count = 0;
    night_begin(&night, 1);
    RtlInitUnicodeString(&letter, L"\\??\\M:");
    RtlInitUnicodeString(&nowhere, L"\\Device\\Gone");
    assert_true(NT_SUCCESS(IoCreateSymbolicLink(&letter, &nowhere)));
    night_go(&night);
    assert_int_equal(events(SCM, 7026, "failed to load: EXIFS"), 1);
    assert_true(events(SCM, 7000, "EXIFS service failed to start") >= 1);
    assert_int_equal(events(SCM, 7001, "Information Store service depends on the EXIFS"), 1);
    assert_int_equal(events("EXIFS", 9216, ""), 0);
    night_end(&night);
}

/* IIS needs no driver of Exchange: it starts, and stops, without DAV being served. */
static void the_web_runs_without_the_driver(void **state)
{
    struct night night;
    UNICODE_STRING letter, nowhere;

    (void)state;
    night_read(&night, "drill_letter_not_removed.ini", "machine.services=all",
               "load dav-put.rate=5/s", "step.one.at=40 s", "step.one.do=net stop W3SVC", NULL);
    night.scenario.set.duration = SEC(60);
    night.scenario.steps[0] = night.scenario.steps[--night.scenario.step_count]; /* No other. */
    night.scenario.step_count = 1;
    night_begin(&night, 1);
    RtlInitUnicodeString(&letter, L"\\??\\M:");
    RtlInitUnicodeString(&nowhere, L"\\Device\\Gone");
    assert_true(NT_SUCCESS(IoCreateSymbolicLink(&letter, &nowhere)));
    world_run(night.world, SEC(39));
    world_enter(night.world);
    const struct site *site = ke->site;

    assert_int_equal(site->scm->services[SERVER_W3SVC].state, SERVICE_RUNNING);
    assert_true(site->wires[LOAD_DAV_GET].taken == 0 && site->wires[LOAD_DAV_GET].count > 0);
    night_go(&night);
    assert_int_equal(site->scm->services[SERVER_W3SVC].state, SERVICE_STOPPED);
    night_end(&night);
}

static void a_library_that_nobody_knows_is_7024(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "drill_stale_handles.ini", "scenario.duration=40 s", NULL);
    snprintf(night.scenario.set.versions[FILE_ESE], sizeof night.scenario.set.versions[0],
             "6.5.9999.0");
    night_run(&night, 1);
    assert_int_equal(events("MSExchangeIS", 5000, "Error 0x80040605."), 2); /* Boot, and by hand. */
    assert_int_equal(events(SCM, 7024, "service specific error 2147747333"), 2);
    assert_true(console_has(&night, "A service specific error occurred: 2147747333."));
    night_end(&night);
}

static void a_control_that_is_not_taken_is_1053(void **state)
{
    struct night night;
    sim_time asked = 0, given_up = 0, at;
    const char *text;

    (void)state;
    night_read(&night, "services_hung.ini", NULL);
    night_run(&night, 1);
    for (uint32_t i = 0; (text = world_console_line(night.world, i, &at)) != NULL; i++) {
        if (strstr(text, "is stopping") != NULL)
            asked = at;
        if (strstr(text, "1053") != NULL)
            given_up = at;
    }
    assert_true(given_up - asked >= SEC(30) && given_up - asked < SEC(33));
    night_end(&night);
}

GROUP(services_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_graph_has_no_circle),
        cmocka_unit_test(sets_are_read),
        cmocka_unit_test(what_is_needed_starts_first),
        cmocka_unit_test(a_stop_takes_its_dependents_along),
        cmocka_unit_test(refusals_have_their_numbers),
        cmocka_unit_test(a_question_takes_the_next_line_for_its_answer),
        cmocka_unit_test(one_request_stops_nothing_else),
        cmocka_unit_test(failures_are_counted_and_forgotten),
        cmocka_unit_test(without_an_action_a_service_stays_down),
        cmocka_unit_test(a_driver_that_fails_at_boot_is_7026),
        cmocka_unit_test(the_web_runs_without_the_driver),
        cmocka_unit_test(a_library_that_nobody_knows_is_7024),
        cmocka_unit_test(a_control_that_is_not_taken_is_1053),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
