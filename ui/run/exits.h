/* exits.h - the exit codes of exifsim and exifsim-view. None lies from 124 to 165, the codes that
 * timeout, shells and signals use. */
#pragma once

enum exit_code {
    EXIT_MET = 0,          /* Every expectation was met; an expected stop counts as met. */
    EXIT_FINDING = 1,      /* An unexpected stop, a missing stop, or a violated check. */
    EXIT_USAGE = 2,        /* An error in the command line or in a scenario. */
    EXIT_DIFFERENT = 3,    /* A repeated run came to another fingerprint. */
    EXIT_INCONCLUSIVE = 4, /* No verdict: the run was cut short, or a budget was used up. */
    EXIT_INTERNAL = 70,
};

/* Returns the more severe of two codes. */
int exit_worse(int one, int other);
