/* scenario_services.c - the keys of a scenario with an administrator: the services, the lines typed
 * at the console, and the expectations of event logs, services and console.
 */
#include "model/scenario/scenario_inside.h"
#include "model/shell/admin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* key, key_2, ... key_<max>: calls `read` for each that exists. */
static void read_several(struct scenario *s, struct ini *ini, const char *section, const char *key,
                         uint32_t max,
                         void (*read)(struct scenario *s, struct ini *ini, const char *section,
                                      const char *key, const char *text))
{
    char name[32];
    const char *text;

    for (uint32_t i = 1; i <= max; i++) {
        snprintf(name, sizeof name, i == 1 ? "%s" : "%s_%u", key, i);
        ini_know(ini, section, name);
        if (ini_get_text(ini, section, name, &text))
            read(s, ini, section, name, text);
    }
}

/* ---- [machine] ------------------------------------------------------------------------------- */

static void read_machine_services(struct scenario *s, struct ini *ini)
{
    const char *text, *near;
    char wrong[64];

    s->set.services.automatic = 0;
    if (ini_get_text(ini, "machine", "services", &text) &&
        !server_set(text, &s->set.services.automatic, wrong)) {
        near = server_near(wrong);
        ini_error(ini, "machine", "services",
                  "the service \"%s\" (expected exchange-core, all, or names such as MSExchangeIS, "
                  "SMTPSVC)%s%s%s",
                  wrong, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
    if (ini_get_text(ini, "machine", "drive_letter", &text)) {
        s->set.drive_letter = text[0];
        if (strlen(text) != 1 || text[0] < 'F' || text[0] > 'Z')
            ini_error(ini, "machine", "drive_letter",
                      "\"%s\" (expected one letter from F to Z, such as M)", text);
    }
    ini_get_bool(ini, "machine", "restart", &s->restart);
    scenario_get_ms(ini, "machine", "memory_dump", 0, SEC(3600), &s->memory_dump_ms);
    scenario_get_ms(ini, "machine", "boot_time", SEC(1), SEC(3600), &s->boot_ms);
    scenario_get_ms(ini, "machine", "come_again", SEC(1), SEC(86400), &s->set.come_again_ms);
}

/* ---- [step NAME] ----------------------------------------------------------------------------- */

static void read_line(struct scenario *s, struct ini *ini, const char *section, const char *key,
                      const char *text)
{
    struct admin_command command;
    char problem[ADMIN_PROBLEM_CHARS];

    if (!admin_read(text, &command, problem)) {
        ini_error(ini, section, key, "%s", problem);
        return;
    }
    if (s->step_count == SCENARIO_STEPS_MAX) {
        ini_error(ini, section, key, "more than %d commands (expected at most that many)",
                  SCENARIO_STEPS_MAX);
        return;
    }
    struct scenario_step *step = &s->steps[s->step_count++];

    ini_get_time(ini, section, "at", 0, SEC(86400) * 7, &step->at);
    snprintf(step->line, sizeof step->line, "%s", text);
}

static void read_steps(struct scenario *s, struct ini *ini)
{
    for (uint32_t i = 0; i < ini_section_count(ini); i++) {
        const char *section = ini_section_name(ini, i), *text;
        sim_time at;

        if (strncmp(section, "step ", 5) != 0)
            continue;
        if (!ini_get_time(ini, section, "at", 0, SEC(86400) * 7, &at)) {
            if (!ini_has(ini, section, "at"))
                ini_error(ini, section, NULL,
                          "no time (expected at = when it is typed, such as 60 s)");
        } else if (at >= s->set.duration) {
            ini_get_text(ini, section, "at", &text);
            ini_error(ini, section, "at", "\"%s\" (expected a time before the run ends)", text);
        }
        if (!ini_has(ini, section, "do"))
            ini_error(ini, section, NULL,
                      "no command (expected do = what is typed, such as net stop MSExchangeIS /y)");
        read_several(s, ini, section, "do", STEP_LINES_MAX, read_line);
    }
}

/* ---- [expect] -------------------------------------------------------------------------------- */

static void take_event(struct scenario *s, struct ini *ini, const char *key, const char *text,
                       bool wanted)
{
    struct scenario_several *several = &s->expect.several;
    struct scenario_event *event = &several->events[several->event_count];
    const char *last = text + strlen(text);
    unsigned long numbers[2] = { 0, 0 };
    int count = 0;
    char *end;

    /* The numbers are split off from the end: "Service Control Manager 7031 2". */
    while (count < 2) {
        const char *start = last;

        while (start > text && start[-1] != ' ')
            start--;
        unsigned long number = strtoul(start, &end, 10);

        if (end == start || end != last || start == text || number > 65535)
            break;
        memmove(numbers + 1, numbers, sizeof numbers[0]);
        numbers[0] = number;
        count++;
        for (last = start; last > text && last[-1] == ' ';)
            last--;
    }
    if (count == 0 || last - text >= (long)sizeof event->source || last == text ||
        (count == 2 && (!wanted || numbers[1] == 0))) {
        ini_error(ini, "expect", key, "\"%s\" (expected a source and an event ID%s such as %s)",
                  text, wanted ? " and perhaps how often," : "",
                  wanted ? "Service Control Manager 7031 2" : "MSExchangeIS 9519");
        return;
    }
    snprintf(event->source, sizeof event->source, "%.*s", (int)(last - text), text);
    event->id = (uint32_t)numbers[0];
    event->count = !wanted ? 0 : count == 2 ? (uint32_t)numbers[1] : 1;
    several->event_count++;
}

static void read_event(struct scenario *s, struct ini *ini, const char *section, const char *key,
                       const char *text)
{
    (void)section;
    take_event(s, ini, key, text, true);
}

static void read_no_event(struct scenario *s, struct ini *ini, const char *section, const char *key,
                          const char *text)
{
    (void)section;
    take_event(s, ini, key, text, false);
}

static const char *const states[] = { "", "stopped", "start_pending", "stop_pending", "running" };

static void read_service(struct scenario *s, struct ini *ini, const char *section, const char *key,
                         const char *text)
{
    struct scenario_several *several = &s->expect.several;
    struct scenario_service *service = &several->services[several->service_count];
    char name[64], state[32], rest[2];

    service->state = 0;
    if (sscanf(text, "%63s %31s %1s", name, state, rest) == 2)
        for (uint32_t i = 1; i < ARRAY_LEN(states); i++)
            if (strcmp(state, states[i]) == 0)
                service->state = i;
    service->service = service->state != 0 ? server_find(name) : SERVER_COUNT;
    if (service->service == SERVER_COUNT)
        ini_error(ini, section, key,
                  "\"%s\" (expected a service and its state (stopped, start_pending, stop_pending, "
                  "running) such as EXIFS running)",
                  text);
    else
        several->service_count++;
}

static void read_console(struct scenario *s, struct ini *ini, const char *section, const char *key,
                         const char *text)
{
    struct scenario_several *several = &s->expect.several;

    (void)section;
    if (snprintf(several->console[several->console_count], ADMIN_CHARS, "%s", text) >= ADMIN_CHARS)
        ini_error(ini, "expect", key, "%zu characters (expected at most %d)", strlen(text),
                  ADMIN_CHARS - 1);
    several->console_count++;
}

static void read_error(struct scenario *s, struct ini *ini, const char *section, const char *key,
                       const char *text)
{
    struct scenario_several *several = &s->expect.several;
    char rest[2];
    int number;

    if (sscanf(text, "%d%1s", &number, rest) != 1 || number >= 0)
        ini_error(ini, section, key, "\"%s\" (expected an error of the engine such as -2229)",
                  text);
    else
        several->errors[several->error_count++] = number;
}

/* ---- What the load needs --------------------------------------------------------------------- */

static const uint32_t service_of[LOAD_PROTOCOLS] = {
#define PROTOCOL(id, name, wire, host, kind, service) SERVER_##service,
#include "model/words/protocols.def"
#undef PROTOCOL
};

/* Returns the protocols of the loads, and those that a load or the cluster needs. SMTP is always
 * among them. */
static uint32_t protocols_of(const struct scenario *s)
{
    uint32_t set = 1u << LOAD_SMTP;

    for (uint32_t i = 0; i < s->load_count; i++) {
        enum load_protocol protocol = s->loads[i].protocol;
        bool read = load_protocol_kinds[protocol] == LOAD_DELIVERS && s->loads[i].read_ppm > 0;

        set |= 1u << protocol | 1u << load_protocol_wires[protocol];
        set |= read ? 1u << LOAD_POP3 : 0;
    }
    return s->set.cluster.there ? set | 1u << LOAD_POP3 | 1u << LOAD_IMAP4 : set;
}

void scenario_find_services(struct scenario *s)
{
    uint32_t *services = &s->set.services.automatic;

    if (!s->exchange) {
        s->set.protocols = 0;
        *services = server_closure(*services);
        return;
    }
    s->set.protocols = protocols_of(s);
    for (uint32_t i = 0; i < LOAD_PROTOCOLS; i++)
        if ((s->set.protocols & 1u << i) != 0)
            *services |= 1u << service_of[i];
    if (s->http)
        *services |= 1u << SERVER_W3SVC;
    *services = server_closure(*services | 1u << SERVER_STORE);
}

void scenario_read_services(struct scenario *s, struct ini *ini)
{
    uint64_t boots;

    read_machine_services(s, ini);
    read_steps(s, ini);
    read_several(s, ini, "expect", "event", EXPECT_SEVERAL, read_event);
    read_several(s, ini, "expect", "no_event", EXPECT_SEVERAL, read_no_event);
    read_several(s, ini, "expect", "service", EXPECT_SEVERAL, read_service);
    read_several(s, ini, "expect", "console", EXPECT_SEVERAL, read_console);
    read_several(s, ini, "expect", "error_met", EXPECT_SEVERAL, read_error);
    ini_get_time(ini, "expect", "drained_within", 1, SEC(86400) * 7, &s->expect.drained_within);
    if (ini_get_uint(ini, "expect", "boots", 0, 100, &boots)) {
        s->expect.has_boots = true;
        s->expect.boots = (uint32_t)boots;
    }
    scenario_find_services(s);
}
