/* unix_cc.c - a C compiler for exifsim.exe under Wine: hands its words to a script of the host.
 *
 *     exifsim.exe --EXIFSIM_CC--> unix_cc.exe --NAME.words--> unix_cc.sh --> mingw-w64's gcc
 *                                     '<----NAME.code, NAME.said----'
 *
 * Wine starts programs of the host, but tells nothing of their end; so the script leaves its exit
 * code in a file. UNIX_CC_SCRIPT names the script.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { PATH_CHARS = 1024, WAIT_MS = 60000, STEP_MS = 2 };

static FILE *file_of(const char *name, const char *suffix, const char *how)
{
    char path[PATH_CHARS];

    snprintf(path, sizeof path, "%s.%s", name, suffix);
    return fopen(path, how);
}

static void remove_of(const char *name, const char *suffix)
{
    char path[PATH_CHARS];

    snprintf(path, sizeof path, "%s.%s", name, suffix);
    remove(path);
}

/* Starts the script. False: it cannot be started. */
static BOOL start(const char *name)
{
    const char *script = getenv("UNIX_CC_SCRIPT");
    STARTUPINFOA streams = { .cb = sizeof streams };
    PROCESS_INFORMATION made;
    char line[2 * PATH_CHARS];

    snprintf(line, sizeof line, "\"%s\" \"%s\"", script != NULL ? script : "", name);
    return CreateProcessA(script, line, NULL, NULL, FALSE, 0, NULL, NULL, &streams, &made);
}

/* Waits until the script has ended. Returns its exit code. */
static int wait_for(const char *name)
{
    int code = 1;

    for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        FILE *in = file_of(name, "code", "r");

        if (in == NULL) {
            Sleep(STEP_MS);
            continue;
        }
        if (fscanf(in, "%d", &code) != 1)
            code = 1;
        fclose(in);
        break;
    }
    return code;
}

int main(int count, char **words)
{
    char folder[PATH_CHARS / 2], name[PATH_CHARS / 2 + 64];
    int code = 1, c;
    FILE *file;

    GetTempPathA(sizeof folder, folder);
    snprintf(name, sizeof name, "%sunix_cc-%lu", folder, GetCurrentProcessId());
    remove_of(name, "code");
    file = file_of(name, "words", "wb");
    if (file == NULL)
        return 1;
    for (int i = 1; i < count; i++)
        fprintf(file, "%s\n", words[i]);
    fclose(file);
    if (start(name))
        code = wait_for(name);
    file = file_of(name, "said", "rb");
    while (file != NULL && (c = getc(file)) != EOF)
        putchar(c);
    if (file != NULL)
        fclose(file);
    remove_of(name, "words");
    remove_of(name, "said");
    remove_of(name, "code");
    return code;
}
