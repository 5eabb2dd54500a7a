/* crt_console.c - the C library's keyboard, threads and errors; see crt.h. */
#include "model/kernel/crt.h"
#include "model/kernel/include/crt/errno.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/kernel/win32.h"

/* ---- The keyboard ---------------------------------------------------------------------------- */

static struct win32_process *own(void) { return ke_current_thread()->process->win32; }

int nt_kbhit(void)
{
    Sleep(0); /* A program that asks in a loop lets others run. */
    return own()->input != NULL && own()->input[0] != 0;
}

/* The next key; \n in the text stands for Enter. */
static char next_key(void)
{
    struct win32_process *self = own();

    while (self->input == NULL || self->input[0] == 0)
        Sleep(INFINITE);
    if (self->input[0] == '\\' && self->input[1] == 'n') {
        self->input += 2;
        return '\n';
    }
    return *self->input++;
}

int nt_getchar(void) { return (unsigned char)next_key(); }

int nt_getch(void)
{
    int key = nt_getchar();

    return key == '\n' ? '\r' : key;
}

char *nt_get_line(char *out, int size, void *stream)
{
    int count = 0;

    (void)stream;
    while (count + 1 < size) {
        out[count++] = next_key();
        if (out[count - 1] == '\n')
            break;
    }
    if (size > 0)
        out[count] = 0;
    return out;
}

char *nt_gets(char *out)
{
    char *at = out, key;

    while ((key = next_key()) != '\n')
        *at++ = key;
    *at = 0;
    return out;
}

/* ---- Threads --------------------------------------------------------------------------------- */

uintptr_t nt_beginthreadex(void *security, unsigned stack, unsigned (*start)(void *), void *context,
                           unsigned flags, unsigned *id)
{
    return (uintptr_t)CreateThread(security, stack, (LPTHREAD_START_ROUTINE)start, context, flags,
                                   id);
}

struct void_thread {
    void (*start)(void *);
    void *context;
};

static DWORD WINAPI void_thread(LPVOID context)
{
    struct void_thread thread = *(struct void_thread *)context;

    nt_free(context);
    thread.start(thread.context);
    return 0;
}

uintptr_t nt_beginthread(void (*start)(void *), unsigned stack, void *context)
{
    struct void_thread *thread = nt_malloc(sizeof *thread);

    if (thread == NULL)
        return 0;
    *thread = (struct void_thread){ start, context };
    return (uintptr_t)CreateThread(NULL, stack, void_thread, thread, 0, NULL);
}

void nt_endthreadex(unsigned code) { ExitThread(code); }

/* ---- Errors, other programs ------------------------------------------------------------------ */

int *nt_errno(void) { return &own()->error_number; }

/* Texts of the library's own list. */
static const char *const errors[] = {
    [0] = "No error",
    [EPERM] = "Operation not permitted",
    [ENOENT] = "No such file or directory",
    [ESRCH] = "No such process",
    [EINTR] = "Interrupted function call",
    [EIO] = "Input/output error",
    [ENXIO] = "No such device or address",
    [E2BIG] = "Arg list too long",
    [ENOEXEC] = "Exec format error",
    [EBADF] = "Bad file descriptor",
    [ECHILD] = "No child processes",
    [EAGAIN] = "Resource temporarily unavailable",
    [ENOMEM] = "Not enough space",
    [EACCES] = "Permission denied",
    [EFAULT] = "Bad address",
    [EBUSY] = "Resource device",
    [EEXIST] = "File exists",
    [EXDEV] = "Improper link",
    [ENODEV] = "No such device",
    [ENOTDIR] = "Not a directory",
    [EISDIR] = "Is a directory",
    [EINVAL] = "Invalid argument",
    [ENFILE] = "Too many open files in system",
    [EMFILE] = "Too many open files",
    [ENOTTY] = "Inappropriate I/O control operation",
    [EFBIG] = "File too large",
    [ENOSPC] = "No space left on device",
    [ESPIPE] = "Invalid seek",
    [EROFS] = "Read-only file system",
    [EMLINK] = "Too many links",
    [EPIPE] = "Broken pipe",
    [EDOM] = "Domain error",
    [ERANGE] = "Result too large",
    [EDEADLK] = "Resource deadlock avoided",
    [ENAMETOOLONG] = "Filename too long",
    [ENOLCK] = "No locks available",
    [ENOSYS] = "Function not implemented",
    [ENOTEMPTY] = "Directory not empty",
    [EILSEQ] = "Illegal byte sequence",
};

void nt_perror(const char *text)
{
    size_t number = (size_t)errno;
    const char *error = number < ARRAY_LEN(errors) ? errors[number] : NULL;

    nt_printf("%s: %s\n", text, error != NULL ? error : "Unknown error");
}

int nt_system(const char *command)
{
    (void)command;
    errno = ENOENT;
    return -1;
}
