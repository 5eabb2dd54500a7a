/* ifsproxy_internal.h - what the files of ifsproxy.dll share. */
#pragma once
#include <windows.h>
#include "ifsproxy.h"

/* The behaviour in which builds of ifsproxy.dll differ. */
typedef struct _IFS_VERSION {
    WCHAR Build[EXIFS_BUILD_CHARS];
    /* TRUE: follows a file block unchecked; FALSE: checks it, or asks the driver. */
    BOOL TrustsBlock;
} IFS_VERSION;

const IFS_VERSION *IfsFindVersion(PCWSTR build);

#define IFS_BLOCKS 1024u /* File blocks of one process: 64 KB, the granularity of address space. */

struct _IFSPROXY {
    const IFS_VERSION *Version;
    HANDLE Control;
    CRITICAL_SECTION Lock; /* Guards Blocks and Used. */
    PUCHAR Blocks; /* Exposed: EXIFS_FILE_BLOCK[IFS_BLOCKS]; NULL until a first stream is made. */
    ULONG Used[IFS_BLOCKS / 32]; /* Bit per block. */
};

PVOID IfsAllocate(SIZE_T bytes); /* Zeroed, private. */
VOID IfsFree(PVOID memory);

/* A control call that waits only for the driver. 0, or the engine's error. */
LONG IfsControl(HANDLE handle, ULONG code, PVOID in, ULONG inBytes, PVOID out, ULONG outBytes);
HANDLE IfsOpenDevice(DWORD flags);
