/* exits.c - see exits.h. */
#include "ui/run/exits.h"

int exit_worse(int one, int other)
{
    static const int ranks[] = { EXIT_INTERNAL, EXIT_USAGE,        EXIT_DIFFERENT,
                                 EXIT_FINDING,  EXIT_INCONCLUSIVE, EXIT_MET };

    for (unsigned i = 0; i < sizeof ranks / sizeof ranks[0]; i++)
        if (one == ranks[i] || other == ranks[i])
            return ranks[i];
    return EXIT_INTERNAL;
}
