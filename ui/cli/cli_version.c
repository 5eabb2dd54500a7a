/* cli_version.c - exifsim version: which program this is, what it was built from and with, and
 * whether it does what its set of golden fingerprints says (scenarios/fingerprints.txt).
 *
 * The set is a file, so a program can only claim to belong to it. The claim is tried on the one
 * scenario that every program carries, the text of exifsim new: its run must give the set's
 * fingerprint.
 */
#include "ui/cli/cli_json.h"
#include "sim/snapshot.h"
#include "ui/run/first_scenario.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* False: the host has no memory for a world. */
static bool first_fingerprint(uint64_t *fingerprint)
{
    static const struct run_options plain = { 0 };
    struct ini *ini = ini_read_text("new", first_scenario, strlen(first_scenario));
    struct scenario *scenario = malloc(sizeof *scenario);
    struct run *run;

    CHECK(scenario != NULL && scenario_read(scenario, ini, "new"));
    ini_free(ini);
    run = run_once(&plain, scenario, scenario->seed, NULL, NULL);
    free(scenario);
    if (run == NULL)
        return false;
    *fingerprint = run->result.fingerprint;
    run_free(run);
    return true;
}

/* The libraries of the build, from CMake: a row "name version" each. */
static const char *const libraries[] = { EXIFSIM_LIBRARIES };

static json_t *libraries_object(void)
{
    json_t *object = json_object();

    for (size_t i = 0; i < ARRAY_LEN(libraries); i++) {
        char name[64];
        const char *blank = strchr(libraries[i], ' ');

        snprintf(name, sizeof name, "%.*s", (int)(blank - libraries[i]), libraries[i]);
        json_object_set_new(object, name, json_string(blank + 1));
    }
    return object;
}

/* Adds what this program was built from and with. */
static void describe(json_t *document)
{
    bool changed;
    const char *revision = run_revision(&changed);

    json_object_set_new(document, "exifsim", json_string(EXIFSIM_VERSION));
    json_object_set_new(document, "build", json_string(run_build()));
    json_object_set_new(document, "commit", revision[0] != 0 ? json_string(revision) : json_null());
    json_object_set_new(document, "dirty", json_boolean(changed));
    json_object_set_new(document, "compiler", json_string(EXIFSIM_COMPILER));
    json_object_set_new(document, "target", json_string(EXIFSIM_TARGET));
    json_object_set_new(document, "build_type", json_string(EXIFSIM_BUILD_TYPE));
    json_object_set_new(document, "libraries", libraries_object());
    json_object_set_new(document, "snapshots", json_string(snapshots_way()));
}

int verb_version(const struct options *options)
{
    bool tried = options != NULL && options->fingerprint;
    uint64_t found = 0;
    bool belongs;
    json_t *document;
    char text[20];

    if (tried && !first_fingerprint(&found))
        return cli_no_memory();
    belongs = found == FINGERPRINT_OF_NEW;
    if (options != NULL && (options->format == FORMAT_JSON || options->json)) {
        document = cli_json_new("version");
        describe(document);
        json_object_set_new(document, "fingerprint_set", json_string(FINGERPRINT_SET));
        snprintf(text, sizeof text, "%016" PRIx64, found);
        json_object_set_new(document, "fingerprint", tried ? json_string(text) : json_null());
        json_object_set_new(document, "belongs", tried ? json_boolean(belongs) : json_null());
        cli_json_print(document);
    } else {
        printf("exifsim %s\nsnapshots: %s\n", run_build(), snapshots_way());
        if (tried)
            printf("Fingerprint set %s: the scenario of exifsim new gives %016" PRIx64 ", %s\n",
                   FINGERPRINT_SET, found, belongs ? "as it has to" : "and not what the set says");
        if (tried && !belongs)
            printf("Expected %016" PRIx64 ": this build does something else than the builds of "
                   "that set.\n",
                   (uint64_t)FINGERPRINT_OF_NEW);
    }
    return tried && !belongs ? EXIT_DIFFERENT : EXIT_MET;
}
