/* exifs_version_old.c - Exchange 2000, and RTM, SP1 and SP2 of 2003: the builds that fall.
 *
 * These builds enter a process with the legacy call, of which a thread may have one at a time:
 * asked for a second process while the thread is in a first one, KeAttachProcess stops the machine
 * with 0x00000005. They assume that their caller is not attached, and they use addresses of the
 * process they came from while they are in the other one. Light load tests neither assumption.
 *
 * The build of Exchange 2000 (SP3) asks the pool for the true size of the block in which it gathers
 * a directory, and trusts the answer to use all of it (KB 329674).
 */
#include "exifs_entry.h"
#include "exifs.h"

static VOID EnterOnce(PEXIFS_VISIT visit) { KeAttachProcess((PKPROCESS)visit->Peer); }

static VOID LeaveOnce(PEXIFS_VISIT visit)
{
    (VOID) visit;
    KeDetachProcess();
}

static PVOID TakeAllThereIs(ULONG bytes, PULONG room)
{
    PVOID block = ExAllocatePoolWithTag(NonPagedPool, bytes, EXIFS_TAG_OBJECT);
    BOOLEAN charged;

    if (block != NULL) {
        *room = (ULONG)ExQueryPoolBlockSize(block, &charged);
    }
    return block;
}

#define OLD_ROW(build, interfaceNumber, takeBlock)                                              \
    {                                                                                           \
        .Build = build, .Interface = (interfaceNumber), .Enter = EnterOnce, .Leave = LeaveOnce, \
        .Touches = CallersBuffer, .HoldsPeer = FALSE, .CompletesAttached = TRUE,                \
        .Borrow = ExifsBorrow, .Undo = ExifsUndoNow, .WhileAway = ExifsStayCalm,                \
        .Retire = ExifsRetireNothing, .TakeBlock = (takeBlock)                                  \
    }

const EXIFS_VERSION ExifsOldVersions[] = {
    OLD_ROW(L"6.0.6249.4", 1, TakeAllThereIs), /* Exchange 2000 SP3. */
    OLD_ROW(L"6.5.6944.0", 1, ExifsTakeBlock), /* RTM. */
    OLD_ROW(L"6.5.7226.6", 2, ExifsTakeBlock), /* SP1. */
    OLD_ROW(L"6.5.7638.1", 3, ExifsTakeBlock), /* SP2: KB 908674 is about this one. */
};

const ULONG ExifsOldVersionCount = RTL_NUMBER_OF(ExifsOldVersions);
