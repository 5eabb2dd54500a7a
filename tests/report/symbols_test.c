/* symbols_test.c - frames have names, and lines where the build has libdw. */
#include "ui/symbols/symbols.h"
#include "model/look/inspect.h"
#include "tests/groups.h"
#include "tests/server/night.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static __attribute__((noinline)) void *return_address(void) { return __builtin_return_address(0); }

static void a_line_of_this_file(void **state)
{
    struct symbols *symbols = symbols_open();
    char file[128];
    int line = 0, meant = __LINE__ + 1;
    void *address = return_address();

    (void)state;
#if defined(LINES_EXPECTED)
    assert_non_null(symbols);
    assert_true(symbols_line(symbols, address, file, sizeof file, &line));
    assert_string_equal(file, "tests/report/symbols_test.c");
    assert_int_equal(line, meant);
    assert_false(symbols_line(symbols, &line, file, sizeof file, &line)); /* No code is there. */
#else
    (void)meant;
    assert_true(symbols == NULL || !symbols_line(symbols, address, file, sizeof file, &line));
#endif
    symbols_close(symbols);
}

/* Name and line agree for a function of the driver on the stack of the stop. */
static void the_driver_on_a_stack(void **state)
{
    struct symbols *symbols = symbols_open();
    struct inspect *look = inspect_new();
    struct night night;
    uint32_t seen = 0;

    (void)state;
    if (symbols == NULL)
        skip();
    night_read(&night, "kb908674.ini", NULL);
    night_run(&night, 2);
    inspect_take(night.world, look);
    for (uint32_t i = 0; i < look->stop.frame_count; i++) {
        char name[96], file[128] = "";
        int line = 0;

        if (!symbols_name(symbols, look->stop.frames[i], name, sizeof name) ||
            strcmp(name, "exifs!ExifsDispatchCleanup") != 0)
            continue;
        seen++;
#if defined(LINES_EXPECTED)
        assert_true(symbols_line(symbols, look->stop.frames[i], file, sizeof file, &line));
        assert_string_equal(file, "model/exifs/exifs_cleanup.c");
        assert_in_range(line, 20, 200);
#endif
        (void)file, (void)line;
    }
    assert_int_equal(seen, 1);
    night_end(&night);
    inspect_free(look);
    symbols_close(symbols);
}

/* The innermost frame of every waiting thread has a name. */
static void everybody_stands_somewhere(void **state)
{
    struct symbols *symbols = symbols_open();
    struct inspect *look = inspect_new();
    struct night night;

    (void)state;
    if (symbols == NULL)
        skip();
    night_read(&night, "kb908674.ini", NULL);
    night_begin(&night, 2);
    world_run(night.world, SEC(20));
    inspect_take(night.world, look);
    for (uint32_t i = 0; i < look->thread_count; i++) {
        const struct inspect_thread *thread = &look->threads[i];
        char name[96];
        uint32_t named = 0;

        for (uint32_t f = 0; f < thread->frame_count; f++)
            named += symbols_name(symbols, thread->frames[f], name, sizeof name);
        assert_true(named >= 2);
        if (thread->frame_count < INSPECT_FRAMES_MAX) { /* The whole stack, to its beginning. */
            bool start = false;

            for (uint32_t f = 0; f < thread->frame_count; f++)
                start = start || (symbols_name(symbols, thread->frames[f], name, sizeof name) &&
                                  strstr(name, "ThreadStartup") != NULL);
            assert_true(start);
        }
    }
    night_end(&night);
    inspect_free(look);
    symbols_close(symbols);
}

GROUP(symbols_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_this_file),
        cmocka_unit_test(the_driver_on_a_stack),
        cmocka_unit_test(everybody_stands_somewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
