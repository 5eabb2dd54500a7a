/* test_trace.c - records, their fingerprint, their text and their filters. */
#include "tests/sim/check.h"

#include "sim/trace.h"
#include "tests/groups.h"

static const struct record_kind kinds[] = {
    { "BOOT", "", NULL },
    { "ATTACH", "%a from %b index %uc", NULL },
    { "STOP", "code %a after %tb, 100%% of %ud %q", NULL },
    { NULL, NULL, NULL },
    { "POOL", "tag %qa, %qb", NULL },
};

static sim_time now;

static void add(struct trace *trace, uint64_t i)
{
    now = i * 1000;
    trace_add(trace, (uint16_t)(i % 3), (uint8_t)(i % 4), (uint32_t)(i % 7), (uint32_t)i, 2, 3, 4);
}

static uint64_t print_of(uint64_t count, uint64_t odd_one)
{
    struct trace trace;

    trace_init(&trace, &now);
    for (uint64_t i = 0; i < count; i++)
        add(&trace, i == odd_one ? i + 7 : i);
    return trace_fingerprint(&trace);
}

static void the_fingerprint_has_its_golden_values(void **state)
{
    (void)state;
    assert_int_equal(print_of(0, UINT64_MAX), 0xeb90054c71842aaau);
    assert_int_equal(print_of(1, UINT64_MAX), 0x3c82b1875bb9d29du);
    assert_int_equal(print_of(1000, UINT64_MAX), 0x25eae0756b8efb59u);
}

static void every_record_counts_wherever_it_stands(void **state)
{
    uint64_t right = print_of(300, UINT64_MAX);

    (void)state;
    for (uint64_t odd = 0; odd < 300; odd++)
        assert_int_not_equal(print_of(300, odd), right);
    for (uint64_t count = 0; count < 300; count++)
        assert_int_not_equal(print_of(count, UINT64_MAX), right);
}

static void asking_for_the_fingerprint_changes_nothing(void **state)
{
    struct trace trace;

    (void)state;
    trace_init(&trace, &now);
    for (uint64_t i = 0; i < 1000; i++) {
        add(&trace, i);
        trace_fingerprint(&trace);
    }
    assert_int_equal(trace_fingerprint(&trace), print_of(1000, UINT64_MAX));
}

static uint64_t print_beside(uint32_t size, char beside, uint32_t *shown)
{
    struct record ring[400];
    struct trace trace;

    trace_init(&trace, &now);
    trace_keep(&trace, ring, ARRAY_LEN(ring));
    for (uint64_t i = 0; i < 300; i++) { /* More than a block. */
        add(&trace, i);
        trace_add_beside(&trace, 1, 0, 7, 1, 2, beside == 'c' ? size : 3, beside == 'd' ? size : 4,
                         beside);
    }
    *shown = beside == 'c' ? trace_get(&trace, 501)->c : trace_get(&trace, 501)->d;
    return trace_fingerprint(&trace);
}

static void an_argument_beside_is_shown_and_does_not_enter_the_fingerprint(void **state)
{
    uint32_t one, other;

    (void)state;
    assert_int_equal(print_beside(368, 'd', &one), print_beside(320, 'd', &other));
    assert_int_equal(one, 368);
    assert_int_equal(other, 320);
    assert_int_equal(print_beside(368, 'c', &one), print_beside(320, 'c', &other));
    assert_int_not_equal(print_beside(1, 'c', &one), print_beside(1, 'd', &other));
}

static void the_last_records_are_kept(void **state)
{
    struct record ring[100];
    struct trace trace;

    (void)state;
    trace_init(&trace, &now);
    assert_null(trace_get(&trace, 0));
    trace_keep(&trace, ring, ARRAY_LEN(ring));
    for (uint64_t i = 0; i < 250; i++)
        add(&trace, i);
    assert_null(trace_get(&trace, 149));
    for (uint64_t i = 150; i < 250; i++)
        assert_int_equal(trace_get(&trace, i)->a, i);
    assert_null(trace_get(&trace, 250));
    trace_keep(&trace, NULL, 0);
    add(&trace, 250);
    assert_null(trace_get(&trace, 250));
}

static void count_calls(const struct record *record, uint64_t number, void *ctx)
{
    assert_int_equal(record->a, number);
    ++*(int *)ctx;
}

static void whoever_watches_sees_every_record(void **state)
{
    struct trace trace;
    int calls = 0;

    (void)state;
    trace_init(&trace, &now);
    trace.watch = count_calls;
    trace.watch_ctx = &calls;
    for (uint64_t i = 0; i < 500; i++)
        add(&trace, i);
    assert_int_equal(calls, 500);
}

static void the_first_difference_of_two_runs_is_found(void **state)
{
    struct record ring_one[400], ring_other[200];
    struct trace one, other;

    (void)state;
    trace_init(&one, &now);
    trace_init(&other, &now);
    assert_int_equal(trace_first_difference(&one, &other), UINT64_MAX);
    trace_keep(&one, ring_one, ARRAY_LEN(ring_one));
    trace_keep(&other, ring_other, ARRAY_LEN(ring_other));
    for (uint64_t i = 0; i < 300; i++) {
        add(&one, i);
        add(&other, i == 222 || i == 250 ? i + 1 : i);
    }
    assert_int_equal(trace_first_difference(&one, &other), 222);
    trace_keep(&other, ring_other, 40); /* All that is kept agrees. */
    trace_init(&other, &now);
    trace_keep(&other, ring_other, ARRAY_LEN(ring_other));
    for (uint64_t i = 0; i < 150; i++)
        add(&other, i);
    assert_int_equal(trace_first_difference(&one, &other), 150); /* One has ended before. */
}

static void a_record_prints_as_one_line(void **state)
{
    static const struct {
        struct record record;
        const char *text;
    } lines[] = {
        { { .at = 12345678901,
            .kind = 1,
            .cpu = 1,
            .thread = 0x104,
            .a = 0xfdd95978,
            .b = 0xff2a6d88 },
          "   12.345678901 cpu1 t0104  ATTACH  fdd95978 from ff2a6d88 index 0" },
        { { .at = 0, .kind = 0 }, "    0.000000000 cpu0 -      BOOT" },
        { { .at = 1, .kind = 2, .a = 5, .b = 15000000, .d = 7 },
          "    0.000000001 cpu0 -      STOP  code 00000005 after 15 ms, 100% of 7 %q" },
        { { .at = 1, .kind = 2, .b = 250000 },
          "    0.000000001 cpu0 -      STOP  code 00000000 after 250 us, 100% of 0 %q" },
        { { .at = 1, .kind = 3, .a = 1 },
          "    0.000000001 cpu0 -      kind3  00000001 00000000 00000000 00000000" },
        { { .at = 1, .kind = 4, .a = 0x4c787541, .b = 0x0a6b61 },
          "    0.000000001 cpu0 -      POOL  tag AuxL, ak.." },
        { { .at = 1, .kind = 99, .d = 1 },
          "    0.000000001 cpu0 -      kind99  00000000 00000000 00000000 00000001" },
    };
    char text[200], small[20];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        size_t length = trace_text(&lines[i].record, kinds, ARRAY_LEN(kinds), text, sizeof text);

        assert_string_equal(text, lines[i].text);
        assert_int_equal(length, strlen(text));
    }
    assert_int_equal(trace_text(&lines[0].record, kinds, ARRAY_LEN(kinds), small, sizeof small),
                     19);
    assert_int_equal(strlen(small), 19);
    assert_int_equal(trace_text(&lines[0].record, kinds, ARRAY_LEN(kinds), small, 0), 0);
}

static void a_filter_lets_through_what_it_names(void **state)
{
    struct record record = { .at = 1500000000, .kind = 1, .cpu = 1, .thread = 0x104 };
    static const struct {
        const char *text;
        bool match;
    } filters[] = {
        { "", true },
        { "kind=ATTACH", true },
        { "kind=BOOT,STOP", false },
        { "kind=STOP,ATTACH", true },
        { "cpu=1", true },
        { "cpu=0", false },
        { "thread=0x104", true },
        { "thread=260", true },
        { "thread=5", false },
        { "from=1.5s", true },
        { "from=1500000001ns", false },
        { "until=1500ms", true },
        { "until=1499999us", false },
        { " kind=ATTACH  cpu=1\tthread=0x104 from=1s until=2s ", true },
        { "until=1min", true },
    };
    char error[200];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        struct trace_filter filter;

        assert_true(trace_filter_parse(&filter, filters[i].text, kinds, ARRAY_LEN(kinds), error,
                                       sizeof error));
        assert_int_equal(trace_filter_match(&filter, &record), filters[i].match);
    }
}

static void a_wrong_filter_says_what_was_expected(void **state)
{
    static const struct {
        const char *text, *error;
    } wrong[] = {
        { "kind=ATACH", "\"ATACH\" (expected the name of a kind of record)" },
        { "kind=ATTACH,", NULL },
        { "kind", "\"kind\" (expected kind=, cpu=, thread=, from= or until=)" },
        { "colour=red", "\"colour=red\" (expected kind=, cpu=, thread=, from= or until=)" },
        { "cpu=x", "\"x\" (expected a processor's number)" },
        { "cpu=300", "\"300\" (expected a processor's number)" },
        { "thread=0xg", "\"0xg\" (expected a thread's id such as 0x104)" },
        { "from=5", "\"5\" (expected a time such as 1.5s, 250us)" },
        { "until=ms", "\"ms\" (expected a time such as 1.5s, 250us)" },
        { "until=99999999999999999999s",
          "\"99999999999999999999s\" (expected a time such as 1.5s, 250us)" },
    };
    char error[200];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct trace_filter filter;
        bool good = trace_filter_parse(&filter, wrong[i].text, kinds, ARRAY_LEN(kinds), error,
                                       sizeof error);

        assert_int_equal(good, wrong[i].error == NULL);
        if (!good)
            assert_string_equal(error, wrong[i].error);
    }
}

GROUP(test_trace)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fingerprint_has_its_golden_values),
        cmocka_unit_test(every_record_counts_wherever_it_stands),
        cmocka_unit_test(asking_for_the_fingerprint_changes_nothing),
        cmocka_unit_test(the_last_records_are_kept),
        cmocka_unit_test(whoever_watches_sees_every_record),
        cmocka_unit_test(the_first_difference_of_two_runs_is_found),
        cmocka_unit_test(an_argument_beside_is_shown_and_does_not_enter_the_fingerprint),
        cmocka_unit_test(a_record_prints_as_one_line),
        cmocka_unit_test(a_filter_lets_through_what_it_names),
        cmocka_unit_test(a_wrong_filter_says_what_was_expected),
    };

    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
