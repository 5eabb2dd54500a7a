/* unfinished_inside.h - what the system's own file does for unfinished.c. */
#pragma once
#include <stdbool.h>

/* Lets the signals that end the program call unfinished_abandon first, or lets them be. */
void unfinished_handle(bool on);

/* Removes a file; safe in a signal handler. */
void unfinished_remove(const char *path);
