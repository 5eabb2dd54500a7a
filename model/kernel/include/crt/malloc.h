/* malloc.h - the heap of a program: see stdlib.h. */
#pragma once
#include <stdlib.h> /* In quotes, the host's would not be found from there. */
