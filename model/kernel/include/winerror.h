/* winerror.h - programs include it; its errors are in <windows.h>. */
#pragma once
#include "windows.h"
