/* event_log.h - a line of an event log, as the kernel keeps it and as readers get it. */
#pragma once
#include "sim/clock.h"

enum cm_log { LOG_SYSTEM, LOG_APPLICATION };
enum cm_severity { LOG_INFORMATION, LOG_WARNING, LOG_ERROR };

struct cm_line {
    sim_time at;
    enum cm_log log;
    enum cm_severity severity;
    uint32_t id;
    char source[32];
    char text[448];
};
