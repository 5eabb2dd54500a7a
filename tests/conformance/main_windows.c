/* main_windows.c - prints the conformance client's transcript on a real host.
 *
 *     client.exe 6.5.7651.47 transcript.txt
 */
#include <stdio.h>
#include "client.h"

static void print_line(void *context, const struct transcript_line *line)
{
    fprintf(context, "%2lu  %-30s %6ld %8llu  %016llx\n", line->step, line->call, line->status,
            line->bytes, line->hash);
    fflush(context);
}

int wmain(int count, wchar_t **arguments)
{
    struct transcript out = { print_line, stdout, 0 };
    FILE *file = NULL;
    DWORD end;

    if (count != 3) {
        fprintf(stderr, "usage: client BUILD FILE\n");
        return 2;
    }
    file = _wfopen(arguments[2], L"wb");
    if (file == NULL) {
        fprintf(stderr, "client: the transcript cannot be written\n");
        return 2;
    }
    out.context = file;
    end = ConformanceMain(&out, arguments[1]);
    if (end != 0) {
        fprintf(stderr, "client: came to an end in chapter %lu, step %lu\n", end, out.steps);
    }
    return fclose(file) == 0 && end == 0 ? 0 : 1;
}
