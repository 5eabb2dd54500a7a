/* initguid.h - from here on DEFINE_GUID defines the GUIDs that it names. No #pragma once: it may
 * come before <guiddef.h> or after. */
#include "guiddef.h"

#ifndef INITGUID
#define INITGUID
#endif
#undef DEFINE_GUID
#ifdef __cplusplus
#define INITIALIZED_GUID extern "C" const GUID
#else
#define INITIALIZED_GUID const GUID
#endif
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
    INITIALIZED_GUID name                                            \
        __attribute__((weak, unused)) = { l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 } }
