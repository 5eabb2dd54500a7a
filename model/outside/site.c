/* site.c - what the programs share. */
#include <windows.h>
#include "model/outside/site.h"
#include "model/epoxy/epoxy.h"

void server_start_threads(LPVOID context, LPTHREAD_START_ROUTINE routine, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        HANDLE thread = CreateThread(NULL, 0, routine, context, 0, NULL);

        if (thread != NULL)
            CloseHandle(thread);
    }
}

PCWSTR server_build(const char *build, PWSTR out)
{
    INT i = 0;

    for (; build[i] != 0; i++)
        out[i] = (WCHAR)build[i];
    out[i] = 0;
    return out;
}

void server_take_addresses(uint32_t pages)
{
    if (pages != 0)
        VirtualAlloc(NULL, (SIZE_T)pages * 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

bool server_uses_pair(uint32_t pair)
{
    switch (pair) {
    case EpoxyPairSMTP:
        return true;
    case EpoxyPairPOP:
        return server_site()->set.paths.atq_threads != 0;
    case EpoxyPairIMAP:
        return load_uses(LOAD_IMAP4);
    case EpoxyPairWEBDAV:
        return load_uses(LOAD_DAV_GET);
    case EpoxyPairOUT:
        return mail_has(&server_site()->set.mail, LOAD_MAPI_SEND);
    default:
        return false;
    }
}
