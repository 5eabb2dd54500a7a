/* replay_test.c - counters and logs of other programs as load: the meaning of each row, and that no
 * bytes crash the reader.
 */
#include "tests/server/reading.h"
#include "sim/rng.h"
#include "tests/groups.h"

#ifdef SANITIZED
enum { FUZZ_ROUNDS = 1500 };
#else
enum { FUZZ_ROUNDS = 6000 };
#endif

/* ---- Counters -------------------------------------------------------------------------------- */

static void a_rate_is_that_of_the_interval_before_it(void **state)
{
    (void)state;
    const struct load_series *s = read_all(HEAD AT("00") ",\" \"\r\n" AT("15") ",\"4.5\"\r\n" AT(
        "30") ",\"8.3333333333333329e-002\"\r\n" AT("31") ",1000\r\n");

    assert_int_equal(s->count, 3);
    is_rate(s, 0, SEC(15), 4500000);
    is_rate(s, 1, SEC(30), 83333);
    is_rate(s, 2, SEC(31), 1000000000);
}

/* A first sample that has a value tells of a time before the file; a blank behind it takes it
 * over. */
static void what_lies_before_the_file_is_not_load(void **state)
{
    (void)state;
    const struct load_series *s =
        read_all(HEAD AT("00") ",\"77\"\r\n" AT("10") ",\" \"\r\n" AT("20") ",\"3\"\r\n");

    assert_int_equal(s->count, 2);
    is_rate(s, 0, SEC(10), 77000000);
    is_rate(s, 1, SEC(20), 3000000);
}

static void gaps_are_filled_as_the_key_says(void **state)
{
    static const char text[] = HEAD AT("00") ",\" \"\r\n" AT("10") ",\"2\"\r\n" AT(
        "20") ",\" \"\r\n" AT("30") ",\"-1\"\r\n" AT("40") ",\"8\"\r\n" AT("50") ",\"\"\r\n";
    static const uint32_t wanted[3][5] = { { 2000000, 2000000, 2000000, 8000000, 8000000 },
                                           { 2000000, 0, 0, 8000000, 0 },
                                           { 2000000, 4000000, 6000000, 8000000, 8000000 } };

    (void)state;
    for (int gaps = GAPS_HOLD; gaps <= GAPS_INTERPOLATE; gaps++) {
        reading.gaps = (enum load_gaps)gaps;
        const struct load_series *s = read_all(text);

        assert_int_equal(s->count, 5);
        for (uint32_t i = 0; i < 5; i++)
            is_rate(s, i, SEC(10) * (i + 1), wanted[gaps][i]);
    }
}

/* 4294967290 + 10 wraps to 4; over the gap 20 more came in 20 s; then the service began anew. */
static void totals_wrap_and_begin_anew(void **state)
{
    (void)state;
    const struct load_series *s = read_all(TOTAL AT("00") ",\"4294967290\"\r\n" AT(
        "10") ",\"4\"\r\n" AT("20") ",\" \"\r\n" AT("30") ",\"24\"\r\n" AT("40") ",\"7\"\r\n");

    assert_int_equal(s->count, 3);
    is_rate(s, 0, SEC(10), 1000000);
    is_rate(s, 1, SEC(30), 1000000);
    is_rate(s, 2, SEC(40), 700000);
}

static void scales_squeeze_time_and_rates(void **state)
{
    (void)state;
    reading.time_scale_milli = 2500;
    reading.rate_scale_micro = 500000;
    reading.from_ms = 10000;
    const struct load_series *s = read_all(HEAD AT("00") ",\" \"\r\n" AT("10") ",\"2\"\r\n" AT(
        "30") ",\"8\"\r\n" AT("35") ",\"6\"\r\n");

    assert_int_equal(s->count, 2);
    is_rate(s, 0, SEC(8), 4000000);
    is_rate(s, 1, SEC(10), 3000000);
}

static void a_column_is_found_in_any_spelling(void **state)
{
    static const char text[] = "\"(PDH-CSV 4.0) (Mitteleurop\xe4ische "
                               "Zeit)(-60)\",\"\\\\S\\Processor(_Total)\\% Processor "
                               "Time\",\"\\\\S\\SMTP Server(_Total)\\Messages Received/sec\"\n" AT(
                                   "00") ",\"9\",\" \"\n" AT("01") ",\"9\",\"3\"\n";
    static const char *const names[] = {
        "\\\\S\\SMTP Server(_Total)\\Messages Received/sec",
        "\\SMTP Server(_Total)\\Messages Received/sec",
        "smtp server(_total)\\messages received/sec",
    };

    (void)state;
    for (int i = 0; i < 3; i++) {
        reading.column = names[i];
        is_rate(read_all(text), 0, SEC(1), 3000000);
    }
    reading.column = "\\\\T\\SMTP Server(_Total)\\Messages Received/sec";
    refused(text, "expected one of the 2 columns of f.csv; the nearest are \"\\\\S\\SMTP Server");
    reading.column = "Processor(_Total)\\% Processor Time";
    refused(text, "expected counter = rate or total beside it");
    reading.counter = COUNTER_RATE;
    is_rate(read_all(text), 0, SEC(1), 9000000);
    reading.column = NULL;
    refused(text, "expected column = one of them");
}

static void utf16_is_read_where_it_says_so(void **state)
{
    static const char text[] = HEAD AT("00") ",\" \"\r\n" AT("01") ",\"3\"\r\n";
    static char wide[2 * sizeof text];

    (void)state;
    for (int big = 0; big < 2; big++) {
        memcpy(wide, big ? "\xfe\xff" : "\xff\xfe", 2);
        for (size_t i = 0; i + 1 < sizeof text; i++) {
            wide[2 + 2 * i + (size_t)big] = text[i];
            wide[3 + 2 * i - (size_t)big] = 0;
        }
        const struct load_series *s = read_bytes(wide, 2 + 2 * (sizeof text - 1));

        assert_non_null(s);
        is_rate(s, 0, SEC(1), 3000000);
        /* Half a letter ends the file: what stands before it is a part of the row. */
        assert_null(read_bytes(wide, 2 * (sizeof text - 1) - 7));
    }
    assert_null(read_bytes(wide + 2, 2 * (sizeof text - 1))); /* No mark: bytes of 0. */
    assert_non_null(strstr(ini_error_text(ini, 0), "UTF-16 with its byte order mark"));
}

static void bad_rows_are_said_with_their_place(void **state)
{
    (void)state;
    refused(HEAD AT("00") ",\" \"\r\n\"5.9.2006 08:00\",\"3\"\r\n",
            "f.csv:3:2: \"5.9.2006 08:00\" is not a time");
    refused(HEAD AT("00") ",\" \"\r\n" AT("10") ",\"3,5\"\r\n",
            "f.csv:3:28: \"3,5\" is not a number");
    refused(HEAD AT("00") ",\" \"\r\n" AT("10") ",3,5\r\n", "f.csv:3:1: 3 cells (expected 2");
    refused(HEAD AT("00") ",\" \"\r\n" AT("10") ",\"-3\"\r\n", "expected a number from 0 on");
    refused(HEAD AT("10") ",\" \"\r\n" AT("10") ",\"3\"\r\n", "is not after line 2's");
    refused(HEAD AT("10") ",\" \"\r\n" AT("11") ",\"1001\"\r\n", "expected at most 1000/s");
    refused(HEAD AT("10") ",\" \"\r\n", "1 samples (expected at least two");
    refused(HEAD AT("10") ",\" \"\r\n" AT("11") ",\"3\r\n" AT("12") ",\"3\"\r\n",
            "quotation mark is not closed");
    refused("\"(PDH-CSV 4.0)\"\r\n", "a header without counters");
    refused("time,rate\n0,1\n", "f.csv:1:1: \"time,rate\" (expected Performance Monitor's CSV");
    refused("", "expected Performance Monitor's CSV");
    refused("\"02/30/2006 00:00:00.000\"", "expected Performance Monitor's CSV");
    refused(HEAD "\"02/29/2006 00:00:00.000\",\"1\"\r\n", "\"02/29/2006");
}

/* After a dozen errors the rest of the file is not read. */
static void errors_end_after_a_dozen(void **state)
{
    char text[4096] = HEAD;

    (void)state;
    for (int i = 0; i < 40; i++)
        strcat(text, "1,y\r\n");
    refused(text, "f.csv:2:1:");
    assert_int_equal(ini_error_count(ini), ROWS_WRONG_MAX);
    assert_non_null(strstr(ini_error_text(ini, ROWS_WRONG_MAX - 1), "was not read"));
}

/* ---- Logs ------------------------------------------------------------------------------------ */

#define FIELDS "#Fields: date time cs-method cs-bytes\n"

static void each_line_with_the_verb_is_a_message(void **state)
{
    (void)state;
    const struct load_series *s = read_all(
        "#Software: Microsoft Internet Information Services 6.0\r\n" FIELDS
        "2006-09-05 08:00:00 EHLO 20\n2006-09-05 08:00:01 DATA 300\n2006-09-05 08:00:01 data 400\n"
        "2006-09-05 08:00:03 DATA -\n2006-09-05 08:00:03 QUIT 7\n");

    assert_int_equal(s->count, 3);
    is_arrival(s, 0, SEC(1), 300); /* Two in a second come evenly within it. */
    is_arrival(s, 1, SEC(1) + MS(500), 400);
    is_arrival(s, 2, SEC(3), 0);
    reading.verb = "all";
    assert_int_equal(
        read_all(FIELDS "2006-09-05 08:00:00 EHLO 20\n2006-09-05 08:00:01 X 3\n")->count, 2);
}

static void fields_may_change_midway(void **state)
{
    (void)state;
    const struct load_series *s =
        read_all(FIELDS "2006-09-05 23:59:59 DATA 10\n"
                        "#Date: 2006-09-06 00:00:01\n#Fields: cs-bytes cs-method time\n"
                        "20 DATA 00:00:01\n#Fields: time cs-method\n00:00:02 DATA\n");

    assert_int_equal(s->count, 3);
    is_arrival(s, 0, 0, 10);
    is_arrival(s, 1, SEC(2), 20);
    is_arrival(s, 2, SEC(3), 0);
}

static void lines_out_of_order_are_put_in_order(void **state)
{
    (void)state;
    const struct load_series *s = read_all(
        FIELDS
        "2006-09-05 08:00:05 DATA 5\n2006-09-05 08:00:03 DATA 3\n2006-09-05 08:00:04 DATA 4\n");

    is_arrival(s, 0, 0, 3);
    is_arrival(s, 1, SEC(1), 4);
    is_arrival(s, 2, SEC(2), 5);
}

static void a_scale_thins_or_repeats_evenly(void **state)
{
    static const char text[] = FIELDS
        "2006-09-05 08:00:00 DATA 1\n2006-09-05 08:00:01 DATA 2\n2006-09-05 08:00:02 DATA 3\n"
        "2006-09-05 08:00:03 DATA 4\n";

    (void)state;
    reading.rate_scale_micro = 500000;
    reading.time_scale_milli = 500;
    const struct load_series *s = read_all(text);

    assert_int_equal(s->count, 2);
    is_arrival(s, 0, SEC(2), 2);
    is_arrival(s, 1, SEC(6), 4);
    reading.rate_scale_micro = 2500000;
    assert_int_equal(read_all(text)->count, 10);
}

static void bad_lines_are_said_with_their_place(void **state)
{
    (void)state;
    refused("#Version: 1.0\n08:00 DATA\n", "f.csv:2:1: a line before any #Fields");
    refused(FIELDS "2006-09-05 08:00:00 DATA\n",
            "f.csv:2:1: 3 fields (expected 4, as #Fields in line 1 has)");
    refused(FIELDS "2006-09-31 08:00:00 DATA 3\n", "f.csv:2:1: \"2006-09-31\" is not a date");
    refused(FIELDS "2006-09-05 24:00:00 DATA 3\n", "f.csv:2:12: \"24:00:00\" is not a time");
    refused(FIELDS "2006-09-05 08:00:00 DATA 3k\n", "f.csv:2:26: \"3k\" is not a number of bytes");
    refused(FIELDS "2006-09-05 08:00:00 QUIT 3\n", "no arriving line with the verb \"DATA, BDAT\"");
    refused("#Fields: time cs-method\n08:00:00 DATA\n", "f.csv:2:1: a line without a date");
    refused("#Fields: date cs-method\n", "f.csv:1:1: #Fields without time");
    refused("#Fields: date time\n", "#Fields without cs-method (expected a log that has it, or");
    refused("#Date: today\n" FIELDS, "f.csv:1:8: #Date \"today\"");
    reading.size_field = "sc-bytes";
    refused(FIELDS, "#Fields without sc-bytes");
}

/* ---- Whatever bytes -------------------------------------------------------------------------- */

static char *whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(1 << 20);

    assert_non_null(file);
    assert_non_null(bytes);
    *length = fread(bytes, 1, (1 << 20) - 1, file);
    bytes[*length] = 0;
    fclose(file);
    return bytes;
}

/* Some bytes changed, cut out, doubled, or the file cut off. */
static size_t spoil(struct rng *rng, char *bytes, size_t length)
{
    static const char marks[] = "\",\r\n# \\0-e.:/\xff";

    for (uint64_t left = rng_below(rng, 4); left > 0; left--) {
        size_t at = rng_below(rng, length), size = rng_below(rng, MIN_OF(length - at, 40u) + 1);

        switch (rng_below(rng, 4)) {
        case 0:
            bytes[at] = marks[rng_below(rng, sizeof marks)];
            break;
        case 1:
            bytes[at] = (char)rng_next(rng);
            break;
        case 2:
            memmove(bytes + at, bytes + at + size, length - at - size);
            length -= size;
            break;
        default:
            memmove(bytes + at + size, bytes + at, length - at - size);
        }
        length = MAX_OF(length, 1);
    }
    return rng_odds(rng, 100000) ? 1 + rng_below(rng, length) : length;
}

static void no_bytes_do_harm(void **state)
{
    static const char *const files[] = { SCENARIOS "data/morning.csv", SCENARIOS "data/smtp.log" };
    struct rng rng = rng_stream(1, "spoil");
    uint32_t good = 0;

    (void)state;
    for (int f = 0; f < 2; f++) {
        size_t length;
        char *bytes = whole(files[f], &length), *copy = malloc(length + 1);

        length = MIN_OF(length, 4000u);
        assert_non_null(copy);
        for (int round = 0; round < FUZZ_ROUNDS; round++) {
            memcpy(copy, bytes, length);
            size_t left = spoil(&rng, copy, length);

            copy[left] = 0;
            reading.column = "\\SMTP Server(_Total)\\Messages Received Total";
            const struct load_series *series = read_bytes(copy, left);

            /* Either it is load, or something is said, in text. */
            assert_true((series != NULL) == (ini_error_count(ini) == 0));
            good += series != NULL;
            for (uint32_t i = 0; i < ini_error_count(ini); i++)
                for (const char *c = ini_error_text(ini, i); *c != 0; c++)
                    assert_in_range((unsigned char)*c, ' ', '~');
            for (uint32_t i = 1; series != NULL && i < series->count; i++)
                assert_true(series->points[i].at >= series->points[i - 1].at);
        }
        free(bytes);
        free(copy);
    }
    assert_in_range(good, FUZZ_ROUNDS / 4, 2 * FUZZ_ROUNDS - 100); /* Both happen. */
}

GROUP(replay_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_rate_is_that_of_the_interval_before_it, begin, end),
        cmocka_unit_test_setup_teardown(what_lies_before_the_file_is_not_load, begin, end),
        cmocka_unit_test_setup_teardown(gaps_are_filled_as_the_key_says, begin, end),
        cmocka_unit_test_setup_teardown(totals_wrap_and_begin_anew, begin, end),
        cmocka_unit_test_setup_teardown(scales_squeeze_time_and_rates, begin, end),
        cmocka_unit_test_setup_teardown(a_column_is_found_in_any_spelling, begin, end),
        cmocka_unit_test_setup_teardown(utf16_is_read_where_it_says_so, begin, end),
        cmocka_unit_test_setup_teardown(bad_rows_are_said_with_their_place, begin, end),
        cmocka_unit_test_setup_teardown(errors_end_after_a_dozen, begin, end),
        cmocka_unit_test_setup_teardown(each_line_with_the_verb_is_a_message, begin, end),
        cmocka_unit_test_setup_teardown(fields_may_change_midway, begin, end),
        cmocka_unit_test_setup_teardown(lines_out_of_order_are_put_in_order, begin, end),
        cmocka_unit_test_setup_teardown(a_scale_thins_or_repeats_evenly, begin, end),
        cmocka_unit_test_setup_teardown(bad_lines_are_said_with_their_place, begin, end),
        cmocka_unit_test_setup_teardown(no_bytes_do_harm, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
