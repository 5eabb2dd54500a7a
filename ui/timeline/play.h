/* play.h - the playhead runs by itself, as fast as a person wants it. */
#pragma once
#include "sim/clock.h"
#include <stdbool.h>
#include <stdint.h>

struct app;

enum { PLAY_SPEEDS = 10, PLAY_SPEED_ONE = 4 };
extern const struct play_speed {
    const char *text;
    uint64_t ns_per_ms; /* Simulated ns for each ms of the host. 0: as fast as possible. */
} play_speeds[PLAY_SPEEDS];

struct play {
    bool on;
    int speed;        /* Index of play_speeds. */
    uint64_t host_ms; /* Host time of the last advance; 0: none since playing began. */
    sim_time at;      /* Where playing stands, between records. */
    uint64_t record;  /* Where it has left the playhead. */
};

/* Time passes on the host; true: a frame is due. Takes the locks. */
bool play_tick(struct app *app, uint64_t host_ms);
