/* rtl_string_test.c - counted strings, conversions, numbers, GUIDs (facts/ddi.md 2.13). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static UNICODE_STRING wide(PCWSTR text)
{
    UNICODE_STRING string;

    RtlInitUnicodeString(&string, text);
    return string;
}

static ANSI_STRING narrow(PCSTR text)
{
    ANSI_STRING string;

    RtlInitAnsiString(&string, text);
    return string;
}

static UNICODE_STRING room(WCHAR *buffer, size_t bytes)
{
    memset(buffer, 0x5a, bytes);
    return (UNICODE_STRING){ 0, (USHORT)bytes, buffer };
}

static bool reads(const UNICODE_STRING *string, PCWSTR text)
{
    UNICODE_STRING other = wide(text);

    return RtlEqualUnicodeString(string, &other, FALSE);
}

STORY(a_string_describes_its_text)
{
    static WCHAR endless[70001];
    ANSI_STRING a = narrow("abc"), none = narrow(NULL), empty = narrow("");

    (void)arg;
    for (size_t i = 0; i + 1 < RTL_NUMBER_OF(endless); i++)
        endless[i] = 'x';
    EXPECT(wide(endless).Length == 0xfffc && wide(endless).MaximumLength == 0xfffe);
    EXPECT(a.Length == 3 && a.MaximumLength == 4);
    EXPECT(none.Length == 0 && none.MaximumLength == 0 && none.Buffer == NULL);
    EXPECT(empty.Length == 0 && empty.MaximumLength == 1);
}

STORY(a_text_longer_than_the_field_is_cut)
{
    static char text[0x10010];
    ANSI_STRING a;

    (void)arg;
    memset(text, 'x', sizeof text - 1);
    RtlInitAnsiString(&a, text);
    EXPECT(a.Length == 0xfffe && a.MaximumLength == 0xffff);
}

STORY(eight_bits_become_sixteen)
{
    ANSI_STRING a = narrow("M\xfcller \x80");
    UNICODE_STRING u = { 0, 0, NULL };

    (void)arg;
    EXPECT(RtlAnsiStringToUnicodeSize(&a) == 18);
    EXPECT(RtlAnsiStringToUnicodeString(&u, &a, TRUE) == STATUS_SUCCESS);
    EXPECT(u.Length == 16 && u.MaximumLength == 18 && u.Buffer[8] == 0);
    EXPECT(u.Buffer[1] == 0xfc && u.Buffer[7] == 0x20ac);
    RtlFreeUnicodeString(&u);
    EXPECT(u.Buffer == NULL && u.Length == 0 && u.MaximumLength == 0);
    RtlFreeUnicodeString(&u); /* Twice is nothing. */
}

STORY(a_destination_too_small_is_told)
{
    WCHAR buffer[4];
    ANSI_STRING a = narrow("abcd"), fits = narrow("abc");
    UNICODE_STRING u = room(buffer, sizeof buffer);

    (void)arg;
    EXPECT(RtlAnsiStringToUnicodeString(&u, &a, FALSE) == STATUS_BUFFER_OVERFLOW);
    EXPECT(RtlAnsiStringToUnicodeString(&u, &fits, FALSE) == STATUS_SUCCESS);
    EXPECT(u.Length == 6 && u.Buffer[3] == 0);
}

STORY(a_string_too_long_for_sixteen_bits_is_refused)
{
    static char text[0x8000];
    ANSI_STRING a = { 0x7fff, 0x7fff, text };
    UNICODE_STRING u;

    (void)arg;
    EXPECT(RtlAnsiStringToUnicodeString(&u, &a, TRUE) == STATUS_INVALID_PARAMETER_2);
}

STORY(sixteen_bits_become_eight)
{
    UNICODE_STRING u = wide(L"\x20ac\x0416z");
    char buffer[3];
    ANSI_STRING a, small = { 0, sizeof buffer, buffer }, none = { 0, 0, buffer };

    (void)arg;
    EXPECT(RtlUnicodeStringToAnsiSize(&u) == 4);
    EXPECT(RtlUnicodeStringToAnsiString(&a, &u, TRUE) == STATUS_SUCCESS);
    EXPECT(a.Length == 3 && a.MaximumLength == 4 && strcmp(a.Buffer, "\x80?z") == 0);
    RtlFreeAnsiString(&a);
    EXPECT(a.Buffer == NULL);
    EXPECT(RtlUnicodeStringToAnsiString(&small, &u, FALSE) == STATUS_BUFFER_OVERFLOW);
    EXPECT(small.Length == 2 && strcmp(buffer, "\x80?") == 0); /* What fits, terminated. */
    EXPECT(RtlUnicodeStringToAnsiString(&none, &u, FALSE) == STATUS_BUFFER_OVERFLOW);
}

STORY(upper_case)
{
    UNICODE_STRING u = wide(L"Caf\xe9 \xf7"), empty = wide(L""), up;
    WCHAR buffer[4];
    UNICODE_STRING small = room(buffer, sizeof buffer);

    (void)arg;
    EXPECT(RtlUpcaseUnicodeString(&up, &u, TRUE) == STATUS_SUCCESS);
    EXPECT(up.MaximumLength == u.Length && reads(&up, L"CAF\xc9 \xf7"));
    RtlFreeUnicodeString(&up);
    EXPECT(RtlUpcaseUnicodeString(&up, &empty, TRUE) == STATUS_SUCCESS);
    EXPECT(up.Length == 0 && up.MaximumLength == 0 && up.Buffer != NULL);
    RtlFreeUnicodeString(&up);
    EXPECT(RtlUpcaseUnicodeString(&small, &u, FALSE) == STATUS_BUFFER_OVERFLOW);
    EXPECT(RtlDowncaseUnicodeString(&up, &u, TRUE) == STATUS_SUCCESS);
    EXPECT(reads(&up, L"caf\xe9 \xf7"));
    RtlFreeUnicodeString(&up);
}

STORY(appending_keeps_the_destination_when_it_fails)
{
    WCHAR buffer[6];
    UNICODE_STRING u = room(buffer, sizeof buffer), more = wide(L"cd");

    (void)arg;
    EXPECT(RtlAppendUnicodeToString(&u, L"ab") == STATUS_SUCCESS);
    EXPECT(RtlAppendUnicodeToString(&u, NULL) == STATUS_SUCCESS);
    EXPECT(RtlAppendUnicodeStringToString(&u, &more) == STATUS_SUCCESS);
    EXPECT(reads(&u, L"abcd") && u.Buffer[4] == 0);
    EXPECT(RtlAppendUnicodeToString(&u, L"efg") == STATUS_BUFFER_TOO_SMALL && u.Length == 8);
    EXPECT(RtlAppendUnicodeToString(&u, L"ef") == STATUS_SUCCESS); /* No room for a terminator. */
    EXPECT(u.Length == 12 && reads(&u, L"abcdef"));
}

STORY(a_prefix_is_the_beginning)
{
    UNICODE_STRING prefix = wide(L"\\Device"), name = wide(L"\\DEVICE\\x"), longer = wide(L"\\Dev");
    ANSI_STRING a = narrow("ab"), b = narrow("ABc");

    (void)arg;
    EXPECT(RtlPrefixUnicodeString(&prefix, &name, TRUE));
    EXPECT(!RtlPrefixUnicodeString(&prefix, &name, FALSE));
    EXPECT(!RtlPrefixUnicodeString(&prefix, &longer, TRUE));
    EXPECT(RtlPrefixString(&a, &b, TRUE) && !RtlPrefixString(&a, &b, FALSE));
    EXPECT(RtlCompareString(&a, &b, TRUE) < 0 && RtlCompareString(&a, &b, FALSE) > 0);
    EXPECT(!RtlEqualString(&a, &b, TRUE) && RtlEqualString(&a, &a, FALSE));
}

STORY(eight_bit_strings_are_copied_and_appended)
{
    char buffer[4];
    STRING to = { 0, sizeof buffer, buffer };
    ANSI_STRING a = narrow("abcdef"), b = narrow("b");

    (void)arg;
    RtlCopyString(&to, &a);
    EXPECT(to.Length == 4 && memcmp(buffer, "abcd", 4) == 0);
    EXPECT(RtlAppendStringToString(&to, &b) == STATUS_BUFFER_TOO_SMALL && to.Length == 4);
    RtlCopyString(&to, NULL);
    EXPECT(to.Length == 0 && RtlAppendStringToString(&to, &b) == STATUS_SUCCESS);
    RtlUpperString(&to, &a);
    EXPECT(to.Length == 4 && memcmp(buffer, "ABCD", 4) == 0);
}

STORY(hashes_of_names)
{
    UNICODE_STRING one = wide(L"AB"), other = wide(L"ab");
    ULONG hash, same;

    (void)arg;
    EXPECT(RtlHashUnicodeString(&one, FALSE, HASH_STRING_ALGORITHM_X65599, &hash) == 0);
    EXPECT(hash == 'A' * 65599u + 'B');
    EXPECT(RtlHashUnicodeString(&other, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &same) == 0);
    EXPECT(hash == same);
    EXPECT(RtlHashUnicodeString(&one, FALSE, 7, &hash) == STATUS_INVALID_PARAMETER);
}

STORY(numbers_are_written)
{
    WCHAR buffer[10];
    UNICODE_STRING u = room(buffer, sizeof buffer);

    (void)arg;
    EXPECT(RtlIntegerToUnicodeString(0, 0, &u) == STATUS_SUCCESS && reads(&u, L"0"));
    EXPECT(RtlIntegerToUnicodeString(0xbeef, 16, &u) == STATUS_SUCCESS && reads(&u, L"BEEF"));
    EXPECT(buffer[4] == 0);
    EXPECT(RtlIntegerToUnicodeString(MAXULONG, 10, &u) == STATUS_SUCCESS);
    EXPECT(reads(&u, L"4294967295")); /* Ten characters: just fits. */
    EXPECT(RtlIntegerToUnicodeString(MAXULONG, 8, &u) == STATUS_BUFFER_OVERFLOW);
    EXPECT(RtlIntegerToUnicodeString(1, 7, &u) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlInt64ToUnicodeString(0x123456789ull, 16, &u) == 0 && reads(&u, L"123456789"));
}

STORY(numbers_are_read)
{
    static const struct {
        PCWSTR text;
        ULONG base, value;
    } rows[] = {
        { L"  42x", 0, 42 }, { L"-1", 10, MAXULONG }, { L"0x1F", 0, 31 }, { L"0b101", 0, 5 },
        { L"0o17", 0, 15 },  { L"+7", 0, 7 },         { L"xyz", 0, 0 },   { L"ff", 16, 255 },
        { L"0x1f", 16, 0 },  { L"19", 8, 1 },         { L"0", 0, 0 },
    };
    ULONG value;

    (void)arg;
    for (size_t i = 0; i < RTL_NUMBER_OF(rows); i++) {
        UNICODE_STRING u = wide(rows[i].text);

        value = 99;
        EXPECT(RtlUnicodeStringToInteger(&u, rows[i].base, &value) == STATUS_SUCCESS);
        EXPECT(value == rows[i].value);
    }
    UNICODE_STRING empty = wide(L""), one = wide(L"1");

    EXPECT(RtlUnicodeStringToInteger(&empty, 0, &value) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlUnicodeStringToInteger(&one, 3, &value) == STATUS_INVALID_PARAMETER);
    EXPECT(RtlCharToInteger(" -0x10", 0, &value) == STATUS_SUCCESS && value == 0u - 16);
}

STORY(guids_go_there_and_back)
{
    static const GUID guid = { 0x01234567, 0x89ab, 0xcdef, { 1, 2, 3, 4, 5, 6, 0xfe, 0xff } };
    UNICODE_STRING u, bad = wide(L"{01234567-89AB-CDEF-0102-03040506FEFg}");
    GUID back;

    (void)arg;
    EXPECT(RtlStringFromGUID(&guid, &u) == STATUS_SUCCESS);
    EXPECT(reads(&u, L"{01234567-89AB-CDEF-0102-03040506FEFF}") && u.Buffer[38] == 0);
    EXPECT(RtlGUIDFromString(&u, &back) == STATUS_SUCCESS && memcmp(&guid, &back, 16) == 0);
    RtlFreeUnicodeString(&u);
    EXPECT(RtlGUIDFromString(&bad, &back) == STATUS_INVALID_PARAMETER);
}

STORY(this_is_windows_server_2003)
{
    RTL_OSVERSIONINFOEXW version = { .dwOSVersionInfoSize = sizeof version };
    OSVERSIONINFOA ansi = { .dwOSVersionInfoSize = sizeof ansi };
    ULONG major, minor, build;

    (void)arg;
    EXPECT(RtlGetVersion((PRTL_OSVERSIONINFOW)(void *)&version) == STATUS_SUCCESS);
    EXPECT(version.dwMajorVersion == 5 && version.dwMinorVersion == 2);
    EXPECT(version.dwBuildNumber == 3790 && version.dwPlatformId == 2);
    EXPECT(version.wServicePackMajor == 1 && version.wProductType == 3);
    EXPECT(PsGetVersion(&major, &minor, &build, NULL) == ke->switches.checked_build);
    EXPECT(major == 5 && minor == 2 && build == 3790);
    EXPECT(GetVersion() == 0x0ece0205u && GetVersionExA(&ansi));
    EXPECT(ansi.dwMajorVersion == 5 && ansi.dwMinorVersion == 2 && ansi.dwBuildNumber == 3790);
    EXPECT(ansi.dwPlatformId == 2 && strcmp(ansi.szCSDVersion, "Service Pack 1") == 0);
}

STORY(times_are_days)
{
    TIME_FIELDS fields = { 2004, 2, 29, 23, 59, 58, 999, 0 }, back;
    LARGE_INTEGER time, zero = { .QuadPart = 0 };
    ULONG seconds;

    (void)arg;
    EXPECT(RtlTimeFieldsToTime(&fields, &time));
    RtlTimeToTimeFields(&time, &back);
    EXPECT(memcmp(&back, &fields, offsetof(TIME_FIELDS, Weekday)) == 0 && back.Weekday == 0);
    EXPECT(RtlTimeToSecondsSince1970(&time, &seconds) && seconds == 1078099198);
    RtlTimeToTimeFields(&zero, &back);
    EXPECT(back.Year == 1601 && back.Month == 1 && back.Day == 1 && back.Weekday == 1);
    EXPECT(!RtlTimeToSecondsSince1970(&zero, &seconds));
    RtlSecondsSince1970ToTime(0, &time);
    RtlTimeToTimeFields(&time, &back);
    EXPECT(back.Year == 1970 && back.Day == 1 && back.Weekday == 4);
    fields.Year = 2005;
    EXPECT(!RtlTimeFieldsToTime(&fields, &time)); /* No such day. */
}

STORY(bitmaps_find_runs)
{
    ULONG words[3];
    RTL_BITMAP map;

    (void)arg;
    RtlInitializeBitMap(&map, words, 70);
    RtlClearAllBits(&map);
    EXPECT(RtlFindClearBitsAndSet(&map, 40, 0) == 0 && RtlNumberOfSetBits(&map) == 40);
    EXPECT(RtlFindClearBits(&map, 30, 0) == 40 && RtlFindClearBits(&map, 31, 0) == MAXULONG);
    RtlClearBits(&map, 3, 4);
    EXPECT(RtlFindClearBits(&map, 4, 60) == 60); /* From the hint on, then from the start. */
    EXPECT(RtlFindClearBits(&map, 4, 68) == 3);
    EXPECT(RtlAreBitsClear(&map, 3, 4) && !RtlAreBitsClear(&map, 2, 4));
    EXPECT(!RtlAreBitsClear(&map, 68, 3)); /* Beyond the end. */
    RtlSetBit(&map, 69);
    EXPECT(RtlTestBit(&map, 69) && RtlNumberOfClearBits(&map) == 33);
    EXPECT(RtlFindSetBitsAndClear(&map, 33, 0) == 7 && !RtlTestBit(&map, 7));
}

static void upcases_at_dispatch(void *arg)
{
    UNICODE_STRING u = wide(L"x"), up;
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    RtlUpcaseUnicodeString(&up, &u, TRUE);
}

static void frees_a_static_buffer(void *arg)
{
    static WCHAR buffer[16];
    UNICODE_STRING u = room(buffer, sizeof buffer);

    (void)arg;
    RtlFreeUnicodeString(&u);
}

static void misuse_stops(void **state)
{
    (void)state;
    assert_int_equal(stops_on(1, upcases_at_dispatch).code, IRQL_NOT_LESS_OR_EQUAL);
    assert_int_equal(stops_on(1, frees_a_static_buffer).code, BAD_POOL_CALLER);
}

GROUP(rtl_string_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_describes_its_text),
        cmocka_unit_test(a_text_longer_than_the_field_is_cut),
        cmocka_unit_test(eight_bits_become_sixteen),
        cmocka_unit_test(a_destination_too_small_is_told),
        cmocka_unit_test(a_string_too_long_for_sixteen_bits_is_refused),
        cmocka_unit_test(sixteen_bits_become_eight),
        cmocka_unit_test(upper_case),
        cmocka_unit_test(appending_keeps_the_destination_when_it_fails),
        cmocka_unit_test(a_prefix_is_the_beginning),
        cmocka_unit_test(eight_bit_strings_are_copied_and_appended),
        cmocka_unit_test(hashes_of_names),
        cmocka_unit_test(numbers_are_written),
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(guids_go_there_and_back),
        cmocka_unit_test(this_is_windows_server_2003),
        cmocka_unit_test(times_are_days),
        cmocka_unit_test(bitmaps_find_runs),
        cmocka_unit_test(misuse_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
