/* scenario.c - reads an INI document into a scenario: every key, its unit, its range, its default.
 *
 * Each section has a function. A key that no function here reads is unknown, and ini_unknown
 * reports it with the nearest name. To add a key: a field in scenario.h, its default in
 * scenario_defaults, one line here, and a row in docs/scenario-keys.md.
 */
#include "model/scenario/scenario_inside.h"
#include "model/words/builds.h"
#include "model/words/names.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const scenario_file_names[FILE_COUNT] = { "exifs.sys", "ifsproxy.dll", "exwin32.dll",
                                                      "ese.dll" };

static const char *const file_keys[FILE_COUNT] = { "exifs", "ifsproxy", "exwin32", "ese" };
static const char *const outcomes[] = { "any", "survived", "process_crash", "stop", "hung" };
static const char *const images[] = { "store.exe", "inetinfo.exe", "w3wp.exe" };
static const char *const diagnoses[] = {
#define DIAGNOSIS(name, word, article, what, cure) word,
#include "model/words/diagnoses.def"
#undef DIAGNOSIS
};
static const char *const cost_names[] = {
#define COST(name, ns, source) #name,
#include "model/words/costs.def"
#undef COST
};

void scenario_defaults(struct scenario *s)
{
    *s = (struct scenario){
        .title = "untitled",
        .cpus = 4,
        .aedebug = true,
        .service_us = { 2500, 6000, 4000 },
        .service_sigma_milli = { 600, 500, 500 },
        .memory_dump_ms = 40000,
        .boot_ms = 60000,
        .http_rate_milli = 40000,
        .exchange = true,
        .interrupted_ppm = 20000,
        .hung_ns = SEC(10),
        .load_count = 1,
        .set.duration = SEC(600),
    };
    for (int i = 0; i < FILE_COUNT; i++)
        snprintf(s->set.versions[i], sizeof s->set.versions[i], "%s", builds[BUILD_SP2].number);
    scenario_processes_defaults(&s->set);
    scenario_load_defaults(&s->loads[0], "smtp", LOAD_SMTP);
    scenario_find_services(s);
}

sim_time scenario_warm_up(const struct scenario *s)
{
    return s->has_warm_up ? s->warm_up : MIN_OF(s->set.duration / 10, SEC(30));
}

/* ---- Small readers --------------------------------------------------------------------------- */

void scenario_get_u32(struct ini *ini, const char *section, const char *key, uint32_t min,
                      uint32_t max, uint32_t *out)
{
    uint64_t value;

    if (ini_get_uint(ini, section, key, min, max, &value))
        *out = (uint32_t)value;
}

void scenario_get_ms(struct ini *ini, const char *section, const char *key, sim_time min,
                     sim_time max, uint32_t *out)
{
    sim_time time;

    if (ini_get_time(ini, section, key, min, max, &time))
        *out = (uint32_t)(time / MS(1));
}

static void get_copy(struct ini *ini, const char *section, const char *key, char *out, size_t size)
{
    const char *text;

    if (ini_get_text(ini, section, key, &text) && snprintf(out, size, "%s", text) >= (int)size)
        ini_error(ini, section, key, "%zu characters (expected at most %zu)", strlen(text),
                  size - 1);
}

/* ---- Sections -------------------------------------------------------------------------------- */

void scenario_not_before_the_end(struct ini *ini, const char *section, const char *key)
{
    const char *time = "", *end = "see duration";

    ini_get_text(ini, section, key, &time);
    ini_get_text(ini, "scenario", "duration", &end);
    ini_error(ini, section, key, "\"%s\" (expected a time before the run ends, %s)", time, end);
}

/* Reads [scenario]. A missing title is an error only if every line could be read. */
static void read_scenario(struct scenario *s, struct ini *ini, bool legible)
{
    get_copy(ini, "scenario", "title", s->title, sizeof s->title);
    get_copy(ini, "scenario", "story", s->story, sizeof s->story);
    ini_get_time(ini, "scenario", "duration", MS(1), SEC(86400) * 7, &s->set.duration);
    s->has_seed = ini_get_uint(ini, "scenario", "seed", 0, UINT64_MAX, &s->seed);
    s->has_warm_up = ini_get_time(ini, "scenario", "warm_up", 0, SEC(86400) * 7, &s->warm_up);
    if (s->has_warm_up && s->warm_up >= s->set.duration)
        scenario_not_before_the_end(ini, "scenario", "warm_up");
    if (!ini_has(ini, "scenario", "title") && legible)
        ini_error(ini, "scenario", NULL, "no title (expected title = what this run shows)");
}

/* Marks as known the keys that only a campaign reads (ui/campaign/plan.h). */
static void pass_sweep(struct ini *ini)
{
    static const char *const keys[] = { "name", "replicas", "only" };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        ini_know(ini, "sweep", keys[i]);
}

static void read_disk(struct scenario *s, struct ini *ini, const char *key, const char *sigma_key,
                      int disk)
{
    sim_time time;
    uint32_t sigma;

    if (ini_get_time(ini, "machine", key, US(10), SEC(1), &time))
        s->service_us[disk] = (uint32_t)(time / US(1));
    sigma = s->service_sigma_milli[disk];
    scenario_get_u32(ini, "machine", sigma_key, 0, 3000, &sigma);
    s->service_sigma_milli[disk] = sigma;
}

/* Checks a pinned address: nonpaged pool above the addresses that a run gives out itself (from
 * 0xfb000000 on), aligned as pool is. */
static void check_pin(struct ini *ini, const char *key, bool has, uint32_t address)
{
    if (has && (address < 0xfd000000u || address > 0xffbffff8u || address % 8 != 0))
        ini_error(ini, "machine", key,
                  "0x%08x (expected a multiple of 8 from 0xfd000000 to 0xffbffff8)", address);
}

static void read_machine(struct scenario *s, struct ini *ini)
{
    uint64_t bytes;

    scenario_get_u32(ini, "machine", "processors", 1, CPUS_MAX, &s->cpus);
    ini_get_bool(ini, "machine", "exchange", &s->exchange);
    ini_get_percent_ppm(ini, "machine", "interrupted", &s->interrupted_ppm);
    ini_get_time(ini, "machine", "silent_after", MS(100), SEC(3600), &s->silent_ns);
    ini_get_time(ini, "machine", "hung_after", MS(100), SEC(3600), &s->hung_ns);
    s->has_pin_store =
        ini_get_address(ini, "machine", "store_at", &s->pin_store) || s->has_pin_store;
    s->has_pin_inetinfo =
        ini_get_address(ini, "machine", "inetinfo_at", &s->pin_inetinfo) || s->has_pin_inetinfo;
    ini_get_bool(ini, "machine", "checked_build", &s->checked_build);
    ini_get_bool(ini, "machine", "irql_falls_freely", &s->irql_falls_freely);
    ini_get_bool(ini, "machine", "aedebug", &s->aedebug);
    read_disk(s, ini, "log_disk", "log_disk_sigma_milli", 0);
    read_disk(s, ini, "edb_disk", "edb_disk_sigma_milli", 1);
    read_disk(s, ini, "stm_disk", "stm_disk_sigma_milli", 2);
    if (ini_get_size(ini, "machine", "nonpaged_pool", 256 << 10, POOL_NONPAGED_BYTES, &bytes))
        s->nonpaged_kib = (uint32_t)(bytes / 1024);
    check_pin(ini, "store_at", s->has_pin_store, s->pin_store);
    check_pin(ini, "inetinfo_at", s->has_pin_inetinfo, s->pin_inetinfo);
    if (s->has_pin_store && s->has_pin_inetinfo && s->pin_store == s->pin_inetinfo)
        ini_error(ini, "machine", "inetinfo_at",
                  "the address of store.exe (expected another one: two objects cannot share it)");
}

/* Records the error of an unknown build, with the words of the builds and the nearest one. */
static void unknown_build(struct ini *ini, const char *key, const char *what, const char *text)
{
    const char *numbers[BUILD_COUNT], *words[BUILD_COUNT], *near;
    uint32_t count = 0;
    char list[240] = "";

    for (int i = 0; i < BUILD_COUNT; i++) {
        if (builds[i].files != BUILD_FILES_ALL && strcmp(key, "exifs") != 0)
            continue;
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", count > 0 ? ", " : "",
                 builds[i].word);
        numbers[count] = builds[i].number;
        words[count++] = builds[i].word;
    }
    near = ini_did_you_mean(text, numbers, count);
    if (near == NULL)
        near = ini_did_you_mean(text, words, count);
    ini_error(ini, "versions", key, "\"%s\" (expected a build of %s: %s or its number)%s%s%s", text,
              what, list, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* Reads a build by its number or word; some builds exist for the driver alone. */
static void read_version(struct scenario *s, struct ini *ini, const char *key, int file)
{
    bool all = strcmp(key, "all") == 0;
    const struct build *build;
    const char *text;

    if (!ini_get_text(ini, "versions", key, &text))
        return;
    build = build_find(text);
    if (build != NULL && (build->files == BUILD_FILES_ALL || (!all && file == FILE_EXIFS)))
        snprintf(s->set.versions[file], sizeof s->set.versions[file], "%s", build->number);
    else if (!all || file == 0) /* An error about all four files is recorded once. */
        unknown_build(ini, key, all ? "all four files" : scenario_file_names[file], text);
}

static void read_versions(struct scenario *s, struct ini *ini)
{
    if (ini_has(ini, "versions", "all"))
        for (int i = 0; i < FILE_COUNT; i++)
            read_version(s, ini, "all", i);
    for (int i = 0; i < FILE_COUNT; i++)
        read_version(s, ini, file_keys[i], i);
}

int scenario_depth(struct ini *ini, const char *section, const char *wanted)
{
    const char *key, *value;
    struct ini_place place;

    for (uint32_t i = 0; ini_key_at(ini, section, i, &key, &value, &place); i++)
        if (strcmp(key, wanted) == 0)
            return ini_depth(ini, place);
    return INT_MAX;
}

/* Reads four addresses or numbers, separated by blanks: 0xfdd95978 0xff2a6d88 1 0. */
static void read_arguments(struct scenario *s, struct ini *ini)
{
    const char *text, *at;
    char *end = NULL;
    int count = 0;

    if (!ini_get_text(ini, "expect", "stop_arguments", &text))
        return;
    for (at = text; count < 4; at = end, count++) {
        unsigned long long value = strtoull(at, &end, 0);

        if (end == at || value > UINT32_MAX || strchr(at, '-') != NULL || strchr(at, '+') != NULL ||
            (*end != ' ' && *end != 0))
            break;
        s->expect.args[count] = (uint32_t)value;
    }
    s->expect.has_args = count == 4 && *at == 0;
    if (!s->expect.has_args)
        ini_error(ini, "expect", "stop_arguments",
                  "\"%s\" (expected four numbers such as 0xfdd95978 0xff2a6d88 1 0)", text);
}

/* True if an expectation belongs to the outcome in force. A scenario that extends another one and
 * expects another outcome does not inherit the expectations that belong to the old outcome. */
static bool belongs(struct ini *ini, const char *key)
{
    if (scenario_depth(ini, "expect", key) <= scenario_depth(ini, "expect", "outcome"))
        return true;
    ini_overrule(ini, "expect", key);
    return false;
}

static const char *const diagnosis_keys[EXPECT_DIAGNOSES] = { "diagnosis", "diagnosis_2",
                                                              "diagnosis_3" };

static void drop_inherited(struct scenario_expect *expect, struct ini *ini)
{
    char key[24];

    expect->has_code = belongs(ini, "stop_code") && expect->has_code;
    expect->has_args = belongs(ini, "stop_arguments") && expect->has_args;
    expect->has_victim = belongs(ini, "victim") && expect->has_victim;
    for (size_t i = 0; i < EXPECT_DIAGNOSES; i++)
        if (!belongs(ini, diagnosis_keys[i]))
            expect->diagnoses[i][0] = 0;
    expect->has_error = belongs(ini, "error") && expect->has_error;
    if (!belongs(ini, "violates")) {
        expect->violates = 0;
        for (int i = 2; i <= EXPECT_SEVERAL; i++) {
            snprintf(key, sizeof key, "violates_%d", i);
            ini_overrule(ini, "expect", key);
        }
    }
    expect->has_min_delivered = belongs(ini, "min_delivered") && expect->has_min_delivered;
}

const char *const scenario_curve_keys[SCENARIO_CURVE_KEYS] = { "curve", "curve_2", "curve_3",
                                                               "curve_4" };

static void read_expect(struct scenario *s, struct ini *ini)
{
    struct scenario_expect *expect = &s->expect;
    uint32_t word;
    uint64_t value;
    const char *text;
    char rest[2];
    int number;

    if (ini_get_word(ini, "expect", "outcome", outcomes, ARRAY_LEN(outcomes), &word))
        expect->outcome = (enum expect_outcome)word;
    expect->has_code = ini_get_address(ini, "expect", "stop_code", &expect->code);
    read_arguments(s, ini);
    if (ini_get_word(ini, "expect", "victim", images, ARRAY_LEN(images), &word)) {
        expect->has_victim = true;
        snprintf(expect->victim, sizeof expect->victim, "%s", images[word]);
    }
    for (size_t i = 0; i < EXPECT_DIAGNOSES; i++)
        if (ini_get_word(ini, "expect", diagnosis_keys[i], diagnoses, ARRAY_LEN(diagnoses), &word))
            snprintf(expect->diagnoses[i], sizeof expect->diagnoses[i], "%s", diagnoses[word]);
    if (ini_get_uint(ini, "expect", "min_delivered", 0, UINT64_MAX, &value)) {
        expect->has_min_delivered = true;
        expect->min_delivered = value;
    }
    if (ini_get_text(ini, "expect", "error", &text)) {
        expect->has_error = sscanf(text, "%d%1s", &number, rest) == 1 && number < 0;
        expect->error = expect->has_error ? number : 0;
        if (!expect->has_error)
            ini_error(ini, "expect", "error",
                      "\"%s\" (expected an error of the engine such as -2239)", text);
    }
    for (int i = 0; i < SCENARIO_CURVE_KEYS; i++)
        ini_know(ini, "expect", scenario_curve_keys[i]);
    drop_inherited(expect, ini);
    if ((expect->has_code || expect->has_args) && expect->outcome != EXPECT_STOP)
        ini_error(ini, "expect", expect->has_code ? "stop_code" : "stop_arguments",
                  "a stop (expected outcome = stop beside it)");
    if (expect->has_victim && expect->outcome != EXPECT_STOP &&
        expect->outcome != EXPECT_PROCESS_CRASH)
        ini_error(ini, "expect", "victim",
                  "a victim (expected outcome = process_crash or stop beside it)");
}

static void read_choices(struct scenario *s, struct ini *ini)
{
    bool budget = ini_has(ini, "choices", "budget");

    scenario_get_u32(ini, "choices", "budget", 1, CHOICE_SURPRISES_MAX, &s->choice_budget);
    if (budget)
        s->strategy = CHOICE_SEEDED;
    for (uint32_t i = 0; i < choice_count; i++)
        if (ini_get_percent_ppm(ini, "choices", choice_names[i], &s->choice_odds_ppm[i]) && !budget)
            ini_error(ini, "choices", choice_names[i],
                      "odds without a budget (expected budget = how many surprises, beside them)");
}

char *scenario_list(struct ini *ini, const char *name)
{
    enum { LINES_MAX = CHOICE_SURPRISES_MAX };
    char key[32];
    const char *text;
    char *all = NULL;
    size_t used = 0;

    snprintf(key, sizeof key, "%s", name);
    for (uint32_t line = 1; line <= LINES_MAX && ini_get_text(ini, "replay", key, &text); line++) {
        size_t length = strlen(text);

        all = realloc(all, used + length + 2);
        CHECK(all != NULL);
        used += (size_t)snprintf(all + used, length + 2, "%s%s", line > 1 ? "," : "", text);
        snprintf(key, sizeof key, "%s_%u", name, line + 1);
    }
    return all;
}

static void read_surprises(struct scenario *s, struct ini *ini)
{
    char *all = scenario_list(ini, "surprises"), error[160];

    if (all == NULL)
        return;
    choices_init(&s->replay, choice_count, 0);
    if (choices_parse(&s->replay, all, choice_names, error, sizeof error))
        s->strategy = CHOICE_LISTED;
    else
        ini_error(ini, "replay", "surprises", "%s", error);
    free(all);
}

static void read_replay(struct scenario *s, struct ini *ini)
{
    const char *text;

    read_surprises(s, ini);
    free(scenario_list(ini, "anchors")); /* Known; whoever makes a run looks for them. */
    get_copy(ini, "replay", "build", s->build, sizeof s->build);
    get_copy(ini, "replay", "finding", s->finding, sizeof s->finding);
    s->edited = ini_edited(ini);
    if (!ini_get_text(ini, "replay", "fingerprint", &text))
        return;
    s->fingerprint = strtoull(text, NULL, 16);
    s->has_fingerprint = strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16;
    if (!s->has_fingerprint)
        ini_error(ini, "replay", "fingerprint", "\"%s\" (expected 16 hexadecimal digits)", text);
}

/* Reads [replay] until: the end of a run that was cut short. All other values are checked against
 * the scenario's own duration. */
static void cut_short(struct scenario *s, struct ini *ini)
{
    sim_time until;

    s->cut = ini_get_time(ini, "replay", "until", 1, s->set.duration, &until);
    if (s->cut)
        s->set.duration = until;
}

static void read_costs(struct scenario *s, struct ini *ini)
{
    for (size_t i = 0; i < ARRAY_LEN(cost_names); i++) {
        sim_time ns;

        if (ini_get_time(ini, "costs", cost_names[i], 0, SEC(1), &ns))
            s->cost[i] = (uint32_t)MAX_OF(ns, 1);
    }
}

bool scenario_read(struct scenario *s, struct ini *ini, const char *path)
{
    static const char *const sections[] = { "scenario",
                                            "machine",
                                            "versions",
                                            "process store",
                                            "process inetinfo",
                                            "process services",
                                            "process drwtsn32",
                                            "load smtp",
                                            "fault NAME",
                                            "expect",
                                            "process w3wp",
                                            "step NAME",
                                            "choices",
                                            "replay",
                                            "costs",
                                            "sweep",
                                            "lab",
                                            "lesson",
                                            "level",
                                            "page N",
                                            "run NAME",
                                            "driver NAME",
                                            "orders",
                                            "rare",
                                            "verifier",
                                            "program NAME" };

    bool legible = ini_error_count(ini) == 0;

    scenario_defaults(s);
    snprintf(s->path, sizeof s->path, "%s", path);
    read_scenario(s, ini, legible);
    read_machine(s, ini);
    read_versions(s, ini);
    scenario_read_processes(&s->set, ini);
    scenario_read_loads(s, ini);
    scenario_read_faults(s, ini);
    read_expect(s, ini);
    scenario_read_neighbours(s, ini);
    scenario_read_orders(s, ini);
    scenario_read_rare(s, ini);
    scenario_read_guests(s, ini);
    scenario_read_verifier(s, ini);
    scenario_read_services(s, ini);
    read_choices(s, ini);
    read_replay(s, ini);
    read_costs(s, ini);
    scenario_check_rules(s, ini);
    pass_sweep(ini);
    scenario_pass_lesson(ini);
    cut_short(s, ini);
    ini_unknown(ini, sections, ARRAY_LEN(sections));
    return ini_error_count(ini) == 0;
}

bool scenario_expects(const struct scenario *s)
{
    const struct scenario_expect *e = &s->expect;
    const struct scenario_several *several = &e->several;

    return e->outcome != EXPECT_ANY || e->has_code || e->has_args || e->has_victim ||
           e->has_error || e->has_min_delivered || e->has_boots || e->drained_within != 0 ||
           several->event_count > 0 || several->service_count > 0 || several->console_count > 0 ||
           several->error_count > 0;
}
