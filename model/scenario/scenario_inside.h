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

/* scenario_paths.c: the keys of the data paths. */
void scenario_paths_defaults(struct data_paths *paths);
void scenario_read_paths(struct data_paths *paths, struct ini *ini);

/* scenario_mail.c: after the loads. */
void scenario_mail_defaults(struct mail_settings *mail);
void scenario_read_mail(struct scenario *scenario, struct ini *ini);

/* scenario_faults.c: every [fault NAME], and [expect] violates. */
void scenario_read_faults(struct scenario *scenario, struct ini *ini);

/* scenario_neighbours.c: other drivers of the machine, and switches of its kernel. */
void scenario_read_neighbours(struct scenario *scenario, struct ini *ini);
