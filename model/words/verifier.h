/* verifier.h - what Driver Verifier is told: its options, and which allocations fail. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum vf_option {
    VF_SPECIAL_POOL = 1 << 0,
    VF_IRQL = 1 << 1,
    VF_LOW_RESOURCES = 1 << 2,
    VF_TRACKING = 1 << 3,
    VF_IO = 1 << 4,
    VF_DEADLOCK = 1 << 5,
};

struct vf_settings {
    uint32_t options; /* Bits of enum vf_option; the automatic checks are always made. */
    /* Low resources: a share of allocations fails; or each call stack, once; or only the nth call
     * stack, once. */
    uint32_t fail_ppm;
    bool fail_each;
    uint32_t fail_nth;   /* 0: no single one. */
    uint64_t fail_after; /* Time of the run, in ns, before which nothing fails. */
};
