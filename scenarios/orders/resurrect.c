/* resurrect.c - one thread gives back the last reference to an object, another one looks it up.
 *
 * The count is zero, but the object is still listed: the other thread finds it and adds a
 * reference, though the object is about to be deleted. It is used, and deleted, when it is gone.
 * Defined MENDED, a look-up adds a reference only to a count that is not zero.
 */
#include "story.h"

static LONG References = 1;
static BOOLEAN Listed = TRUE;
static LONG Deletions;

static BOOLEAN Reference(VOID)
{
#if defined(MENDED)
    LONG before;

    do {
        before = References;
        if (before == 0)
            return FALSE;
    } while (InterlockedCompareExchange(&References, before + 1, before) != before);
#else
    InterlockedIncrement(&References);
#endif
    return TRUE;
}

static VOID Dereference(VOID)
{
    LONG deletions;

    if (InterlockedDecrement(&References) != 0)
        return;
    Listed = FALSE;
    deletions = InterlockedIncrement(&Deletions);
    if (deletions != 1)
        Wrong(deletions, 1);
}

static VOID GivesBack(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Dereference();
}

static VOID LooksUp(PVOID Context)
{
    LONG deletions;

    UNREFERENCED_PARAMETER(Context);
    if (!Listed || !Reference())
        return;
    deletions = Deletions; /* Uses the object. */
    if (deletions != 0)
        Wrong(deletions, 0);
    Dereference();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { GivesBack, LooksUp };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return StartThreads(ARRAYSIZE(threads), threads);
}
