/* exwin32_internal.h - what the files of exwin32.dll share. */
#pragma once
#include <windows.h>
#include "exwin32.h"

/* A build of exwin32.dll. */
typedef struct _EX32_VERSION {
    WCHAR Build[EXIFS_BUILD_CHARS];
    BOOL TrustsTable; /* Follows the chains as they stand; else checks each entry, and rebuilds. */
} EX32_VERSION;

const EX32_VERSION *Ex32FindVersion(PCWSTR build);
