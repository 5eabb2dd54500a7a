/* xml.c - see xml.h. */
#include "ui/host/xml.h"
#include "ui/host/utf8.h"
#include <string.h>

void xml_text_of(FILE *out, const char *text, size_t bytes)
{
    const char *end = text + bytes;

    while (text < end && *text != 0) {
        const char *from = text;
        uint32_t code = utf8_next(&text);

        if (code == '&')
            fputs("&amp;", out);
        else if (code == '<')
            fputs("&lt;", out);
        else if (code == '>')
            fputs("&gt;", out);
        else if (code == '"')
            fputs("&quot;", out);
        else if (*from == '\n')
            fputs("&#10;", out);
        else if (code == ' ')
            fputc(' ', out);
        else if (code == UTF8_REPLACEMENT)
            fputs("\xef\xbf\xbd", out);
        else
            fwrite(from, 1, (size_t)(text - from), out);
    }
}

void xml_text(FILE *out, const char *text) { xml_text_of(out, text, strlen(text)); }

void xml_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    xml_text(out, value);
    fputc('"', out);
}

void xml_property(FILE *out, const char *name, const char *value)
{
    fputs("        <property", out);
    xml_attribute(out, "name", name);
    xml_attribute(out, "value", value);
    fputs("/>\n", out);
}
