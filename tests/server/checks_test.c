/* checks_test.c - every check finds its violation: a world is damaged by hand and checked.
 */
#include "tests/server/night.h"
#include "model/checks/checks.h"
#include "model/ese/ese_internal.h"
#include "model/kernel/ex.h"
#include "model/kernel/faults.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/outside/site.h"
#include "tests/groups.h"
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct night night;

static int begin(void **state)
{
    (void)state;
    night_read(&night, "hotfix.ini", "scenario.duration=8 s", NULL);
    night_begin(&night, 1);
    world_run(night.world, SEC(5));
    assert_int_equal(checks_of(night.world)->violated, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    night_end(&night);
    return 0;
}

static uint32_t look(void)
{
    checks_of(night.world)->next = 0;
    world_oracle.look(checks_of(night.world));
    return checks_of(night.world)->violated;
}

static ESE_DATABASE *database(void) { return world_site(night.world)->database; }

static struct ke_thread *a_thread(const char *image)
{
    struct ke_process *process = ps_find(image);

    return LIST_ITEM(process->threads.next, struct ke_thread, process_link);
}

#define SEES(name) assert_int_equal(look(), 1u << CHECKED_##name)

static void a_lost_message(void **state)
{
    (void)state;
    world_site(night.world)->stats.arrived++;
    SEES(MESSAGES_COUNTED);
}

static void pages_that_do_not_add_up(void **state)
{
    (void)state;
    database()->InState[EsePageFree]++;
    SEES(PAGES_BALANCE);
}

/* A store in a machine with services begins anew, and one message is not in its map. */
static void a_message_that_is_not_recovered(void **state)
{
    struct night recovery;
    ESE_DATABASE *new_one;

    (void)state;
    night_read(&recovery, "services_recovery.ini", NULL);
    night_begin(&recovery, 1);
    world_run(recovery.world, SEC(20));
    struct checks *checks = checks_of(recovery.world);
    struct check_commit *commit = &checks->commits[0];

    while (commit->message == 0 || commit->bytes == 0)
        commit++;
    new_one = world_site(recovery.world)->database;
    new_one->Pages[commit->runs[0][0]].State = EsePageFree;
    checks->log_process = 0; /* As if it were another store's. */
    world_run(recovery.world, SEC(22));
    assert_int_equal(checks->violated & 1u << CHECKED_RECOVERED_KEPT, 1u << CHECKED_RECOVERED_KEPT);
    night_end(&recovery);
}

static void a_page_that_nobody_knows(void **state)
{
    ULONG page = database()->Size - 1;

    (void)state;
    assert_int_equal(database()->Pages[page].State, EsePageFree);
    database()->Pages[page].State = EsePageReserved;
    database()->InState[EsePageFree]--;
    database()->InState[EsePageReserved]++;
    /* The page may be reserved at this moment, so one look is no violation. */
    assert_int_equal(look(), 0);
    SEES(RESERVED_KNOWN);
}

static void a_tag_that_counts_wrong(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < POOL_TAGS_MAX; i++)
        if (ke->ex->tags[i].used) {
            ke->ex->tags[i].use.blocks++;
            break;
        }
    SEES(POOL_BALANCES);
}

static void an_index_that_lies(void **state)
{
    struct ke_process *home = a_thread("store.exe")->process;

    (void)state;
    a_thread("store.exe")->saved_apc_state.Process = home;
    assert_true((look() & 1u << CHECKED_ATTACHMENT) != 0);
    a_thread("store.exe")->saved_apc_state.Process = NULL;
}

static void a_visitor_too_many(void **state)
{
    (void)state;
    ps_find("store.exe")->stack_count++;
    SEES(SPACES_COUNTED);
}

static void a_foreign_space(void **state)
{
    struct ke_cpu *cpu = &ke->cpus[0];
    struct ke_thread *before = cpu->thread;

    (void)state;
    cpu->thread = a_thread("store.exe");
    cpu->cr3 = 0;
    SEES(SPACE_LOADED);
    cpu->thread = before;
}

static void an_apc_in_a_foreign_list(void **state)
{
    struct ke_thread *thread = a_thread("store.exe");
    KAPC apc = { .Thread = a_thread("inetinfo.exe"), .Inserted = TRUE };

    (void)state;
    InsertTailList(&thread->apc_state.ApcListHead[KernelMode], &apc.ApcListEntry);
    SEES(APC_LISTS);
    RemoveEntryList(&apc.ApcListEntry);
}

static void a_request_that_nobody_ends(void **state)
{
    PIRP irp = IoAllocateIrp(1, FALSE);

    (void)state;
    irp->CurrentLocation = (CHAR)(irp->StackCount + 2);
    io_part(irp)->made = 0;
    assert_int_equal(look(), 0); /* The request may be in progress at the first look. */
    SEES(REQUESTS_END);
}

static void handles_of_the_dead(void **state)
{
    struct ke_process *process = ps_find("inetinfo.exe");
    uint32_t threads = process->active_threads;

    (void)state;
    process->active_threads = 0;
    process->header.SignalState = 1;
    SEES(CLEAN_STOP);
    process->active_threads = threads;
    process->header.SignalState = 0;
}

/* The store's disks lose what the cache had, and nobody is told. */
static void mail_that_is_gone(void **state)
{
    (void)state;
    assert_true(fault_cut_power() > 0);
    world_run(night.world, SIM_NEVER);
    assert_true((world_result(night.world)->violated & 1u << CHECKED_ACKNOWLEDGED_KEPT) != 0);
}

/* A finding says which check, what it found, and is no pass. */
static void a_finding_is_not_as_expected(void **state)
{
    struct unmet unmet;

    (void)state;
    world_site(night.world)->stats.arrived++;
    look();
    world_run(night.world, SIM_NEVER);
    night.scenario.expect = (struct scenario_expect){ .outcome = EXPECT_ANY };
    assert_false(world_expected(&night.scenario, world_result(night.world), &unmet));
    assert_non_null(strstr(unmet_text(&unmet, 0), "check messages_counted does not hold"));
    night.scenario.expect.violates = 1u << CHECKED_MESSAGES_COUNTED;
    assert_true(world_expected(&night.scenario, world_result(night.world), &unmet));
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)

GROUP(checks_test)
{
    const struct CMUnitTest tests[] = {
        STORY(a_lost_message),
        cmocka_unit_test(a_message_that_is_not_recovered),
        STORY(pages_that_do_not_add_up),
        STORY(a_page_that_nobody_knows),
        STORY(a_tag_that_counts_wrong),
        STORY(an_index_that_lies),
        STORY(a_visitor_too_many),
        STORY(a_foreign_space),
        STORY(an_apc_in_a_foreign_list),
        STORY(a_request_that_nobody_ends),
        STORY(handles_of_the_dead),
        STORY(mail_that_is_gone),
        STORY(a_finding_is_not_as_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
