/* test_ini.c - what the reader accepts, and the words with which it refuses the rest.
 *
 * The messages are golden texts: people read them and scripts parse them.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/groups.h"
#include "tests/sim/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "sim/ini.h"
#include "sim/plain.h"

static struct ini *read_it(const char *text) { return ini_read_text("a.ini", text, strlen(text)); }

/* The value of a key as written; "" when it is not there. */
static const char *value(const struct ini *ini, const char *section, const char *key)
{
    const char *name, *text;
    struct ini_place place;

    for (uint32_t i = 0; ini_key_at(ini, section, i, &name, &text, &place); i++) {
        if (strcmp(name, key) == 0)
            return text;
    }
    return "";
}

static void a_file_is_read_with_its_places(void **state)
{
    struct ini *ini = read_it("; a comment\n"
                              "[scenario]\n"
                              "name = KB 908674 ; the article\r\n"
                              "time=10 min\n"
                              "\n"
                              "  ; an indented comment\n"
                              "[load smtp]   ; the wire\n"
                              "rate   =   24/s\n"
                              "[expect]\n");
    const char *key, *text;
    struct ini_place place;

    (void)state;
    assert_int_equal(ini_error_count(ini), 0);
    assert_int_equal(ini_section_count(ini), 3);
    assert_string_equal(ini_section_name(ini, 1), "load smtp");
    assert_int_equal(ini_section_place(ini, 1).line, 7);
    assert_string_equal(ini_section_name(ini, 2), "expect"); /* Empty, and yet there. */
    assert_null(ini_section_name(ini, 3));
    assert_string_equal(value(ini, "scenario", "name"), "KB 908674");
    assert_string_equal(value(ini, "scenario", "time"), "10 min");
    assert_true(ini_key_at(ini, "load smtp", 0, &key, &text, &place));
    assert_string_equal(key, "rate");
    assert_string_equal(text, "24/s");
    assert_string_equal(place.file, "a.ini");
    assert_int_equal(place.line, 8);
    assert_int_equal(place.column, 12);
    assert_false(ini_key_at(ini, "load smtp", 1, &key, &text, &place));
    assert_true(ini_has(ini, "scenario", "time"));
    assert_false(ini_has(ini, "scenario", "seed"));
    assert_false(ini_has(ini, "nothing", "seed"));
    ini_free(ini);
}

/* A wrong file and all its errors, one on each line. */
struct wrong {
    const char *text, *errors;
};

#define LONG_50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"

static const struct wrong wrongs[] = {
    { "", "a.ini:1:1: an empty file (expected a scenario)\n" },
    { "[scenario\n", "a.ini:1:1: \"[scenario\" (expected a section such as [scenario])\n" },
    { "[]\n", "a.ini:1:2: a section name of 0 bytes (expected 1 to 49)\n" },
    { "[" LONG_50 "]\n", "a.ini:1:2: a section name of 50 bytes (expected 1 to 49)\n" },
    { "[ load]\n", "a.ini:1:2: \"[ load]\" (expected a section of words such as [load smtp])\n" },
    { "[load  smtp]\n",
      "a.ini:1:7: \"[load  smtp]\" (expected a section of words such as [load smtp])\n" },
    { "[l\xc3\xb6]\n",
      "a.ini:1:3: \"[l\xc3\xb6]\" (expected a section of words such as [load smtp])\n" },
    { "[a] b = c\n", "a.ini:1:5: \"b = c\" behind a section (expected a line of its own)\n" },
    { "[a]\n[b]\n[a]\n",
      "a.ini:3:1: \"[a]\" again (expected one section of that name; it begins in line 1)\n" },
    { "k = v\n", "a.ini:1:1: \"k\" before any section (expected [scenario] above it)\n" },
    { "[a]\nk\n", "a.ini:2:1: \"k\" (expected key = value)\n" },
    { "[a]\nk: v\n", "a.ini:2:1: \"k: v\" (expected key = value)\n" },
    { "[a]\nk ; = v\n", "a.ini:2:2: \"k ;\" (expected a key of letters, digits and _)\n" },
    { "[a]\n= v\n", "a.ini:2:1: a key of 0 bytes (expected 1 to 49)\n" },
    { "[a]\n" LONG_50 " = v\n", "a.ini:2:1: a key of 50 bytes (expected 1 to 49)\n" },
    { "[a]\nk =\n", "a.ini:2:4: nothing behind \"k =\" (expected a value)\n" },
    { "[a]\nk = ; v\n", "a.ini:2:5: nothing behind \"k =\" (expected a value)\n" },
    { "[a]\nk = v # c\n",
      "a.ini:2:7: \"# c\" behind a value (expected a comment, which begins with ;)\n" },
    { "[a]\n k = v\n", "a.ini:2:1: a line that begins with a blank (expected key = value from "
                       "the first column)\n" },
    { "[a]\nk = 1\nk = 2\n",
      "a.ini:3:1: \"k\" again (expected one value; the first stands in line 2)\n" },
    { "[a]\nk = \xff\n", "a.ini:2:5: byte 0xff (expected text in UTF-8)\n" },
    { "[a]\nk = \xc0\x80\n", "a.ini:2:5: byte 0xc0 (expected text in UTF-8)\n" },
    { "[a]\nk = \xed\xa0\x80\n", "a.ini:2:5: byte 0xed (expected text in UTF-8)\n" },
    { "[a]\nk = \xe2\x82\n", "a.ini:2:5: byte 0xe2 (expected text in UTF-8)\n" },
    { "[a]\nk = a\x01\n", "a.ini:2:6: a control character, byte 0x01 (expected text)\n" },
    { "[a]\nk = a\rb\n", "a.ini:2:6: a control character, byte 0x0d (expected text)\n" },
    { "[a]\nk = 1", "a.ini:2:6: the end of the file within a line (expected a newline: "
                    "the file may be cut off)\n" },
    { "[a]\nx\n[b\ny = 1\n[c]\nz\n", "a.ini:2:1: \"x\" (expected key = value)\n"
                                     "a.ini:3:1: \"[b\" (expected a section such as [scenario])\n"
                                     "a.ini:6:1: \"z\" (expected key = value)\n" },
};

static void all_errors(const struct ini *ini, char *out, size_t size)
{
    size_t used = 0;

    out[0] = 0;
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        used += (size_t)snprintf(out + used, size - used, "%s\n", ini_error_text(ini, i));
    assert_null(ini_error_text(ini, ini_error_count(ini)));
}

static void what_inih_would_cut_join_or_pass_over_is_refused(void **state)
{
    char errors[4096];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
        struct ini *ini = read_it(wrongs[i].text);

        all_errors(ini, errors, sizeof errors);
        assert_string_equal(errors, wrongs[i].errors);
        ini_free(ini);
    }
}

static void a_line_may_be_as_long_as_inih_can_read_and_no_longer(void **state)
{
    char text[400] = "[a]\nk = ", errors[400];

    (void)state;
    memset(text + 8, 'x', 300);
    strcpy(text + 4 + 198, "\n");
    struct ini *ini = read_it(text);

    assert_int_equal(ini_error_count(ini), 0);
    assert_int_equal(strlen(value(ini, "a", "k")), 194);
    ini_free(ini);
    memset(text + 8, 'x', 300);
    strcpy(text + 4 + 199, "\n");
    ini = read_it(text);
    all_errors(ini, errors, sizeof errors);
    assert_string_equal(errors, "a.ini:2:199: a line of 199 bytes (expected at most 198)\n");
    ini_free(ini);
}

static void bytes_of_nought_are_refused_and_a_mark_of_utf8_is_taken(void **state)
{
    static const char nought[] = "[a]\nk = a\0b\n", marked[] = "\xef\xbb\xbf[a]\nk = v\n";
    struct ini *ini = ini_read_text("a.ini", nought, sizeof nought - 1);

    (void)state;
    assert_string_equal(ini_error_text(ini, 0),
                        "a.ini:2:6: a control character, byte 0x00 (expected text)");
    ini_free(ini);
    ini = ini_read_text("a.ini", marked, sizeof marked - 1);
    assert_int_equal(ini_error_count(ini), 0);
    assert_string_equal(value(ini, "a", "k"), "v");
    ini_free(ini);
}

static void no_text_controls_a_terminal(void **state)
{
    static const struct {
        const char *text;
        size_t plain;
        const char *shown;
    } rows[] = {
        { "night \xc3\xa4.ini", 12, "night \xc3\xa4.ini" },
        { "a\tb", 3, "a\tb" },
        { "a\nb", 1, "a\\x0ab" },
        { "\x1b[2J", 0, "\\x1b[2J" },
        { "x\x7f", 1, "x\\x7f" },
        { "x\xc2\x9b"
          "2J",
          1, "x\\xc2\\x9b2J" },
        { "x\x9b"
          "2J",
          1, "x\\x9b2J" },
        { "x\xe2\x80\xae"
          "fdp",
          1, "x\\xe2\\x80\\xaefdp" },
        { "\xe4\xb8\xad", 3, "\xe4\xb8\xad" }, /* A character whose last bytes look like C1. */
        { "\xe0\x9b", 1, "\xe0\\x9b" },        /* A cut sequence. */
    };
    char shown[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(plain_length(rows[i].text), rows[i].plain);
        assert_string_equal(plain_copy(rows[i].text, shown, sizeof shown), rows[i].shown);
    }
    assert_string_equal(plain_copy("abc\x1b", shown, 6), "abc"); /* Whole escapes only. */
    struct ini *ini = read_it("[a]\nk = v\n");

    assert_false(ini_set(ini, "a.k=x\n[fault x]"));
    assert_string_equal(ini_error_text(ini, 0),
                        "--set #1: a control character, byte 0x0a (expected text)");
    ini_free(ini);
}

static void reading_stops_after_ten_lines_that_cannot_be_read(void **state)
{
    static char text[100 * 8];

    (void)state;
    for (int i = 0; i < 100; i++)
        strcat(text, "wrong\n");
    struct ini *ini = read_it(text);

    assert_int_equal(ini_error_count(ini), 11);
    assert_non_null(strstr(ini_error_text(ini, 10), "the rest is not read"));
    ini_free(ini);
}

static void more_errors_than_the_list_holds_are_dropped(void **state)
{
    static const char *const known[] = { "b" };
    static char text[100 * 16] = "[a]\n";
    char line[16];

    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(line, sizeof line, "k%d = v\n", i);
        strcat(text, line);
    }
    struct ini *ini = read_it(text);
    const char *value;

    ini_get_text(ini, "a", "other", &value);
    ini_unknown(ini, known, 1);
    assert_int_equal(ini_error_count(ini), INI_ERRORS_MAX);
    ini_free(ini);
}

/* ---- files that lead to others ---- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/exifsim-ini-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static const char *put_file(const char *name, const char *text)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static int drop_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void a_files_own_words_win_over_those_it_extends(void **state)
{
    (void)state;
    put_file("base.ini",
             "[scenario]\nname = base\ntime = 1 min\n[load smtp]\nrate = 1/s\nsize = 4 KiB\n");
    put_file("middle.ini", "[scenario]\nextends = base.ini\nname = middle\n[machine]\ncpus = 4\n");
    put_file("expect.ini", "[expect]\noutcome = stop\n");
    struct ini *ini =
        ini_read(put_file("top.ini", "[scenario]\nextends = middle.ini\ninclude = expect.ini\n"
                                     "name = top\n[load smtp]\nrate = 24/s\n"));

    assert_int_equal(ini_error_count(ini), 0);
    assert_string_equal(value(ini, "scenario", "name"), "top");
    assert_string_equal(value(ini, "scenario", "time"), "1 min");
    assert_string_equal(value(ini, "load smtp", "rate"), "24/s");
    assert_string_equal(value(ini, "load smtp", "size"), "4 KiB");
    assert_string_equal(value(ini, "machine", "cpus"), "4");
    assert_string_equal(value(ini, "expect", "outcome"), "stop");
    assert_false(ini_has(ini, "scenario", "extends"));
    ini_free(ini);
}

static void files_that_are_missing_or_lead_back_are_errors(void **state)
{
    char expected[200];

    (void)state;
    put_file("one.ini", "[scenario]\nextends = two.ini\n");
    put_file("two.ini", "[scenario]\ninclude = three.ini, one.ini,,\n");
    char path[128];

    snprintf(path, sizeof path, "%s/one.ini", folder);
    struct ini *ini = ini_read(path);

    assert_int_equal(ini_error_count(ini), 3);
    snprintf(expected, sizeof expected,
             "%s/two.ini:2:11: cannot open \"three.ini\": No such file or directory (expected a "
             "scenario file)",
             folder);
    assert_string_equal(ini_error_text(ini, 0), expected);
    snprintf(expected, sizeof expected,
             "%s/two.ini:2:22: \"one.ini\" (expected a file that does not lead back to this one)",
             folder);
    assert_string_equal(ini_error_text(ini, 1), expected);
    snprintf(expected, sizeof expected, "%s/two.ini:2:30: an empty name (expected a scenario file)",
             folder);
    assert_string_equal(ini_error_text(ini, 2), expected);
    ini_free(ini);
    ini = ini_read("/nowhere/at/all.ini");
    assert_string_equal(ini_error_text(ini, 0),
                        "/nowhere/at/all.ini:1:1: cannot open: "
                        "No such file or directory (expected a scenario file)");
    ini_free(ini);
    ini = ini_read(folder);
    assert_int_equal(ini_error_count(ini), 1);
    ini_free(ini);
}

static void errors_are_told_in_the_order_of_the_files(void **state)
{
    (void)state;
    put_file("base.ini", "[scenario]\nwrong\n");
    struct ini *ini = ini_read(put_file("top.ini", "[scenario]\nextends = base.ini\nwrong\n[x]\n"));

    ini_set(ini, "nonsense");
    ini_error(ini, "x", NULL, "a fourth (expected a place at its section)");
    ini_error(ini, NULL, NULL, "a fifth (expected the first line)");
    assert_int_equal(ini_error_count(ini), 5);
    assert_string_contains(ini_error_text(ini, 0), "top.ini:1:1: a fifth");
    assert_string_contains(ini_error_text(ini, 1), "top.ini:3:1: \"wrong\"");
    assert_string_contains(ini_error_text(ini, 2), "top.ini:4:1: a fourth");
    assert_string_contains(ini_error_text(ini, 3), "base.ini:2:1: \"wrong\"");
    assert_string_contains(ini_error_text(ini, 4), "--set #1: \"nonsense\"");
    ini_free(ini);
}

/* ---- --set ---- */

static void set_finds_the_section_through_dots(void **state)
{
    struct ini *ini = read_it("[load smtp]\nrate = 1/s\n[versions]\nexifs.sys = 6.5.7638.1\n"
                              "[process store.exe]\npriority = 8\n");

    (void)state;
    assert_true(ini_set(ini, "load.smtp.rate=100/s"));
    assert_true(ini_set(ini, "versions.exifs.sys=6.5.7651.47"));
    assert_true(ini_set(ini, "process.store.exe.priority = 13"));
    assert_true(ini_set(ini, "load.smtp.size=4 KiB"));
    assert_true(ini_set(ini, "new.section.key=a=b"));
    assert_string_equal(value(ini, "load smtp", "rate"), "100/s");
    assert_string_equal(value(ini, "versions", "exifs.sys"), "6.5.7651.47");
    assert_string_equal(value(ini, "process store.exe", "priority"), "13");
    assert_string_equal(value(ini, "load smtp", "size"), "4 KiB");
    assert_string_equal(value(ini, "new section", "key"), "a=b");
    assert_int_equal(ini_error_count(ini), 0);
    assert_false(ini_set(ini, "rate=1"));
    assert_false(ini_set(ini, "load.smtp.rate"));
    assert_false(ini_set(ini, "load.smtp.rate= "));
    assert_false(ini_set(ini, ".=x"));
    assert_string_equal(
        ini_error_text(ini, 0),
        "--set #6: \"rate=1\" (expected section.key=value such as load.smtp.rate=100/s)");
    assert_string_equal(ini_error_text(ini, 2),
                        "--set #8: nothing behind \"load.smtp.rate= \" (expected a value)");
    ini_free(ini);
}

GROUP(test_ini)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_with_its_places),
        cmocka_unit_test(what_inih_would_cut_join_or_pass_over_is_refused),
        cmocka_unit_test(a_line_may_be_as_long_as_inih_can_read_and_no_longer),
        cmocka_unit_test(bytes_of_nought_are_refused_and_a_mark_of_utf8_is_taken),
        cmocka_unit_test(no_text_controls_a_terminal),
        cmocka_unit_test(reading_stops_after_ten_lines_that_cannot_be_read),
        cmocka_unit_test(more_errors_than_the_list_holds_are_dropped),
        cmocka_unit_test(a_files_own_words_win_over_those_it_extends),
        cmocka_unit_test(files_that_are_missing_or_lead_back_are_errors),
        cmocka_unit_test(errors_are_told_in_the_order_of_the_files),
        cmocka_unit_test(set_finds_the_section_through_dots),
    };

    return cmocka_run_group_tests_name("ini", tests, make_folder, drop_folder);
}
