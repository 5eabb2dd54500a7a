/* terminal_windows.c - see terminal.h. The C library takes NUL for a terminal, too, so the console
 * is asked. */
#include "ui/host/terminal.h"
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#if !defined(ENABLE_VIRTUAL_TERMINAL_PROCESSING)
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 4
#endif

static UINT code_page_before;

static void give_code_page_back(void) { SetConsoleOutputCP(code_page_before); }

static bool is_console(DWORD which)
{
    DWORD mode;

    return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

/* True if the console follows escape sequences. Consoles before Windows 10 do not. */
static bool follows(DWORD which)
{
    HANDLE handle = GetStdHandle(which);
    DWORD mode;

    return GetConsoleMode(handle, &mode) != 0 &&
           SetConsoleMode(handle, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

void terminal_prepare(void)
{
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    if (!is_console(STD_OUTPUT_HANDLE) && !is_console(STD_ERROR_HANDLE))
        return;
    code_page_before = GetConsoleOutputCP();
    SetConsoleOutputCP(CP_UTF8);
    atexit(give_code_page_back);
}

bool terminal_input(void) { return is_console(STD_INPUT_HANDLE); }
bool terminal_output(void) { return follows(STD_OUTPUT_HANDLE); }
bool terminal_errors(void) { return follows(STD_ERROR_HANDLE); }

FILE *terminal_divert(void)
{
    int descriptor;

    fflush(stdout);
    descriptor = _dup(_fileno(stdout));
    if (descriptor < 0 || _dup2(_fileno(stderr), _fileno(stdout)) < 0)
        return NULL;
    _setmode(descriptor, _O_BINARY);
    return _fdopen(descriptor, "wb");
}

/* The C library has no errno for ERROR_NO_DATA, the error of a pipe without a reader. */
bool terminal_reader_gone(int error) { return error == EPIPE || error == EINVAL; }
