/* watched.h - one byte of simulated memory that an onlooker watches.
 *
 * The kernel holds a pointer to one of these (kernel.h, watch) and tells it of every change of the
 * byte; writes through another view of a shared section count. The onlooker's function must change
 * nothing. The structure lies on the host, outside the machine.
 */
#pragma once
#include <stdint.h>

struct ke_process;

enum watched_change {
    WATCHED_WRITTEN,
    WATCHED_FILLED, /* By RtlFillMemory and the like. */
    WATCHED_GIVEN,  /* The region that holds it was allocated or mapped. */
    WATCHED_TAKEN,  /* The region was freed or unmapped. */
};

struct watched_byte {
    uint32_t process; /* Client ID; 0: the address is the system's. */
    uint32_t address;
    /* Called after the change. `in`: the process whose memory was addressed, by which address and
     * how many bytes; NULL: a system address. */
    void (*changed)(const struct watched_byte *byte, enum watched_change how,
                    const struct ke_process *in, uint32_t address, uint32_t bytes);
};
