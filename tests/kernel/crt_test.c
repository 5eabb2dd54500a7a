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

GROUP(crt_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_windows_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
