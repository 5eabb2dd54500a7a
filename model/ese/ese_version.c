/* ese_version.c - the builds of ese.dll, a row each. */
#include "ese_internal.h"

static const ESE_VERSION Versions[] = {
    /* build    interface  trusts the lending table  counts by owner */
    { L"6.5.6944.0", 1, TRUE, FALSE },
    { L"6.5.7226.6", 2, TRUE, FALSE },
    { L"6.5.7638.1", 3, TRUE, FALSE },
    { L"6.5.7651.47", 4, FALSE, TRUE },
};

const ESE_VERSION *EseFindVersion(PCWSTR build)
{
    SIZE_T i;

    for (i = 0; i < sizeof(Versions) / sizeof(Versions[0]); i++) {
        if (lstrcmpiW(Versions[i].Build, build) == 0) {
            return &Versions[i];
        }
    }
    return NULL;
}
