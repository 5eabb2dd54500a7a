/* inspect_epoxy.c - the queue pairs in shared memory, found by the names of their sections. */
#include "model/look/inspect_private.h"
#include "model/epoxy/epoxy.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include <string.h>

static const PCWSTR sections[EpoxyPairs] = {
#define EPOXY_PAIR(id, instance, name, protocol) L"\\BaseNamedObjects\\Epoxy" name,
#include "model/words/epoxy_pairs.def"
#undef EPOXY_PAIR
};

bool inspect_epoxy_header(uint32_t pair, EPOXY_HEADER *header)
{
    const struct mm_section *section = ob_name_find(sections[pair]);

    memset(header, 0, sizeof *header);
    return section != NULL && mm_section_peek(section, 0, header, sizeof *header);
}

/* The pair SMTP has no blocks: its requests lie in the ring itself. */
void inspect_epoxy_gauges(uint64_t *value)
{
    EPOXY_HEADER header;

    for (uint32_t pair = EpoxyPairSMTP + 1; pair < EpoxyPairs; pair++)
        if (server_uses_pair(pair) && inspect_epoxy_header(pair, &header))
            value[GAUGE_EPOXY_BLOCKS] += header.Blocks;
}
