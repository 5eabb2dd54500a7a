/* main_windows.c - the conformance client on a real host.
 *
 *     client.exe 6.5.7651.47 transcript.txt
 */
#include "print.h"

static void tell(void *context, const struct transcript_line *line) { print_line(context, line); }

int wmain(int count, wchar_t **arguments)
{
    struct transcript out = { tell, NULL, 0 };
    FILE *file;
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
