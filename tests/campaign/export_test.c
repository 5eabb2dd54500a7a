/* export_test.c - the command from end to end (sweep, kill, resume, export): the output equals the
 * database. */
#include "tests/campaign/sweeps.h"
#include "tests/groups.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <cmocka.h>

static char error[RESULTS_ERROR_CHARS];
static const char plan[] =
    SCENARIOS "/kb908674.ini --set 'load.smtp.rate=${24,100}/s' --set scenario.duration=15s "
              "--set 'versions.all=${sp2,hotfix}' --set process.store.impatience=0 -n 5";

/* Runs exifsim and returns its exit code; its output goes to the file "printed". */
static int exifsim(const char *format, ...) PRINTF_LIKE(1, 2);
static int exifsim(const char *format, ...)
{
    char words[2048], line[4096];
    va_list arguments;
    int status;

    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    snprintf(line, sizeof line, EXIFSIM " %s >%s 2>&1", words, sweeps_path("printed"));
    status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static char *text_of(const char *path)
{
    FILE *in = fopen(path, "rb");
    char *text = calloc(1, 1 << 22);

    assert_non_null(in);
    assert_true(fread(text, 1, (1 << 22) - 1, in) > 0);
    fclose(in);
    return text;
}

static void printed(const char *words)
{
    char *text = text_of(sweeps_path("printed"));

    if (strstr(text, words) == NULL)
        fail_msg("printed \"%s\", expected \"%s\"", text, words);
    free(text);
}

/* ---- Export against the database ------------------------------------------------------------- */

struct expected {
    json_t *runs;
    size_t next;
};

static uint64_t number(const json_t *run, const char *name)
{
    const json_t *value = json_object_get(run, name);

    assert_true(json_is_integer(value));
    return (uint64_t)json_integer_value(value);
}

static uint64_t hexadecimal(const json_t *run, const char *name)
{
    const char *text = json_string_value(json_object_get(run, name));

    assert_non_null(text);
    return strtoull(text, NULL, 16);
}

static void same_histogram(const json_t *pairs, const struct result_run *row)
{
    uint64_t all = 0, told = 0;

    for (size_t i = 0; i < json_array_size(pairs); i++) {
        const json_t *pair = json_array_get(pairs, i);
        uint64_t count = (uint64_t)json_integer_value(json_array_get(pair, 1));

        assert_int_equal(
            row->latency[latency_bucket((uint64_t)json_integer_value(json_array_get(pair, 0)))],
            count);
        told += count;
    }
    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++)
        all += row->latency[i];
    assert_int_equal(all, told);
}

static bool same_run(void *context, const struct result_run *row)
{
    struct expected *expected = context;
    const json_t *run = json_array_get(expected->runs, expected->next++);

    assert_non_null(run);
    assert_int_equal(number(run, "replica"), row->replica);
    assert_int_equal(number(run, "seed"), row->seed);
    assert_int_equal(hexadecimal(run, "fingerprint"), row->fingerprint);
    assert_string_equal(json_string_value(json_object_get(run, "outcome")),
                        outcome_names[row->outcome]);
    assert_int_equal(json_is_null(json_object_get(run, "stop_code")), !row->stopped);
    if (row->stopped) {
        assert_int_equal(hexadecimal(run, "stop_code"), row->stop_code);
        assert_int_equal(hexadecimal(run, "stop_arg2"), row->stop_args[1]);
        assert_int_equal(number(run, "stop_at_ns"), row->stop_at_ns);
        assert_string_equal(json_string_value(json_object_get(run, "victim")), row->victim);
    }
    assert_int_equal(number(run, "simulated_ns"), row->simulated_ns);
    assert_int_equal(number(run, "records"), row->records);
    assert_int_equal(number(run, "delivered"), row->delivered);
    assert_int_equal(number(run, "latency_max_us"), row->latency_max_us);
    assert_int_equal(number(run, "cpu_busy_ppm"), row->cpu_busy_ppm);
    assert_int_equal(number(run, "disk2_busy_ppm"), row->disk_busy_ppm[2]);
    assert_int_equal(number(run, "queue_mean_milli"), row->queue_mean_milli);
    assert_int_equal(number(run, "pool_peak"), row->pool_peak);
    assert_int_equal(number(run, "host_us"), row->host_us);
    assert_string_equal(json_string_value(json_object_get(run, "repro")), row->repro);
    same_histogram(json_object_get(run, "latency_histogram"), row);
    return true;
}

static void json_holds_what_the_database_holds(void **state)
{
    const char *database = sweeps_path("curve.db");
    struct expected expected = { 0 };
    json_t *document;
    struct results *results;

    (void)state;
    assert_int_equal(exifsim("sweep %s -j2 -o %s", plan, database), 0);
    printed("complete, 0 runs to go");
    printed("per core (2)");
    assert_int_equal(exifsim("export %s --json -o %s", database, sweeps_path("curve.json")), 0);
    document = json_load_file(sweeps_path("curve.json"), 0, NULL);
    assert_non_null(document);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(document, "provenance"), "tool")),
        "exifsim 0.1.0");
    expected.runs = json_object_get(document, "runs");
    results = results_open(database, RESULTS_READ, error);
    assert_non_null(results);
    assert_true(results_runs(results, 0, same_run, &expected, error));
    assert_int_equal(expected.next, 20);
    assert_int_equal(json_array_size(expected.runs), 20);
    results_close(results);
    json_decref(document);
}

/* One field of a CSV line, unquoted, in place; NULL at the end of the line. */
static char *csv_field(char **at)
{
    char *start = *at, *in, *out;

    if (start == NULL)
        return NULL;
    in = out = start;
    for (bool quoted = false; *in != 0 && (quoted || *in != ','); in++) {
        if (*in == '"' && quoted && in[1] == '"')
            *out++ = *in++;
        else if (*in == '"')
            quoted = !quoted;
        else
            *out++ = *in;
    }
    *at = *in == ',' ? in + 1 : NULL;
    *out = 0;
    return start;
}

static void csv_says_the_same_as_json(void **state)
{
    char *text, *line, *rest = NULL, *names[64], *at;
    size_t count = 0, rows = 0;
    json_t *document;

    (void)state;
    assert_int_equal(
        exifsim("export %s --csv -o %s", sweeps_path("curve.db"), sweeps_path("curve.csv")), 0);
    document = json_load_file(sweeps_path("curve.json"), 0, NULL);
    text = text_of(sweeps_path("curve.csv"));
    at = strtok_r(text, "\r\n", &rest);
    while (count < ARRAY_LEN(names) && (names[count] = csv_field(&at)) != NULL)
        count++;
    assert_in_range(count, 40, 63);
    for (; (line = strtok_r(NULL, "\r\n", &rest)) != NULL; rows++) {
        const json_t *run = json_array_get(json_object_get(document, "runs"), rows);

        for (size_t i = 0; i < count; i++) {
            const char *field = csv_field(&line);
            const json_t *value = json_object_get(run, names[i]);
            char number_text[32];

            assert_non_null(field);
            if (value == NULL)
                value = json_object_get(json_object_get(run, "axes"), names[i]);
            snprintf(number_text, sizeof number_text, "%" JSON_INTEGER_FORMAT,
                     json_integer_value(value));
            assert_string_equal(field, json_is_string(value)    ? json_string_value(value)
                                       : json_is_integer(value) ? number_text
                                                                : "");
        }
        assert_null(line);
    }
    assert_int_equal(rows, 20);
    json_decref(document);
    free(text);
}

/* The command line in a row repeats the run with the same outcome and fingerprint. */
static void a_row_can_be_run_again(void **state)
{
    json_t *document = json_load_file(sweeps_path("curve.json"), 0, NULL);
    const json_t *run = json_array_get(json_object_get(document, "runs"), 7);
    const char *line = json_string_value(json_object_get(run, "repro"));

    (void)state;
    assert_int_equal(strncmp(line, "exifsim run ", 12), 0);
    exifsim("%s --format json", line + 8);
    printed(json_string_value(json_object_get(run, "fingerprint")));
    json_decref(document);
}

/* ---- What the command says ------------------------------------------------------------------- */

static void a_budget_is_inconclusive_and_says_how_to_go_on(void **state)
{
    const char *database = sweeps_path("budget.db");

    (void)state;
    assert_int_equal(exifsim("sweep %s -j1 -o %s --budget-runs 3 --junit %s", plan, database,
                             sweeps_path("junit.xml")),
                     4);
    printed("a budget ran out, 17 runs to go");
    printed("Go on: exifsim sweep ");
    printed("--resume\n");
    char *junit = text_of(sweeps_path("junit.xml"));

    assert_non_null(strstr(junit, "<testsuites name=\"exifsim\" tests=\"4\" failures=\"0\" "
                                  "errors=\"0\" skipped=\"4\">"));
    assert_non_null(strstr(junit, "name=\"versions.all=sp2,load.smtp.rate=24/s\""));
    assert_non_null(strstr(junit, "<skipped message=\"1 of 5 runs are done\"/>"));
    free(junit);
    assert_int_equal(exifsim("sweep %s -o %s", plan, database), 2);
    printed("holds a sweep already");
    assert_int_equal(exifsim("sweep %s -o %s --resume", plan, database), 0);
    printed("17 runs in");
    char *one = sweeps_content(database), *other = sweeps_content(sweeps_path("curve.db"));

    assert_string_equal(one, other);
    free(one);
    free(other);
}

static void wrong_words_are_refused(void **state)
{
    (void)state;
    assert_int_equal(exifsim("sweep %s", plan), 2);
    printed("sweep needs --out");
    assert_int_equal(exifsim("sweep /nowhere.ini -o %s", sweeps_path("none.db")), 2);
    printed("/nowhere.ini:1:1");
    assert_int_equal(exifsim("export %s", sweeps_path("curve.db")), 2);
    printed("none of --perfetto, --chrome, --csv, --json and --html");
    assert_int_equal(exifsim("export %s --csv --chrome", sweeps_path("curve.db")), 2);
    printed("several of");
    assert_int_equal(exifsim("export %s --csv", sweeps_path("nothing.db")), 2);
    assert_int_equal(exifsim("export %s --perfetto", sweeps_path("curve.db")), 2);
    printed("curve.db is a database, which holds no records");
    assert_int_equal(exifsim("export %s --csv --seed 3", sweeps_path("curve.db")), 2);
    printed("curve.db is a database, which holds no records");
    assert_int_equal(exifsim("sweep %s -o %s --until-ci 2", plan, sweeps_path("none.db")), 2);
    assert_int_equal(exifsim("run %s --resume", SCENARIOS "/hotfix.ini"), 2);
}

static void a_plan_can_be_looked_at(void **state)
{
    (void)state;
    assert_int_equal(
        exifsim("list --points %s --set 'load.smtp.rate=${5,24}/s'", SCENARIOS "/kb908674.ini"), 0);
    printed("2 points, 1 replicas each");
    printed("load.smtp.rate=24/s  seeds ");
    assert_int_equal(exifsim("lint %s --set 'load.smtp.rate=${5,24}/x'", SCENARIOS "/kb908674.ini"),
                     2);
    printed("--set #1: \"5/x\" (expected a rate");
    assert_int_equal(exifsim("run %s --set 'load.smtp.rate=${5,24}/s'", SCENARIOS "/kb908674.ini"),
                     2);
}

GROUP(export_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_holds_what_the_database_holds),
        cmocka_unit_test(csv_says_the_same_as_json),
        cmocka_unit_test(a_row_can_be_run_again),
        cmocka_unit_test(a_budget_is_inconclusive_and_says_how_to_go_on),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(a_plan_can_be_looked_at),
    };

    return cmocka_run_group_tests_name("campaign.export", tests, NULL, sweeps_clean);
}
