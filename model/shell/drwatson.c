/* drwatson.c - drwtsn32.exe: what AeDebug starts when a service has crashed.
 *
 * Attaches to the victim, writes its log and user dump, and ends it by handle. That last call is
 * the one that matters: the victim has a debug port, so its handles are swept by this program's
 * thread, attached to the victim (facts/nt-kernel.md 6.3 e).
 */
#include <windows.h>
#include "model/outside/site.h"

enum { DUMP_PIECE = 65536, DUMP_PIECES = 32, ATTACH_US = 20000 };

static ULONG number_after(PCWSTR text, WCHAR option)
{
    ULONG number = 0;

    for (; *text != 0; text++)
        if (text[0] == L'-' && text[1] == option && text[2] == L' ') {
            for (text += 3; *text >= L'0' && *text <= L'9'; text++)
                number = number * 10 + (ULONG)(*text - L'0');
            return number;
        }
    return 0;
}

/* The user dump: sequential writes, spread over the time it takes. */
static void write_dump(void)
{
    PVOID piece = VirtualAlloc(NULL, DUMP_PIECE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    HANDLE file = CreateFileW(L"C:\\Documents and Settings\\All Users\\DrWatson\\user.dmp",
                              GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written;

    for (int i = 0; i < DUMP_PIECES; i++) {
        nt_compute(MS(1));
        if (file != INVALID_HANDLE_VALUE)
            WriteFile(file, piece, DUMP_PIECE, &written, NULL);
        Sleep(server_site()->set.dump_ms / DUMP_PIECES);
    }
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
}

/* The event that the victim waits on is a handle of the victim's: brought over by duplication. */
static void say_attached(HANDLE victim, ULONG event)
{
    HANDLE mine;

    if (DuplicateHandle(victim, (HANDLE)(ULONG_PTR)event, GetCurrentProcess(), &mine, 0, FALSE,
                        DUPLICATE_SAME_ACCESS)) {
        SetEvent(mine);
        CloseHandle(mine);
    }
}

DWORD WINAPI drwatson_main(LPVOID context)
{
    ULONG pid = number_after(GetCommandLineW(), L'p'),
          event = number_after(GetCommandLineW(), L'e');
    DEBUG_EVENT happened;

    (void)context;
    nt_name_thread("drwatson");
    nt_compute(US(ATTACH_US));
    HANDLE victim = OpenProcess(PROCESS_ALL_ACCESS, FALSE, pid);

    if (victim == NULL || !DebugActiveProcess(pid))
        return 1;
    say_attached(victim, event);
    if (WaitForDebugEvent(&happened, INFINITE)) {
        nt_report_event(1, 2, "DrWatson", 4097,
                        "(simulated text) The application, process %u, generated an application "
                        "error %08x at address %08x.",
                        (unsigned)pid, (unsigned)happened.u.Exception.ExceptionRecord.ExceptionCode,
                        (unsigned)happened.u.Exception.ExceptionRecord.ExceptionInformation[1]);
        write_dump();
    }
    TerminateProcess(victim, (UINT)happened.u.Exception.ExceptionRecord.ExceptionCode);
    CloseHandle(victim);
    return 0;
}
