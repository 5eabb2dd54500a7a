/* groups.h - one program holds many cmocka groups; one run of it runs one of them.
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
 * A group is named as its file. Each has a process of its own, so that no test finds what another
 * group has left behind; tests/CMakeLists.txt gives each its entry in CTest. Few programs, because
 * each of them links the whole machine.
 */
#pragma once

#define GROUP(name) \
    int name(void); \
    int name(void)
