/* xml.h - text in an XML or HTML document, and the little XML that JUnit wants. A line end is a
 * character reference, so that attributes keep it; what XML 1.0 cannot hold becomes U+FFFD. */
#pragma once
#include <stddef.h>
#include <stdio.h>

void xml_text(FILE *out, const char *text);
void xml_text_of(FILE *out, const char *text, size_t bytes); /* At most so many of its bytes. */
void xml_attribute(FILE *out, const char *name, const char *value); /* With a blank before it. */
/* A line of its own, as in <properties>. */
void xml_property(FILE *out, const char *name, const char *value);
