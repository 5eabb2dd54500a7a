/* ese_look.h - the engine's state of a database, as plain data, for onlookers.
 *
 *     ESE_LOOK look;
 *
 *     EseLook(database, &look);
 *     for (page = 0; page < look.Size; page++) ... EseLookPage(database, page)
 *
 * A look takes place where nothing runs, so no lock is taken and nothing changes. Only the
 * simulator has onlookers: no Windows image holds this file.
 */
#pragma once
#include "ese.h"

typedef enum _ESE_PAGE_STATE {
    EsePageFree,
    EsePageReserved,
    EsePageCommitted,
    EsePageDeleted,
    EsePageStates
} ESE_PAGE_STATE;

/* Result of EseLookPage: the state and, for a reserved page, one of the two flags. */
#define ESE_LOOK_STATE  0x07u /* Mask of the state. */
#define ESE_LOOK_DRIVER 0x08u /* Handed to the driver. */
#define ESE_LOOK_LENT   0x10u /* The page is in the lending table. */

typedef struct _ESE_LOOK {
    EXIFS_ROOT_ID Root;
    ULONG Users; /* Proxy threads that are serving just now. */
    ULONG Size;  /* Pages in the .stm. */
    ULONG InState[EsePageStates];
    ULONG LogOffset, LogGeneration; /* Place of the next record. */
    ULONG LendingCount;
    ULONG_PTR Table; /* Address of the lending table in the store: EXIFS_LENT[LendingCount]. */
} ESE_LOOK, *PESE_LOOK;

VOID EseLook(const ESE_DATABASE *database, PESE_LOOK look);
UCHAR EseLookPage(const ESE_DATABASE *database, ULONG page);
/* Run that a lending entry holds, by the engine's own books; Pages 0: none. */
EXIFS_RUN EseLookLent(const ESE_DATABASE *database, ULONG entry);
