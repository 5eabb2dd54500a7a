/* xml.h - the little XML that JUnit wants. Control characters but the newline have no place in XML
 * 1.0 and are left out. */
#pragma once
#include <stdio.h>

void xml_text(FILE *out, const char *text);
void xml_attribute(FILE *out, const char *name, const char *value); /* With a blank before it. */
/* A line of its own, as in <properties>. */
void xml_property(FILE *out, const char *name, const char *value);
