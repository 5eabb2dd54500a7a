/* registry_test.c - the registry as drivers see it: keys and values by handle, and by path. */
#include "model/kernel/cm.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

#define SERVICES L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"
#define SERVICE  "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Echo"

static HANDLE make(PCWSTR path, ULONG *disposition)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE key = NULL;

    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT(NT_SUCCESS(ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, disposition)));
    return key;
}

static NTSTATUS set(HANDLE key, PCWSTR name, ULONG type, const void *data, ULONG bytes)
{
    UNICODE_STRING string;

    RtlInitUnicodeString(&string, name);
    return ZwSetValueKey(key, &string, 0, type, (PVOID)(uintptr_t)data, bytes);
}

static void with_a_service(void) { cm_set_text(SERVICE, "ImagePath", "echo.sys"); }

STORY(keys_are_made_and_deleted)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES a;
    ULONG disposition = 0;
    HANDLE key, below, none;

    (void)arg;
    with_a_service();
    key = make(SERVICES L"Echo\\Parameters", &disposition);
    EXPECT(disposition == REG_CREATED_NEW_KEY);
    ZwClose(make(SERVICES L"Echo\\PARAMETERS", &disposition));
    EXPECT(disposition == REG_OPENED_EXISTING_KEY);
    below = make(SERVICES L"Echo\\Parameters\\Deep", NULL);
    EXPECT(ZwDeleteKey(key) == STATUS_CANNOT_DELETE);
    EXPECT(ZwDeleteKey(below) == STATUS_SUCCESS && ZwDeleteKey(below) == STATUS_KEY_DELETED);
    EXPECT(ZwDeleteKey(key) == STATUS_SUCCESS);
    EXPECT(set(key, L"x", REG_DWORD, "1234", 4) == STATUS_KEY_DELETED);
    RtlInitUnicodeString(&name, L"x");
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, NULL, 0, &disposition) ==
           STATUS_KEY_DELETED);
    RtlInitUnicodeString(&name, L"\\Registry\\Nowhere\\At\\All");
    InitializeObjectAttributes(&a, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT(ZwCreateKey(&none, KEY_READ, &a, 0, NULL, 0, NULL) == STATUS_OBJECT_NAME_NOT_FOUND);
}

STORY(values_of_all_types)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION partial;
        KEY_VALUE_FULL_INFORMATION full;
        KEY_VALUE_BASIC_INFORMATION basic;
        UCHAR room[128];
    } u;
    UNICODE_STRING name;
    ULONG number = 7, needed;
    char text[32];
    uint32_t dword;
    HANDLE key;

    (void)arg;
    with_a_service();
    key = make(SERVICES L"Echo", NULL);
    EXPECT(set(key, L"Text", REG_SZ, L"abc", 8) == STATUS_SUCCESS);
    EXPECT(set(key, L"Number", REG_DWORD, &number, 4) == STATUS_SUCCESS);
    EXPECT(set(key, L"Bytes", REG_BINARY, "12345", 5) == STATUS_SUCCESS);
    EXPECT(cm_get_text(SERVICE, "Text", text, sizeof text) && strcmp(text, "abc") == 0);
    EXPECT(cm_get_dword(SERVICE, "Number", &dword) && dword == 7);
    EXPECT(!cm_get_text(SERVICE, "Bytes", text, sizeof text));
    RtlInitUnicodeString(&name, L"bytes");
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &u, sizeof u, &needed) == 0);
    EXPECT(u.partial.Type == REG_BINARY && u.partial.DataLength == 5 && needed == 17);
    EXPECT(memcmp(u.partial.Data, "12345", 5) == 0);
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &u, 14, &needed) ==
           STATUS_BUFFER_OVERFLOW);
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &u, 8, &needed) ==
           STATUS_BUFFER_TOO_SMALL);
    EXPECT(ZwQueryValueKey(key, &name, KeyValueFullInformation, &u, sizeof u, &needed) == 0);
    EXPECT(u.full.NameLength == 10 && memcmp(u.room + u.full.DataOffset, "12345", 5) == 0);
    EXPECT(ZwQueryValueKey(key, &name, KeyValueBasicInformation, &u, sizeof u, &needed) == 0);
    EXPECT(u.basic.Type == REG_BINARY && u.basic.Name[0] == 'B');
    EXPECT(ZwDeleteValueKey(key, &name) == STATUS_SUCCESS);
    EXPECT(ZwDeleteValueKey(key, &name) == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(set(key, L"Large", REG_BINARY, text, 4000) == STATUS_INSUFFICIENT_RESOURCES);
}

STORY(keys_and_values_are_counted_through)
{
    union {
        KEY_BASIC_INFORMATION key;
        KEY_VALUE_BASIC_INFORMATION value;
        UCHAR room[128];
    } u;
    KEY_FULL_INFORMATION full;
    ULONG needed;
    HANDLE key;

    (void)arg;
    with_a_service();
    key = make(SERVICES L"Echo", NULL);
    ZwClose(make(SERVICES L"Echo\\One", NULL));
    ZwClose(make(SERVICES L"Echo\\Second", NULL));
    ZwClose(make(SERVICES L"ECHO\\ONE\\Deep", NULL)); /* The same One. */
    set(key, L"Start", REG_DWORD, "\3\0\0", 4);
    EXPECT(ZwEnumerateKey(key, 0, KeyBasicInformation, &u, sizeof u, &needed) == 0);
    EXPECT(u.key.NameLength == 6 && u.key.Name[0] == 'O');
    EXPECT(ZwEnumerateKey(key, 1, KeyBasicInformation, &u, sizeof u, &needed) == 0);
    EXPECT(u.key.NameLength == 12 && u.key.Name[0] == 'S');
    EXPECT(ZwEnumerateKey(key, 2, KeyBasicInformation, &u, sizeof u, &needed) ==
           STATUS_NO_MORE_ENTRIES);
    EXPECT(ZwEnumerateKey(key, 1, KeyBasicInformation, &u, 20, &needed) == STATUS_BUFFER_OVERFLOW);
    EXPECT(ZwEnumerateValueKey(key, 1, KeyValueBasicInformation, &u, sizeof u, &needed) == 0);
    EXPECT(u.value.Type == REG_DWORD && u.value.NameLength == 10);
    EXPECT(ZwEnumerateValueKey(key, 2, KeyValueBasicInformation, &u, sizeof u, &needed) ==
           STATUS_NO_MORE_ENTRIES);
    EXPECT(ZwQueryKey(key, KeyFullInformation, &full, sizeof full, &needed) == 0);
    EXPECT(full.SubKeys == 2 && full.Values == 2 && full.MaxNameLen == 12);
    EXPECT(ZwQueryKey(key, KeyBasicInformation, &u, sizeof u, &needed) == 0);
    const WCHAR *letters = u.key.Name; /* More of them than the type says. */

    EXPECT(u.key.NameLength == 8 && letters[3] == 'o');
}

/* ---- By path --------------------------------------------------------------------------------- */

static char heard[64];
static NTSTATUS NTAPI hears(PWSTR name, ULONG type, PVOID data, ULONG length, PVOID context,
                            PVOID entry_context)
{
    EXPECT(context == heard && entry_context == NULL);
    (void)name, (void)length;
    heard[strlen(heard)] = type == REG_SZ ? (char)*(WCHAR *)data : 'n';
    return STATUS_SUCCESS;
}

STORY(a_table_of_values_is_read)
{
    static WCHAR fixed[8];
    UNICODE_STRING text = { 0, 0, NULL }, small = { 0, sizeof fixed, fixed };
    ULONG number = 0, missing = 0, fallback = 5;
    RTL_QUERY_REGISTRY_TABLE table[] = {
        { NULL, RTL_QUERY_REGISTRY_SUBKEY, (PWSTR)(uintptr_t)L"Parameters", NULL, 0, NULL, 0 },
        { NULL, RTL_QUERY_REGISTRY_DIRECT, (PWSTR)(uintptr_t)L"Text", &text, 0, NULL, 0 },
        { NULL, RTL_QUERY_REGISTRY_DIRECT, (PWSTR)(uintptr_t)L"Text", &small, 0, NULL, 0 },
        { NULL, RTL_QUERY_REGISTRY_DIRECT, (PWSTR)(uintptr_t)L"Number", &number, 0, NULL, 0 },
        { NULL, RTL_QUERY_REGISTRY_DIRECT, (PWSTR)(uintptr_t)L"Gone", &missing, REG_DWORD,
          &fallback, 4 },
        { hears, 0, (PWSTR)(uintptr_t)L"List", NULL, 0, NULL, 0 },
        { NULL, 0, NULL, NULL, 0, NULL, 0 },
    };

    (void)arg;
    memset(heard, 0, sizeof heard);
    with_a_service();
    EXPECT(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, (PWSTR)(uintptr_t)L"Echo\\Parameters") ==
           STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, (PWSTR)(uintptr_t)L"Echo\\Parameters") == 0);
    EXPECT(RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"Echo\\Parameters", L"Text", REG_SZ,
                                 (PVOID)(uintptr_t)L"abc", 8) == 0);
    number = 42;
    EXPECT(RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"Echo\\Parameters", L"Number", REG_DWORD,
                                 &number, 4) == 0);
    EXPECT(RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"Echo\\Parameters", L"List", REG_MULTI_SZ,
                                 (PVOID)(uintptr_t)L"x1\0y2\0z3\0", 20) == 0);
    number = 0;
    EXPECT(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"Echo", table, heard, NULL) == 0);
    EXPECT(text.Length == 6 && wcscmp(text.Buffer, L"abc") == 0 && small.Length == 6);
    EXPECT(number == 42 && missing == 5 && strcmp(heard, "xyz") == 0);
    RtlFreeUnicodeString(&text);
    EXPECT(RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, L"Echo\\Parameters", L"Text") == 0);
    table[1].Flags |= RTL_QUERY_REGISTRY_REQUIRED;
    EXPECT(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"Echo", table, heard, NULL) ==
           STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES | RTL_REGISTRY_OPTIONAL, L"None", table,
                                  heard, NULL) == STATUS_SUCCESS);
    EXPECT(RtlQueryRegistryValues(77, L"Echo", table, heard, NULL) == STATUS_INVALID_PARAMETER);
}

STORY(a_routine_gets_every_value)
{
    RTL_QUERY_REGISTRY_TABLE table[] = {
        { hears, 0, NULL, NULL, 0, NULL, 0 },
        { NULL, 0, NULL, NULL, 0, NULL, 0 },
    };
    ULONG number = 1;

    (void)arg;
    memset(heard, 0, sizeof heard);
    with_a_service();
    RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"Echo", L"Start", REG_DWORD, &number, 4);
    EXPECT(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"Echo", table, heard, NULL) == 0);
    EXPECT(strcmp(heard, "en") == 0);
}

STOPS(1, asking_at_dispatch, IRQL_NOT_LESS_OR_EQUAL)
{
    (void)arg;
    KeRaiseIrqlToDpcLevel();
    RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, (PWSTR)(uintptr_t)L"Echo");
}

GROUP(registry_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_made_and_deleted),
        cmocka_unit_test(values_of_all_types),
        cmocka_unit_test(keys_and_values_are_counted_through),
        cmocka_unit_test(a_table_of_values_is_read),
        cmocka_unit_test(a_routine_gets_every_value),
        cmocka_unit_test(asking_at_dispatch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
