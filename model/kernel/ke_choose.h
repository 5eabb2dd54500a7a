/* ke_choose.h - what the kernel asks the oracle: whatever could have gone otherwise.
 *
 *     thread = ready[ke_choose(CHOICE_READY, ready_count)];
 */
#pragma once
#include "model/words/choices.h"
#include <stdint.h>

/* 0 .. count-1; zero is calm. */
uint32_t ke_choose(enum choice_site site, uint32_t count);
