/* real_files_test.c - counters, logs and sizes in their real formats: each is read correctly or
 * refused with the name of its format; damage at the end gives a warning.
 */
#include "tests/groups.h"
#include "tests/server/reading.h"

static void warned(const char *part)
{
    for (uint32_t i = 0; i < ini_warning_count(ini); i++)
        if (strstr(ini_warning_text(ini, i), part) != NULL)
            return;
    fail_msg("no warning has \"%s\" in it", part);
}

static void not_warned(void) { assert_int_equal(ini_warning_count(ini), 0); }

/* ---- Counters -------------------------------------------------------------------------------- */

#define ROWS AT("00") ",\" \"\r\n" AT("10") ",\"5\"\r\n" AT("20") ",\"4\"\r\n"

static void has_two_rates(const char *text)
{
    const struct load_series *s = read_all(text);

    assert_int_equal(s->count, 2);
    is_rate(s, 0, SEC(10), 5000000);
    is_rate(s, 1, SEC(20), 4000000);
}

static void typeperf_may_be_redirected(void **state)
{
    (void)state;
    has_two_rates("\r\n" HEAD ROWS "Exiting, please wait...                 \r\r\n"
                  "The command completed successfully.\r\n\r\n");
    not_warned();
    has_two_rates("\r\n" HEAD ROWS "Der Befehl wurde ausgef\x81hrt.\r\n");
    warned("f.csv:6:1: warning: what follows the samples was left out");
    refused(HEAD "Exiting, please wait...\r\n" ROWS "x\r\n",
            "f.csv:2:1: \"Exiting\" is not a time");
}

static void tabs_separate_cells_of_a_tsv(void **state)
{
    (void)state;
    has_two_rates("\"(PDH-TSV 4.0)\"\t\"\\\\X\\SMTP Server\\Messages Received/sec\"\r\n" AT(
        "00") "\t\" \"\r\n" AT("10") "\t\"5\"\r\n" AT("20") "\t\"4\"\r\n");
}

static void a_collectors_comment_is_no_counter(void **state)
{
#define COMMENT \
    "\"(PDH-CSV 4.0)\",\"\\\\X\\SMTP Server\\Messages Received/sec\",\"The night shift\"\r\n"
    (void)state;
    has_two_rates(COMMENT ROWS);
    has_two_rates(
        COMMENT AT("00") ",\" \",\"\"\r\n" AT("10") ",\"5\",\"\"\r\n" AT("20") ",\"4\",\"\"\r\n");
}

/* Summer time ends: 02:59:50 is followed by 02:00:00. */
static void a_clock_that_is_set_back_takes_the_interval_before(void **state)
{
#define CLOCK(t) "\"10/29/2006 " t ".000\""
    (void)state;
    const struct load_series *s = read_all(HEAD CLOCK("02:59:40") ",\" \"\r\n" CLOCK(
        "02:59:50") ",\"5\"\r\n" CLOCK("02:00:00") ",\"4\"\r\n" CLOCK("02:00:10") ",\"3\"\r\n");

    assert_int_equal(s->count, 3);
    is_rate(s, 1, SEC(20), 4000000);
    is_rate(s, 2, SEC(30), 3000000);
    warned("f.csv:4:2: warning: the clock was set back here by about 3600 s");
    refused(HEAD CLOCK("02:59:50") ",\" \"\r\n" CLOCK("02:59:59") ",\"5\"\r\n" CLOCK(
                "01:00:00") ",\"4\"\r\n",
            "f.csv:4:2: a time that is not after line 3's");
}

static void letters_beyond_ascii_match_in_any_encoding(void **state)
{
    static const char *const headers[] = {
        "\"(PDH-CSV 4.0)\",\"\\\\X\\Wartende Nachrichten(B\xfcro)/sec\"\r\n", /* Windows-1252. */
        "\"(PDH-CSV 4.0)\",\"\\\\X\\Wartende Nachrichten(B\xc3\xbcro)/sec\"\r\n", /* UTF-8. */
        "\"(PDH-CSV 4.0)\",\"\\\\X\\Wartende Nachrichten(B\x81ro)/sec\"\r\n", /* Code page 850. */
    };
    char text[512];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        snprintf(text, sizeof text, "%s%s", headers[i], ROWS);
        reading.column = "wartende nachrichten(B\xc3\x9cRO)/sec";
        has_two_rates(text);
    }
    reading.column = "wartende nachrichten(B\xc3\xa4ro)/sec"; /* Another letter. */
    snprintf(text, sizeof text, "%s%s", headers[1], ROWS);
    refused(text, "no column");
}

static void bytes_become_messages_by_a_scale(void **state)
{
    (void)state;
    reading.rate_scale_micro = 5;
    const struct load_series *s =
        read_all("\"(PDH-CSV 4.0)\",\"\\\\X\\SMTP Server\\Bytes Received/sec\"\r\n" AT(
            "00") ",\" \"\r\n" AT("15") ",\"2000000\"\r\n" AT("30") ",\"1000000\"\r\n");

    is_rate(s, 0, SEC(15), 10000000);
    is_rate(s, 1, SEC(30), 5000000);
    reading.rate_scale_micro = 1000000;
    refused(HEAD AT("00") ",\" \"\r\n" AT("15") ",\"2000000\"\r\n", "2000000/s after rate_scale");
}

static void a_counter_says_its_interval_by_its_name(void **state)
{
#define PER_MINUTE "\"(PDH-CSV 4.0)\",\"\\\\X\\MSExchangeIS\\Messages Submitted/min\"\r\n"
    (void)state;
    is_rate(read_all(PER_MINUTE AT("00") ",\" \"\r\n" AT("30") ",\"120\"\r\n"), 0, SEC(30),
            2000000);
    reading.counter = COUNTER_RATE; /* The key says what it is, not of which interval. */
    is_rate(read_all(PER_MINUTE AT("00") ",\" \"\r\n" AT("30") ",\"120\"\r\n"), 0, SEC(30),
            2000000);
    reading.counter = COUNTER_BY_NAME;
    is_rate(read_all("\"(PDH-CSV 4.0)\",\"\\\\X\\MSExchangeIS\\Total Messages Submitted\"\r\n" AT(
                "00") ",\"100\"\r\n" AT("10") ",\"130\"\r\n"),
            0, SEC(10), 3000000);
}

static void a_damaged_end_costs_a_warning(void **state)
{
    static const char zeros[] = HEAD ROWS "\0\0\0\0\0\0\0\0";

    (void)state;
    has_two_rates(HEAD ROWS "\"09/05/2006 08:00:3");
    warned("f.csv:5:1: warning: the file ends within this line");
    has_two_rates(HEAD ROWS AT("30") ",");
    warned("f.csv:5:1: warning: the file ends within this line");
    has_two_rates(HEAD ROWS AT("30"));
    warned("f.csv:5:1: warning: the file ends within this line");
    has_two_rates(HEAD AT("00") ",\" \"\r\n" AT("10") ",\"5\"\r\n" AT("20") ",\"4\""); /* Whole. */
    not_warned();
    assert_non_null(read_bytes(zeros, sizeof zeros - 1));
    warned("the file ends in 8 bytes of zero");
    assert_null(read_bytes("\"(PDH\0-CSV 4.0)\"\n", 17));
    assert_non_null(strstr(ini_error_text(ini, 0), "relog FILE -f csv"));
}

/* ---- Logs ------------------------------------------------------------------------------------ */

#define IIS "#Software: Microsoft Internet Information Services 6.0\n#Date: 2006-09-05 08:00:00\n"

/* The service's own words to another server are no arrivals. */
static void outgoing_mail_is_no_arrival(void **state)
{
    (void)state;
    const struct load_series *s =
        read_all(IIS "#Fields: date time cs-username cs-method cs-bytes\n"
                     "2006-09-05 08:00:01 mx DATA 1400\n"
                     "2006-09-05 08:00:02 OutboundConnectionCommand DATA 0\n"
                     "2006-09-05 08:00:02 OutboundConnectionResponse - 0\n"
                     "2006-09-05 08:00:03 mx DATA 2900\n");

    assert_int_equal(s->count, 2);
    is_arrival(s, 1, SEC(2), 2900);
    not_warned();
    assert_int_equal(
        read_all(IIS "#Fields: date time cs-method\n2006-09-05 08:00:01 DATA\n")->count, 1);
    warned("f.csv:3:1: warning: #Fields has no cs-username");
}

static void mail_comes_by_bdat_too(void **state)
{
    static const char text[] = "#Fields: date time cs-username cs-method\n"
                               "2006-09-05 08:00:01 a DATA\n2006-09-05 08:00:02 b BDAT\n"
                               "2006-09-05 08:00:03 c QUIT\n";

    (void)state;
    assert_int_equal(read_all(text)->count, 2);
    reading.verb = "DATA";
    assert_int_equal(read_all(text)->count, 1);
    reading.verb = "quit, BDAT";
    assert_int_equal(read_all(text)->count, 2);
    reading.verb = "all";
    assert_int_equal(read_all(text)->count, 3);
}

/* The day begins anew where a time steps back by most of a day; a late line of the day before
 * does not make another midnight. */
static void times_without_a_date_go_over_midnight(void **state)
{
    (void)state;
    const struct load_series *s = read_all("#Date: 2006-10-10 23:58:30\n"
                                           "#Fields: time cs-username cs-method\n"
                                           "23:58:40 a DATA\n00:00:10 a DATA\n23:59:59 a DATA\n"
                                           "00:01:20 a DATA\n");

    assert_int_equal(s->count, 4);
    is_arrival(s, 0, 0, 0);
    is_arrival(s, 1, SEC(79), 0);
    is_arrival(s, 2, SEC(90), 0);
    is_arrival(s, 3, SEC(160), 0);
    /* The first line lies behind midnight already. */
    s = read_all("#Date: 2006-10-10 23:59:59\n#Fields: time cs-username cs-method\n"
                 "00:00:01 a DATA\n00:00:03 a DATA\n#Date: 2006-10-11 00:00:05\n00:00:06 a DATA\n");
    assert_int_equal(s->count, 3);
    is_arrival(s, 2, SEC(5), 0);
}

static void the_last_line_of_a_log_may_be_cut(void **state)
{
    static const char text[] =
        "#Fields: date time cs-username cs-method\n2006-09-05 08:00:01 a DATA\n"
        "2006-09-05 08:0";

    (void)state;
    assert_int_equal(read_all(text)->count, 1);
    warned("f.csv:3:1: warning: the file ends within this line");
    refused("#Fields: date time cs-method\n2006-09-05 08:0\n", "f.csv:2:1: 2 fields (expected 3");
}

static void a_pool_of_http_may_have_blanks_in_its_name(void **state)
{
    (void)state;
    reading.verb = "GET";
    assert_int_equal(read_all("#Fields: date time cs-method s-reason s-queuename\n"
                              "2006-09-05 08:00:01 GET Timer_MinBytes Exchange App Pool\n")
                         ->count,
                     1);
}

#define TRACKING                                                                        \
    "# Message Tracking Log File\r\n# Exchange System Attendant Version 6.5.7638.1\r\n" \
    "# Date\tTime\tRecipient-Address\tEvent-ID\tMSGID\ttotal-bytes\r\n"

static void message_tracking_counts_submissions(void **state)
{
    (void)state;
    const struct load_series *s = read_all(
        TRACKING "2006-9-5\t8:0:12 GMT\tb@x\t1019\t<m1@mx>\t2187\r\n"
                 "2006-9-5\t8:0:12 GMT\tc@x\t1019\t<m1@mx>\t2187\r\n" /* A second recipient. */
                 "2006-9-5\t8:0:12 GMT\tb@x\t1028\t<m1@mx>\t2187\r\n"
                 "2006-9-5\t8:0:20 GMT\tb@x\t1019\t<m2@mx>\t9000\r\n");

    assert_int_equal(s->count, 2);
    is_arrival(s, 0, 0, 2187);
    is_arrival(s, 1, SEC(8), 9000);
    reading.verb = "1028";
    assert_int_equal(read_all(TRACKING "2006-9-5\t8:0:12 GMT\tb@x\t1028\t<m1@mx>\t1\r\n")->count,
                     1);
    refused(TRACKING "2006-9-5\t25:0:0 GMT\tb@x\t1028\t<m>\t1\r\n",
            "f.csv:4:1: \"2006-9-5\" and \"25:0:0 GMT\"");
    refused(TRACKING "2006-9-5\t8:0:12 GMT\tb@x\t1019\r\n2006-9-5\t8\r\n",
            "f.csv:4:1: 4 fields (expected 6");
    refused("# Message Tracking Log File\r\n# Date\tTime\r\n",
            "expected at most 64, Date, Time, Event-ID");
}

static void other_formats_are_named(void **state)
{
    (void)state;
    refused("192.0.2.7, mx, 9/5/2006, 8:00:01, SMTPSVC1, EXCH01, 192.0.2.1, 0, 10, 50, 250, 0, "
            "DATA, -,\r\n",
            "f.csv:1:1: a log in Microsoft IIS format (expected W3C");
    refused("192.0.2.7 - - [05/Sep/2006:08:00:01 +0000] \"DATA - SMTP\" 250 50\n",
            "a log in NCSA format");
    refused(
        "#Software: Microsoft Exchange Server\n#Version: 8.0.0.0\n#Log-type: Message Tracking Log\n"
        "#Date: 2007-09-05T08:00:00.000Z\n#Fields: date-time,client-ip\n",
        "a log of Exchange 2007 or later");
    refused("\"(PDH-CSV 4.0)\";\"\\\\X\\A/sec\"\n", "cells separated by semicolons");
}

/* ---- Sizes ----------------------------------------------------------------------------------- */

static struct load_plan sizes_of(const char *text)
{
    struct load_plan plan = { .bin_count = 0 };

    ini_free(ini);
    ini = ini_read_text("t.ini", "[load smtp]\n", 12);
    struct load_reading r = { .ini = ini, .section = "load smtp" };

    r.file = (struct ini_file){ "s.csv", text, strlen(text) };
    load_read_sizes(&r, &plan);
    return plan;
}

static void is_60_to_40(const char *text)
{
    struct load_plan plan = sizes_of(text);

    if (ini_error_count(ini) > 0)
        fail_msg("%s", ini_error_text(ini, 0));
    assert_int_equal(plan.bin_count, 2);
    assert_int_equal(plan.bins[0].bytes, 1024);
    assert_int_equal(plan.bins[1].bytes, 4096);
    assert_int_equal(plan.bins[0].weight * (uint64_t)40, plan.bins[1].weight * (uint64_t)60);
}

static void sizes_are_written_in_many_ways(void **state)
{
    (void)state;
    is_60_to_40("1024,60\n4096,40\n");
    is_60_to_40(
        "#TYPE Selected.Sizes\r\n\"bytes\",\"weight\"\r\n\"1024\",\"60\"\r\n\"4096\",\"40\"\r\n");
    is_60_to_40("size;share\n1 KiB;60 %\n4 KiB;40 %\n");
    is_60_to_40("1024\t0.60\n4096\t0.40");
    is_60_to_40("\xef\xbb\xbf"
                "1024, 6000000000\n4096, 4000000000\n");
    sizes_of("1024 60\n");
    assert_non_null(
        strstr(ini_error_text(ini, 0), "s.csv:1:1: \"1024 60\" is not a size with its weight"));
    sizes_of("1024,60,7\n");
    assert_int_equal(ini_error_count(ini), 1);
    sizes_of("1024,-1\n");
    assert_int_equal(ini_error_count(ini), 1);
    sizes_of("1024,0\n");
    assert_non_null(strstr(ini_error_text(ini, 0), "no size with a weight above 0"));
}

GROUP(real_files_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(typeperf_may_be_redirected, begin, end),
        cmocka_unit_test_setup_teardown(tabs_separate_cells_of_a_tsv, begin, end),
        cmocka_unit_test_setup_teardown(a_collectors_comment_is_no_counter, begin, end),
        cmocka_unit_test_setup_teardown(a_clock_that_is_set_back_takes_the_interval_before, begin,
                                        end),
        cmocka_unit_test_setup_teardown(letters_beyond_ascii_match_in_any_encoding, begin, end),
        cmocka_unit_test_setup_teardown(bytes_become_messages_by_a_scale, begin, end),
        cmocka_unit_test_setup_teardown(a_counter_says_its_interval_by_its_name, begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_end_costs_a_warning, begin, end),
        cmocka_unit_test_setup_teardown(outgoing_mail_is_no_arrival, begin, end),
        cmocka_unit_test_setup_teardown(mail_comes_by_bdat_too, begin, end),
        cmocka_unit_test_setup_teardown(times_without_a_date_go_over_midnight, begin, end),
        cmocka_unit_test_setup_teardown(the_last_line_of_a_log_may_be_cut, begin, end),
        cmocka_unit_test_setup_teardown(a_pool_of_http_may_have_blanks_in_its_name, begin, end),
        cmocka_unit_test_setup_teardown(message_tracking_counts_submissions, begin, end),
        cmocka_unit_test_setup_teardown(other_formats_are_named, begin, end),
        cmocka_unit_test_setup_teardown(sizes_are_written_in_many_ways, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
