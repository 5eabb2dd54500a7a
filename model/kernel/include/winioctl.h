/* winioctl.h - I/O control codes, for programs. */
#pragma once
#include "ntdef.h"
