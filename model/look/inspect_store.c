/* inspect_store.c - the store's database in ese.dll: the map of the .stm and the lending table.
 *
 * The site has a pointer to the database, which is set by the store. The database lies on the
 * store's heap, so the pointer is valid while that process is in the list of processes. The lending
 * table lies in the store's pages and is read there, whatever state its writers have left it in. */
#include "model/look/inspect_private.h"
#include "model/ese/ese_look.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"
#include <string.h>

_Static_assert((int)EsePageStates == (int)INSPECT_PAGE_STATES &&
                   (int)EsePageDeleted == (int)INSPECT_PAGE_DELETED &&
                   ESE_LOOK_STATE == INSPECT_PAGE_STATE && ESE_LOOK_DRIVER == INSPECT_PAGE_DRIVER &&
                   ESE_LOOK_LENT == INSPECT_PAGE_LENT,
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
    ESE_LOOK engine;

    if (database == NULL)
        return;
    EseLook(database, &engine);
    value[GAUGE_STM_FREE] = engine.InState[EsePageFree];
    value[GAUGE_STM_RESERVED] = engine.InState[EsePageReserved];
    value[GAUGE_STM_COMMITTED] = engine.InState[EsePageCommitted];
    value[GAUGE_STM_DELETED] = engine.InState[EsePageDeleted];
}

uint8_t inspect_page_now(struct world *world, uint32_t page)
{
    struct kernel *before = look_enter(world);
    struct ke_process *process;
    const ESE_DATABASE *database = the_database(world_site(world), &process);
    uint8_t state = INSPECT_PAGE_STATES;
    ESE_LOOK engine;

    if (database != NULL) {
        EseLook(database, &engine);
        state = page < engine.Size ? EseLookPage(database, page) : INSPECT_PAGE_STATES;
    }
    ke = before;
    return state;
}

static void fill_database(struct inspect_database *out, const ESE_LOOK *engine, uint32_t process)
{
    out->process = process;
    out->root_id = engine->Root.RootId;
    out->users = engine->Users;
    for (int i = 0; i < INSPECT_PAGE_STATES; i++)
        out->in_state[i] = engine->InState[i];
    out->log_offset = engine->LogOffset;
    out->log_generation = engine->LogGeneration;
}

void inspect_database_now(struct world *world, struct inspect_database *out)
{
    struct kernel *before = look_enter(world);
    struct ke_process *process;
    const ESE_DATABASE *database = the_database(world_site(world), &process);
    ESE_LOOK engine;

    memset(out, 0, sizeof *out);
    if (database != NULL) {
        EseLook(database, &engine);
        fill_database(out, &engine, process->id);
    }
    ke = before;
}

static void look_at_map(struct inspect *look, const ESE_DATABASE *database, uint32_t size)
{
    uint8_t *pages = inspect_bytes(look, &look->pages, &look->page_count, &look->page_max, size);

    for (uint32_t i = 0; pages != NULL && i < size; i++)
        pages[i] = EseLookPage(database, i);
}

static void look_at_table(struct inspect *look, const ESE_DATABASE *database,
                          const ESE_LOOK *engine, const struct ke_process *process)
{
    for (uint32_t i = 0; i < engine->LendingCount; i++) {
        struct inspect_lent *out = INSPECT_MORE(look, lent, lent);
        EXIFS_RUN run = EseLookLent(database, i);

        if (out == NULL)
            return;
        out->index = i;
        out->first_page = run.FirstPage;
        out->pages = run.Pages;
        out->borrower = inspect_borrower(i);
        out->address = (uint32_t)engine->Table + i * (uint32_t)sizeof(EXIFS_LENT);
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
    ESE_LOOK engine;

    if (database == NULL)
        return;
    EseLook(database, &engine);
    fill_database(&look->database, &engine, process->id);
    look_at_map(look, database, engine.Size);
    look_at_table(look, database, &engine, process);
}
