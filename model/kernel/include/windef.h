/* windef.h - programs include it; its types are in <windows.h>. */
#pragma once
#include "windows.h"
