/* test_explore.c - the strategies on a machine of a few lines, whose orders can be counted by hand.
 *
 * A toy actor is a list of operations on locks and words. Each operation is a step; taking a lock
 * is possible while it is free.
 */
#include "tests/sim/check.h"

#include "sim/explore/carry.h"
#include "sim/explore/explorer.h"
#include "sim/explore/parts.h"
#include "tests/groups.h"
#include <stdlib.h>
#include <string.h>

enum { ACTORS_MAX = 10, OPS_MAX = 32, OBJECTS_MAX = 8, SITE = 0, OTHER_SITE = 1 };
enum toy_kind { TAKE, GIVE, LOAD, STORE };

struct toy_op {
    enum toy_kind kind;
    uint32_t object;
};

struct toy {
    uint32_t actors, ops[ACTORS_MAX], at[ACTORS_MAX];
    struct toy_op op[ACTORS_MAX][OPS_MAX];
    bool taken[OBJECTS_MAX];
    uint32_t word[OBJECTS_MAX];
    bool forgets_reads; /* A fault: reads are not told. */
    bool commutes;      /* A fault: locks are told as if their order were no matter. */
    bool stuck;         /* The run ended with actors that could not go on. */
    uint32_t last;      /* Actor that went on last. */
    /* Where a run is marked: behind so many steps of this explorer; NULL: nowhere. */
    struct explorer *marking;
    uint32_t mark_at;
    struct toy *marked; /* The toy at the mark. */
};

static void add(struct toy *toy, uint32_t actor, enum toy_kind kind, uint32_t object)
{
    toy->op[actor][toy->ops[actor]++] = (struct toy_op){ kind, object };
}

static bool can_go_on(const struct toy *toy, uint32_t actor)
{
    const struct toy_op *op = &toy->op[actor][toy->at[actor]];

    return op->kind != TAKE || !toy->taken[op->object];
}

static void describe(const struct toy *toy, uint32_t actor, struct choice_actor *out)
{
    const struct toy_op *op = &toy->op[actor][toy->at[actor]];
    bool told = !(toy->forgets_reads && op->kind == LOAD) && !(toy->commutes && op->kind <= GIVE);

    *out = (struct choice_actor){ .id = 1000 + actor, .waits = op->kind == TAKE, .count = told };
    out->touch[0] = (struct choice_touch){ op->object, op->kind != LOAD, !toy->taken[op->object] };
}

static void carry_out(struct toy *toy, uint32_t actor)
{
    const struct toy_op *op = &toy->op[actor][toy->at[actor]++];

    if (op->kind <= GIVE)
        toy->taken[op->object] = op->kind == TAKE;
    toy->word[op->object] += op->kind == STORE;
}

static void mark(struct toy *toy)
{
    if (toy->marking == NULL || explorer_at(toy->marking) != toy->mark_at)
        return;
    explorer_mark(toy->marking, 0);
    toy->marking = NULL;
    *toy->marked = *toy;
}

/* Runs the toy to its end; the calm answer is whoever went on last, then the others by number. */
static void run_on(struct toy *toy, struct choices *choices)
{
    for (;;) {
        struct choice_actor actors[ACTORS_MAX];
        uint32_t who[ACTORS_MAX], count = 0, enabled = 0;

        for (int possible = 1; possible >= 0; possible--) {
            for (uint32_t i = 0; i < toy->actors; i++) {
                uint32_t actor = (toy->last + i) % toy->actors;

                if (toy->at[actor] < toy->ops[actor] && can_go_on(toy, actor) == possible) {
                    describe(toy, actor, &actors[count]);
                    who[count++] = actor;
                }
            }
            enabled = possible ? count : enabled;
        }
        toy->stuck = enabled == 0 && count > 0;
        if (count == 0)
            return;
        mark(toy);
        uint32_t pick = choice_next(choices, SITE, actors, enabled, count);

        if (enabled == 0)
            return;
        toy->last = who[pick];
        carry_out(toy, toy->last);
    }
}

/* Runs the toy once. */
static void run(struct toy *toy, struct choices *choices)
{
    memset(toy->at, 0, sizeof toy->at);
    memset(toy->taken, 0, sizeof toy->taken);
    memset(toy->word, 0, sizeof toy->word);
    toy->last = 0;
    run_on(toy, choices);
}

struct tried {
    struct explorer_counts counts;
    uint64_t stuck; /* Runs that got stuck. */
};

static struct explorer *new_explorer(const struct toy *toy, enum strategy_name name)
{
    struct strategy_options options = {
        .seed = 7, .depth = 3, .actors = toy->actors, .questions = 20
    };
    struct explorer *explorer = explorer_new(name, &options);

    assert_non_null(explorer);
    return explorer;
}

/* Runs until there were so many runs in all, or nothing is left. */
static struct tried go_on(struct explorer *explorer, struct toy *toy, uint64_t runs)
{
    struct tried tried = { .stuck = 0 };
    bool more = !explorer_counts(explorer).ended;

    while (more && explorer_counts(explorer).runs < runs) {
        struct choices choices;

        choices_init(&choices, 2, 1);
        choices.strategy = CHOICE_ASKED;
        choices.asker = explorer_begin(explorer);
        run(toy, &choices);
        more = explorer_end(explorer, false, 0);
        tried.stuck += toy->stuck;
    }
    tried.counts = explorer_counts(explorer);
    return tried;
}

static struct tried explore(struct toy *toy, enum strategy_name name, uint64_t runs)
{
    struct explorer *explorer = new_explorer(toy, name);
    struct tried tried = go_on(explorer, toy, runs);

    explorer_free(explorer);
    return tried;
}

static struct toy increments(uint32_t actors, uint32_t times)
{
    struct toy toy = { .actors = actors };

    for (uint32_t i = 0; i < actors * times; i++) {
        add(&toy, i % actors, TAKE, 1);
        add(&toy, i % actors, LOAD, 2);
        add(&toy, i % actors, STORE, 2);
        add(&toy, i % actors, GIVE, 1);
    }
    return toy;
}

static void assert_orders(struct toy toy, uint64_t count)
{
    struct tried tried = explore(&toy, STRATEGY_dpor, 1000000);

    assert_true(tried.counts.exhausted);
    assert_int_equal(tried.counts.runs, count);
    assert_int_equal(tried.counts.unique, count);
    assert_int_equal(tried.counts.blocked, 0);
}

static void dpor_runs_each_order_of_locked_increments_once(void **state)
{
    (void)state;
    assert_orders(increments(2, 2), 6);
    assert_orders(increments(2, 4), 70);
    assert_orders(increments(3, 2), 90);
    assert_orders(increments(3, 4), 34650);
}

static void dpor_runs_each_order_of_atomic_increments_once(void **state)
{
    static const uint64_t counts[] = { 120, 720, 5040, 40320 };

    (void)state;
    for (uint32_t actors = 5; actors <= 8; actors++) {
        struct toy toy = { .actors = actors };

        for (uint32_t i = 0; i < actors; i++)
            add(&toy, i, STORE, 1);
        assert_orders(toy, counts[actors - 5]);
    }
}

static void steps_that_commute_are_one_order(void **state)
{
    struct toy own = { .actors = 5 };

    (void)state;
    for (uint32_t i = 0; i < 5; i++)
        add(&own, i, STORE, i);
    assert_orders(own, 1);
    for (uint32_t readers = 1; readers <= 4; readers++) {
        struct toy toy = { .actors = readers + 1 };

        add(&toy, 0, STORE, 1);
        for (uint32_t i = 1; i <= readers; i++)
            add(&toy, i, LOAD, 1);
        assert_orders(toy, 1u << readers);
    }
}

/* Two locks taken crosswise: two orders end well, one is a deadlock, and dpor comes to it although
 * the lock that is waited for is never taken in it. */
static void dpor_comes_to_a_deadlock(void **state)
{
    struct toy toy = { .actors = 2 };
    struct tried tried;

    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        add(&toy, i, TAKE, 1 + i);
        add(&toy, i, TAKE, 2 - i);
        add(&toy, i, GIVE, 2 - i);
        add(&toy, i, GIVE, 1 + i);
    }
    tried = explore(&toy, STRATEGY_dpor, 1000);
    assert_true(tried.counts.exhausted);
    assert_int_equal(tried.counts.runs, 3);
    assert_int_equal(tried.stuck, 1);
}

static void a_fault_in_what_is_told_changes_the_count(void **state)
{
    struct toy locks = increments(2, 2), reads = { .actors = 3 };

    (void)state;
    locks.commutes = true;
    assert_int_not_equal(explore(&locks, STRATEGY_dpor, 10000).counts.runs, 6);
    add(&reads, 0, STORE, 1);
    add(&reads, 1, LOAD, 1);
    add(&reads, 2, LOAD, 1);
    reads.forgets_reads = true;
    assert_int_equal(explore(&reads, STRATEGY_dpor, 10000).counts.runs, 1); /* Not 4. */
}

/* The text of an explorer; *length: its bytes. */
static char *text_of(struct explorer *explorer, size_t *length)
{
    struct carry carry;

    carry_write(&carry);
    explorer_carry(explorer, &carry);
    *length = carry.length;
    return carry.text;
}

/* An explorer that is written after any number of runs, and read into a new one, goes on as if
 * nothing had been. */
static void every_strategy_goes_on_from_its_text(void **state)
{
    (void)state;
    for (enum strategy_name name = 0; name < STRATEGIES; name++)
        for (uint64_t first = 0; first < 60; first += 7) {
            struct toy toy = increments(3, 2);
            struct explorer *whole = new_explorer(&toy, name), *begun = new_explorer(&toy, name),
                            *goes_on = new_explorer(&toy, name);
            size_t length, other_length;
            struct carry carry;
            char *text, *other;

            go_on(whole, &toy, 80);
            go_on(begun, &toy, first);
            text = text_of(begun, &length);
            carry_read(&carry, text, length);
            explorer_carry(goes_on, &carry);
            assert_true(carry_good(&carry));
            go_on(goes_on, &toy, 80);
            free(text);
            text = text_of(whole, &length);
            other = text_of(goes_on, &other_length);
            assert_int_equal(length, other_length);
            assert_memory_equal(text, other, length);
            free(text);
            free(other);
            explorer_free(whole);
            explorer_free(begun);
            explorer_free(goes_on);
        }
}

/* Explores, each run from a mark in the run before where it can be: behind so many steps the runs
 * are those that are made as a whole. */
static struct explorer_counts explore_from_marks(struct toy toy, enum strategy_name name)
{
    struct toy marked = toy;
    struct explorer *explorer = new_explorer(&toy, name);
    struct explorer_counts counts;
    uint32_t from_mark = 0, deepest = 0;
    bool more = true, is_marked = false;

    while (more) {
        uint32_t shared = explorer_shared(explorer);
        uint32_t at = explorer_mark_at(explorer, 0);
        bool at_mark = is_marked && at <= shared && shared < at + 9;
        struct choices choices;

        deepest = at_mark ? MAX_OF(deepest, at) : deepest;
        choices_init(&choices, 2, 1);
        choices.strategy = CHOICE_ASKED;
        if (at_mark) {
            choices.asker = explorer_begin_at(explorer, 0);
            toy = marked;
            run_on(&toy, &choices);
            from_mark++;
        } else {
            choices.asker = explorer_begin(explorer);
            toy.marking = explorer;
            toy.mark_at = shared;
            toy.marked = &marked;
            run(&toy, &choices);
            is_marked = true;
        }
        more = explorer_end(explorer, false, 0);
    }
    counts = explorer_counts(explorer);
    assert_in_range(from_mark, 20, counts.runs - 1);
    assert_true(deepest >= 8);
    explorer_free(explorer);
    return counts;
}

static void runs_that_begin_at_a_mark_are_the_same(void **state)
{
    struct toy toy = increments(3, 2);
    struct explorer_counts counts = explore_from_marks(toy, STRATEGY_dpor), whole;

    (void)state;
    assert_true(counts.exhausted);
    assert_int_equal(counts.runs, 90);
    assert_int_equal(counts.unique, 90);
    assert_int_equal(counts.blocked, 0);
    counts = explore_from_marks(toy, STRATEGY_bounded);
    whole = explore(&toy, STRATEGY_bounded, 1000000).counts;
    assert_int_equal(counts.runs, whole.runs);
    assert_int_equal(counts.unique, whole.unique);
}

/* A text that was cut anywhere is refused, and breaks nothing. */
static void a_text_that_was_cut_is_refused(void **state)
{
    (void)state;
    for (enum strategy_name name = 0; name < STRATEGIES; name++) {
        struct toy toy = increments(2, 2);
        struct explorer *explorer = new_explorer(&toy, name);
        size_t length;
        char *text;

        go_on(explorer, &toy, 4);
        text = text_of(explorer, &length);
        explorer_free(explorer);
        for (size_t cut = 0; cut < length; cut++) {
            struct carry carry;

            explorer = new_explorer(&toy, name);
            carry_read(&carry, text, cut);
            explorer_carry(explorer, &carry);
            assert_false(carry_good(&carry));
            assert_true(carry.error_line > 0 && carry.error_column > 0);
            explorer_free(explorer);
        }
        free(text);
    }
}

static void an_error_has_a_place(void **state)
{
    char text[] = "one 1\ntwo 2 x\n";
    struct carry carry;

    (void)state;
    carry_read(&carry, text, sizeof text - 1);
    carry_same(&carry, "one", 1, "one");
    carry_word(&carry, "two");
    assert_int_equal(carry_number(&carry, 0, 1), 0);
    assert_string_equal(carry.error, "\"2\" (expected a number up to 1)");
    assert_int_equal(carry.error_line, 2);
    assert_int_equal(carry.error_column, 5);
}

static void an_estimate_is_exact_where_all_branches_are_alike(void **state)
{
    struct toy toy = { .actors = 4 };
    struct explorer *explorer;

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        add(&toy, i, STORE, 1);
    explorer = new_explorer(&toy, STRATEGY_dpor);
    go_on(explorer, &toy, 12); /* Half of them: each branch is known. */
    assert_int_equal(explorer_estimate(explorer), 24);
    go_on(explorer, &toy, 100);
    assert_int_equal(explorer_estimate(explorer), 24);
    explorer_free(explorer);
}

static void a_portfolio_gives_dpor_every_other_turn(void **state)
{
    struct parts parts;
    uint32_t of_dpor = 0;

    (void)state;
    parts_make(&parts, STRATEGY_portfolio, true, 1);
    for (uint32_t i = 0; i < parts.turn_count; i++)
        of_dpor += parts.strategy[parts.turns[i]] == STRATEGY_dpor;
    assert_int_equal(of_dpor * 2, parts.turn_count);
    for (uint32_t part = 0; part < parts.count; part++) {
        uint32_t turns = 0;

        for (uint32_t i = 0; i < parts.turn_count; i++)
            turns += parts.turns[i] == part;
        assert_true(turns > 0);
    }
    parts_make(&parts, STRATEGY_portfolio, false, 1);
    for (uint32_t part = 0; part < parts.count; part++)
        assert_non_null(strategies[parts.strategy[part]]->answer);
}

/* No plan can see more orders than there are. */
static void every_strategy_sees_known_orders_only(void **state)
{
    (void)state;
    for (enum strategy_name name = 0; name < STRATEGIES; name++) {
        struct toy toy = increments(2, 2);
        struct tried tried = explore(&toy, name, 2000);

        assert_in_range(tried.counts.unique, 2, 6);
    }
}

static void sampling_sees_all_of_few_orders(void **state)
{
    static const enum strategy_name names[] = { STRATEGY_random, STRATEGY_pos, STRATEGY_surw };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct toy toy = increments(2, 4);

        assert_int_equal(explore(&toy, names[i], 20000).counts.unique, 70);
    }
}

static void rings_without_a_limit_see_all_orders_and_end(void **state)
{
    struct toy toy = { .actors = 3 };
    struct tried tried;

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        add(&toy, i, STORE, 1);
    tried = explore(&toy, STRATEGY_rings, 100000);
    assert_int_equal(tried.counts.unique, 6);
    assert_true(tried.counts.ended);
    assert_false(tried.counts.exhausted); /* Three surprises at most are no proof. */
}

static struct explorer_counts explore_bounded(struct toy *toy, uint32_t pre_emptions)
{
    struct strategy_options options = { .seed = 1, .depth = pre_emptions + 1 };
    struct explorer *explorer = explorer_new(STRATEGY_bounded, &options);
    struct explorer_counts counts;

    assert_non_null(explorer);
    go_on(explorer, toy, 1000000);
    counts = explorer_counts(explorer);
    explorer_free(explorer);
    assert_true(counts.ended && !counts.capped);
    assert_false(counts.exhausted);
    return counts;
}

/* Three actors with two stores each. Without a pre-emption they follow each other: 3! runs. With
 * one, one of the three has others between its stores: 4! / 2! arrangements of its stores and two
 * whole actors, but for the 3! in which nobody is between. All orders are 6! / 2!^3. */
static void pre_emptions_are_counted_and_free_answers_are_not(void **state)
{
    struct toy toy = { .actors = 3 };

    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        add(&toy, i, STORE, 1);
        add(&toy, i, STORE, 1);
    }
    assert_int_equal(explore_bounded(&toy, 0).runs, 6);
    assert_int_equal(explore_bounded(&toy, 0).unique, 6);
    assert_int_equal(explore_bounded(&toy, 1).runs, 6 + 3 * (12 - 6));
    assert_int_equal(explore_bounded(&toy, 6).runs, 90);
    assert_int_equal(explore_bounded(&toy, 6).unique, 90);
}

/* An actor that waits is not pre-empted: taking a lock in turn costs nothing. */
static void who_waits_is_not_pre_empted(void **state)
{
    struct toy toy = { .actors = 2 };

    (void)state;
    add(&toy, 0, TAKE, 1);
    add(&toy, 0, STORE, 2);
    add(&toy, 0, GIVE, 1);
    add(&toy, 1, TAKE, 1);
    assert_int_equal(explore_bounded(&toy, 0).runs, 2); /* One is first, or the other. */
    assert_int_equal(explore_bounded(&toy, 1).unique, 2);
}

/* A writer after its first of two stores, then a reader: the rate at which pct shows it is at least
 * its bound. */
static void pct_keeps_its_bound(void **state)
{
    struct toy toy = { .actors = 3 };
    uint64_t shown = 0, runs = 4000;
    struct strategy_options options = { .seed = 3, .depth = 2, .actors = 3, .questions = 5 };
    struct explorer *explorer = explorer_new(STRATEGY_pct, &options);

    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        add(&toy, i, STORE, 1);
        add(&toy, i, STORE, 2);
    }
    add(&toy, 2, LOAD, 1);
    for (uint64_t i = 0; i < runs; i++) {
        struct choices choices;
        uint32_t count, first = 0, second = 0;
        const struct step *steps;

        choices_init(&choices, 2, 1);
        choices.strategy = CHOICE_ASKED;
        choices.asker = explorer_begin(explorer);
        run(&toy, &choices);
        steps = explorer_steps(explorer, &count);
        for (uint32_t n = 0; n < count && steps[n].touch[0].write; n++) {
            first += steps[n].touch[0].object == 1;
            second += steps[n].touch[0].object == 2;
        }
        shown += first > 0 && second == 0;
        explorer_end(explorer, false, 0);
    }
    explorer_free(explorer);
    assert_true(shown * 3 * 5 >= runs * 9 / 10); /* 1 / (3 actors * 5 questions), less chance. */
}

static void a_question_without_actors_is_calm_unless_its_site_is_open(void **state)
{
    (void)state;
    for (uint32_t open = 0; open <= 1; open++) {
        struct strategy_options options = {
            .seed = 1, .depth = 3, .questions = 50, .sites = open << OTHER_SITE
        };
        struct explorer *explorer = explorer_new(STRATEGY_random, &options);
        uint64_t surprises = 0;

        for (int i = 0; i < 200; i++) {
            struct choices choices;

            choices_init(&choices, 2, 1);
            choices.strategy = CHOICE_ASKED;
            choices.asker = explorer_begin(explorer);
            for (int n = 0; n < 50; n++)
                surprises += choice_pick(&choices, OTHER_SITE, 3) != 0;
            explorer_end(explorer, false, 0);
        }
        explorer_free(explorer);
        assert_int_equal(surprises > 0, open);
    }
}

GROUP(test_explore)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dpor_runs_each_order_of_locked_increments_once),
        cmocka_unit_test(dpor_runs_each_order_of_atomic_increments_once),
        cmocka_unit_test(steps_that_commute_are_one_order),
        cmocka_unit_test(dpor_comes_to_a_deadlock),
        cmocka_unit_test(a_fault_in_what_is_told_changes_the_count),
        cmocka_unit_test(every_strategy_goes_on_from_its_text),
        cmocka_unit_test(runs_that_begin_at_a_mark_are_the_same),
        cmocka_unit_test(a_text_that_was_cut_is_refused),
        cmocka_unit_test(an_error_has_a_place),
        cmocka_unit_test(an_estimate_is_exact_where_all_branches_are_alike),
        cmocka_unit_test(a_portfolio_gives_dpor_every_other_turn),
        cmocka_unit_test(every_strategy_sees_known_orders_only),
        cmocka_unit_test(sampling_sees_all_of_few_orders),
        cmocka_unit_test(rings_without_a_limit_see_all_orders_and_end),
        cmocka_unit_test(pre_emptions_are_counted_and_free_answers_are_not),
        cmocka_unit_test(who_waits_is_not_pre_empted),
        cmocka_unit_test(pct_keeps_its_bound),
        cmocka_unit_test(a_question_without_actors_is_calm_unless_its_site_is_open),
    };

    return cmocka_run_group_tests_name("explore", tests, NULL, NULL);
}
