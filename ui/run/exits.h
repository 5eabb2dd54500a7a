/* exits.h - the exit codes of every program of the house. Never 124 to 165: those are timeouts',
 * shells' and signals'. */
#pragma once

enum exit_code {
    EXIT_MET = 0,          /* Every expectation met; an expected stop is a pass. */
    EXIT_FINDING = 1,      /* An unexpected stop, an expected one missing, a check violated. */
    EXIT_USAGE = 2,        /* Usage or scenario error. */
    EXIT_DIFFERENT = 3,    /* Fingerprints differ. */
    EXIT_INCONCLUSIVE = 4, /* A budget ran out. */
    EXIT_INTERNAL = 70,
};

/* The code that matters more. */
int exit_worse(int one, int other);
