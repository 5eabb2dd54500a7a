/* stack.c - one thread pushes an item on a stack, two threads pop if there is one.
 *
 * Push and pop hold the lock, but a popper looks outside the lock whether there is an item. Both
 * poppers see the one item, and the later one pops from an empty stack. Defined MENDED, poppers
 * look under the lock.
 */
#include "story.h"

enum { ROOM = 4 };

static FAST_MUTEX Lock;
static LONG Items[ROOM], Top;
static BOOLEAN Any;

static VOID Pushes(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Lock);
    Items[Top++] = 1;
    Any = TRUE;
    ExReleaseFastMutex(&Lock);
}

/* Called with the lock held. */
static VOID PopItem(VOID)
{
    LONG top = Top;

    if (top == 0)
        Wrong(top, 1);
    Top = top - 1;
    Any = top > 1;
}

static VOID Pops(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
#if defined(MENDED)
    ExAcquireFastMutex(&Lock);
    if (Any)
        PopItem();
    ExReleaseFastMutex(&Lock);
#else
    if (!Any)
        return;
    ExAcquireFastMutex(&Lock);
    PopItem();
    ExReleaseFastMutex(&Lock);
#endif
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Pushes, Pops, Pops };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    return StartThreads(ARRAYSIZE(threads), threads);
}
