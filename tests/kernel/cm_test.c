/* cm_test.c - registry values as drivers read them, and the event log as they write it. */
#include "model/kernel/cm.h"
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

#define KEY "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Probe\\Parameters"

static NTSTATUS open_key(PCWSTR path, HANDLE root, HANDLE *out)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;

    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, root, NULL);
    return ZwOpenKey(out, KEY_READ, &attributes);
}

STORY(a_driver_reads_its_parameters)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION info;
        UCHAR bytes[64];
    } value;
    UNICODE_STRING name;
    HANDLE root, key;
    ULONG needed = 0;

    (void)arg;
    cm_set_text(KEY, "Build", "6.5.7638.1");
    cm_set_dword(KEY, "Depth", 7);
    EXPECT(open_key(L"\\Registry\\Machine\\System\\Nowhere", NULL, &key) ==
           STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(NT_SUCCESS(open_key(PROBE_KEY, NULL, &root)) &&
           NT_SUCCESS(open_key(L"parameters", root, &key)));
    RtlInitUnicodeString(&name, L"BUILD");
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &value, 4, &needed) ==
           STATUS_BUFFER_TOO_SMALL);
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &value, 16, &needed) ==
           STATUS_BUFFER_OVERFLOW);
    EXPECT(needed == 12 + 22);
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &value, sizeof value, &needed) ==
           STATUS_SUCCESS);
    EXPECT(value.info.Type == REG_SZ && value.info.DataLength == 22);
    EXPECT(memcmp(value.info.Data, L"6.5.7638.1", 22) == 0);
    RtlInitUnicodeString(&name, L"Depth");
    EXPECT(NT_SUCCESS(
        ZwQueryValueKey(key, &name, KeyValuePartialInformation, &value, sizeof value, &needed)));
    EXPECT(value.info.Type == REG_DWORD && value.info.Data[0] == 7);
    RtlInitUnicodeString(&name, L"Missing");
    EXPECT(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &value, sizeof value, &needed) ==
           STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(key);
    ZwClose(root);
}

STORY(values_are_kept_by_kind)
{
    char text[32];
    uint32_t number;

    (void)arg;
    cm_set_dword(KEY, "Depth", 7);
    EXPECT(cm_get_dword(KEY, "depth", &number) && number == 7 &&
           !cm_get_text(KEY, "Depth", text, sizeof text));
    cm_set_text(KEY, "Depth", "seven");
    EXPECT(cm_get_text(KEY, "Depth", text, sizeof text) && strcmp(text, "seven") == 0 &&
           !cm_get_dword(KEY, "Depth", &number));
}

/* The driver's name is the source, the code's low 16 bits the event, its strings the text. */
STORY(a_driver_writes_to_the_system_log)
{
    static const WCHAR text[] = L"EXIFS Driver\0loaded";
    const struct cm_line *line;
    PIO_ERROR_LOG_PACKET packet;
    UCHAR size = (UCHAR)(sizeof *packet + sizeof text);

    (void)arg;
    EXPECT(NT_SUCCESS(probe_load()));
    EXPECT(IoAllocateErrorLogEntry(probe.device, 4) == NULL);
    EXPECT(IoAllocateErrorLogEntry(probe.device, ERROR_LOG_MAXIMUM_SIZE + 1) == NULL);
    packet = IoAllocateErrorLogEntry(probe.device, size);
    packet->ErrorCode = (NTSTATUS)0x40052400;
    packet->NumberOfStrings = 2;
    packet->StringOffset = sizeof *packet;
    memcpy(packet + 1, text, sizeof text);
    IoWriteErrorLogEntry(packet);
    line = cm_log_line(cm_log_count() - 1);
    EXPECT(line->log == LOG_SYSTEM && line->severity == LOG_INFORMATION && line->id == 9216);
    EXPECT(strcmp(line->source, "Probe") == 0 && strcmp(line->text, "EXIFS Driver loaded") == 0);
}

STORY(the_oldest_lines_leave_first)
{
    (void)arg;
    for (uint32_t i = 0; i < LOG_LINES_MAX + 10; i++)
        cm_log(LOG_APPLICATION, LOG_WARNING, "Test", i, "line %u", i);
    EXPECT(cm_log_count() == LOG_LINES_MAX && cm_log_line(0)->id == 10 &&
           cm_log_line(LOG_LINES_MAX) == NULL);
    EXPECT(cm_log_line(LOG_LINES_MAX - 1)->id == LOG_LINES_MAX + 9);
}

GROUP(cm_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driver_reads_its_parameters),
        cmocka_unit_test(values_are_kept_by_kind),
        cmocka_unit_test(a_driver_writes_to_the_system_log),
        cmocka_unit_test(the_oldest_lines_leave_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
