/* winbase.h - programs include it; its functions are in <windows.h>. */
#pragma once
#include "windows.h"
