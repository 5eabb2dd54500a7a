/* groups.h - a test program contains many cmocka groups; a call runs one of them.
 *
 *     GROUP(attach_test)                             the last thing in tests/kernel/attach_test.c
 *     {
 *         const struct CMUnitTest tests[] = { ... };
 *
 *         return cmocka_run_group_tests(tests, NULL, NULL);
 *     }
 *
 *     $ build/tests/kernel/kernel_tests attach_test
 *
 * A group has the name of its file. Each runs in its own process, so that groups cannot affect each
 * other; tests/CMakeLists.txt makes one CTest entry for each. There are few programs, because each
 * links the whole machine.
 */
#pragma once

#define GROUP(name) \
    int name(void); \
    int name(void)
