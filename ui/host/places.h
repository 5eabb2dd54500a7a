/* places.h - folders that each operating system has in a place of its own. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { PLACE_CHARS = 4096 };

/* The path of this program's file; where the system does not tell, the name it was called by. */
bool place_of_program(const char *called, char out[PLACE_CHARS]);

/* A file where programs keep what belongs to their user: $XDG_DATA_HOME/exifsim/NAME or
 * ~/.local/share/exifsim/NAME; on macOS ~/Library/Application Support/exifsim/NAME; on Windows
 * %APPDATA%\exifsim\NAME. Its folder is made. False: there is no such place. */
bool place_of_data(const char *name, char out[PLACE_CHARS]);
