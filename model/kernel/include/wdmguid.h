/* wdmguid.h - GUIDs of the bus drivers; the machine has none of those. */
#pragma once
#include "guiddef.h"
