/* store_interfaces.c - the store's external interfaces: what stands between it and the world.
 *
 * Each is a DLL that is told its name and looks for the rest itself: the folder that the setup has
 * written to its own key of the registry, value Services. Without it none of them comes up, and the
 * Information Store does not start (KB 285116; texts as facts/exchange-exifs.md 5.1 and 8.2 have
 * them). That each looks for itself, and in this order, is inferred.
 */
#include <windows.h>
#include "model/scm/scm.h"
#include "model/store/store_inside.h"

enum { INTERFACE_US = 4000, FOLDER_CHARS = 64 };

/* Event source, id and text of each interface that does not come up. A row with a service counts
 * where that service starts at boot; SERVER_COUNT: it has none. */
static const struct external {
    const char *source;
    uint32_t id, service;
    const char *text;
} externals[] = {
    { "POP3SVC", 1026, SERVER_POP3,
      "Initialization of the POP3 external interface failed with error 0x0." },
    { "IMAP4SVC", 1026, SERVER_IMAP4,
      "Initialization of the IMAP4 external interface failed with error 0x0." },
    { "EXOLEDB", 118, SERVER_COUNT,
      "Microsoft Exchange OLEDB was unable to initialize IFS Wrapper." },
    { "MSExchangeIS", 9542, SERVER_COUNT,
      "Initialization of external interface WIN32 failed; Error ecServerOOM." },
};

static BOOL start_one(const struct external *external)
{
    char folder[FOLDER_CHARS];

    if (external->service != SERVER_COUNT &&
        (server_site()->set.services.automatic & 1u << external->service) == 0)
        return TRUE;
    nt_compute(US(INTERFACE_US));
    if (nt_get_registry(SETUP_KEY, "Services", folder, sizeof folder) && folder[0] != 0)
        return TRUE;
    nt_report_event(1, 2, external->source, external->id, "%s", external->text);
    return FALSE;
}

BOOL store_start_interfaces(void)
{
    BOOL all = TRUE;

    for (uint32_t i = 0; i < ARRAYSIZE(externals); i++)
        all &= start_one(&externals[i]);
    return all;
}
