/* poster.h - the story of a run on one page, for a wall; no window. */
#pragma once
#include "ui/run/options.h"

int poster_run(const struct options *options); /* The exit code. */
