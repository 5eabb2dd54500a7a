/* scenario_rules.c - the rules between keys of different sections, as rows.
 *
 * Each row names a key that has no effect, or cannot be met, without another one. scenario_read
 * checks them when all sections have been read, so that `exifsim lint` knows every rule that a run
 * would meet. Rules between keys of one section stand with their section.
 */
#include "model/scenario/scenario_inside.h"
#include "model/shell/admin.h"
#include "model/words/builds.h"
#include "model/words/services.h"
#include <stdio.h>
#include <string.h>

/* True if an administrator types this command. */
static bool types(const struct scenario *s, enum admin_kind kind)
{
    char problem[ADMIN_PROBLEM_CHARS];
    struct admin_command command;

    for (uint32_t i = 0; i < s->step_count; i++)
        if (admin_read(s->steps[i].line, &command, problem) && command.kind == kind)
            return true;
    return false;
}

static bool has_http(const struct scenario *s) { return s->http; }

static bool has_cluster(const struct scenario *s) { return s->set.cluster.there; }

static bool can_boot_again(const struct scenario *s)
{
    return s->restart || types(s, ADMIN_REBOOT);
}

static bool has_steps(const struct scenario *s) { return s->step_count > 0; }

static const struct {
    const char *section, *key;
    bool (*holds)(const struct scenario *scenario);
    const char *found, *expected;
} rows[] = {
    { "machine", "http_rate", has_http, "requests of web clients", "http = yes beside it" },
    { "machine", "is_alive", has_cluster, "a resource monitor", "cluster = yes beside it" },
    { "machine", "is_alive_timeout", has_cluster, "a resource monitor", "cluster = yes beside it" },
    { "expect", "drained_within", can_boot_again, "the end of an outage",
      "restart = yes in [machine], or a step with reboot" },
    { "expect", "console", has_steps, "a line", "steps beside it" },
};

/* A driver of another generation works only with the DLLs of its own interface. */
static void check_driver(const struct scenario *s, struct ini *ini)
{
    const struct build *driver = build_find(s->set.versions[FILE_EXIFS]);

    if (driver == NULL || driver != &builds[BUILD_2000])
        return;
    for (int i = 0; i < FILE_COUNT; i++) {
        const struct build *other = build_find(s->set.versions[i]);

        if (i == FILE_EXIFS || other == NULL || other == &builds[BUILD_RTM])
            continue;
        ini_error(ini, "versions", "exifs", "%s beside %s of %s (expected all = rtm beside it)",
                  driver->name, scenario_file_names[i], other->name);
        return;
    }
}

/* The build "mine" is what [driver exifs] is made of, and nothing else. */
static void check_mine(const struct scenario *s, struct ini *ini)
{
    bool named = strcmp(s->set.versions[FILE_EXIFS], builds[BUILD_MINE].number) == 0;
    uint32_t i = 0;

    while (i < s->guest_count && !s->guests[i].is_exifs)
        i++;
    if (named && i == s->guest_count)
        ini_error(ini, "versions", "exifs",
                  "mine without a driver (expected [driver exifs] with its source)");
}

/* w3wp.exe is there only with W3SVC, which runs if something needs it or an administrator starts
 * it. */
static void check_faults(const struct scenario *s, struct ini *ini)
{
    bool runs = (s->set.services.automatic >> SERVER_W3SVC & 1) != 0 || s->step_count > 0;

    for (uint32_t i = 0; i < s->fault_count && !runs; i++) {
        const struct scenario_fault *fault = &s->faults[i];
        char section[48];

        snprintf(section, sizeof section, "fault %s", fault->name);
        if (strcmp(fault->process, "w3wp.exe") == 0)
            ini_error(ini, section, "process",
                      "w3wp.exe, which does not run here (expected [load dav], or http = yes or "
                      "services = W3SVC in [machine])");
    }
}

void scenario_check_rules(const struct scenario *s, struct ini *ini)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (ini_has(ini, rows[i].section, rows[i].key) && !rows[i].holds(s))
            ini_error(ini, rows[i].section, rows[i].key, "%s (expected %s)", rows[i].found,
                      rows[i].expected);
    if (s->expect.has_boots && s->expect.boots > 0 && !can_boot_again(s))
        ini_error(ini, "expect", "boots",
                  "%u restarts (expected restart = yes in [machine], or a "
                  "step with reboot)",
                  s->expect.boots);
    check_driver(s, ini);
    check_mine(s, ini);
    check_faults(s, ini);
}
