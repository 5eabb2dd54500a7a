/* exwin32_version.c - the builds of exwin32.dll, a row each. */
#include "exwin32_internal.h"

static const EX32_VERSION Versions[] = {
    /* build           trusts the name table */
    { L"6.5.6944.0", TRUE },
    { L"6.5.7226.6", TRUE },
    { L"6.5.7638.1", TRUE },
    { L"6.5.7651.47", FALSE },
};

const EX32_VERSION *Ex32FindVersion(PCWSTR build)
{
    SIZE_T i;

    for (i = 0; i < sizeof(Versions) / sizeof(Versions[0]); i++) {
        if (lstrcmpiW(Versions[i].Build, build) == 0) {
            return &Versions[i];
        }
    }
    return NULL;
}
