/* programs.h - this program as the system knows it, and other programs that it starts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the names of programs end with. */
#if defined(_WIN32)
#define PROGRAM_SUFFIX ".exe"
#else
#define PROGRAM_SUFFIX ""
#endif

/* The words of the command line in UTF-8. Call it first in main, with what main got. */
char **program_words(int *count, char **words);

/* A value of the environment in UTF-8; NULL: not set. Valid until the program ends. */
const char *program_environment(const char *name);

/* The name of this machine; empty: it has none. */
void program_machine(char *out, size_t size);

/* The number of this process, and the processors that it may use. */
unsigned long program_number(void);
unsigned program_processors(void);

/* Bytes that nobody can foresee. False: the system has none. */
bool program_random(void *bytes, size_t size);

/* A folder for files that are needed for a moment. */
const char *program_scratch_folder(void);

/* Lets another program do the rest: its exit code becomes this program's. Returns, with errno, only
 * if it cannot be started. A name without a folder is searched in PATH. */
void program_become(const char *path, char **words);

/* What became of another program. PROGRAM_ABSENT: it is not in PATH. */
enum program_end { PROGRAM_GOOD, PROGRAM_BAD, PROGRAM_ABSENT };

/* Runs a program of PATH and waits for it; the list of its words ends with NULL. quiet: what it
 * prints is dropped. PROGRAM_GOOD: its exit code is 0. */
enum program_end program_run(const char *const *words, bool quiet);

/* Runs a program of PATH and keeps what it prints, to both streams, as one text; free it with free.
 * *output is "" if it printed nothing. Its messages are in English. */
enum program_end program_told(const char *const *words, char **output);

/* Runs a program of PATH that reads its standard input, which `feed` writes. Its messages are
 * dropped. */
enum program_end program_feed(const char *name, void (*feed)(FILE *input, void *context),
                              void *context);
