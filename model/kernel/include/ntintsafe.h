/* ntintsafe.h - arithmetic and conversions that notice an overflow: STATUS_SUCCESS and the result,
 * or STATUS_INTEGER_OVERFLOW and all bits set. Any IRQL. */
#pragma once
#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NT_INTSAFE_OPERATION(name, type, operation)                 \
    FORCEINLINE NTSTATUS name(type one, type other, type *result)   \
    {                                                               \
        type value;                                                 \
                                                                    \
        if (__builtin_##operation##_overflow(one, other, &value)) { \
            *result = (type)-1;                                     \
            return STATUS_INTEGER_OVERFLOW;                         \
        }                                                           \
        *result = value;                                            \
        return STATUS_SUCCESS;                                      \
    }
#define NT_INTSAFE_TYPE(word, type)                 \
    NT_INTSAFE_OPERATION(Rtl##word##Add, type, add) \
    NT_INTSAFE_OPERATION(Rtl##word##Sub, type, sub) \
    NT_INTSAFE_OPERATION(Rtl##word##Mult, type, mul)
NT_INTSAFE_TYPE(UInt8, UCHAR)
NT_INTSAFE_TYPE(UShort, USHORT)
NT_INTSAFE_TYPE(UInt, UINT)
NT_INTSAFE_TYPE(ULong, ULONG)
NT_INTSAFE_TYPE(ULongLong, ULONGLONG)
NT_INTSAFE_TYPE(ULongPtr, ULONG_PTR)
NT_INTSAFE_TYPE(SIZET, SIZE_T)
NT_INTSAFE_TYPE(Long, LONG)
NT_INTSAFE_TYPE(LongLong, LONGLONG)
#define RtlSizeTAdd  RtlSIZETAdd
#define RtlSizeTSub  RtlSIZETSub
#define RtlSizeTMult RtlSIZETMult
#define RtlDWordAdd  RtlULongAdd
#define RtlDWordSub  RtlULongSub
#define RtlDWordMult RtlULongMult

#define NT_INTSAFE_CONVERSION(name, from, type)         \
    FORCEINLINE NTSTATUS name(from value, type *result) \
    {                                                   \
        if (__builtin_add_overflow(value, 0, result)) { \
            *result = (type)-1;                         \
            return STATUS_INTEGER_OVERFLOW;             \
        }                                               \
        return STATUS_SUCCESS;                          \
    }
NT_INTSAFE_CONVERSION(RtlULongToUShort, ULONG, USHORT)
NT_INTSAFE_CONVERSION(RtlULongToUChar, ULONG, UCHAR)
NT_INTSAFE_CONVERSION(RtlULongToLong, ULONG, LONG)
NT_INTSAFE_CONVERSION(RtlLongToULong, LONG, ULONG)
NT_INTSAFE_CONVERSION(RtlLongToUShort, LONG, USHORT)
NT_INTSAFE_CONVERSION(RtlULongLongToULong, ULONGLONG, ULONG)
NT_INTSAFE_CONVERSION(RtlULongLongToLong, ULONGLONG, LONG)
NT_INTSAFE_CONVERSION(RtlULongLongToLongLong, ULONGLONG, LONGLONG)
NT_INTSAFE_CONVERSION(RtlLongLongToULong, LONGLONG, ULONG)
NT_INTSAFE_CONVERSION(RtlLongLongToULongLong, LONGLONG, ULONGLONG)
NT_INTSAFE_CONVERSION(RtlLongLongToLong, LONGLONG, LONG)
NT_INTSAFE_CONVERSION(RtlSIZETToULong, SIZE_T, ULONG)
NT_INTSAFE_CONVERSION(RtlULongPtrToULong, ULONG_PTR, ULONG)
#define RtlSizeTToULong RtlSIZETToULong

#ifdef __cplusplus
}
#endif
