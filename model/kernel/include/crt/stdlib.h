/* stdlib.h - the host's header, and the simulated C library's functions (model/kernel/crt.h) under
 * the names that differ on Windows. Only sources of guests see it. */
#pragma once
#include_next <stdlib.h>
void *nt_malloc(size_t size);
void *nt_calloc(size_t count, size_t size);
void *nt_realloc(void *block, size_t size);
void nt_free(void *block);
void nt_exit(int code) __attribute__((noreturn));
int nt_rand(void);
int nt_system(const char *command);
void nt_srand(unsigned seed);
#undef RAND_MAX
#define RAND_MAX 0x7fff
#define malloc   nt_malloc
#define calloc   nt_calloc
#define realloc  nt_realloc
#define free     nt_free
#define exit     nt_exit
#define abort()  nt_exit(3)
#define rand     nt_rand
#define srand    nt_srand
#define system   nt_system
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif
#define _MAX_PATH 260
