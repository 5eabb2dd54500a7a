/* exwin32_internal.h - what the files of exwin32.dll share. */
#pragma once
#include <windows.h>
#include "exwin32.h"

/* The behaviour in which builds of exwin32.dll differ. */
typedef struct _EX32_VERSION {
    WCHAR Build[EXIFS_BUILD_CHARS];
    /* TRUE: follows the chains unchecked; FALSE: checks each entry, and rebuilds. */
    BOOL TrustsTable;
} EX32_VERSION;

const EX32_VERSION *Ex32FindVersion(PCWSTR build);
