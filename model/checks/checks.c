/* checks.c - when the checks look, and what they find in the mail and in the store.
 *
 * A simulated machine between two entries of the agenda stands at points of all its threads. What
 * changes between two points is whole there and must hold at once. What takes several, such as a
 * page on its way from the engine to the driver, is doubted at one look and wrong at the second.
 */
#include "model/checks/checks_private.h"
#include "model/kernel/ps.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const check_names[CHECKS] = {
#define CHECK_ROW(name, text, sentence) text,
#include "model/words/checks.def"
#undef CHECK_ROW
};
const char *const check_sentences[CHECKS] = {
#define CHECK_ROW(name, text, sentence) sentence,
#include "model/words/checks.def"
#undef CHECK_ROW
};

void check_failed_in(struct world *world, enum check check, const char *format, ...)
{
    struct checks *checks = &world->checks;
    va_list arguments;
    int used;

    if (checks->violated == 0) {
        used = snprintf(checks->what, sizeof checks->what,
                        "at %llu ms: ", (unsigned long long)(ke->sim->now / MS(1)));
        va_start(arguments, format);
        vsnprintf(checks->what + used, sizeof checks->what - (size_t)used, format, arguments);
        va_end(arguments);
    }
    checks->violated |= 1u << check;
}

const ESE_DATABASE *check_database(struct world *world)
{
    const struct site *site = world->site;

    return site->database != NULL && ps_by_id(site->database_process) != NULL ? site->database
                                                                              : NULL;
}

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

static void check_mail(struct world *world)
{
    if (!messages_are_counted(world->site))
        check_failed_in(world, CHECKED_MESSAGES_COUNTED,
                        "%llu messages arrived, and not all are accounted for",
                        (unsigned long long)world->site->stats.arrived);
}

/* ---- Pages ----------------------------------------------------------------------------------- */

static void check_balance(struct world *world, const ESE_DATABASE *database)
{
    ULONG in[EsePageStates] = { 0 }, sum = 0;
    bool same = true;

    for (ULONG i = 0; i < database->Size; i++)
        in[database->Pages[i].State % EsePageStates]++;
    for (int state = 0; state < EsePageStates; state++) {
        sum += database->InState[state];
        same = same && in[state] == database->InState[state];
    }
    if (!same || sum != database->Size)
        check_failed_in(world, CHECKED_PAGES_BALANCE,
                        "%u free, %u reserved, %u committed, %u deleted of %u pages",
                        database->InState[EsePageFree], database->InState[EsePageReserved],
                        database->InState[EsePageCommitted], database->InState[EsePageDeleted],
                        database->Size);
}

static const EXIFS_ROOT *living_root(void)
{
    PDEVICE_OBJECT device = inspect_driver_device();

    if (device == NULL)
        return NULL;
    const LIST_ENTRY *roots = &ExifsOfDevice(device)->Roots;

    for (const LIST_ENTRY *pos = roots->Flink; pos != roots; pos = pos->Flink)
        if (CONTAINING_RECORD(pos, EXIFS_ROOT, Link)->Alive)
            return CONTAINING_RECORD(pos, EXIFS_ROOT, Link);
    return NULL;
}

static bool is_lent(const ESE_DATABASE *database, ULONG page)
{
    for (ULONG i = 0; i < database->Options.LendingCount; i++)
        if (page - database->Lent[i].FirstPage < database->Lent[i].Pages)
            return true;
    return false;
}

/* Runs on their way back, and in an answer that is under way. */
static bool is_on_its_way(const EXIFS_ROOT *root, ULONG page)
{
    for (const LIST_ENTRY *pos = root->Released.Flink; pos != &root->Released; pos = pos->Flink) {
        const EXIFS_RUN *run = &CONTAINING_RECORD(pos, EXIFS_NODE, Link)->Run;

        if (page - run->FirstPage < run->Pages)
            return true;
    }
    return false;
}

/* A proxy thread that hangs, or waits for a disk, has pages in hand. */
static bool store_is_still(const ESE_DATABASE *database, const EXIFS_ROOT *root)
{
    return database->Users == 0 && IsListEmpty(&root->Fetched);
}

static void check_reserved(struct world *world, const ESE_DATABASE *database)
{
    const EXIFS_ROOT *root = living_root();
    uint8_t *unknown = world->checks.unknown;

    if (root == NULL || !store_is_still(database, root) || database->Root.RootId != root->RootId) {
        memset(unknown, 0, sizeof world->checks.unknown);
        return;
    }
    for (ULONG page = 0; page < database->Size; page++) {
        uint8_t bit = (uint8_t)(1u << page % 8);
        bool known = database->Pages[page].State != EsePageReserved ||
                     root->Pages[page] != ExifsPageFree || is_lent(database, page) ||
                     is_on_its_way(root, page);

        if (!known && (unknown[page / 8] & bit) != 0)
            check_failed_in(world, CHECKED_RESERVED_KNOWN,
                            "page %u is reserved, and nobody knows it", page);
        unknown[page / 8] = (uint8_t)(known ? unknown[page / 8] & ~bit : unknown[page / 8] | bit);
    }
}

/* ---- When ------------------------------------------------------------------------------------ */

static void look_at_all(struct world *world)
{
    const ESE_DATABASE *database = check_database(world);

    check_mail(world);
    if (world->site->off)
        return; /* Nobody will end what the machine had in hand when it stopped. */
    check_kernel(world);
    if (database == NULL)
        return;
    check_balance(world, database);
    check_reserved(world, database);
}

void checks_look(struct world *world)
{
    if (world->sim->end != SIM_GOING || world->sim->now < world->checks.next)
        return;
    world->checks.next = world->sim->now + SEC(1);
    look_at_all(world);
}

void checks_end(struct world *world)
{
    struct result *result = &world->result;

    world_enter(world);
    if (world->sim->end != SIM_GOING && !ke->stop.stopped) {
        check_acknowledged(world);
        check_kernel(world);
    }
    result->violated = world->checks.violated;
    snprintf(result->violation, sizeof result->violation, "%s", world->checks.what);
    result->power_cut = world->power_cut;
    result->pages_lost = world->pages_lost;
}

void checks_rewind(struct world *world)
{
    memset(&world->checks, 0, sizeof world->checks);
    world->checks.next = world->sim->now;
    world->checks.sure_from = world->sim->now + SEC(10);
    world->power_cut = false;
    world->pages_lost = 0;
}
