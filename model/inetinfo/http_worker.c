/* http_worker.c - the threads of w3wp.exe that take requests from http.sys and answer them. */
#include <windows.h>
#include "model/inetinfo/http_worker.h"
#include "model/outside/site.h"
#include "model/neighbours/http_ioctl.h"

enum { REQUEST_THREADS = 4, ANSWER_US = 300, AGAIN_MS = 10 };

static HANDLE open_http(void)
{
    return CreateFileW(HTTP_WIN32_NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static DWORD WINAPI request_thread(LPVOID context)
{
    HTTP_RECEIVE receive = { .Bytes = HTTP_REQUEST_BYTES_MAX };
    HANDLE http = open_http();

    (void)context;
    nt_name_thread("http");
    receive.Buffer = (ULONG64)(ULONG_PTR)VirtualAlloc(NULL, HTTP_REQUEST_BYTES_MAX,
                                                      MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    while (http != INVALID_HANDLE_VALUE && receive.Buffer != 0) {
        HTTP_REQUEST request;
        DWORD bytes;

        if (DeviceIoControl(http, IOCTL_HTTP_RECEIVE, &receive, sizeof receive, &request,
                            sizeof request, &bytes, NULL))
            nt_compute(US(ANSWER_US));
        else
            Sleep(AGAIN_MS); /* The request is lost: its client tries again. */
    }
    return 1;
}

void http_requests_start(void)
{
    HANDLE http = open_http();

    if (http == INVALID_HANDLE_VALUE)
        return; /* This machine has no http.sys. */
    CloseHandle(http);
    server_start_threads(NULL, request_thread, REQUEST_THREADS);
}
