/* cli_explore_tell.c - what a search has found and proved, for people and for programs. */
#include "ui/cli/cli_explore.h"
#include <inttypes.h>
#include <string.h>

double cli_explore_rate(const struct hunt *hunt)
{
    double runs = (double)(hunt->counts.runs + hunt->counts.blocked);

    return hunt->spent_us > 0 ? runs * 1e6 / (double)hunt->spent_us : 0;
}

void cli_explore_capsule(const char *folder, const struct hunt_finding *finding,
                         char out[CLI_EXPLORE_PATH])
{
    snprintf(out, CLI_EXPLORE_PATH, "%s/%s.ini", folder, finding->name);
}

int cli_explore_code(const struct hunt *hunt)
{
    if (hunt->finding_count > 0)
        return EXIT_FINDING;
    return hunt->interrupted || !hunt->counts.exhausted ? EXIT_INCONCLUSIVE : EXIT_MET;
}

/* ---- For people ------------------------------------------------------------------------------ */

static void print_found(const char *folder, const struct hunt_finding *finding, bool guests)
{
    const char *trust = guests ? " --trust" : ""; /* Their files lie elsewhere than the capsule. */
    char path[CLI_EXPLORE_PATH];

    printf("found     %s", finding->finding.cause);
    if (finding->first_at == 0) {
        printf(" in the calm order\n");
        return;
    }
    printf(" in %" PRIu64 " schedules, first at schedule %" PRIu64 " (%.2f s of processor time)\n",
           finding->count, finding->first_at, (double)finding->first_us / 1e6);
    if (finding->strict != HUNT_NOT_TRIED)
        printf("          in NT's own order: %s\n", hunt_strict_words[finding->strict]);
    printf("          surprises %s\n", finding->surprises);
    if (!finding->repeats) {
        printf("          which do not repeat it alone: no capsule was written\n");
        return;
    }
    cli_explore_capsule(folder, finding, path);
    printf("again     exifsim replay %s%s\n", path, trust);
    printf("smaller   exifsim minimize %s%s -o small.ini\n", path, trust);
}

static void print_proved(const struct hunt *hunt)
{
    double of_one, missed = hunt_missed(hunt, &of_one);

    if (hunt->counts.exhausted)
        printf(hunt->counts.found > 0
                   ? "proved    %" PRIu64 " orders end well, all others in what was found: there "
                     "are no more, modulo equivalence\n"
                   : "proved    %" PRIu64 " orders are all there are, modulo equivalence: none of "
                     "them ends otherwise\n",
               hunt->counts.unique);
    else if (missed < 1)
        printf("bound     a finding of depth %u in the window is missed with probability %.3g at "
               "most (%" PRIu64 " schedules of pct, %u actors, %u questions: each shows it with "
               "%.2g; as counted in these runs)\n",
               hunt->depth, missed, hunt->pct.runs, hunt->pct.actors, hunt->pct.questions, of_one);
    else if (hunt->counts.ended && hunt->strategy == STRATEGY_rings && !hunt->counts.capped)
        printf("proved    all runs with at most %u surprise%s were made, but for those that go on "
               "from an order already seen\n",
               hunt->depth, hunt->depth == 1 ? "" : "s");
    else if (hunt->counts.ended && hunt->strategy == STRATEGY_bounded && !hunt->counts.capped)
        printf("proved    all runs with at most %u pre-emption%s were made\n", hunt->depth - 1,
               hunt->depth == 2 ? "" : "s");
    else
        printf("proved    nothing: these schedules are a sample\n");
    if (hunt->counts.capped)
        printf("cut       some runs could not be followed to their ends\n");
}

/* What a search that has not come to its end needs to go on. */
static void print_go_on(const char *folder, const struct hunt *hunt)
{
    bool deeper = hunt->counts.ended &&
                  (hunt->strategy == STRATEGY_rings || hunt->strategy == STRATEGY_bounded);
    bool spent = hunt->schedules != 0 && !hunt->interrupted &&
                 (hunt->shards > 0 || hunt->counts.runs >= hunt->schedules);

    if (hunt->estimate > hunt->counts.runs && !hunt->counts.ended)
        printf("estimate  about %" PRIu64 " %s in all\n", hunt->estimate,
               hunt->strategy == STRATEGY_rings ? "runs" : "orders");
    if (deeper)
        printf("go on     with a larger --depth\n");
    else if (hunt->kept)
        printf("go on     with --resume%s: the state is kept in %s/%s\n",
               spent ? " and a larger --schedules" : "", folder, hunt_state_name);
    else
        printf("go on     with a larger --schedules or --time, or another --seed\n");
}

static const char *expected_word(const struct hunt *hunt)
{
    const struct scenario_orders *orders = hunt->scenario != NULL ? &hunt->scenario->orders : NULL;
    bool found = false;

    if (orders == NULL || !orders->judged)
        return NULL;
    for (uint32_t i = 0; i < hunt->finding_count; i++) {
        const struct hunt_finding *f = &hunt->findings[i];

        found = found || (strcmp(finding_names[f->finding.kind],
                                 scenario_finding_words[orders->finding]) == 0 &&
                          (orders->stop == 0 || orders->stop == f->stop));
    }
    if (orders->finding == SCENARIO_FINDS_NONE)
        found = hunt->finding_count == 0;
    return found && (orders->count == 0 || !hunt->counts.exhausted ||
                     hunt->counts.unique == orders->count)
               ? "yes"
               : "no";
}

void cli_explore_print(const char *folder, const struct hunt *hunt)
{
    char from[CLI_SECONDS_CHARS], to[CLI_SECONDS_CHARS] = "the end";
    const char *expected = expected_word(hunt);

    cli_seconds(hunt->window_from, from);
    if (hunt->to != 0)
        cli_seconds(hunt->to, to);
    printf("window    from %s to %s; %s order; %u actors and %u questions in the calm run\n", from,
           to, hunt->free_order ? "free" : "NT's own", hunt->actors, hunt->questions);
    printf("explored  %" PRIu64 " schedules by %s, %" PRIu64 " different", hunt->counts.runs,
           strategy_names[hunt->strategy], hunt->counts.unique);
    if (hunt->counts.blocked > 0)
        printf(", %" PRIu64 " broken off as known", hunt->counts.blocked);
    printf("; %.2f s of processor time, %.0f/s\n", (double)hunt->spent_us / 1e6,
           cli_explore_rate(hunt));
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        print_found(folder, &hunt->findings[i], hunt->guests);
    if (hunt->finding_count == 0)
        printf("found     nothing\n");
    print_proved(hunt);
    if (!hunt->counts.exhausted)
        print_go_on(folder, hunt);
    if (expected != NULL)
        printf("expected  %s\n", expected);
}

/* ---- For programs ---------------------------------------------------------------------------- */

static json_t *finding_json(const char *folder, const struct hunt_finding *finding)
{
    json_t *json = json_object();
    char path[CLI_EXPLORE_PATH], code[16];

    json_object_set_new(json, "kind", json_string(finding_names[finding->finding.kind]));
    snprintf(code, sizeof code, "0x%08x", finding->stop);
    json_object_set_new(json, "stop", finding->stop != 0 ? json_string(code) : json_null());
    json_object_set_new(json, "cause", cli_json_text(finding->finding.cause));
    json_object_set_new(json, "count", cli_json_count(finding->count));
    json_object_set_new(json, "first_at", cli_json_count(finding->first_at));
    json_object_set_new(json, "surprises", cli_json_text(finding->surprises));
    json_object_set_new(json, "strict", json_string(hunt_strict_words[finding->strict]));
    cli_explore_capsule(folder, finding, path);
    json_object_set_new(json, "capsule", finding->repeats ? cli_json_text(path) : json_null());
    return json;
}

static json_t *bound_json(const struct hunt *hunt)
{
    double of_one, missed = hunt_missed(hunt, &of_one);
    json_t *json;

    if (missed >= 1)
        return json_null();
    json = json_object();
    json_object_set_new(json, "depth", cli_json_count(hunt->depth));
    json_object_set_new(json, "from_ns", cli_json_count(hunt->window_from));
    json_object_set_new(json, "to_ns", hunt->to != 0 ? cli_json_count(hunt->to) : json_null());
    json_object_set_new(json, "schedules", cli_json_count(hunt->pct.runs));
    json_object_set_new(json, "actors", cli_json_count(hunt->pct.actors));
    json_object_set_new(json, "questions", cli_json_count(hunt->pct.questions));
    json_object_set_new(json, "p_run", cli_json_real(of_one));
    json_object_set_new(json, "p_missed", cli_json_real(missed));
    return json;
}

void cli_explore_document(const char *folder, const struct hunt *hunt, json_t *errors)
{
    json_t *document = cli_json_new("explore"), *findings = json_array();
    const char *expected = expected_word(hunt);
    char state[CLI_EXPLORE_PATH], shard[32];

    snprintf(state, sizeof state, "%s/%s", folder, hunt_state_name);
    snprintf(shard, sizeof shard, "%u/%u", hunt->shard, hunt->shards);
    json_object_set_new(document, "strategy", json_string(strategy_names[hunt->strategy]));
    json_object_set_new(document, "mode", json_string(hunt->free_order ? "free" : "strict"));
    json_object_set_new(document, "seed", cli_json_seed(hunt->seed));
    json_object_set_new(document, "shard", hunt->shards > 0 ? json_string(shard) : json_null());
    json_object_set_new(document, "from_ns", cli_json_count(hunt->window_from));
    json_object_set_new(document, "to_ns", hunt->to != 0 ? cli_json_count(hunt->to) : json_null());
    json_object_set_new(document, "schedules", cli_json_count(hunt->counts.runs));
    json_object_set_new(document, "unique", cli_json_count(hunt->counts.unique));
    json_object_set_new(document, "blocked", cli_json_count(hunt->counts.blocked));
    json_object_set_new(document, "exhausted", json_boolean(hunt->counts.exhausted));
    json_object_set_new(document, "capped", json_boolean(hunt->counts.capped));
    json_object_set_new(document, "estimate",
                        hunt->counts.exhausted ? cli_json_count(hunt->counts.unique)
                        : hunt->estimate > 0   ? cli_json_count(hunt->estimate)
                                               : json_null());
    json_object_set_new(document, "bound", bound_json(hunt));
    json_object_set_new(document, "rate", cli_json_real(cli_explore_rate(hunt)));
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        json_array_append_new(findings, finding_json(folder, &hunt->findings[i]));
    json_object_set_new(document, "findings", findings);
    json_object_set_new(document, "state", hunt->kept ? cli_json_text(state) : json_null());
    json_object_set_new(document, "expected",
                        expected != NULL ? json_boolean(strcmp(expected, "yes") == 0)
                                         : json_null());
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}
