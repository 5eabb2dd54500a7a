/* wdm_reg.h - the registry beyond opening a key and asking for a value. PASSIVE_LEVEL.
 *
 * Drivers include <wdm.h>. Names and paths are ASCII; a value has at most 255 bytes.
 */
#pragma once
#include "wdm_io.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _KEY_VALUE_BASIC_INFORMATION {
    ULONG TitleIndex, Type, NameLength;
    WCHAR Name[1];
} KEY_VALUE_BASIC_INFORMATION, *PKEY_VALUE_BASIC_INFORMATION;
typedef struct _KEY_VALUE_FULL_INFORMATION {
    ULONG TitleIndex, Type, DataOffset, DataLength, NameLength;
    WCHAR Name[1];
} KEY_VALUE_FULL_INFORMATION, *PKEY_VALUE_FULL_INFORMATION;
typedef enum _KEY_INFORMATION_CLASS {
    KeyBasicInformation,
    KeyNodeInformation,
    KeyFullInformation,
    KeyNameInformation
} KEY_INFORMATION_CLASS;
typedef struct _KEY_BASIC_INFORMATION {
    LARGE_INTEGER LastWriteTime;
    ULONG TitleIndex, NameLength;
    WCHAR Name[1];
} KEY_BASIC_INFORMATION, *PKEY_BASIC_INFORMATION;
typedef struct _KEY_FULL_INFORMATION {
    LARGE_INTEGER LastWriteTime;
    ULONG TitleIndex, ClassOffset, ClassLength, SubKeys, MaxNameLen, MaxClassLen, Values,
        MaxValueNameLen, MaxValueDataLen;
    WCHAR Class[1];
} KEY_FULL_INFORMATION, *PKEY_FULL_INFORMATION;
#ifndef REG_OPTION_NON_VOLATILE
#define REG_OPTION_NON_VOLATILE 0u
#define REG_OPTION_VOLATILE     1u
#endif
#ifndef REG_CREATED_NEW_KEY
#define REG_CREATED_NEW_KEY     1u
#define REG_OPENED_EXISTING_KEY 2u
#endif

/* Opens a key or makes it; *Disposition, which may be NULL, says which.
 * STATUS_OBJECT_NAME_NOT_FOUND: there is no parent. */
NTSTATUS ZwCreateKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes, ULONG TitleIndex, PUNICODE_STRING Class,
                     ULONG CreateOptions, PULONG Disposition);
/* STATUS_INSUFFICIENT_RESOURCES: too large, or the registry is full. STATUS_KEY_DELETED. */
NTSTATUS ZwSetValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName, ULONG TitleIndex, ULONG Type,
                       PVOID Data, ULONG DataSize);
NTSTATUS ZwDeleteValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName);
/* STATUS_CANNOT_DELETE: it has keys below it. */
NTSTATUS ZwDeleteKey(HANDLE KeyHandle);
/* STATUS_NO_MORE_ENTRIES: the index is past the last. STATUS_BUFFER_OVERFLOW: cut;
 * STATUS_BUFFER_TOO_SMALL: no room for the fixed part. */
NTSTATUS ZwEnumerateKey(HANDLE KeyHandle, ULONG Index, KEY_INFORMATION_CLASS KeyInformationClass,
                        PVOID KeyInformation, ULONG Length, PULONG ResultLength);
NTSTATUS ZwEnumerateValueKey(HANDLE KeyHandle, ULONG Index,
                             KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                             PVOID KeyValueInformation, ULONG Length, PULONG ResultLength);
NTSTATUS ZwQueryKey(HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass,
                    PVOID KeyInformation, ULONG Length, PULONG ResultLength);
NTSTATUS ZwFlushKey(HANDLE KeyHandle);

/* ---- By path --------------------------------------------------------------------------------- */
#define RTL_REGISTRY_ABSOLUTE   0u
#define RTL_REGISTRY_SERVICES   1u
#define RTL_REGISTRY_CONTROL    2u
#define RTL_REGISTRY_WINDOWS_NT 3u
#define RTL_REGISTRY_DEVICEMAP  4u
#define RTL_REGISTRY_USER       5u
#define RTL_REGISTRY_MAXIMUM    6u
#define RTL_REGISTRY_HANDLE     0x40000000u
#define RTL_REGISTRY_OPTIONAL   0x80000000u
NTSTATUS RtlCheckRegistryKey(ULONG RelativeTo, PWSTR Path);
NTSTATUS RtlCreateRegistryKey(ULONG RelativeTo, PWSTR Path);
NTSTATUS RtlWriteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName, ULONG ValueType,
                               PVOID ValueData, ULONG ValueLength);
NTSTATUS RtlDeleteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName);
typedef NTSTATUS(NTAPI RTL_QUERY_REGISTRY_ROUTINE)(PWSTR ValueName, ULONG ValueType,
                                                   PVOID ValueData, ULONG ValueLength,
                                                   PVOID Context, PVOID EntryContext);
typedef RTL_QUERY_REGISTRY_ROUTINE *PRTL_QUERY_REGISTRY_ROUTINE;
typedef struct _RTL_QUERY_REGISTRY_TABLE {
    PRTL_QUERY_REGISTRY_ROUTINE QueryRoutine;
    ULONG Flags;
    PWSTR Name;
    PVOID EntryContext;
    ULONG DefaultType;
    PVOID DefaultData;
    ULONG DefaultLength;
} RTL_QUERY_REGISTRY_TABLE, *PRTL_QUERY_REGISTRY_TABLE;
#define RTL_QUERY_REGISTRY_SUBKEY   0x01u
#define RTL_QUERY_REGISTRY_TOPKEY   0x02u
#define RTL_QUERY_REGISTRY_REQUIRED 0x04u
#define RTL_QUERY_REGISTRY_NOVALUE  0x08u
#define RTL_QUERY_REGISTRY_NOEXPAND 0x10u
#define RTL_QUERY_REGISTRY_DIRECT   0x20u
#define RTL_QUERY_REGISTRY_DELETE   0x40u
/* Goes through a table that ends with a row without routine and name. DIRECT stores a value where
 * EntryContext points: a text in a UNICODE_STRING (Buffer NULL: allocated), up to four bytes as
 * they are, longer data behind a length (negative: the room) or behind length and type. A missing
 * value is the row's default, if it has one; with REQUIRED it is
 * STATUS_OBJECT_NAME_NOT_FOUND. */
NTSTATUS RtlQueryRegistryValues(ULONG RelativeTo, PCWSTR Path, PRTL_QUERY_REGISTRY_TABLE QueryTable,
                                PVOID Context, PVOID Environment);

#ifdef __cplusplus
}
#endif
