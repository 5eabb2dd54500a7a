/* options_test.c - the tables of options: complete, and read correctly. */
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ui/run/options.h"
#include <stdlib.h>
#include <string.h>

#define READ(options, program, ...)                                               \
    options_read(options, program,                                                \
                 (int)(sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *)), \
                 (const char *[]){ __VA_ARGS__ })

/* ---- The tables ------------------------------------------------------------------------------ */

static void every_option_has_a_name_a_verb_and_what_is_meant(void **state)
{
    (void)state;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option *row = &option_rows[i];
        uint32_t taken = 0;

        assert_memory_equal(row->name, "--", 2);
        assert_int_not_equal(option_verbs((enum option_id)i), 0);
        assert_true((row->type == OPTION_IS_FLAG) == (row->value == NULL));
        assert_true((row->value == NULL) == (row->expected == NULL));
        for (int k = 0; k < OPTION_HELPS; k++) { /* One text for each verb. */
            assert_int_equal(taken & row->help[k].verbs, 0);
            assert_true((row->help[k].verbs != 0) == (row->help[k].text != NULL));
            taken |= row->help[k].verbs;
        }
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(row->name, option_rows[k].name);
            assert_true(row->letter == 0 || row->letter != option_rows[k].letter);
        }
    }
}

static char help[65536];

static void ask_help(enum program program, enum verb_id verb)
{
    FILE *out = fmemopen(help, sizeof help, "w");

    assert_non_null(out);
    options_help(out, program, verb);
    fclose(out);
}

/* Verb by verb: what it is, an example where there can be one, and the options it takes. */
static void help_names_what_a_verb_takes_and_nothing_else(void **state)
{
    (void)state;
    for (int v = 0; v < VERB_COUNT; v++) {
        char usage[64], option[64];
        const char *list;

        ask_help(verbs[v].program, (enum verb_id)v);
        list = strstr(help, "\noptions\n");
        snprintf(usage, sizeof usage, "usage: exifsim %s", verbs[v].name);
        assert_memory_equal(help, usage, strlen(usage));
        assert_true(verbs[v].operands == OPERANDS_NONE || strstr(help, "\n    ") < list);
        for (int i = 0; i < OPTION_COUNT; i++) {
            bool takes = option_verbs((enum option_id)i) >> v & 1;
            char letter[] = { '-', option_rows[i].letter, ',', 0 };

            snprintf(option, sizeof option, "\n  %3s %s", letter[1] != 0 ? letter : "",
                     option_rows[i].name);
            for (const char *at = list; (at = strstr(at, option)) != NULL; at++)
                if (strchr(" \n", at[strlen(option)]) != NULL)
                    takes = !takes;
            if (takes)
                fail_msg("%s of %s", option_rows[i].name, verbs[v].name);
        }
    }
}

static void help_of_a_program_has_all_its_verbs_and_options(void **state)
{
    uint32_t own = 0;

    (void)state;
    ask_help(PROGRAM_EXIFSIM, VERB_NONE);
    for (int v = 0; v < VERB_COUNT; v++) {
        assert_non_null(strstr(help, verbs[v].summary));
        own |= verbs[v].program == PROGRAM_EXIFSIM ? 1u << v : 0;
    }
    for (int i = 0; i < OPTION_COUNT; i++)
        if (option_verbs((enum option_id)i) & own)
            assert_non_null(strstr(help, option_rows[i].name));
    for (char *line = strtok(help, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (strlen(line) > 100)
            fail_msg("%s", line);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void values_come_in_their_types(void **state)
{
    struct options o;

    (void)state;
    assert_true(READ(&o, PROGRAM_EXIFSIM, "run", "a.ini", "-s7", "--runs=3", "-j", "2", "--until",
                     "90 s", "--set", "a.b=c", "--set", "a.d=e", "--format", "tap", "-q"));
    assert_int_equal(o.verb, VERB_RUN);
    assert_string_equal(o.paths[0], "a.ini");
    assert_true(o.run.has_seed && o.run.seed == 7);
    assert_true(o.runs == 3 && o.jobs == 2 && o.quiet && !o.verbose);
    assert_true(o.run.has_until && o.run.until == SEC(90));
    assert_int_equal(o.run.set_count, 2);
    assert_string_equal(o.run.sets[1], "a.d=e");
    assert_int_equal(o.format, FORMAT_TAP);
    assert_true(READ(&o, PROGRAM_VIEW, "render", "a.ini", "-o", "/dev/null.png", "--help"));
    assert_true(READ(&o, PROGRAM_VIEW, "render", "a.ini", "--describe", "--size", "640x480",
                     "--theme=light", "--speed", "0.5", "--record", "12", "--text", "150"));
    assert_string_equal(o.describe, "-");
    assert_true(o.size.width == 640 && o.size.height == 480 && o.theme == 1);
    assert_true(o.speed == 0.5 && o.record == 12 && o.text_percent == 150);
}

/* exifsim-view needs no verb; after "--" there are no options. */
static void verbs_and_files_are_told_apart(void **state)
{
    struct options o;

    (void)state;
    assert_true(READ(&o, PROGRAM_VIEW, "a.ini"));
    assert_true(o.verb == VERB_VIEW && o.path_count == 1);
    assert_true(READ(&o, PROGRAM_VIEW, "view"));
    assert_true(o.verb == VERB_VIEW && o.path_count == 0);
    assert_true(READ(&o, PROGRAM_EXIFSIM, "-v", "run", "--", "-x.ini"));
    assert_true(o.verb == VERB_RUN && o.verbose);
    assert_string_equal(o.paths[0], "-x.ini");
    assert_true(READ(&o, PROGRAM_EXIFSIM, "--help"));
    assert_true(o.verb == VERB_NONE && o.help);
}

/* Reading the line that repeats a run gives the options it was made from. */
static void a_repeating_line_is_read_as_it_was_meant(void **state)
{
    const struct run_options options = {
        .sets = { "scenario.title=it's a night", "versions.all=hotfix" },
        .set_count = 2,
        .surprises = "",
        .has_until = true,
        .until = SEC(5) + 1,
        .verify = true,
    };
    char line[RUN_REPRO_CHARS], script[RUN_REPRO_CHARS + 64], word[16][64] = { "" };
    const char *words[16];
    struct options o;
    FILE *shell;
    int count = 0;

    (void)state;
    run_repro(&options, "dir name/a.ini", 42, "", line);
    snprintf(script, sizeof script, "set -- %s; printf '%%s\\n' \"$@\"", line);
    shell = popen(script, "r");
    assert_non_null(shell);
    while (count < 16 && fgets(word[count], sizeof word[count], shell) != NULL) {
        word[count][strcspn(word[count], "\n")] = 0;
        words[count] = word[count];
        count++;
    }
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(words[0], "exifsim");
    assert_true(options_read(&o, PROGRAM_EXIFSIM, count - 1, words + 1));
    assert_string_equal(o.paths[0], "dir name/a.ini");
    assert_true(o.run.has_seed && o.run.seed == 42 && o.run.verify);
    assert_true(o.run.has_until && o.run.until == options.until);
    assert_int_equal(o.run.set_count, 2);
    assert_string_equal(o.run.sets[0], options.sets[0]);
    assert_string_equal(o.run.surprises, "");
}

GROUP(options_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_has_a_name_a_verb_and_what_is_meant),
        cmocka_unit_test(help_names_what_a_verb_takes_and_nothing_else),
        cmocka_unit_test(help_of_a_program_has_all_its_verbs_and_options),
        cmocka_unit_test(values_come_in_their_types),
        cmocka_unit_test(verbs_and_files_are_told_apart),
        cmocka_unit_test(a_repeating_line_is_read_as_it_was_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
