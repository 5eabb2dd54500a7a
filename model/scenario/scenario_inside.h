/* scenario_inside.h - declarations shared by the files that read a scenario. */
#pragma once
#include "model/scenario/scenario.h"

/* Returns the depth of the file with a key's value, as of ini_depth; INT_MAX: no file has it. */
int scenario_depth(struct ini *ini, const char *section, const char *wanted);

/* Records the error that a time is not before the end of the run. */
void scenario_not_before_the_end(struct ini *ini, const char *section, const char *key);

/* Reads a number from min to max; *out keeps its value without such a key, or after an error. */
void scenario_get_u32(struct ini *ini, const char *section, const char *key, uint32_t min,
                      uint32_t max, uint32_t *out);

/* Reads a time of this range, in milliseconds; *out keeps its value without such a key. */
void scenario_get_ms(struct ini *ini, const char *section, const char *key, sim_time min,
                     sim_time max, uint32_t *out);

/* scenario_processes.c: every [process NAME], and the cluster's keys of [machine]. */
void scenario_processes_defaults(struct site_settings *set);
void scenario_read_processes(struct site_settings *set, struct ini *ini);

/* scenario_services.c: services, steps, and the expectations of them. */
void scenario_read_services(struct scenario *scenario, struct ini *ini);
/* Finds the protocols of the loads, and adds the services that have to run for them. */
void scenario_find_services(struct scenario *scenario);

/* scenario_faults.c: every [fault NAME], and [expect] violates. */
void scenario_read_faults(struct scenario *scenario, struct ini *ini);

/* scenario_rules.c: rules between keys of different sections, when all have been read. */
void scenario_check_rules(const struct scenario *scenario, struct ini *ini);

/* scenario_neighbours.c: other drivers of the machine, and switches of its kernel. */
void scenario_read_neighbours(struct scenario *scenario, struct ini *ini);

/* scenario_guests.c: every [driver NAME] and [program NAME]. */
void scenario_read_guests(struct scenario *scenario, struct ini *ini);

/* scenario_orders.c: [orders], after [machine] and before the guests. */
void scenario_read_orders(struct scenario *scenario, struct ini *ini);

/* scenario_rare.c: [rare]. */
void scenario_read_rare(struct scenario *scenario, struct ini *ini);

/* scenario_verifier.c: [verifier], after the guests. */
void scenario_read_verifier(struct scenario *scenario, struct ini *ini);

/* scenario_lesson.c: marks as known the keys of [lesson], [page N], [run NAME], [lab] and
 * [level]. */
void scenario_pass_lesson(struct ini *ini);
