/* clock.h - simulated time: unsigned nanoseconds since boot. */
#pragma once
#include <stdint.h>

typedef uint64_t sim_time;

#define NS(n)     ((sim_time)(n))
#define US(n)     ((sim_time)(n)*1000u)
#define MS(n)     ((sim_time)(n)*1000000u)
#define SEC(n)    ((sim_time)(n)*1000000000u)
#define SIM_NEVER UINT64_MAX
