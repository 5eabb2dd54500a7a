/* malloc.h - the heap of a program: see stdlib.h. */
#pragma once
#include "stdlib.h"
