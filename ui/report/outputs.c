/* outputs.c - see outputs.h. jansson writes JSON; JUnit and TAP are written here. */
#include "ui/report/outputs.h"
#include "model/words/bugchecks.h"
#include "model/words/checks.h"
#include "model/words/names.h"
#include "ui/host/xml.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum kept_kind { RUN, UNREADABLE, SKIPPED }; /* UNREADABLE and SKIPPED have path and why only. */

struct kept {
    struct outcome_case one;
    char *path;
    char *texts[5]; /* Copies of the texts of `one`, as keep makes them. */
    enum kept_kind kind;
    struct kept *next;
};

struct outputs {
    struct kept *first, **last;
    uint32_t count, failed, unreadable, skipped;
    struct kept_scenario *scenarios; /* The latest first. */
};

/* A scenario, of which many runs may be kept. */
struct kept_scenario {
    struct scenario scenario;
    struct kept_scenario *next;
};

struct outputs *outputs_new(void)
{
    struct outputs *outputs = calloc(1, sizeof *outputs);

    CHECK(outputs != NULL);
    outputs->last = &outputs->first;
    return outputs;
}

/* Replaces what JSON and XML cannot hold: invalid UTF-8 and control characters. A path on the
 * command line may contain any bytes. */
static void make_clean(char *text)
{
    json_t *string = json_string(text);

    for (char *at = text; *at != 0; at++)
        if (((unsigned char)*at < ' ' && *at != '\n') ||
            (string == NULL && (unsigned char)*at >= 0x80))
            *at = '?';
    json_decref(string);
}

static const char *keep_text(struct kept *kept, int index, const char *text)
{
    kept->texts[index] = strdup(text != NULL ? text : "");
    CHECK(kept->texts[index] != NULL);
    make_clean(kept->texts[index]);
    return kept->texts[index];
}

static bool is_failed(const struct kept *kept) { return !kept->one.met && !kept->one.skipped; }

static void keep(struct outputs *outputs, struct kept *kept)
{
    struct outcome_case *one = &kept->one;

    make_clean(kept->path);
    for (uint32_t i = 0; i < one->unmet.count; i++)
        make_clean(one->unmet.text + one->unmet.starts[i]);
    one->repro = keep_text(kept, 0, one->repro);
    one->surprises = keep_text(kept, 1, one->surprises);
    one->capsule = keep_text(kept, 2, one->capsule);
    one->threads = keep_text(kept, 3, one->threads);
    one->failed_surprises = keep_text(kept, 4, one->failed_surprises);
    *outputs->last = kept;
    outputs->last = &kept->next;
    outputs->count++;
    outputs->failed += is_failed(kept);
    outputs->unreadable += kept->kind == UNREADABLE;
    outputs->skipped += one->skipped;
}

static char *copy_of(const char *text)
{
    char *copy = strdup(text);

    CHECK(copy != NULL);
    return copy;
}

/* A copy of the scenario that lives as long as the outputs. */
static const struct scenario *keep_scenario(struct outputs *outputs,
                                            const struct scenario *scenario)
{
    struct kept_scenario *latest = outputs->scenarios;

    if (latest != NULL && memcmp(&latest->scenario, scenario, sizeof *scenario) == 0)
        return &latest->scenario;
    latest = calloc(1, sizeof *latest);
    CHECK(latest != NULL);
    latest->scenario = *scenario;
    latest->next = outputs->scenarios;
    outputs->scenarios = latest;
    return &latest->scenario;
}

void outputs_add(struct outputs *outputs, const struct outcome_case *one)
{
    struct kept *kept = calloc(1, sizeof *kept);

    CHECK(kept != NULL);
    kept->one = *one;
    kept->path = copy_of(one->scenario->path);
    kept->one.scenario = keep_scenario(outputs, one->scenario);
    keep(outputs, kept);
}

static void keep_file(struct outputs *outputs, enum kept_kind kind, const char *path,
                      const char *label, const char *text)
{
    struct kept *kept = calloc(1, sizeof *kept);

    CHECK(kept != NULL);
    kept->kind = kind;
    kept->one.skipped = kind == SKIPPED;
    unmet_add(&kept->one.unmet, "%s", text);
    snprintf(kept->one.label, sizeof kept->one.label, "%s", label != NULL ? label : "read");
    kept->path = copy_of(path);
    keep(outputs, kept);
}

void outputs_error(struct outputs *outputs, const char *path, const char *text)
{
    keep_file(outputs, UNREADABLE, path, NULL, text);
}

void outputs_skip(struct outputs *outputs, const char *path, const char *label, const char *text)
{
    keep_file(outputs, SKIPPED, path, label, text);
}

void outputs_free(struct outputs *outputs)
{
    while (outputs->first != NULL) {
        struct kept *next = outputs->first->next;

        for (size_t i = 0; i < ARRAY_LEN(outputs->first->texts); i++)
            free(outputs->first->texts[i]);
        free(outputs->first->path);
        free(outputs->first);
        outputs->first = next;
    }
    while (outputs->scenarios != NULL) {
        struct kept_scenario *next = outputs->scenarios->next;

        free(outputs->scenarios);
        outputs->scenarios = next;
    }
    free(outputs);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *hex(uint64_t value, int digits)
{
    char text[24];

    snprintf(text, sizeof text, "0x%0*" PRIx64, digits, value);
    return json_string(text);
}

/* jansson's integers have 63 bits; a larger seed, from a git hash, is written as a string. */
static json_t *json_seed(uint64_t seed)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, seed);
    return seed <= INT64_MAX ? json_integer((json_int_t)seed) : json_string(text);
}

static json_t *json_versions(const struct scenario *scenario)
{
    json_t *versions = json_object();

    for (int i = 0; i < FILE_COUNT; i++)
        json_object_set_new(versions, scenario_file_names[i],
                            json_string(scenario->set.versions[i]));
    return versions;
}

/* The first outage; an instant that was not reached is null. */
static json_t *json_outage(const struct result *r)
{
    const struct {
        const char *name;
        sim_time at;
    } times[] = { { "off_ns", r->off_at },
                  { "on_ns", r->on_at },
                  { "flows_ns", r->flows_at },
                  { "drained_ns", r->drained_at } };
    json_t *object = json_object();

    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        json_object_set_new(object, times[i].name,
                            times[i].at != 0 ? json_integer((json_int_t)times[i].at) : json_null());
    json_object_set_new(object, "queue_most", json_integer(r->outage_queue_most));
    json_object_set_new(object, "boots", json_integer(r->boots));
    return object;
}

static json_t *json_stop(const struct outcome_case *one)
{
    const struct stop *stop = &one->result.stop;
    json_t *object, *arguments, *stack;

    if (!stop->stopped)
        return json_null();
    object = json_object();
    arguments = json_array();
    stack = json_array();
    for (int i = 0; i < 4; i++)
        json_array_append_new(arguments, hex(stop->args[i], 8));
    for (uint32_t i = 0; i < one->frame_count; i++)
        json_array_append_new(stack, json_string(one->frames[i]));
    json_object_set_new(object, "code", hex(stop->code, 8));
    json_object_set_new(object, "name", json_string(bugcheck_name(stop->code)));
    json_object_set_new(object, "arguments", arguments);
    for (int i = 0; i < 2; i++)
        json_object_set_new(object, i ? "argument2_process" : "argument1_process",
                            stop->arg_process[i].address != 0
                                ? json_string(stop->arg_process[i].name)
                                : json_null());
    json_object_set_new(object, "owning_process", json_string(stop->owner.name));
    json_object_set_new(object, "current_process", json_string(stop->current.name));
    json_object_set_new(object, "apc_state_index", json_integer(stop->index));
    json_object_set_new(object, "processor", json_integer(stop->cpu));
    json_object_set_new(object, "irql", json_integer(stop->irql));
    json_object_set_new(object, "at_ns", json_integer((json_int_t)stop->at));
    json_object_set_new(object, "record", json_integer((json_int_t)stop->record));
    json_object_set_new(object, "stack", stack);
    return object;
}

static json_t *json_crash(const struct result *result)
{
    json_t *object;

    if (!result->crashed)
        return json_null();
    object = json_object();
    json_object_set_new(object, "process", json_string(result->victim));
    json_object_set_new(object, "exception", hex((uint32_t)result->crash_code, 8));
    json_object_set_new(object, "address", hex(result->crash_address, 8));
    json_object_set_new(object, "at_ns", json_integer((json_int_t)result->crash_at));
    return object;
}

static json_t *json_story(const struct result *result)
{
    json_t *story = json_array();

    for (uint32_t i = 0; i < result->story_count; i++) {
        json_t *line = json_object();

        json_object_set_new(line, "at_ns", json_integer((json_int_t)result->story[i].at));
        json_object_set_new(line, "record", json_integer((json_int_t)result->story[i].record));
        json_object_set_new(line, "text", json_string(result->story[i].text));
        json_array_append_new(story, line);
    }
    return story;
}

static json_t *json_mail(const struct result *result)
{
    json_t *mail = json_object();

    json_object_set_new(mail, "arrived", json_integer((json_int_t)result->arrived));
    json_object_set_new(mail, "delivered", json_integer((json_int_t)result->delivered));
    json_object_set_new(mail, "refused", json_integer((json_int_t)result->refused));
    json_object_set_new(mail, "read_back", json_integer((json_int_t)result->reads));
    json_object_set_new(mail, "latency_mean_us", json_integer((json_int_t)result->latency_mean_us));
    json_object_set_new(mail, "latency_max_us", json_integer((json_int_t)result->latency_max_us));
    return mail;
}

/* Names of the violated checks, expected or not. */
static json_t *json_violated(const struct result *result)
{
    json_t *names = json_array();

    for (int i = 0; i < CHECKS; i++)
        if ((result->violated & 1u << i) != 0)
            json_array_append_new(names, json_string(check_names[i]));
    return names;
}

static json_t *json_lines(const char *text)
{
    json_t *lines = json_array();

    while (*text != 0) {
        size_t length = strcspn(text, "\n");

        json_array_append_new(lines, json_stringn(text, length));
        text += length + (text[length] == '\n');
    }
    return lines;
}

/* The number of questions of each choice site. */
static json_t *json_questions(const struct outcome_case *one)
{
    json_t *object = json_object();

    for (uint32_t i = 0; i < choice_count; i++)
        json_object_set_new(object, choice_names[i], json_integer((json_int_t)one->asked[i]));
    return object;
}

/* The sentences about what was not met, one for each expectation. */
static json_t *json_unmet(const struct outcome_case *one)
{
    json_t *unmet = json_array();

    for (uint32_t i = 0; i < one->unmet.count; i++)
        json_array_append_new(unmet, json_string(unmet_text(&one->unmet, i)));
    return unmet;
}

static json_t *json_run(const struct kept *kept)
{
    const struct outcome_case *one = &kept->one;
    const struct result *result = &one->result;
    json_t *run = json_object(), *expectations = json_object();
    char text[24];

    json_object_set_new(expectations, "met", json_boolean(one->met));
    json_object_set_new(expectations, "unmet", json_unmet(one));
    snprintf(text, sizeof text, "%016" PRIx64, result->fingerprint);
    json_object_set_new(run, "scenario", json_string(kept->path));
    json_object_set_new(run, "title", json_string(one->scenario->title));
    json_object_set_new(run, "seed", json_seed(one->seed));
    json_object_set_new(run, "versions", json_versions(one->scenario));
    json_object_set_new(run, "rate_milli",
                        json_integer((json_int_t)scenario_rate_milli(one->scenario)));
    json_object_set_new(run, "outcome", json_string(one->outcome));
    json_object_set_new(run, "skipped", json_boolean(one->skipped));
    if (one->threads[0] != 0)
        json_object_set_new(run, "threads", json_string(one->threads));
    json_object_set_new(run, "stop", json_stop(one));
    if (one->result.off_at != 0)
        json_object_set_new(run, "outage", json_outage(&one->result));
    json_object_set_new(run, "crash", json_crash(result));
    json_object_set_new(run, "story", json_story(result));
    json_object_set_new(run, "mail", json_mail(result));
    json_object_set_new(run, "first_error",
                        result->first_error ? json_integer(result->first_error) : json_null());
    json_object_set_new(run, "violated", json_violated(result));
    json_object_set_new(run, "restarts", json_integer(result->restarts));
    json_object_set_new(run, "fingerprint", json_string(text));
    json_object_set_new(run, "records", json_integer((json_int_t)result->records));
    json_object_set_new(run, "simulated_ns", json_integer((json_int_t)result->simulated));
    json_object_set_new(run, "host_us", json_integer((json_int_t)one->host_us));
    json_object_set_new(run, "surprises", json_string(one->surprises));
    json_object_set_new(run, "surprises_failed", json_lines(one->failed_surprises));
    json_object_set_new(run, "questions", json_questions(one));
    json_object_set_new(run, "expectations", expectations);
    json_object_set_new(run, "repro", json_string(one->repro));
    json_object_set_new(run, "capsule", json_string(one->capsule));
    return run;
}

static json_t *json_unrun(const struct kept *kept)
{
    const struct outcome_case *one = &kept->one;
    json_t *error = json_object();

    json_object_set_new(error, "scenario", json_string(kept->path));
    json_object_set_new(error, "case", json_string(one->label));
    json_object_set_new(error, "message", json_string(unmet_text(&one->unmet, 0)));
    return error;
}

void outputs_json(const struct outputs *outputs, const char *kind, FILE *out)
{
    json_t *document = json_object(), *runs = json_array(), *errors = json_array(),
           *skips = json_array();

    for (const struct kept *kept = outputs->first; kept != NULL; kept = kept->next) {
        if (kept->kind == RUN)
            json_array_append_new(runs, json_run(kept));
        else
            json_array_append_new(kept->kind == SKIPPED ? skips : errors, json_unrun(kept));
    }
    json_object_set_new(document, "tool", json_string("exifsim"));
    json_object_set_new(document, "version", json_integer(OUTPUTS_VERSION));
    json_object_set_new(document, "kind", json_string(kind));
    json_object_set_new(document, "passed",
                        json_integer(outputs->count - outputs->failed - outputs->skipped));
    json_object_set_new(document, "failed", json_integer(outputs->failed));
    json_object_set_new(document, "skipped", json_integer(outputs->skipped));
    json_object_set_new(document, "runs", runs);
    json_object_set_new(document, "errors", errors);
    json_object_set_new(document, "skips", skips);
    json_dumpf(document, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fputc('\n', out);
    json_decref(document);
}

/* ---- TAP ------------------------------------------------------------------------------------- */

/* Writes text, escaped: in a description '#' begins a directive; a message is a YAML string. */
static void tap_text(FILE *out, const char *text, const char *escaped)
{
    for (; *text != 0; text++) {
        if (strchr(escaped, *text) != NULL)
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void tap_field(FILE *out, const char *name, const char *text)
{
    fprintf(out, "  %s: \"", name);
    tap_text(out, text, "\"\\");
    fputs("\"\n", out);
}

/* One message is a field, several are a list. */
static void tap_unmet(FILE *out, const struct outcome_case *one)
{
    if (one->unmet.count == 1) {
        tap_field(out, "message", unmet_text(&one->unmet, 0));
        return;
    }
    fputs("  message:\n", out);
    for (uint32_t i = 0; i < one->unmet.count; i++) {
        fputs("    - \"", out);
        tap_text(out, unmet_text(&one->unmet, i), "\"\\");
        fputs("\"\n", out);
    }
}

void outputs_tap(const struct outputs *outputs, FILE *out)
{
    uint32_t number = 0;

    fprintf(out, "TAP version 13\n1..%u\n", outputs->count);
    for (const struct kept *kept = outputs->first; kept != NULL; kept = kept->next) {
        const struct outcome_case *one = &kept->one;

        fprintf(out, "%sok %u - ", is_failed(kept) ? "not " : "", ++number);
        tap_text(out, kept->path, "#\\");
        fprintf(out, " %s", one->label);
        if (one->skipped) {
            fputs(" # SKIP ", out);
            tap_text(out, unmet_text(&one->unmet, 0), "#\\");
        }
        fputc('\n', out);
        if (!is_failed(kept))
            continue;
        fputs("  ---\n", out);
        tap_unmet(out, one);
        if (kept->kind == RUN)
            tap_field(out, "repro", one->repro);
        fputs("  ...\n", out);
    }
}

/* ---- JUnit ----------------------------------------------------------------------------------- */

static void junit_properties(FILE *out, const struct outcome_case *one)
{
    char text[32];

    fputs("      <properties>\n", out);
    snprintf(text, sizeof text, "%" PRIu64, one->seed);
    xml_property(out, "seed", text);
    snprintf(text, sizeof text, "%016" PRIx64, one->result.fingerprint);
    xml_property(out, "fingerprint", text);
    for (int i = 0; i < FILE_COUNT; i++)
        xml_property(out, scenario_file_names[i], one->scenario->set.versions[i]);
    xml_property(out, "outcome", one->outcome);
    xml_property(out, "capsule", one->capsule);
    fputs("      </properties>\n", out);
}

static void junit_case(FILE *out, const struct kept *kept)
{
    const struct outcome_case *one = &kept->one;
    const char *element = kept->kind == UNREADABLE ? "error" : "failure";

    fputs("    <testcase", out);
    xml_attribute(out, "classname", kept->path);
    xml_attribute(out, "name", one->label);
    fprintf(out, " time=\"%" PRIu64 ".%06" PRIu64 "\">\n", one->host_us / 1000000,
            one->host_us % 1000000);
    if (kept->kind == RUN)
        junit_properties(out, one);
    if (one->skipped) {
        fputs("      <skipped message=\"", out);
        xml_text(out, unmet_text(&one->unmet, 0));
        fputs("\"/>\n", out);
    }
    if (is_failed(kept)) {
        fprintf(out, "      <%s message=\"", element);
        for (uint32_t i = 0; i < one->unmet.count; i++) {
            xml_text(out, i > 0 ? "\n" : "");
            xml_text(out, unmet_text(&one->unmet, i));
        }
        if (kept->kind == RUN)
            xml_text(out, "\n");
        xml_text(out, one->repro);
        fputs("\">", out);
        xml_text(out, one->repro);
        if (one->threads[0] != 0) {
            xml_text(out, "\n\nThreads\n");
            xml_text(out, one->threads);
        }
        fprintf(out, "</%s>\n", element);
    }
    fputs("    </testcase>\n", out);
}

/* The cases of one file are adjacent, because they were run that way. */
void outputs_junit(const struct outputs *outputs, FILE *out)
{
    const struct kept *kept = outputs->first;

    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"exifsim\" tests=\"%u\" "
            "failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n",
            outputs->count, outputs->failed - outputs->unreadable, outputs->unreadable,
            outputs->skipped);
    while (kept != NULL) {
        const char *path = kept->path;
        const struct kept *end;
        uint32_t tests = 0, failures = 0, errors = 0, skipped = 0;

        for (end = kept; end != NULL && strcmp(end->path, path) == 0; end = end->next) {
            tests++;
            failures += is_failed(end) && end->kind == RUN;
            errors += end->kind == UNREADABLE;
            skipped += end->one.skipped;
        }
        fputs("  <testsuite", out);
        xml_attribute(out, "name", path);
        fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", tests,
                failures, errors, skipped);
        for (; kept != end; kept = kept->next)
            junit_case(out, kept);
        fputs("  </testsuite>\n", out);
    }
    fputs("</testsuites>\n", out);
}
