/* document.h - reads a scenario file, or standard input if the path is "-".
 *
 * Standard input is read once and kept, because a verb may read its scenario several times. Errors
 * name it "stdin". The error for a file that is not there says where scenarios are found by name.
 */
#pragma once
#include "sim/ini.h"

/* Never NULL; free it with ini_free. */
struct ini *document_read(const char *path);
