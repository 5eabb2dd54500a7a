/* unfinished_windows.c - see unfinished_inside.h. The file that is open is marked: Windows removes
 * it when the process has ended. */
#include "ui/host/interrupt.h"
#include "ui/host/unfinished.h"
#include "ui/host/unfinished_inside.h"
#include "sim/host/wide.h"
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static BOOL WINAPI ended(DWORD number)
{
    (void)number;
    if (!interrupt_watched())
        unfinished_abandon();
    return FALSE; /* The handler before this one goes on; without one the process ends. */
}

void unfinished_handle(bool on) { SetConsoleCtrlHandler(ended, on); }

void unfinished_remove(const char *path)
{
    wchar_t wide[WIDE_CHARS];

    if (wide_from_utf8(path, wide))
        DeleteFileW(wide);
}
