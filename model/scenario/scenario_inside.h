/* scenario_inside.h - what the files that read a scenario share. */
#pragma once
#include "model/scenario/scenario.h"

/* Where a key's value stands, as ini_depth counts; INT_MAX: nowhere. */
int scenario_depth(struct ini *ini, const char *section, const char *wanted);

/* An error: this time is not before the run ends. */
void scenario_not_before_the_end(struct ini *ini, const char *section, const char *key);

/* A number from min to max; *out keeps what it has where there is no such key, or an error. */
void scenario_get_u32(struct ini *ini, const char *section, const char *key, uint32_t min,
                      uint32_t max, uint32_t *out);

/* A time of this range, in milliseconds; *out keeps what it has where there is no such key. */
void scenario_get_ms(struct ini *ini, const char *section, const char *key, sim_time min,
                     sim_time max, uint32_t *out);

/* scenario_processes.c: every [process NAME], and the cluster's keys of [machine]. */
void scenario_processes_defaults(struct site_settings *set);
void scenario_read_processes(struct site_settings *set, struct ini *ini);

/* scenario_services.c: services, steps, and what is expected of them. */
void scenario_read_services(struct scenario *scenario, struct ini *ini);
/* The protocols of the loads, and the services that have to run for them beside those named. */
void scenario_find_services(struct scenario *scenario);

/* scenario_faults.c: every [fault NAME], and [expect] violates. */
void scenario_read_faults(struct scenario *scenario, struct ini *ini);

/* scenario_neighbours.c: other drivers of the machine, and switches of its kernel. */
void scenario_read_neighbours(struct scenario *scenario, struct ini *ini);
