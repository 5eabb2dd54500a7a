/* ke_choose.h - the kernel's questions to the oracle, wherever a real machine could have decided
 * otherwise.
 *
 *     thread = ready[ke_choose(CHOICE_READY, ready_count)];
 */
#pragma once
#include "model/words/choices.h"
#include <stdint.h>

/* Returns the oracle's pick, 0 .. count-1; zero is the calm answer. */
uint32_t ke_choose(enum choice_site site, uint32_t count);
