/* fault_test.c - the fault loop: the N-th allocation of a short night fails, for many N.
 *
 * Whatever fails, the simulator holds (no CHECK), the machine stops only by the kernel's rules and
 * with the hotfix not at all, and when the load has ebbed away no more memory of the driver is in
 * use than on the night on which nothing failed.
 */
#include "tests/server/night.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum {
    SLACK = 1,       /* Of one kind: a request may just be under way at the end. */
    SLACK_KEPT = 64, /* Of what is kept for later use, as the hour's traffic has left it. */
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
    ke->ex->fail_nth = nth != 0 ? nth : never;
    night_go(night);
    asked = never - ke->ex->fail_nth;
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

static void fault_loop(const char *versions, bool may_stop, uint64_t nights)
{
    static struct use calm, use;
    struct night night;
    uint32_t leaky = 0;

    /* The load ebbs to nothing, so that at the end only what stays is in use. */
    night_read(&night, "hotfix.ini", versions, "scenario.duration=20 s", "load.smtp.shape=ramp",
               "load.smtp.rate=40/s", "load.smtp.rate_end=0/s", "expect.min_delivered=1", NULL);
    uint64_t asked = one_night(&night, 0, &calm), first = 100;

    night_end(&night);
    assert_true(asked > 1000);
    for (uint64_t i = 0; i < nights; i++) {
        /* Each of the first hundred, where the programs start; then evenly to the end. */
        uint64_t nth =
            i < first ? i + 1 : first + (i - first + 1) * (asked - first) / (nights - first);

        one_night(&night, nth, &use);
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
    fault_loop("versions.all=hotfix", false, NIGHT_SANITIZED ? 120 : 800);
}

static void the_old_driver_stops_by_the_kernels_rules_only(void **state)
{
    (void)state;
    fault_loop("versions.all=sp2", true, NIGHT_SANITIZED ? 120 : 800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hotfix_holds_when_any_allocation_fails),
        cmocka_unit_test(the_old_driver_stops_by_the_kernels_rules_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
