/* wide.h - names between exifsim's UTF-8 and the UTF-16 of Windows; used by _windows.c files only.
 *
 *     wchar_t wide[WIDE_CHARS];
 *
 *     if (wide_from_utf8(path, wide))
 *         file = _wfopen(wide, L"rb");
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { WIDE_CHARS = 4096 };

/* False: the text is not UTF-8 or too long; errno says which. */
bool wide_from_utf8(const char *text, wchar_t out[WIDE_CHARS]);

/* A new text in UTF-8. Free it with free. NULL: no memory. */
char *wide_to_utf8(const wchar_t *wide);

/* The errno that is nearest to an error of Windows, such as GetLastError's. */
int wide_errno(unsigned long error);
