/* fsrtl_name_test.c - names against expressions: the vectors of facts/ddi.md 2.13. */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

struct vector {
    PCWSTR expression, name;
};

static BOOLEAN in_expression(PCWSTR expression, PCWSTR name, BOOLEAN fold)
{
    UNICODE_STRING e, n;

    RtlInitUnicodeString(&e, expression);
    RtlInitUnicodeString(&n, name);
    return FsRtlIsNameInExpression(&e, &n, fold, NULL);
}

static void expect_all(const struct vector *rows, size_t count, bool matches)
{
    for (size_t i = 0; i < count; i++) {
        bool is = in_expression(rows[i].expression, rows[i].name, FALSE) != 0;

        if (is != matches)
            print_message("row %u of the %s\n", (unsigned)i, matches ? "matches" : "others");
        EXPECT(is == matches);
    }
}

STORY(these_match)
{
    static const struct vector rows[] = {
        { L"", L"" },
        { L"*", L"a" },
        { L"he*o", L"helo" },
        { L"F0_*.*", L"F0_." },
        { L"F0_*.", L"F0_001." },
        { L"F0_<\"*", L"F0_001" },
        { L"F0_<\"*", L"F0_" },
        { L".*", L".txt" },
        { L"ntoskrnl\"exe", L"ntoskrnl.exe" },
        { L"ntoskrnl.exe\"", L"ntoskrnl.exe" },
        { L"*.c.d", L"a.b.c.d" },
        { L"a.b.*?.d", L"a.b.c.d" },
        { L"*a*ab*abc", L"aabaabcdadabdabc" },
        { L"ab<exe", L"abcdexe" },
        { L"a.b<exe", L"a.bcd.exe" },
        { L"a>c.exe", L"abc.exe" },
        { L"<.exe", L"test.exe" },
        { L"FI<<<<<<<<", L"FILE" },
        { L"<<<<<<<<<.<", L"." },
    };

    (void)arg;
    expect_all(rows, RTL_NUMBER_OF(rows), true);
}

STORY(these_do_not_match)
{
    static const struct vector rows[] = {
        { L"", L"a" },
        { L"*", L"" },
        { L"*?", L"" },
        { L"F0_*.*", L"F0_001" },
        { L".*", L"1.txt" },
        { L"\"ntoskrnl.exe", L"ntoskrnl.exe" },
        { L"ntoskrnl.\"exe", L"ntoskrnl.exe" },
        { L"a.b.??.d", L"a.b.c.d" },
        { L"?*?", L"a" },
        { L"a<b.exe", L"a.bcd.exe" },
        { L"abc.exe", L"abc.exe." },
        { L"a>c.exe", L"ac.exe" },
        { L"a>>>exe", L"abc.exe" },
        { L"F<", L"FILE.TXT" },
    };

    (void)arg;
    expect_all(rows, RTL_NUMBER_OF(rows), false);
}

STORY(case_is_folded_in_the_name_only)
{
    (void)arg;
    EXPECT(in_expression(L"F0_*.*", L"f0_.", TRUE));
    EXPECT(!in_expression(L"F0_*.*", L"f0_", TRUE));
    EXPECT(in_expression(L"<.EXE", L"test.exe", TRUE));
    EXPECT(!in_expression(L"a", L"a", TRUE)); /* The expression must be in upper case already. */
    EXPECT(!in_expression(L"A", L"a", FALSE));
}

STORY(long_expressions_take_no_longer)
{
    static WCHAR pattern[601], name[2001];

    (void)arg;
    for (int i = 0; i < 600; i++)
        pattern[i] = i % 2 == 0 ? '*' : 'a';
    for (int i = 0; i < 2000; i++)
        name[i] = 'a';
    EXPECT(in_expression(pattern, name, FALSE));
    name[1999] = 'b';
    EXPECT(!in_expression(pattern, name, FALSE));
}

STORY(wild_cards_are_seen)
{
    static const PCWSTR wild[] = { L"a*", L"?", L"a<", L">", L"a\"b" };
    UNICODE_STRING name;

    (void)arg;
    for (size_t i = 0; i < RTL_NUMBER_OF(wild); i++) {
        RtlInitUnicodeString(&name, wild[i]);
        EXPECT(FsRtlDoesNameContainWildCards(&name));
    }
    RtlInitUnicodeString(&name, L"\\dir\\file.txt");
    EXPECT(!FsRtlDoesNameContainWildCards(&name));
}

GROUP(fsrtl_name_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(these_match),
        cmocka_unit_test(these_do_not_match),
        cmocka_unit_test(case_is_folded_in_the_name_only),
        cmocka_unit_test(long_expressions_take_no_longer),
        cmocka_unit_test(wild_cards_are_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
