/* crt_test.c - the C library of programs: Windows' numbers and widths, whatever the host's are. */
#include "model/kernel/crt.h"
#include "model/kernel/ke_log.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static bool printed(const char *text)
{
    const struct ke_log_line *line = ke_log_get(ke_log_count() - 1);

    return line != NULL && strcmp(line->text, text) == 0;
}

PROGRAM(errors_have_windows_texts)
{
    static const struct {
        int number;
        const char *text;
    } rows[] = {
        { 0, "a: No error" },
        { 2, "a: No such file or directory" },
        { 12, "a: Not enough space" },
        { 15, "a: Unknown error" },
        { 36, "a: Resource deadlock avoided" },
        { 42, "a: Illegal byte sequence" },
        { 43, "a: Unknown error" },
        { -1, "a: Unknown error" },
    };

    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        *nt_errno() = rows[i].number;
        nt_perror("a");
        EXPECT(printed(rows[i].text));
    }
    EXPECT(nt_system("dir") == -1 && *nt_errno() == 2);
    return THE_END;
}

/* A program's variables of 32 bits lie between others, which scanf leaves alone. */
PROGRAM(numbers_are_scanned_in_windows_widths)
{
    DWORD guarded[3] = { 1, 2, 3 };
    SHORT shorts[2] = { 1, 2 };
    UCHAR bytes[2] = { 1, 2 };
    ULONGLONG large = 0;
    INT at = 0, other = 0;

    (void)context;
    EXPECT(nt_sscanf(" 4294967295", "%lu", &guarded[1]) == 1);
    EXPECT(guarded[0] == 1 && guarded[1] == 4294967295u && guarded[2] == 3);
    EXPECT(nt_sscanf("-5 0x1fZ 1234567", "%hd%hhx%*c%I64d", &shorts[0], &bytes[0], &large) == 3);
    EXPECT(shorts[0] == -5 && shorts[1] == 2 && bytes[0] == 0x1f && bytes[1] == 2);
    EXPECT(large == 1234567);
    EXPECT(nt_sscanf("12345x", "%3d%d%n", &at, &other, &shorts[0]) == 2);
    EXPECT(at == 123 && other == 45 && shorts[0] == 5);
    EXPECT(nt_sscanf("010 0x10 10", "%i%i%o", &at, &other, &guarded[0]) == 3);
    EXPECT(at == 8 && other == 16 && guarded[0] == 8);
    EXPECT(nt_sscanf("7%, 8", "%d%% ,%d", &at, &other) == 2 && at == 7 && other == 8);
    EXPECT(nt_sscanf("7;8", "%d,%d", &at, &other) == 1);
    EXPECT(nt_sscanf("  ", "%d", &at) == -1 && nt_sscanf("-", "%d", &at) == 0);
    EXPECT(nt_sscanf("1.5", "%f", &at) == 0);
    return THE_END;
}

PROGRAM(texts_are_scanned_in_windows_widths)
{
    WCHAR wide[8] = { 0 };
    char text[8], two[3] = "";

    (void)context;
    EXPECT(nt_sscanf(" ab cd", "%ls%7s", wide, text) == 2);
    EXPECT(lstrcmpW(wide, L"ab") == 0 && strcmp(text, "cd") == 0);
    EXPECT(nt_sscanf("abcdef", "%S", wide) == 1 && lstrcmpW(wide, L"abcdef") == 0);
    EXPECT(nt_sscanf("abc", "%2c%hs", two, text) == 2 && strcmp(two, "ab") == 0 && text[0] == 'c');
    EXPECT(nt_sscanf("a-z]9", "%[^]0-8]%[]0-9]", text, two) == 2);
    EXPECT(strcmp(text, "a-z") == 0 && strcmp(two, "]9") == 0);
    EXPECT(nt_sscanf("ab", "%3c", two) == 1 && nt_sscanf("", "%s", two) == -1);
    return THE_END;
}

PROGRAM(the_safe_forms_know_the_buffers)
{
    char text[4] = "xxx", one = 0;
    INT number = 0;

    (void)context;
    EXPECT(nt_sscanf_s("abc d 7", "%s %c%d", text, 4u, &one, 1u, &number) == 3);
    EXPECT(strcmp(text, "abc") == 0 && one == 'd' && number == 7);
    EXPECT(nt_sscanf_s("abcd 7", "%s%d", text, 4u, &number) == 0 && text[0] == 0);
    return THE_END;
}

PROGRAM(a_wide_text_that_is_cut_has_no_length)
{
    WCHAR out[4];

    (void)context;
    EXPECT(nt_swprintf(out, 4, L"%d", 123) == 3 && lstrcmpW(out, L"123") == 0);
    EXPECT(nt_swprintf(out, 4, L"%d", 1234) == -1 && lstrcmpW(out, L"123") == 0);
    return THE_END;
}

PROGRAM(random_numbers_are_those_of_windows)
{
    (void)context;
    EXPECT(nt_rand() == 41 && nt_rand() == 18467 && nt_rand() == 6334);
    nt_srand(1);
    EXPECT(nt_rand() == 41);
    return THE_END;
}

GROUP(crt_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_windows_texts),
        cmocka_unit_test(numbers_are_scanned_in_windows_widths),
        cmocka_unit_test(texts_are_scanned_in_windows_widths),
        cmocka_unit_test(the_safe_forms_know_the_buffers),
        cmocka_unit_test(a_wide_text_that_is_cut_has_no_length),
        cmocka_unit_test(random_numbers_are_those_of_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
