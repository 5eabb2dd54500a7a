/* build.c - the name of this build. The build writes revision.h (revision.cmake). */
#include "ui/run/run.h"
#include "revision.h"
#include <string.h>

const char *run_revision(bool *changed)
{
    static char revision[] = EXIFSIM_REVISION;
    size_t length = strcspn(EXIFSIM_REVISION, "+");

    *changed = EXIFSIM_REVISION[length] == '+';
    revision[length] = 0;
    return revision;
}

const char *run_build(void)
{
    return EXIFSIM_REVISION[0] != 0 ? EXIFSIM_VERSION " " EXIFSIM_REVISION : EXIFSIM_VERSION;
}
