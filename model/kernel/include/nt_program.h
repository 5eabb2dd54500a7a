/* nt_program.h - what a simulated program needs and no Windows program does: saying how long its own code takes.
 *
 * Only floor 4 includes it; the real C core does not.
 */
#pragma once
#include <stdint.h>

/* The calling thread computes for ns in user mode. A point. */
void nt_compute(uint64_t ns);

/* Names the calling thread for people ("proxy 3"). text must live as long as the thread. */
void nt_name_thread(const char *text);
