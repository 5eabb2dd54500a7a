/* csv.h - writes a field of a comma-separated file by RFC 4180: quoted where necessary, quotes
 * doubled. */
#pragma once
#include <stdio.h>

void csv_field(FILE *out, const char *text);
