/* ese_look.c - see ese_look.h. */
#include "ese_look.h"
#include "ese_internal.h"

VOID EseLook(const ESE_DATABASE *database, PESE_LOOK look)
{
    ULONG i;

    look->Root = database->Root;
    look->Users = database->Users;
    look->Size = database->Size;
    for (i = 0; i < EsePageStates; i++) {
        look->InState[i] = database->InState[i];
    }
    look->LogOffset = database->LogOffset;
    look->LogGeneration = database->LogGeneration;
    look->LendingCount = database->Options.LendingCount;
    look->Table = (ULONG_PTR)database->Table;
}

UCHAR EseLookPage(const ESE_DATABASE *database, ULONG page)
{
    const ESE_PAGE *at = &database->Pages[page];
    UCHAR look = at->State;

    if (at->Owner == ESE_OWNER_EXIFS) {
        look |= ESE_LOOK_DRIVER;
    } else if (at->Owner >= ESE_OWNER_LENT) {
        look |= ESE_LOOK_LENT;
    }
    return look;
}

EXIFS_RUN EseLookLent(const ESE_DATABASE *database, ULONG entry) { return database->Lent[entry]; }
