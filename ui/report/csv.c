/* csv.c - see csv.h. */
#include "ui/report/csv.h"
#include <string.h>

void csv_field(FILE *out, const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == 0) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != 0; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}
