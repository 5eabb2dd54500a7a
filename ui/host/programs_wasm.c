/* programs_wasm.c - see programs.h. A page starts no other program. */
#include "ui/host/programs.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char **program_words(int *count, char **words)
{
    (void)count;
    return words;
}

const char *program_environment(const char *name) { return getenv(name); }

void program_machine(char *out, size_t size)
{
    if (size > 0)
        out[0] = 0;
}

unsigned long program_number(void) { return 1; }
unsigned program_processors(void) { return 1; }

bool program_random(void *bytes, size_t size) { return getentropy(bytes, size) == 0; }

const char *program_scratch_folder(void) { return "/tmp"; }

void program_become(const char *path, char **words)
{
    (void)path, (void)words;
    errno = ENOSYS;
}

enum program_end program_run(const char *const *words, bool quiet)
{
    (void)words, (void)quiet;
    return PROGRAM_ABSENT;
}

enum program_end program_told(const char *const *words, char **output)
{
    (void)words;
    *output = calloc(1, 1);
    return PROGRAM_ABSENT;
}

enum program_end program_feed(const char *name, void (*feed)(FILE *input, void *context),
                              void *context)
{
    (void)name, (void)feed, (void)context;
    return PROGRAM_ABSENT;
}
