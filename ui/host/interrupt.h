/* interrupt.h - Ctrl+C, SIGTERM and SIGHUP, on Windows also Ctrl+Break and the end of the console:
 * the first asks for an end, the second ends at once.
 *
 * A verb that runs something long calls interrupt_watch before it, and looks at interrupt_came or
 * gives interrupt_flag to whatever runs. On a signal it writes its reports about what was done and
 * leaves with exit code 4. A signal that is ignored (nohup) stays ignored.
 *
 *     interrupt_watch();
 *     world_heed(world, interrupt_flag(), NULL);
 */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>

void interrupt_watch(void);

/* True after interrupt_watch. */
bool interrupt_watched(void);

/* Becomes true with the first signal, and stays so. */
const atomic_bool *interrupt_flag(void);
bool interrupt_came(void);

/* The name of the first signal, such as "Ctrl+C"; "": no signal came. */
const char *interrupt_name(void);
