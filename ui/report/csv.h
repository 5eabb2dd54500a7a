/* csv.h - one field of a comma-separated file, by RFC 4180: quoted where it must be, quotes
 * doubled. */
#pragma once
#include <stdio.h>

void csv_field(FILE *out, const char *text);
