/* fleet.h - the files that run a sweep on many machines: jobs for Slurm, GNU parallel, Kubernetes
 * or HTCondor.
 *
 * Nothing is run. A folder gets a script for one shard (task.sh), one that joins the shards
 * (merge.sh), what the engine reads, and start.sh, which hands both to the engine.
 */
#pragma once
#include "ui/campaign/plan.h"

/* In the order of the option --engine. */
enum fleet_engine { FLEET_SLURM, FLEET_PARALLEL, FLEET_KUBERNETES, FLEET_HTCONDOR, FLEET_ENGINES };

struct fleet {
    enum fleet_engine engine;
    const struct plan *plan;
    uint32_t shards;
    uint64_t task_us; /* Host time that a shard is expected to take. */
    /* The words of exifsim sweep behind the scenario, quoted for a shell: sets and trust. */
    const char *program, *scenario, *sets;
};

enum { FLEET_FILES = 5, FLEET_PATH_CHARS = 4096 };

/* Writes the files into a new folder, and their paths to paths, *count of them. Returns 0 or an
 * errno; *wrong is then the path that could not be written. */
int fleet_write(const struct fleet *fleet, const char *folder,
                char paths[FLEET_FILES][FLEET_PATH_CHARS], uint32_t *count, const char **wrong);
