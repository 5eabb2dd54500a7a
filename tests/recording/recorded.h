/* recorded.h - a scenario of the catalogue, recorded to its end, for tests that only look. */
#pragma once
#include "ui/recording/recording.h"

/* Locked; NULL: the scenario cannot be read. recorded_close frees it. */
static inline struct recording *recorded_open(const char *path)
{
    static struct scenario scenario;
    struct ini *ini = ini_read(path);
    bool good;

    scenario_defaults(&scenario);
    good = scenario_read(&scenario, ini, path);
    ini_free(ini);
    if (!good)
        return NULL;
    struct recording *run =
        recording_open(&(struct recording_options){ .scenario = &scenario, .seed = scenario.seed });

    recording_wait(run);
    recording_lock(run);
    return run;
}

static inline void recorded_close(struct recording *run)
{
    recording_unlock(run);
    recording_close(run);
}
