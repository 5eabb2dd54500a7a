/* store_mime.c - phase two of a delivery: what a message is made of.
 *
 * The store looks into the parts of a message for the folder row and for attachments
 * (facts/exchange-exifs.md 2.1, step 11). A part that is a message of parts is looked into in the
 * same way: the parser calls itself. Its frames are large and a thread's stack is not, so a message
 * of a few hundred parts within parts ends the store with a stack overflow; the sender keeps it and
 * brings it again. That is the picture of KB 926676, whose article says "unusual messages" and no
 * more.
 */
#include <windows.h>
#include "model/server/store_inside.h"

enum {
    STACK_BYTES = 256 * 1024, /* Of a worker thread of the store: invented. */
    FRAME_BYTES = 1600,       /* Of the parser, for each part within a part: invented. */
    PART_US = 15,
};

/* What the store's own exception filter writes, before anybody else hears of it. */
static VOID overflow(void)
{
    nt_report_event(1, 2, "MSExchangeIS", 9673,
                    "An exception with code 0x%08x was thrown in module C:\\Program "
                    "Files\\Exchsrvr\\bin\\store.exe; some parameters and their values were "
                    "<Exception address - 0x%08x>.",
                    (unsigned)STATUS_STACK_OVERFLOW, STORE_PARSER_ADDRESS);
    RaiseException((DWORD)STATUS_STACK_OVERFLOW, 0, 0, NULL);
}

static ULONG parse_part(ULONG depth, ULONG nesting, ULONG stack)
{
    if (stack < FRAME_BYTES)
        overflow();
    nt_compute(US(PART_US));
    return depth < nesting ? 1 + parse_part(depth + 1, nesting, stack - FRAME_BYTES) : 1;
}

ULONG store_parse(ULONG nesting) { return nesting > 0 ? parse_part(1, nesting, STACK_BYTES) : 1; }
