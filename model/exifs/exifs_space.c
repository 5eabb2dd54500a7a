/* exifs_space.c - pages of the .stm, and the lists of runs that hold them.
 *
 *     Free --reply, loan--> Reserved --commit--> Committed --delete--> Deleted --reclaim--> Free
 *       ^----- give back ------'
 *
 * The engine keeps the true map; the driver's, one byte a page, is there to notice when the two
 * disagree. A page moves through ExifsMovePages only, and each edge that is not in the table, or
 * from a state the page is not in, has its own status, which the engine knows by the same number.
 *
 * Pages on the move are runs on lists, one nonpaged block of tag AuxL each. A server with many
 * small runs has many of them: that is what KB 960908 counts. All functions here want the device's
 * lock.
 */
#include "exifs.h"

#define BIT(state) (1u << (state))

static const UCHAR Legal[ExifsPageStates] = {
    [ExifsPageFree] = BIT(ExifsPageReserved),
    [ExifsPageReserved] = BIT(ExifsPageCommitted) | BIT(ExifsPageFree),
    [ExifsPageCommitted] = BIT(ExifsPageDeleted),
    [ExifsPageDeleted] = BIT(ExifsPageFree),
};

/* Status for a page that was to leave a state and is not in it. */
static const NTSTATUS NotIn[ExifsPageStates] = {
    [ExifsPageFree] = EXIFS_STATUS_NOT_FREE,
    [ExifsPageReserved] = EXIFS_STATUS_NOT_RESERVED,
    [ExifsPageCommitted] = EXIFS_STATUS_NOT_COMMITTED,
    [ExifsPageDeleted] = EXIFS_STATUS_NOT_DELETED,
};

static BOOLEAN IsWithin(const EXIFS_ROOT *root, const EXIFS_RUN *run)
{
    return run->Pages != 0 && run->FirstPage < root->Setup.TotalPages &&
           run->Pages <= root->Setup.TotalPages - run->FirstPage;
}

NTSTATUS ExifsMovePages(PEXIFS_ROOT root, const EXIFS_RUN *run, EXIFS_PAGE_STATE from,
                        EXIFS_PAGE_STATE to)
{
    ULONG i;

    if ((Legal[from] & BIT(to)) == 0) {
        return NotIn[from];
    }
    if (!IsWithin(root, run)) {
        return EXIFS_STATUS_EA_LIST_CORRUPT;
    }
    for (i = 0; i < run->Pages; i++) {
        if (root->Pages[run->FirstPage + i] != from) {
            return NotIn[from];
        }
    }
    for (i = 0; i < run->Pages; i++) {
        root->Pages[run->FirstPage + i] = (UCHAR)to;
    }
    return STATUS_SUCCESS;
}

/* Takes back the move of runs[0..count), which no other thread has seen: the way back need not be a
 * legal edge. */
static VOID UnmoveRuns(PEXIFS_ROOT root, const EXIFS_RUN *runs, ULONG count, EXIFS_PAGE_STATE from)
{
    ULONG i;
    ULONG page;

    for (i = 0; i < count; i++) {
        for (page = 0; page < runs[i].Pages; page++) {
            root->Pages[runs[i].FirstPage + page] = (UCHAR)from;
        }
    }
}

NTSTATUS ExifsMoveRuns(PEXIFS_ROOT root, const EXIFS_RUN *runs, ULONG count, EXIFS_PAGE_STATE from,
                       EXIFS_PAGE_STATE to)
{
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    for (i = 0; i < count && NT_SUCCESS(status); i++) {
        status = ExifsMovePages(root, &runs[i], from, to);
    }
    if (!NT_SUCCESS(status)) {
        UnmoveRuns(root, runs, i - 1, from);
    }
    return status;
}

/* Pages of an earlier life of the root are Free in this map, which began anew. */
BOOLEAN ExifsMayBeCommitted(PEXIFS_ROOT root, const EXIFS_RUN *run)
{
    ULONG i;

    if (!IsWithin(root, run)) {
        return FALSE;
    }
    for (i = 0; i < run->Pages; i++) {
        if (root->Pages[run->FirstPage + i] == ExifsPageReserved ||
            root->Pages[run->FirstPage + i] == ExifsPageDeleted) {
            return FALSE;
        }
    }
    return TRUE;
}

/* ---- Nodes ----------------------------------------------------------------------------------- */

PEXIFS_NODE ExifsNewNode(PEXIFS_DEVICE exifs, const EXIFS_RUN *run)
{
    PEXIFS_NODE node = ExAllocatePoolWithTag(NonPagedPool, sizeof(*node), EXIFS_TAG_NODE);

    if (node != NULL) {
        node->Run = *run;
        node->FileId = 0;
        node->LentIndex = -1;
        exifs->Nodes++;
    }
    return node;
}

VOID ExifsFreeNode(PEXIFS_DEVICE exifs, PEXIFS_NODE node)
{
    exifs->Nodes--;
    ExFreePoolWithTag(node, EXIFS_TAG_NODE);
}

VOID ExifsFreeNodes(PEXIFS_DEVICE exifs, PLIST_ENTRY nodes)
{
    while (!IsListEmpty(nodes)) {
        ExifsFreeNode(exifs, CONTAINING_RECORD(RemoveHeadList(nodes), EXIFS_NODE, Link));
    }
}

NTSTATUS ExifsAddToReserve(PEXIFS_DEVICE exifs, PEXIFS_ROOT root, const EXIFS_RUN *runs,
                           ULONG count)
{
    LIST_ENTRY nodes;
    NTSTATUS status = ExifsMoveRuns(root, runs, count, ExifsPageFree, ExifsPageReserved);
    ULONG pages = 0;
    ULONG i;

    if (!NT_SUCCESS(status)) {
        return status;
    }
    InitializeListHead(&nodes);
    for (i = 0; i < count; i++) {
        PEXIFS_NODE node = ExifsNewNode(exifs, &runs[i]);

        if (node == NULL) {
            ExifsFreeNodes(exifs, &nodes);
            UnmoveRuns(root, runs, count, ExifsPageFree);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        InsertTailList(&nodes, &node->Link);
        pages += runs[i].Pages;
    }
    while (!IsListEmpty(&nodes)) {
        InsertHeadList(&root->Reserve, RemoveTailList(&nodes));
    }
    root->ReservePages += pages;
    return STATUS_SUCCESS;
}

/* ---- A file's runs --------------------------------------------------------------------------- */

VOID ExifsAppendNode(PEXIFS_DEVICE exifs, PEXIFS_FILE file, PEXIFS_NODE node)
{
    file->Pages += node->Run.Pages;
    if (!IsListEmpty(&file->Runs)) {
        PEXIFS_NODE last = CONTAINING_RECORD(file->Runs.Blink, EXIFS_NODE, Link);

        if (last->LentIndex < 0 && node->LentIndex < 0 &&
            last->Run.FirstPage + last->Run.Pages == node->Run.FirstPage) {
            last->Run.Pages += node->Run.Pages;
            ExifsFreeNode(exifs, node);
            return;
        }
    }
    if (node->LentIndex >= 0) {
        file->BorrowedRuns++;
    }
    file->RunCount++;
    InsertTailList(&file->Runs, &node->Link);
}

static VOID NoteInGrant(PEXIFS_GRANT grant, const EXIFS_RUN *run)
{
    if (grant->RunCount < EXIFS_GRANT_RUNS) {
        grant->Runs[grant->RunCount] = *run;
    }
    grant->RunCount++;
    grant->Pages += run->Pages;
}

/* Splits at most one node. If memory for that is out, the pages moved so far stay with the file:
 * they serve its next write, or go back with it. */
NTSTATUS ExifsTakeFromReserve(PEXIFS_DEVICE exifs, PEXIFS_FILE file, ULONG pages,
                              PEXIFS_GRANT grant)
{
    PEXIFS_ROOT root = file->Root;

    while (pages != 0) {
        PEXIFS_NODE node = CONTAINING_RECORD(root->Reserve.Flink, EXIFS_NODE, Link);
        EXIFS_RUN piece = node->Run;

        if (piece.Pages > pages) {
            PEXIFS_NODE rest = node;

            piece.Pages = pages;
            node = ExifsNewNode(exifs, &piece);
            if (node == NULL) {
                return STATUS_INSUFFICIENT_RESOURCES;
            }
            rest->Run.FirstPage += pages;
            rest->Run.Pages -= pages;
        } else {
            RemoveEntryList(&node->Link);
        }
        if (grant != NULL) {
            NoteInGrant(grant, &piece);
        }
        root->ReservePages -= piece.Pages;
        pages -= piece.Pages;
        ExifsAppendNode(exifs, file, node);
    }
    return STATUS_SUCCESS;
}

BOOLEAN ExifsFindPage(PEXIFS_FILE file, ULONG index, PEXIFS_RUN run)
{
    PLIST_ENTRY link;

    for (link = file->Runs.Flink; link != &file->Runs; link = link->Flink) {
        const EXIFS_NODE *node = CONTAINING_RECORD(link, EXIFS_NODE, Link);

        if (index < node->Run.Pages) {
            run->FirstPage = node->Run.FirstPage + index;
            run->Pages = node->Run.Pages - index;
            return TRUE;
        }
        index -= node->Run.Pages;
    }
    return FALSE;
}

/* Hands a file's node to the root's Released list, from which GET_UPCALL makes RELEASE upcalls. No
 * memory is needed to give pages back. */
static VOID ReleaseNode(PEXIFS_FILE file, PEXIFS_NODE node)
{
    (VOID) ExifsMovePages(file->Root, &node->Run, ExifsPageReserved, ExifsPageFree);
    node->FileId = file->FileId;
    node->LentIndex = -1;
    InsertTailList(&file->Root->Released, &node->Link);
}

VOID ExifsReleaseRuns(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    if (file->Committed || !file->Root->Alive) {
        ExifsFreeNodes(exifs, &file->Runs);
    }
    while (!IsListEmpty(&file->Runs)) {
        PEXIFS_NODE node = CONTAINING_RECORD(RemoveHeadList(&file->Runs), EXIFS_NODE, Link);

        if (node->LentIndex >= 0) {
            (VOID) ExifsMovePages(file->Root, &node->Run, ExifsPageReserved, ExifsPageFree);
            ExifsFreeNode(exifs, node);
        } else if (file->SetAside) {
            ExifsKeepNode(file->Root, node);
        } else {
            ReleaseNode(file, node);
        }
    }
    file->RunCount = 0;
    file->Pages = 0;
    file->BorrowedRuns = 0;
}

static ULONG PagesOfLength(const EXIFS_FILE *file)
{
    return (ULONG)((file->Length + EXIFS_PAGE_SIZE - 1) / EXIFS_PAGE_SIZE);
}

/* Gives back the tail of a loan that the file did not need; keeps it if memory is out. */
static VOID TrimRuns(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    ULONG needed = PagesOfLength(file);

    while (file->Pages > needed) {
        PEXIFS_NODE last = CONTAINING_RECORD(file->Runs.Blink, EXIFS_NODE, Link);
        ULONG spare = file->Pages - needed;

        if (last->Run.Pages > spare) {
            EXIFS_RUN tail = { last->Run.FirstPage + last->Run.Pages - spare, spare };
            PEXIFS_NODE rest = ExifsNewNode(exifs, &tail);

            if (rest == NULL) {
                return;
            }
            last->Run.Pages -= spare;
            last = rest;
        } else {
            RemoveEntryList(&last->Link);
            file->RunCount--;
        }
        file->Pages -= last->Run.Pages;
        ReleaseNode(file, last);
    }
}

/* Makes the file's pages, borrowed ones too, the message's. The loan itself ends at CLEANUP, when
 * the driver looks at the entry in the store once more: until then no other file gets the entry. */
NTSTATUS ExifsCommitRuns(PEXIFS_DEVICE exifs, PEXIFS_FILE file)
{
    PLIST_ENTRY link;

    TrimRuns(exifs, file);
    for (link = file->Runs.Flink; link != &file->Runs; link = link->Flink) {
        PEXIFS_NODE node = CONTAINING_RECORD(link, EXIFS_NODE, Link);
        NTSTATUS status =
            ExifsMovePages(file->Root, &node->Run, ExifsPageReserved, ExifsPageCommitted);

        if (!NT_SUCCESS(status)) {
            PLIST_ENTRY done;

            for (done = file->Runs.Flink; done != link; done = done->Flink) {
                UnmoveRuns(file->Root, &CONTAINING_RECORD(done, EXIFS_NODE, Link)->Run, 1,
                           ExifsPageReserved);
            }
            return status;
        }
    }
    return STATUS_SUCCESS;
}

/* Lists only the pages that the file's length needs: the rest of a loan is not the message's. */
VOID ExifsFillEaList(PEXIFS_FILE file, ULONG firstRun, PEXIFS_EA_LIST ea)
{
    ULONG needed = PagesOfLength(file);
    PLIST_ENTRY link;
    ULONG i = 0;

    RtlZeroMemory(ea, sizeof(*ea));
    ea->RootId = file->Root->RootId;
    ea->FileId = file->FileId;
    ea->Generation = file->Root->Generation;
    ea->FirstRun = firstRun;
    ea->Length = file->Length;
    for (link = file->Runs.Flink; link != &file->Runs && needed != 0; link = link->Flink, i++) {
        EXIFS_RUN run = CONTAINING_RECORD(link, EXIFS_NODE, Link)->Run;

        if (run.Pages > needed) {
            run.Pages = needed;
        }
        needed -= run.Pages;
        if (i >= firstRun && i - firstRun < EXIFS_RUNS_MAX) {
            ea->Runs[i - firstRun] = run;
        }
    }
    ea->RunCount = i;
}
