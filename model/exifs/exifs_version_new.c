/* exifs_version_new.c - 6.5.7651.47: the hotfix.
 *
 * The hotfix enters with the call that nests, so a caller that is attached already does no harm. It
 * references the process it visits, writes only data that it copied beforehand, and completes no
 * IRP until it is home again.
 */
#include "exifs_entry.h"
#include "exifs.h"

static VOID EnterStacked(PEXIFS_VISIT visit)
{
    KeStackAttachProcess((PKPROCESS)visit->Peer, &visit->Saved);
}

static VOID LeaveStacked(PEXIFS_VISIT visit) { KeUnstackDetachProcess(&visit->Saved); }

const EXIFS_VERSION ExifsNewVersions[] = {
    {
        .Build = L"6.5.7651.47",
        .Interface = 4,
        .Enter = EnterStacked,
        .Leave = LeaveStacked,
        .Touches = NonpagedCopy,
        .HoldsPeer = TRUE,
        .CompletesAttached = FALSE,
        .Borrow = ExifsBorrow,
        .Undo = ExifsUndoNow,
        .WhileAway = ExifsStayCalm,
        .Retire = ExifsRetireNothing,
        .TakeBlock = ExifsTakeBlock,
    },
};

const ULONG ExifsNewVersionCount = RTL_NUMBER_OF(ExifsNewVersions);
