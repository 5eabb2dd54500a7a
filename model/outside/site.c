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

bool load_uses_kind(enum load_kind kind)
{
    uint32_t i = 0;

    while (i < LOAD_PROTOCOLS &&
           !(load_protocol_kinds[i] == kind && load_uses((enum load_protocol)i)))
        i++;
    return i < LOAD_PROTOCOLS;
}

bool server_uses_pair(uint32_t pair)
{
    static const enum load_protocol protocols[EpoxyPairs] = {
#define EPOXY_PAIR(id, instance, name, protocol) LOAD_##protocol,
#include "model/words/epoxy_pairs.def"
#undef EPOXY_PAIR
    };

    return pair < EpoxyPairs && load_uses(protocols[pair]);
}
