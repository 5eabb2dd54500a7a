/* test_calendar.c - dates, and the values of a scenario that have several parts. */
#include "sim/calendar.h"
#include "sim/ini.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void days_and_dates_agree(void **state)
{
    uint32_t year, month, day, count = 0;

    (void)state;
    assert_int_equal(calendar_days(1970, 1, 1), 0);
    assert_int_equal(calendar_days(2006, 9, 5), 13396);
    assert_int_equal(calendar_weekday(calendar_days(2006, 9, 5)), 1); /* A Tuesday. */
    for (uint32_t days = 0; days < 150000; days++) {
        calendar_date(days, &year, &month, &day);
        assert_int_equal(calendar_days(year, month, day), days);
        assert_true(calendar_valid(year, month, day));
        count += month == 2 && day == 29;
    }
    assert_int_equal(year, 2380);
    assert_int_equal(count, 100); /* 1972 to 2380 by fours, without 2100, 2200 and 2300. */
    assert_false(calendar_valid(2006, 2, 29));
    assert_false(calendar_valid(2006, 13, 1));
    assert_false(calendar_valid(2006, 0, 1));
    assert_false(calendar_valid(1969, 12, 31));
}

static struct ini *document(const char *value)
{
    char text[256];

    snprintf(text, sizeof text, "[s]\nk = %s\n", value);
    return ini_read_text("t.ini", text, strlen(text));
}

static void lists_are_read_by_their_parts(void **state)
{
    struct ini *ini = document("4 KiB:50 ,64 KiB : 40,1 MiB:10");
    struct ini_weight weights[4];
    uint64_t numbers[4] = { 0 };
    sim_time times[4];
    uint32_t count;

    (void)state;
    assert_true(ini_get_weights(ini, "s", "k", 1, 1 << 21, 4, weights, &count));
    assert_int_equal(count, 3);
    assert_int_equal(weights[1].size, 65536);
    assert_int_equal(weights[1].weight, 40);
    ini_free(ini);
    ini = document("0.35, 1,2.5 , 0");
    assert_true(ini_get_decimals(ini, "s", "k", 2, 300, 4, numbers));
    assert_int_equal(numbers[0], 35);
    assert_int_equal(numbers[2], 250);
    assert_false(ini_get_decimals(ini, "s", "k", 2, 300, 3, numbers));
    assert_false(ini_get_decimals(ini, "s", "k", 2, 300, 5, numbers));
    assert_false(ini_get_decimals(ini, "s", "k", 1, 300, 4, numbers)); /* 0.35 is no tenth. */
    ini_free(ini);
    ini = document("5 s, 2 min");
    assert_true(ini_get_times(ini, "s", "k", SEC(600), 2, times, &count));
    assert_int_equal(count, 2);
    assert_int_equal(times[1], SEC(120));
    assert_false(ini_get_times(ini, "s", "k", SEC(600), 1, times, &count));
    assert_false(ini_get_times(ini, "s", "k", SEC(60), 2, times, &count));
    ini_free(ini);
    ini = document("0.003472");
    assert_true(ini_get_decimal(ini, "s", "k", 6, 1, 1000000, numbers));
    assert_int_equal(numbers[0], 3472);
    assert_false(ini_get_decimal(ini, "s", "k", 6, 4000, 1000000, numbers));
    assert_string_equal(ini_error_text(ini, 0),
                        "t.ini:2:5: \"0.003472\" (expected a number from 0.004 to 1)");
    ini_free(ini);
}

GROUP(test_calendar)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_agree),
        cmocka_unit_test(lists_are_read_by_their_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
