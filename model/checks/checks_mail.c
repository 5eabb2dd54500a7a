/* checks_mail.c - the checks of messages, and of the store's pages. */
#include "model/checks/checks.h"
#include "model/outside/site.h"
#include <string.h>

/* ---- Mail ------------------------------------------------------------------------------------ */

static bool messages_are_counted(const struct site *site)
{
    uint64_t here = site->stats.delivered + site->stats.refused + site->outbox_count;

    for (uint32_t protocol = 0; protocol < LOAD_PROTOCOLS; protocol++) {
        const struct load_wire *wire = &site->wires[protocol];

        for (uint32_t i = 0; i < wire->count; i++)
            here += message_is_mail(&wire->queue[(wire->head + i) % WIRE_QUEUE_MAX]);
        for (uint32_t i = 0; i < IN_FLIGHT_MAX; i++)
            here += wire->in_flight[i].id != 0 && message_is_mail(&wire->in_flight[i]);
    }
    return here == site->stats.arrived;
}

void check_mail(struct checks *checks)
{
    const struct site *site = world_site(checks->world);

    if (!messages_are_counted(site))
        check_failed_in(checks, CHECKED_MESSAGES_COUNTED,
                        "%llu messages arrived, and not all are accounted for",
                        (unsigned long long)site->stats.arrived);
}

/* ---- Pages ----------------------------------------------------------------------------------- */

static void check_balance(struct checks *checks)
{
    const struct inspect *look = checks->look;
    const uint32_t *counted = look->database.in_state;
    uint32_t in[INSPECT_PAGE_STATES] = { 0 }, sum = 0;
    bool same = true;

    for (uint32_t i = 0; i < look->page_count; i++)
        in[(look->pages[i] & INSPECT_PAGE_STATE) % INSPECT_PAGE_STATES]++;
    for (int state = 0; state < INSPECT_PAGE_STATES; state++) {
        sum += counted[state];
        same = same && in[state] == counted[state];
    }
    if (!same || sum != look->page_count)
        check_failed_in(checks, CHECKED_PAGES_BALANCE,
                        "%u free, %u reserved, %u committed, %u deleted of %u pages",
                        counted[INSPECT_PAGE_FREE], counted[INSPECT_PAGE_RESERVED],
                        counted[INSPECT_PAGE_COMMITTED], counted[INSPECT_PAGE_DELETED],
                        look->page_count);
}

static bool is_lent(const struct inspect *look, uint32_t page)
{
    for (uint32_t i = 0; i < look->lent_count; i++)
        if (page - look->lent[i].first_page < look->lent[i].pages)
            return true;
    return false;
}

/* True if a page is in a run on its way back to the store, or in an answer that is under way. */
static bool is_on_its_way(const struct inspect *look, uint32_t page)
{
    for (uint32_t i = 0; i < look->returning_count; i++)
        if (page - look->returning[i].first_page < look->returning[i].pages)
            return true;
    return false;
}

/* True if no proxy thread serves a request: one that hangs or waits for a disk holds pages. */
static bool store_is_still(const struct inspect *look)
{
    return look->database.users == 0 && look->root.fetched == 0;
}

static void check_reserved(struct checks *checks)
{
    const struct inspect *look = checks->look;
    uint8_t *unknown = checks->unknown;

    if (look->root.root_id == 0 || !store_is_still(look) ||
        look->database.root_id != look->root.root_id) {
        memset(unknown, 0, sizeof checks->unknown);
        return;
    }
    for (uint32_t page = 0; page < look->page_count; page++) {
        uint8_t bit = (uint8_t)(1u << page % 8);
        bool known = (look->pages[page] & INSPECT_PAGE_STATE) != INSPECT_PAGE_RESERVED ||
                     look->root_pages[page] != INSPECT_PAGE_FREE || is_lent(look, page) ||
                     is_on_its_way(look, page);

        if (!known && (unknown[page / 8] & bit) != 0)
            check_failed_in(checks, CHECKED_RESERVED_KNOWN,
                            "page %u is reserved, and nobody knows it", page);
        unknown[page / 8] = (uint8_t)(known ? unknown[page / 8] & ~bit : unknown[page / 8] | bit);
        checks->any_unknown = checks->any_unknown || !known;
    }
}

void check_pages(struct checks *checks)
{
    if (checks->look->database.process == 0 || !checks->look->whole)
        return;
    check_balance(checks);
    check_reserved(checks);
}
