/* places.h - folders that each operating system has in a place of its own. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { PLACE_CHARS = 4096 };

/* The path of this program's file, with '/' between folders; where the system does not tell, the
 * name it was called by. */
bool place_of_program(const char *called, char out[PLACE_CHARS]);

/* A file where programs keep what belongs to their user: $XDG_DATA_HOME/exifsim/NAME or
 * ~/.local/share/exifsim/NAME; on macOS ~/Library/Application Support/exifsim/NAME; on Windows
 * %APPDATA%\exifsim\NAME. Its folder is made. False: there is no such place. */
bool place_of_data(const char *name, char out[PLACE_CHARS]);

/* A file where programs keep settings: $XDG_CONFIG_HOME/exifsim/NAME or ~/.config/exifsim/NAME; on
 * macOS and Windows the same place as that of data. */
bool place_of_settings(const char *name, char out[PLACE_CHARS]);

/* A file that can be made again: $XDG_CACHE_HOME/exifsim/NAME or ~/.cache/exifsim/NAME; on macOS
 * ~/Library/Caches/exifsim/NAME; on Windows %LOCALAPPDATA%\exifsim\NAME. Its folder is made. False:
 * there is no such place. */
bool place_of_cache(const char *name, char out[PLACE_CHARS]);

/* The place that a relative path means, seen from the folder of this program. */
bool place_from_program(const char *relative, char out[PLACE_CHARS]);

/* Makes every folder on the way to a file, where it can. The path is unchanged in the end. */
void place_make_folders(char *path);
