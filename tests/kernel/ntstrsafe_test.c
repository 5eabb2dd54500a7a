/* ntstrsafe_test.c - texts into buffers of a known size, and formatting as NT formats (facts/ddi.md
 * 1.1, 1.3).
 *
 * These are functions over memory, so most tests need no machine; %p does, for its addresses.
 */
#include "tests/groups.h"
#include "tests/kernel/stories.h"
#include <ntstrsafe.h>

static void a_copy_fits_or_is_cut(void **state)
{
    char buffer[4] = "zzz";

    (void)state;
    assert_int_equal(RtlStringCchCopyA(buffer, 4, "abc"), STATUS_SUCCESS);
    assert_string_equal(buffer, "abc");
    assert_int_equal(RtlStringCchCopyA(buffer, 4, "wxyz"), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(buffer, "wxy");
    assert_int_equal(RtlStringCchCopyA(buffer, 1, "q"), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(buffer, "");
    assert_int_equal(RtlStringCchCopyA(buffer, 1, ""), STATUS_SUCCESS);
}

static void a_size_of_nothing_is_refused(void **state)
{
    WCHAR buffer[4] = L"zzz";

    (void)state;
    assert_int_equal(RtlStringCchCopyW(buffer, 0, L"a"), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlStringCbCopyW(buffer, 1, L"a"), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlStringCchCopyW(buffer, 0x80000000u, L"a"), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlStringCchPrintfW(buffer, 0, L"a"), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlStringCchCatW(buffer, 0, L"a"), STATUS_INVALID_PARAMETER);
    assert_true(buffer[0] == 'z');
}

static void bytes_count_for_sixteen_bits(void **state)
{
    WCHAR buffer[4];

    (void)state;
    assert_int_equal(RtlStringCbCopyW(buffer, sizeof buffer, L"abc"), STATUS_SUCCESS);
    assert_int_equal(RtlStringCbCopyW(buffer, 7, L"abc"), STATUS_BUFFER_OVERFLOW);
    assert_true(buffer[1] == 'b' && buffer[2] == 0);
    assert_int_equal(RtlStringCbCopyNW(buffer, sizeof buffer, L"abcdef", 4), STATUS_SUCCESS);
    assert_true(buffer[1] == 'b' && buffer[2] == 0);
}

static void adding_needs_a_text_that_ends(void **state)
{
    char buffer[6] = "ab";
    char open[3] = { 'x', 'y', 'z' };

    (void)state;
    assert_int_equal(RtlStringCbCatA(buffer, sizeof buffer, "cd"), STATUS_SUCCESS);
    assert_int_equal(RtlStringCbCatA(buffer, sizeof buffer, "efg"), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(buffer, "abcde");
    assert_int_equal(RtlStringCbCatA(buffer, sizeof buffer, ""), STATUS_SUCCESS);
    assert_int_equal(RtlStringCchCatA(open, 3, "w"), STATUS_INVALID_PARAMETER);
    assert_true(open[2] == 'z');
    assert_int_equal(RtlStringCchCopyA(buffer, 6, "a"), STATUS_SUCCESS);
    assert_int_equal(RtlStringCchCatNA(buffer, 6, "bcdefg", 3), STATUS_SUCCESS);
    assert_string_equal(buffer, "abcd");
}

static void a_length_is_looked_for_in_bounds(void **state)
{
    char open[3] = { 'x', 'y', 'z' };
    SIZE_T length = 9;

    (void)state;
    assert_int_equal(RtlStringCchLengthA("abc", 4, &length), STATUS_SUCCESS);
    assert_int_equal(length, 3);
    assert_int_equal(RtlStringCchLengthA("abc", 3, &length), STATUS_INVALID_PARAMETER);
    assert_int_equal(length, 0);
    assert_int_equal(RtlStringCchLengthA(open, 3, NULL), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlStringCchLengthA(NULL, 3, NULL), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlStringCbLengthW(L"abc", 8, &length), STATUS_SUCCESS);
    assert_int_equal(length, 6);
}

static void the_longer_forms_say_what_is_left(void **state)
{
    WCHAR buffer[8], *end = NULL;
    char small[4], *stop = NULL;
    SIZE_T left = 0;

    (void)state;
    assert_int_equal(RtlStringCchCopyExW(buffer, 8, L"abc", &end, &left, 0), STATUS_SUCCESS);
    assert_true(end == buffer + 3 && left == 5);
    assert_int_equal(RtlStringCbCatExW(buffer, sizeof buffer, L"de", &end, &left, 0), 0);
    assert_true(end == buffer + 5 && left == 6);
    assert_int_equal(RtlStringCbPrintfExA(small, 4, &stop, &left, 0, "%d", 12345),
                     STATUS_BUFFER_OVERFLOW);
    assert_true(stop == small + 3 && left == 1);
    assert_string_equal(small, "123");
    assert_int_equal(RtlStringCchCopyExA(NULL, 0, "", NULL, &left, STRSAFE_IGNORE_NULLS), 0);
    assert_int_equal(RtlStringCchCopyExA(small, 0, "x", NULL, NULL, 0), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlStringCchCopyExA(small, 4, "x", NULL, NULL, 0x2000),
                     STATUS_INVALID_PARAMETER);
}

static void flags_fill_the_rest(void **state)
{
    char buffer[6];

    (void)state;
    assert_int_equal(RtlStringCchCopyExA(buffer, 6, "ab", NULL, NULL, STRSAFE_FILL_BYTE('.')), 0);
    assert_memory_equal(buffer, "ab\0...", 6);
    assert_int_equal(
        RtlStringCchCopyExA(buffer, 6, "abcdefg", NULL, NULL, STRSAFE_FAILURE_BYTE('-')),
        STATUS_BUFFER_OVERFLOW);
    assert_string_equal(buffer, "-----");
    assert_int_equal(RtlStringCchCopyExA(buffer, 6, "abcdefg", NULL, NULL, STRSAFE_NO_TRUNCATION),
                     STATUS_BUFFER_OVERFLOW);
    assert_string_equal(buffer, "");
    assert_int_equal(RtlStringCchCopyExA(buffer, 6, NULL, NULL, NULL, 0), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlStringCchCopyExA(buffer, 6, NULL, NULL, NULL, STRSAFE_IGNORE_NULLS), 0);
}

static void counted_strings_are_not_terminated(void **state)
{
    WCHAR buffer[4] = L"zzz";
    UNICODE_STRING u = { 0, sizeof buffer, buffer }, odd = { 1, 8, buffer };

    (void)state;
    assert_int_equal(RtlUnicodeStringCopyString(&u, L"ab"), STATUS_SUCCESS);
    assert_true(u.Length == 4 && buffer[2] == 'z');
    assert_int_equal(RtlUnicodeStringCatString(&u, L"cde"), STATUS_BUFFER_OVERFLOW);
    assert_true(u.Length == 8 && buffer[3] == 'd');
    assert_int_equal(RtlUnicodeStringPrintf(&u, L"%d", 7), STATUS_SUCCESS);
    assert_true(u.Length == 2 && buffer[0] == '7');
    assert_int_equal(RtlUnicodeStringCopyString(&odd, L"ab"), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlUnicodeStringInit(&u, L"abc"), STATUS_SUCCESS);
    assert_true(u.Length == 6 && u.MaximumLength == 8);
}

/* ---- Formats --------------------------------------------------------------------------------- */

#define PRINTS(text, ...)                                                                         \
    do {                                                                                          \
        char buffer[80];                                                                          \
        assert_int_equal(RtlStringCbPrintfA(buffer, sizeof buffer, __VA_ARGS__), STATUS_SUCCESS); \
        assert_string_equal(buffer, (text));                                                      \
    } while (0)

static void numbers_in_all_forms(void **state)
{
    (void)state;
    PRINTS("-5 +5  5 0005", "%d %+d % d %04d", -5, 5, 5, 5);
    PRINTS("[   42][42   ][00042]", "[%5u][%-5u][%.5u]", 42u, 42u, 42u);
    PRINTS("ff FF 0xff 17 017", "%x %X %#x %o %#o", 255, 255, 255, 15, 15);
    PRINTS("123456789ABCDEF0", "%I64X", 0x123456789abcdef0ull);
    PRINTS("-1 4294967295 -1", "%ld %lu %lld", -1, -1, -1ll);
    PRINTS("-1 65535 255", "%hd %hu %hhu", 0xffff, 0xffff, 0xff);
    PRINTS("[   7][7   ]", "[%*d][%*d]", 4, 7, -4, 7);
    PRINTS("-2147483648 -9223372036854775808", "%d %I64d", INT32_MIN, INT64_MIN);
    PRINTS("100%", "%d%%", 100);
    PRINTS("f", "%f");
}

static void texts_of_both_widths(void **state)
{
    UNICODE_STRING u = { 4, 4, (WCHAR[]){ 'a', 'b' } };
    ANSI_STRING a = { 2, 2, (char[]){ 'c', 'd' } };

    (void)state;
    PRINTS("narrow wide wide wide", "%s %S %ws %ls", "narrow", L"wide", L"wide", L"wide");
    PRINTS("ab cd (null) (null)", "%wZ %Z %wZ %s", &u, &a, NULL, NULL);
    PRINTS("[  abc][ab]", "[%5s][%.2s]", "abc", "abcdef");
    PRINTS("x y ?", "%c %C %C", 'x', L'y', 0x416);
    WCHAR buffer[40];

    assert_int_equal(RtlStringCchPrintfW(buffer, 40, L"%s %S %hs %wZ", L"w", "n", "n", &u), 0);
    assert_int_equal(wcscmp(buffer, L"w n n ab"), 0);
}

static void the_limit_of_snprintf(void **state)
{
    char buffer[5] = "zzzz";
    WCHAR wide[4];

    (void)state;
    assert_int_equal(_snprintf(buffer, 4, "%s", "abcd"), 4); /* Just fits, without a terminator. */
    assert_memory_equal(buffer, "abcd\0", 5);
    assert_int_equal(_snprintf(buffer, 3, "%s", "wxyz"), -1);
    assert_memory_equal(buffer, "wxyd", 4);
    assert_int_equal(_snprintf(buffer, 5, "%s", "hi"), 2);
    assert_string_equal(buffer, "hi");
    assert_int_equal(_snwprintf(wide, 4, L"%d", 123), 3);
    assert_true(wide[3] == 0);
}

static void wide_texts_of_c(void **state)
{
    WCHAR buffer[12];

    (void)state;
    assert_int_equal(wcslen(L"abc"), 3);
    wcscpy(buffer, L"ab");
    wcscat(buffer, L"cd");
    wcsncat(buffer, L"efgh", 2);
    assert_int_equal(wcscmp(buffer, L"abcdef"), 0);
    assert_true(wcscmp(L"a", L"b") < 0 && _wcsicmp(L"ABC", L"abc") == 0);
    assert_true(wcsncmp(L"abx", L"aby", 2) == 0 && _wcsnicmp(L"ABx", L"abY", 2) == 0);
    assert_true(wcschr(buffer, 'c') == buffer + 2 && wcschr(buffer, 'z') == NULL);
    assert_true(wcsrchr(L"a\\b\\c", '\\') != NULL && wcsstr(buffer, L"de") == buffer + 3);
    wcsncpy(buffer, L"x", 3);
    assert_true(buffer[1] == 0 && buffer[2] == 0 && buffer[3] == 'd');
    assert_true(towupper('q') == 'Q' && _stricmp("Ab", "aB") == 0 && _strnicmp("ax", "ay", 1) == 0);
}

STORY(a_pointer_is_shown_by_the_simulated_address)
{
    char buffer[40], other[40];

    (void)arg;
    RtlStringCbPrintfA(buffer, sizeof buffer, "%p %p", (void *)0x12abu, NULL);
    EXPECT(strcmp(buffer, "000012AB 00000000") == 0);
    RtlStringCbPrintfA(other, sizeof other, "%p", (void *)ke_current_thread());
    EXPECT(strlen(other) == 8 && other[0] >= '8');
}

GROUP(ntstrsafe_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_fits_or_is_cut),
        cmocka_unit_test(a_size_of_nothing_is_refused),
        cmocka_unit_test(bytes_count_for_sixteen_bits),
        cmocka_unit_test(adding_needs_a_text_that_ends),
        cmocka_unit_test(a_length_is_looked_for_in_bounds),
        cmocka_unit_test(the_longer_forms_say_what_is_left),
        cmocka_unit_test(flags_fill_the_rest),
        cmocka_unit_test(counted_strings_are_not_terminated),
        cmocka_unit_test(numbers_in_all_forms),
        cmocka_unit_test(texts_of_both_widths),
        cmocka_unit_test(the_limit_of_snprintf),
        cmocka_unit_test(wide_texts_of_c),
        cmocka_unit_test(a_pointer_is_shown_by_the_simulated_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
