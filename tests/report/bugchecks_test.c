/* bugchecks_test.c - the words of bug checks: what an argument means may depend on the first
 * one. */
#include "tests/groups.h"
#include "model/words/bugchecks.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void an_argument_depends_on_the_kind(void **state)
{
    (void)state;
    assert_true(bugcheck_has_kinds(0xC2) && bugcheck_has_kinds(0x19) && !bugcheck_has_kinds(5));
    assert_string_equal(bugcheck_argument(0xC2, 0x07, 3), "Pool block address");
    assert_string_equal(bugcheck_argument(0xC2, 0x08, 3), "Size in bytes");
    assert_string_equal(bugcheck_argument(0xC2, 0x0A, 1), "Pool block address");
    assert_string_equal(bugcheck_argument(0xC2, 0x07, 0), "Kind of violation");
    assert_string_equal(bugcheck_argument(0xC2, 0x1234, 2), "By kind");
    assert_string_equal(bugcheck_argument(0x19, 0x20, 2), "The next pool entry");
}

static void a_code_says_what_it_means(void **state)
{
    (void)state;
    assert_string_equal(bugcheck_name(5), "INVALID_PROCESS_ATTACH_ATTEMPT");
    assert_null(bugcheck_text(5)); /* The debugger has none. */
    assert_non_null(bugcheck_text(0xD1));
    assert_string_equal(bugcheck_argument(0x77777, 0, 0), "?");
    assert_string_equal(bugcheck_argument(5, 0, 4), "?");
}

GROUP(bugchecks_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_argument_depends_on_the_kind),
        cmocka_unit_test(a_code_says_what_it_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
