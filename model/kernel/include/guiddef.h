/* guiddef.h - GUIDs. DEFINE_GUID declares one; after <initguid.h> it defines it. */
#pragma once
#include "ntdef.h"

typedef struct _GUID {
    ULONG Data1;
    USHORT Data2, Data3;
    UCHAR Data4[8];
} GUID;
typedef GUID *LPGUID;
typedef const GUID *LPCGUID;

#ifdef __cplusplus
#define EXTERN_GUID extern "C" const GUID
#else
#define EXTERN_GUID extern const GUID
#endif
#ifndef DEFINE_GUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_GUID name
#endif
#define IsEqualGUID(a, b) (__builtin_memcmp((a), (b), sizeof(GUID)) == 0)
#define InlineIsEqualGUID IsEqualGUID
