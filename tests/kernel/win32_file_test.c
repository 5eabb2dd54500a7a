/* win32_file_test.c - files, overlapped I/O and completion ports as programs use them
 * (facts/nt-kernel.md 5.4; last errors as the Win32 reference documents them). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static bool failed_with(BOOL result, DWORD error) { return !result && GetLastError() == error; }

static HANDLE open_file(LPCWSTR name, DWORD disposition, DWORD flags)
{
    return CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, disposition, flags, NULL);
}

static bool open_fails(LPCWSTR name, DWORD disposition, DWORD error)
{
    return open_file(name, disposition, 0) == INVALID_HANDLE_VALUE && GetLastError() == error;
}

PROGRAM(a_file_is_made_written_and_read)
{
    char text[16] = { 0 };
    DWORD bytes;
    LARGE_INTEGER at = { .QuadPart = 6 }, size;

    (void)context;
    HANDLE file = open_file(L"C:\\f.txt", CREATE_NEW, 0);

    EXPECT(file != INVALID_HANDLE_VALUE);
    EXPECT(WriteFile(file, "hello, world", 12, &bytes, NULL) && bytes == 12);
    EXPECT(SetFilePointerEx(file, at, &at, FILE_BEGIN) && at.QuadPart == 6);
    EXPECT(ReadFile(file, text, 16, &bytes, NULL) && bytes == 6 && strcmp(text, " world") == 0);
    EXPECT(ReadFile(file, text, 16, &bytes, NULL) &&
           bytes == 0); /* The end: success, and nothing. */
    at.QuadPart = -5;
    EXPECT(SetFilePointerEx(file, at, &at, FILE_END) && at.QuadPart == 7);
    EXPECT(SetEndOfFile(file) && GetFileSizeEx(file, &size) && size.QuadPart == 7);
    at.QuadPart = -1;
    EXPECT(failed_with(SetFilePointerEx(file, at, NULL, FILE_BEGIN), ERROR_INVALID_PARAMETER));
    EXPECT(FlushFileBuffers(file) && CloseHandle(file));
    EXPECT(failed_with(ReadFile(file, text, 1, &bytes, NULL), ERROR_INVALID_HANDLE));
    EXPECT(failed_with(FlushFileBuffers(file), ERROR_INVALID_HANDLE));
    EXPECT(failed_with(GetFileSizeEx(file, &size), ERROR_INVALID_HANDLE));
    return THE_END;
}

/* Nobody shares for deletion here: whoever has it open keeps it. A file made anew is empty. */
PROGRAM(a_file_is_deleted)
{
    char text[8] = { 0 };
    LARGE_INTEGER size;
    DWORD bytes;

    (void)context;
    EXPECT(failed_with(DeleteFileW(L"C:\\gone"), ERROR_FILE_NOT_FOUND));
    HANDLE file = open_file(L"C:\\gone", CREATE_NEW, 0);

    EXPECT(WriteFile(file, "mail", 4, &bytes, NULL));
    EXPECT(failed_with(DeleteFileW(L"C:\\gone"), ERROR_SHARING_VIOLATION));
    CloseHandle(file);
    EXPECT(DeleteFileW(L"C:\\GONE"));
    EXPECT(open_fails(L"C:\\gone", OPEN_EXISTING, ERROR_FILE_NOT_FOUND));
    EXPECT(failed_with(DeleteFileW(L"C:\\gone"), ERROR_FILE_NOT_FOUND));
    file = open_file(L"C:\\gone", CREATE_NEW, 0);
    EXPECT(file != INVALID_HANDLE_VALUE && GetFileSizeEx(file, &size) && size.QuadPart == 0);
    EXPECT(ReadFile(file, text, 8, &bytes, NULL) && bytes == 0);
    file = CreateFileW(L"C:\\gone", GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    EXPECT(file == INVALID_HANDLE_VALUE);
    return THE_END;
}

PROGRAM(what_a_file_may_be_opened_for)
{
    (void)context;
    EXPECT(open_fails(L"C:\\none", OPEN_EXISTING, ERROR_FILE_NOT_FOUND));
    EXPECT(open_fails(L"C:\\none", TRUNCATE_EXISTING, ERROR_FILE_NOT_FOUND));
    EXPECT(open_fails(L"C:\\none", 0, ERROR_INVALID_PARAMETER) &&
           open_fails(L"C:\\none", 6, ERROR_INVALID_PARAMETER));
    EXPECT(open_fails(L"\\\\.\\NoSuchDevice", OPEN_EXISTING, ERROR_FILE_NOT_FOUND));
    HANDLE file = open_file(L"C:\\one", CREATE_ALWAYS, 0);

    EXPECT(file != INVALID_HANDLE_VALUE && GetLastError() == ERROR_SUCCESS);
    EXPECT(open_fails(L"C:\\ONE", OPEN_EXISTING, ERROR_SHARING_VIOLATION));
    CloseHandle(file);
    EXPECT(open_fails(L"C:\\one", CREATE_NEW, ERROR_FILE_EXISTS));
    file = open_file(L"C:\\one", OPEN_ALWAYS, 0);
    EXPECT(file != INVALID_HANDLE_VALUE && GetLastError() == ERROR_ALREADY_EXISTS);
    CloseHandle(file);
    file = open_file(L"C:\\one", CREATE_ALWAYS, 0);
    EXPECT(file != INVALID_HANDLE_VALUE && GetLastError() == ERROR_ALREADY_EXISTS);
    CloseHandle(file);
    file = open_file(L"C:\\two", OPEN_ALWAYS, 0);
    EXPECT(file != INVALID_HANDLE_VALUE && GetLastError() == ERROR_SUCCESS);
    return THE_END;
}

/* ---- Overlapped ------------------------------------------------------------------------------ */

PROGRAM(overlapped_transfers_overlap)
{
    enum { MANY = 8, PIECE = 4096 };
    OVERLAPPED overlapped[MANY];
    char data[MANY][PIECE], back[PIECE];
    DWORD bytes, pending = 0;

    (void)context;
    HANDLE file =
        open_file(L"D:\\data", CREATE_NEW, FILE_FLAG_OVERLAPPED | FILE_FLAG_WRITE_THROUGH);

    for (int i = 0; i < MANY; i++) {
        memset(data[i], 'a' + i, PIECE);
        overlapped[i] = (OVERLAPPED){ .Offset = (DWORD)i * PIECE,
                                      .hEvent = CreateEventW(NULL, TRUE, FALSE, NULL) };
        if (!WriteFile(file, data[i], PIECE, NULL, &overlapped[i])) {
            EXPECT(GetLastError() == ERROR_IO_PENDING);
            pending++;
        }
    }
    EXPECT(pending > 1);
    EXPECT(failed_with(GetOverlappedResult(file, &overlapped[MANY - 1], &bytes, FALSE),
                       ERROR_IO_INCOMPLETE));
    for (int i = 0; i < MANY; i++) {
        EXPECT(GetOverlappedResult(file, &overlapped[i], &bytes, TRUE) && bytes == PIECE);
        EXPECT(WaitForSingleObject(overlapped[i].hEvent, 0) == WAIT_OBJECT_0);
    }
    OVERLAPPED past = { .Offset = MANY * PIECE };

    if (!ReadFile(file, back, PIECE, NULL, &past) && GetLastError() == ERROR_IO_PENDING)
        EXPECT(failed_with(GetOverlappedResult(file, &past, &bytes, TRUE), ERROR_HANDLE_EOF));
    else
        EXPECT(GetLastError() == ERROR_HANDLE_EOF);
    past.Offset = 3 * PIECE;
    EXPECT(ReadFile(file, back, PIECE, NULL, &past) || GetLastError() == ERROR_IO_PENDING);
    EXPECT(GetOverlappedResult(file, &past, &bytes, TRUE) && bytes == PIECE &&
           memcmp(back, data[3], PIECE) == 0);
    return THE_END;
}

/* Without an OVERLAPPED the call on such a file waits for its own end, and nothing is written
 * where a frame used to be. */
static NTSTATUS deep_call(HANDLE file)
{
    char buffer[512];
    DWORD bytes = 99;

    memset(buffer, 'z', sizeof buffer);
    EXPECT(WriteFile(file, buffer, sizeof buffer, &bytes, NULL)
               ? bytes == sizeof buffer
               : GetLastError() == ERROR_INVALID_PARAMETER);
    return STATUS_SUCCESS;
}

PROGRAM(an_overlapped_file_without_an_overlapped)
{
    (void)context;
    HANDLE file =
        open_file(L"D:\\sync", CREATE_NEW, FILE_FLAG_OVERLAPPED | FILE_FLAG_WRITE_THROUGH);
    char frame[1024];

    deep_call(file);
    memset(frame, 0x5a, sizeof frame);
    Sleep(100);
    for (size_t i = 0; i < sizeof frame; i++)
        EXPECT(frame[i] == 0x5a);
    EXPECT(CancelIo(file));
    EXPECT(failed_with(CancelIo(NULL), ERROR_INVALID_HANDLE));
    return THE_END;
}

/* ---- Completion ports ------------------------------------------------------------------------ */

PROGRAM(a_port_collects_what_is_done)
{
    enum { MANY = 6 };
    OVERLAPPED overlapped[MANY], *done, silent = { .Offset = 0 };
    char data[512] = { 0 };
    ULONG_PTR key;
    DWORD bytes;
    bool got[MANY] = { false };

    (void)context;
    HANDLE file =
        open_file(L"D:\\port", CREATE_NEW, FILE_FLAG_OVERLAPPED | FILE_FLAG_WRITE_THROUGH);
    HANDLE port = CreateIoCompletionPort(file, NULL, 0x77, 0);

    EXPECT(port != NULL);
    EXPECT(failed_with(GetQueuedCompletionStatus(port, &bytes, &key, &done, 20), WAIT_TIMEOUT) &&
           done == NULL);
    for (int i = 0; i < MANY; i++) {
        overlapped[i] = (OVERLAPPED){ .Offset = (DWORD)i * 512 };
        EXPECT(WriteFile(file, data, 512, NULL, &overlapped[i]) ||
               GetLastError() == ERROR_IO_PENDING);
    }
    for (int i = 0; i < MANY; i++) {
        EXPECT(GetQueuedCompletionStatus(port, &bytes, &key, &done, INFINITE) && key == 0x77 &&
               bytes == 512);
        got[done - overlapped] = true;
    }
    for (int i = 0; i < MANY; i++)
        EXPECT(got[i]);
    silent.hEvent =
        (HANDLE)((uintptr_t)CreateEventW(NULL, TRUE, FALSE, NULL) | 1); /* Low bit: no packet. */
    EXPECT(WriteFile(file, data, 512, NULL, &silent) || GetLastError() == ERROR_IO_PENDING);
    EXPECT(failed_with(GetQueuedCompletionStatus(port, &bytes, &key, &done, 200), WAIT_TIMEOUT));
    OVERLAPPED past = { .Offset = 1 << 20 };

    if (ReadFile(file, data, 512, NULL, &past) ||
        GetLastError() == ERROR_IO_PENDING) /* A failure comes with its packet. */
        EXPECT(failed_with(GetQueuedCompletionStatus(port, &bytes, &key, &done, 200),
                           ERROR_HANDLE_EOF) &&
               done == &past);
    EXPECT(PostQueuedCompletionStatus(port, 5, 6, (LPOVERLAPPED)(uintptr_t)0x70));
    EXPECT(GetQueuedCompletionStatus(port, &bytes, &key, &done, 0) && bytes == 5 && key == 6 &&
           (uintptr_t)done == 0x70);
    EXPECT(failed_with(PostQueuedCompletionStatus(file, 0, 0, NULL), ERROR_INVALID_HANDLE));
    EXPECT(
        failed_with(GetQueuedCompletionStatus(NULL, &bytes, &key, &done, 0), ERROR_INVALID_HANDLE));
    EXPECT(CreateIoCompletionPort((HANDLE)(uintptr_t)0x7770, port, 1, 0) == NULL &&
           GetLastError() == ERROR_INVALID_HANDLE);
    return THE_END;
}

/* A pool of threads behind one port: every packet is served once. */
static HANDLE pool_port;
static LONG served[4];

static DWORD WINAPI serves(LPVOID context)
{
    LPOVERLAPPED overlapped;
    ULONG_PTR key;
    DWORD bytes;

    while (GetQueuedCompletionStatus(pool_port, &bytes, &key, &overlapped, INFINITE) && key != 0) {
        nt_compute(US(300));
        served[(uintptr_t)context]++;
    }
    return 0;
}

PROGRAM_ON(4, a_pool_serves_every_packet_once)
{
    HANDLE threads[4];

    (void)context;
    memset(served, 0, sizeof served);
    pool_port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 4);
    for (uintptr_t i = 0; i < 4; i++)
        threads[i] = CreateThread(NULL, 0, serves, (void *)i, 0, NULL);
    for (ULONG_PTR i = 1; i <= 200; i++)
        EXPECT(PostQueuedCompletionStatus(pool_port, 0, i, NULL));
    for (int i = 0; i < 4; i++)
        PostQueuedCompletionStatus(pool_port, 0, 0, NULL);
    EXPECT(WaitForMultipleObjects(4, threads, TRUE, 10000) == WAIT_OBJECT_0);
    EXPECT(served[0] + served[1] + served[2] + served[3] == 200);
    EXPECT((served[0] > 0) + (served[1] > 0) + (served[2] > 0) + (served[3] > 0) > 1);
    return THE_END;
}

GROUP(win32_file_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_made_written_and_read),
        cmocka_unit_test(what_a_file_may_be_opened_for),
        cmocka_unit_test(a_file_is_deleted),
        cmocka_unit_test(overlapped_transfers_overlap),
        cmocka_unit_test(an_overlapped_file_without_an_overlapped),
        cmocka_unit_test(a_port_collects_what_is_done),
        cmocka_unit_test(a_pool_serves_every_packet_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
