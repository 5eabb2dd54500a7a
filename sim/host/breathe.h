/* breathe.h - a long computation lets others have their turn.
 *
 * Hosts with threads need nothing of the kind. In a browser there is one thread: whoever computes
 * for long calls this often, and the rest of the program goes on meanwhile.
 */
#pragma once

#if defined(__EMSCRIPTEN__)
/* Calls `host_breather`, if there is one and some time has passed. */
void host_breathe(void);
extern void (*host_breather)(void);
#else
static inline void host_breathe(void) {}
#endif
