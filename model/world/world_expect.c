/* world_expect.c - compares the result, the event logs, services and console with [expect].
 */
#include "model/world/guests.h"
#include "model/world/world_private.h"
#include "model/kernel/cm.h"
#include "model/outside/console.h"
#include "model/scm/scm.h"
#include "model/words/checks.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const outcome_names[] = { "survived", "process_crash", "stop" };

const char *world_outcome(const struct result *result)
{
    return result->end == SIM_HUNG     ? "hung"
           : result->end == SIM_BROKEN ? "broken"
                                       : outcome_names[result->outcome];
}

bool world_end_by_guest(const struct sim *sim, char *out, size_t size)
{
    char at[40];

    snprintf(at, sizeof at, "%llu.%03llu s of simulated time",
             (unsigned long long)(sim->now / SEC(1)),
             (unsigned long long)(sim->now % SEC(1) / MS(1)));
    out[0] = 0;
    if (sim->end == SIM_HUNG)
        snprintf(out, size, "hung at %s: %s", at, sim->broken);
    else if (sim->end == SIM_BROKEN)
        snprintf(out, size, "at %s the machine was destroyed, beyond a stop, by %s", at,
                 sim->broken);
    return out[0] != 0;
}

void unmet_clear(struct unmet *unmet) { unmet->count = unmet->used = 0; }

void unmet_add(struct unmet *unmet, const char *format, ...)
{
    char text[UNMET_CHARS];
    size_t length;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    length = strlen(text) + 1;
    if (unmet->count == UNMET_MAX || unmet->used + length > UNMET_BYTES)
        return;
    memcpy(unmet->text + unmet->used, text, length);
    unmet->starts[unmet->count++] = (uint16_t)unmet->used;
    unmet->used += (uint32_t)length;
}

const char *unmet_text(const struct unmet *unmet, uint32_t index)
{
    return index < unmet->count ? unmet->text + unmet->starts[index] : "";
}

void unmet_join(const struct unmet *unmet, char *out, size_t size)
{
    size_t used = 0;

    out[0] = 0;
    for (uint32_t i = 0; i < unmet->count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? "; " : "",
                                 unmet_text(unmet, i));
}

/* The stop's code and arguments, of a machine that stopped. */
static void stop_as_expected(const struct scenario_expect *expect, const struct result *result,
                             struct unmet *unmet)
{
    const uint32_t *want = expect->args, *got = result->stop.args;

    if (expect->has_code && result->stop.code != expect->code)
        unmet_add(unmet, "stopped with 0x%08X, expected 0x%08X", result->stop.code, expect->code);
    if (expect->has_args && memcmp(want, got, sizeof expect->args) != 0)
        unmet_add(unmet,
                  "stop arguments are (0x%08X,0x%08X,0x%08X,0x%08X), expected "
                  "(0x%08X,0x%08X,0x%08X,0x%08X)",
                  got[0], got[1], got[2], got[3], want[0], want[1], want[2], want[3]);
}

/* A check named in `violates` may fail without being a finding: chance decides whether it does. */
bool world_violation(const struct scenario *scenario, const struct result *result, char *why,
                     size_t size)
{
    uint32_t found = result->violated & ~scenario->expect.violates;

    why[0] = 0;
    if (found != 0)
        snprintf(why, size, "check %s does not hold: %s (%s)", check_names[__builtin_ctz(found)],
                 check_sentences[__builtin_ctz(found)], result->violation);
    return found != 0;
}

/* What is counted and timed. */
static void figures_as_expected(const struct scenario_expect *expect, const struct result *result,
                                struct unmet *unmet)
{
    if (expect->has_error && result->first_error != expect->error)
        unmet_add(unmet, "the first error was %d, expected %d", result->first_error, expect->error);
    if (expect->has_min_delivered && result->delivered < expect->min_delivered)
        unmet_add(unmet, "%llu messages were delivered, expected at least %llu",
                  (unsigned long long)result->delivered, (unsigned long long)expect->min_delivered);
    if (expect->has_boots && result->boots != expect->boots)
        unmet_add(unmet, "the machine was started again %u times, expected %u", result->boots,
                  expect->boots);
    if (expect->drained_within != 0 &&
        (result->drained_at == 0 || result->drained_at - result->off_at > expect->drained_within))
        unmet_add(unmet, "somebody still waited %llu s after the outage began, expected nobody",
                  (unsigned long long)(expect->drained_within / SEC(1)));
}

bool world_expected(const struct scenario *scenario, const struct result *result,
                    struct unmet *unmet)
{
    const struct scenario_expect *expect = &scenario->expect;
    char why[UNMET_CHARS];

    unmet_clear(unmet);
    if (world_violation(scenario, result, why, sizeof why))
        unmet_add(unmet, "%s", why);
    if (expect->outcome == EXPECT_HUNG) {
        if (result->end != SIM_HUNG)
            unmet_add(unmet, "the run ended as %s, expected hung", world_outcome(result));
    } else if (expect->outcome != EXPECT_ANY &&
               (result->end == SIM_HUNG || (int)expect->outcome - 1 != (int)result->outcome)) {
        unmet_add(unmet, "the run ended as %s, expected %s", world_outcome(result),
                  outcome_names[expect->outcome - 1]);
    }
    if (result->stop.stopped)
        stop_as_expected(expect, result, unmet);
    if (expect->has_victim && strcmp(expect->victim, result->victim) != 0)
        unmet_add(unmet, "%s crashed first, expected %s",
                  result->victim[0] ? result->victim : "nobody", expect->victim);
    figures_as_expected(expect, result, unmet);
    for (uint32_t i = 0; i < result->not_shown.count; i++)
        unmet_add(unmet, "%s", unmet_text(&result->not_shown, i));
    return unmet->count == 0;
}

/* ---- What must be there to see --------------------------------------------------------------- */

static uint32_t count_events(const struct scenario_event *event)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < cm_log_count(); i++)
        count +=
            cm_log_line(i)->id == event->id && strcmp(cm_log_line(i)->source, event->source) == 0;
    return count;
}

static void events_seen(const struct scenario_several *several, struct unmet *unmet)
{
    for (uint32_t i = 0; i < several->event_count; i++) {
        const struct scenario_event *event = &several->events[i];
        uint32_t count = count_events(event);

        if (event->count == 0 ? count == 0 : count >= event->count)
            continue;
        unmet_add(unmet, "event %s %u is %u times in the log, expected %s%u", event->source,
                  event->id, count, event->count ? "at least " : "", event->count);
    }
}

static void services_seen(const struct site *site, const struct scenario_several *several,
                          struct unmet *unmet)
{
    for (uint32_t i = 0; i < several->service_count; i++) {
        const struct scenario_service *want = &several->services[i];
        enum server_state is = site->scm->services[want->service].state;

        if (is != want->state)
            unmet_add(unmet, "service %s is %s, expected %s", server_rows[want->service].name,
                      server_state_words[is], server_state_words[want->state]);
    }
}

static bool printed(const struct console *console, const char *text)
{
    for (uint32_t i = 0; i < console->line_count && i < CONSOLE_LINES_MAX; i++)
        if (strstr(console->lines[i].text, text) != NULL)
            return true;
    return false;
}

static void console_seen(const struct site *site, const struct scenario_several *several,
                         struct unmet *unmet)
{
    for (uint32_t i = 0; i < several->console_count; i++)
        if (!printed(site->console, several->console[i]))
            unmet_add(unmet, "the console never showed \"%s\"", several->console[i]);
}

static void errors_seen(const struct site *site, const struct scenario_several *several,
                        struct unmet *unmet)
{
    for (uint32_t i = 0; i < several->error_count; i++) {
        uint32_t met = 0;

        while (met < site->stats.errors_met_count &&
               site->stats.errors_met[met] != several->errors[i])
            met++;
        if (met == site->stats.errors_met_count)
            unmet_add(unmet, "nobody met error %d", several->errors[i]);
    }
}

/* Programs from outside whose exit code the scenario names. */
static void programs_seen(struct world *world, struct unmet *unmet)
{
    struct guest_end end;

    for (uint32_t i = 0; world_program_end(world, i, &end); i++) {
        if (!end.has_wanted || (end.has_ended && end.exit_code == end.wanted))
            continue;
        if (end.id == 0)
            unmet_add(unmet, "%s was not started, expected exit code %u", end.name, end.wanted);
        else if (end.has_ended)
            unmet_add(unmet, "%s (process %u) ended with exit code %u, expected %u", end.name,
                      end.id, end.exit_code, end.wanted);
        else
            unmet_add(unmet, "%s (process %u) had not ended, expected exit code %u", end.name,
                      end.id, end.wanted);
    }
}

void world_look_for_shown(struct world *world)
{
    const struct scenario_several *several = &world->scenario.expect.several;
    struct unmet *unmet = &world->result.not_shown;

    unmet_clear(unmet);
    world_enter(world);
    events_seen(several, unmet);
    services_seen(world->site, several, unmet);
    console_seen(world->site, several, unmet);
    errors_seen(world->site, several, unmet);
    programs_seen(world, unmet);
}

/* ---- The console ----------------------------------------------------------------------------- */

uint32_t world_console_count(struct world *world) { return world->site->console->line_count; }

const char *world_console_line(struct world *world, uint32_t index, sim_time *at)
{
    const struct console *console = world->site->console;

    if (index >= console->line_count || index + CONSOLE_LINES_MAX < console->line_count)
        return NULL;
    *at = console->lines[index % CONSOLE_LINES_MAX].at;
    return console->lines[index % CONSOLE_LINES_MAX].text;
}

bool world_type(struct world *world, const char *line)
{
    world_enter(world);
    return !world_dark(world) && console_type(world->site, line);
}

bool world_dark(const struct world *world) { return world->site->outage.dark; }

bool world_console_idle(struct world *world)
{
    const struct console *console = world->site->console;

    return console->done_count == console->typed_count;
}
