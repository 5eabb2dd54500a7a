/* memory_file_windows.c - see memory_file.h. Windows' C library has no such streams: the text goes
 * to a temporary file, which Windows keeps in memory while it is small, and is read back at the
 * end. */
#include "ui/host/memory_file.h"
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

struct memory_file {
    FILE *out;
    char **text;
    size_t *length;
    struct memory_file *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct memory_file *all; /* Open files; guarded by lock. */

/* A file that nobody else can open, and that is gone when it is closed. */
static FILE *open_nameless(void)
{
    static LONG number;
    wchar_t folder[MAX_PATH + 1], path[MAX_PATH + 64];
    HANDLE handle;
    int descriptor;

    if (GetTempPathW(MAX_PATH + 1, folder) == 0)
        return NULL;
    for (int i = 0; i < 100; i++) {
        wsprintfW(path, L"%sexifsim-%lu-%ld.tmp", folder, GetCurrentProcessId(),
                  InterlockedIncrement(&number));
        handle = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_NEW,
                             FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
        if (handle == INVALID_HANDLE_VALUE)
            continue;
        descriptor = _open_osfhandle((intptr_t)handle, _O_RDWR | _O_BINARY);
        if (descriptor >= 0)
            return _fdopen(descriptor, "w+b");
        CloseHandle(handle);
    }
    return NULL;
}

FILE *memory_file_open(char **text, size_t *length)
{
    struct memory_file *file = malloc(sizeof *file);

    *text = NULL;
    *length = 0;
    if (file == NULL)
        return NULL;
    *file = (struct memory_file){ .out = open_nameless(), .text = text, .length = length };
    if (file->out == NULL) {
        free(file);
        return NULL;
    }
    pthread_mutex_lock(&lock);
    file->next = all;
    all = file;
    pthread_mutex_unlock(&lock);
    return file->out;
}

static struct memory_file *take(FILE *out)
{
    struct memory_file **at = &all, *file;

    pthread_mutex_lock(&lock);
    while ((*at)->out != out)
        at = &(*at)->next;
    file = *at;
    *at = file->next;
    pthread_mutex_unlock(&lock);
    return file;
}

int memory_file_close(FILE *out)
{
    struct memory_file *file = take(out);
    bool good = fflush(out) == 0 && !ferror(out) && _fseeki64(out, 0, SEEK_END) == 0;
    int64_t length = good ? _ftelli64(out) : 0;
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;

    good = good && text != NULL && _fseeki64(out, 0, SEEK_SET) == 0 &&
           fread(text, 1, (size_t)length, out) == (size_t)length;
    if (text != NULL)
        text[good ? length : 0] = 0;
    *file->text = text;
    *file->length = good ? (size_t)length : 0;
    fclose(out);
    free(file);
    if (!good)
        errno = ENOMEM;
    return good ? 0 : EOF;
}
