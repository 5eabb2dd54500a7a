/* xml.h - text escaped for an XML or HTML document, and the pieces of XML that JUnit needs. A line
 * end becomes a character reference, so that attributes keep it; characters that XML 1.0 cannot
 * hold become U+FFFD. */
#pragma once
#include <stddef.h>
#include <stdio.h>

void xml_text(FILE *out, const char *text);
void xml_text_of(FILE *out, const char *text, size_t bytes); /* At most so many bytes of text. */
void xml_attribute(FILE *out, const char *name, const char *value); /* Writes a blank first. */
/* Writes <property name= value=/> as a line. */
void xml_property(FILE *out, const char *name, const char *value);
