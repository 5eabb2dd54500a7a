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
#undef GUID_MAY_REPEAT
#ifdef _WIN32
#define GUID_MAY_REPEAT selectany /* A PE file has no weak names for other objects. */
#else
#define GUID_MAY_REPEAT weak
#endif
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
    INITIALIZED_GUID name __attribute__((                            \
        GUID_MAY_REPEAT, unused)) = { l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 } }
