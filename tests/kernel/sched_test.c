/* sched_test.c - which thread runs, on which processor and for how long (facts/nt-kernel.md 4.1 to
 * 4.4). */
#include "model/words/choices.h"
#include "model/words/costs.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static sim_time turn_began[64];

static void says_once(void *context) { say(letter_of(context)); }

/* Computes in small steps for 300 ms and marks every turn it gets. */
static void takes_turns(void *context)
{
    for (int i = 0; i < 300; i++) {
        uint32_t before = story.count;

        say_turn(letter_of(context));
        if (story.count != before && story.count <= ARRAY_LEN(turn_began))
            turn_began[story.count - 1] = ke->sim->now;
        ke_spend(MS(1));
    }
}

static void computes(void *context) { ke_spend(MS((uintptr_t)context)); }

static bool about(sim_time value, sim_time wanted, sim_time slack)
{
    return value + slack >= wanted && value <= wanted + slack;
}

/* ---- Priorities (4.1) ------------------------------------------------------------------------ */

STORY(the_highest_priority_runs_first)
{
    (void)arg;
    thread_new('A', 8, says_once);
    thread_new('B', 12, says_once);
    thread_new('C', 10, says_once);
    thread_new('D', 31 - 8, says_once);
    story_sleep(MS(50));
    EXPECT(said_is("DBCA"));
}

STORY(equal_priorities_run_in_order_of_becoming_ready)
{
    (void)arg;
    for (char letter = 'A'; letter <= 'E'; letter++)
        thread_new(letter, 8, says_once);
    story_sleep(MS(50));
    EXPECT(said_is("ABCDE"));
}

static KEVENT gate;

static void waits_then_says(void *context)
{
    wait_for(&gate);
    say(letter_of(context));
}

static void opens_the_gate(void *context)
{
    say(letter_of(context));
    KeSetEvent(&gate, 0, FALSE);
    say(letter_of(context));
}

STORY(a_better_thread_that_becomes_ready_preempts_at_once)
{
    (void)arg;
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    thread_new('H', 9, waits_then_says);
    thread_new('L', 7, waits_then_says);
    story_sleep(MS(20));
    thread_new('m', 8, opens_the_gate);
    story_sleep(MS(20));
    EXPECT(said_is("mHmL"));
}

static struct ke_thread *lifted;

static void lifts(void *context)
{
    say(letter_of(context));
    KeSetPriorityThread(lifted, 10);
    say(letter_of(context));
}

STORY(a_ready_thread_that_is_lifted_preempts)
{
    (void)arg;
    lifted = thread_new('L', 6, says_once);
    thread_new('m', 8, lifts);
    story_sleep(MS(20));
    EXPECT(said_is("mLm"));
}

static void lowers_itself(void *context)
{
    say(letter_of(context));
    KeSetPriorityThread(KeGetCurrentThread(), 5);
    say(letter_of(context));
}

/* The other side of the same rule: who falls below a ready thread gives way. */
STORY(a_thread_that_lowers_itself_gives_way)
{
    (void)arg;
    thread_new('m', 8, lowers_itself);
    thread_new('B', 7, says_once);
    story_sleep(MS(20));
    EXPECT(said_is("mBm"));
}

/* ---- Quantum (4.2) --------------------------------------------------------------------------- */

static void two_in_turns(void *arg)
{
    (void)arg;
    thread_new('A', 8, takes_turns);
    thread_new('B', 8, takes_turns);
    story_sleep(MS(650));
}

STORY(a_server_quantum_is_twelve_ticks)
{
    two_in_turns(arg);
    EXPECT(said_is("ABABAB"));
    for (uint32_t turn = 1; turn < 4; turn++)
        EXPECT(about(turn_began[turn] - turn_began[turn - 1], MS(120), MS(11)));
}

/* One that stands in the line of this processor, if none is idle. */
static void thread_for(uint8_t processor, char letter, void (*body)(void *))
{
    struct ke_thread *thread = thread_new(letter, NORMAL_PRIORITY, body);

    thread->ideal_processor = processor;
    KeSetPriorityThread(thread, NORMAL_PRIORITY); /* Decides anew where it stands. */
}

/* On a multiprocessor the tick is 15.625 ms: 187.5 ms. */
STORY_ON(2, a_server_quantum_on_two_processors)
{
    sim_time began;

    (void)arg;
    thread_with(31, computes, (void *)(uintptr_t)5000); /* Holds the other processor. */
    story_sleep(MS(20));
    began = ke->sim->now;
    for (char letter = 'A'; letter <= 'B'; letter++)
        thread_for(ke->cpu->number, letter, takes_turns);
    story_sleep(MS(1000));
    EXPECT(said_is("ABAB"));
    EXPECT(about(turn_began[1] - began, US(187500), US(15700)));
}

static void a_short_interruption(void *context)
{
    story_sleep(MS(50));
    say(letter_of(context));
    ke_spend(MS(5));
}

/* Preempted: to the head, with the rest of its quantum. Quantum over: to the tail. */
STORY(the_preempted_go_on_first_and_the_tired_last)
{
    (void)arg;
    thread_new('H', 15, a_short_interruption);
    thread_new('A', 8, takes_turns);
    thread_new('B', 8, takes_turns);
    story_sleep(MS(180));
    EXPECT(said_is("AHAB"));
    EXPECT(about(turn_began[3] - turn_began[0], MS(120),
                 MS(11))); /* No fresh slice after the interruption. */
}

STORY(a_better_thread_gets_a_full_slice)
{
    (void)arg;
    struct ke_thread *thread = thread_new('A', 9, takes_turns);

    story_sleep(MS(5));
    EXPECT(thread->quantum_reset == 36);
    EXPECT(thread->quantum <= 36 && thread->quantum >= 33);
}

static void waits_five_times(void *context)
{
    struct ke_thread *thread = KeGetCurrentThread();
    int16_t before = thread->quantum;

    for (int i = 0; i < 5; i++)
        story_sleep(MS(20));
    EXPECT(before - thread->quantum == (int16_t)(uintptr_t)context);
}

/* One unit a wait; not for real-time threads and not from base 14 on. */
STORY(a_wait_costs_one_unit)
{
    (void)arg;
    thread_with(8, waits_five_times, (void *)5);
    thread_with(13, waits_five_times, (void *)5);
    thread_with(14, waits_five_times, (void *)0);
    thread_with(20, waits_five_times, (void *)0);
    story_sleep(MS(300));
}

/* A tick costs three units, whatever the thread does; nobody else wants the processor, and still
 * the quantum is renewed. */
static void alone(void *context)
{
    struct ke_thread *thread = KeGetCurrentThread();

    (void)context;
    ke_spend(MS(35));
    EXPECT(thread->quantum == 36 - 9);
    for (int i = 0; i < 300; i++) {
        ke_spend(MS(10));
        EXPECT(thread->quantum > 0 && thread->quantum <= 36);
    }
}

STORY(the_quantum_of_a_lonely_thread_is_renewed)
{
    (void)arg;
    story_sleep(MS(10)); /* To a tick. */
    thread_with(8, alone, NULL);
    story_sleep(SEC(5));
}

/* ---- Boosts (4.3) ---------------------------------------------------------------------------- */

static KEVENT bell;
static int8_t woken_at[4];

static void waits_for_the_bell(void *context)
{
    wait_for(&bell);
    woken_at[0] = KeGetCurrentThread()->priority;
    KeClearEvent(&bell);
    (void)context;
}

static void boosted(KPRIORITY base, KPRIORITY increment, int8_t wanted)
{
    KeInitializeEvent(&bell, NotificationEvent, FALSE);
    woken_at[0] = -1;
    thread_with(base, waits_for_the_bell, NULL);
    story_sleep(MS(20));
    KeSetEvent(&bell, increment, FALSE);
    story_sleep(MS(20));
    EXPECT(woken_at[0] == wanted);
}

STORY(the_signaller_lifts_the_waiter)
{
    (void)arg;
    boosted(8, 0, 8);
    boosted(8, 1, 9);
    boosted(8, 6, 14);
    boosted(8, 10, 15); /* Capped: only real time lies above 15. */
    boosted(15, 4, 15);
    boosted(16, 4, 16); /* And real time is never boosted. */
    boosted(23, 4, 23);
}

static void waits_twice(void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++) {
        wait_for(&bell);
        KeClearEvent(&bell);
        woken_at[i] = KeGetCurrentThread()->priority;
    }
    for (int i = 2; i < 4; i++) {
        ke_spend(MS(130));
        woken_at[i] = KeGetCurrentThread()->priority;
    }
    ke_spend(MS(500));
    EXPECT(KeGetCurrentThread()->priority == 8); /* Never below its base. */
}

STORY(a_boost_decays_and_is_not_added_to_another)
{
    (void)arg;
    KeInitializeEvent(&bell, NotificationEvent, FALSE);
    thread_with(8, waits_twice, NULL);
    for (int i = 0; i < 2; i++) {
        story_sleep(MS(20));
        KeSetEvent(&bell, i == 0 ? 2 : 5, FALSE);
    }
    story_sleep(SEC(2));
    EXPECT(woken_at[0] == 10 && woken_at[1] == 10);
    EXPECT(woken_at[2] == 9 && woken_at[3] == 8); /* One level a quantum. */
}

static void starves(void *context)
{
    say(letter_of(context));
    EXPECT(KeGetCurrentThread()->priority == 15);
    ke_spend(MS(200));
    EXPECT(KeGetCurrentThread()->priority == 14); /* For a short time. */
}

/* 4.3, uncertain there: about every second, whoever has been ready for four of them. */
STORY(the_starved_get_their_moment)
{
    (void)arg;
    thread_with(10, computes, (void *)(uintptr_t)12000);
    thread_new('S', 4, starves);
    story_sleep(MS(3900));
    EXPECT(said_is(""));
    story_sleep(MS(2200));
    EXPECT(said_is("S"));
    story_sleep(SEC(10));
}

/* ---- Processors (4.4) ------------------------------------------------------------------------ */

static uint8_t ran_on;

static void tells_where(void *context)
{
    (void)context;
    wait_for(&bell);
    ran_on = ke->cpu->number;
}

static struct ke_thread *placed(uint8_t ideal, uint8_t last)
{
    KeInitializeEvent(&bell, NotificationEvent, FALSE);
    struct ke_thread *thread = thread_with(8, tells_where, NULL);

    story_sleep(MS(40));
    thread->ideal_processor = ideal;
    thread->last_processor = last;
    ran_on = 99;
    KeSetEvent(&bell, 0, FALSE);
    story_sleep(MS(40));
    return thread;
}

STORY_ON(4, ideal_then_last_then_any_processor)
{
    (void)arg;
    placed(2, 1);
    EXPECT(ran_on == 2);
    thread_with(30, computes,
                (void *)(uintptr_t)300); /* Holds one of them: which, the machine tells. */
    story_sleep(MS(20));
    uint8_t busy = 99;

    for (uint8_t i = 0; i < 4; i++)
        if (ke->cpus[i].thread != ke->cpus[i].idle && i != ke->cpu->number)
            busy = i;
    EXPECT(busy != 99);
    uint8_t other = busy == 3 ? 2 : 3;

    if (other == ke->cpu->number)
        other = busy == 1 ? 0 : 1;
    placed(busy, other);
    EXPECT(ran_on == other); /* Ideal is busy: the last one. */
    placed(busy, busy);
    EXPECT(ran_on != busy && ran_on != 99); /* Any idle one. */
}

static void says_with_place(void *context)
{
    ke_spend(MS(60));
    say(letter_of(context));
    ran_on = ke->cpu->number;
}

/* An idle processor takes what waits in its neighbours' queues. */
STORY_ON(2, an_idle_processor_steals)
{
    sim_time began = ke->sim->now;

    (void)arg;
    for (char letter = 'A'; letter <= 'D'; letter++)
        thread_for(0, letter, says_with_place);
    while (story.count < 4)
        story_sleep(MS(16));
    EXPECT(ke->sim->now - began < MS(160)); /* 4 x 60 ms on two processors, not on one. */
    EXPECT(ke->cpus[0].switches > 0 && ke->cpus[1].switches > 0);
}

static uint32_t crowd_left;
static bool used[CPUS_MAX];

static void one_of_the_crowd(void *context)
{
    (void)context;
    for (int i = 0; i < 10; i++) {
        ke_spend(MS(10));
        used[ke->cpu->number] = true;
    }
    crowd_left--;
}

static void crowd_story(void *arg)
{
    sim_time began = ke->sim->now;
    uint32_t n = ke->cpu_count;

    (void)arg;
    memset(used, 0, sizeof used);
    crowd_left = 16;
    for (int i = 0; i < 16; i++)
        thread_with(8, one_of_the_crowd, NULL);
    while (crowd_left > 0)
        story_sleep(MS(10));
    sim_time took = ke->sim->now - began, ideal = MS(100) * ((16 + n - 1) / n);

    EXPECT(took >= ideal && took < ideal + ideal / 4 + MS(40));
    for (uint32_t i = 0; i < n; i++)
        EXPECT(used[i]);
}

/* N processors share the work, for every N a server of 2003 had. */
static void one_to_eight_processors_share_the_work(void **state)
{
    (void)state;
    for (uint32_t cpus = 1; cpus <= 8; cpus++)
        stands_on(cpus, crowd_story);
}

/* A preempted thread goes on elsewhere as soon as a processor is free, and with what it owed. */
static void owes_time(void *context)
{
    sim_time before = ke->sim->now;

    (void)context;
    ke_spend(MS(100));
    EXPECT(ke->sim->now - before >= MS(100));
    EXPECT(KeGetCurrentThread()->cpu_time >= MS(100));
    say('O');
}

STORY_ON(2, time_is_owed_across_preemption)
{
    (void)arg;
    for (int i = 0; i < 4; i++) {
        thread_with(8, owes_time, NULL);
        thread_with(9, owes_time, NULL);
        story_sleep(MS(30));
    }
    story_sleep(SEC(1));
    EXPECT(said_is("OOOOOOOO"));
}

/* ---- An interrupt in the last instant before the switch -------------------------------------- */

static void rings(void *arg) { KeSetEvent(arg, 0, FALSE); }

/* The DPC that ends a wait arrives while the thread is on its way out: it is woken, not lost. */
static void interrupted_on_the_way_out(void *context)
{
    KEVENT event;

    (void)context;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    story_sleep(MS(10));
    ke_spend(MS(1));
    ke_interrupt_at(ke->sim->now + ke->cost[COST_WAIT], 0, rings, &event);
    sim_time before = ke->sim->now;

    EXPECT(wait_for_at_most(&event, SEC(1)) == STATUS_WAIT_0);
    EXPECT(ke->sim->now - before < MS(1));
    ke_spend(MS(1));
    EXPECT(ke->sim->now - before < MS(2));
    say('W');
}

STORY(a_thread_can_be_woken_on_its_way_out)
{
    (void)arg;
    thread_with(8, interrupted_on_the_way_out, NULL);
    story_sleep(MS(500));
    EXPECT(said_is("W"));
}

/* ---- Choices --------------------------------------------------------------------------------- */

static void five_equals(void *arg)
{
    (void)arg;
    for (char letter = 'A'; letter <= 'E'; letter++)
        thread_new(letter, 8, says_once);
    story_sleep(MS(50));
}

static char last_said[sizeof story.said];
static uint64_t last_print;
static struct choices last_choices;

static struct {
    const struct choices *choices;
    void (*tell)(void *);
} wanted;

/* The surprises begin with the story, not with the boot. */
static void tells_under_choices(void *arg)
{
    struct choices *oracle = &ke->sim->choices;
    const struct choices *from = wanted.choices;

    oracle->strategy = from->strategy;
    oracle->budget = from->budget;
    memcpy(oracle->odds_ppm, from->odds_ppm, sizeof from->odds_ppm);
    memcpy(oracle->listed, from->listed, sizeof from->listed);
    oracle->listed_count = from->listed_count;
    wanted.tell(arg);
}

static void under(const struct choices *choices, void (*tell)(void *))
{
    wanted.choices = choices;
    wanted.tell = tell;
    boot(1);
    assert_null(run_story(tells_under_choices));
    memcpy(last_said, story.said, sizeof last_said);
    last_choices = machine.sim->choices;
    last_print = trace_fingerprint(&machine.sim->trace);
    machine_close(&machine);
}

static void surprises_change_the_order(enum choice_site site, void (*tell)(void *),
                                       const char *calm)
{
    struct choices odds = { .strategy = CHOICE_SEEDED, .budget = 8 },
                   list = { .strategy = CHOICE_LISTED };
    char surprised[sizeof last_said];
    uint64_t print;

    under(&(struct choices){ .strategy = CHOICE_CALM }, tell);
    assert_string_equal(last_said, calm);
    odds.odds_ppm[site] = 700000;
    under(&odds, tell);
    assert_string_not_equal(last_said, calm);
    assert_true(last_choices.taken_count > 0);
    memcpy(surprised, last_said, sizeof surprised);
    print = last_print;
    memcpy(list.listed, last_choices.taken, sizeof list.listed);
    list.listed_count = last_choices.taken_count;
    under(&list, tell); /* Given back, they tell the same story again. */
    assert_string_equal(last_said, surprised);
    assert_true(last_print == print);
}

static void surprises_of_the_ready_queue_replay(void **state)
{
    (void)state;
    surprises_change_the_order(CHOICE_READY, five_equals, "ABCDE");
}

static void surprises_of_preemption_replay(void **state)
{
    (void)state;
    surprises_change_the_order(CHOICE_PREEMPT, two_in_turns, "ABABAB");
}

static void says_when_it_rings(void *context)
{
    wait_for(&bell);
    say(letter_of(context));
    KeSetEvent(&bell, 0, FALSE);
}

static void four_wait(void *arg)
{
    (void)arg;
    KeInitializeEvent(&bell, SynchronizationEvent, FALSE);
    for (char letter = 'A'; letter <= 'D'; letter++)
        thread_new(letter, 8, says_when_it_rings);
    story_sleep(MS(50));
    KeSetEvent(&bell, 0, FALSE);
    story_sleep(MS(50));
}

static void surprises_of_waiters_replay(void **state)
{
    (void)state;
    surprises_change_the_order(CHOICE_WAITER, four_wait, "ABCD");
}

GROUP(sched_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_priority_runs_first),
        cmocka_unit_test(equal_priorities_run_in_order_of_becoming_ready),
        cmocka_unit_test(a_better_thread_that_becomes_ready_preempts_at_once),
        cmocka_unit_test(a_ready_thread_that_is_lifted_preempts),
        cmocka_unit_test(a_thread_that_lowers_itself_gives_way),
        cmocka_unit_test(a_server_quantum_is_twelve_ticks),
        cmocka_unit_test(a_server_quantum_on_two_processors),
        cmocka_unit_test(the_preempted_go_on_first_and_the_tired_last),
        cmocka_unit_test(a_better_thread_gets_a_full_slice),
        cmocka_unit_test(a_wait_costs_one_unit),
        cmocka_unit_test(the_quantum_of_a_lonely_thread_is_renewed),
        cmocka_unit_test(the_signaller_lifts_the_waiter),
        cmocka_unit_test(a_boost_decays_and_is_not_added_to_another),
        cmocka_unit_test(the_starved_get_their_moment),
        cmocka_unit_test(ideal_then_last_then_any_processor),
        cmocka_unit_test(an_idle_processor_steals),
        cmocka_unit_test(one_to_eight_processors_share_the_work),
        cmocka_unit_test(time_is_owed_across_preemption),
        cmocka_unit_test(a_thread_can_be_woken_on_its_way_out),
        cmocka_unit_test(surprises_of_the_ready_queue_replay),
        cmocka_unit_test(surprises_of_preemption_replay),
        cmocka_unit_test(surprises_of_waiters_replay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
