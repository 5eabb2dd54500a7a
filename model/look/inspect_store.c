/* inspect_store.c - the store's database, as ese.dll keeps it: the map of the .stm and the lending
 * table.
 *
 * The store leaves a pointer to it in the site. It lies on the store's heap, so it is good while
 * that very process is in the list of processes; its lending table lies in the store's pages, and
 * is read there as it stands, in whatever state others have left it. */
#include "model/look/inspect_private.h"
#include "model/ese/ese_internal.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"

_Static_assert((int)EsePageStates == (int)INSPECT_PAGE_STATES &&
                   (int)EsePageDeleted == (int)INSPECT_PAGE_DELETED,
               "the map is copied as it is");
_Static_assert(sizeof(EXIFS_LENT) == sizeof((struct inspect_lent){ 0 }.words), "an entry");

static const ESE_DATABASE *the_database(const struct site *site, struct ke_process **process)
{
    *process = site->database != NULL ? ps_by_id(site->database_process) : NULL;
    return *process != NULL ? site->database : NULL;
}

void inspect_store_gauges(const struct site *site, uint64_t *value)
{
    struct ke_process *process;
    const ESE_DATABASE *database = the_database(site, &process);

    if (database == NULL)
        return;
    value[GAUGE_STM_FREE] = database->InState[EsePageFree];
    value[GAUGE_STM_RESERVED] = database->InState[EsePageReserved];
    value[GAUGE_STM_COMMITTED] = database->InState[EsePageCommitted];
    value[GAUGE_STM_DELETED] = database->InState[EsePageDeleted];
}

static void look_at_map(struct inspect *look, const ESE_DATABASE *database)
{
    for (uint32_t i = 0; i < database->Size; i++) {
        const ESE_PAGE *page = &database->Pages[i];
        uint8_t *out = INSPECT_MORE(look, pages, page);

        if (out == NULL)
            return;
        *out = page->State;
        if (page->Owner == ESE_OWNER_EXIFS)
            *out |= INSPECT_PAGE_DRIVER;
        else if (page->Owner >= ESE_OWNER_LENT)
            *out |= INSPECT_PAGE_LENT;
    }
}

static void look_at_table(struct inspect *look, const ESE_DATABASE *database,
                          const struct ke_process *process)
{
    for (uint32_t i = 0; i < database->Options.LendingCount; i++) {
        struct inspect_lent *out = INSPECT_MORE(look, lent, lent);

        if (out == NULL)
            return;
        out->index = i;
        out->first_page = database->Lent[i].FirstPage;
        out->pages = database->Lent[i].Pages;
        out->borrower = inspect_borrower(i);
        out->address = (uint32_t)(uintptr_t)database->Table + i * (uint32_t)sizeof(EXIFS_LENT);
        out->readable = mm_peek(process, out->address, out->words, sizeof out->words);
        out->sound =
            out->readable && ExifsCheckWords((const ULONG *)out->words, EXIFS_LENT_CHECK_WORD) ==
                                 out->words[EXIFS_LENT_CHECK_WORD];
    }
}

void inspect_store(struct inspect *look, const struct site *site)
{
    struct ke_process *process;
    const ESE_DATABASE *database = the_database(site, &process);

    if (database == NULL)
        return;
    look_at_map(look, database);
    look_at_table(look, database, process);
}
