/* test_ini_values.c - units, ranges and words, and the messages when they are wrong. */
#include "tests/sim/check.h"

#include "sim/ini.h"
#include "tests/groups.h"

static struct ini *one_value(const char *text)
{
    char file[400];

    snprintf(file, sizeof file, "[a]\nk = %s\n", text);
    struct ini *ini = ini_read_text("a.ini", file, strlen(file));

    assert_int_equal(ini_error_count(ini), 0);
    return ini;
}

/* Kind of getter, text, and either the value or the message after the text. */
struct reading {
    char kind;
    const char *text;
    uint64_t value;
    const char *said;
};

static const struct reading readings[] = {
    { 't', "250 us", 250000, NULL },
    { 't', "10min", 600000000000, NULL },
    { 't', "1.5 ms", 1500000, NULL },
    { 't', "0.000001 ms", 1, NULL },
    { 't', "1 d", 86400000000000, NULL },
    { 't', "2 h", 7200000000000, NULL },
    { 't', "7 ns", 7, NULL },
    { 't', "10", 0, "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "10 mins", 0, "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "ten s", 0, "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "-1 s", 0, "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "1. s", 0, "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "0.5 ns", 0, "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "1.0000000001 s", 0, "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "99999999999999999999 s", 0,
      "(expected a time in ns, us, ms, s, min, h or d such as 10 min)" },
    { 't', "600000 h", 0, "(expected 1 ns to 30 d)" },
    { 't', "9000000000 s", 0, "(expected 1 ns to 30 d)" },
    { 't', "0 s", 0, "(expected 1 ns to 30 d)" },
    { 't', "31 d", 0, "(expected 1 ns to 30 d)" },
    { 's', "16 KiB", 16384, NULL },
    { 's', "8 pages", 32768, NULL },
    { 's', "1.5 MiB", 1572864, NULL },
    { 's', "17 B", 17, NULL },
    { 's', "1 GiB", 1073741824, NULL },
    { 's', "16", 0, "(expected a size such as 16 KiB, 4 MiB, 8 pages)" },
    { 's', "16 KB", 0, "(expected a size such as 16 KiB, 4 MiB, 8 pages)" },
    { 's', "0.3 KiB", 0, "(expected a size such as 16 KiB, 4 MiB, 8 pages)" },
    { 's', "5 GiB", 0, "(expected 1 B to 4 GiB)" },
    { 'u', "42", 42, NULL },
    { 'u', "0x2a", 42, NULL },
    { 'u', "1000", 1000, NULL },
    { 'u', "1001", 0, "is out of range (expected 1 to 1000)" },
    { 'u', "0", 0, "is out of range (expected 1 to 1000)" },
    { 'u', "1.5", 0, "is not a whole number (expected 1 to 1000)" },
    { 'u', "0x", 0, "is not a whole number (expected 1 to 1000)" },
    { 'u', "4 2", 0, "is not a whole number (expected 1 to 1000)" },
    { 'u', "99999999999999999999", 0, "is not a whole number (expected 1 to 1000)" },
    { 'r', "24/s", 24000, NULL },
    { 'r', "90/min", 1500, NULL },
    { 'r', "4.6/s", 4600, NULL },
    { 'r', "100/min", 1667, NULL },
    { 'r', "3600/h", 1000, NULL },
    { 'r', "86400/d", 1000, NULL },
    { 'r', "24", 0, "(expected a rate such as 24/s, 90/min)" },
    { 'r', "24 / s", 0, "(expected a rate such as 24/s, 90/min)" },
    { 'r', "0/s", 0, "(expected 0.001/s to 10000/s)" },
    { 'r', "10000.5/s", 0, "(expected 0.001/s to 10000/s)" },
    { 'p', "2.5%", 25000, NULL },
    { 'p', "100%", 1000000, NULL },
    { 'p', "0.0001 %", 1, NULL },
    { 'p', "0.00001%", 0, "(expected a share such as 2.5%, at most 100%)" },
    { 'p', "101%", 0, "(expected a share such as 2.5%, at most 100%)" },
    { 'p', "0.5", 0, "(expected a share such as 2.5%, at most 100%)" },
    { 'a', "0xfdd95978", 0xfdd95978, NULL },
    { 'a', "0xFDD95978", 0xfdd95978, NULL },
    { 'a', "fdd95978", 0, "(expected a hexadecimal number such as 0xfdd95978)" },
    { 'a', "0x1fdd95978", 0, "(expected a hexadecimal number such as 0xfdd95978)" },
    { 'b', "yes", 1, NULL },
    { 'b', "off", 0, NULL },
    { 'b', "true", 0, "(expected yes or no)" },
    { 'w', "heavy", 1, NULL },
    { 'w', "haevy", 0, "(expected one of calm, heavy, stress, did you mean \"heavy\"?)" },
    { 'w', "quiet", 0, "(expected one of calm, heavy, stress)" },
    { 'u', "${1..200}", 0, "(expected one value: a run has one, exifsim sweep takes several)" },
    { 'r', "${5, 10}/s", 0, "(expected one value: a run has one, exifsim sweep takes several)" },
};

static bool get(struct ini *ini, char kind, uint64_t *out)
{
    static const char *const words[] = { "calm", "heavy", "stress" };
    uint32_t small = 0;
    bool yes = false, good = false;

    switch (kind) {
    case 't':
        return ini_get_time(ini, "a", "k", 1, 30 * 24 * 3600 * SEC(1), out);
    case 's':
        return ini_get_size(ini, "a", "k", 1, 1ull << 32, out);
    case 'u':
        return ini_get_uint(ini, "a", "k", 1, 1000, out);
    case 'r':
        return ini_get_rate(ini, "a", "k", 1, 10000000, out);
    case 'p':
        good = ini_get_percent_ppm(ini, "a", "k", &small);
        break;
    case 'a':
        good = ini_get_address(ini, "a", "k", &small);
        break;
    case 'b':
        good = ini_get_bool(ini, "a", "k", &yes);
        small = yes;
        break;
    case 'w':
        good = ini_get_word(ini, "a", "k", words, 3, &small);
        break;
    }
    *out = small;
    return good;
}

static void values_are_read_with_their_units_or_refused_in_words(void **state)
{
    char expected[300];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        const struct reading *r = &readings[i];
        struct ini *ini = one_value(r->text);
        uint64_t value = 0;

        assert_int_equal(get(ini, r->kind, &value), r->said == NULL);
        if (r->said == NULL) {
            assert_int_equal(value, r->value);
            assert_int_equal(ini_error_count(ini), 0);
        } else {
            snprintf(expected, sizeof expected, "a.ini:2:5: \"%s\" %s", r->text, r->said);
            assert_int_equal(ini_error_count(ini), 1);
            assert_string_equal(ini_error_text(ini, 0), expected);
        }
        ini_free(ini);
    }
}

static void what_is_absent_keeps_its_default(void **state)
{
    struct ini *ini = one_value("1");
    const char *text = "default";
    uint64_t value = 77;

    (void)state;
    assert_false(ini_get_uint(ini, "a", "other", 1, 2, &value));
    assert_false(ini_get_time(ini, "b", "k", 1, 2, &value));
    assert_false(ini_get_text(ini, "b", "k", &text));
    assert_int_equal(value, 77);
    assert_string_equal(text, "default");
    assert_int_equal(ini_error_count(ini), 0);
    ini_free(ini);
}

static void a_bound_without_an_end_is_said_so(void **state)
{
    struct ini *ini = one_value("1");
    uint64_t value;

    (void)state;
    assert_false(ini_get_uint(ini, "a", "k", 5, UINT64_MAX, &value));
    assert_string_equal(ini_error_text(ini, 0),
                        "a.ini:2:5: \"1\" is out of range (expected 5 to 2^64 - 1)");
    ini_free(ini);
    ini = one_value("3 ms");
    assert_false(ini_get_time(ini, "a", "k", SEC(90), SIM_NEVER, &value));
    assert_string_equal(ini_error_text(ini, 0), "a.ini:2:5: \"3 ms\" (expected at least 90 s)");
    ini_free(ini);
}

static void what_nobody_asked_for_is_unknown(void **state)
{
    static const char *const known[] = { "scenario", "load", "process", "expect" };
    static const char text[] = "[scenario]\ntiem = 1 s\nzebra = 1\nseed = 1\n"
                               "[laod smtp]\nrate = 1/s\n[load pop]\n[expect]\n[zzz]\nk = 1\n";
    struct ini *ini = ini_read_text("a.ini", text, sizeof text - 1);
    uint64_t value;

    (void)state;
    ini_get_time(ini, "scenario", "time", 1, SEC(1), &value);
    ini_get_uint(ini, "scenario", "seed", 1, 9, &value);
    ini_know(ini, "expect", "outcome");
    ini_unknown(ini, known, ARRAY_LEN(known));
    assert_int_equal(ini_error_count(ini), 5);
    assert_string_equal(
        ini_error_text(ini, 0),
        "a.ini:2:1: \"tiem\" (expected a key of [scenario], did you mean \"time\"?)");
    assert_string_equal(ini_error_text(ini, 1),
                        "a.ini:3:1: \"zebra\" (expected a key of [scenario])");
    assert_string_equal(ini_error_text(ini, 2),
                        "a.ini:5:1: \"[laod smtp]\" (expected a section this "
                        "scenario can have, did you mean \"load smtp\"?)");
    assert_string_equal(ini_error_text(ini, 3),
                        "a.ini:7:1: \"[load pop]\" (expected a section this scenario can have)");
    assert_string_equal(ini_error_text(ini, 4),
                        "a.ini:9:1: \"[zzz]\" (expected a section this scenario can have)");
    ini_free(ini);
}

static void the_nearest_name_is_found_within_a_small_distance(void **state)
{
    static const char *const names[] = { "seed", "speed", "until", NULL, "" };

    (void)state;
    assert_string_equal(ini_did_you_mean("sede", names, 5), "seed");
    assert_string_equal(ini_did_you_mean("sped", names, 5), "seed");
    assert_string_equal(ini_did_you_mean("untill", names, 5), "until");
    assert_null(ini_did_you_mean("x", names, 5));
    assert_null(ini_did_you_mean("", names, 5));
    assert_null(ini_did_you_mean("completely", names, 5));
    assert_null(ini_did_you_mean(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", names, 5));
}

GROUP(test_ini_values)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_with_their_units_or_refused_in_words),
        cmocka_unit_test(what_is_absent_keeps_its_default),
        cmocka_unit_test(a_bound_without_an_end_is_said_so),
        cmocka_unit_test(what_nobody_asked_for_is_unknown),
        cmocka_unit_test(the_nearest_name_is_found_within_a_small_distance),
    };

    return cmocka_run_group_tests_name("ini_values", tests, NULL, NULL);
}
