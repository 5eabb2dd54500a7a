/* build.c - the name of this build. The build writes revision.h (revision.cmake). */
#include "ui/run/run.h"
#include "revision.h"

const char *run_build(void)
{
    return EXIFSIM_REVISION[0] != 0 ? EXIFSIM_VERSION " " EXIFSIM_REVISION : EXIFSIM_VERSION;
}
