/* kd_test.c - the debugger's words, and time in both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/groups.h"
#include "tests/server/night.h"
#include "ui/host/memory_file.h"
#include "ui/kd/inside.h"
#include <stdlib.h>
#include <string.h>

static void numbers_are_hexadecimal_unless_told_otherwise(void **state)
{
    uint32_t number = 0;

    (void)state;
    assert_true(kd_number("10", &number));
    assert_int_equal(number, 0x10);
    assert_true(kd_number("0x81f3`a0c8", &number));
    assert_int_equal(number, 0x81f3a0c8);
    assert_true(kd_number("0n10", &number));
    assert_int_equal(number, 10);
    assert_false(kd_number("", &number));
    assert_false(kd_number("0x", &number));
    assert_false(kd_number("0n1f", &number));
    assert_false(kd_number("100000000", &number)); /* 33 bits. */
    assert_false(kd_number("zz", &number));
}

static void patterns_have_stars_and_question_marks(void **state)
{
    (void)state;
    assert_true(kd_fits("exifs!*Cleanup*", "exifs!ExifsDispatchCleanup"));
    assert_true(kd_fits("NT!ke?ttachProcess", "nt!KeAttachProcess"));
    assert_true(kd_fits("*", ""));
    assert_false(kd_fits("nt!Ke", "nt!KeAttachProcess"));
    assert_false(kd_fits("?", ""));
}

struct session {
    struct night night;
    struct kd *kd;
    char *text;
    size_t length;
};

static void begin(struct session *s, const char *name)
{
    char error[KD_ERROR_CHARS] = "";
    FILE *out = memory_file_open(&s->text, &s->length);

    night_read(&s->night, name, NULL);
    s->kd = kd_open(&(struct kd_options){ .scenario = &s->night.scenario,
                                          .seed = 1,
                                          .out = out,
                                          .errors = out,
                                          .segment_records = 20000 },
                    error);
    assert_string_equal(error, "");
    assert_non_null(s->kd);
}

static void end(struct session *s)
{
    FILE *out = s->kd->out;

    kd_close(s->kd);
    memory_file_close(out);
    free(s->text);
}

static uint64_t after(struct session *s, const char *line)
{
    assert_true(kd_line(s->kd, line));
    return s->kd->at;
}

static void a_step_back_undoes_a_step(void **state)
{
    struct session s;
    uint64_t begun, stepped;

    (void)state;
    begin(&s, "kill_without_load.ini");
    begun = after(&s, "!tt first ATTACH");
    stepped = after(&s, "t");
    assert_true(stepped > begun);
    assert_int_equal(after(&s, "t-"), begun);
    assert_int_equal(after(&s, "t 5; t- 5"), begun);
    assert_false(kd_was_wrong(s.kd));
    end(&s);
}

static void breakpoints_are_met_in_both_directions(void **state)
{
    struct session s;
    uint64_t last, before;

    (void)state;
    begin(&s, "kill_without_load.ini");
    after(&s, "bp ATTACH");
    last = after(&s, "g-");
    before = after(&s, "g-");
    assert_true(before < last);
    assert_int_equal(after(&s, "g"), last);
    assert_int_equal(after(&s, "!tt 0; g; g-"), s.kd->first);
    end(&s);
}

/* A function has as many calls forwards as backwards, whatever the segments. */
static void a_function_is_hit_once_a_call(void **state)
{
    struct session s;
    uint64_t forwards[64], at;
    uint32_t count = 0;

    (void)state;
    begin(&s, "kill_without_load.ini");
    if (s.kd->depth == 0 && s.kd->symbols == NULL) {
        end(&s);
        skip(); /* This host reads no stacks. */
    }
    after(&s, "bp IofCallDriver; !tt 0");
    while (count < 64 && (at = after(&s, "g")) != s.kd->last)
        forwards[count++] = at;
    assert_true(count > 1);
    if (count == 64)
        kd_stand(s.kd, forwards[--count]);
    while (count > 0)
        assert_int_equal(after(&s, "g-"), forwards[--count]);
    assert_int_equal(after(&s, "g-"), s.kd->first);
    end(&s);
}

/* What a line prints; to be freed. */
static char *said(struct session *s, const char *line)
{
    FILE *usual = s->kd->out;
    char *text;
    size_t length;

    s->kd->out = memory_file_open(&text, &length);
    after(s, line);
    memory_file_close(s->kd->out);
    s->kd->out = usual;
    return text;
}

static void the_debugger_prints_the_same_each_time(void **state)
{
    static const char line[] = "!process 0 7; !tt 30; !process 0 7; kb; !irpfind; !poolused";
    struct session one, other;
    char *first, *second;

    (void)state;
    begin(&one, "kill_without_load.ini");
    begin(&other, "kill_without_load.ini");
    first = said(&one, line);
    after(&other, "!tt 70; bp DETACH; g-; g-; bc *; !tt 100");
    second = said(&other, line);
    assert_true(strlen(first) > 1000);
    assert_string_equal(first, second);
    free(first);
    free(second);
    end(&one);
    end(&other);
}

GROUP(kd_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_hexadecimal_unless_told_otherwise),
        cmocka_unit_test(patterns_have_stars_and_question_marks),
        cmocka_unit_test(a_step_back_undoes_a_step),
        cmocka_unit_test(breakpoints_are_met_in_both_directions),
        cmocka_unit_test(a_function_is_hit_once_a_call),
        cmocka_unit_test(the_debugger_prints_the_same_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
