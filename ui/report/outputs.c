/* outputs.c - see outputs.h. JSON by jansson; JUnit and TAP are a few lines each. */
#include "ui/report/outputs.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kept {
    struct outcome_case one;
    struct scenario scenario;
    struct kept *next;
};

struct outputs {
    struct kept *first, **last;
    uint32_t count, failed;
};

struct outputs *outputs_new(void)
{
    struct outputs *outputs = calloc(1, sizeof *outputs);

    CHECK(outputs != NULL);
    outputs->last = &outputs->first;
    return outputs;
}

void outputs_add(struct outputs *outputs, const struct outcome_case *one)
{
    struct kept *kept = calloc(1, sizeof *kept);

    CHECK(kept != NULL);
    kept->one = *one;
    kept->scenario = *one->scenario;
    kept->one.scenario = &kept->scenario;
    *outputs->last = kept;
    outputs->last = &kept->next;
    outputs->count++;
    outputs->failed += !one->met;
}

void outputs_free(struct outputs *outputs)
{
    while (outputs->first != NULL) {
        struct kept *next = outputs->first->next;

        free(outputs->first);
        outputs->first = next;
    }
    free(outputs);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static json_t *hex(uint64_t value, int digits)
{
    char text[24];

    snprintf(text, sizeof text, "0x%0*" PRIx64, digits, value);
    return json_string(text);
}

static json_t *json_versions(const struct scenario *scenario)
{
    json_t *versions = json_object();

    for (int i = 0; i < FILE_COUNT; i++)
        json_object_set_new(versions, scenario_file_names[i], json_string(scenario->versions[i]));
    return versions;
}

static json_t *json_stop(const struct outcome_case *one)
{
    const struct ke_stop *stop = &one->result.stop;
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
    json_object_set_new(object, "name", json_string(ke_stop_name(stop->code)));
    json_object_set_new(object, "arguments", arguments);
    for (int i = 0; i < 2; i++)
        json_object_set_new(object, i ? "argument2_process" : "argument1_process",
                            one->arg_process[i][0] ? json_string(one->arg_process[i]) : json_null());
    json_object_set_new(object, "owning_process", json_string(one->owner));
    json_object_set_new(object, "current_process", json_string(one->current));
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

static json_t *json_run(const struct outcome_case *one)
{
    const struct result *result = &one->result;
    json_t *run = json_object(), *expectations = json_object();
    char text[24];

    json_object_set_new(expectations, "met", json_boolean(one->met));
    json_object_set_new(expectations, "why", one->met ? json_null() : json_string(one->why));
    snprintf(text, sizeof text, "%016" PRIx64, result->fingerprint);
    json_object_set_new(run, "scenario", json_string(one->scenario->path));
    json_object_set_new(run, "title", json_string(one->scenario->title));
    json_object_set_new(run, "seed", json_integer((json_int_t)one->seed));
    json_object_set_new(run, "versions", json_versions(one->scenario));
    json_object_set_new(run, "rate_milli", json_integer((json_int_t)one->scenario->load.rate_milli));
    json_object_set_new(run, "outcome", json_string(outcome_names[result->outcome]));
    json_object_set_new(run, "stop", json_stop(one));
    json_object_set_new(run, "crash", json_crash(result));
    json_object_set_new(run, "story", json_story(result));
    json_object_set_new(run, "mail", json_mail(result));
    json_object_set_new(run, "first_error", result->first_error ? json_integer(result->first_error) : json_null());
    json_object_set_new(run, "restarts", json_integer(result->restarts));
    json_object_set_new(run, "fingerprint", json_string(text));
    json_object_set_new(run, "records", json_integer((json_int_t)result->records));
    json_object_set_new(run, "simulated_ns", json_integer((json_int_t)result->simulated));
    json_object_set_new(run, "host_us", json_integer((json_int_t)one->host_us));
    json_object_set_new(run, "surprises", json_string(one->surprises));
    json_object_set_new(run, "expectations", expectations);
    json_object_set_new(run, "repro", json_string(one->repro));
    return run;
}

void outputs_json(const struct outputs *outputs, FILE *out)
{
    json_t *document = json_object(), *runs = json_array();

    for (const struct kept *kept = outputs->first; kept != NULL; kept = kept->next)
        json_array_append_new(runs, json_run(&kept->one));
    json_object_set_new(document, "tool", json_string("exifsim"));
    json_object_set_new(document, "passed", json_integer(outputs->count - outputs->failed));
    json_object_set_new(document, "failed", json_integer(outputs->failed));
    json_object_set_new(document, "runs", runs);
    json_dumpf(document, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fputc('\n', out);
    json_decref(document);
}

/* ---- TAP ------------------------------------------------------------------------------------------------------------ */

void outputs_tap(const struct outputs *outputs, FILE *out)
{
    uint32_t number = 0;

    fprintf(out, "TAP version 13\n1..%u\n", outputs->count);
    for (const struct kept *kept = outputs->first; kept != NULL; kept = kept->next) {
        const struct outcome_case *one = &kept->one;

        fprintf(out, "%sok %u - %s %s\n", one->met ? "" : "not ", ++number, one->scenario->path, one->label);
        if (!one->met)
            fprintf(out, "  ---\n  message: \"%s\"\n  repro: \"%s\"\n  ...\n", one->why, one->repro);
    }
}

/* ---- JUnit ------------------------------------------------------------------------------------------------------------ */

static void xml_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        default:
            if ((unsigned char)*text >= ' ')
                fputc(*text, out);
        }
    }
}

static void xml_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    xml_text(out, value);
    fputc('"', out);
}

static void xml_property(FILE *out, const char *name, const char *value)
{
    fputs("        <property", out);
    xml_attribute(out, "name", name);
    xml_attribute(out, "value", value);
    fputs("/>\n", out);
}

static void junit_case(FILE *out, const struct outcome_case *one)
{
    char text[32];

    fputs("    <testcase", out);
    xml_attribute(out, "classname", one->scenario->path);
    xml_attribute(out, "name", one->label);
    fprintf(out, " time=\"%" PRIu64 ".%06" PRIu64 "\">\n      <properties>\n", one->host_us / 1000000, one->host_us % 1000000);
    snprintf(text, sizeof text, "%" PRIu64, one->seed);
    xml_property(out, "seed", text);
    snprintf(text, sizeof text, "%016" PRIx64, one->result.fingerprint);
    xml_property(out, "fingerprint", text);
    for (int i = 0; i < FILE_COUNT; i++)
        xml_property(out, scenario_file_names[i], one->scenario->versions[i]);
    xml_property(out, "outcome", outcome_names[one->result.outcome]);
    fputs("      </properties>\n", out);
    if (!one->met) {
        fputs("      <failure", out);
        xml_attribute(out, "message", one->why);
        fputs(">", out);
        xml_text(out, one->repro);
        fputs("</failure>\n", out);
    }
    fputs("    </testcase>\n", out);
}

/* Cases of one file stand together: they were run that way. */
static void junit_suites(const struct outputs *outputs, FILE *out)
{
    const struct kept *kept = outputs->first;

    fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"exifsim\" tests=\"%u\" failures=\"%u\">\n",
            outputs->count, outputs->failed);
    while (kept != NULL) {
        const char *path = kept->one.scenario->path;
        const struct kept *end;
        uint32_t tests = 0, failures = 0;

        for (end = kept; end != NULL && strcmp(end->one.scenario->path, path) == 0; end = end->next) {
            tests++;
            failures += !end->one.met;
        }
        fputs("  <testsuite", out);
        xml_attribute(out, "name", path);
        fprintf(out, " tests=\"%u\" failures=\"%u\">\n", tests, failures);
        for (; kept != end; kept = kept->next)
            junit_case(out, &kept->one);
        fputs("  </testsuite>\n", out);
    }
    fputs("</testsuites>\n", out);
}

bool outputs_junit(const struct outputs *outputs, const char *path)
{
    char temporary[4096];
    FILE *out;
    bool good;

    if (snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof temporary)
        return false;
    out = fopen(temporary, "w");
    if (out == NULL)
        return false;
    junit_suites(outputs, out);
    good = !ferror(out);
    good = fclose(out) == 0 && good;
    if (good && rename(temporary, path) == 0)
        return true;
    remove(temporary);
    return false;
}
