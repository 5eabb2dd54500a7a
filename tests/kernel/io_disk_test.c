/* io_disk_test.c - the simulated NTFS volumes: contents, sharing, queue, cache (facts/nt-kernel.md
 * 10; io_disk.c). */
#include "model/kernel/io_disk.h"
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

static const struct io_disk_settings always_disk = { 5000, 0, 100, 0 },
                                     always_cache = { 5000, 0, 100, 1000000 };

static NTSTATUS open_file(HANDLE *out, PCWSTR name, ULONG share, ULONG disposition, ULONG options,
                          ULONG_PTR *result)
{
    IO_STATUS_BLOCK iosb = { .Information = 0 };
    NTSTATUS status =
        io_create_file(out, GENERIC_READ | GENERIC_WRITE, name, OBJ_KERNEL_HANDLE, &iosb, share,
                       disposition, options | FILE_SYNCHRONOUS_IO_NONALERT, KernelMode);

    if (result != NULL)
        *result = iosb.Information;
    return status;
}

static NTSTATUS transfer(HANDLE file, bool write, uint64_t offset, void *buffer, ULONG bytes,
                         ULONG_PTR *moved)
{
    LARGE_INTEGER at = { .QuadPart = (LONGLONG)offset };
    IO_STATUS_BLOCK iosb = { .Information = 0 };
    NTSTATUS status = write ? ZwWriteFile(file, NULL, NULL, NULL, &iosb, buffer, bytes, &at, NULL)
                            : ZwReadFile(file, NULL, NULL, NULL, &iosb, buffer, bytes, &at, NULL);

    if (moved != NULL)
        *moved = iosb.Information;
    return status;
}

STORY(what_is_written_is_read_back)
{
    static uint8_t out[10000], in[10000];
    HANDLE file;
    ULONG_PTR moved = 0;
    uint64_t size = 0;

    (void)arg;
    io_disk_configure(0, &always_disk);
    for (size_t i = 0; i < sizeof out; i++)
        out[i] = (uint8_t)(i * 7 + i / 300);
    EXPECT(NT_SUCCESS(open_file(&file, L"\\??\\C:\\Exchsrvr\\priv1.stm", 0, FILE_CREATE, 0, NULL)));
    EXPECT(transfer(file, true, 100, out, sizeof out, &moved) == STATUS_SUCCESS &&
           moved == sizeof out);
    EXPECT(NT_SUCCESS(io_query_size(file, &size)) && size == 10100);
    EXPECT(transfer(file, false, 100, in, sizeof in, &moved) == STATUS_SUCCESS &&
           memcmp(in, out, sizeof in) == 0);
    EXPECT(transfer(file, false, 10000, in, 4096, &moved) == STATUS_SUCCESS && moved == 100);
    EXPECT(transfer(file, false, 10100, in, 1, &moved) == STATUS_END_OF_FILE);
    EXPECT(NT_SUCCESS(io_set_size(file, 200)) && NT_SUCCESS(io_set_size(file, 300)));
    EXPECT(transfer(file, false, 0, in, 300, &moved) == STATUS_SUCCESS && moved == 300);
    EXPECT(in[0] == 0 && in[99] == 0 && in[199] == out[99] && in[200] == 0 && in[299] == 0);
    ZwClose(file);
    EXPECT(io_file_hash(L"\\??\\C:\\exchsrvr\\PRIV1.STM", 0, 300) != 0 &&
           io_file_hash(L"\\??\\C:\\none", 0, 1) == 0);
}

/* A page of one repeated line costs a line; the contents do not show it. */
STORY(uniform_pages_are_kept_short)
{
    static uint8_t page[MM_PAGE], in[MM_PAGE];
    HANDLE file;

    (void)arg;
    io_disk_configure(2, &always_cache);
    EXPECT(NT_SUCCESS(open_file(&file, L"\\??\\E:\\a.stm", 0, FILE_CREATE, 0, NULL)));
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = (uint8_t)(i % 64);
    size_t before = ke->sim->arena->used;

    for (uint64_t n = 0; n < 256; n++)
        EXPECT(NT_SUCCESS(transfer(file, true, n * MM_PAGE, page, MM_PAGE, NULL)));
    EXPECT(ke->sim->arena->used - before < 64 * 1024);
    page[4095] ^= 1;
    EXPECT(NT_SUCCESS(transfer(file, true, 4095, &page[4095], 1, NULL)) &&
           NT_SUCCESS(transfer(file, false, 0, in, MM_PAGE, NULL)));
    EXPECT(memcmp(in, page, MM_PAGE) == 0);
    ZwClose(file);
}

STORY(dispositions_and_sharing)
{
    HANDLE one, two;
    ULONG_PTR result;
    uint64_t size = 1;
    const PCWSTR name = L"\\??\\D:\\x.edb";

    (void)arg;
    EXPECT(open_file(&one, name, 0, FILE_OPEN, 0, NULL) == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT(NT_SUCCESS(open_file(&one, name, FILE_SHARE_READ, FILE_OPEN_IF, 0, &result)) &&
           result == FILE_CREATED);
    EXPECT(open_file(&two, name, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL) ==
           STATUS_SHARING_VIOLATION);
    transfer(one, true, 0, "abc", 3, NULL);
    ZwClose(one);
    EXPECT(open_file(&one, name, 0, FILE_CREATE, 0, NULL) == STATUS_OBJECT_NAME_COLLISION);
    EXPECT(NT_SUCCESS(
        open_file(&one, name, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OVERWRITE, 0, &result)));
    EXPECT(result == FILE_OVERWRITTEN && NT_SUCCESS(io_query_size(one, &size)) && size == 0);
    EXPECT(
        NT_SUCCESS(open_file(&two, name, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL)));
    ZwClose(one);
    ZwClose(two);
}

/* A miss takes the disk's time, a hit only the copy's; write-through never hits. */
STORY(the_cache_saves_the_disk)
{
    static uint8_t page[MM_PAGE];
    HANDLE cached, through;
    sim_time start;

    (void)arg;
    io_disk_configure(0, &always_cache);
    EXPECT(NT_SUCCESS(open_file(&cached, L"\\??\\C:\\a", 0, FILE_CREATE, 0, NULL)));
    EXPECT(
        NT_SUCCESS(open_file(&through, L"\\??\\C:\\b", 0, FILE_CREATE, FILE_WRITE_THROUGH, NULL)));
    start = ke->sim->now;
    transfer(cached, true, 0, page, MM_PAGE, NULL);
    EXPECT(ke->sim->now - start < MS(1));
    start = ke->sim->now;
    transfer(through, true, 0, page, MM_PAGE, NULL);
    /* Median plus one page, sigma 0. */
    EXPECT(ke->sim->now - start >= US(5100) && ke->sim->now - start < MS(7));
    start = ke->sim->now;
    transfer(through, false, 0, page, MM_PAGE, NULL);
    EXPECT(ke->sim->now - start < MS(1));
    ZwClose(cached);
    ZwClose(through);
}

/* One spindle, first come first served; a flush stands in line like the rest. */
STORY(transfers_queue_up)
{
    static uint8_t page[MM_PAGE];
    IO_STATUS_BLOCK iosb[4];
    LARGE_INTEGER at = { .QuadPart = 0 };
    HANDLE file;
    sim_time start = ke->sim->now;

    (void)arg;
    io_disk_configure(1, &always_disk);
    EXPECT(NT_SUCCESS(io_create_file(&file, GENERIC_WRITE, L"\\??\\D:\\q", OBJ_KERNEL_HANDLE,
                                     &iosb[0], 0, FILE_CREATE, 0, KernelMode)));
    for (int i = 0; i < 3; i++) {
        iosb[i].Status = STATUS_PENDING;
        EXPECT(ZwWriteFile(file, NULL, NULL, NULL, &iosb[i], page, MM_PAGE, &at, NULL) ==
               STATUS_PENDING);
    }
    iosb[3].Status = STATUS_PENDING;
    EXPECT(io_transfer(&(struct io_request){ .kind = IO_FLUSH, .file = file, .iosb = &iosb[3] },
                       KernelMode) == STATUS_PENDING);
    EXPECT(io_disk_queue(1) == 4);
    while (iosb[3].Status == STATUS_PENDING)
        story_sleep(MS(1));
    EXPECT(ke->sim->now - start >= US(3 * 5100 + 5000) && iosb[0].Status == STATUS_SUCCESS &&
           io_disk_queue(1) == 0);
    ZwClose(file);
}

/* Position and appending of a synchronous file. */
STORY(a_synchronous_file_keeps_its_position)
{
    IO_STATUS_BLOCK iosb;
    char in[7] = "";
    HANDLE file;

    (void)arg;
    EXPECT(NT_SUCCESS(open_file(&file, L"\\??\\C:\\log", 0, FILE_CREATE, 0, NULL)));
    ZwWriteFile(file, NULL, NULL, NULL, &iosb, "abc", 3, NULL, NULL);
    ZwWriteFile(file, NULL, NULL, NULL, &iosb, "def", 3, NULL, NULL);
    EXPECT(NT_SUCCESS(transfer(file, false, 0, in, 2, NULL)));
    EXPECT(NT_SUCCESS(ZwReadFile(file, NULL, NULL, NULL, &iosb, in, 4, NULL, NULL)) &&
           memcmp(in, "cdef", 4) == 0);
    transfer(file, true, UINT64_MAX, "g", 1, NULL); /* FILE_WRITE_TO_END_OF_FILE. */
    EXPECT(NT_SUCCESS(transfer(file, false, 0, in, 7, NULL)) && memcmp(in, "abcdefg", 7) == 0);
    ZwClose(file);
}

GROUP(io_disk_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(uniform_pages_are_kept_short),
        cmocka_unit_test(dispositions_and_sharing),
        cmocka_unit_test(the_cache_saves_the_disk),
        cmocka_unit_test(transfers_queue_up),
        cmocka_unit_test(a_synchronous_file_keeps_its_position),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
