/* programs_windows.c - see programs.h. Texts are UTF-16 here: the words of the command line, the
 * environment and the command lines of other programs are converted. */
#include "ui/host/programs.h"
#include "sim/host/wide.h"
#include "ui/host/grow.h"
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <ntsecapi.h>
#include <shellapi.h>

enum { LINE_CHARS = 32768 };

/* ---- This program ---------------------------------------------------------------------------- */

char **program_words(int *count, char **words)
{
    int number = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &number);
    char **out = wide != NULL ? calloc((size_t)number + 1, sizeof *out) : NULL;

    for (int i = 0; out != NULL && i < number; i++)
        if ((out[i] = wide_to_utf8(wide[i])) == NULL)
            return words;
    LocalFree(wide);
    if (out == NULL)
        return words;
    *count = number;
    return out;
}

struct value {
    char *name, *text;
    struct value *next;
};

/* Values stay as they are for the whole program, as getenv's do. */
const char *program_environment(const char *name)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct value *all;
    wchar_t wide[WIDE_CHARS], text[WIDE_CHARS];
    struct value *value;
    DWORD length;

    pthread_mutex_lock(&lock);
    for (value = all; value != NULL && strcmp(value->name, name) != 0; value = value->next)
        continue;
    if (value == NULL && wide_from_utf8(name, wide)) {
        length = GetEnvironmentVariableW(wide, text, WIDE_CHARS);
        value = length > 0 && length < WIDE_CHARS ? malloc(sizeof *value) : NULL;
        if (value != NULL) {
            *value = (struct value){ strdup(name), wide_to_utf8(text), all };
            if (value->name != NULL)
                all = value;
        }
    }
    pthread_mutex_unlock(&lock);
    return value != NULL ? value->text : NULL;
}

unsigned long program_number(void) { return GetCurrentProcessId(); }

void program_machine(char *out, size_t size)
{
    wchar_t wide[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD length = MAX_COMPUTERNAME_LENGTH + 1;
    char *name = GetComputerNameW(wide, &length) ? wide_to_utf8(wide) : NULL;

    snprintf(out, size, "%s", name != NULL ? name : "");
    free(name);
}

unsigned program_processors(void)
{
    SYSTEM_INFO system;

    GetSystemInfo(&system);
    return system.dwNumberOfProcessors;
}

bool program_random(void *bytes, size_t size) { return RtlGenRandom(bytes, (ULONG)size); }

const char *program_scratch_folder(void)
{
    const char *folder = program_environment("TEMP");

    return folder != NULL ? folder : ".";
}

/* ---- Other programs -------------------------------------------------------------------------- */

/* Appends a word to a command line, so that the other program's C library reads it as it was:
 * quotes around, a backslash before each quote, and backslashes before a quote doubled. */
static void add_word(char line[LINE_CHARS], const char *word)
{
    size_t used = strlen(line), slashes = 0;

    if (used + 2 * strlen(word) + 4 >= LINE_CHARS)
        return;
    if (used > 0)
        line[used++] = ' ';
    line[used++] = '"';
    for (; *word != 0; word++) {
        if (*word == '"') {
            for (; slashes > 0; slashes--)
                line[used++] = '\\';
            line[used++] = '\\';
        }
        slashes = *word == '\\' ? slashes + 1 : 0;
        line[used++] = *word;
    }
    for (; slashes > 0; slashes--)
        line[used++] = '\\';
    line[used++] = '"';
    line[used] = 0;
}

/* Starts a program with these standard streams. False: there is none of that name. */
static bool start(const char *path, const char *const *words, HANDLE input, HANDLE output,
                  HANDLE errors, HANDLE *process)
{
    STARTUPINFOW streams = { .cb = sizeof streams,
                             .dwFlags = STARTF_USESTDHANDLES,
                             .hStdInput = input,
                             .hStdOutput = output,
                             .hStdError = errors };
    wchar_t *wide = malloc(LINE_CHARS * sizeof *wide), wide_path[WIDE_CHARS];
    char *line = calloc(1, LINE_CHARS);
    PROCESS_INFORMATION made;
    bool good = wide != NULL && line != NULL;

    for (int i = 0; good && words[i] != NULL; i++)
        add_word(line, words[i]);
    /* A path is taken as it is; a name is searched for by Windows, as the first word. */
    good = good && wide_from_utf8(path, wide_path) &&
           MultiByteToWideChar(CP_UTF8, 0, line, -1, wide, LINE_CHARS) > 0 &&
           CreateProcessW(strpbrk(path, "/\\") != NULL ? wide_path : NULL, wide, NULL, NULL, TRUE,
                          0, NULL, NULL, &streams, &made);
    if (good) {
        CloseHandle(made.hThread);
        *process = made.hProcess;
    } else {
        errno = wide_errno(GetLastError());
    }
    free(wide);
    free(line);
    return good;
}

static DWORD code_of(HANDLE process)
{
    DWORD code = 1;

    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    CloseHandle(process);
    return code;
}

/* Ctrl+C reaches both programs; this one waits for what the other makes of it. */
void program_become(const char *path, char **words)
{
    HANDLE process;

    fflush(stdout);
    if (!start(path, (const char *const *)words, GetStdHandle(STD_INPUT_HANDLE),
               GetStdHandle(STD_OUTPUT_HANDLE), GetStdHandle(STD_ERROR_HANDLE), &process))
        return;
    SetConsoleCtrlHandler(NULL, TRUE);
    exit((int)code_of(process));
}

static HANDLE open_null(void)
{
    SECURITY_ATTRIBUTES inherited = { .nLength = sizeof inherited, .bInheritHandle = TRUE };

    return CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       &inherited, OPEN_EXISTING, 0, NULL);
}

enum program_end program_run(const char *const *words, bool quiet)
{
    HANDLE null = open_null(), process;
    bool started = start(words[0], words, GetStdHandle(STD_INPUT_HANDLE),
                         quiet ? null : GetStdHandle(STD_OUTPUT_HANDLE),
                         quiet ? null : GetStdHandle(STD_ERROR_HANDLE), &process);
    DWORD code = started ? code_of(process) : 1;

    CloseHandle(null);
    return !started ? PROGRAM_ABSENT : code == 0 ? PROGRAM_GOOD : PROGRAM_BAD;
}

/* Reads a pipe to its end, as one text. Free it with free. */
static char *read_all(HANDLE pipe)
{
    enum { PIECE = 4096 };
    size_t length = 0, room = 0;
    char *text = NULL;
    DWORD got;

    do {
        text = grow(text, &room, length + PIECE + 1, 1);
        got = 0;
        if (!ReadFile(pipe, text + length, PIECE, &got, NULL))
            got = 0; /* ERROR_BROKEN_PIPE: nobody writes any more. */
        length += got;
    } while (got > 0);
    text[length] = 0;
    return text;
}

enum program_end program_told(const char *const *words, char **output)
{
    HANDLE read_end, write_end, null, process;
    bool started;
    DWORD code;

    if (!CreatePipe(&read_end, &write_end, NULL, 0)) {
        *output = grow_new(1);
        return PROGRAM_ABSENT;
    }
    SetHandleInformation(write_end, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    SetEnvironmentVariableW(L"LC_ALL", L"C"); /* Only other programs read it. */
    null = open_null();
    started = start(words[0], words, null, write_end, write_end, &process);
    CloseHandle(null);
    CloseHandle(write_end);
    *output = started ? read_all(read_end) : grow_new(1);
    CloseHandle(read_end);
    code = started ? code_of(process) : 1;
    return !started ? PROGRAM_ABSENT : code == 0 ? PROGRAM_GOOD : PROGRAM_BAD;
}

enum program_end program_feed(const char *name, void (*feed)(FILE *input, void *context),
                              void *context)
{
    const char *words[] = { name, NULL };
    HANDLE read_end, write_end, null = open_null(), process;
    bool started;
    FILE *input;
    DWORD code;
    int descriptor;

    if (!CreatePipe(&read_end, &write_end, NULL, 0))
        return PROGRAM_ABSENT;
    SetHandleInformation(read_end, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    started = start(name, words, read_end, GetStdHandle(STD_OUTPUT_HANDLE), null, &process);
    CloseHandle(read_end);
    CloseHandle(null);
    if (!started) {
        CloseHandle(write_end);
        return PROGRAM_ABSENT;
    }
    descriptor = _open_osfhandle((intptr_t)write_end, _O_BINARY);
    input = descriptor >= 0 ? _fdopen(descriptor, "wb") : NULL;
    if (input != NULL) {
        feed(input, context);
        fclose(input);
    }
    code = code_of(process);
    return code == 0 ? PROGRAM_GOOD : PROGRAM_BAD;
}
