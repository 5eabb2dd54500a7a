/* test_fiber.c - stacks switched by hand. */
#define _POSIX_C_SOURCE 200809L
#include "tests/groups.h"
#include "tests/sim/check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/fiber.h"

enum { STACK = 65536, FIBERS = 40 };

static struct arena arena;
static struct fibers *fibers;

static int begin(void **state)
{
    (void)state;
    if (!arena_open(&arena, 16 << 20, "test"))
        return -1;
    fibers = fibers_new(&arena, STACK, FIBERS);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

/* ---- going and coming ---- */

static struct fiber *ping, *pong;
static char said[64];

static void say(const char *what) { strncat(said, what, sizeof said - strlen(said) - 1); }

static void ping_body(void *arg)
{
    say(arg);
    fiber_switch(fibers, pong);
    say("c");
    assert_ptr_equal(fiber_current(fibers), ping);
    fiber_switch(fibers, ping); /* To oneself: nothing happens. */
    fiber_switch(fibers, NULL);
    say("e");
    fiber_exit(fibers, pong);
}

static void pong_body(void *arg)
{
    say(arg);
    fiber_switch(fibers, ping);
    say("f");
    fiber_exit(fibers, NULL);
}

static void two_fibers_and_the_engine_take_turns(void **state)
{
    (void)state;
    said[0] = 0;
    ping = fiber_new(fibers, ping_body, "a");
    pong = fiber_new(fibers, pong_body, "b");
    assert_null(fiber_current(fibers));
    fiber_switch(fibers, ping);
    say("d");
    fiber_switch(fibers, ping);
    assert_null(fiber_current(fibers));
    assert_string_equal(said, "abcdef");
}

/* ---- registers and floating point survive, and the stack is aligned ---- */

static void sums(void *arg)
{
    volatile double half = 0.5;
    double product = 1;
    uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7;
    _Alignas(16) char aligned[16];

    assert_int_equal((uintptr_t)aligned % 16, 0);
    for (int i = 0; i < 100; i++) {
        a += b, b ^= c, c += d, d ^= e, e += f, f ^= g, g += a;
        product = product * (1 + half / 64);
        fiber_switch(fibers, NULL);
    }
    *(uint64_t *)arg = a ^ b ^ c ^ d ^ e ^ f ^ g ^ (uint64_t)(product * 1000);
    fiber_exit(fibers, NULL);
}

static void many_interleaved_fibers_compute_what_one_alone_does(void **state)
{
    uint64_t result[FIBERS] = { 0 };
    struct fiber *many[FIBERS];

    (void)state;
    for (int i = 0; i < FIBERS; i++)
        many[i] = fiber_new(fibers, sums, &result[i]);
    for (int turn = 0; turn <= 100; turn++) {
        for (int i = 0; i < FIBERS; i++)
            fiber_switch(fibers, many[i]);
    }
    assert_true(result[0] != 0);
    for (int i = 1; i < FIBERS; i++)
        assert_int_equal(result[i], result[0]);
}

/* ---- stacks come back ---- */

static void count_and_exit(void *arg)
{
    ++*(int *)arg;
    fiber_exit(fibers, NULL);
}

static void an_ended_fibers_stack_is_used_again(void **state)
{
    int count = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        fiber_switch(fibers, fiber_new(fibers, count_and_exit, &count));
    assert_int_equal(count, 1000);
    assert_in_range(arena.high, 1, 2 * STACK);
}

static void a_fiber_that_never_ran_can_be_given_back(void **state)
{
    int count = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        fiber_free(fibers, fiber_new(fibers, count_and_exit, &count));
    assert_int_equal(count, 0);
}

static void make_too_many(void *arg)
{
    for (int i = 0; i <= FIBERS; i++)
        fiber_new(fibers, count_and_exit, arg);
}

static void one_fiber_too_many_names_the_limit(void **state)
{
    (void)state;
    assert_string_contains(check_message(make_too_many, NULL),
                           "more than 40 fibers at once: raise fibers_max");
}

/* ---- depth ---- */

static void go_deep(void *arg)
{
    volatile char room[20000];

    for (size_t i = 0; i < sizeof room; i++)
        room[i] = 1;
    (void)arg;
    fiber_switch(fibers, NULL);
    fiber_exit(fibers, NULL);
}

static void the_depth_ever_reached_is_known(void **state)
{
    struct fiber *deep = fiber_new(fibers, go_deep, NULL);

    (void)state;
    assert_in_range(fibers_depth(fibers), 0, 512);
    fiber_switch(fibers, deep);
    assert_in_range(fibers_depth(fibers), 20000, STACK);
    fiber_switch(fibers, deep);
    assert_in_range(fibers_depth(fibers), 20000, STACK);
}

/* ---- stack overflow, in a child process ---- */

static void run_over(void *arg)
{
    volatile char room[STACK];

    for (size_t i = 0; i < sizeof room; i++)
        room[i] = 1;
    (void)arg;
    fiber_switch(fibers, NULL);
    fiber_exit(fibers, NULL);
}

static void return_from_body(void *arg) { (void)arg; }

/* Runs body in a fiber of a child process. Returns its exit code; its stderr is in out. */
static int child(void (*body)(void *arg), char *out, size_t size)
{
    int ends[2], status = 0;
    size_t used = 0;
    ssize_t got;

    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t pid = fork();

    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        fiber_new(fibers, body, NULL); /* Somebody's stack lies below, and is not in use. */
        struct fiber *fiber = fiber_new(fibers, body, NULL);

        fiber_new(fibers, body, NULL);
        fiber_switch(fibers, fiber);
        _exit(0);
    }
    close(ends[1]);
    while (used + 1 < size && (got = read(ends[0], out + used, size - 1 - used)) > 0)
        used += (size_t)got;
    out[used] = 0;
    close(ends[0]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void running_over_a_stack_is_noticed_and_named(void **state)
{
    char out[4096];

    (void)state;
    assert_int_equal(child(run_over, out, sizeof out), 70);
    assert_string_contains(out, "fiber 1 ran over its stack");
    assert_string_contains(out, "raise stack_size");
}

static void a_body_that_returns_is_noticed_and_named(void **state)
{
    char out[4096];

    (void)state;
    assert_int_equal(child(return_from_body, out, sizeof out), 70);
    assert_string_contains(out, "the body of fiber 1 returned");
}

GROUP(test_fiber)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_fibers_and_the_engine_take_turns, begin, end),
        cmocka_unit_test_setup_teardown(many_interleaved_fibers_compute_what_one_alone_does, begin,
                                        end),
        cmocka_unit_test_setup_teardown(an_ended_fibers_stack_is_used_again, begin, end),
        cmocka_unit_test_setup_teardown(a_fiber_that_never_ran_can_be_given_back, begin, end),
        cmocka_unit_test_setup_teardown(one_fiber_too_many_names_the_limit, begin, end),
        cmocka_unit_test_setup_teardown(the_depth_ever_reached_is_known, begin, end),
        cmocka_unit_test_setup_teardown(running_over_a_stack_is_noticed_and_named, begin, end),
        cmocka_unit_test_setup_teardown(a_body_that_returns_is_noticed_and_named, begin, end),
    };

    return cmocka_run_group_tests_name("fiber", tests, NULL, NULL);
}
