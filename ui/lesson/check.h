/* check.h - holds a lesson to its run: what is told must be what is shown. */
#pragma once
#include "ui/lesson/page.h"

enum check_end { CHECK_GOOD, CHECK_DIFFERS, CHECK_FILE, CHECK_RUNS_DIFFER, CHECK_NO_MEMORY };

struct check_sum {
    uint32_t passed, failed, skipped; /* Pages. */
    uint32_t runs;                    /* Most runs that a page made. */
    uint64_t cpu_ms;                  /* Host's processor time for the whole lesson. */
};

/* Plays every page without a person: instants and lanes are there, the key is exactly one of the
 * offers, every wrong offer has its slip, claims are true, the other view exists. Writes a line for
 * each skipped page to out, and the errors to `errors`. A page that requires what this program does
 * not have is skipped. */
enum check_end lesson_check(struct lesson *lesson, const struct run_options *options, FILE *out,
                            FILE *errors, struct check_sum *sum);
