/* boot_time.h - when the simulated machine boots: Tuesday 5 September 2006, 06:00 UTC. */
#pragma once

#define KI_BOOT_TIME 128019096000000000ll /* As NT counts: 100 ns since 1601. */
