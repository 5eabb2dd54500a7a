/* queue_client.c - queue_client DEVICE: threads that read from a device with overlapped reads,
 * and take some of them back.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <process.h>
#include <tchar.h>

#define NUMBER_OF_THREADS 4

static HANDLE hDevice;
static TCHAR DeviceName[64];
static volatile LONG Failures, Cancelled, Done;

static unsigned __stdcall Reader(void *Context)
{
    OVERLAPPED over = { 0 };
    ULONG buffer[4], number = (ULONG)(ULONG_PTR)Context, i, got;
    HANDLE device = CreateFile(DeviceName, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                               FILE_FLAG_OVERLAPPED, NULL);

    if (device == INVALID_HANDLE_VALUE) {
        _tprintf(TEXT("thread %u: no device: %u\n"), number, GetLastError());
        InterlockedIncrement(&Failures);
        return 1;
    }
    over.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);
    for (i = 0; i < 3; i++) {
        ResetEvent(over.hEvent);
        over.Offset = 0;
        if (!ReadFile(device, buffer, sizeof(buffer), NULL, &over) &&
            GetLastError() != ERROR_IO_PENDING) {
            printf("thread %u: %u\n", number, GetLastError());
            InterlockedIncrement(&Failures);
            break;
        }
        if (number % 2 == 1 && i == 1)
            CancelIo(device);
        if (!GetOverlappedResult(device, &over, &got, TRUE)) {
            if (GetLastError() != ERROR_OPERATION_ABORTED)
                InterlockedIncrement(&Failures);
            else
                InterlockedIncrement(&Cancelled);
        } else {
            InterlockedIncrement(&Done);
        }
    }
    CloseHandle(over.hEvent);
    CloseHandle(device);
    _endthreadex(0);
    return 0;
}

int _tmain(int argc, TCHAR *argv[])
{
    HANDLE threads[NUMBER_OF_THREADS];
    unsigned id;
    int i;

    if (argc != 2)
        return 64;
    _sntprintf_s(DeviceName, _countof(DeviceName), _TRUNCATE, TEXT("\\\\.\\%s"), argv[1]);
    for (i = 0; i < NUMBER_OF_THREADS; i++) {
        threads[i] = (HANDLE)_beginthreadex(NULL, 0, Reader, (void *)(ULONG_PTR)i, 0, &id);
        if (threads[i] == 0)
            return 2;
    }
    if (WaitForMultipleObjects(NUMBER_OF_THREADS, threads, TRUE, INFINITE) == WAIT_FAILED)
        return 3;
    for (i = 0; i < NUMBER_OF_THREADS; i++)
        CloseHandle(threads[i]);
    printf("%d done, %d cancelled\n", (int)Done, (int)Cancelled);
    return Failures != 0 || Done + Cancelled != 3 * NUMBER_OF_THREADS;
}
