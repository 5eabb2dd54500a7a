/* string.h - the host's header, and the simulated C library's functions (model/kernel/crt.h) under
 * the names that differ on Windows. Only sources of guests see it. */
#pragma once
#include_next <string.h>
#include "../wdm_crt.h" /* Windows' string.h has the wide functions, too. */
#define stricmp                  _stricmp
#define strnicmp                 _strnicmp
#define strcpy_s(to, size, from) (strncpy((to), (from), (size))[(size)-1] = 0)
#define strcat_s(to, size, from) (strncat((to), (from), (size)-strlen(to) - 1), 0)
void *nt_malloc(size_t size);
static inline char *nt_strdup(const char *text) /* A block of the process' heap. */
{
    char *copy = nt_malloc(strlen(text) + 1);

    return copy != NULL ? strcpy(copy, text) : copy;
}
#undef strdup
#define strdup  nt_strdup
#define _strdup nt_strdup
/* The host's own strtok would remember a text of another thread, or of another run. */
static inline char *nt_strtok(char *text, const char *between)
{
    static char *rest;

    return strtok_r(text, between, &rest);
}
#undef strtok
#define strtok nt_strtok
