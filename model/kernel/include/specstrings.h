/* specstrings.h - another name of <sal.h>. */
#pragma once
#include "sal.h"
