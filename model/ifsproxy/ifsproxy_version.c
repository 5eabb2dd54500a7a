/* ifsproxy_version.c - the builds of ifsproxy.dll, a row each. */
#include "ifsproxy_internal.h"

static const IFS_VERSION Versions[] = {
    /* build           trusts the file block */
    { L"6.5.6944.0", TRUE },
    { L"6.5.7226.6", TRUE },
    { L"6.5.7638.1", TRUE },
    { L"6.5.7651.47", FALSE },
};

const IFS_VERSION *IfsFindVersion(PCWSTR build)
{
    SIZE_T i;

    for (i = 0; i < sizeof(Versions) / sizeof(Versions[0]); i++) {
        if (lstrcmpiW(Versions[i].Build, build) == 0) {
            return &Versions[i];
        }
    }
    return NULL;
}
