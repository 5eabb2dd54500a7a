/* threads_wasm.h - the turns of threads in a browser: whoever has the page's own stack gives them
 * (threads_wasm.c). */
#pragma once
#include <stdbool.h>

/* Lets threads go on for so many milliseconds. False: all of them wait for something. */
bool threads_run(double ms);
