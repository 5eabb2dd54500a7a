/* checks_private.h - what the files of checks share. The world to look at is current (ke). */
#pragma once
#include "model/ese/ese_internal.h"
#include "model/exifs/exifs.h"
#include "model/look/inspect_private.h"

/* It does not hold; format says what was found. The first one's text is kept. */
void check_failed_in(struct world *world, enum check check, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The mounted database, while its process lives; else NULL. */
const ESE_DATABASE *check_database(struct world *world);

/* checks_kernel.c */
void check_kernel(struct world *world);

/* checks_acknowledged.c: what was acknowledged is still there. */
void check_acknowledged(struct world *world);
