/* ese_lending.c - the lending table: pages the driver may take without asking.
 *
 *     Empty --refill--> Spare --driver: lend--> Out --commit--> Empty
 *                         ^---- driver: undo ----'
 *
 * The table is exposed: the driver writes it, from a client's thread, attached to us. An old
 * driver may also write on it what was meant for the client. Old builds of the engine follow the
 * entries' own links, and trust what they find. The hotfix goes by index and keeps its own books
 * (database->Lent, and an owner for each page), so that it can tell a damaged entry and write it
 * anew. An entry that is out with a client may then look spare; the driver's own books keep it from
 * being lent twice. What the driver gives back of a loan may come before the loan is settled: it is
 * marked, and free once it is.
 */
#include "ese_internal.h"

static PUCHAR EntryAt(PESE_DATABASE database, SIZE_T offset) { return database->Table + offset; }

static VOID PutEntry(PESE_DATABASE database, SIZE_T offset, PEXIFS_LENT entry)
{
    entry->Check = ExifsCheckWords((const ULONG *)entry, EXIFS_LENT_CHECK_WORD);
    CopyMemory(EntryAt(database, offset), entry, sizeof(*entry));
}

/* Builds an entry from the engine's own books. */
static VOID BuildEntry(PESE_DATABASE database, ULONG index, PEXIFS_LENT entry)
{
    const EXIFS_RUN *lent = &database->Lent[index];
    BOOL last = index + 1 == database->Options.LendingCount;

    ZeroMemory(entry, sizeof(*entry));
    entry->State = lent->Pages != 0 ? ExifsLentSpare : ExifsLentEmpty;
    entry->Generation = database->Root.Generation;
    entry->FirstPage = lent->FirstPage;
    entry->Pages = lent->Pages;
    entry->Index = index;
    entry->Next = last ? 0 : (index + 1) * (ULONG)sizeof(*entry);
}

VOID EseInitializeTable(PESE_DATABASE database)
{
    ULONG i;

    for (i = 0; i < database->Options.LendingCount; i++) {
        EXIFS_LENT entry;

        BuildEntry(database, i, &entry);
        PutEntry(database, i * sizeof(entry), &entry);
    }
}

static BOOL FillEntry(PESE_DATABASE database, ULONG index)
{
    PEXIFS_RUN lent = &database->Lent[index];
    EXIFS_RUN runs[EXIFS_RUNS_MAX];
    ULONG count;
    ULONG i;

    if (EseReserve(database, database->Options.LendingPages, 1, ESE_OWNER_LENT + index, runs,
                   &count) != JET_errSuccess) {
        return FALSE;
    }
    *lent = runs[0];
    for (i = 1; i < count; i++) { /* An entry holds one run. */
        (VOID) EseMoveRuns(database, &runs[i], 1, EsePageReserved, EsePageFree);
    }
    return TRUE;
}

/* ---- Before the hotfix: by the table's own links --------------------------------------------- */

static VOID RefillByLinks(PESE_DATABASE database)
{
    SIZE_T offset = 0;
    ULONG steps;

    for (steps = 0; steps < database->Options.LendingCount; steps++) {
        EXIFS_LENT entry;

        CopyMemory(&entry, EntryAt(database, offset), sizeof(entry));
        if (entry.State == ExifsLentEmpty && entry.Index < database->Options.LendingCount &&
            FillEntry(database, entry.Index)) {
            ULONG next = entry.Next;

            BuildEntry(database, entry.Index, &entry);
            entry.Next = next;
            PutEntry(database, offset, &entry);
        }
        offset = EXIFS_OFFSET(entry.Next);
        if (offset == 0) {
            return;
        }
    }
}

static VOID SettleByLinks(PESE_DATABASE database, ULONG fileId)
{
    SIZE_T offset = 0;
    ULONG steps;

    for (steps = 0; steps < database->Options.LendingCount; steps++) {
        EXIFS_LENT entry;

        CopyMemory(&entry, EntryAt(database, offset), sizeof(entry));
        if (entry.State == ExifsLentOut && entry.Owner == fileId) {
            entry.State = ExifsLentEmpty;
            entry.Owner = 0;
            PutEntry(database, offset, &entry);
        }
        offset = EXIFS_OFFSET(entry.Next);
        if (offset == 0) {
            return;
        }
    }
}

/* ---- The hotfix: by index, and with our own books -------------------------------------------- */

/* TRUE: the entry agrees with the engine's books. The driver may change its state and borrower, and
 * nothing else. */
static BOOL IsSound(PESE_DATABASE database, ULONG index, const EXIFS_LENT *entry)
{
    EXIFS_LENT known;

    BuildEntry(database, index, &known);
    return entry->Check == ExifsCheckWords((const ULONG *)entry, EXIFS_LENT_CHECK_WORD) &&
           entry->Generation == known.Generation && entry->FirstPage == known.FirstPage &&
           entry->Pages == known.Pages && entry->Index == index && entry->Next == known.Next &&
           entry->State <= ExifsLentOut;
}

static VOID RefillByIndex(PESE_DATABASE database)
{
    ULONG i;

    for (i = 0; i < database->Options.LendingCount; i++) {
        BOOL write = FALSE;
        EXIFS_LENT entry;

        CopyMemory(&entry, EntryAt(database, i * sizeof(entry)), sizeof(entry));
        if (!IsSound(database, i, &entry)) {
            database->Repaired++; /* JET_errSLVEAListCorrupt, in the product's log. */
            write = TRUE;
        }
        if (database->Lent[i].Pages == 0 && FillEntry(database, i)) {
            write = TRUE;
        }
        if (write) {
            BuildEntry(database, i, &entry);
            PutEntry(database, i * sizeof(entry), &entry);
        }
    }
}

static BOOL Overlap(const EXIFS_RUN *one, const EXIFS_RUN *other)
{
    return one->Pages != 0 && one->FirstPage < other->FirstPage + other->Pages &&
           other->FirstPage < one->FirstPage + one->Pages;
}

/* Gives the pages of a loan to the driver, except those it has given back already. */
static VOID SettlePages(PESE_DATABASE database, const EXIFS_RUN *lent, const EXIFS_RUN *runs,
                        ULONG count)
{
    ULONG i;
    ULONG j;

    for (i = 0; i < lent->Pages; i++) {
        EXIFS_RUN page = { lent->FirstPage + i, 1 };
        BOOL kept = FALSE;

        for (j = 0; j < count; j++) {
            kept = kept || Overlap(&page, &runs[j]);
        }
        if (!kept && database->Pages[page.FirstPage].Owner == ESE_OWNER_EARLY) {
            (VOID) EseMoveRuns(database, &page, 1, EsePageReserved, EsePageFree);
        } else {
            EseSetOwner(database, &page, ESE_OWNER_EXIFS);
        }
    }
}

/* Settles by the engine's own books, whatever the table says. The driver gives back the pages of a
 * loan that the file did not need. */
static VOID SettleByIndex(PESE_DATABASE database, const EXIFS_RUN *runs, ULONG count)
{
    ULONG i;
    ULONG j;

    for (i = 0; i < database->Options.LendingCount; i++) {
        for (j = 0; j < count; j++) {
            if (Overlap(&database->Lent[i], &runs[j])) {
                EXIFS_LENT entry;

                SettlePages(database, &database->Lent[i], runs, count);
                database->Lent[i].Pages = 0;
                database->Lent[i].FirstPage = 0;
                BuildEntry(database, i, &entry);
                PutEntry(database, i * sizeof(entry), &entry);
            }
        }
    }
}

/* ---- Which of the two ------------------------------------------------------------------------ */

VOID EseRefillTable(PESE_DATABASE database)
{
    if (database->Options.LendingCount == 0) {
        return;
    }
    if (database->Ese->Version->TrustsTable) {
        RefillByLinks(database);
    } else {
        RefillByIndex(database);
    }
}

VOID EseSettleLoans(PESE_DATABASE database, ULONG fileId, const EXIFS_RUN *runs, ULONG count)
{
    if (database->Options.LendingCount == 0) {
        return;
    }
    if (database->Ese->Version->TrustsTable) {
        SettleByLinks(database, fileId);
    } else {
        SettleByIndex(database, runs, count);
    }
}

ULONG EseCountLentOut(PESE_DATABASE database)
{
    ULONG out = 0;
    ULONG i;

    for (i = 0; i < database->Options.LendingCount; i++) {
        EXIFS_LENT entry;

        CopyMemory(&entry, EntryAt(database, i * sizeof(entry)), sizeof(entry));
        out += entry.State == ExifsLentOut;
    }
    return out;
}
