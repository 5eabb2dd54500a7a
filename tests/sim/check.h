/* check.h - cmocka with the headers it needs, and a function that observes a failing CHECK.
 *
 *     assert_string_contains(check_message(body, arg), "raise entries_max");
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base.h"

#define assert_string_contains(text, part)                              \
    do {                                                                \
        if (strstr((text), (part)) == NULL)                             \
            fail_msg("\"%s\" does not contain \"%s\"", (text), (part)); \
    } while (0)

static jmp_buf check_back;
static char check_text[1024];

static inline void check_caught(const char *message)
{
    snprintf(check_text, sizeof check_text, "%s", message);
    longjmp(check_back, 1);
}

/* The message of the CHECK that fails in body(arg); empty if none fails. */
static inline const char *check_message(void (*body)(void *arg), void *arg)
{
    check_text[0] = 0;
    check_hook(check_caught);
    if (setjmp(check_back) == 0)
        body(arg);
    check_hook(NULL);
    return check_text;
}
